"""Text to typed tokens: numbers with what is glued to them, words with what they can be."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from infinitypro.assistant.understanding.dates import lexicon

_PATTERN = re.compile(
    r"""
    (?P<money>[$€£]\s?\d[\d,]*(?:\.\d+)?k?\b
        | \d[\d,]*(?:\.\d+)?\s?(?:[$€£%]
            | (?:euros?|eur|pounds?|dollars?|usd|bucks|pesos|gbp|quid|d[oó]lares|libras)\b))
  | (?P<iso>\d{4}[-/.]\d{1,2}[-/.]\d{1,2})(?:(?=\D)|$)(?:T(?=\d))?
  | (?P<dmy>\d{1,2}[/.\-]\d{1,2}[/.\-](?:\d{4}|\d{2}))(?!\d)
  | (?P<phone>\+\d(?:[\s().-]?\d){6,}|\d(?:[\s().-]?\d){9,}|\d{3}[-.]\d{4}\b|\d{5,})
  | (?P<slash>\d{1,2}/\d{1,2})(?![\d/])
  | (?P<worddigit>2m\w{2,}|2ni\w+|2day\b|b4\b)
  | (?P<clock>\d{1,2}\s?:\s?\d{2}|\d{1,2}[h.]\d{2})(?::\d\d)?(?!\d)
    (?P<clocksuffix>[ap]\.?m?\b\.?|hs?\b|hrs?\b)?
  | (?P<number>\d{1,4})(?P<suffix>(?:st|nd|rd|th|ro|er|do|[ap]\.?m|[ap]|hs|hrs?|h)\b\.?|[ºª°])?
  | (?P<period>[ap]\.\s?m\b\.?)
  | (?P<oclock>o\s?["'’`´]?\s?clock\b)
  | (?P<word>[^\W\d_]+(?:['’`´][^\W\d_]+)*)
  | (?P<mark>[-–—,.;:?!@~&+()\n¿¡])
""",
    re.VERBOSE | re.IGNORECASE,
)
_MARKS = {
    "-": "DASH",
    "–": "DASH",
    "—": "DASH",
    ",": "COMMA",
    ";": "STOP",
    ".": "STOP",
    "?": "STOP",
    "!": "STOP",
}
_MARKS |= {
    "\n": "STOP",
    "¿": "STOP",
    "¡": "STOP",
    "@": "AT",
    "~": "AROUND",
    "&": "AND",
    "+": "PLUS",
    ":": "COMMA",
}
_APOSTROPHES = str.maketrans("", "", "'’`´")


@dataclass(slots=True)
class Token:
    """A word, number or mark: what it can be (`kind`), its value, and the characters it covers."""

    text: str
    norm: str
    kind: str
    value: Any
    start: int
    end: int
    digits: int = 0


_END = Token("", "", "END", None, -1, -1)
LOOKAHEAD = 12


def tokenise(text: str, language: str | None) -> tuple[list[Token], str]:
    """The tokens of a text, closed by enough END tokens to look ahead, and the language it is read in."""
    raw = [_token(match) for match in _PATTERN.finditer(text)]
    spoken = lexicon.language_of([token.norm for token in raw if token.kind == "WORD"], language)
    tokens = _fold(raw, lexicon.WORDS[spoken])
    return tokens + [_END] * LOOKAHEAD, spoken


def _token(match: re.Match[str]) -> Token:
    kind = match.lastgroup or "mark"
    text, start, end = match.group(), match.start(), match.end()
    if match.group("word") or match.group("worddigit"):
        return Token(text, _norm(text), "WORD", None, start, end)
    if match.group("clock"):
        return _clock(match, text, start, end)
    if match.group("number"):
        return _number(match, text, start, end)
    if kind == "mark":
        return Token(text, text, _MARKS.get(text, "MARK"), None, start, end)
    if kind == "period":
        return Token(text, text, "PERIOD", text[0].lower() + "m", start, end)
    if kind == "oclock":
        return Token(text, "oclock", "OCLOCK", None, start, end)
    if kind in ("iso", "dmy", "slash"):
        numbers = tuple(int(part) for part in re.findall(r"\d+", match.group(kind)))
        return Token(text, text, kind.upper(), numbers, start, end)
    return Token(text, text, "JUNK", None, start, end)


def _clock(match: re.Match[str], text: str, start: int, end: int) -> Token:
    hour, minute = (int(part) for part in re.findall(r"\d+", match.group("clock")))
    suffix = (match.group("clocksuffix") or "").lower()
    if hour > 24 or minute > 59:
        return Token(text, text, "JUNK", None, start, end)
    period = suffix[0] + "m" if suffix[:1] in ("a", "p") and suffix else None
    kind = "DECIMAL" if "." in match.group("clock") and not suffix else "CLOCK"
    is_exact = match.group("clock").startswith("0") or "h" in match.group("clock").lower() or "h" in suffix
    return Token(text, text, kind, (hour, minute, period, is_exact), start, end)


def _number(match: re.Match[str], text: str, start: int, end: int) -> Token:
    digits, suffix = match.group("number"), (match.group("suffix") or "").lower().strip(".")
    value = int(digits)
    if not suffix:
        return Token(text, digits, "NUM", value, start, end, len(digits))
    if suffix[0] in "ap":
        hour, minute = (value, 0) if len(digits) <= 2 else divmod(value, 100)
        is_time = hour <= 24 and minute < 60
        clock = (hour, minute, suffix[0] + "m", False)
        return Token(text, text, "CLOCK" if is_time else "JUNK", clock, start, end)
    if suffix[0] == "h":
        return _with_hours(text, value, len(digits), start, end)
    return Token(text, text, "ORD" if 1 <= value <= 31 else "JUNK", value, start, end, len(digits))


def _with_hours(text: str, value: int, length: int, start: int, end: int) -> Token:
    """ "16h" and "1730hrs" are times; "2h" may be how long, so it stays an hour that needs a preposition."""
    hour, minute = (value, 0) if length <= 2 else divmod(value, 100)
    if hour > 24 or minute > 59:
        return Token(text, text, "JUNK", None, start, end)
    kind = "CLOCK" if length > 2 or hour > 8 else "HOURS"
    return Token(text, text, kind, (hour, minute, None, hour > 12 or length == 4), start, end)


def _norm(text: str) -> str:
    lowered = text.lower()
    if lowered.isascii():
        return lowered.translate(_APOSTROPHES)
    plain = unicodedata.normalize("NFKD", lowered)
    return "".join(char for char in plain if not unicodedata.combining(char)).translate(_APOSTROPHES)


def _fold(raw: list[Token], words: dict[str, lexicon.Entry]) -> list[Token]:
    tokens: list[Token] = []
    index = 0
    while index < len(raw):
        token = raw[index]
        length, entry = _phrase(raw, index)
        if entry is not None:
            last = raw[index + length - 1]
            norm = " ".join(part.norm for part in raw[index : index + length])
            tokens.append(Token(norm, norm, *entry, token.start, last.end))
            index += length
            continue
        if token.kind == "WORD":
            _classify(token, words)
        tokens.append(token)
        index += 1
    return tokens


def _phrase(raw: list[Token], index: int) -> tuple[int, lexicon.Entry | None]:
    for words, entry in lexicon.PHRASES.get(raw[index].norm, ()):
        if len(words) + index <= len(raw) and all(
            raw[index + offset].norm == word for offset, word in enumerate(words)
        ):
            return len(words), entry
    return 1, None


def _classify(token: Token, words: dict[str, lexicon.Entry]) -> None:
    entry = words.get(token.norm)
    if entry is None and token.norm.endswith("s") and token.text[-2:-1] in "'’`´":
        entry = words.get(token.norm[:-1])
    if entry is None and len(token.norm) > 3 and token.norm.endswith("ish"):
        entry = words.get(token.norm[:-3])
    entry = entry or lexicon.forgiven(token.norm)
    if entry is not None:
        token.kind, token.value = entry
