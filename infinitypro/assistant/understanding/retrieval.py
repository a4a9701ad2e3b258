"""Which of the business's own facts answers a question, with a probability, or none of them.

A fact is a question and its answer. What speaks for it is how near the text is to the question, to the answer and to both,
and how near each telling word of the text comes to some word of the fact: so "is it hygienic" finds "we sterilise". All facts
of a business and "none of them" share one probability (a softmax), which is fitted to the sentences in corpus/faqs.txt.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from infinitypro.assistant import corpus
from infinitypro.assistant.understanding import encoder, heads, language, views
from infinitypro.assistant.understanding.encoder import Reading
from infinitypro.assistant.understanding.vocabulary import FaqWords

Floats = NDArray[np.float32]
# Probabilities from which a fact is the answer, is one though the text names a thing the business does not, may be one.
SURE, SURER, NEAR = 0.3, 0.5, 0.07
_WEIGHTS = encoder.TRAINED / "faqs.npy"
_SKIPPED = corpus.lists("retrieval")["empty"]
# A word counts by how much nearer it is to one fact than to all, and a little in any case.
_PLAIN_WORD = np.float32(0.02)
_FOUND = 3


@dataclass(frozen=True)
class Index:
    """The facts of one business, ready to be searched; `starts` says where each one's words begin."""

    keys: tuple[str, ...]
    questions: Floats
    wholes: Floats
    answers: Floats
    words: Floats
    starts: NDArray[np.intp]


@dataclass(frozen=True)
class Examples:
    """What is learnt from: the features of a text against the facts of a business, what its wording says besides, and
    which fact answers it (-1: none)."""

    features: Floats
    speaking: Floats
    answers: NDArray[np.intp]


@lru_cache(maxsize=64)
def index_for(facts: tuple[FaqWords, ...], *, skip: frozenset[str] = frozenset()) -> Index:
    """The index of these facts, kept while these very ones are in use: a fact costs 15 ms."""
    return assemble(facts, read([text for fact in facts for text in texts(fact)], skip=skip))


def texts(fact: FaqWords) -> tuple[str, str, str]:
    """What the encoder reads of a fact: the question, both, and the answer; one alone stands for the other too."""
    asked, answered = seen(fact.question), seen(fact.answer)
    return asked or answered, f"{asked} {answered}".strip(), answered or asked


def read(lines: Sequence[str], *, skip: frozenset[str] = frozenset()) -> list[Reading]:
    """The texts as `find` and `assemble` want them; `skip` are words that tell the facts of this business not apart."""
    return encoder.read(lines, skip=_SKIPPED | skip)


def assemble(facts: tuple[FaqWords, ...], readings: Sequence[Reading]) -> Index:
    """The index from readings of the `texts` of each fact that are already known."""
    wholes = readings[1::3]
    lengths = [len(reading.words) for reading in wholes]
    nothing = np.zeros((0, encoder.WIDTH), dtype=np.float32)

    def stacked(rows: Sequence[Floats]) -> Floats:
        return np.stack(rows) if rows else nothing

    return Index(
        keys=tuple(fact.key for fact in facts),
        questions=stacked([reading.whole for reading in readings[0::3]]),
        wholes=stacked([reading.whole for reading in wholes]),
        answers=stacked([reading.whole for reading in readings[2::3]]),
        words=np.concatenate([nothing, *(reading.words for reading in wholes)]),
        starts=np.asarray([0, *np.cumsum(lengths)[:-1]], dtype=np.intp),
    )


def find(reading: Reading, *, index: Index, speaking: Floats) -> tuple[tuple[str, float], ...]:
    """The likeliest keys with the probability that each answers the text;
    `speaking` is what the wording says for and against any (`intents.Beliefs`)."""
    if not index.keys:
        return ()
    chances = _chances(features(reading, index=index)[None], speaking[None], _weights())[0, :-1]
    best = np.argsort(-chances, kind="stable")[:_FOUND]
    return tuple((index.keys[row], round(float(chances[row]), 3)) for row in best)


def features(reading: Reading, *, index: Index) -> Floats:
    """What speaks for each fact, a row each."""
    question, whole, answer = (
        rows @ reading.whole for rows in (index.questions, index.wholes, index.answers)
    )
    alike = index.words @ reading.words.T
    nearest = np.maximum.reduceat(alike, index.starts, axis=0)
    weights = nearest.max(axis=0) - nearest.mean(axis=0) + _PLAIN_WORD
    covered = np.add.reduceat(alike.max(axis=1), index.starts) / np.diff([*index.starts, len(alike)])
    columns = (
        question,
        whole,
        answer,
        np.maximum(question, answer),
        nearest.mean(axis=1),
        nearest.min(axis=1),
        nearest @ weights / weights.sum(),
        covered,
    )
    return np.stack(columns, axis=1)


def fit(examples: Examples) -> Floats:
    """The weights of the features, then those of the wording, under which the examples are likeliest (a small penalty)."""
    facts = examples.features.shape[1]
    rows = np.arange(len(examples.answers))
    wanted = np.where(examples.answers < 0, facts, examples.answers)
    none = _none(examples.speaking)

    def loss(weights: Floats) -> tuple[float, Floats]:
        chances = _chances(examples.features, examples.speaking, weights)
        value = -float(np.log(chances[rows, wanted] + 1e-12).sum()) + float(weights @ weights) / 2
        chances[rows, wanted] -= 1
        slope = np.einsum("nd,ndf->f", chances[:, :-1], examples.features)
        return value, np.concatenate([slope, chances[:, -1] @ none]) + weights

    start = np.zeros(examples.features.shape[2] + none.shape[1], dtype=np.float32)
    return heads.descend(loss, start, rounds=200)


def save_weights(weights: Floats) -> None:
    """Keeps what `fit` found beside the other trained parts."""
    np.save(_WEIGHTS, weights)


def rank(reading: Reading, index: Index) -> list[int]:
    """Every row of the index, the likeliest first."""
    found = features(reading, index=index)
    return [int(row) for row in np.argsort(-(found @ _weights()[: found.shape[1]]), kind="stable")]


def seen(text: str) -> str:
    """The text as the encoder should see it."""
    return views.for_encoder(text, language.of(text, fallback="en"))


def _chances(rows: Floats, speaking: Floats, weights: Floats) -> Floats:
    """The probability of each fact and, last, of none."""
    size = rows.shape[2]
    scores = np.concatenate([rows @ weights[:size], (_none(speaking) @ weights[size:])[:, None]], axis=1)
    chances = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(chances / chances.sum(axis=1, keepdims=True), dtype=np.float32)


def _none(speaking: Floats) -> Floats:
    """What speaks for none of the facts: nothing in particular, and the wording."""
    return np.concatenate([np.ones((len(speaking), 1), dtype=np.float32), speaking], axis=1)


@lru_cache(maxsize=1)
def _weights() -> Floats:
    weights: Floats = np.load(_WEIGHTS)
    return weights
