"""What customers say about themselves: a name, how many they are, an e-mail address, a telephone number."""

import re
from functools import lru_cache

import phonenumbers

from infinitypro.assistant import corpus
from infinitypro.assistant.understanding import words

_EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_NAME_WORD = r"[^\W\d_][^\W\d_'’.-]*(?:['’-][^\W\d_]+)*\.?"
_NAME = rf"({_NAME_WORD}(?:\s+{_NAME_WORD}){{0,3}})"
_INTRODUCED = re.compile(
    rf"\b(?:my (?:full |first )?name(?:'s| is|s)|name(?:'s| is|:)|name is|call me|(?:put|book) (?:it |me )?(?:under|down as)|under (?:the name(?: of)?)|(?:a|al) nombre de|me llamo|mi nombre es|"
    rf"it(?:'s| is) under)\s+{_NAME}",
    re.IGNORECASE,
)
_WEAKLY = re.compile(
    rf"(?:^|[,.!?;\n]\s*|\b(?:hi|hello|hey|hola|buenas|hiya|morning)[ ,!]+)(?:it'?s|its|this is|i'?m|im|i am|soy|habla|aqui|it is)\s+{_NAME}"
    r"(?=\s*(?:$|[,.!?;\n]| here\b| and\b| from\b| de\b| y\b| again\b| i\b| calling\b| speaking\b| quer| quis))",
    re.IGNORECASE,
)
_POLITE_LEAD = re.compile(
    r"^(?:(?:sure|ok|okay|yes|yeah|of course|claro|si|sí|hi|hello|hey|hola)[ ,.!]+)*(?:(?:it'?s|its|it is|this is|i'?m|im|i am|my name is|my name's|name is|name's|name:|soy|me llamo|mi nombre es|es|a nombre de|under|for)\s+)?",
    re.IGNORECASE,
)
_POLITE_TAIL = re.compile(
    r"[ ,.!]*(?:please|thanks|thank you|thx|here|gracias|por favor|is my name|🙂|😊)*[ .!,]*$", re.IGNORECASE
)
_STOP_AT = frozenset(
    "and but i i'd id i'm im can could would is the for from here please thanks with at on to de y quiero quisiera again calling speaking my a an want need looking".split()
)
_NEVER = frozenset(
    "me you us it him her not no yes ok okay late early free ready here there sorry fine good great happy busy sick ill new old going coming "
    "looking running trying wondering interested sure just so very really also still now today tomorrow tonight the a an in on at about "
    "urgent important perfect correct right wrong broken done closed open hi hello hey thanks thank please monday tuesday wednesday thursday friday "
    "saturday sunday january february march april june july august september october november december noon midnight morning afternoon evening "
    "anyone whoever either both nobody someone everyone what when where who why how which si claro vale bien nuevo nueva cliente clienta "
    "disappointed angry upset allergic pregnant getting having been been being booked owner manager customer client patient "
    "lunes martes miercoles jueves viernes sabado domingo manana hoy yo para una un el la aqui".split()
)
_NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12, "couple": 2,
    "un": 1, "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8, "nueve": 9, "diez": 10, "doce": 12,
}  # fmt: skip
_COUNT = r"(\d{1,2}|" + "|".join(_NUMBERS) + r")"
_MEASURES = r"(?!\s*(?::|\.\d|%|pm\b|am\b|p\.m|a\.m|o'?clock|min|hours?|hrs?\b|h\b|days?|weeks?|months?|years?|times?|sessions?|dollars?|euros?|€|\$|inches|cm|km|kg|lbs?\b|th\b|st\b|nd\b|rd\b|horas?|dias?|semanas?|meses|anos))"
_COUNTS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b{_COUNT} (?:people|persons?|ppl|pax|guests|adults|of us|personas|adultos|comensales|of you|diners|friends)\b",
        rf"\b(?:party|group|table|mesa|grupo|reservation|reserva) (?:of|for|de|para) {_COUNT}\b{_MEASURES}",
        rf"\b(?:we are|we're|we will be|we'll be|there are|there will be|there'll be|somos|seremos|vamos|iremos) (?:a group of )?{_COUNT}\b{_MEASURES}",
        rf"\b(?:for|para) {_COUNT}\b{_MEASURES}(?! \w*day| de | of )",
    )
)
_ME_AND = re.compile(
    r"\b(?:me and my|my|mi|yo y mi|myself and my|i and my)\s+\w+ (?:and (?:i|me|myself)|y yo)\b|\b(?:me|myself|both me|just me) and (?:my|a|one)\s+\w+|\byo y (?:mi|un|una) \w+|\b(?:us both|both of us|the two of us|nosotros dos|los dos|the pair of us)\b"
)
_ONLY_ME = re.compile(
    r"\b(?:just|only) (?:me|myself|one|1|the one)\b|\bsolo (?:yo|una persona|para mi)\b|\bby myself\b|\bon my own\b"
)


def name(text: str, *, expecting: str | None) -> str | None:
    """The customer's name where the message gives one; a bare name counts when it was asked for."""
    match = _INTRODUCED.search(text)
    if match:
        return _tidy(match.group(1), strict=False)
    match = _WEAKLY.search(text)
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
