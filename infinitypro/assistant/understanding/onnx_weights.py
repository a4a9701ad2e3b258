"""Reads the weights out of an ONNX file with NumPy alone: the `onnx` package is not needed to run the product.

The file is one protobuf message (ONNX: onnx.proto). Only what leads to the weights is read: ModelProto.graph (7),
GraphProto.initializer (5), TensorProto.dims (1), data_type (2), name (8), raw_data (9).
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_GRAPH, _INITIALIZER = 7, 5
_DIMS, _DATA_TYPE, _NAME, _RAW = 1, 2, 8, 9
_DTYPES: dict[int, str] = {1: "<f4", 3: "i1", 7: "<i8", 9: "?"}


def read(path: Path) -> dict[str, NDArray[np.generic]]:
    """The initialisers of the graph by name, in the order of the file."""
    model = memoryview(path.read_bytes())
    graph = next(value for field, value in _fields(model) if field == _GRAPH)
    tensors = (_tensor(value) for field, value in _fields(_bytes(graph)) if field == _INITIALIZER)
    return dict(tensors)


def _tensor(raw: "memoryview | int") -> tuple[str, NDArray[np.generic]]:
    name, kind, dims, data = "", 0, [], memoryview(b"")
    for field, value in _fields(_bytes(raw)):
        if field == _DIMS:
            dims.extend(_packed(value))
        elif field == _DATA_TYPE and isinstance(value, int):
            kind = value
        elif field == _NAME:
            name = bytes(_bytes(value)).decode()
        elif field == _RAW:
            data = _bytes(value)
    if kind not in _DTYPES:
        raise ValueError(f"tensor {name} has the unknown type {kind}")
    return name, np.frombuffer(data, dtype=_DTYPES[kind]).reshape(dims)


def _fields(message: memoryview) -> "Iterator[tuple[int, memoryview | int]]":
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        field, wire = key >> 3, key & 7
        if wire == 0:
            value, at = _varint(message, at)
            yield field, value
        else:
            size, at = _varint(message, at) if wire == 2 else ({1: 8, 5: 4}[wire], at)
            yield field, message[at : at + size]
            at += size


def _packed(value: "memoryview | int") -> list[int]:
    if isinstance(value, int):
        return [value]
    numbers, at = [], 0
    while at < len(value):
        number, at = _varint(value, at)
        numbers.append(number)
    return numbers


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def _bytes(value: "memoryview | int") -> memoryview:
    if isinstance(value, int):
        raise ValueError("a message was expected and a number was found")
    return value
