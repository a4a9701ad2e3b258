"""What the grammar finds in a text, before a calendar is asked: plain records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class TimeSpec:
    """A time of day on the 24-hour clock; ambiguous when neither a.m. nor p.m. was said."""

    hour: int
    minute: int
    period: str | None = None
    is_ambiguous: bool = False
    is_approximate: bool = False
    face: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class DaySpec:
    """A named day: weekday, day, month and year as far as said, or an offset; `shift` days are added."""

    weekday: int | None = None
    day: int | None = None
    month: int | None = None
    year: int | None = None
    which: str | None = None
    week: int | None = None
    month_offset: int | None = None
    offset: int | None = None
    holiday: str | None = None
    nth: int | None = None
    shift: int = 0
    is_weak: bool = False


@dataclass(frozen=True, slots=True)
class SpanSpec:
    """Several days: a week, weekend, month, year or the next few days, or its start, middle or end."""

    unit: str
    offset: int = 0
    edge: str | None = None
    count: int = 0
    month: int | None = None
    year: int | None = None
    anchor: DaySpec | None = None
    nth: int | None = None


@dataclass(frozen=True, slots=True)
class OffsetSpec:
    """So many months, or so much time, from now (before now when negative)."""

    months: int = 0
    delta: timedelta = timedelta()
    is_clock: bool = False


@dataclass(frozen=True, slots=True)
class PartSpec:
    """A part of the day, and how far into it ("late afternoon"); `is_today` for "this morning"."""

    part: str
    edge: str | None = None


@dataclass(frozen=True, slots=True)
class BoundSpec:
    """A customary bound: "after work" is from 17:00 on."""

    side: str
    hour: int


@dataclass(frozen=True, slots=True)
class FlagSpec:
    """Something said about time without naming one: "same time", "the earliest", "any day"."""

    name: str


Spec = TimeSpec | DaySpec | SpanSpec | OffsetSpec | PartSpec | BoundSpec | FlagSpec


@dataclass(slots=True)
class Item:
    """A spec and the tokens it covers: from `start`, up to but not including `end`."""

    start: int
    end: int
    spec: Spec
