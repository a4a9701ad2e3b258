"""The calendar's days as a grid: who works when, what is booked, what is closed, all as the business's clock shows it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from infinitypro.booking import catalogue, presenting, queries, sweep, wording
from infinitypro.booking.catalogue import Catalogue
from infinitypro.booking.models import TAKING, Appointment, Staff, Status
from infinitypro.booking.roster import Person
from infinitypro.business import spans
from infinitypro.business.spans import Interval
from infinitypro.core import clock
from infinitypro.core.templatetags.look import initials

_DAY = timedelta(days=1)
HOUR = 60


@dataclass(frozen=True)
class Days:
    """Local days, from the first up to but without `end`, and what is known of them."""

    first: date
    end: date
    known: Catalogue
    wall: wording.Wall

    @property
    def minutes(self) -> Interval:
        """From the first midnight to the last."""
        zone = self.known.shop.hours.zone
        return spans.minute_of(self.first, 0, zone), spans.minute_of(self.end, 0, zone)

    @property
    def is_one(self) -> bool:
        """Whether it is a single day."""
        return self.end - self.first == _DAY

    def each(self) -> Iterator["Days"]:
        """One by one."""
        for n in range((self.end - self.first).days):
            yield Days(self.first + _DAY * n, self.first + _DAY * (n + 1), self.known, self.wall)

    def open(self) -> list[Interval]:
        """Opening hours."""
        return sweep.common(self.known.shop.open(self.first - _DAY, self.end), [self.minutes])

    def work(self, person: Person) -> list[Interval]:
        """Somebody's working time, breaks and time off not yet taken out."""
        return sweep.common(self.known.shop.work(person, self.first - _DAY, self.end), [self.minutes])

    def rests(self, person: Person) -> list[Interval]:
        """Somebody's breaks in that time."""
        rests = sweep.joined(self.known.shop.rests(person, self.first - _DAY, self.end))
        return sweep.common(rests, self.work(person))

    def away(self, person: Person) -> list[Interval]:
        """Somebody's time off in that time."""
        return sweep.common(sweep.joined(person.away), self.work(person))


def days(*, first: date, end: date, now: datetime) -> Days:
    """These days. Raises business.queries.NoBusiness."""
    return Days(first, end, catalogue.current(), wording.wall(now=now))


def grid(asked: Days, *, url: presenting.Address) -> dict[str, Any]:
    """What the calendar lays out; the contract stands in calendar.html."""
    start, end = (spans.from_minute(minute) for minute in asked.minutes)
    booked = queries.between(start=start, end=end, now=asked.wall.now)
    names = presenting.names(booked)
    is_whole = not queries.reach()  # else nothing is shown of the days but what was let be seen
    return {
        "now": _shown(asked.wall.now, asked.wall.zone),
        "title": _title(asked),
        "summary": _summary(asked, booked),
        "people": [_column(asked, row) for row in _people(asked, booked, is_whole=is_whole)],
        "appointments": [_block(asked, row, names[row.contact_id], url) for row in booked],
        "closed": [*_shut(asked), *_not_in(asked)] if is_whole else [],
    }


def hours_shown(known: Catalogue) -> tuple[str, str]:
    """The grid's first and last hour: one more on either side than the business's longest day has."""
    week = [span for day in known.shop.hours.week for span in day]
    first = min((span.start for span in week), default=9 * HOUR) // HOUR - 1
    last = -(-max((span.end for span in week), default=17 * HOUR) // HOUR) + 1
    if last > 25:  # a night belongs to two days, so all of each is shown
        first = 0
    return f"{max(0, first):02}:00", f"{min(24, last):02}:00"


def _people(asked: Days, booked: Iterable[Appointment], *, is_whole: bool) -> list[Staff]:
    """Who works here, and who did and still has appointments in these days."""
    present = list(asked.known.staff) if is_whole else []
    known = {row.id for row in present}
    former = {row.staff_id: row.staff for row in booked if row.staff_id not in known}
    return present + sorted(former.values(), key=lambda row: (row.name, row.id))


def _column(asked: Days, row: Staff) -> dict[str, str]:
    person = asked.known.people.get(row.id)
    return {
        "id": str(row.id),
        "name": row.name,
        "initials": initials(row.name),
        "hours": _hours(asked, person) if asked.is_one else "",
    }


def _hours(asked: Days, person: Person | None) -> str:
    there = sweep.without(asked.work(person), asked.away(person)) if person else []
    if not there:
        return "off"
    return asked.wall.hours(spans.from_minute(there[0][0]), spans.from_minute(there[-1][1]))


def _block(asked: Days, row: Appointment, name: str, url: presenting.Address) -> dict[str, Any]:
    zone = asked.wall.zone
    start, end = _pair(row.start_at, row.end_at, zone)
    return {
        "id": str(row.id),
        "person": str(row.staff_id),
        "start": start,
        "end": end,
        "ready_from": _shown(row.busy_start, zone) if row.busy_start < row.start_at else None,
        "tidy_until": _pair(row.end_at, row.busy_end, zone)[1] if row.busy_end > row.end_at else None,
        "name": name,
        "text": f"{row.service.name} · {asked.wall.bare_span(row.start_at, row.end_at)}",
        "hint": _hint(row),
        "status": row.status,
        "url": url("appointment", row.id),
    }


def _hint(row: Appointment) -> str:
    by_status = {
        Status.TENTATIVE: "waiting for confirmation",
        Status.DONE: "done",
        Status.NO_SHOW: "did not come",
    }
    return by_status.get(Status(row.status)) or ("by assistant" if row.source == "assistant" else "")


def _shut(asked: Days) -> Iterator[dict[str, str | None]]:
    """When the business is closed, day by day, with the reason of a day on which it does not open at all."""
    for day in asked.each():
        shut = asked.known.shop.hours.reason_closed(day.first)
        text = shut.reason if shut and shut.reason else "Closed"
        for gap in sweep.without([day.minutes], day.open()):
            yield _closed(asked, None, gap, text)


def _not_in(asked: Days) -> Iterator[dict[str, str | None]]:
    """When somebody is not there though the business is open."""
    opened = asked.open()
    for row in asked.known.staff:
        person = asked.known.people[row.id]
        work, rests, away = asked.work(person), asked.rests(person), asked.away(person)
        for text, gaps in (
            ("Not in", sweep.without(opened, work)),
            ("Break", sweep.without(rests, away)),
            ("Time off", away),
        ):
            for gap in gaps:
                yield _closed(asked, row.id, gap, text)


def _closed(asked: Days, who: UUID | None, gap: Interval, text: str) -> dict[str, str | None]:
    start, end = _pair(spans.from_minute(gap[0]), spans.from_minute(gap[1]), asked.wall.zone)
    return {"person": str(who) if who else None, "start": start, "end": end, "text": text}


def _pair(start: datetime, end: datetime, zone: str) -> tuple[str, str]:
    """Both as the clock shows them; where it was put back in between, the end keeps its distance instead."""
    first, last = _shown(start, zone), _shown(end, zone)
    if last <= first:
        drawn = clock.local(start, zone).replace(tzinfo=None) + (end - start)
        last = drawn.isoformat(timespec="seconds")
    return first, last


def _shown(moment: datetime, zone: str) -> str:
    return clock.local(moment, zone).replace(tzinfo=None).isoformat(timespec="seconds")


def _title(asked: Days) -> str:
    if asked.is_one:
        return asked.wall.day(asked.first)
    return clock.say_days(asked.first, asked.end - _DAY, region=asked.wall.region)


def _summary(asked: Days, booked: Sequence[Appointment]) -> str:
    """`9 appointments · 2 free hours left`; for a closed day, why it is closed."""
    count = len(booked)
    said = f"{count or 'No'} appointment{'' if count == 1 else 's'}"
    if not asked.is_one:
        return said if count else ""
    if not asked.open():
        shut = asked.known.shop.hours.reason_closed(asked.first)
        closed = f"Closed: {shut.reason}" if shut and shut.reason else "Closed"
        return f"{said} · {closed}" if count else closed
    free = _free(asked, booked)
    return f"{said} · {free}" if free else said


def _free(asked: Days, booked: Sequence[Appointment]) -> str:
    """How much working time is neither booked nor over; nothing for a day that is."""
    now = spans.to_minute_up(asked.wall.now)
    start, end = asked.minutes
    if now >= end:
        return ""
    busy = _busy(booked)
    ahead = [(max(start, now), end)]
    left = sum(_length(_idle(asked, person, busy, ahead)) for person in asked.known.people.values())
    return _hours_left(left, is_today=start <= now)


def _busy(booked: Iterable[Appointment]) -> Mapping[UUID, list[Interval]]:
    found: dict[UUID, list[Interval]] = {}
    for row in booked:
        if row.status in TAKING:
            taken = spans.to_minute(row.busy_start), spans.to_minute_up(row.busy_end)
            found.setdefault(row.staff_id, []).append(taken)
    return found


def _idle(
    asked: Days, person: Person, busy: Mapping[UUID, list[Interval]], ahead: Sequence[Interval]
) -> list[Interval]:
    blocks = sorted([*asked.rests(person), *asked.away(person), *busy.get(person.id, ())])
    return sweep.without(sweep.common(asked.work(person), ahead), blocks)


def _length(intervals: Iterable[Interval]) -> int:
    return sum(end - start for start, end in intervals)


def _hours_left(minutes: int, *, is_today: bool) -> str:
    left = " left" if is_today else ""
    if minutes < 1:
        return "nothing free"
    if minutes < HOUR:
        return f"{minutes} free minutes{left}"
    halves = minutes * 2 // HOUR
    whole = f"{halves // 2}{'½' if halves % 2 else ''}"
    return f"{whole} free hour{'' if whole == '1' else 's'}{left}"
