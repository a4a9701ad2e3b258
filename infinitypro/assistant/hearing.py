"""One turn as the dialogue hears it: what understanding and the grammar of dates made of the customer's messages."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from infinitypro.assistant import cues, several
from infinitypro.assistant.facts import Facts, Service
from infinitypro.assistant.moments import Moment, moment
from infinitypro.assistant.state import Dialogue
from infinitypro.assistant.understanding import dates, optout, services, understand, vocabulary
from infinitypro.assistant.understanding import language as languages

CERTAIN = 0.5
LIKELY = 0.3
# Keys of facts that are no answered question: the note of a service, and what the business says of itself.
NOTE, ABOUT, CONTACT = "note:", "about", "contact"
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
_STEM = 5
_REACHING = "What is your phone number, e-mail address or website? Where can I call you or write to you?"
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_AND = re.compile(r"\s+[&+]\s+")
_WORD = re.compile(r"[^\W\d_]+")


_NEVER = Moment()


@dataclass(frozen=True, kw_only=True)
class Heard:
    """A turn: a burst of messages is one text. Services and staff are ids; `faqs` are keys of what the business says, each
    with the probability that it answers the turn."""

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
    when: Moment = _NEVER
    each: tuple[several.Part, ...] = ()

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


def vocabulary_of(facts: Facts) -> vocabulary.Vocabulary:
    """The names and questions of a business, as understanding wants them."""
    return vocabulary.Vocabulary(
        services=tuple(
            vocabulary.ServiceWords(key=row.id, name=row.name, also=row.also, note=row.note)
            for row in facts.services
        ),
        staff=tuple(vocabulary.StaffWords(key=row.id, name=row.name) for row in facts.staff),
        faqs=tuple(_said(facts)),
        languages=facts.languages,
        kind=facts.kind,
    )


def _said(facts: Facts) -> Iterator[vocabulary.FaqWords]:
    """All that the business says in words of its own: its answers, the notes of its services, what it is."""
    for row in facts.faqs:
        yield vocabulary.FaqWords(key=row.id, question=row.question, answer=row.answer)
    for service in facts.services:
        if service.note:
            yield vocabulary.FaqWords(key=f"{NOTE}{service.id}", question=service.name, answer=service.note)
    if facts.phone or facts.email or facts.website:
        yield vocabulary.FaqWords(key=CONTACT, question=_REACHING, answer="")
    for sentence in _SENTENCE.split(facts.about):
        if sentence:
            yield vocabulary.FaqWords(key=ABOUT, question="", answer=sentence)


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
    if len(heard.services) > 1 and len(heard.when.times) > 1:
        heard = replace(heard, each=_each(text, facts, now))
    if dialogue.asked == "name" and dialogue.language:
        heard = replace(heard, language=dialogue.language)
    if heard.intent == "opt_out":
        heard = replace(heard, intents=(("cancel", 1.0),))
    is_nameless = not heard.services and not heard.service_options
    return (
        _second_look(heard, facts) if is_nameless and heard.confidence(*_ABOUT_SERVICES) >= LIKELY else heard
    )


def _each(text: str, facts: Facts, now: datetime) -> tuple[several.Part, ...]:
    """The appointments, where several are asked for with a time each."""

    def read(part: str) -> Moment:
        return moment(dates.read(part, now=now, language=_regional(facts.languages[0], facts)))

    return several.parts(text, vocabulary=vocabulary_of(facts), read=read)


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
        has_open_question=found.leaves_open,
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
