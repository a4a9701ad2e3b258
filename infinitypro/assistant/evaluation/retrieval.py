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
    index = retrieval.index_for(tuple(FaqWords(intent, text, "") for intent, text in exemplars.items()))
    began = time.perf_counter()
    readings = retrieval.read([retrieval.seen(text) for text, _ in asked])
    ranks = [_rank(reading, intent, index) for (_, intent), reading in zip(asked, readings, strict=True)]
    spent = time.perf_counter() - began
    total = len(ranks)
    return {
        "total": total,
        "first": samples.share(ranks.count(1), total),
        "first_three": samples.share(sum(rank <= _TOP for rank in ranks), total),
        "mean_reciprocal_rank": round(sum(1 / rank for rank in ranks) / max(1, total), 4),
        "ms": round(1000 * spent / max(1, total), 2),
    }


def _rank(reading: encoder.Reading, intent: str, index: retrieval.Index) -> int:
    order = retrieval.rank(reading, index)
    return order.index(index.keys.index(intent)) + 1
