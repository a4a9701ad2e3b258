"""When the customer means, as the dialogue keeps it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Moment:
    """When the customer means, or nothing: see wish.Wish for the fields. `stretch` is a span also where days are named;
    `day_shift` is 1 for "the day after" what was spoken of, -1 for the day before."""

    days: tuple[date, ...] = ()
    span: tuple[date, date] | None = None
    not_days: tuple[date, ...] = ()
    not_weekdays: tuple[int, ...] = ()
    times: tuple[time, ...] = ()
    ambiguous: tuple[time, ...] = ()
    after: time | None = None
    before: time | None = None
    part: str | None = None
    is_approximate: bool = False
    is_earliest: bool = False
    is_latest: bool = False
    is_any_day: bool = False
    is_any_time: bool = False
    is_same_time: bool = False
    is_same_day: bool = False
    stretch: tuple[date, date] | None = None
    day_shift: int = 0
    shift: str = ""
    mentioned: tuple[date, ...] = ()

    @property
    def has_day(self) -> bool:
        return bool(
            self.days
            or self.span
            or self.is_any_day
            or self.not_days
            or self.not_weekdays
            or self.is_same_day
            or self.day_shift
        )

    @property
    def has_time(self) -> bool:
        return bool(
            self.times
            or self.after
            or self.before
            or self.part
            or self.is_any_time
            or self.is_same_time
            or self.shift
        )

    @property
    def is_empty(self) -> bool:
        return not (self.has_day or self.has_time or self.is_earliest or self.is_latest)


def moment(when: Any) -> Moment:
    """What the grammar of dates read, as the dialogue keeps it."""
    shift = "later" if when.later else "earlier" if when.earlier else ""
    return Moment(
        days=_within(when.dates, when.date_range),
        span=None if when.dates else when.date_range,
        not_days=tuple(sorted(when.excluded)),
        not_weekdays=tuple(sorted(when.excluded_weekdays)),
        times=tuple(dict.fromkeys(when.times)),
        ambiguous=tuple(sorted(when.ambiguous)),
        after=when.after,
        before=when.before,
        part=when.part,
        is_approximate=when.is_approximate,
        is_earliest=when.is_earliest or when.is_now,
        is_any_day=when.is_any_day,
        is_any_time=when.is_any_time,
        is_same_time=when.same_time,
        is_same_day=when.same_day or when.that_day,
        stretch=when.date_range,
        day_shift=when.day_after - when.day_before,
        shift=shift,
        mentioned=when.mentioned_dates,
    )


def _within(days: Sequence[date], span: tuple[date, date] | None) -> tuple[date, ...]:
    """ "Next week, Tuesday or Wednesday": weekdays named beside a week are those of that week."""
    if span is None or span[1] == date.max:
        return tuple(dict.fromkeys(days))
    week = timedelta(days=7)
    moved = [day + week if day < span[0] and day + week <= span[1] else day for day in days]
    return tuple(sorted(dict.fromkeys(moved)))
