"""Finds the business's people in a text: by first, last or full name, with slips, titles and exclusions."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from infinitypro.assistant import corpus
from infinitypro.assistant.understanding import services, words
from infinitypro.assistant.understanding.vocabulary import StaffWords, Vocabulary

_RULES = corpus.rules("staff")
_LISTS = corpus.lists("staff")

_TITLES = _LISTS["titles"]
# First names that are words too count only with a capital letter or after one of the words before a person.
_BEFORE = _LISTS["before"]
_ALSO_WORDS = _LISTS["also_words"]
_OUT = re.compile(_RULES["out"])


@dataclass(frozen=True)
class Found:
    """A member of staff named in the text, and whether in order to be left out."""

    key: str
    span: words.Span
    excluded: bool


def find(text: str, *, vocabulary: Vocabulary, is_word: Callable[[str], bool]) -> tuple[Found, ...]:
    """The people named, in the order of the text; a first name that two share is not decided and gives both."""
    typed = words.split(text)
    folded = words.fold(text)
    names = _names(vocabulary.staff)
    found: list[Found] = []
    at = 0
    while at < len(typed):
        size, keys = _longest(typed, at, names, text, is_word)
        if keys:
            start = typed[at].start
            excluded = bool(_OUT.search(" ".join(folded[:start].split()) + " "))
            found += [Found(key, (start, typed[at + size - 1].end), excluded) for key in keys]
        at += max(size, 1)
    return tuple(found)


def _longest(
    typed: tuple[words.Word, ...],
    at: int,
    names: dict[tuple[str, ...], tuple[str, ...]],
    text: str,
    is_word: Callable[[str], bool],
) -> tuple[int, tuple[str, ...]]:
    for size in (3, 2, 1):
        window = tuple(
            services.stem(word.text) if word.text.endswith(("'s", "'")) else word.text
            for word in typed[at : at + size]
        )
        if len(window) < size:
            continue
        if window in names and (size > 1 or _is_meant(typed, at, text)):
            return size, names[window]
        if size == 1:
            near = [
                keys
                for name, keys in names.items()
                if len(name) == 1 and _is_slip(window[0], name[0], is_word)
            ]
            if len(near) == 1:
                return size, near[0]
    return 0, ()


def _is_slip(typed: str, name: str, is_word: Callable[[str], bool]) -> bool:
    return typed != name and words.is_near(typed, name) and not is_word(typed)


def _is_meant(typed: tuple[words.Word, ...], at: int, text: str) -> bool:
    word = typed[at]
    if word.text not in _ALSO_WORDS:
        return True
    if at and typed[at - 1].text in _BEFORE:
        return True
    return text[word.start].isupper() and not text.isupper() and at > 0


@lru_cache(maxsize=256)
def _names(staff: tuple[StaffWords, ...]) -> dict[tuple[str, ...], tuple[str, ...]]:
    found: dict[tuple[str, ...], list[str]] = {}
    for person in staff:
        parts = [word.text for word in words.split(person.name)]
        plain = [part for part in parts if part not in _TITLES] or parts
        for name in {tuple(plain), (plain[0],), (plain[-1],), tuple(parts)}:
            if len("".join(name)) >= 2:
                found.setdefault(name, []).append(person.key)
    return {name: tuple(keys) for name, keys in found.items()}
