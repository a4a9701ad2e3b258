"""Everything one message says, in one frozen record: `understand` is this package's face.

Rules come before models: a stop is decided first and alone. Dates and times are read elsewhere; the caller hands in
where they stand (`masked`), so that they are not taken for anything else.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache

import numpy as np

from infinitypro.assistant import corpus, cues
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
from infinitypro.assistant.understanding.vocabulary import FaqWords, Vocabulary

_RULES = corpus.rules("understand")

_MEANS = 0.72
_FAQS = 4
_SEVERAL = 3
_SURELY, _PLAINLY, _RATHER = 0.8, 0.9, 0.5
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
    leaves_open: bool
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
    found = _named(plain, vocabulary)
    whole = mask.put(text, _parts(found, masked), language=spoken)
    short = answers.read(text, expecting=expecting)
    folded = " ".join(words.fold(text).split())
    stop = optout.is_stop(text)
    texts, parts = (whole, *intents.clauses(whole)), (text, *intents.clauses(text))
    # Names tell facts apart, so what was said itself is read for them, not what stands masked.
    said = parts if len(parts) == len(texts) else texts
    masked_readings, readings = _read(texts, said, spoken, vocabulary)
    vectors = np.stack([reading.whole for reading in masked_readings])
    beliefs = intents.beliefs(texts, vectors=vectors, languages=[spoken] * len(texts), head=head)
    weights = _open_to_facts(
        beliefs, is_dated=bool(masked or found.staff), is_question=cues.has(text, "question")
    )
    weights = weights if folded else [0.0]
    answers_found = _answering(readings, beliefs, weights, _index(vocabulary))
    faqs, is_open = _best(answers_found), _leaves_open(answers_found, beliefs)
    asks_robot = bool(_ROBOT.search(folded))
    shares = [sum(chance for _, chance in found) for found in answers_found]
    ranked = _ruled(intents.rank(beliefs.answered(shares)), folded, asks_robot=asks_robot)
    mood = moods.read(text, vector=vectors[0], language=spoken)
    unnamed = _unnamed(found, ranked, faqs)
    meant = _meant(unnamed, vocabulary)
    return Understanding(
        language=spoken,
        language_shown=shown is not None,
        intents=(Intent("opt_out", 1.0),) if stop else ranked,
        services=tuple(dict.fromkeys([*found.keys(), *meant])),
        service_options=found.options(),
        unknown_service=None if meant else unnamed,
        staff=tuple(dict.fromkeys(who.key for who in found.staff if not who.excluded)),
        any_staff=answers.is_any(folded),
        excluded_staff=tuple(dict.fromkeys(who.key for who in found.staff if who.excluded)),
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
        leaves_open=is_open,
        is_stop=stop,
        is_start=optout.is_start(text),
        asks_robot=asks_robot,
    )


def named(text: str, *, vocabulary: Vocabulary) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The keys of the services and of the staff that a text names, and nothing else about it."""
    found = _named(text, vocabulary)
    return found.keys(), tuple(dict.fromkeys(who.key for who in found.staff if not who.excluded))


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


_Answers = tuple[tuple[str, float], ...]


def _open_to_facts(beliefs: intents.Beliefs, *, is_dated: bool, is_question: bool) -> list[float]:
    """How much a fact's probability counts for each part of a message: half of it where the part plainly asks for a price
    or hours or is about an appointment ("cancel my visit" asks for no policy), and there nothing unless it asks."""
    floor = _RATHER if is_dated else _PLAINLY
    of_task = 0.5 if is_question else 0.0
    pairs = zip(beliefs.in_tasks, beliefs.in_figures, strict=True)
    return [of_task if task >= floor else 0.5 if figures >= _PLAINLY else 1.0 for task, figures in pairs]


def _read(
    masked: Sequence[str], said: Sequence[str], language: str, vocabulary: Vocabulary
) -> tuple[list[encoder.Reading], list[encoder.Reading]]:
    """The readings of both, in one pass: a second one would cost as much as the first."""
    seen = [views.for_encoder(text, language) for text in (*masked, *said)]
    lines = list(dict.fromkeys(seen))
    known = dict(zip(lines, retrieval.read(lines, skip=_everywhere(vocabulary)), strict=True))
    readings = [known[line] for line in seen]
    return readings[: len(masked)], readings[len(masked) :]


def _answering(
    readings: list[encoder.Reading], beliefs: intents.Beliefs, weights: list[float], index: retrieval.Index
) -> list[_Answers]:
    """The facts that answer the whole message and those that answer each of its clauses."""
    found: list[_Answers] = []
    for reading, speaking, weight in zip(readings, beliefs.speaking, weights, strict=True):
        said = retrieval.find(reading, index=index, speaking=speaking) if weight else ()
        found.append(tuple((key, round(weight * chance, 3)) for key, chance in said))
    return found


def _best(found: list[_Answers]) -> _Answers:
    """Every fact by the part of the message that it answers best ("can I pay by card and where do I park")."""
    best: dict[str, float] = {}
    for key, chance in (pair for part in found for pair in part):
        best[key] = max(best.get(key, 0.0), chance)
    return tuple(sorted(best.items(), key=lambda item: (-item[1], item[0]))[:_FAQS])


def _leaves_open(found: list[_Answers], beliefs: intents.Beliefs) -> bool:
    """Whether a clause asks for a fact, and nothing known answers it."""
    clauses = zip(found[1:], beliefs.in_facts[1:], strict=True)
    return any(sure >= _SURELY and (not part or part[0][1] < retrieval.NEAR) for part, sure in clauses)


def _unnamed(named: _Named, ranked: tuple[Intent, ...], faqs: tuple[tuple[str, float], ...]) -> str | None:
    """The unknown thing, where the message is about services and no answer of the business fits it anyway."""
    about = any(item.name in _ABOUT_SERVICES and item.confidence >= 0.25 for item in ranked)
    answered = bool(faqs) and faqs[0][1] >= retrieval.SURER
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
    """What the business says; what it says of itself without the services in it, which would answer every booking."""
    facts = tuple(_apart(fact, vocabulary) for fact in vocabulary.faqs)
    return retrieval.index_for(facts, skip=_everywhere(vocabulary))


@lru_cache(maxsize=64)
def _everywhere(vocabulary: Vocabulary) -> frozenset[str]:
    """Words that are in everything here: what kind of business it is, and what three or more services are called."""
    names = [word.text for service in vocabulary.services for word in words.split(service.name)]
    shared = {word for word, times in Counter(names).items() if times >= _SEVERAL}
    return frozenset(shared | {word.text for word in words.split(vocabulary.kind)})


def _apart(fact: FaqWords, vocabulary: Vocabulary) -> FaqWords:
    spans = tuple(found.span for found in _named(fact.answer, vocabulary).services)
    return fact if fact.question else replace(fact, answer=words.blank(fact.answer, spans))


def _ruled(ranked: tuple[Intent, ...], folded: str, *, asks_robot: bool) -> tuple[Intent, ...]:
    """What rules know better: who asks whether this is a robot does not yet ask for a person."""
    if asks_robot and not _WANTS_PERSON.search(folded):
        return (Intent("other", 0.9), *(item for item in ranked if item.name not in ("person", "other")))
    return ranked
