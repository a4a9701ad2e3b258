"""A reply being written: every figure that goes into it is noted, with where it came from, for the check."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from infinitypro.assistant.diary import Booking, Slot
from infinitypro.assistant.facts import Facts, Interval, Service
from infinitypro.assistant.writing import formats, phrases

TITLE_LENGTH = 20


@dataclass(frozen=True, kw_only=True)
class Claim:
    """Words of the reply that state a fact; `source` says where it stands, `value` lets the check look it up."""

    kind: str
    text: str
    source: str
    value: Any = None

    def __str__(self) -> str:
        return self.text

    def __format__(self, spec: str) -> str:
        return format(self.text, spec)


@dataclass(kw_only=True)
class Page:
    """Sentences in the customer's language and the claims they make."""

    facts: Facts
    language: str
    now: datetime
    turn: int = 0
    sentences: list[str] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    @property
    def locale(self) -> str:
        return formats.locale(language=self.language, country=self.facts.country)

    @property
    def text(self) -> str:
        return "\n".join(self._paragraphs())

    def say(self, key: str, **fields: Any) -> None:
        """Add a sentence of the phrase book; claims among the fields are noted."""
        sentence = self.phrase(key, **fields).strip()
        self.sentences.append(sentence[:1].upper() + sentence[1:])

    def phrase(self, key: str, **fields: Any) -> str:
        """A phrase filled in, not added."""
        return phrases.choose(key, language=self.language, turn=self.turn).format(**fields)

    def quote(self, text: str, *, source: str) -> None:
        """Add the business's own words."""
        self.sentences.append(str(self._claim("quote", text.strip(), source)))

    def line(self, text: str) -> None:
        """Add a line of its own."""
        for mark in ("– ", ""):
            if text.startswith(mark):
                text = mark + text[len(mark) : len(mark) + 1].upper() + text[len(mark) + 1 :]
                break
        self.sentences.append(f"\n{text}\n")

    def button(self, key: str, title: str) -> None:
        if len(self.buttons) < 3:
            self.buttons.append(
                (key, title if len(title) <= TITLE_LENGTH else f"{title[: TITLE_LENGTH - 1].rstrip()}…")
            )

    def spoken_day(self, value: date) -> str:
        return formats.day(value, locale=self.locale)

    def spoken_clock(self, value: time | datetime) -> str:
        return formats.clock(value, language=self.language, country=self.facts.country)

    # ---- claims

    def day(
        self, value: date, *, source: str = "diary", is_full: bool = False, is_bare: bool = False
    ) -> Claim:
        """A day in a sentence ("on Saturday, March 14"), `is_bare` without the "on"; near ones as today and tomorrow
        unless `is_full`, which is for what the customer keeps."""
        name = self.spoken_day(value)
        near = {self.now.date(): "today", self.now.date() + timedelta(days=1): "tomorrow"}.get(value)
        text = (
            self.phrase(near, day=name)
            if near and not is_full
            else name
            if is_bare
            else self.phrase("the_day", day=name)
        )
        return self._claim("day", text, source, value)

    def weekday(self, value: date) -> Claim:
        return self._claim("weekday", formats.weekday(value, locale=self.locale), "hours", value)

    def clock(self, value: time | datetime, *, source: str = "diary") -> Claim:
        return self._claim("clock", self.spoken_clock(value), source, value)

    def moment(self, value: datetime, *, is_full: bool = False, is_bare: bool = False) -> str:
        """A day and a time together."""
        day = self.day(value.date(), is_full=is_full, is_bare=is_bare)
        return self.phrase(
            "moment_one" if value.hour in {1, 13} else "moment", day=day, clock=self.clock(value)
        )

    def opened(self, intervals: Sequence[Interval], *, source: str = "hours") -> str:
        """Opening hours of a day ("10:00 am to 7:00 pm")."""
        spans = [
            self.phrase(
                "from_to", opens=self.clock(opens, source=source), closes=self.clock(closes, source=source)
            )
            for opens, closes in intervals
        ]
        return formats.both(spans, language=self.language)

    def price(self, service: Service) -> Claim:
        amount = service.price or 0
        text = formats.money(amount, currency=self.facts.currency, locale=self.locale)
        return self._claim(
            "price", self.phrase("no_charge") if amount == 0 else text, f"service:{service.id}", amount
        )

    def minutes(self, service: Service) -> Claim:
        text = formats.minutes(service.minutes, language=self.language)
        return self._claim("minutes", text, f"service:{service.id}", service.minutes)

    def number(self, value: int, *, source: str) -> Claim:
        return self._claim("number", str(value), source, value)

    def service(self, service_id: str) -> Claim:
        """The name of a service as the business writes it, in an English sentence without a needless capital."""
        return self._claim(
            "name", self._in_sentence(self.facts.service(service_id).name), f"service:{service_id}"
        )

    def _in_sentence(self, name: str) -> str:
        first, *rest = name.split(" ")
        is_word = first[1:].islower() and all(word == word.lower() for word in rest)
        return name[:1].lower() + name[1:] if self.language == "en" and is_word else name

    def person(self, staff_id: str) -> Claim:
        return self._claim("name", self.facts.person(staff_id).short, f"staff:{staff_id}")

    def named(self, text: str, *, source: str) -> Claim:
        """Any other fact in the business's words: address, telephone, website, name."""
        return self._claim("name", text, source)

    def with_person(self, slot: Slot | Booking) -> str:
        """ "with Jonas", where it matters who."""
        if not self.is_person_telling(slot.staff_id):
            return ""
        return self.phrase("with_person", person=self.person(slot.staff_id))

    def is_person_telling(self, staff_id: str) -> bool:
        """Whether to name who: several people work there, and they are people (not "Table 4")."""
        return len(self.facts.staff) > 1 and self.facts.person(staff_id).is_human

    def _claim(self, kind: str, text: str, source: str, value: Any = None) -> Claim:
        claim = Claim(kind=kind, text=text, source=source, value=value)
        self.claims.append(claim)
        return claim

    def _paragraphs(self) -> list[str]:
        joined = " ".join(sentence for sentence in self.sentences if sentence.strip())
        return [_tidy(part) for part in joined.split("\n") if part.strip()]


def _tidy(text: str) -> str:
    """Single spaces, and none before a stop: what is left where a phrase had nothing to say."""
    text = " ".join(text.split())
    for mark in (".", ",", ":", "?"):
        text = text.replace(f" {mark}", mark).replace(f",{mark}", mark)
    return text.replace("..", ".")
