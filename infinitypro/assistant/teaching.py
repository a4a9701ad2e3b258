"""Unpacks the encoder and trains the shipped heads from the project's own sentences in `corpus/`.

Run through `infinitypro.assistant.training`, which knows when this is needed.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from infinitypro.assistant import corpus
from infinitypro.assistant.understanding import (
    encoder,
    heads,
    intents,
    language,
    mask,
    moods,
    retrieval,
    views,
)
from infinitypro.assistant.understanding.vocabulary import FaqWords

_SERVICE = re.compile(r"\{service\}")
_SLOT = re.compile(r"\{(service|staff|when)\}")
_LANGUAGES = ("en", "es")
_MOOD_OF_INTENT = {"complaint": moods.NEGATIVE, "thanks": moods.POSITIVE}
_NO_QUESTION = "nothing"
# A line that sounds like the question above it and is another.
_NOT_THIS = "- "
# Example businesses, facts in each, and the share of other messages that each of them is asked.
_BUSINESSES, _FACTS, _OTHERS = 12, 13, 0.1
Row = tuple[str, str, str, int]


def train() -> None:
    """Writes every trained part anew."""
    encoder.prepare()
    rows = list(intent_rows())
    shared = examples(rows)
    intents.HEAD.write_bytes(heads.train(shared).dump())
    moods.HEAD.write_bytes(heads.train(_mood_examples(rows, shared)).dump())
    retrieval.save_weights(retrieval.fit(_faq_examples(rows, shared)))


def intent_rows() -> Iterator[Row]:
    """(text, language, intent, group): each sentence as it looks masked and, where it has places to fill, filled."""
    chance = random.Random(20)
    group = 0
    for tongue in _LANGUAGES:
        fills = corpus.sections(f"fills.{tongue}.txt")
        for intent, lines in corpus.sections(f"intents.{tongue}.txt").items():
            for line in lines:
                group += 1
                yield masked(line, tongue), tongue, intent, group
                if _SLOT.search(line):
                    yield _filled(line, fills, chance), tongue, intent, group


def _filled(line: str, fills: dict[str, tuple[str, ...]], chance: random.Random) -> str:
    return _SLOT.sub(lambda slot: chance.choice(fills[slot[1]]), line)


def masked(line: str, tongue: str) -> str:
    """A corpus line as a message looks once the business's own words and times are masked."""
    return mask.put(line, {match.span(): match[1] for match in _SLOT.finditer(line)}, language=tongue)


def examples(rows: list[Row]) -> heads.Examples:
    """Rows as a head learns from them."""
    return heads.Examples(
        tuple(views.for_words(text, tongue) for text, tongue, _, _ in rows),
        encoder.encode([views.for_encoder(text, tongue) for text, tongue, _, _ in rows]),
        tuple(label for _, _, label, _ in rows),
        tuple(group for _, _, _, group in rows),
    )


def _mood_examples(rows: list[Row], shared: heads.Examples) -> heads.Examples:
    """Complaints and thanks of the intents' sentences, a third of the others as neutral, and the sentences by mood."""
    kept = [at for at, (_, _, label, group) in enumerate(rows) if label in _MOOD_OF_INTENT or group % 3 == 0]
    part = shared.part(kept)
    own = [
        (
            line,
            "es"
            if re.search(r"[áéíóúñ¿¡]|\b(?:no lo|lo|me|muy|qué|mi|es)\b", line) and not line.isascii()
            else "en",
            mood,
            -at,
        )
        for mood, lines in corpus.sections("sentiment.txt").items()
        for at, line in enumerate(lines, 1)
    ]
    more = examples(own)
    return heads.Examples(
        part.texts + more.texts,
        np.concatenate([part.vectors, more.vectors]),
        tuple(_MOOD_OF_INTENT.get(label, moods.NEUTRAL) for label in part.labels) + more.labels,
        part.groups
        + tuple(hash((label, group)) for label, group in zip(more.labels, more.groups, strict=True)),
    )


def _faq_examples(rows: list[Row], shared: heads.Examples) -> retrieval.Examples:
    """Texts against the facts of small random businesses: wordings of a fact, and other messages, which none answers."""
    chance = random.Random(7)
    facts, lines = _asked(chance)
    odd, judge = _unseen(rows, shared)
    lines += odd
    readings = retrieval.read([retrieval.seen(line.said) for line in lines])
    speaking = _speaking(lines, readings, judge)
    known = retrieval.read([text for fact in facts for text in retrieval.texts(fact)])
    found = []
    for _ in range(_BUSINESSES):
        sample = sorted(chance.sample(range(len(facts)), _FACTS))
        index = retrieval.assemble(
            tuple(facts[at] for at in sample), [known[3 * at + part] for at in sample for part in range(3)]
        )
        for line, reading, wording in zip(lines, readings, speaking, strict=True):
            if line.fact in sample or chance.random() < _OTHERS:
                answer = sample.index(line.fact) if line.fact in sample and line.fits else -1
                found.append((retrieval.features(reading, index=index), wording, answer))
    features, wordings, answers = zip(*found, strict=True)
    return retrieval.Examples(np.stack(features), np.stack(wordings), np.asarray(answers))


@dataclass(frozen=True)
class _Line:
    """What somebody writes, as written and masked: beside which fact, and whether that one answers it."""

    said: str
    masked: str
    fact: int = -1
    fits: bool = False


def _asked(chance: random.Random) -> tuple[tuple[FaqWords, ...], list[_Line]]:
    """The facts of faqs.txt with their wordings; what a fact names, its wordings name too."""
    fills = {tongue: corpus.sections(f"fills.{tongue}.txt") for tongue in _LANGUAGES}
    facts, lines = [], []
    for heading, wordings in corpus.sections("faqs.txt").items():
        names = chance.sample(fills["en"]["service"], 3)
        if heading != _NO_QUESTION:
            question, answer = _parted(_named(heading, names))
            facts.append(
                FaqWords(heading, question, answer if question else _parted(_named(heading, ["", "", ""]))[1])
            )
        at = len(facts) - 1
        for wording in wordings:
            fits, text = not wording.startswith(_NOT_THIS), wording.removeprefix(_NOT_THIS)
            tongue = language.of(text, fallback="en")
            said = _filled(_named(text, chance.sample(names, 3)), fills[tongue], chance)
            is_fact = heading != _NO_QUESTION
            lines.append(_Line(said, masked(text, tongue), at if is_fact else -1, fits and is_fact))
    return tuple(facts), lines


def _named(line: str, names: list[str]) -> str:
    """The line with these services in its places for services, one after the other."""
    left = iter([*names, *names])
    return _SERVICE.sub(lambda _: next(left), line)


def _parted(heading: str) -> tuple[str, str]:
    """A fact's question, which may be empty, and its answer."""
    question, _, answer = f" {heading}".partition(" | ")
    return question.strip(), answer


def _speaking(lines: list[_Line], readings: "list[encoder.Reading]", judge: heads.Head) -> "encoder.Floats":
    """What the masked wording of each line says for and against a question for facts."""
    texts = [line.masked for line in lines]
    tongues = [language.of(text, fallback="en") for text in texts]
    again = [at for at, line in enumerate(lines) if line.masked != line.said]
    fresh = encoder.encode([views.for_encoder(texts[at], tongues[at]) for at in again])
    vectors = np.stack([reading.whole for reading in readings])
    vectors[again] = fresh
    return intents.beliefs(texts, vectors=vectors, languages=tongues, head=judge).speaking


def _unseen(rows: list[Row], shared: heads.Examples) -> tuple[list[_Line], heads.Head]:
    """Messages about other things, and a head that has not learnt from them and so is not too sure of them."""
    judge = heads.train(shared.part([at for at, row in enumerate(rows) if row[3] % 2 == 0]))
    forms: dict[int, list[str]] = {}
    for text, _, label, group in rows:
        if group % 4 == 1 and label != intents.FACT:
            forms.setdefault(group, []).append(text)
    return [_Line(said=form[-1], masked=form[0]) for form in forms.values()], judge


if __name__ == "__main__":
    train()
