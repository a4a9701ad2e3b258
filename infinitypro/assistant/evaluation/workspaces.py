"""A fresh workspace in the database for each conversation script, gone again when the script is over."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction

import infinitypro
from infinitypro.accounts import services as accounts
from infinitypro.assistant import loading
from infinitypro.assistant.bookings import ContactDiary
from infinitypro.assistant.facts import Facts
from infinitypro.booking import models
from infinitypro.booking import services as booking
from infinitypro.business import file as business_file
from infinitypro.business import services as business
from infinitypro.contacts import services as contacts
from infinitypro.core import tenancy
from infinitypro.core.tenancy.models import new_id

DEMO = Path(infinitypro.__file__).parent / "demo" / "business.yaml"
_STRANGER = "+12125550199"


@dataclass(kw_only=True)
class Workspace:
    """The World of conversations.py, over real rows."""

    facts: Facts
    contact_id: UUID
    stranger_id: UUID
    now: datetime

    def diary(self, now: datetime) -> ContactDiary:
        """The contact's view of the book."""
        return ContactDiary(contact_id=self.contact_id, now=now, zone=self.facts.zone)

    def give(self, *, service: str, staff: str, start: datetime, is_own: bool) -> None:
        """An appointment that is there already, made by a member, who may book at any time that is free."""
        booking.check_and_book(
            contact_id=self.contact_id if is_own else self.stranger_id,
            service_id=models.Service.objects.get(key=service).id,
            staff_id=models.Staff.objects.get(name=staff).id,
            start=start,
            now=self.now,
            source="member",
        )


@contextmanager
def worlds(business_path: Path | None, now: datetime, contact: dict[str, Any]) -> Iterator[Workspace]:
    """A workspace with the demo's business, or that of the file; everything is rolled back at the end."""
    with transaction.atomic():
        row = accounts.make_workspace(slug=f"eval-{new_id().hex}")
        with tenancy.workspace(row.id):
            yield _made(business_path or DEMO, now, contact)
        transaction.set_rollback(True)


def _made(path: Path, now: datetime, contact: dict[str, Any]) -> Workspace:
    file = business_file.read(path)
    business.load(file=file)
    booking.load(file=file)
    facts = loading.facts()
    local = now.replace(tzinfo=facts.zone)
    own, other = (
        contacts.find_or_make(addresses=[("phone", phone)], name=name, now=local.astimezone(UTC)).contact.id
        for phone, name in (
            (contact.get("phone") or "+12125550100", contact.get("name", "")),
            (_STRANGER, "Somebody Else"),
        )
    )
    return Workspace(facts=facts, contact_id=own, stranger_id=other, now=local)
