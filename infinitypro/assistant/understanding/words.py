"""Words as people type them: folded to plain lower case, with their places in the text, and how far two are apart."""

import re
import unicodedata
from dataclasses import dataclass

_QUOTES = str.maketrans(
    {"’": "'", "‘": "'", "´": "'", "`": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00a0": " "}
)
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
Span = tuple[int, int]


@dataclass(frozen=True)
class Word:
    """One word, folded, and where it stands in the text."""

    text: str
    start: int
    end: int


def fold(text: str) -> str:
    """Lower case without accents and curly quotes; as many characters as before, so that places stay true."""
    straight = text.translate(_QUOTES)
    return straight.lower() if straight.isascii() else "".join(map(_fold_character, straight))


def split(text: str) -> tuple[Word, ...]:
    """The words of a text, folded; "don't" and "jonas'" count as one word each."""
    return tuple(Word(match.group(), *match.span()) for match in _WORD.finditer(fold(text)))


def blank(text: str, spans: tuple[Span, ...], *, fill: str = " ") -> str:
    """The text with the spans overwritten, of the same length."""
    characters = list(text)
    for start, end in spans:
        characters[start:end] = fill * (end - start)
    return "".join(characters)


def replace(text: str, parts: "dict[Span, str]") -> str:
    """The text with each span replaced by its word; of overlapping spans the earlier, longer one counts."""
    pieces, at = [], 0
    for (start, end), word in sorted(parts.items(), key=lambda part: (part[0][0], -part[0][1])):
        if start < at:
            continue
        pieces += [text[at:start], word]
        at = end
    return "".join([*pieces, text[at:]])


def is_near(typed: str, meant: str) -> bool:
    """Whether `typed` may be a slip for `meant`: same first letter, and one slip (two from eight letters on)."""
    if typed == meant:
        return True
    if len(meant) < 4 or len(typed) < 4 or typed[0] != meant[0]:
        return False
    allowed = 1 if len(meant) < 8 else 2
    return abs(len(typed) - len(meant)) <= allowed and distance(typed, meant) <= allowed


def distance(one: str, other: str) -> int:
    """Letters to add, drop, change or swap with a neighbour (optimal string alignment)."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        this = [row]
        for column, against in enumerate(other, 1):
            cost = min(last[column] + 1, this[-1] + 1, last[column - 1] + (letter != against))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == against:
                cost = min(cost, before[column - 2] + 1)
            this.append(cost)
        before, last = last, this
    return last[-1]


def _fold_character(character: str) -> str:
    plain = unicodedata.normalize("NFKD", character)[:1] if ord(character) > 127 else character
    lower = plain.lower()
    return lower if len(lower) == 1 else character
