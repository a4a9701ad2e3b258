"""The phrase books by language, and the choice among several ways to say a thing."""

from infinitypro.assistant.writing import english, spanish

LANGUAGES = {"en": english.PHRASES, "es": spanish.PHRASES}


def choose(key: str, *, language: str, turn: int) -> str:
    """One way to say it; another one in another turn where there are several."""
    ways = LANGUAGES.get(language, english.PHRASES)[key]
    return ways[turn % len(ways)]
