"""Spanish word by word in English, enough for an encoder that has read English only."""

from functools import lru_cache

from infinitypro.assistant import corpus
from infinitypro.assistant.understanding import words

_LONGEST = 4


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
                said.append(meaning if meaning is not None else typed[at])
                at += length
                break
    return " ".join(said)


@lru_cache(maxsize=1)
def _glossary() -> dict[str, str]:
    return corpus.glossary("gloss.es.txt")
