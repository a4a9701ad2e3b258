"""Reading contacts."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from infinitypro.accounts import access as asker
from infinitypro.contacts.models import Contact, Identity
from infinitypro.core import pages, statements
from infinitypro.core.statements import Given
from infinitypro.core.vault import fields

HIDEABLE = ("phone", "email")  # kinds of address that a role may not show
_IDENTITIES = statements.Select(
    lambda: Identity.objects.filter(contact_id=Given("contact_id")).order_by("id")
)


def get(*, contact_id: UUID) -> Contact:
    """The contact; raises Contact.DoesNotExist."""
    return Contact.objects.get(id=contact_id)


def identities(*, contact_id: UUID) -> list[Identity]:
    """A contact's addresses, the oldest first."""
    return _IDENTITIES.all(contact_id=contact_id)


def by_ids(*, contact_ids: Iterable[UUID]) -> dict[UUID, Contact]:
    """These contacts, their keys opened in one query."""
    rows = {row.id: row for row in Contact.objects.filter(id__in=list(contact_ids))}
    fields.prefetch(rows.values())
    return rows


def page(*, limit: int, which: Q | None = None, before: pages.Key | None = None) -> list[Contact]:
    """Contacts by last activity, newest first, after the row that the (last_seen_at, id) key names."""
    rows = Contact.objects.filter(which or Q()).order_by("-last_seen_at", "-id")
    if before:
        rows = rows.extra(where=["(last_seen_at, id) < (%s::timestamptz, %s::uuid)"], params=list(before))
    found = list(rows[:limit])
    fields.prefetch(found)
    return found


def addresses(*, contact_ids: Iterable[UUID]) -> dict[UUID, list[tuple[str, str]]]:
    """The (kind, value) addresses of these contacts, as far as whoever asks may see them."""
    hidden = [kind for kind in HIDEABLE if not asker.sees(f"contacts.{kind}")]
    found_rows = Identity.objects.filter(contact_id__in=list(contact_ids)).exclude(kind__in=hidden)
    rows = list(found_rows.order_by("id"))
    fields.prefetch(rows)
    found: dict[UUID, list[tuple[str, str]]] = {}
    for row in rows:
        found.setdefault(row.contact_id, []).append((row.kind, row.value))
    return found


def count() -> int:
    """How many contacts there are."""
    return Contact.objects.count()
