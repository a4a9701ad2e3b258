"""What the customer wants to book, gathered over as many messages as they take."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, time
from typing import Any

from infinitypro.assistant.facts import Interval, is_within

__all__ = ["PARTS", "Wish", "read_hour", "replace"]

PARTS: dict[str, Interval] = {
    "morning": (time(5), time(12)),
    "lunchtime": (time(11, 30), time(14)),
    "afternoon": (time(12), time(18)),
    "evening": (time(17), time(23, 59)),
    "night": (time(18), time(23, 59)),
}


@dataclass(frozen=True, kw_only=True)
class Wish:
    """Every field empty until said; `times` are as spoken; of those in `ambiguous` it is not known yet whether
    "3" is 03:00 or 15:00. `is_inherited` when the time is that of the appointment to be moved, not one that was asked for;
    `is_assigned` when who does it was our choice. `second` is the other person named where two come, `is_another` marks the
    second appointment of the two, and `is_series` that it was asked for every week; `replaces` names the appointment that
    goes when this one is booked."""

    service: str | None = None
    staff: str | None = None
    is_any_staff: bool = False
    not_staff: tuple[str, ...] = ()
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
    is_inherited: bool = False
    is_earliest: bool = False
    is_latest: bool = False
    is_any_day: bool = False
    is_any_time: bool = False
    count: int | None = None
    is_assigned: bool = False
    second: str | None = None
    is_another: bool = False
    is_series: bool = False
    replaces: str = ""

    @property
    def has_day(self) -> bool:
        return bool(self.days or self.span or self.is_any_day or self.is_earliest)

    @property
    def has_time(self) -> bool:
        return bool(
            self.times or self.after or self.before or self.part or self.is_any_time or self.is_earliest
        )

    @property
    def is_precise(self) -> bool:
        """One day and one time: there is a single moment to look at."""
        return len(self.days) == 1 and len(self.times) == 1

    def window(self, opened: Sequence[Interval] = ()) -> Interval:
        """The part of a day that suits, when no exact time was named; bare hours read by the opening hours."""
        opens, closes = PARTS.get(self.part or "", (time.min, time.max))
        after = self.after and read_hour(self.after, ambiguous=self.ambiguous, opened=opened, part=self.part)
        before = self.before and read_hour(
            self.before, ambiguous=self.ambiguous, opened=opened, part=self.part
        )
        if after and before and before <= after and self.before in self.ambiguous and before.hour < 12:
            before = before.replace(hour=before.hour + 12)
        return max(opens, after or time.min), min(closes, before or time.max)

    def clock(self, opened: Sequence[Interval]) -> list[time]:
        """The exact times that were named, on a day with these opening hours."""
        return [read_hour(at, ambiguous=self.ambiguous, opened=opened, part=self.part) for at in self.times]

    def without_when(self) -> "Wish":
        return replace(
            Wish(),
            service=self.service,
            staff=self.staff,
            is_any_staff=self.is_any_staff,
            not_staff=self.not_staff,
            is_assigned=self.is_assigned,
            count=self.count,
            second=self.second,
            is_series=self.is_series,
            replaces=self.replaces,
        )

    def to_json(self) -> dict[str, Any]:
        return {
            field.name: _plain(getattr(self, field.name))
            for field in fields(self)
            if getattr(self, field.name)
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Wish":
        return cls(
            **{name: _rich(name, value) for name, value in data.items() if name in cls.__dataclass_fields__}
        )


def read_hour(at: time, *, ambiguous: Sequence[time], opened: Sequence[Interval], part: str | None) -> time:
    """The time that a bare hour means ("at 3") on a day with these opening hours."""
    if at not in ambiguous or at.hour == 0 or at.hour > 12:
        return at
    early, late = at.replace(hour=at.hour % 12), at.replace(hour=at.hour % 12 + 12)
    if part in PARTS:
        start, end = PARTS[part]
        fitting = [moment for moment in (early, late) if start <= moment <= end]
        if len(fitting) == 1:
            return fitting[0]
    inside = [moment for moment in (early, late) if any(is_within(moment, span) for span in opened)]
    if len(inside) == 1:
        return inside[0]
    return late if at.hour < 8 or at.hour == 12 else early


def _plain(value: Any) -> Any:
    if isinstance(value, (date, time)):
        return value.isoformat()
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


_RICH: dict[str, Any] = {
    "days": date,
    "span": date,
    "not_days": date,
    "times": time,
    "ambiguous": time,
    "after": time,
    "before": time,
}


def _rich(name: str, value: Any) -> Any:
    kind = _RICH.get(name)
    if isinstance(value, list):
        return tuple(kind.fromisoformat(item) if kind else item for item in value)
    return kind.fromisoformat(value) if kind else value
