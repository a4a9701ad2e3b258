"""What a word can be: the languages' tables merged, phrases folded, misspellings forgiven."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import ModuleType
from typing import Any

from infinitypro.assistant.understanding.dates import words_en, words_es

Entry = tuple[str, Any]

# Words that mean something else in the other language: each is read only in a text of its own.
_ONLY_SPANISH = frozenset(
    {
        "a",
        "o",
        "u",
        "y",
        "no",
        "once",
        "media",
        "mar",
        "la",
        "un",
        "una",
        "uno",
        "tipo",
        "este",
        "esta",
        "hs",
        "menos",
    }
)
_ONLY_ENGLISH = frozenset(
    {
        "a",
        "an",
        "once",
        "me",
        "sun",
        "wed",
        "sat",
        "mar",
        "may",
        "ten",
        "past",
        "aft",
        "eve",
        "morn",
        "til",
        "in",
        "to",
    }
)
_NOT_MISSPELT = frozenset(words_en.WELL_SPELT.split())
_FORGIVEN_KINDS = frozenset({"WEEKDAY", "MONTH", "DAY", "TONIGHT", "PART", "TIME", "QUARTER"})


def _categories(words: ModuleType) -> Iterator[tuple[str, Entry]]:
    numbered = {"WEEKDAY": words.WEEKDAYS, "MONTH": words.MONTHS, "NUM": words.NUMBERS, "ORD": words.ORDINALS}
    named = {"PART": words.PARTS, "DAY": words.DAYS, "UNIT": words.UNITS}
    for kind, table in (numbered | named).items():
        for value, spellings in table.items():
            for spelling in spellings.split():
                yield spelling, (kind, value)
    yield from ((spelling, ("COUNTED", None)) for spelling in words.COUNTED.split())
    yield from words.PLAIN.items()


def _single_words() -> dict[str, dict[str, Entry]]:
    english, spanish = dict(_categories(words_en)), dict(_categories(words_es))
    return {
        "en": {w: e for w, e in spanish.items() if w not in _ONLY_SPANISH} | english,
        "es": {w: e for w, e in english.items() if w not in _ONLY_ENGLISH} | spanish,
    }


def _phrases() -> dict[str, list[tuple[tuple[str, ...], Entry]]]:
    found: dict[str, list[tuple[tuple[str, ...], Entry]]] = {}
    for phrase, entry in (words_es.PHRASES | words_en.PHRASES).items():
        words = tuple(phrase.split())
        found.setdefault(words[0], []).append((words, entry))
    for options in found.values():
        options.sort(key=lambda option: -len(option[0]))
    return found


WORDS: Mapping[str, dict[str, Entry]] = _single_words()
PHRASES = _phrases()
_OWN_WORDS = {own: WORDS[own].keys() - (_ONLY_SPANISH | _ONLY_ENGLISH) for own in WORDS}
_SPANISH_HINTS = frozenset(words_es.FUNCTION_WORDS.split()) | (
    dict(_categories(words_es)).keys() & _OWN_WORDS["es"]
)
_ENGLISH_HINTS = frozenset(words_en.FUNCTION_WORDS.split()) | (
    dict(_categories(words_en)).keys() & _OWN_WORDS["en"]
)


def language_of(words: list[str], fallback: str | None) -> str:
    """The language these words are read in, "en" or "es": the text's own, else the one given."""
    spanish = sum(word in _SPANISH_HINTS for word in words)
    english = sum(word in _ENGLISH_HINTS for word in words)
    if spanish == english:
        return "es" if (fallback or "").lower().startswith("es") else "en"
    return "es" if spanish > english else "en"


def _forgivable() -> dict[str, Entry]:
    """Words worth forgiving a slip in: long, and named in the calendar."""
    merged = WORDS["es"] | WORDS["en"]
    return {word: entry for word, entry in merged.items() if len(word) >= 6 and entry[0] in _FORGIVEN_KINDS}


def _deletions(word: str) -> set[str]:
    return {word[:i] + word[i + 1 :] for i in range(1, len(word))} | {word}


def _misspellings() -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for word, entry in _forgivable().items():
        for shape in _deletions(word):
            found.setdefault(shape, entry)
    return found


_MISSPELLINGS = _misspellings()


@lru_cache(maxsize=4096)
def forgiven(word: str) -> Entry | None:
    """The calendar word that this is one or two slips away from: a letter lost, added, changed or swapped."""
    if not 5 <= len(word) <= 12 or word in _NOT_MISSPELT:
        return None
    shapes = _deletions(word)
    if len(word) >= 8:
        shapes |= {shape for once in list(shapes) for shape in _deletions(once)}
    return next(
        (entry for shape in sorted(shapes, key=len, reverse=True) if (entry := _MISSPELLINGS.get(shape))),
        None,
    )
