"""Which of the business's questions and answers fits a question, with a probability, or none of them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from infinitypro.assistant import corpus
from infinitypro.assistant.understanding import encoder, language, services, views, words
from infinitypro.assistant.understanding.vocabulary import FaqWords

_RULES = corpus.rules("retrieval")
_LISTS = corpus.lists("retrieval")

Floats = NDArray[np.float32]
FLOOR = 0.5
# A rather likely question is plainly meant where it leaves no word of the text aside.
_RATHER, _PLAINLY = 0.8, 0.96
FEATURES = 7
_WEIGHTS = encoder.TRAINED / "faqs.npy"
_EMPTY = _LISTS["empty"]
# "Do you offer …" speaks of no offer.
_OFFERING = re.compile(_RULES["offering"], re.IGNORECASE)
# Words that stand for the same matter in questions and answers to businesses.
_KIN = {
    word: group.split()[0]
    for group in (
        "pay payment paying card cards cash amex visa mastercard credit debit contactless cheque check paypal",
        "park parking garage carpark lot",
        "gift voucher vouchers present certificate",
        "dog pet pets puppy animal",
        "child kid kids children toddler baby stroller",
        "wheelchair accessible accessibility ramp lift elevator stairs step steps disabled",
        "wedding bridal bride marriage",
        "walkin walk-in walk-ins walkins walk drop show appointment",
        "discount discounts deal deals offer offers promotion reduction cheaper off",
        "student students",
        "late delay delayed",
        "cancel cancellation canceling cancelling",
        "wifi wi-fi internet",
        "vegan vegetarian meatless",
        "gluten celiac coeliac",
        "product products brand brands",
        "insurance insurer insurers insured",
        "refund return returns",
        "warranty guarantee",
        "deposit prepayment advance downpayment",
        "shower showers",
        "receipt invoice bill",
        "language spanish german french english",
        "tip tips gratuity",
        "terrace outside outdoor patio",
    )
    for word in group.split()
}


@dataclass(frozen=True)
class Index:
    """The questions of one business, ready to be searched."""

    keys: tuple[str, ...]
    questions: Floats
    wholes: Floats
    question_words: tuple[frozenset[str], ...]
    answer_words: tuple[frozenset[str], ...]
    rarity: dict[str, float]


def build(faqs: tuple[FaqWords, ...], *, look: Callable[[str], str] = str) -> Index:
    """The index of these questions, each first put through `look` (a mask); keep it: a question costs 10 ms."""
    return assemble(faqs, encoder.encode(texts(faqs, look=look)))


@lru_cache(maxsize=64)
def index_for(faqs: tuple[FaqWords, ...]) -> Index:
    """`build` without a mask, kept while these very questions and answers are in use."""
    return build(faqs)


def texts(faqs: tuple[FaqWords, ...], *, look: Callable[[str], str] = str) -> list[str]:
    """What the encoder reads of each question: all questions, then all of them with their answers."""
    questions = [seen(look(faq.question)) for faq in faqs]
    return questions + [f"{asked} {seen(faq.answer)}" for asked, faq in zip(questions, faqs, strict=True)]


def assemble(faqs: tuple[FaqWords, ...], vectors: Floats) -> Index:
    """The index from vectors of `texts` that are already known."""
    questions = [seen(faq.question) for faq in faqs]
    asked = tuple(map(_telling, questions))
    answered = tuple(_telling(seen(faq.answer)) for faq in faqs)
    every = [one | two for one, two in zip(asked, answered, strict=True)]
    rarity = {
        word: float(np.log((len(faqs) + 1) / sum(word in bag for bag in every)))
        for word in frozenset().union(*every)
    }
    count = len(faqs)
    return Index(tuple(faq.key for faq in faqs), vectors[:count], vectors[count:], asked, answered, rarity)


def find(text: str, *, vector: Floats, index: Index) -> tuple[tuple[str, float], ...]:
    """The three likeliest keys with the probability that each answers the text; `vector` is the text's own."""
    if not index.keys:
        return ()
    chances = _sigmoid(features(seen(text), vector=vector, index=index) @ _weights())
    chances = np.where(
        _covered(seen(text), index) & (chances >= _RATHER), np.maximum(chances, _PLAINLY), chances
    )
    best = np.argsort(-chances, kind="stable")[:3]
    return tuple((index.keys[row], round(float(chances[row]), 3)) for row in best)


def _covered(seen: str, index: Index) -> "NDArray[np.bool_]":
    """Which questions hold every telling word of a text, themselves or in their answers."""
    asked = _telling(seen)
    bags = zip(index.question_words, index.answer_words, strict=True)
    return np.asarray([bool(asked) and asked <= one | two for one, two in bags])


def features(seen: str, *, vector: Floats, index: Index) -> Floats:
    """What speaks for each question, a row each: closeness in meaning, shared words, and the lead over the others."""
    asked = _telling(seen)
    near, near_whole = index.questions @ vector, index.wholes @ vector
    shared = np.asarray(
        [_overlap(asked, bag, index.rarity) for bag in index.question_words], dtype=np.float32
    )
    in_answer = np.asarray(
        [_overlap(asked, bag, index.rarity) for bag in index.answer_words], dtype=np.float32
    )
    both = near + near_whole + shared + np.float32(0.5) * in_answer
    return np.stack(
        [np.ones_like(near), near, near_whole, shared, in_answer, _lead(both), near * shared], axis=1
    )


def prepared_weights(rows: Floats, fits: NDArray[np.bool_]) -> Floats:
    """Logistic regression from such features to whether the question fits (Newton's method, a small penalty)."""
    weights = np.zeros(rows.shape[1])
    wanted = fits.astype(np.float64)
    for _ in range(25):
        chances = _sigmoid(rows @ weights)
        slope = rows.T @ (chances - wanted) + 0.5 * weights
        bend = (rows * (chances * (1 - chances))[:, None]).T @ rows + 0.5 * np.eye(rows.shape[1])
        weights -= np.linalg.solve(bend, slope)
    return weights.astype(np.float32)


def save_weights(weights: Floats) -> None:
    """Keeps what `prepared_weights` found beside the other trained parts."""
    np.save(_WEIGHTS, weights)


def rank(text_vector: Floats, seen: str, index: Index) -> list[int]:
    """Every row of the index, the likeliest first."""
    return [
        int(row)
        for row in np.argsort(-(features(seen, vector=text_vector, index=index) @ _weights()), kind="stable")
    ]


def _lead(scores: Floats) -> Floats:
    """How far each score is above the best of the others (negative where it is below)."""
    if len(scores) < 2:
        return np.full_like(scores, 0.3)
    order = np.argsort(-scores)
    rivals = np.full_like(scores, scores[order[0]])
    rivals[order[0]] = scores[order[1]]
    return np.asarray(np.clip(scores - rivals, -1, 0.6))


def _overlap(asked: frozenset[str], bag: frozenset[str], rarity: dict[str, float]) -> float:
    if not asked:
        return 0.0
    unknown = max(rarity.values(), default=1.0)
    total = sum(rarity.get(word, unknown) for word in asked)
    return sum(rarity[word] for word in asked & bag) / total if total else 0.0


def _telling(text: str) -> frozenset[str]:
    typed = (word.text for word in words.split(_OFFERING.sub(" ", text)))
    return frozenset(
        _KIN.get(word) or _KIN.get(services.stem(word)) or services.stem(word)
        for word in typed
        if word not in _EMPTY
    )


def seen(text: str) -> str:
    """The text as the encoder should see it."""
    return views.for_encoder(text, language.of(text, fallback="en"))


def _sigmoid(values: NDArray[np.floating]) -> Floats:
    return np.asarray(1 / (1 + np.exp(-values)), dtype=np.float32)


@lru_cache(maxsize=1)
def _weights() -> Floats:
    weights: Floats = np.load(_WEIGHTS)
    return weights
