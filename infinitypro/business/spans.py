"""Wall-clock spans as people write opening hours ("10:00-19:00", "18:00-02:00"), and the instants they mean.

A span is in minutes of the local day it starts on; one that ends past midnight has an end beyond 1440.
Instants here are whole minutes since 1970 in UTC: integers compare and sort fast, and no arithmetic on them
can stumble over a clock change.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY = 24 * 60
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
_WRITTEN = re.compile(r"\s*(\d{1,2})[:.](\d{2})\s*(?:-|–|—|to)\s*(\d{1,2})[:.](\d{2})\s*")

Interval = tuple[int, int]
"""Minutes since 1970 in UTC: from the first, up to but without the second."""


class BadSpan(ValueError):
    """Raised for hours that cannot be read; its text says what is wrong and how to write it."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    start: int
    end: int

    def __str__(self) -> str:
        end = self.end if self.end <= DAY else self.end - DAY
        return f"{self.start // 60:02}:{self.start % 60:02}-{end // 60:02}:{end % 60:02}"


Week = tuple[tuple[Span, ...], ...]
"""Seven days from Monday, each with its spans in order."""


def read(text: str) -> Span:
    """The span that "10:00-19:00" means; an end before the start lies on the next day. Raises BadSpan."""
    found = _WRITTEN.fullmatch(text)
    if not found:
        raise BadSpan(f'"{text}" is not a span of time; write it like "10:00-19:00"')
    start, end = _minutes(found[1], found[2], text), _minutes(found[3], found[4], text)
    if start == DAY:
        raise BadSpan(f'"{text}" starts at 24:00; write 00:00 on the next day')
    if start == end:
        raise BadSpan(f'"{text}" has no length; write "00:00-24:00" for the whole day')
    return Span(start, end if end > start else end + DAY)


def _minutes(hours: str, minutes: str, text: str) -> int:
    total = int(hours) * 60 + int(minutes)
    if int(minutes) > 59 or total > DAY:
        raise BadSpan(f'"{text}" holds {hours}:{minutes}, and a day goes from 00:00 to 24:00')
    return total


def read_week(hours: Mapping[str, Iterable[str]]) -> Week:
    """The week that {"monday": ["10:00-19:00"], …} means; days left out have no spans. Raises BadSpan."""
    return tuple(tuple(sorted(read(text) for text in hours.get(day, ()))) for day in DAYS)


def overlaps(week: Week) -> list[tuple[str, Span, Span]]:
    """Pairs of spans that cover the same minute, with the day of the first; nights run into the next day."""
    found = []
    for index, spans in enumerate(week):
        tomorrow = [Span(s.start + DAY, s.end + DAY) for s in week[(index + 1) % 7]]
        for first, second in pairwise([*spans, *tomorrow[:1]]):
            if second.start < first.end:
                found.append((DAYS[index], first, _within_a_day(second)))
    return found


def _within_a_day(span: Span) -> Span:
    return span if span.start < DAY else Span(span.start - DAY, span.end - DAY)


@lru_cache(maxsize=4096)
def plain_midnight(day: date, zone: ZoneInfo) -> int | None:
    """The instant at which the day starts, or None if a clock change follows before the next day ends."""
    at = datetime.combine(day, time(), zone)
    start, end = at.utcoffset(), (at + timedelta(days=2)).utcoffset()
    if start is None or start != end or start % _MINUTE or (at + timedelta(days=1)).utcoffset() != start:
        return None
    return to_minute(at)


def minute_of(day: date, minute: int, zone: ZoneInfo) -> int:
    """The instant (minutes since 1970) at which the local clock shows `minute` of `day`.

    A time that exists twice means the first of the two; one that does not exist means the moment of the
    change, so that spans keep their order on every day of the year.
    """
    midnight = plain_midnight(day, zone)
    if midnight is not None:
        return midnight + minute
    wall = datetime.combine(day, time()) + timedelta(minutes=minute)
    instant = to_minute(wall.replace(tzinfo=zone))
    return instant if _wall(instant, zone) == wall else _change_before(wall, zone)


_EPOCH_DAY = date(1970, 1, 1).toordinal()


def _wall(minute: int, zone: ZoneInfo) -> datetime:
    return from_minute(minute).astimezone(zone).replace(tzinfo=None)


def _change_before(wall: datetime, zone: ZoneInfo) -> int:
    """The first instant whose local clock is past the gap that swallowed `wall`."""
    low, high = sorted(to_minute(wall.replace(tzinfo=zone, fold=fold)) for fold in (0, 1))
    while low < high:
        middle = (low + high) // 2
        if _wall(middle, zone) > wall:
            high = middle
        else:
            low = middle + 1
    return low


def on(spans: Iterable[Span], day: date, zone: ZoneInfo) -> list[Interval]:
    """The instants that the spans of a day mean; one that a clock change swallowed whole is left out."""
    midnight = plain_midnight(day, zone)
    if midnight is not None:
        return [(midnight + span.start, midnight + span.end) for span in spans]
    found = ((minute_of(day, span.start, zone), minute_of(day, span.end, zone)) for span in spans)
    return [(start, end) for start, end in found if start < end]


def shown(minutes: Iterable[int], day: date, zone: ZoneInfo) -> list[int]:
    """The instants at which the local clock shows those minutes of the day, without those it never shows."""
    midnight = plain_midnight(day, zone)
    if midnight is not None:
        return [midnight + minute for minute in minutes]
    return [minute_of(day, minute, zone) for minute in minutes if exists(day, minute, zone)]


def exists(day: date, minute: int, zone: ZoneInfo) -> bool:
    """Whether the local clock shows `minute` of `day` at all."""
    wall = datetime.combine(day, time()) + timedelta(minutes=minute)
    return plain_midnight(day, zone) is not None or _wall(minute_of(day, minute, zone), zone) == wall


def to_minute(at: datetime) -> int:
    """The whole minute since 1970 that `at` lies in."""
    return (at - EPOCH) // _MINUTE


def to_minute_up(at: datetime) -> int:
    """The first whole minute since 1970 that is not before `at`."""
    return -((EPOCH - at) // _MINUTE)


def from_minute(minute: int) -> datetime:
    """The instant in UTC."""
    return datetime.fromtimestamp(minute * 60, UTC)
