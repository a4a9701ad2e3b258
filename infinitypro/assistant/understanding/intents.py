"""What a customer wants: ranked intents with confidence, several when a message holds several wishes."""

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from infinitypro.assistant import corpus
from infinitypro.assistant.understanding import encoder, heads, views, words

_RULES = corpus.rules("intents")
_LISTS = corpus.lists("intents")

HEAD = encoder.TRAINED / "intents.head"
# Intents that a clause of its own may add to a message's main one.
_ADDABLE = _LISTS["addable"]
_COURTESY = frozenset(("greeting", "thanks", "confirm", "other"))
_CLAUSE_FLOOR, _LIMIT = 0.5, 4
_BREAK = re.compile(_RULES["break"], re.IGNORECASE)
_ALSO = re.compile(r"\s+(?:and|n|&|y)\s+", re.IGNORECASE)


@dataclass(frozen=True)
class Intent:
    """An intent's name and how sure it is, from 0 to 1."""

    name: str
    confidence: float


def clauses(text: str) -> tuple[str, ...]:
    """The clauses of a message that may carry wishes of their own; empty when there is but one."""
    parts = [part.strip(" ,") for part in _BREAK.split(text)]
    kept = tuple(part for part in parts if len(words.split(part)) >= 2)
    if len(kept) >= 2:
        return kept[:4]
    halves = [part.strip(" ,") for part in _ALSO.split(text)]
    kept = tuple(half for half in halves if len(words.split(half)) >= 3)
    return kept if 2 <= len(kept) <= 3 else ()


def rank(
    texts: tuple[str, ...], *, vectors: "encoder.Floats", language: str, head: "heads.Head | None" = None
) -> tuple[Intent, ...]:
    """The intents of a message, the likeliest first: `texts` is the whole, then its clauses; `head` a private one."""
    judge = head or _head()
    chances = judge.probabilities(texts=[views.for_words(text, language) for text in texts], vectors=vectors)
    found = {judge.labels[column]: float(chances[0, column]) for column in np.argsort(-chances[0])[:5]}
    for row in chances[1:]:
        best = int(row.argmax())
        name, sure = judge.labels[best], float(row[best])
        if sure >= _CLAUSE_FLOOR and name in _ADDABLE:
            found[name] = max(found.get(name, 0.0), 0.95 * sure)
    ranked = sorted(found.items(), key=lambda item: -item[1])
    main = [item for item in ranked if item[0] not in _COURTESY and item[1] >= _CLAUSE_FLOOR]
    if main and ranked[0][0] in _COURTESY and len(texts) > 1:
        ranked = [*main, *(item for item in ranked if item not in main)]
    return tuple(Intent(name, round(sure, 3)) for name, sure in ranked[:_LIMIT] if sure >= 0.03)


def floor() -> float:
    """The confidence below which a message counts as not understood."""
    return _head().floor


@lru_cache(maxsize=1)
def _head() -> heads.Head:
    return heads.load(HEAD.read_bytes())
