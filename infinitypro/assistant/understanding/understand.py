"""Everything one message says, in one frozen record: `understand` is this package's face.

Rules come before models: a stop is decided first and alone. Dates and times are read elsewhere; the caller hands in
where they stand (`masked`), so that they are not taken for anything else.
"""

import re
from dataclasses import asdict, dataclass
from functools import lru_cache

from infinitypro.assistant import corpus
from infinitypro.assistant.understanding import (
    answers,
    encoder,
    gloss,
    heads,
    intents,
    mask,
    moods,
    optout,
    people,
    retrieval,
    safety,
    services,
    staff,
    unknown,
    views,
    words,
)
from infinitypro.assistant.understanding.intents import Intent
from infinitypro.assistant.understanding.language import detect
from infinitypro.assistant.understanding.vocabulary import Vocabulary

_RULES = corpus.rules("understand")

_MEANS = 0.72
_FAQS = 4
_ABOUT_SERVICES = frozenset(("price", "service_info", "book"))
_ROBOT = re.compile(_RULES["robot"])
_WANTS_PERSON = re.compile(_RULES["wants_person"])


@dataclass(frozen=True)
class Understanding:
    """What a message says; `services` holds several keys also when the words do not choose (`service_options`)."""

    language: str
    language_shown: bool
    intents: tuple[Intent, ...]
    services: tuple[str, ...]
    service_options: tuple[str, ...]
    unknown_service: str | None
    staff: tuple[str, ...]
    any_staff: bool
    excluded_staff: tuple[str, ...]
    name: str | None
    count: int | None
    email: str | None
    phone: str | None
    yes: bool | None
    choice: int | None
    any_choice: bool
    abandons: bool
    sentiment: str
    anger: float
    safety: str | None
    faqs: tuple[tuple[str, float], ...]
    is_stop: bool
    is_start: bool
    asks_robot: bool

    @property
    def intent(self) -> str:
        """The name of the likeliest intent."""
        return self.intents[0].name if self.intents else "other"

    def as_dict(self) -> dict[str, object]:
        """The record as JSON can hold it, for the trace."""
        return asdict(self)


@dataclass(frozen=True)
class _Named:
    services: tuple[services.Found, ...]
    staff: tuple[staff.Found, ...]
    unknown: str | None

    def keys(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(found.keys[0] for found in self.services if len(found.keys) == 1))

    def options(self) -> tuple[str, ...]:
        return tuple(
            dict.fromkeys(key for found in self.services if len(found.keys) > 1 for key in found.keys)
        )


def understand(
    text: str,
    *,
    vocabulary: Vocabulary,
    expecting: str | None = None,
    language: str | None = None,
    masked: tuple[words.Span, ...] = (),
    region: str | None = None,
    head: "heads.Head | None" = None,
) -> Understanding:
    """What the message says about this business; `expecting` is what the last reply asked for, `language` the
    conversation's, `region` the two-letter country for telephone numbers without a country code, `head` a private one.
    """
    shown = detect(text)
    spoken = shown or language or "en"
    plain = words.blank(text, masked)
    named = _named(plain, vocabulary)
    whole = mask.put(text, _parts(named, masked), language=spoken)
    short = answers.read(text, expecting=expecting)
    folded = " ".join(words.fold(text).split())
    stop = optout.is_stop(text)
    texts = (whole, *intents.clauses(whole))
    vectors = encoder.encode([views.for_encoder(item, spoken) for item in texts])
    asks_robot = bool(_ROBOT.search(folded))
    ranked = _ruled(
        intents.rank(texts, vectors=vectors, language=spoken, head=head), folded, asks_robot=asks_robot
    )
    mood = moods.read(text, vector=vectors[0], language=spoken)
    faqs = _answering(text, vectors, _index(vocabulary))
    unnamed = _unnamed(named, ranked, faqs)
    meant = _meant(unnamed, vocabulary)
    return Understanding(
        language=spoken,
        language_shown=shown is not None,
        intents=(Intent("opt_out", 1.0),) if stop else ranked,
        services=tuple(dict.fromkeys([*named.keys(), *meant])),
        service_options=named.options(),
        unknown_service=None if meant else unnamed,
        staff=tuple(dict.fromkeys(found.key for found in named.staff if not found.excluded)),
        any_staff=answers.is_any(folded),
        excluded_staff=tuple(dict.fromkeys(found.key for found in named.staff if found.excluded)),
        name=people.name(text, expecting=expecting),
        count=people.count(plain, expecting=expecting),
        email=people.email(text),
        phone=people.phone(plain, region=region),
        yes=short.yes,
        choice=short.choice,
        any_choice=short.any_choice,
        abandons=short.abandons,
        sentiment=mood.name,
        anger=mood.anger,
        safety=safety.reason(text),
        faqs=faqs,
        is_stop=stop,
        is_start=optout.is_start(text),
        asks_robot=asks_robot,
    )


def _named(plain: str, vocabulary: Vocabulary) -> _Named:
    people_found = staff.find(plain, vocabulary=vocabulary, is_word=encoder.is_word)
    without = words.blank(plain, tuple(found.span for found in people_found))
    found = services.find(without, vocabulary=vocabulary, is_word=encoder.is_word)
    unnamed = unknown.phrase(without, tuple(item.span for item in found))
    unnamed_apart = bool(found)
    if unnamed and not found:
        found = _in_english(without, unnamed, vocabulary)
    return _Named(found, people_found, unnamed if not found or unnamed_apart else None)


def _in_english(plain: str, unnamed: str, vocabulary: Vocabulary) -> tuple[services.Found, ...]:
    """The service that an unknown Spanish phrase names in English, in the place of the phrase."""
    glossed = gloss.english(unnamed)
    place = words.fold(plain).find(unnamed)
    if glossed == unnamed or place < 0:
        return ()
    span = (place, place + len(unnamed))
    named = services.find(glossed, vocabulary=vocabulary, is_word=encoder.is_word)
    return tuple(services.Found(item.keys, span, item.strength) for item in named[:1])


def _parts(named: _Named, masked: tuple[words.Span, ...]) -> dict[words.Span, str]:
    return {
        **dict.fromkeys(masked, mask.WHEN),
        **{found.span: mask.STAFF for found in named.staff},
        **{found.span: mask.SERVICE for found in named.services},
    }


def _answering(text: str, vectors: "encoder.Floats", index: retrieval.Index) -> tuple[tuple[str, float], ...]:
    """The questions that fit the whole or one of its clauses ("can I pay by card and where do I park"), best first."""
    best: dict[str, float] = {}
    for vector, part in zip(vectors, (text, *intents.clauses(text)), strict=False):
        for key, chance in retrieval.find(part, vector=vector, index=index):
            best[key] = max(best.get(key, 0.0), chance)
    return tuple(sorted(best.items(), key=lambda item: (-item[1], item[0]))[:_FAQS])


def _unnamed(named: _Named, ranked: tuple[Intent, ...], faqs: tuple[tuple[str, float], ...]) -> str | None:
    """The unknown thing, where the message is about services and no answer of the business fits it anyway."""
    about = any(item.name in _ABOUT_SERVICES and item.confidence >= 0.25 for item in ranked)
    answered = bool(faqs) and faqs[0][1] >= 0.7
    return named.unknown if about and not answered else None


def _meant(unnamed: str | None, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The service that an unknown phrase paraphrases very closely, if any."""
    if unnamed is None or not vocabulary.services:
        return ()
    keys, vectors = unknown.names_of(vocabulary.services)
    closeness = vectors @ encoder.encode([unnamed])[0]
    best = int(closeness.argmax())
    return (keys[best],) if closeness[best] >= _MEANS else ()


@lru_cache(maxsize=64)
def _index(vocabulary: Vocabulary) -> retrieval.Index:
    """The questions of the business, masked as the messages are."""
    return retrieval.build(vocabulary.faqs, look=lambda text: _masked(text, vocabulary))


def _masked(text: str, vocabulary: Vocabulary) -> str:
    return mask.put(text, _parts(_named(text, vocabulary), ()), language=detect(text) or "en")


def _ruled(ranked: tuple[Intent, ...], folded: str, *, asks_robot: bool) -> tuple[Intent, ...]:
    """What rules know better: who asks whether this is a robot does not yet ask for a person."""
    if asks_robot and not _WANTS_PERSON.search(folded):
        return (Intent("other", 0.9), *(item for item in ranked if item.name not in ("person", "other")))
    return ranked
