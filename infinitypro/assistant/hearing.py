"""One turn as the dialogue hears it: what understanding and the grammar of dates made of the customer's messages."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from infinitypro.assistant import cues
from infinitypro.assistant.facts import Facts, Service
from infinitypro.assistant.state import Dialogue
from infinitypro.assistant.understanding import dates, intents, optout, services, understand, vocabulary
from infinitypro.assistant.understanding import language as languages

CERTAIN = 0.5
LIKELY = 0.3
_ANGRY = 0.5
_ABOUT_SERVICES = ("book", "price", "service_info", "reschedule", "cancel", "my_appointments")
_EVERYDAY = frozenset(
    [
        "service",
        "appointment",
        "treatment",
        "session",
        "lesson",
        "class",
        "table",
        "meeting",
        "visit",
        "booking",
    ]
)
_SURE = 0.8
_PLAINLY = 0.75
_PAY = re.compile(r"\b(pay|payment|pagar|pago)\b|\btake cards?\b|\btarjeta\b", re.IGNORECASE)
_STEM = 5
_AND = re.compile(r"\s+[&+]\s+")
_WORD = re.compile(r"[^\W\d_]+")


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


@dataclass(frozen=True, kw_only=True)
class Heard:
    """A turn: a burst of messages is one text. Services, staff and FAQs are ids of the business's facts."""

    text: str
    language: str
    intents: tuple[tuple[str, float], ...] = ()
    services: tuple[str, ...] = ()
    service_options: tuple[str, ...] = ()
    unknown_service: str = ""
    staff: tuple[str, ...] = ()
    not_staff: tuple[str, ...] = ()
    is_any_staff: bool = False
    is_any_choice: bool = False
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
    has_open_question: bool = False
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
            self.services
            or self.staff
            or self.is_any_staff
            or self.not_staff
            or self.count
            or not self.when.is_empty
        )


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


def vocabulary_of(facts: Facts) -> vocabulary.Vocabulary:
    """The names and questions of a business, as understanding wants them."""
    return vocabulary.Vocabulary(
        services=tuple(
            vocabulary.ServiceWords(key=row.id, name=row.name, also=row.also, note=row.note)
            for row in facts.services
        ),
        staff=tuple(vocabulary.StaffWords(key=row.id, name=row.name) for row in facts.staff),
        faqs=tuple(
            vocabulary.FaqWords(key=row.id, question=row.question, answer=row.answer) for row in facts.faqs
        ),
        languages=facts.languages,
        kind=facts.kind,
    )


def hear(*, text: str, facts: Facts, dialogue: Dialogue, now: datetime) -> Heard:
    """Everything that a turn says, given what was asked; `now` is local."""
    text = _AND.sub(" and ", text)
    is_bare_time = bool(dialogue.offered) and cues.has(text, "bare_number")
    expecting = "time" if is_bare_time else dialogue.asked or None
    language = dialogue.language or facts.languages[0]
    when = dates.read(text, now=now, language=_regional(language, facts), expecting=expecting)
    if not when.times and cues.has(text, "bare_hour"):
        when = dates.read(text, now=now, language=_regional(language, facts), expecting="time")
    found = understand.understand(
        text,
        vocabulary=vocabulary_of(facts),
        expecting=expecting,
        language=language,
        masked=when.spans,
        region=facts.country or None,
    )
    heard = _named_only(_heard(text, found, moment(when)), facts)
    if dialogue.asked == "name" and dialogue.language:
        heard = replace(heard, language=dialogue.language)
    if heard.intent == "opt_out":
        heard = replace(heard, intents=(("cancel", 1.0),))
    heard = _paying(_by_clause(heard, facts), facts)
    is_nameless = not heard.services and not heard.service_options
    return (
        _second_look(heard, facts) if is_nameless and heard.confidence(*_ABOUT_SERVICES) >= LIKELY else heard
    )


def _named_only(heard: Heard, facts: Facts) -> Heard:
    """Without staff that share a word with the text only ("Table 1" in "a table for four"), and earliest as it is said."""
    folded = heard.text.casefold()
    staff = tuple(
        who
        for who in heard.staff
        if facts.person(who).is_human or facts.person(who).name.casefold() in folded
    )
    is_earliest = heard.when.is_earliest or (heard.has("soonest") and not heard.when.times)
    unknown = (
        heard.unknown_service
        if any(len(word) >= _STEM for word in _WORD.findall(heard.unknown_service))
        else ""
    )
    part = heard.when.part or ("lunchtime" if heard.has("lunch") and not heard.when.times else None)
    is_latest = heard.has("latest") and not heard.when.times
    when = replace(heard.when, is_earliest=is_earliest, is_latest=is_latest, part=part)
    return replace(heard, staff=staff, unknown_service=unknown, when=when)


def _paying(heard: Heard, facts: Facts) -> Heard:
    """Whether cards are taken is asked under how to pay, not under gift cards."""
    if not heard.has("paying"):
        return heard
    fact = next((row.id for row in facts.faqs if _PAY.search(row.question)), None)
    others = tuple((key, score) for key, score in heard.faqs if key != fact and score >= _PLAINLY)
    return replace(heard, faqs=((fact, 1.0), *others)) if fact else heard


def _by_clause(heard: Heard, facts: Facts) -> Heard:
    """Each clause's own question: "can I pay by card and where do I park" asks for two answers, and one may be missing."""
    parts = intents.clauses(heard.text)
    is_asking = heard.confidence("faq") >= LIKELY
    if not parts or not facts.faqs or not is_asking:
        return heard
    best, is_open = dict(heard.faqs), False
    for part in parts:
        found = understand.understand(part, vocabulary=vocabulary_of(facts), language=heard.language)
        for key, score in found.faqs[:1]:
            best[key] = max(best.get(key, 0.0), score)
        is_faq = found.intents[:1] and found.intents[0].name == "faq" and found.intents[0].confidence >= _SURE
        is_open = is_open or bool(is_faq and (not found.faqs or found.faqs[0][1] < LIKELY))
    faqs = tuple(sorted(best.items(), key=lambda item: -item[1]))
    return replace(heard, faqs=faqs, has_open_question=is_open)


def _second_look(heard: Heard, facts: Facts) -> Heard:
    """ "Coloured" is not a service, but "colour" is: what begins alike may be meant, and several are a choice."""
    people = {word for who in heard.staff for word in _WORD.findall(facts.person(who).name.casefold())}
    kind = facts.kind.casefold()
    spoken = [
        word
        for word in _WORD.findall(heard.text.casefold())
        if word not in people and word not in kind and services.stem(word) not in _EVERYDAY
    ]
    stems = [word[:_STEM] for word in spoken if len(word) >= _STEM]
    near = tuple(
        row.id
        for row in facts.services
        if any(word.startswith(stem) for word in _names(row) for stem in stems)
    )
    if len(near) == 1:
        return replace(heard, unknown_service="", services=near)
    return replace(heard, unknown_service="", service_options=near) if near else heard


def _heard(text: str, found: understand.Understanding, when: Moment) -> Heard:
    return Heard(
        text=text,
        language=found.language,
        intents=tuple((row.name, row.confidence) for row in found.intents),
        services=found.services,
        service_options=found.service_options,
        unknown_service=found.unknown_service or "",
        staff=found.staff,
        not_staff=found.excluded_staff,
        is_any_staff=found.any_staff,
        is_any_choice=found.any_choice,
        name=found.name or "",
        count=found.count,
        is_yes=found.yes is True,
        is_no=found.yes is False,
        choice=found.choice,
        is_abandoning=found.abandons,
        is_angry=found.anger >= _ANGRY,
        sentiment=found.sentiment,
        safety=found.safety or "",
        faqs=found.faqs,
        asks_robot=found.asks_robot,
        when=when,
    )


def _names(service: Service) -> list[str]:
    """All words by which a service goes."""
    return _WORD.findall(" ".join((service.name, *service.also)).casefold())


def _regional(language: str, facts: Facts) -> str:
    """With the country, which decides whether 3/4 is in March or April."""
    return f"{language}-{facts.country}" if facts.country else language


def language_of(text: str, facts: Facts) -> str:
    """The language of a text, else the business's first."""
    return languages.of(text, fallback=facts.languages[0])


def is_start(text: str) -> bool:
    """Whether the customer wants automated messages again."""
    return optout.is_start(text)
