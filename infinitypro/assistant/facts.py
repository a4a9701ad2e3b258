"""What the business says about itself: the only source of prices, times and places in a reply."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from infinitypro.assistant.understanding.numbers import NUMBERS

Interval = tuple[time, time]

_NUMBERED = re.compile(rf"\b\d{{1,2}}\b|\b(?:{'|'.join(NUMBERS)})\b", re.IGNORECASE)
_TITLE = re.compile(r"(dra?|mrs?|ms|prof|sra?|lic|the|el|la)\.?", re.IGNORECASE)
_PARTICLE = re.compile(r"de|del|der|den|d[aio]|dos|das|la|las|los|le|van|von|bin|ben|y|e|i", re.IGNORECASE)


def is_within(at: time, interval: Interval) -> bool:
    """Whether a time lies in an interval of the day; one that closes before it opens goes on past midnight."""
    opens, closes = interval
    return opens <= at and (at < closes or closes <= opens)


@dataclass(frozen=True, kw_only=True)
class Service:
    """One thing that can be booked; `price` in minor units, None where the business names none."""

    id: str
    name: str
    minutes: int
    key: str = ""
    also: tuple[str, ...] = ()
    price: int | None = None
    price_from: bool = False
    note: str = ""
    staff: tuple[str, ...] = ()

    @property
    def size(self) -> int | None:
        """For how many it is, where the name says so ("Table for 2–4" is for four)."""
        found = [match.casefold() for match in _NUMBERED.findall(self.name)]
        return max((NUMBERS.get(word) or int(word) for word in found), default=None)


@dataclass(frozen=True, kw_only=True)
class Person:
    """A member of staff as customers know them; without `hours` of their own they work whenever the doors are open."""

    id: str
    name: str
    hours: "Hours | None" = None

    @property
    def short(self) -> str:
        """The first name, or the whole name where it is no person's ("Table 4", "Dr Okafor")."""
        first, _, rest = self.name.partition(" ")
        is_title = bool(_TITLE.fullmatch(first))
        return self.name if is_title or not self.is_human or len(rest) == 1 else first

    @property
    def is_human(self) -> bool:
        """Whether the name is a person's, not a table's, a room's or a lift's ("Table 4", "Long table")."""
        later = self.name.split()[1:]
        is_thing = any(word[:1].islower() and not _PARTICLE.fullmatch(word) for word in later)
        return not is_thing and not any(letter.isdigit() for letter in self.name)


@dataclass(frozen=True, kw_only=True)
class Faq:
    """A question the business answered for us; `hand_over` when a person takes it from there."""

    id: str
    question: str
    answer: str
    hand_over: bool = False
    translations: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Hours:
    """When the doors are open: by weekday (Monday is 0), with the days that differ."""

    weekly: Mapping[int, tuple[Interval, ...]]
    closed: Mapping[date, str] = field(default_factory=dict)

    def on(self, day: date) -> tuple[Interval, ...]:
        """The open intervals of a day, none when closed."""
        return () if day in self.closed else self.weekly.get(day.weekday(), ())

    def reason(self, day: date) -> str:
        """Why an otherwise open day is closed ("Christmas"), or nothing."""
        return self.closed.get(day, "")

    def is_open(self, moment: datetime) -> bool:
        """Whether the doors are open at a local moment."""
        at, before = moment.time(), moment.date() - timedelta(days=1)
        is_late = any(closes <= opens and at < closes for opens, closes in self.on(before))
        return is_late or any(is_within(at, interval) for interval in self.on(moment.date()))

    def next_opening(self, moment: datetime) -> datetime | None:
        """The next local moment at which the doors open, within two months."""
        for ahead in range(62):
            day = moment.date() + timedelta(days=ahead)
            for opens, _ in self.on(day):
                at = datetime.combine(day, opens, tzinfo=moment.tzinfo)
                if at > moment:
                    return at
        return None


@dataclass(frozen=True, kw_only=True)
class Facts:
    """One business, as its members wrote it down; `former_…` only name what old appointments are for."""

    name: str
    timezone: str
    currency: str
    hours: Hours
    services: tuple[Service, ...]
    staff: tuple[Person, ...]
    kind: str = ""
    country: str = ""
    languages: tuple[str, ...] = ("en",)
    phone: str = ""
    email: str = ""
    website: str = ""
    address: str = ""
    about: str = ""
    faqs: tuple[Faq, ...] = ()
    minimum_notice_minutes: int = 0
    horizon_days: int = 60
    cancel_until_hours: int | None = None
    former_services: tuple[Service, ...] = ()
    former_staff: tuple[Person, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def service(self, service_id: str) -> Service:
        """The service of that id, offered still or not; KeyError when there never was one."""
        return _by_id((*self.services, *self.former_services), service_id)

    @property
    def is_by_size(self) -> bool:
        """Whether the services differ only by how many people come ("Table for 2", "Table for 4")."""
        stems = {_NUMBERED.sub("#", service.name.casefold()) for service in self.services}
        return len(self.services) > 1 and len(stems) == 1 and "#" in stems.pop()

    def has_service(self, service_id: str | None) -> bool:
        return any(service.id == service_id for service in self.services)

    def has_person(self, staff_id: str | None) -> bool:
        return any(person.id == staff_id for person in self.staff)

    def person(self, staff_id: str) -> Person:
        """The member of staff of that id, there still or not; KeyError when there never was one."""
        return _by_id((*self.staff, *self.former_staff), staff_id)

    def who_does(self, service_id: str) -> tuple[Person, ...]:
        """Everyone who does a service, in the business's order."""
        wanted = self.service(service_id).staff
        return tuple(person for person in self.staff if person.id in wanted)

    def what_does(self, staff_id: str) -> tuple[Service, ...]:
        """Everything a person does."""
        return tuple(service for service in self.services if staff_id in service.staff)


_Row = TypeVar("_Row", Service, Person, Faq)


def _by_id(rows: Iterable[_Row], wanted: str) -> _Row:
    for row in rows:
        if row.id == wanted:
            return row
    raise KeyError(wanted)
