"""Texts as sparse weights of words, word pairs and pieces of words, hashed into a fixed number of buckets."""

import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infinitypro.assistant.understanding import words

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
BUCKETS = 1 << 15


@dataclass(frozen=True)
class Sparse:
    """Rows of a sparse matrix: bucket and weight of each entry, and where each row begins."""

    buckets: Ints
    weights: Floats
    starts: Ints

    def times(self, matrix: Floats) -> Floats:
        """This matrix times a dense one (buckets × columns); every row holds at least one entry."""
        return np.asarray(
            np.add.reduceat(matrix[self.buckets] * self.weights[:, None], self.starts[:-1], axis=0)
        )

    def rows(self) -> Ints:
        """The row of each entry."""
        return np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))


def counts(texts: Sequence[str]) -> Sparse:
    """Damped counts of the pieces of each text; rows have unit length only after `weigh`."""
    buckets: list[int] = []
    weights: list[float] = []
    starts = [0]
    for text in texts:
        found = Counter(_bucket(piece) for piece in _pieces(text))
        buckets += found.keys()
        weights += (1 + float(np.log(count)) for count in found.values())
        starts.append(len(buckets))
    return Sparse(
        np.asarray(buckets, np.int64), np.asarray(weights, np.float32), np.asarray(starts, np.int64)
    )


def rarity(sparse: Sparse) -> Floats:
    """How rare each bucket is among these texts (smoothed inverse document frequency)."""
    texts = len(sparse.starts) - 1
    seen = np.bincount(sparse.buckets, minlength=BUCKETS)
    return np.asarray(np.log((1 + texts) / (1 + seen)) + 1, dtype=np.float32)


def weigh(sparse: Sparse, rare: Floats) -> Sparse:
    """The same rows weighted by rarity and scaled to unit length."""
    weights = sparse.weights * rare[sparse.buckets]
    lengths = np.sqrt(np.add.reduceat(weights * weights, sparse.starts[:-1]))
    scaled = np.asarray(weights / lengths[sparse.rows()], dtype=np.float32)
    return Sparse(sparse.buckets, scaled, sparse.starts)


def _pieces(text: str) -> list[str]:
    typed = [word.text for word in words.split(text)]
    marks = [f"mark {mark}" for mark in "?!" if mark in text]
    pairs = [f"pair {one} {two}" for one, two in zip(["^", *typed], [*typed, "$"], strict=False)]
    parts = [
        f"part {padded[at : at + size]}"
        for padded in (f" {word} " for word in typed)
        for size in (3, 4, 5)
        for at in range(len(padded) - size + 1)
    ]
    return ["", *(f"word {word}" for word in typed), *pairs, *parts, *marks]


def _bucket(piece: str) -> int:
    return zlib.crc32(piece.encode()) % BUCKETS
