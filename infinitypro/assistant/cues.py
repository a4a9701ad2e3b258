"""Small turns of phrase, in English and Spanish, that tell how a message continues the last one (cues.txt)."""

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

_FILE = Path(__file__).with_name("cues.txt")
_HEAD = re.compile(r"\[(\w+)\]")


def has(text: str, *names: str) -> bool:
    """Whether one of the named cues is in the text."""
    plain = unicodedata.normalize("NFC", text).replace("’", "'")
    return any(patterns()[name].search(plain) for name in names)


def found(text: str) -> tuple[str, ...]:
    """All cues in the text, for the trace."""
    return tuple(name for name in patterns() if has(text, name))


@lru_cache(maxsize=1)
def patterns() -> dict[str, re.Pattern[str]]:
    """The cues of the file, by name."""
    sections: dict[str, str] = {}
    name = ""
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        head = _HEAD.fullmatch(line)
        if head:
            name = head[1]
        elif line and not line.startswith("#"):
            sections[name] = sections.get(name, "") + line
    return {name: re.compile(pattern, re.IGNORECASE | re.DOTALL) for name, pattern in sections.items()}
