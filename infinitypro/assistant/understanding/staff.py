"""Finds the business's people in a text: by first, last or full name, with slips, titles and exclusions."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from infinitypro.assistant.understanding import services, words
from infinitypro.assistant.understanding.vocabulary import StaffWords, Vocabulary

_TITLES = frozenset("dr dra doctor doctora mr mrs ms miss prof sr sra don dona the la el".split())
# First names that are words too count only with a capital letter or after one of the words before a person.
_BEFORE = frozenset(
    "with w con by see does do is has can ask tell call not except but from for and or to doctor dr mr mrs ms hi hey hello".split()
)
_ALSO_WORDS = frozenset(
    "will may mark rose grace bill art sunny hope joy faith april june august summer autumn dawn eve iris lily violet ruby pearl amber "
    "jade olive ivy daisy heather hazel basil sage rich frank grant chance chase drew pat rob sue jack nick don dean earl duke max "
    "miles reed wade clay cliff forest glen heath lane brook brooke skye star angel christian major marina mercedes sol luz paz "
    "cruz blanca rosa flor mar victor gene guy jay ray star king young page paige carol victoria jordan sydney paris london china india "
    "virginia georgia carolina dallas austin israel jo".split()
)
_OUT = re.compile(
    r"(?:\bnot (?:with |by )?|\b(?:anyone|anybody|someone|anyone else|everyone) (?:but|except|other than) |\bexcept (?:for )?|\bother than |\bwithout |"
    r"\b(?:don't|dont|do not) (?:want|like) (?:to see |to be with |it with )?|\b(?:no|menos|excepto|salvo|sin|que no sea) (?:con )?|\binstead of |\ben (?:vez|lugar) de )"
    r"(?:(?:dr|dra|mr|mrs|ms|the|la|el)\.? )?$"
)


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
