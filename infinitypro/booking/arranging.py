"""The small form in which a member books or moves an appointment: its choices, the free times, what went wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from infinitypro.booking import catalogue, forms, presenting, queries, wording
from infinitypro.booking.models import Appointment
from infinitypro.booking.refusals import Opening, Refused
from infinitypro.business import spans
from infinitypro.contacts import queries as contacts
from infinitypro.inbox import queries as inbox

RECENT = 30
_DAY = timedelta(days=1)
_SOON = timedelta(days=62)
_SUGGESTED = 3


@dataclass(frozen=True)
class Draft:
    """What has been chosen so far; whatever is missing or makes no sense has a sensible value instead."""

    service_id: UUID | None
    staff_id: UUID | None
    day: date
    typed: str
    at: str
    note: str
    contact_id: UUID | None
    moving: Appointment | None = None


def draft(said: Mapping[str, str], *, wall: wording.Wall, moving: Appointment | None = None) -> Draft:
    """The draft from the fields of a form or an address."""
    offered = [row.id for row in queries.services()]
    service_id = moving.service_id if moving else _uuid(said.get("service"))
    if service_id not in offered and not moving:
        service_id = offered[0] if offered else None
    able = queries.who_does(service_id=service_id) if service_id else []
    staff_id = _uuid(said.get("staff", str(moving.staff_id) if moving else ""))
    return Draft(
        service_id=service_id,
        staff_id=staff_id if staff_id in able else None,
        day=_day(said.get("day"), wall.local_day(moving.start_at) if moving else wall.today, wall.today),
        typed=said.get("typed", "")[:5],
        at=said.get("at", "")[:40],
        note=said.get("note", "")[: forms.LONGEST_NOTE],
        contact_id=_uuid(said.get("contact")),
        moving=moving,
    )


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def _day(text: str | None, usual: date, today: date) -> date:
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return usual
    return found if abs(found - today) <= forms.FURTHEST else usual


def context(
    asked: Draft, *, wall: wording.Wall, url: presenting.Address, errors: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """For _arrange.html."""
    moving = asked.moving
    free = _free(asked, wall)
    return {
        "draft": asked,
        "is_new": moving is None,
        "form_url": url("move", moving.id) if moving else url("new"),
        "back_url": url("appointment", moving.id) if moving else "",
        "about": _about(moving, wall) if moving else None,
        "people": _chosen_first(forms.people(service_id=asked.service_id), asked.staff_id),
        "services": [] if moving else _chosen_first(forms.services(), asked.service_id),
        "contacts": [] if moving else _contacts(asked, wall),
        "times": [_time(one, wall) for one in free],
        "times_title": f"Free on {wall.day(asked.day)}",
        "others": [] if free else [_other(one, wall) for one in _next(asked, wall)],
        "errors": dict(errors or {}),
    }


def _about(row: Appointment, wall: wording.Wall) -> dict[str, str]:
    name = presenting.names([row])[row.contact_id]
    return {"name": name, "service": row.service.name, "when": wall.when(row.start_at, row.end_at)}


def _chosen_first(choices: list[forms.Choice], chosen: UUID | None) -> list[dict[str, Any]]:
    return [{"value": value, "text": text, "is_chosen": value == str(chosen)} for value, text in choices]


def _contacts(asked: Draft, wall: wording.Wall) -> list[dict[str, Any]]:
    """The contact asked for, and those who were seen last."""
    recent = {row.id: row for row in contacts.page(limit=RECENT, which=inbox.known_contacts())}
    if asked.contact_id and asked.contact_id not in recent:
        chosen = inbox.known_contact(contact_id=asked.contact_id)
        recent = ({chosen.id: chosen} if chosen else {}) | recent
    names = presenting.called(recent.values())
    return [{"value": who, "text": names[who], "is_chosen": who == asked.contact_id} for who in recent]


def _free(asked: Draft, wall: wording.Wall) -> list[Opening]:
    first, last = _midnights(asked.day)
    return _openings(asked, wall, first, last)


def _next(asked: Draft, wall: wording.Wall) -> list[Opening]:
    """The first free times after a day that has none."""
    after = max(_midnights(asked.day)[1], wall.now)
    return _openings(asked, wall, after, after + _SOON, limit=_SUGGESTED)


def _openings(
    asked: Draft, wall: wording.Wall, start: datetime, end: datetime, limit: int | None = None
) -> list[Opening]:
    if asked.service_id is None or asked.service_id not in catalogue.current().jobs:
        return []
    return queries.openings(
        service_id=asked.service_id,
        start=start,
        end=end,
        now=wall.now,
        staff_id=asked.staff_id,
        ignoring=asked.moving.id if asked.moving else None,
        limit=limit,
    )


def _midnights(day: date) -> tuple[datetime, datetime]:
    zone = catalogue.current().shop.hours.zone
    first, last = (spans.minute_of(day + _DAY * n, 0, zone) for n in (0, 1))
    return spans.from_minute(first), spans.from_minute(last)


def _time(one: Opening, wall: wording.Wall) -> dict[str, str]:
    return {"value": one.start.isoformat(), "text": wall.time(one.start)}


def _other(one: Opening, wall: wording.Wall) -> dict[str, str]:
    return {"value": one.start.isoformat(), "text": f"{wall.near_day(one.start)}, {wall.time(one.start)}"}


def refused(error: Refused, asked: Draft, *, wall: wording.Wall, url: presenting.Address) -> dict[str, Any]:
    """For _arrange.html: why not, and what would be possible instead."""
    names = {row.id: row.name for row in queries.staff()}
    shown = context(asked, wall=wall, url=url, errors={"typed": wording.why(error, wall=wall, names=names)})
    return {**shown, "others": [_other(one, wall) for one in error.alternatives]}
