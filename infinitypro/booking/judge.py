"""Whether a service can start at a wished time, and if not, for which reason. Pure, as roster.py is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from infinitypro.booking import sweep
from infinitypro.booking.refusals import (
    Away,
    BeyondHorizon,
    Closed,
    OffStep,
    OnBreak,
    OutsideHours,
    PersonRefused,
    Refused,
    SlotTaken,
    StaffDoesNotDoIt,
    StaffNotWorking,
    TooSoon,
)
from infinitypro.booking.roster import Job, Person, Shop, Taken
from infinitypro.business import spans
from infinitypro.business.spans import Interval

# What to say when nobody can: the reason that comes nearest to a booking.
_NEAREST = (SlotTaken, OnBreak, Away, StaffNotWorking)


@dataclass(frozen=True)
class Wish:
    """A service at a time, with somebody or with anybody; `by_customer` keeps to the rules for customers."""

    shop: Shop
    job: Job
    staff_id: UUID | None
    start: datetime
    now: datetime
    by_customer: bool = True

    @property
    def minute(self) -> int:
        """The start as minutes since 1970."""
        return spans.to_minute(self.start)

    @property
    def work(self) -> Interval:
        """The minutes of work."""
        return self.minute, self.minute + self.job.need.minutes

    @property
    def day(self) -> date:
        """The business's date of the start."""
        return self.shop.hours.local_day(self.start)

    @property
    def days(self) -> tuple[date, date]:
        """The local days that can matter to it."""
        return self.shop.days((self.minute, self.minute + 1))


def judge(wish: Wish, taken: Taken) -> list[Person] | Refused:
    """Everybody who could do it then, or the reason why nobody can."""
    refusal = _of_person_asked(wish) or _of_business(wish)
    if refusal:
        return refusal
    asked = wish.job.only(wish.staff_id)
    verdicts = {person.id: _of_person(wish, person, taken) for person in wish.job.people}
    has_units = choose_units(wish.job, wish.minute, taken) is not None
    free = [person for person in asked if verdicts[person.id] is None]
    if free:
        return free if has_units else SlotTaken(wish.staff_id, is_resource=True)
    refusals = [refused for person in asked if (refused := verdicts[person.id])]
    nearest = min(refusals, key=lambda refused: _NEAREST.index(type(refused)), default=None)
    if nearest is None:
        return StaffNotWorking(None, wish.day)
    nearest.free = tuple(who for who, refused in verdicts.items() if refused is None and has_units)
    return nearest


def _of_person_asked(wish: Wish) -> Refused | None:
    if wish.staff_id and not wish.job.only(wish.staff_id):
        return StaffDoesNotDoIt(wish.staff_id, tuple(person.id for person in wish.job.people))
    return None


def _of_business(wish: Wish) -> Refused | None:
    """Past, horizon, closed, hours, notice and step, in the order in which a person would say them."""
    earliest, horizon = wish.shop.bookable(wish.now)
    if wish.by_customer and wish.start < wish.now:
        return TooSoon(spans.from_minute(earliest), is_past=True)
    if wish.by_customer and wish.minute >= horizon:
        last = wish.shop.hours.local_day(wish.now) + timedelta(days=wish.shop.rules.horizon_days)
        return BeyondHorizon(last)
    opened = wish.shop.open(*wish.days)
    if not _inside(wish.work, opened):
        return _not_open(wish, opened)
    if wish.by_customer and wish.minute < earliest:
        return TooSoon(spans.from_minute(earliest), is_past=False)
    if wish.by_customer and not _on_grid(wish):
        return OffStep(wish.shop.rules.step_minutes)
    return None


def _not_open(wish: Wish, opened: Sequence[Interval]) -> Refused:
    starts_open = any(start <= wish.minute < end for start, end in opened)
    shut = wish.shop.hours.reason_closed(wish.day)
    if shut and not starts_open:
        return Closed(wish.day, shut)
    return OutsideHours(wish.day, tuple(wish.shop.hours.open_on(wish.day)), ends_late=starts_open)


def _on_grid(wish: Wish) -> bool:
    exact = wish.start.second == 0 and wish.start.microsecond == 0
    return exact and wish.minute in wish.shop.grid(*wish.days)


def _of_person(wish: Wish, person: Person, taken: Taken) -> PersonRefused | None:
    """Why somebody cannot do it then, apart from resources."""
    first, last = wish.days
    work = wish.shop.work(person, first, last)
    if not _inside(wish.work, work):
        return StaffNotWorking(wish.staff_id, wish.day, _as_times(_of_day(wish, work)))
    busy = wish.job.need.busy(wish.minute)
    for rest in wish.shop.rests(person, first, last):
        if _touch(rest, busy):
            return OnBreak(person.id, *_times(rest))
    for away in person.away:
        if _touch(away, busy):
            return Away(person.id, *_times(away))
    if any(_touch(other, busy) for other in taken.staff.get(person.id, ())):
        return SlotTaken(wish.staff_id)
    return None


def choose_units(job: Job, minute: int, taken: Taken) -> list[UUID] | None:
    """The first free unit of each resource that the service needs, or None when one has none."""
    chosen = []
    for units in job.resources:
        free = sweep.free_units([taken.units.get(unit, ()) for unit in units], minute, job.need)
        if not free:
            return None
        chosen.append(units[free[0]])
    return chosen


def _inside(inner: Interval, outer: Sequence[Interval]) -> bool:
    return any(start <= inner[0] and inner[1] <= end for start, end in outer)


def _touch(one: Interval, other: Interval) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _of_day(wish: Wish, intervals: Sequence[Interval]) -> list[Interval]:
    zone = wish.shop.hours.zone
    first = spans.minute_of(wish.day, 0, zone)
    last = spans.minute_of(wish.day + timedelta(days=1), 0, zone)
    return [interval for interval in intervals if first <= interval[0] < last]


def _times(interval: Interval) -> tuple[datetime, datetime]:
    return spans.from_minute(interval[0]), spans.from_minute(interval[1])


def _as_times(intervals: Sequence[Interval]) -> tuple[tuple[datetime, datetime], ...]:
    return tuple(_times(interval) for interval in intervals)
