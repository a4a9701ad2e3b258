"""Appointments as the pages show them: plain values, every text and time ready to be read."""

from collections.abc import Iterable
from typing import Any, Protocol
from uuid import UUID

from django.db.models import Q

from infinitypro.accounts import access as asker
from infinitypro.booking.models import Appointment, Status
from infinitypro.booking.queries import LIVE
from infinitypro.booking.wording import Wall, price
from infinitypro.contacts import numbers
from infinitypro.contacts import queries as contacts
from infinitypro.contacts.models import Contact
from infinitypro.inbox import presenting as inbox_presenting
from infinitypro.inbox import queries as inbox

STATUS = {
    Status.TENTATIVE: "waiting for confirmation",
    Status.CONFIRMED: "confirmed",
    Status.CANCELLED: "cancelled",
    Status.DONE: "done",
    Status.NO_SHOW: "did not come",
}
MADE_BY = {"assistant": "by the assistant", "booking_page": "on the booking page", "member": "by the team"}


class Address(Protocol):
    """The address of one of this room's pages in the present workspace."""

    def __call__(self, name: str, *arguments: UUID) -> str:
        """`booking:<name>` for these arguments."""


def names(rows: Iterable[Appointment]) -> dict[UUID, str]:
    """What the contacts of these appointments are called, in three queries at the most."""
    found = contacts.by_ids(contact_ids={row.contact_id for row in rows})
    return called(found.values())


def called(rows: Iterable[Contact]) -> dict[UUID, str]:
    """What these contacts are called: their name, else an address."""
    known = list(rows)
    unnamed = contacts.addresses(contact_ids=[row.id for row in known if not row.name])
    return {row.id: inbox_presenting.name_of(row, _address(unnamed.get(row.id, []))) for row in known}


def _address(addresses: Iterable[tuple[str, str]]) -> str:
    """The telephone number as people write it, else whatever there is to reach somebody by."""
    known = list(addresses)
    for kind, value in known:
        if kind == "phone":
            return numbers.spaced(value)
    return ""


def status_text(row: Appointment, *, wall: Wall) -> str:
    """`confirmed`, or until when it is held."""
    if row.status == Status.TENTATIVE and row.held_until:
        return f"held until {wall.time(row.held_until)}, waiting for confirmation"
    return STATUS[Status(row.status)]


def details(row: Appointment, *, wall: Wall, conversation_url: str | None) -> dict[str, Any]:
    """One appointment, as _appointment.html describes it."""
    contact = contacts.get(contact_id=row.contact_id)
    address = _address(contacts.addresses(contact_ids=[contact.id]).get(contact.id, []))
    name = inbox_presenting.name_of(contact, address)
    if not asker.sees("contacts.phone"):
        address = numbers.HIDDEN
    return {
        "name": name,
        "service": row.service.name,
        "staff": row.staff.name,
        "when": wall.when(row.start_at, row.end_at),
        "status": row.status,
        "status_text": status_text(row, wall=wall).capitalize(),
        "price": price(row.price, currency=row.currency, region=wall.region),
        "source_text": _made(row, wall),
        "moved_text": f"From {wall.when_starts(row.rescheduled_from)}" if row.rescheduled_from else "",
        "address": address if address != name else "",
        "note": (row.note or "") if asker.sees("contacts.notes") else "",
        "conversation_url": conversation_url,
    }


def _made(row: Appointment, wall: Wall) -> str:
    by = MADE_BY.get(row.source, "")
    return f"Booked {by}, {wall.near_day(row.made_at)}, {wall.time(row.made_at)}".replace(" ,", ",")


def conversation_of(contact_id: UUID) -> UUID | None:
    """The contact's latest conversation of those that whoever asks may read."""
    found = inbox.conversations(which=Q(contact_id=contact_id), limit=1)
    return found[0].id if found else None


def acts(row: Appointment, *, name: str, wall: Wall, url: Address) -> list[dict[str, str]]:
    """What can be done with the appointment now, and the permission each act needs."""
    is_begun, is_live = row.start_at <= wall.now, row.status in LIVE
    found = []
    if row.status == Status.TENTATIVE:
        found.append({"text": "Confirm", "url": url("confirm", row.id), "needs": "calendar.confirm"})
    if is_begun and row.status != Status.CANCELLED:
        if row.status != Status.DONE:
            found.append({"text": "Mark as done", "url": url("done", row.id), "needs": "calendar.confirm"})
        if row.status != Status.NO_SHOW:
            found.append({"text": "Did not come", "url": url("no_show", row.id), "needs": "calendar.confirm"})
    if is_live and row.end_at > wall.now:
        found.append(_cancelling(row, name, wall, url))
    return found


def _cancelling(row: Appointment, name: str, wall: Wall, url: Address) -> dict[str, str]:
    return {
        "text": "Cancel …",
        "url": url("cancel", row.id),
        "needs": "calendar.cancel",
        "tone": "danger",
        "confirm": f"{row.service.name} with {row.staff.name}, {wall.when(row.start_at, row.end_at)}, is taken out of the"
        f" calendar and the time is free again. {name} is not told by itself: write to them if they do not know.",
        "confirm_title": "Cancel this appointment?",
        "confirm_verb": "Cancel the appointment",
        "confirm_no": "Keep it",
    }


def can_move(row: Appointment, *, wall: Wall) -> bool:
    """Whether the appointment can get another time."""
    is_run_out = row.held_until is not None and row.held_until <= wall.now
    return row.status in LIVE and not is_run_out
