"""Puts one and the same word where a business's own words or a time stand, so that what was learnt fits any business."""

import re

from infinitypro.assistant.understanding import words

SERVICE, STAFF, WHEN = "service", "staff", "when"
_WORDS = {
    "en": {SERVICE: ("treatment", "the treatment"), STAFF: ("alex", "alex"), WHEN: ("friday", "on friday")},
    "es": {
        SERVICE: ("tratamiento", "el tratamiento"),
        STAFF: ("alex", "alex"),
        WHEN: ("viernes", "el viernes"),
    },
}
_ARTICLE = re.compile(r"(?:^|(?<=\s))(?:a|an|the|some|un|una|unas|unos|el|la|las|los)\s+$", re.IGNORECASE)
_AFTER_WORD = re.compile(
    r"\b(?:my|your|his|her|our|this|that|next|on|at|for the|mi|su|tu|este|al|del|el)\s+$", re.IGNORECASE
)
_BETWEEN = re.compile(
    r"\s*(?:,|at|on|in the|the|around|about|from|or|and|a las|a la|el|de la|por la|sobre|desde)?\s*",
    re.IGNORECASE,
)


def put(text: str, parts: dict[words.Span, str], *, language: str) -> str:
    """The text with each span replaced by the word of its kind; neighbouring times become one."""
    chosen = _WORDS.get(language, _WORDS["en"])
    said: dict[words.Span, str] = {}
    for (start, end), kind in _joined(text, parts):
        article = _ARTICLE.search(text[:start])
        if article and kind != WHEN:
            start = article.start()
        short, long = chosen[kind]
        said[start, end] = short if _AFTER_WORD.search(text[:start]) else long
    return words.replace(text, said)


def _joined(text: str, parts: dict[words.Span, str]) -> list[tuple[words.Span, str]]:
    joined: list[tuple[words.Span, str]] = []
    for (start, end), kind in sorted(parts.items()):
        if joined and kind == WHEN == joined[-1][1] and _BETWEEN.fullmatch(text[joined[-1][0][1] : start]):
            joined[-1] = ((joined[-1][0][0], end), kind)
        else:
            joined.append(((start, end), kind))
    return joined
