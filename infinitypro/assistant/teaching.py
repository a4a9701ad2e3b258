"""Unpacks the encoder and trains the shipped heads from the project's own sentences in `corpus/`.

Run through `infinitypro.assistant.training`, which knows when this is needed.
"""

import random
import re
from collections.abc import Iterator

import numpy as np

from infinitypro.assistant import corpus
from infinitypro.assistant.understanding import encoder, heads, intents, mask, moods, retrieval, views
from infinitypro.assistant.understanding.vocabulary import FaqWords

_SLOT = re.compile(r"\{(service|staff|when)\}")
_LANGUAGES = ("en", "es")
_MOOD_OF_INTENT = {"complaint": moods.NEGATIVE, "thanks": moods.POSITIVE}
_NO_QUESTION = "nothing"
Row = tuple[str, str, str, int]


def train() -> None:
    """Writes every trained part anew."""
    encoder.prepare()
    rows = list(intent_rows())
    shared = examples(rows)
    intents.HEAD.write_bytes(heads.train(shared).dump())
    moods.HEAD.write_bytes(heads.train(_mood_examples(rows, shared)).dump())
    retrieval.save_weights(retrieval.prepared_weights(*_faq_pairs()))


def intent_rows() -> Iterator[Row]:
    """(text, language, intent, group): each sentence as it looks masked and, where it has places to fill, filled."""
    chance = random.Random(20)  # noqa: S311 - picks example words, nothing secret
    group = 0
    for language in _LANGUAGES:
        fills = corpus.sections(f"fills.{language}.txt")
        for intent, lines in corpus.sections(f"intents.{language}.txt").items():
            for line in lines:
                group += 1
                yield masked(line, language), language, intent, group
                if _SLOT.search(line):
                    yield _filled(line, fills, chance), language, intent, group


def _filled(line: str, fills: dict[str, tuple[str, ...]], chance: random.Random) -> str:
    return _SLOT.sub(lambda slot: chance.choice(fills[slot[1]]), line)


def masked(line: str, language: str) -> str:
    """A corpus line as a message looks once the business's own words and times are masked."""
    return mask.put(line, {match.span(): match[1] for match in _SLOT.finditer(line)}, language=language)


def examples(rows: list[Row]) -> heads.Examples:
    """Rows as a head learns from them."""
    return heads.Examples(
        tuple(views.for_words(text, language) for text, language, _, _ in rows),
        encoder.encode([views.for_encoder(text, language) for text, language, _, _ in rows]),
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


def _faq_pairs() -> tuple["encoder.Floats", "np.typing.NDArray[np.bool_]"]:
    """What speaks for each pair of wording and question, and whether they belong together; in small random businesses."""
    asked = corpus.sections("faqs.txt")
    nothing = list(asked.pop(_NO_QUESTION))
    faqs = [FaqWords(heading, *heading.split(" | ", 1)) for heading in asked]
    wordings = [(line, faq.key) for faq in faqs for line in asked[faq.key]] + [(line, "") for line in nothing]
    vectors = encoder.encode([retrieval.seen(line) for line, _ in wordings])
    chance = random.Random(7)  # noqa: S311 - picks example businesses, nothing secret
    known = encoder.encode(retrieval.texts(tuple(faqs)))
    rows, fits = [], []
    for _ in range(12):
        sample = sorted(chance.sample(range(len(faqs)), 14))
        index = retrieval.assemble(
            tuple(faqs[at] for at in sample), known[[*sample, *(at + len(faqs) for at in sample)]]
        )
        for (line, key), vector in zip(wordings, vectors, strict=True):
            if key in index.keys or chance.random() < 0.3:
                rows.append(retrieval.features(retrieval.seen(line), vector=vector, index=index))
                fits.append(np.asarray([key == other for other in index.keys]))
    return np.concatenate(rows), np.concatenate(fits)


if __name__ == "__main__":
    train()
