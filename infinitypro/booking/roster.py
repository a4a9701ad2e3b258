"""Who works when, and what is still free: a business's facts in the form in which they are swept (sweep.py).

Pure: built from rows by catalogue.py, or by hand in tests. Somebody works when their own hours and the
business's opening hours both say so, which leaves out public holidays and closures.
"""

from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Generic, TypeVar
from uuid import UUID

from infinitypro.booking import sweep
from infinitypro.booking.sweep import Need
from infinitypro.business import spans
from infinitypro.business.hours import OpeningHours
from infinitypro.business.spans import Interval, Week

T = TypeVar("T")
Opening = tuple[int, tuple[UUID, ...]]
_DAY = timedelta(days=1)
_MARGIN = 2
_REMEMBERED = 2000


@dataclass(frozen=True)
class Rules:
    """What the business asks of bookings by customers."""

    notice_minutes: int = 0
    horizon_days: int = 60
    step_minutes: int = 15
    cancel_hours: int = 0


@dataclass(frozen=True)
class Person:
    """A member of staff; without a week of their own they work the business's hours."""

    id: UUID
    name: str
    week: Week | None
    breaks: Week
    away: tuple[Interval, ...] = ()


@dataclass(frozen=True)
class Job:
    """A bookable service with the people who do it, by name, and the units of each resource it needs."""

    id: UUID
    key: str
    name: str
    need: Need
    people: tuple[Person, ...]
    resources: tuple[tuple[UUID, ...], ...] = ()
    price: int | None = None

    def only(self, staff_id: UUID | None) -> tuple[Person, ...]:
        """The people who do it: all, or the one asked for (none when that one does not)."""
        return tuple(person for person in self.people if staff_id in (None, person.id))


@dataclass(frozen=True)
class Taken:
    """Busy ranges, buffers included, by member of staff and by resource unit; each list sorted."""

    staff: Mapping[UUID, Sequence[Interval]] = field(default_factory=dict)
    units: Mapping[UUID, Sequence[Interval]] = field(default_factory=dict)


class _Memory(Generic[T]):
    """Remembers what follows from facts that do not change; forgets all when it has grown too long."""

    def __init__(self) -> None:
        self._known: dict[Hashable, T] = {}

    def get(self, key: Hashable, work_out: Callable[[], T]) -> T:
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            found = self._known[key] = work_out()
        return found


@dataclass(frozen=True)
class Shop:
    """A business as far as booking is concerned."""

    hours: OpeningHours
    rules: Rules
    _routines: "_Memory[tuple[Sequence[Interval], Sequence[Interval]]]" = field(
        default_factory=lambda: _Memory(), compare=False, repr=False
    )
    _grids: "_Memory[list[int]]" = field(default_factory=lambda: _Memory(), compare=False, repr=False)

    def bookable(self, now: datetime) -> Interval:
        """From the first minute that customers may ask for to the end of the last day of the horizon."""
        last = self.hours.local_day(now) + timedelta(days=self.rules.horizon_days + 1)
        first = spans.to_minute_up(now + timedelta(minutes=self.rules.notice_minutes))
        return first, spans.minute_of(last, 0, self.hours.zone)

    def open(self, first: date, last: date) -> list[Interval]:
        """Opening hours of those local days, joined where they touch."""
        return sweep.joined(self.hours.intervals(first, last))

    def work(self, person: Person, first: date, last: date) -> list[Interval]:
        """When somebody works on those local days, breaks and time off not yet taken out."""
        opened = self.open(first, last)
        if person.week is None:
            return opened
        return sweep.common(self._wall(person.week, first, last), opened)

    def rests(self, person: Person, first: date, last: date) -> list[Interval]:
        """Somebody's breaks on those local days."""
        return self._wall(person.breaks, first, last) if any(person.breaks) else []

    def routine(
        self, person: Person, first: date, last: date
    ) -> tuple[Sequence[Interval], Sequence[Interval]]:
        """Somebody's working time on those local days, and their breaks and time off, sorted; remembered."""

        def worked_out() -> tuple[Sequence[Interval], Sequence[Interval]]:
            return self.work(person, first, last), sorted([*self.rests(person, first, last), *person.away])

        return self._routines.get((person.id, first, last), worked_out)

    def _wall(self, week: Week, first: date, last: date) -> list[Interval]:
        """A week's wall-clock spans on those local days, as joined intervals."""
        found: list[Interval] = []
        for day in _days(first, last):
            found += spans.on(week[day.weekday()], day, self.hours.zone)
        return sweep.joined(found)

    def grid(self, first: date, last: date) -> list[int]:
        """The starts that customers are offered on those local days: times of the local clock, sorted.

        A time that the clock shows twice is offered once, the first; one that it skips is not offered.
        """

        def worked_out() -> list[int]:
            zone, step, found = self.hours.zone, self.rules.step_minutes, set[int]()
            for day in _days(first, last):
                for span in self.hours.spans(day):
                    found.update(spans.shown(sweep.anchored(span, step), day, zone))
            return sorted(found)

        return self._grids.get((first, last), worked_out)

    def days(self, window: Interval) -> tuple[date, date]:
        """The local days that can matter to starts in the window: a night before, a long service after."""
        first, last = (self.hours.local_day(spans.from_minute(minute)) for minute in window)
        return first - _DAY, last + _DAY * _MARGIN


def _days(first: date, last: date) -> Iterator[date]:
    return (first + _DAY * n for n in range((last - first).days + 1))


def find(shop: Shop, job: Job, people: Sequence[Person], taken: Taken, window: Interval) -> Iterator[Opening]:
    """Starts in the window, in order, each with the ids of all who are free then."""
    first, last = shop.days(window)
    possible = _resources_free(job, taken, window)
    each = []
    for person in people:
        work, rests = shop.routine(person, first, last)
        blocks = sorted([*rests, *taken.staff.get(person.id, ())])
        found = sweep.starts(work, blocks, job.need)
        each.append(found if possible is None else sweep.common(found, possible))
    grid = shop.grid(first, last)
    inside = grid[bisect_left(grid, window[0]) : bisect_left(grid, window[1])]
    yield from sweep.openings(inside, each, [person.id for person in people])


def _resources_free(job: Job, taken: Taken, window: Interval) -> list[Interval] | None:
    """The starts for which a unit of every resource is free; None when the service needs no resource."""
    if not job.resources:
        return None
    possible = [window]
    for units in job.resources:
        busy = [taken.units.get(unit, ()) for unit in units]
        possible = sweep.common(possible, sweep.unit_starts(busy, window, job.need))
    return possible
