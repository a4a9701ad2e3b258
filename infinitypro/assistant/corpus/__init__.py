"""Sentences and words written for this project, from which the assistant learns; plain text, one entry a line."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent


def sections(name: str) -> dict[str, tuple[str, ...]]:
    """The lines of a corpus file under their `# heading`s; what stands before the first heading is prose."""
    found: dict[str, list[str]] = {}
    heading = None
    for line in _lines(name):
        if line.startswith("# "):
            heading = line[2:].strip()
            found.setdefault(heading, [])
        elif line and heading:
            found[heading].append(line)
    return {key: tuple(lines) for key, lines in found.items()}


@lru_cache(maxsize=8)
def glossary(name: str) -> dict[str, str]:
    """The `left = right` lines of a corpus file; several words on the left share the right, by commas."""
    found: dict[str, str] = {}
    for line in _lines(name):
        left, equals, right = line.partition(" = ")
        if equals:
            found.update({word.strip(): right.strip() for word in left.split(",")})
    return found


def _lines(name: str) -> Iterator[str]:
    return (line.strip() for line in (FOLDER / name).read_text("utf-8").splitlines())
