"""One turn as the dialogue hears it: what understanding and the grammar of dates made of the customer's messages."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from infinitypro.assistant import cues
from infinitypro.assistant.facts import Facts

CERTAIN = 0.5
LIKELY = 0.3


@dataclass(frozen=True, kw_only=True)
class Moment:
    """When the customer means, or nothing: see wish.Wish for the fields."""

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
    is_any_day: bool = False
    is_any_time: bool = False
    is_same_time: bool = False
    is_same_day: bool = False
    shift: str = ""

    @property
    def has_day(self) -> bool:
        return bool(self.days or self.span or self.is_any_day or self.not_days or self.not_weekdays or self.is_same_day)

    @property
    def has_time(self) -> bool:
        return bool(
            self.times or self.after or self.before or self.part or self.is_any_time or self.is_same_time or self.shift
        )

    @property
    def is_empty(self) -> bool:
        return not (self.has_day or self.has_time or self.is_earliest)


@dataclass(frozen=True, kw_only=True)
class Heard:
    """A turn: a burst of messages is one text. Services, staff and FAQs are ids of the business's facts."""

    text: str
    language: str
    intents: tuple[tuple[str, float], ...] = ()
    services: tuple[str, ...] = ()
    unknown_service: str = ""
    staff: tuple[str, ...] = ()
    not_staff: tuple[str, ...] = ()
    is_any_staff: bool = False
    name: str = ""
    count: int | None = None
    is_yes: bool = False
    is_no: bool = False
    choice: int | None = None
    is_abandoning: bool = False
    is_angry: bool = False
    sentiment: str = "neutral"
    safety: str = ""
    faqs: tuple[tuple[str, float], ...] = ()
    asks_robot: bool = False
    when: Moment = Moment()

    @property
    def intent(self) -> str:
        return self.intents[0][0] if self.intents else "other"

    def confidence(self, *names: str) -> float:
        """The share of belief that the turn means one of these."""
        return max((share for name, share in self.intents if name in names), default=0.0)

    def has(self, *names: str) -> bool:
        """Whether a turn of phrase of these kinds is there."""
        return cues.has(self.text, *names)

    @property
    def is_informative(self) -> bool:
        """Whether it names anything that a booking needs."""
        return bool(
            self.services or self.staff or self.is_any_staff or self.not_staff or self.count or not self.when.is_empty
        )
