"""Which language a message is in: English, Spanish, or neither to be told."""

from functools import lru_cache

from infinitypro.assistant import corpus
from infinitypro.assistant.understanding import words

_LISTS = corpus.lists("language")

_SPANISH_MARKS = "¿¡ñáéíóúü"
# Words of one language that are no words of the other and that carry little topic.
_ENGLISH = _LISTS["english"]
_SPANISH = _LISTS["spanish"]
_SHARED = _LISTS["shared"]


def detect(text: str) -> str | None:
    """The language ("en" or "es"), or None when the text does not show one ("ok", "3pm", a name)."""
    typed = [word.text for word in words.split(text)]
    english = sum(word in _ENGLISH and word not in _SHARED for word in typed)
    spanish = sum(_is_spanish(word) for word in typed)
    spanish += 2 * any(mark in text.lower() for mark in _SPANISH_MARKS[:2])
    spanish += bool(spanish) and any(mark in text.lower() for mark in _SPANISH_MARKS[2:])
    if english == spanish:
        return None
    return "en" if english > spanish else "es"


def of(text: str, *, fallback: str | None) -> str:
    """The language of the text, else the conversation's, else English."""
    return detect(text) or fallback or "en"


def _is_spanish(word: str) -> bool:
    return word not in _SHARED and word not in _ENGLISH and (word in _SPANISH or word in _glossed())


@lru_cache(maxsize=1)
def _glossed() -> frozenset[str]:
    """The glossary's single words, less those that are spelled alike in English."""
    known = {
        left
        for left, right in corpus.glossary("gloss.es.txt").items()
        if " " not in left and left not in right
    }
    return frozenset(known - _ALIKE)


_ALIKE = _LISTS["alike"]
