"""Finds the business's services in a text: by their names and other names, plurals, slips, order and bare key words."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from infinitypro.assistant import corpus
from infinitypro.assistant.understanding import words
from infinitypro.assistant.understanding.vocabulary import ServiceWords, Vocabulary

_LISTS = corpus.lists("services")
_RULES = corpus.rules("services")

# Words that may stand between the words of a name, or that name nothing by themselves.
_FILLERS = _LISTS["fillers"]
_GENERIC = _LISTS["generic"]
_CHILD = _LISTS["child"]
_FOR_CHILDREN = _LISTS["for_children"]
# Shorter words are too like others for a slip to name a service by a part of its name.
_LONG = 6
# What stands between two services of a list.
_LISTED = re.compile(_RULES["listed"])


@dataclass(frozen=True)
class Found:
    """A stretch of text that names services: one, or several among which the words do not choose."""

    keys: tuple[str, ...]
    span: words.Span
    strength: float


@dataclass(frozen=True)
class _Phrase:
    key: str
    stems: tuple[str, ...]


@dataclass(frozen=True)
class _Index:
    joined: dict[str, tuple[str, ...]]
    phrases_by_word: dict[str, tuple[_Phrase, ...]]
    longest: int
    heads: dict[str, tuple[str, ...]]
    for_children: dict[str, str]


def find(text: str, *, vocabulary: Vocabulary, is_word: Callable[[str], bool]) -> tuple[Found, ...]:
    """The services named, in the order of the text, never overlapping; `is_word` tells words from slips."""
    index = _index(vocabulary.services, vocabulary.kind)
    typed = [(word, _meant(stem(word.text), index, is_word)) for word in words.split(text)]
    named = _whole_names(typed, index, is_word)
    hinted = _key_words(typed, index, is_word)
    found = [*named, *(item for item in hinted if not named or _is_beside(item, named, text))]
    chosen: list[Found] = []
    for candidate in sorted(found, key=lambda item: (-item.strength, item.span)):
        if all(candidate.span[1] <= other.span[0] or candidate.span[0] >= other.span[1] for other in chosen):
            chosen.append(candidate)
    chosen = [_for_child(item, typed, index) for item in chosen]
    return tuple(sorted(chosen, key=lambda item: item.span))


def _meant(typed: str, index: _Index, is_word: Callable[[str], bool]) -> str:
    """The word of a service's name for which a stem is a slip ("sevrice"), if it is one; else the stem."""
    if len(typed) < _LONG or typed in index.phrases_by_word or is_word(typed):
        return typed
    near = [part for part in index.phrases_by_word if words.is_near(typed, part)]
    return near[0] if len(near) == 1 else typed


def stem(word: str) -> str:
    """The word without plural or possessive endings, good enough to compare."""
    plain = word.removesuffix("'s").removesuffix("'").replace("'", "")
    if len(plain) > 4 and plain.endswith("ies"):
        return plain[:-3] + "y"
    if len(plain) > 4 and plain.endswith(("ches", "shes", "sses", "xes", "ones", "eces", "ices")):
        return plain[:-2]
    return plain[:-1] if len(plain) > 3 and plain.endswith("s") and not plain.endswith("ss") else plain


def _whole_names(
    typed: list[tuple[words.Word, str]], index: _Index, is_word: Callable[[str], bool]
) -> list[Found]:
    """Names as written, joined or apart ("hair cut", "blow-dry"), with a slip, or with their words in another order."""
    found = []
    for start, (first, part) in enumerate(typed):
        hits = {
            (start + size, key)
            for size, joined in _windows(typed, start, index)
            for key in index.joined.get(joined, ())
        }
        if part not in index.joined and not is_word(first.text):
            near = [joined for joined in index.joined if words.is_near(part, joined)]
            hits |= {(start + 1, key) for joined in near for key in index.joined[joined]}
        for phrase in index.phrases_by_word.get(part, ()):
            end = _in_any_order(phrase.stems, typed, start)
            hits |= {(end, phrase.key)} if end else set()
        for end, key in hits:
            span = (first.start, typed[end - 1][0].end)
            found.append(Found((key,), span, 10.0 + span[1] - span[0]))
    return _merge(sorted(found, key=lambda item: item.keys))


def _windows(typed: list[tuple[words.Word, str]], start: int, index: _Index) -> list[tuple[int, str]]:
    sizes = range(1, min(index.longest, len(typed) - start) + 1)
    return [(size, "".join(part for _, part in typed[start : start + size])) for size in sizes]


def _in_any_order(stems: tuple[str, ...], typed: list[tuple[words.Word, str]], start: int) -> int | None:
    """Where the name whose words begin at `start` ends ("trim my beard"), fillers between; None if it is not whole."""
    missing = list(stems)
    for at in range(start, min(len(typed), start + len(stems) + 3)):
        word, part = typed[at]
        if part in missing:
            missing.remove(part)
        elif word.text not in _FILLERS:
            return None
        if not missing:
            return at + 1
    return None


def _same(typed: str, meant: str, is_word: Callable[[str], bool]) -> bool:
    is_long = len(meant) >= _LONG
    return typed == meant or (is_long and words.is_near(typed, meant) and not is_word(typed))


def _key_words(
    typed: list[tuple[words.Word, str]], index: _Index, is_word: Callable[[str], bool]
) -> list[Found]:
    """Single telling words of longer names ("massage", "mechas"): weaker than any name."""
    found = []
    for word, part in typed:
        head = next((head for head in index.heads if _same(part, head, is_word)), None)
        if head is not None:
            keys = index.heads[head]
            found.append(Found(keys, (word.start, word.end), 5.0 if len(keys) == 1 else 4.0))
    return found


def _is_beside(hint: Found, named: list[Found], text: str) -> bool:
    """Whether a key word is listed with a name ("a haircut and highlights"); by the way it names nothing then."""
    after = (text[item.span[1] : hint.span[0]] for item in named if item.span[1] <= hint.span[0])
    before = (text[hint.span[1] : item.span[0]] for item in named if hint.span[1] <= item.span[0])
    is_after = any(_LISTED.fullmatch(words.fold(gap)) for gap in after)
    return is_after or any("," not in gap and _LISTED.fullmatch(words.fold(gap)) for gap in before)


def _merge(found: list[Found]) -> list[Found]:
    """The same words naming several services become one finding with several keys."""
    merged: dict[tuple[words.Span, float], tuple[str, ...]] = {}
    for item in found:
        keys = merged.get((item.span, item.strength), ())
        merged[item.span, item.strength] = tuple(dict.fromkeys([*keys, *item.keys]))
    return [Found(keys, span, strength) for (span, strength), keys in merged.items()]


def _for_child(item: Found, typed: list[tuple[words.Word, str]], index: _Index) -> Found:
    """The children's version of the service where a child is spoken of and there is one."""
    if (
        not any(word.text in _CHILD for word, _ in typed)
        or len(item.keys) != 1
        or item.keys[0] not in index.for_children
    ):
        return item
    return Found((index.for_children[item.keys[0]],), item.span, item.strength)


@lru_cache(maxsize=256)
def _index(services: tuple[ServiceWords, ...], kind: str) -> _Index:
    phrases = [
        _Phrase(service.key, stems)
        for service in services
        for name in (service.name, *service.also)
        if (stems := _stems(name))
    ]
    common = {*map(stem, (*_GENERIC, *_FILLERS, *words.fold(kind).split())), *_FILLERS}
    owners: dict[str, list[str]] = {}
    for phrase in phrases:
        for part in phrase.stems if len(phrase.stems) > 1 else ():
            if len(part) > 3 and part not in common:
                owners.setdefault(part, [])
                if phrase.key not in owners[part]:
                    owners[part].append(phrase.key)
    heads = {part: tuple(keys) for part, keys in owners.items() if len(keys) <= 6}
    joined: dict[str, tuple[str, ...]] = {}
    by_word: dict[str, tuple[_Phrase, ...]] = {}
    for phrase in dict.fromkeys(phrases):
        whole = "".join(phrase.stems)
        joined[whole] = tuple(dict.fromkeys([*joined.get(whole, ()), phrase.key]))
        for part in set(phrase.stems) if len(phrase.stems) > 1 else ():
            by_word[part] = (*by_word.get(part, ()), phrase)
    longest = max((len(phrase.stems) for phrase in phrases), default=0) + 1
    return _Index(joined, by_word, longest, heads, _children_versions(services))


def _children_versions(services: tuple[ServiceWords, ...]) -> dict[str, str]:
    versions = {}
    for child in services:
        name = words.fold(child.name).split()
        if not any(part in _FOR_CHILDREN for part in name):
            continue
        left = Counter(stem(part) for part in name if part not in _FOR_CHILDREN and part not in _FILLERS)
        for other in services:
            if other.key != child.key and Counter(map(stem, words.fold(other.name).split())) == left:
                versions[other.key] = child.key
    return versions


def _stems(name: str) -> tuple[str, ...]:
    parts = [word.text for word in words.split(name)]
    kept = [part for part in parts if part not in _FILLERS] or parts
    return tuple(stem(part) for part in kept)
