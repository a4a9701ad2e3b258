"""Sentences and words written for this project, from which the assistant learns; plain text, one entry a line."""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent
_NAMED = re.compile(r"\{([a-z_]+)\}")


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


@lru_cache(maxsize=32)
def each(name: str) -> dict[str, tuple[str, ...]]:
    """The regular expressions under each heading of a rules file; `{heading}` stands for that earlier heading's."""
    expanded: dict[str, tuple[str, ...]] = {}
    for heading, lines in sections(f"rules/{name}.txt").items():
        expanded[heading] = tuple(
            _NAMED.sub(lambda match: _joined(expanded[match[1]]), line) for line in lines
        )
    return expanded


def rules(name: str) -> dict[str, str]:
    """The same with the lines under a heading as one expression that matches any of them."""
    return {heading: _joined(lines) for heading, lines in each(name).items()}


def lists(name: str) -> dict[str, frozenset[str]]:
    """The words under each heading of a rules file."""
    return {
        heading: frozenset(" ".join(lines).split())
        for heading, lines in sections(f"rules/{name}.txt").items()
    }


def _joined(lines: tuple[str, ...]) -> str:
    return lines[0] if len(lines) == 1 else f"(?:{'|'.join(lines)})"


def _lines(name: str) -> Iterator[str]:
    return (line.strip() for line in (FOLDER / name).read_text("utf-8").splitlines())
