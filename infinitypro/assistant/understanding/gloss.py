"""Spanish word by word in English, enough for an encoder that has read English only."""

from collections.abc import Iterator
from functools import lru_cache

from infinitypro.assistant import corpus
from infinitypro.assistant.understanding import words

_LONGEST = 4
_SHORTEST_STEM = 3
_CLITICS = (
    "noslo",
    "noslas",
    "melo",
    "mela",
    "selo",
    "sela",
    "me",
    "te",
    "se",
    "nos",
    "os",
    "los",
    "las",
    "les",
    "lo",
    "la",
    "le",
)
# Endings of regular verbs, the longest first, with the infinitives that they may come from.
_ENDINGS = (
    *(
        (end, ("ar",))
        for end in ("ariamos", "abamos", "asteis", "aremos", "ariais", "arian", "areis", "abais", "ando")
    ),
    *(
        (end, ("ar",))
        for end in ("aron", "aste", "aban", "aria", "aran", "aras", "aba", "ara", "are", "amos", "ais")
    ),
    *(
        (end, ("er", "ir"))
        for end in ("eriamos", "iriamos", "ieron", "iendo", "isteis", "eremos", "iremos", "iamos")
    ),
    *(
        (end, ("er", "ir"))
        for end in ("iste", "erian", "irian", "eria", "iria", "eran", "iran", "era", "ira", "ian")
    ),
    *((end, ("er", "ir")) for end in ("emos", "imos", "eis", "ia", "io", "is")),
    *((end, ("ar", "er", "ir")) for end in ("an", "en", "as", "es", "o", "a", "e", "i")),
)


def english(text: str) -> str:
    """The text with every known Spanish phrase or word put into English, the longest phrases first."""
    glossary = _glossary()
    typed = [word.text for word in words.split(text)]
    said: list[str] = []
    at = 0
    while at < len(typed):
        for length in range(min(_LONGEST, len(typed) - at), 0, -1):
            meaning = glossary.get(" ".join(typed[at : at + length]))
            if meaning is not None or length == 1:
                said.append(meaning if meaning is not None else _by_form(typed[at]))
                at += length
                break
    return " ".join(said)


@lru_cache(maxsize=4096)
def _by_form(word: str) -> str:
    """What a form of a known word means (plural, feminine, a verb's), else the word itself."""
    if len(word) <= _SHORTEST_STEM:
        return word
    glossary = _glossary()
    return next((glossary[form] for form in _dictionary_forms(word) if form in glossary), word)


def _dictionary_forms(word: str) -> Iterator[str]:
    """The forms under which a word may be found: "quitarme" under quitar, "alumnas" under alumna and alumno."""
    for clitic in _CLITICS:
        verb = word.removesuffix(clitic)
        if verb != word and verb.endswith(("ar", "er", "ir")):
            yield verb
    singulars = [word.removesuffix(end) for end in ("es", "s") if word.endswith(end)]
    yield from (form for form in singulars if len(form) > _SHORTEST_STEM)
    for form in (word, *singulars):
        if form.endswith("a"):
            yield f"{form[:-1]}o"
        for end, kind in (
            ("ado", "ar"),
            ("ada", "ar"),
            ("ido", "er"),
            ("ido", "ir"),
            ("ida", "er"),
            ("ida", "ir"),
        ):
            if form.endswith(end):
                yield form.removesuffix(end) + kind
    for end, kinds in _ENDINGS:
        stem = word.removesuffix(end)
        if stem != word and len(stem) >= _SHORTEST_STEM:
            yield from (stem + kind for kind in kinds)


@lru_cache(maxsize=1)
def _glossary() -> dict[str, str]:
    return corpus.glossary("gloss.es.txt")
