"""Learns to name what a sentence is about from examples: two logistic regressions whose scores are added.

One reads the sentence's vector, the other its words (`lexical`); how much each counts, how sure the sum may be and below
which confidence nothing is recognised is measured on examples held back. The shipped head and the private heads of
workspaces are made by the same function.
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infinitypro.assistant.understanding import lexical

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
OUT_OF_SCOPE = "oos"
_MEMORY = 8
_DENSE_PENALTY, _LEXICAL_PENALTY = 0.4, 0.15
_DENSE_SCALE = np.float32(8.0)


@dataclass(frozen=True)
class Examples:
    """What a head learns from; `groups` keeps variants of one sentence together when examples are held back."""

    texts: tuple[str, ...]
    vectors: Floats
    labels: tuple[str, ...]
    groups: tuple[int, ...]

    def part(self, rows: Sequence[int]) -> "Examples":
        """The examples of these rows."""
        return Examples(
            tuple(self.texts[row] for row in rows),
            self.vectors[list(rows)],
            tuple(self.labels[row] for row in rows),
            tuple(self.groups[row] for row in rows),
        )


@dataclass(frozen=True)
class Head:
    """A trained head; `floor` is the confidence below which a sentence counts as none of the labels."""

    labels: tuple[str, ...]
    dense: Floats
    words: Floats
    rarity: Floats
    mix: tuple[float, float]
    floor: float

    def probabilities(self, *, texts: Sequence[str], vectors: Floats) -> Floats:
        """One row a text, one column a label, rows adding up to one."""
        dense, worded = self.scores(texts=texts, vectors=vectors)
        return _softmax(self.mix[0] * dense + self.mix[1] * worded)

    def scores(self, *, texts: Sequence[str], vectors: Floats) -> tuple[Floats, Floats]:
        """The log-probabilities of both regressions before they are added."""
        sparse = lexical.weigh(lexical.counts(texts), self.rarity)
        dense = _with_bias(vectors) @ self.dense
        return _log_softmax(dense), _log_softmax(sparse.times(self.words))

    def dump(self) -> bytes:
        """The head as bytes, for a file or for sealing."""
        buffer = io.BytesIO()
        np.savez(
            buffer,
            labels=np.asarray(self.labels),
            dense=self.dense,
            words=self.words.astype(np.float16),
            rarity=self.rarity,
            mix=np.asarray([*self.mix, self.floor]),
        )
        return buffer.getvalue()


def load(data: bytes) -> Head:
    """The head that `Head.dump` wrote."""
    with np.load(io.BytesIO(data), allow_pickle=False) as parts:
        first, second, floor = (float(number) for number in parts["mix"])
        labels = tuple(str(label) for label in parts["labels"])
        worded = parts["words"].astype(np.float32)
        return Head(labels, parts["dense"], worded, parts["rarity"], (first, second), floor)


def train(examples: Examples, *, rounds: int = 60) -> Head:
    """A head for these examples, the same for the same examples; needs two labels or more."""
    labels = tuple(sorted(set(examples.labels)))
    if len(labels) < 2:
        raise ValueError("a head needs examples of two labels or more")
    kept, held = _hold_back(examples)
    trial = _fit(examples.part(kept), labels, rounds=rounds)
    mix, floor = _tune(trial, examples.part(held), labels)
    head = _fit(examples, labels, rounds=rounds, start=trial)
    return Head(labels, head.dense, head.words, head.rarity, mix, floor)


def _hold_back(examples: Examples) -> tuple[list[int], list[int]]:
    """Every fifth group is held back, but a label's first group never is."""
    seen: dict[str, list[int]] = {}
    kept: list[int] = []
    held: list[int] = []
    for row, (label, group) in enumerate(zip(examples.labels, examples.groups, strict=True)):
        groups = seen.setdefault(label, [])
        if group not in groups:
            groups.append(group)
        (held if groups.index(group) % 5 == 4 else kept).append(row)
    return kept, held or kept


def _fit(examples: Examples, labels: tuple[str, ...], *, rounds: int, start: Head | None = None) -> Head:
    """A head without mix and floor; from a similar head as its start it is found in few steps."""
    wanted = np.asarray([labels.index(label) for label in examples.labels])
    sparse = lexical.counts(examples.texts)
    rare = lexical.rarity(sparse)
    sparse = lexical.weigh(sparse, rare)
    dense = _with_bias(examples.vectors)
    weights = _class_weights(wanted, len(labels))
    learnt = _regress(
        lambda matrix: dense @ matrix,
        lambda error: dense.T @ error,
        start.dense if start else np.zeros((dense.shape[1], len(labels)), dtype=np.float32),
        (wanted, weights, _DENSE_PENALTY, rounds),
    )
    back = _transposed(sparse)
    first = start.words if start else np.zeros((lexical.BUCKETS, len(labels)), dtype=np.float32)
    worded = _regress(sparse.times, back, first, (wanted, weights, _LEXICAL_PENALTY, rounds))
    return Head(labels, learnt, worded, rare, (0.5, 0.5), 0.0)


def _class_weights(wanted: Ints, classes: int) -> Floats:
    """Rare labels count somewhat more an example, so that a frequent one does not drown them."""
    sizes = np.bincount(wanted, minlength=classes).clip(1)
    return np.asarray(np.sqrt(sizes.mean() / sizes)[wanted], dtype=np.float32)


def _transposed(sparse: lexical.Sparse) -> "Callable[[Floats], Floats]":
    order = np.argsort(sparse.buckets, kind="stable")
    rows, weights, buckets = sparse.rows()[order], sparse.weights[order, None], sparse.buckets[order]
    starts = np.flatnonzero(np.r_[True, buckets[1:] != buckets[:-1]])
    used = buckets[starts]

    def multiply(error: Floats) -> Floats:
        result = np.zeros((lexical.BUCKETS, error.shape[1]), dtype=np.float32)
        result[used] = np.add.reduceat(error[rows] * weights, starts, axis=0)
        return result

    return multiply


def _regress(
    forward: "Callable[[Floats], Floats]",
    back: "Callable[[Floats], Floats]",
    start: Floats,
    task: tuple[Ints, Floats, float, int],
) -> Floats:
    """Multinomial logistic regression with an L2 penalty, by L-BFGS."""
    wanted, weights, penalty, rounds = task
    rows = np.arange(len(wanted))

    def loss(matrix: Floats) -> tuple[float, Floats]:
        logs = _log_softmax(forward(matrix))
        error = np.exp(logs)
        error[rows, wanted] -= 1
        value = -float((logs[rows, wanted] * weights).sum()) + penalty / 2 * float((matrix * matrix).sum())
        return value, back(error * weights[:, None]) + np.float32(penalty) * matrix

    return descend(loss, start, rounds=rounds)


def descend(loss: "Callable[[Floats], tuple[float, Floats]]", point: Floats, *, rounds: int) -> Floats:
    """The point with the least loss near `point`, by L-BFGS; `loss` gives the value and the slope."""
    value, slope = loss(point)
    steps: list[tuple[Floats, Floats, float]] = []
    for _ in range(rounds):
        direction = -_curved(slope, steps)
        size = 1.0 if steps else 1.0 / max(float(np.linalg.norm(slope)), 1.0)
        fall = float((slope * direction).sum())
        for _ in range(12):
            following, (new_value, new_slope) = _step(loss, point, direction, size)
            if new_value <= value + 1e-4 * size * fall:
                break
            size /= 2
        moved, turned = following - point, new_slope - slope
        curvature = float((moved * turned).sum())
        if curvature > 1e-10:
            steps = [*steps, (moved, turned, curvature)][-_MEMORY:]
        done = value - new_value < 1e-5 * max(abs(value), 1.0)
        point, value, slope = following, new_value, new_slope
        if done:
            break
    return point


def _step(
    loss: "Callable[[Floats], tuple[float, Floats]]", point: Floats, direction: Floats, size: float
) -> "tuple[Floats, tuple[float, Floats]]":
    following = point + np.float32(size) * direction
    return following, loss(following)


def _curved(slope: Floats, steps: list[tuple[Floats, Floats, float]]) -> Floats:
    """The slope times the inverse curvature that the last steps have shown (L-BFGS, two loops)."""
    result, shares = slope.copy(), []
    for moved, turned, curvature in reversed(steps):
        share = np.float32(float((moved * result).sum()) / curvature)
        shares.append(share)
        result -= share * turned
    if steps:
        _, turned, curvature = steps[-1]
        result *= np.float32(curvature / float((turned * turned).sum()))
    for (moved, turned, curvature), share in zip(steps, reversed(shares), strict=True):
        again = np.float32(float((turned * result).sum()) / curvature)
        result += (share - again) * moved
    return result


def _tune(trial: Head, held: Examples, labels: tuple[str, ...]) -> tuple[tuple[float, float], float]:
    """How much each regression counts (which also sets how sure they are), and the floor."""
    wanted = np.asarray([labels.index(label) for label in held.labels])
    rows = np.arange(len(wanted))
    dense, worded = trial.scores(texts=held.texts, vectors=held.vectors)
    grid = [
        (sharp * share, sharp * (1 - share))
        for sharp in np.arange(0.6, 3.01, 0.2)
        for share in np.arange(0.1, 0.91, 0.1)
    ]
    losses = [-float(_log_softmax(a * dense + b * worded)[rows, wanted].mean()) for a, b in grid]
    mix = grid[int(np.argmin(losses))]
    chances = _softmax(mix[0] * dense + mix[1] * worded)
    return (float(mix[0]), float(mix[1])), _floor(chances, wanted, labels)


def _floor(chances: Floats, wanted: Ints, labels: tuple[str, ...]) -> float:
    """The confidence that parts known from unknown best: with examples of the unknown measured, else two in a hundred."""
    best, sure = chances.argmax(axis=1), chances.max(axis=1)
    right = best == wanted
    if OUT_OF_SCOPE not in labels:
        return float(np.quantile(sure[right], 0.04)) if right.any() else 0.0
    unknown = wanted == labels.index(OUT_OF_SCOPE)
    found_unknown = best == labels.index(OUT_OF_SCOPE)
    floors = np.arange(0.0, 0.9, 0.02)
    gains = [
        float(
            (right & (sure >= floor))[~unknown].mean()
            + 0.5 * (found_unknown | (sure < floor))[unknown].mean()
        )
        for floor in floors
    ]
    return float(floors[int(np.argmax(gains))])


def _with_bias(vectors: Floats) -> Floats:
    return np.hstack([vectors * _DENSE_SCALE, np.ones((len(vectors), 1), dtype=np.float32)])


def _log_softmax(scores: Floats) -> Floats:
    shifted = scores - scores.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)), dtype=np.float32)


def _softmax(scores: Floats) -> Floats:
    return np.asarray(np.exp(_log_softmax(scores)))
