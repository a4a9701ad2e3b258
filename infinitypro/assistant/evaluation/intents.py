"""Trains a private head on one file, as a workspace's own corrections would, and tests it on another."""

import time
from pathlib import Path

import numpy as np

from infinitypro.assistant.evaluation import samples
from infinitypro.assistant.understanding import encoder, heads, language, views

_LATENCY_SAMPLE = 200
_BINS = 10


def evaluate(*, train: Path, test: Path) -> dict[str, object]:
    """Accuracy (all, in scope), recall and precision of `oos`, expected calibration error, latency of one message."""
    learnt, asked = samples.read(train), samples.read(test)
    began = time.perf_counter()
    head = heads.train(_examples(learnt))
    spent = time.perf_counter() - began
    texts, wanted = samples.texts(asked), samples.column(asked, "intent")
    chances = head.probabilities(texts=_worded(texts), vectors=encoder.encode(_encoded(texts)))
    said = [head.labels[row.argmax()] if row.max() >= head.floor else heads.OUT_OF_SCOPE for row in chances]
    return {
        "total": len(asked),
        **_rates(said, wanted),
        "ece": _calibration_error(chances, head, wanted),
        "floor": round(head.floor, 3),
        "train_seconds": round(spent, 1),
        **_latency(head, texts[:_LATENCY_SAMPLE]),
    }


def _examples(rows: list[dict[str, object]]) -> heads.Examples:
    texts = samples.texts(rows)
    labels = tuple(samples.column(rows, "intent"))
    return heads.Examples(
        tuple(_worded(texts)), encoder.encode(_encoded(texts)), labels, tuple(range(len(texts)))
    )


def _worded(texts: list[str]) -> list[str]:
    return [views.for_words(text, language.of(text, fallback="en")) for text in texts]


def _encoded(texts: list[str]) -> list[str]:
    return [views.for_encoder(text, language.of(text, fallback="en")) for text in texts]


def _rates(said: list[str], wanted: list[str]) -> dict[str, float]:
    pairs = list(zip(said, wanted, strict=True))
    known = [(got, want) for got, want in pairs if want != heads.OUT_OF_SCOPE]
    unknown = [got for got, want in pairs if want == heads.OUT_OF_SCOPE]
    claimed = [want for got, want in pairs if got == heads.OUT_OF_SCOPE]
    return {
        "accuracy": samples.share(sum(got == want for got, want in pairs), len(pairs)),
        "in_scope_accuracy": samples.share(sum(got == want for got, want in known), len(known)),
        "oos_recall": samples.share(unknown.count(heads.OUT_OF_SCOPE), len(unknown)),
        "oos_precision": samples.share(claimed.count(heads.OUT_OF_SCOPE), len(claimed)),
    }


def _calibration_error(chances: heads.Floats, head: heads.Head, wanted: list[str]) -> float:
    """Expected calibration error over ten bins, on what the head has labels for."""
    known = [row for row, label in enumerate(wanted) if label in head.labels]
    if not known:
        return 0.0
    sure = chances[known].max(axis=1)
    right = np.asarray([head.labels[chances[row].argmax()] == wanted[row] for row in known])
    bins = np.minimum((sure * _BINS).astype(int), _BINS - 1)
    gaps = [
        abs(sure[bins == at].mean() - right[bins == at].mean()) * (bins == at).mean()
        for at in set(bins.tolist())
    ]
    return round(float(sum(gaps)), 4)


def _latency(head: heads.Head, texts: list[str]) -> dict[str, float]:
    spent = []
    for text in texts:
        began = time.perf_counter()
        head.probabilities(texts=_worded([text]), vectors=encoder.encode(_encoded([text])))
        spent.append(1000 * (time.perf_counter() - began))
    return {"ms_p50": round(float(np.median(spent)), 2), "ms_p95": round(float(np.quantile(spent, 0.95)), 2)}
