"""How a customer feels: negative, neutral or positive, and how angry, from a trained head and from how it is typed."""

import re
from dataclasses import dataclass
from functools import lru_cache

from infinitypro.assistant import corpus
from infinitypro.assistant.understanding import encoder, heads, views, words

_RULES = corpus.rules("moods")

NEGATIVE, NEUTRAL, POSITIVE = "negative", "neutral", "positive"
HEAD = encoder.TRAINED / "moods.head"
_BAD = re.compile(_RULES["bad"])
_GOOD = re.compile(_RULES["good"])
_NEGATED_BEFORE = re.compile(
    r"\b(?:not|no|never|isn't|wasn't|don't|didn't|hardly|nothing|without|nunca|sin|nada)(?: \w+){0,2} $"
)
_SARCASM = re.compile(_RULES["sarcasm"])
_FURY = re.compile(_RULES["fury"])
_CROSS_FACES = re.compile(r"[😠😡🤬👿😤💢🖕]")
_SAD_FACES = re.compile(r"[😞😔☹🙁😢😭😒🙄😕👎💔]|(?<!\w):-?[(/]")
_GLAD_FACES = re.compile(r"[😊😍🥰😀😃😄😁❤💕💖🙏👍🎉🤩😘💯✨]|(?<!\w):-?[)D]")


@dataclass(frozen=True)
class Mood:
    """The mood's name, its strength from -1 to 1, and anger from 0 to 1."""

    name: str
    score: float
    anger: float


def read(text: str, *, vector: "encoder.Floats", language: str) -> Mood:
    """The mood of a text whose (unmasked) vector is given."""
    chances = _head().probabilities(texts=[views.for_words(text, language)], vectors=vector[None, :])[0]
    by_label = dict(zip(_head().labels, map(float, chances), strict=True))
    learnt = by_label[POSITIVE] - by_label[NEGATIVE]
    typed = _typed(text)
    score = max(-1.0, min(1.0, 0.7 * learnt + 0.5 * typed))
    if _SARCASM.search(_plain(text)):
        score = min(score, -0.6)
    name = NEGATIVE if score < -0.3 else POSITIVE if score > 0.3 else NEUTRAL
    return Mood(name, round(score, 3), round(_anger(text, score), 3))


def _typed(text: str) -> float:
    """From the words themselves, -1 to 1: each word of mood turned round when negated, faces counted twice."""
    plain = _plain(text)
    bad, good = _tally(plain, _BAD), _tally(plain, _GOOD)
    balance = good[0] + bad[1] * 0.5 - bad[0] - good[1]
    balance += 2 * bool(_GLAD_FACES.search(text)) - 2 * bool(
        _SAD_FACES.search(text) or _CROSS_FACES.search(text)
    )
    return max(-1.0, min(1.0, balance / 2))


def _tally(plain: str, pattern: "re.Pattern[str]") -> tuple[int, int]:
    """How often a word of this mood stands as it is, and how often negated."""
    negated = [bool(_NEGATED_BEFORE.search(plain[: match.start()])) for match in pattern.finditer(plain)]
    return negated.count(False), negated.count(True)


def _anger(text: str, score: float) -> float:
    if score > -0.2:
        return 0.0
    plain = _plain(text)
    shouted = [word for word in re.findall(r"[^\W\d_]{3,}", text) if word.isupper()]
    heat = (
        0.3 * min(3, len(_FURY.findall(plain)))
        + 0.25 * min(2, len(shouted))
        + 0.15 * ("!!" in text or "?!" in text)
    )
    heat += 0.4 * bool(_CROSS_FACES.search(text)) + 0.1 * bool(_SARCASM.search(plain))
    return min(1.0, heat + 0.2 * max(0.0, -score - 0.5))


def _plain(text: str) -> str:
    return " ".join(words.fold(text).split())


@lru_cache(maxsize=1)
def _head() -> heads.Head:
    return heads.load(HEAD.read_bytes())
