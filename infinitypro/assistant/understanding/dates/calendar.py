"""Specs to days: which date a named day is, seen from today."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import MINYEAR, date, timedelta

from infinitypro.assistant.understanding.dates import holidays
from infinitypro.assistant.understanding.dates.specs import DaySpec, SpanSpec

_WEEK = timedelta(days=7)
_YEARS_AHEAD = 28  # after so many years every weekday and leap day has met every date


def day(spec: DaySpec, *, today: date) -> tuple[date, bool] | None:
    """The date a spec names, and whether weekday and day of month disagree; None for no such day."""
    try:
        found = _day(spec, today)
        return found and (found[0] + timedelta(days=spec.shift), found[1])
    except (ValueError, OverflowError):
        return None


def _day(spec: DaySpec, today: date) -> tuple[date, bool] | None:
    if spec.offset is not None:
        return today + timedelta(days=spec.offset), False
    if spec.holiday is not None:
        return _holiday(spec.holiday, spec.year, today), False
    if spec.nth is not None:
        return _nth_weekday(spec, today), False
    if spec.day is None:
        return _weekday(spec, today), False
    nearest = next(_candidates(spec, today), None)
    if nearest is None or spec.weekday is None or nearest.weekday() == spec.weekday:
        return None if nearest is None else (nearest, False)
    fitting = next((on for on in _candidates(spec, today) if on.weekday() == spec.weekday), None)
    return (fitting or nearest, True)


def _holiday(name: str, year: int | None, today: date) -> date:
    if year is not None:
        return holidays.ON[name](year)
    this_year = holidays.ON[name](today.year)
    return this_year if this_year >= today else holidays.ON[name](today.year + 1)


def _weekday(spec: DaySpec, today: date) -> date:
    weekday = spec.weekday or 0
    monday = today - timedelta(days=today.weekday())
    if spec.week is not None:
        return monday + spec.week * _WEEK + timedelta(days=weekday)
    if spec.which == "next":
        return monday + _WEEK + timedelta(days=weekday)
    if spec.which == "last":
        return today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)
    if spec.which == "this":
        return today + timedelta(days=(weekday - today.weekday()) % 7)
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _nth_weekday(spec: DaySpec, today: date) -> date:
    """The first, second … or last such weekday of a month."""
    month = SpanSpec("month", spec.month_offset or 0, month=spec.month)
    first, last = _whole(month, today)
    if spec.nth == -1:
        return last - timedelta(days=(last.weekday() - (spec.weekday or 0)) % 7)
    return first + timedelta(days=((spec.weekday or 0) - first.weekday()) % 7) + ((spec.nth or 1) - 1) * _WEEK


def _candidates(spec: DaySpec, today: date) -> Iterator[date]:
    """The dates a day of the month may be, nearest first."""
    wanted = spec.day or 1
    if spec.month_offset is not None:
        year, month = _months_on(today, spec.month_offset)
        yield from _existing([(year, month, wanted)])
    elif spec.year is not None:
        yield from _existing([(spec.year, spec.month or 1, wanted)])
    elif spec.month is not None:
        # A day of the running month is this year's even when it has passed: nobody books eleven months ahead.
        years = range(today.year, today.year + _YEARS_AHEAD + 1)
        for found in _existing([(year, spec.month, wanted) for year in years]):
            if found >= today or found.month == today.month or today - found <= _WEEK:
                yield found
    else:
        months = (_months_on(today, ahead) for ahead in range(40))
        yield from (on for on in _existing([(*month, wanted) for month in months]) if on >= today)


def _existing(days: list[tuple[int, int, int]]) -> Iterator[date]:
    for year, month, wanted in days:
        if MINYEAR <= year <= 9999 and wanted <= monthrange(year, month)[1]:
            yield date(year, month, wanted)


def _months_on(today: date, months: int) -> tuple[int, int]:
    year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    return year, month + 1


def months_from(today: date, months: int) -> date:
    """The same day so many months on; the last of the month where it has no such day."""
    year, month = _months_on(today, months)
    return date(year, month, min(today.day, monthrange(year, month)[1]))


def span(spec: SpanSpec, *, today: date) -> tuple[date, date, date] | None:
    """First and last day of a span, and the day it is named by; None for no such span."""
    try:
        if spec.anchor is not None:
            return _anchored(spec, today)
        first, last = _whole(spec, today)
        start, end = _edge(spec, first, last)
        return start, end, start
    except (ValueError, OverflowError):
        return None


def _anchored(spec: SpanSpec, today: date) -> tuple[date, date, date] | None:
    named = day(spec.anchor, today=today) if spec.anchor else None
    if named is None:
        return None
    monday = named[0] - timedelta(days=named[0].weekday())
    first = monday + timedelta(days=5) if spec.unit == "weekend" else monday
    return first, monday + timedelta(days=6), named[0]


def _whole(spec: SpanSpec, today: date) -> tuple[date, date]:
    monday = today - timedelta(days=today.weekday()) + spec.offset * _WEEK
    if spec.unit == "days":
        return today, today + timedelta(days=spec.count)
    if spec.unit == "week":
        return monday, monday + timedelta(days=6)
    if spec.unit == "weekend":
        return monday + timedelta(days=5), monday + timedelta(days=6)
    if spec.unit == "year":
        year = spec.year or today.year + spec.offset
        return date(year, 1, 1), date(year, 12, 31)
    year, month = _month(spec, today)
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def _month(spec: SpanSpec, today: date) -> tuple[int, int]:
    if spec.month is None:
        return _months_on(today, spec.offset)
    if spec.year is not None:
        return spec.year, spec.month
    if spec.offset < 0:
        return today.year - (spec.month >= today.month), spec.month
    return today.year + (spec.month < today.month), spec.month


def _edge(spec: SpanSpec, first: date, last: date) -> tuple[date, date]:
    if spec.nth is not None:
        start = first + (spec.nth - 1) * _WEEK if spec.nth > 0 else last - timedelta(days=6)
        return start, min(last, start + timedelta(days=6))
    if spec.edge is None:
        return first, last
    third = timedelta(days=((last - first).days + 1) // 3)
    if spec.unit == "week":
        return {
            "start": (first, first + timedelta(days=1)),
            "mid": (first + timedelta(days=1), first + timedelta(days=3)),
            "end": (first + timedelta(days=3), last),
        }[spec.edge]
    return {
        "start": (first, first + third),
        "mid": (first + third, last - third),
        "end": (last - third, last),
    }[spec.edge]
