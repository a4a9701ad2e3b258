"""What `read` answers: when the customer means, in a shape a booking dialogue can use."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, time

_EARLY_AFTERNOON = (
    7  # where opening hours do not decide, 1 to 6 is in the afternoon and 7 to 11 in the morning
)


Day = date  # the class below has members called `date` and `time`
Clock = time


@dataclass(frozen=True, slots=True)
class Option:
    """One of several offers: a day, with the time or part of day said for it."""

    on: date
    at: time | None = None
    part: str | None = None


@dataclass(frozen=True, slots=True)
class When:
    """The days and times a text speaks of.

    `dates` and `times` are alternatives, the main one first; where they belong together ("friday at 2 or
    saturday at 11") `options` says how. `date_range` is inclusive and ends at `date.max` when it is open.
    With `after` later than `before` either side will do ("before 9 or after 6"). `mentioned_dates` and
    `mentioned_times` also hold bounds, exclusions and what was replaced: what the text talks of, not what the
    customer wants. `ambiguous` are the times said without a.m. or p.m., which are read literally.
    """

    dates: tuple[date, ...] = ()
    date_range: tuple[date, date] | None = None
    excluded: frozenset[date] = frozenset()
    excluded_weekdays: frozenset[int] = frozenset()
    times: tuple[time, ...] = ()
    after: time | None = None
    before: time | None = None
    part: str | None = None
    options: tuple[Option, ...] = ()
    excluded_times: frozenset[time] = frozenset()
    excluded_parts: frozenset[str] = frozenset()
    ambiguous: frozenset[time] = frozenset()
    is_approximate: bool = False
    is_earliest: bool = False
    is_any_day: bool = False
    is_any_time: bool = False
    is_now: bool = False
    is_contradictory: bool = False
    same_time: bool = False
    same_day: bool = False
    that_day: bool = False
    day_after: bool = False
    day_before: bool = False
    later: bool = False
    earlier: bool = False
    replaced_dates: tuple[date, ...] = ()
    replaced_times: tuple[time, ...] = ()
    mentioned_dates: tuple[date, ...] = ()
    mentioned_times: tuple[time, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()

    @property
    def date(self) -> Day | None:
        """The main day: the first named, else the first of the range."""
        if self.dates:
            return self.dates[0]
        return self.date_range[0] if self.date_range else None

    @property
    def time(self) -> Clock | None:
        """The main time: the first named, else the bound."""
        return self.times[0] if self.times else self.after or self.before

    @property
    def is_ambiguous_hour(self) -> bool:
        """Whether a time was said without a.m. or p.m. ("at 4"), so that it may be twelve hours later."""
        return any(
            said in self.ambiguous for said in (*self.times, self.after, self.before) if said is not None
        )

    @property
    def is_empty(self) -> bool:
        """Whether the text says nothing about when."""
        return replace(self, spans=(), mentioned_dates=(), mentioned_times=()) == When()

    def resolve_hour(self, open_from: Clock, open_to: Clock) -> Clock | None:
        """The main time as a customer of a business with these hours must mean it."""
        return None if self.time is None else _plausible(self.time, self, open_from, open_to)

    def settle(self, open_from: Clock, open_to: Clock) -> When:
        """The same answer with every ambiguous hour resolved by these opening hours."""
        if not self.ambiguous:
            return self
        before = self.before and _plausible(self.before, self, open_from, open_to)
        after = self.after and _plausible(self.after, self, open_from, open_to)
        if after and before and after > before and self.after in self.ambiguous:
            after = self.after
        if after and before and before <= after and self.before in self.ambiguous and before.hour < 12:
            before = before.replace(hour=before.hour + 12)
        times = tuple(_plausible(said, self, open_from, open_to) for said in self.times)
        options = tuple(
            replace(option, at=option.at and _plausible(option.at, self, open_from, open_to))
            for option in self.options
        )
        return replace(
            self,
            times=times,
            after=after,
            before=before,
            options=options,
            excluded_times=frozenset(
                _plausible(said, self, open_from, open_to) for said in self.excluded_times
            ),
            ambiguous=frozenset(),
        )

    def masked(self, text: str) -> str:
        """The text with what was read blanked, at the same length, for whoever looks for counts and names."""
        for start, end in self.spans:
            text = text[:start] + " " * (end - start) + text[end:]
        return text


_PART_HOURS = {
    "morning": (5, 12),
    "lunchtime": (11, 15),
    "afternoon": (12, 19),
    "evening": (16, 24),
    "night": (18, 24),
}


def _plausible(said: time, when: When, open_from: time, open_to: time) -> time:
    if said not in when.ambiguous or not 1 <= said.hour <= 11:
        return said
    choices = [said, said.replace(hour=said.hour + 12)]
    if when.part in _PART_HOURS:
        first, last = _PART_HOURS[when.part]
        choices = [choice for choice in choices if first <= choice.hour < last] or choices
    choices = [choice for choice in choices if open_from <= choice <= open_to] or choices
    wants_afternoon = said.hour < _EARLY_AFTERNOON
    return next((choice for choice in choices if (choice.hour >= 12) == wants_afternoon), choices[0])
