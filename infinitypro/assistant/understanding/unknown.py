"""What a customer asks for that the business does not name: "gel manicure" at a garage."""

import re
from functools import lru_cache

from infinitypro.assistant import corpus
from infinitypro.assistant.understanding import encoder, words
from infinitypro.assistant.understanding.vocabulary import ServiceWords

_RULES = corpus.rules("unknown")
_EACH = corpus.each("unknown")
_LISTS = corpus.lists("unknown")

_ASKED = tuple(map(re.compile, _EACH["asked"]))
# Words that leave nothing unknown to ask for.
_PLAIN = _LISTS["plain"]


def phrase(text: str, known: tuple[words.Span, ...]) -> str | None:
    """The thing asked for, folded, when it is none of the known services and is named at all."""
    folded = re.sub(r"\s", " ", words.fold(text))
    for pattern in _ASKED:
        for match in pattern.finditer(folded):
            start, end = match.span("phrase")
            if any(start < span[1] and end > span[0] for span in known):
                continue
            typed = [word.text for word in words.split(match["phrase"])]
            if (
                typed
                and not any(word in _PLAIN for word in typed[-1:])
                and not all(word in _PLAIN for word in typed)
            ):
                return " ".join(match["phrase"].split())
    return None


@lru_cache(maxsize=64)
def names_of(services: tuple[ServiceWords, ...]) -> tuple[tuple[str, ...], "encoder.Floats"]:
    """Every name of every service: its key, and its vector."""
    names = [(service.key, name) for service in services for name in (service.name, *service.also)]
    return tuple(key for key, _ in names), encoder.encode([name for _, name in names])
