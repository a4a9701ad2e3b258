"""Reads the evaluation files: one JSON object a line."""

import json
from pathlib import Path


def read(path: Path) -> list[dict[str, object]]:
    """The objects of a file, blank lines left out."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def texts(rows: list[dict[str, object]]) -> list[str]:
    """The `text` of each."""
    return [str(row["text"]) for row in rows]


def column(rows: list[dict[str, object]], name: str) -> list[str]:
    """The named label of each."""
    return [str(row[name]) for row in rows]


def share(right: int, total: int) -> float:
    """A share from 0 to 1, four digits; 0 of nothing is 0."""
    return round(right / total, 4) if total else 0.0
