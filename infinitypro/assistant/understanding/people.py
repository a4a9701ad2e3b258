"""What customers say about themselves: a name, how many they are, an e-mail address, a telephone number."""

import re
from functools import lru_cache

import phonenumbers

from infinitypro.assistant import corpus
from infinitypro.assistant.understanding import words
from infinitypro.assistant.understanding.numbers import NUMBERS

_RULES = corpus.rules("people")
_EACH = corpus.each("people")
_LISTS = corpus.lists("people")

_EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_NAME = _RULES["name"]
_INTRODUCED = re.compile(_RULES["introduced"], re.IGNORECASE)
_WEAKLY = re.compile(_RULES["weakly"], re.IGNORECASE)
_HERE = re.compile(_RULES["here"], re.IGNORECASE)
_POLITE_LEAD = re.compile(_RULES["polite_lead"], re.IGNORECASE)
_POLITE_TAIL = re.compile(
    r"[ ,.!]*(?:please|thanks|thank you|thx|here|gracias|por favor|is my name|🙂|😊)*[ .!,]*$", re.IGNORECASE
)
_STOP_AT = _LISTS["stop_at"]
_NEVER = _LISTS["never"]
_NUMBERS = NUMBERS | {"couple": 2}
_COUNT = _RULES["count"]
_COUNTS = tuple(map(re.compile, _EACH["counts"]))
_SUM = re.compile(_RULES["sum"])
_ME_AND = re.compile(_RULES["me_and"])
_ONLY_ME = re.compile(_RULES["only_me"])


def name(text: str, *, expecting: str | None) -> str | None:
    """The customer's name where the message gives one; a bare name counts when it was asked for."""
    match = _INTRODUCED.search(text)
    if match:
        return _tidy(match.group(1), strict=False)
    match = _WEAKLY.search(text) or _HERE.search(text)
    if match:
        return _tidy(match.group(1), strict=True)
    return _bare_name(text) if expecting == "name" else None


def email(text: str) -> str | None:
    """The first e-mail address, lower case."""
    match = _EMAIL.search(text)
    return match.group().strip(".'-").lower() if match else None


def phone(text: str, *, region: str | None) -> str | None:
    """The first valid telephone number in E.164; without a region only numbers with a country code count."""
    for match in phonenumbers.PhoneNumberMatcher(text, region):
        return str(phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164))
    return None


def count(text: str, *, expecting: str | None) -> int | None:
    """For how many people; "me and my son" are two. Dates and times should be blanked out before."""
    folded = " ".join(words.fold(text).split())
    both = _SUM.search(folded)
    if both:
        return _number(both.group(1)) + _number(both.group(2))
    for pattern in _COUNTS:
        match = pattern.search(folded)
        if match:
            return _number(match.group(1))
    if _ME_AND.search(folded):
        return 2
    if _ONLY_ME.search(folded):
        return 1
    if expecting == "party":
        match = re.search(rf"\b{_COUNT}\b", folded)
        return _number(match.group(1)) if match else None
    return None


def _number(word: str) -> int:
    return int(word) if word.isdigit() else _NUMBERS[word]


def _bare_name(text: str) -> str | None:
    left = _POLITE_TAIL.sub("", _POLITE_LEAD.sub("", text.strip(), count=1))
    if not re.fullmatch(_NAME, left) or "?" in text:
        return None
    folded = [word.text for word in words.split(left)]
    if any(word in _NEVER for word in folded) or (
        len(folded) > 1 and all(word in _everyday() for word in folded)
    ):
        return None
    return _tidy(left, strict=False)


def _tidy(found: str, *, strict: bool) -> str | None:
    kept: list[str] = []
    for part in found.split():
        plain = words.fold(part).strip(".,")
        capital = part[0].isupper() and not found.isupper()
        if plain in _STOP_AT or (plain in _NEVER and not (capital and kept)):
            break
        if plain in _everyday() and not capital and (strict or kept):
            break
        kept.append(part.rstrip(".,"))
    if not kept or (strict and len(kept) < len(found.split()) and not kept[0][0].isupper()):
        return None
    return " ".join(
        part if any(letter.isupper() for letter in part[1:]) and not part.isupper() else part.capitalize()
        for part in kept
    )


@lru_cache(maxsize=1)
def _everyday() -> frozenset[str]:
    """Words that customers use for other things, from the project's own sentences: no names when in lower case."""
    return frozenset(
        word.text
        for file in ("intents.en.txt", "intents.es.txt", "sentiment.txt")
        for lines in corpus.sections(file).values()
        for line in lines
        for word in words.split(line)
    ) | frozenset(corpus.glossary("gloss.es.txt"))
