"""Writing contacts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from infinitypro.contacts.models import Contact, Identity
from infinitypro.core import locks, statements
from infinitypro.core.statements import Given
from infinitypro.core.tenancy import scope
from infinitypro.core.tenancy.models import new_id
from infinitypro.core.vault import blind, keyring

_OWNERS = statements.Select(
    lambda: (
        Identity.objects.filter(
            statements.IsAny("fingerprint", Given("marks")), statements.IsAny("kind", Given("kinds"))
        )
        .select_related("contact")
        .defer("value")
    )
)
_OTHER_LANGUAGE = statements.Update(
    lambda: Contact.objects.filter(id=Given("id")).exclude(language=Given("language")),
    language=Given("language"),
)


@dataclass(frozen=True)
class Found:
    """The contact behind some addresses; `joined` are contacts that turned out to be the same person."""

    contact: Contact
    is_new: bool
    joined: tuple[UUID, ...] = ()


def find_or_make(
    *, addresses: Iterable[tuple[str, str]], name: str = "", now: datetime, at: datetime | None = None
) -> Found:
    """The one contact that these (kind, value) addresses belong to, made where there is none.

    `at` is when the channel said so, which may be long ago. One that was there is not changed: see `note_seen`.

    Two first messages at one moment make one contact. Where the addresses turn out to be those of several contacts,
    these become one: the oldest; the caller moves what the others own.
    """
    said_at = min(at or now, now)
    wanted = {(kind, fingerprint(kind, value)): value for kind, value in addresses}
    if not wanted:
        raise ValueError("A contact needs an address.")
    known = _identities(wanted)
    if len(known) < len(wanted) or len({row.contact_id for row in known}) > 1:
        locks.take(mark for _kind, mark in wanted)
        known = _identities(wanted)
    owners = sorted({row.contact_id for row in known})
    if not owners:
        contact = Contact(id=new_id(), made_at=now, last_seen_at=said_at)
        keyring.begin_subject(scope.current(), contact.id)
        _hear_name(contact, name, said_at)
        statements.insert(contact)
    elif len(owners) == 1:
        contact = known[0].contact
    else:
        for gone in owners[1:]:
            _join(gone=gone, into=owners[0])
        contact = Contact.objects.get(id=owners[0])
    have = {(row.kind, bytes(row.fingerprint)) for row in known}
    for (kind, mark), value in wanted.items():
        if (kind, mark) not in have:
            identity = Identity(contact=contact, kind=kind, fingerprint=mark, value=value, made_at=now)
            statements.insert(identity)
    return Found(contact, is_new=not owners, joined=tuple(owners[1:]))


def fingerprint(kind: str, value: str) -> bytes:
    """What an address is found by."""
    return blind.index(f"identity.{kind}", value)


def _identities(wanted: Iterable[tuple[str, bytes]]) -> list[Identity]:
    marks = [mark for _kind, mark in wanted]
    kinds = list({kind for kind, _mark in wanted})
    return _OWNERS.all(marks=marks, kinds=kinds)


def note_seen(*, contact: Contact, name: str, at: datetime) -> None:
    """Record that somebody was heard of then, under that name; of two names the later one holds.

    Call it last: who answers them has their conversation, and then writes the contact.
    """
    changed = ["last_seen_at"] if at > contact.last_seen_at else []
    contact.last_seen_at = max(at, contact.last_seen_at)
    if _hear_name(contact, name, at):
        changed += ["name", "named_at"]
    if changed:
        statements.update(contact, *changed)


def _hear_name(contact: Contact, name: str, at: datetime) -> bool:
    """Take the name that the channel gave then, unless a later or a confirmed one is known."""
    if not name or contact.is_name_confirmed:
        return False
    if contact.named_at is not None and (contact.named_at, contact.name or "") >= (at, name):
        return False
    contact.name, contact.named_at = name, at
    return True


def _join(*, gone: UUID, into: UUID) -> None:
    keyring.join_subjects(scope.current(), gone=gone, into=into)
    Identity.objects.filter(contact_id=gone).update(contact_id=into)
    survivor, other = Contact.objects.get(id=into), Contact.objects.get(id=gone)
    if other.is_name_confirmed and not survivor.is_name_confirmed:
        survivor.name, survivor.is_name_confirmed = other.name, True
    elif other.name and not survivor.is_name_confirmed:
        _hear_name(survivor, other.name, other.named_at or other.made_at)
    survivor.language = survivor.language or other.language
    survivor.stopped_at = survivor.stopped_at or other.stopped_at
    survivor.made_at = min(survivor.made_at, other.made_at)
    survivor.last_seen_at = max(survivor.last_seen_at, other.last_seen_at)
    survivor.save()


def remove_joined(*, contact_id: UUID) -> None:
    """Delete a record that became part of another one, after all it owned was moved."""
    Contact.objects.filter(id=contact_id).delete()


def rename(*, contact_id: UUID, name: str) -> None:
    """Record what the person, or a member, says they are called."""
    contact = Contact.objects.get(id=contact_id)
    contact.name = name
    contact.is_name_confirmed = True
    contact.save(update_fields=["name", "is_name_confirmed"])


def set_language(*, contact_id: UUID, language: str) -> None:
    """Record which language the person writes."""
    _OTHER_LANGUAGE(id=contact_id, language=language)


def stop(*, contact_id: UUID, now: datetime) -> None:
    """No automated message reaches this person from now on."""
    Contact.objects.filter(id=contact_id, stopped_at=None).update(stopped_at=now)


def start_again(*, contact_id: UUID) -> None:
    """The person asked for automated messages again."""
    Contact.objects.filter(id=contact_id).update(stopped_at=None)


def add_address(*, contact_id: UUID, kind: str, value: str, now: datetime) -> None:
    """Record another address of this person that nobody else has."""
    Identity.objects.bulk_create(
        [
            Identity(
                contact_id=contact_id,
                kind=kind,
                fingerprint=fingerprint(kind, value),
                value=value,
                made_at=now,
            )
        ],
        ignore_conflicts=True,
    )
