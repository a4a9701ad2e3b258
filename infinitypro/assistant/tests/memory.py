"""An appointment book in memory and facts from a business file: for quick tests of the dialogue without a database."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import yaml

from infinitypro.assistant.compose import ContactView, Outcome, compose
from infinitypro.assistant.diary import Booking, Obstacle, Refused, Slot
from infinitypro.assistant.facts import Facts, Faq, Hours, Interval, Person, Service
from infinitypro.assistant.state import Dialogue
from infinitypro.business import holiday

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _week(data: dict[str, Any] | None) -> dict[int, tuple[Interval, ...]]:
    return {
        DAYS.index(day): tuple(_span(text) for text in _many(spans)) for day, spans in (data or {}).items()
    }


def _many(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value or [])


def _span(text: str) -> Interval:
    opens, closes = text.split("-")
    return time.fromisoformat(opens), time.fromisoformat(closes)


def load(path: Path) -> tuple[Facts, dict[str, Any]]:
    """The facts of a business file, and the file itself."""
    data = yaml.safe_load(path.read_text())
    staff = [
        Person(
            id=f"staff-{row['name']}",
            name=row["name"],
            hours=Hours(weekly=_week(row["hours"])) if row.get("hours") else None,
        )
        for row in data["staff"]
    ]
    services = []
    for row in data["services"]:
        key = row.get("key") or row["name"].lower().replace(" ", "-")
        able = tuple(
            person.id
            for person, given in zip(staff, data["staff"], strict=True)
            if given.get("services") is None or key in given["services"] or row["name"] in given["services"]
        )
        services.append(
            Service(
                id=key,
                key=key,
                name=row["name"],
                minutes=row["minutes"],
                also=tuple(row.get("also", ())),
                price=row.get("price"),
                price_from=row.get("price_from", False),
                note=row.get("note", ""),
                staff=able,
            )
        )
    faqs = tuple(
        Faq(id=f"faq-{index}", question=row["q"], answer=row["a"], hand_over=row.get("hand_over", False))
        for index, row in enumerate(data.get("faqs", ()))
    )
    place = data.get("address") or {}
    city = " ".join(str(place.get(key, "")) for key in ("region", "postcode")).strip()
    address = ", ".join(str(part) for part in (place.get("street"), place.get("city"), city) if part)
    rules = data.get("booking") or {}
    return Facts(
        name=data["name"],
        timezone=data["timezone"],
        currency=data["currency"],
        services=tuple(services),
        staff=tuple(staff),
        hours=Hours(weekly=_week(data["hours"]), closed=_closed(data)),
        country=place.get("country", ""),
        kind=data.get("kind", ""),
        languages=tuple(data.get("languages", ("en",))),
        phone=data.get("phone", ""),
        email=data.get("email", ""),
        website=data.get("website", ""),
        address=address,
        about=data.get("about", ""),
        faqs=faqs,
        minimum_notice_minutes=rules.get("minimum_notice_minutes", 60),
        horizon_days=rules.get("horizon_days", 60),
        cancel_until_hours=rules.get("cancel_until_hours_before"),
    ), data


def _closed(data: dict[str, Any]) -> dict[date, str]:
    closed = {}
    for row in data.get("closed_on", ()):
        if "rule" in row:
            rule = holiday.rule(
                row["rule"],
                observed=row.get("observed", True),
                home=(data.get("address") or {}).get("country", ""),
            )
            for ahead in range(800):
                day = date(2026, 1, 1) + timedelta(days=ahead)
                if name := rule.name(day):
                    closed[day] = name
        else:
            first, last = (date.fromisoformat(str(row.get(key) or row.get("date"))) for key in ("from", "to"))
            for ahead in range((last - first).days + 1):
                closed[first + timedelta(days=ahead)] = row.get("reason", "")
    return closed


@dataclass(frozen=True, kw_only=True)
class Row:
    """An appointment of anybody's."""

    booking: Booking
    is_own: bool


@dataclass(kw_only=True)
class Memory:
    """The book: `rows` are everybody's; reads and writes are this contact's, at `now`."""

    facts: Facts
    data: dict[str, Any]
    now: datetime
    rows: list[Row] = field(default_factory=list)
    _numbers: Any = field(default_factory=lambda: count(1))

    def add(self, *, service_id: str, staff_id: str, start: datetime, is_own: bool) -> Booking:
        end = start + timedelta(minutes=self.facts.service(service_id).minutes)
        row = Booking(
            id=f"a{next(self._numbers)}", service_id=service_id, staff_id=staff_id, start=start, end=end
        )
        self.rows.append(Row(booking=row, is_own=is_own))
        return row

    def openings(
        self,
        *,
        service_id: str,
        start: datetime,
        end: datetime,
        staff_id: str | None = None,
        ignoring: str | None = None,
    ) -> Sequence[Slot]:
        step = (self.data.get("booking") or {}).get("slot_step_minutes", 15)
        found, at = [], start.replace(second=0, microsecond=0)
        if at < start:
            at += timedelta(minutes=1)
        at += timedelta(minutes=-at.minute % step)
        while at < end:
            for person in self.facts.service(service_id).staff:
                if staff_id in {None, person} and self._why(service_id, at, person, ignoring) is None:
                    found.append(Slot(start=at, staff_id=person))
            at += timedelta(minutes=step)
        return found

    def why_not(
        self, *, service_id: str, start: datetime, staff_id: str | None = None, ignoring: str | None = None
    ) -> Obstacle | None:
        people = [staff_id] if staff_id else list(self.facts.service(service_id).staff)
        reasons = [self._why(service_id, start, person, ignoring) for person in people]
        if None in reasons:
            return None
        order = ["taken", "resource", "break", "staff_hours", "staff_off"]
        return min(
            (reason for reason in reasons if reason),
            key=lambda row: order.index(row.reason) if row.reason in order else -1,
        )

    def _why(self, service_id: str, at: datetime, person: str, ignoring: str | None) -> Obstacle | None:
        service, facts = self.facts.service(service_id), self.facts
        end = at + timedelta(minutes=service.minutes)
        if at < self.now:
            return Obstacle(reason="past")
        if at < self.now + timedelta(minutes=facts.minimum_notice_minutes):
            return Obstacle(reason="too_soon")
        if (at.date() - self.now.date()).days > facts.horizon_days:
            return Obstacle(reason="beyond_horizon")
        if not facts.hours.on(at.date()):
            return Obstacle(reason="closed")
        if not self._inside(at, end, facts.hours.on(at.date())):
            return Obstacle(reason="outside_hours")
        return self._person(service_id, at, end, person) or self._busy(service_id, at, person, ignoring)

    def _person(self, service_id: str, at: datetime, end: datetime, person: str) -> Obstacle | None:
        row = next(row for row in self.data["staff"] if f"staff-{row['name']}" == person)
        works = (
            _week(row["hours"]).get(at.weekday(), ()) if row.get("hours") else self.facts.hours.on(at.date())
        )
        if not works:
            return Obstacle(reason="staff_off")
        if not self._inside(at, end, works):
            return Obstacle(reason="staff_hours", spans=tuple(self._on(at, span) for span in works))
        for span in _week(row.get("breaks")).get(at.weekday(), ()):
            start, stop = self._on(at, span)
            reach = self._reach(service_id, at)
            if reach[0] < stop and reach[1] > start:
                return Obstacle(reason="break", spans=((start, stop),))
        return None

    def _on(self, at: datetime, span: Interval) -> tuple[datetime, datetime]:
        return at.replace(hour=span[0].hour, minute=span[0].minute), at.replace(
            hour=span[1].hour, minute=span[1].minute
        )

    def _inside(self, at: datetime, end: datetime, spans: Sequence[Interval]) -> bool:
        day = at.replace(hour=0, minute=0)
        inside = [(self._at(day, opens), self._at(day, closes, after=opens)) for opens, closes in spans]
        return any(opens <= at and end <= closes for opens, closes in inside)

    def _at(self, day: datetime, clock: time, *, after: time = time.min) -> datetime:
        at = day.replace(hour=clock.hour, minute=clock.minute)
        return at + timedelta(days=1) if after != time.min and clock <= after else at

    def _busy(self, service_id: str, at: datetime, person: str, ignoring: str | None) -> Obstacle | None:
        mine = self._reach(service_id, at)
        others = [row.booking for row in self.rows if row.booking.id != ignoring]
        touching = [
            row
            for row in others
            if self._reach(row.service_id, row.start)[0] < mine[1]
            and self._reach(row.service_id, row.start)[1] > mine[0]
        ]
        if any(row.staff_id == person for row in touching):
            return Obstacle(reason="taken")
        for resource in self.data.get("resources", ()):
            users = sum(row.service_id in resource["needed_for"] for row in touching)
            if service_id in resource["needed_for"] and users >= resource.get("count", 1):
                return Obstacle(reason="resource")
        return None

    def _reach(self, service_id: str, at: datetime) -> tuple[datetime, datetime]:
        none: dict[str, Any] = {}
        row = next((row for row in self.data["services"] if row.get("key") == service_id), none)
        minutes = self.facts.service(service_id).minutes + row.get("buffer_after", 0)
        return at - timedelta(minutes=row.get("buffer_before", 0)), at + timedelta(minutes=minutes)

    def upcoming(self) -> Sequence[Booking]:
        mine = [row.booking for row in self.rows if row.is_own and row.booking.end > self.now]
        return sorted(mine, key=lambda row: row.start)

    def book(self, *, service_id: str, staff_id: str, start: datetime) -> Booking:
        obstacle = self._why(service_id, start, staff_id, None)
        if obstacle:
            raise Refused(obstacle)
        return self.add(service_id=service_id, staff_id=staff_id, start=start, is_own=True)

    def move(self, *, booking_id: str, staff_id: str, start: datetime) -> Booking:
        old = next(row for row in self.rows if row.booking.id == booking_id)
        obstacle = self._why(old.booking.service_id, start, staff_id, booking_id)
        if obstacle:
            raise Refused(obstacle)
        end = start + (old.booking.end - old.booking.start)
        row = replace(old.booking, staff_id=staff_id, start=start, end=end)
        self.rows[self.rows.index(old)] = Row(booking=row, is_own=True)
        return row

    def cancel(self, *, booking_id: str) -> None:
        self.rows = [row for row in self.rows if row.booking.id != booking_id]


@dataclass(kw_only=True)
class MemoryWorld:
    """A workspace in memory for the conversation runner."""

    facts: Facts
    book: Memory

    def diary(self, now: datetime) -> Memory:
        self.book.now = now
        return self.book

    def give(self, *, service: str, staff: str, start: datetime, is_own: bool) -> None:
        self.book.add(service_id=service, staff_id=f"staff-{staff}", start=start, is_own=is_own)


def worlds(demo: Path) -> Any:
    """Worlds of the demo's business, or of the one that the script names."""

    def world(business: Path | None, now: datetime, contact: dict[str, Any]) -> Any:
        facts, data = load(business or demo)
        return nullcontext(MemoryWorld(facts=facts, book=Memory(facts=facts, data=data, now=now)))

    return world


def say(book: Memory, text: str, dialogue: Dialogue | None = None, name: str = "Ana Flores") -> Outcome:
    """What the assistant answers to one message."""
    return compose(
        facts=book.facts,
        contact=ContactView(name=name),
        dialogue=dialogue or Dialogue(),
        messages=[text],
        now=book.now,
        diary=book,
    )
