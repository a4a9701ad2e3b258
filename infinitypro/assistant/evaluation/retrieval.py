"""How often a text finds the exemplar of its own intent: one text an intent is kept, all others must find it."""

import time
from pathlib import Path

from infinitypro.assistant.evaluation import samples
from infinitypro.assistant.understanding import encoder, heads, retrieval
from infinitypro.assistant.understanding.vocabulary import FaqWords

_TOP = 3


def evaluate(*, test: Path) -> dict[str, object]:
    """Share found first, share among the first three, mean reciprocal rank, and milliseconds a message."""
    rows = [row for row in samples.read(test) if row["intent"] != heads.OUT_OF_SCOPE]
    exemplars: dict[str, str] = {}
    asked = []
    for row in rows:
        intent, text = str(row["intent"]), str(row["text"])
        if intent in exemplars:
            asked.append((text, intent))
        else:
            exemplars[intent] = text
    index = retrieval.build(tuple(FaqWords(intent, text, "") for intent, text in exemplars.items()))
    began = time.perf_counter()
    vectors = encoder.encode([retrieval.seen(text) for text, _ in asked])
    ranks = [
        _rank(text, intent, vector, index) for (text, intent), vector in zip(asked, vectors, strict=True)
    ]
    spent = time.perf_counter() - began
    total = len(ranks)
    return {
        "total": total,
        "first": samples.share(ranks.count(1), total),
        "first_three": samples.share(sum(rank <= _TOP for rank in ranks), total),
        "mean_reciprocal_rank": round(sum(1 / rank for rank in ranks) / max(1, total), 4),
        "ms": round(1000 * spent / max(1, total), 2),
    }


def _rank(text: str, intent: str, vector: retrieval.Floats, index: retrieval.Index) -> int:
    order = retrieval.rank(vector, retrieval.seen(text), index)
    return order.index(index.keys.index(intent)) + 1
