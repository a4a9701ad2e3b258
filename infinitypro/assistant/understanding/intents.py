"""What a customer wants: ranked intents with confidence, several when a message holds several wishes."""

import re
from collections.abc import Sequence
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
# The intent that stands for a question which the business's own facts answer.
FACT = "faq"
_TASKS = ("book", "reschedule", "cancel", "my_appointments", "confirm")
_FIGURES = ("price", "hours")
_AGAINST_FACTS = (
    _TASKS,
    (*_FIGURES, "location"),
    ("greeting", "thanks", "opt_out", "person", "rights_request", "complaint"),
)
_LEAST = np.float32(0.02)
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


@dataclass(frozen=True)
class Beliefs:
    """What each text may want: a row of `chances` a text, a column a label."""

    labels: tuple[str, ...]
    chances: "heads.Floats"

    @property
    def in_facts(self) -> "heads.Floats":
        """The share of belief of each text that it asks for a fact of the business."""
        return self._share(FACT)

    @property
    def in_tasks(self) -> "heads.Floats":
        """The share of belief of each text that it is about an appointment, or complains of one."""
        return self._share(*_TASKS, "complaint")

    @property
    def in_figures(self) -> "heads.Floats":
        """The share of belief of each text that it asks for a price or for hours."""
        return self._share(*_FIGURES)

    @property
    def speaking(self) -> "heads.Floats":
        """A row a text: what its wording alone says for and against a question for facts (logarithms)."""
        shares = [self._share(FACT), *(self._share(*names) for names in _AGAINST_FACTS)]
        return np.log(np.stack(shares, axis=1) + _LEAST)

    def _share(self, *names: str) -> "heads.Floats":
        chosen = self.chances[:, [name in names for name in self.labels]]
        return np.asarray(chosen.sum(axis=1))

    def answered(self, shares: Sequence[float]) -> "Beliefs":
        """The same, knowing which share of each text the business's facts answer."""
        if FACT not in self.labels:
            return self
        share = np.asarray(shares, dtype=np.float32)[:, None]
        chances = self.chances * (1 - share)
        chances[:, self.labels.index(FACT)] += share[:, 0]
        return Beliefs(self.labels, chances)


def beliefs(
    texts: Sequence[str],
    *,
    vectors: "encoder.Floats",
    languages: Sequence[str],
    head: "heads.Head | None" = None,
) -> Beliefs:
    """What each text wants; `head` is a private one."""
    judge = head or _head()
    seen = [views.for_words(text, language) for text, language in zip(texts, languages, strict=True)]
    return Beliefs(judge.labels, judge.probabilities(texts=seen, vectors=vectors))


def rank(found: Beliefs) -> tuple[Intent, ...]:
    """The intents of a message, the likeliest first: of the whole, which is the first row, then of its clauses."""
    labels, chances = found.labels, found.chances
    shares = {labels[column]: float(chances[0, column]) for column in np.argsort(-chances[0])[:5]}
    for row in chances[1:]:
        best = int(row.argmax())
        name, sure = labels[best], float(row[best])
        if sure >= _CLAUSE_FLOOR and name in _ADDABLE:
            shares[name] = max(shares.get(name, 0.0), 0.95 * sure)
    ranked = sorted(shares.items(), key=lambda item: -item[1])
    main = [item for item in ranked if item[0] not in _COURTESY and item[1] >= _CLAUSE_FLOOR]
    if main and ranked[0][0] in _COURTESY and len(chances) > 1:
        ranked = [*main, *(item for item in ranked if item not in main)]
    return tuple(Intent(name, round(sure, 3)) for name, sure in ranked[:_LIMIT] if sure >= 0.03)


def floor() -> float:
    """The confidence below which a message counts as not understood."""
    return _head().floor


@lru_cache(maxsize=1)
def _head() -> heads.Head:
    return heads.load(HEAD.read_bytes())
