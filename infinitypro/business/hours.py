"""When a business is open: its week less closures and public holidays, asked by local day or by instant."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from infinitypro.business import holiday, spans
from infinitypro.business.spans import Interval, Span, Week

_YEAR = 366


@dataclass(frozen=True, slots=True)
class Closure:
    """Days, first to last inclusive, on which the business is closed besides its week."""

    first: date
    last: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Shut:
    """Why a day has no opening hours: its weekday, a public holiday, or a closure of the business's own."""

    kind: Literal["weekday", "holiday", "closure"]
    reason: str = ""
    until: date | None = None


@dataclass(frozen=True)
class OpeningHours:
    """The week in the business's zone, less what closes it. A span belongs to the day on which it starts."""

    zone: ZoneInfo
    week: Week
    closures: tuple[Closure, ...] = ()
    rules: tuple[holiday.Rule, ...] = ()

    def reason_closed(self, day: date) -> Shut | None:
        """Why the business does not open on that local day, or None when it does."""
        if not self.week[day.weekday()]:
            return self._special(day) or Shut("weekday")
        return self._special(day)

    def _special(self, day: date) -> Shut | None:
        for closure in self.closures:
            if closure.first <= day <= closure.last:
                return Shut("closure", closure.reason, closure.last)
        for rule in self.rules:
            name = rule.name(day)
            if name:
                return Shut("holiday", name, day)
        return None

    def spans(self, day: date) -> tuple[Span, ...]:
        """The wall-clock spans that start on that local day."""
        return () if self.reason_closed(day) else self.week[day.weekday()]

    def intervals(self, first: date, last: date) -> list[Interval]:
        """Open intervals that start on the local days first to last, as minutes since 1970, in order."""
        return [found for day in _days(first, last) for found in self._on(day)]

    def _on(self, day: date) -> list[Interval]:
        return spans.on(self.spans(day), day, self.zone)

    def open_on(self, day: date) -> list[tuple[datetime, datetime]]:
        """Open intervals that start on that local day, in UTC."""
        return [(spans.from_minute(start), spans.from_minute(end)) for start, end in self._on(day)]

    def local_day(self, at: datetime) -> date:
        """The business's date at that instant."""
        return at.astimezone(self.zone).date()

    def current(self, at: datetime) -> tuple[datetime, datetime] | None:
        """The open interval that `at` lies in, joined across midnight where one day's touches the next's."""
        day = self.local_day(at)
        for start, end in self._joined(day - timedelta(days=1), day + timedelta(days=1)):
            if start <= at < end:
                return start, end
        return None

    def is_open(self, at: datetime) -> bool:
        """Whether the business is open at that instant."""
        return self.current(at) is not None

    def next_opening(self, at: datetime) -> datetime | None:
        """The first instant at or after `at` at which the business is open; None when not within a year."""
        if self.is_open(at):
            return at.astimezone(UTC)
        day = self.local_day(at)
        for later in _days(day, day + timedelta(days=_YEAR)):
            for start, _ in self.open_on(later):
                if start >= at:
                    return start
        return None

    def _joined(self, first: date, last: date) -> list[tuple[datetime, datetime]]:
        joined: list[tuple[datetime, datetime]] = []
        for start, end in (found for day in _days(first, last) for found in self.open_on(day)):
            if joined and joined[-1][1] >= start:
                joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
            else:
                joined.append((start, end))
        return joined


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))
