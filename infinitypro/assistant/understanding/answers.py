"""Short answers to what was asked: yes or no, one of the options offered, never mind, whoever."""

import re
from dataclasses import dataclass

from infinitypro.assistant import corpus
from infinitypro.assistant.understanding import words

_RULES = corpus.rules("answers")

_YES = _RULES["yes"]
_YES_START = re.compile(rf"^(?:(?:oh|ah|um|uh|hmm|well|ay|pues|hey)[ ,]+)?{_YES}(?=$|[ ,.!;])")
_NO_START = re.compile(_RULES["no_start"])
_NOT_NO = re.compile(_RULES["not_no"])
_COUNTER = re.compile(_RULES["counter"])
_THUMBS = re.compile(r"[👍👌✅✔💯]|🙏$")
_THUMBS_DOWN = re.compile(r"[👎❌🚫]")
_ABANDON = re.compile(_RULES["abandon"])
_ANY = re.compile(_RULES["any"])
_ANY_NOT = re.compile(_RULES["any_not"])
_ORDINALS = (
    (r"(?:first|1st|primer[oa]?|earliest|earlier|soonest|mas temprano)", 0),
    (r"(?:second|2nd|segund[oa]|middle|el del medio)", 1),
    (r"(?:third|3rd|tercer[oa]?)", 2),
    (r"(?:fourth|4th|cuart[oa])", 3),
    (r"(?:last|latest|later|final|ultim[oa]|mas tarde)", -1),
)
_ONE = _RULES["one"]
_TAIL = _RULES["tail"]
_LEAD = _RULES["lead"]
_CHOICES = tuple(
    (
        re.compile(
            rf"^{_LEAD}(?:(?:the|el|la|lo)\s+(?:very )?)?{pattern}{_ONE}{_TAIL}$"
            rf"|\b(?:the|la|el) {pattern} (?:one|option|slot|opcion)\b"
        ),
        index,
    )
    for pattern, index in _ORDINALS
)
_NUMBER = re.compile(rf"^{_LEAD}(?:(?:option|number|no|opcion|numero|la|el|the)\s*)?#?\s*([1-9]){_TAIL}$")
_NAMED_NUMBER = re.compile(r"\b(?:option|number|opcion|numero)\s*#?([1-9])\b")


@dataclass(frozen=True)
class Short:
    """What a message says as an answer; `choice` counts from 0, -1 being the last option."""

    yes: bool | None
    choice: int | None
    any_choice: bool
    abandons: bool


def read(text: str, *, expecting: str | None) -> Short:
    """The message read as an answer to a question."""
    plain = " ".join(words.fold(text).split())
    bare = re.sub(r"[^\w\s,.'#-]+", " ", plain)
    bare = " ".join(bare.split()).strip(" .,!?")
    abandons = bool(_ABANDON.search(plain)) and not re.search(r"\bif (?:i|we)|\?\s*$", plain)
    return Short(_yes(plain, bare, abandons), _choice(bare, expecting), is_any(plain), abandons)


def is_any(plain: str) -> bool:
    """Whether the (folded) text says that it does not matter which or who."""
    return bool(_ANY.search(plain)) and not _ANY_NOT.search(plain)


def _yes(plain: str, bare: str, abandons: bool) -> bool | None:
    if _NO_START.match(bare) and not _NOT_NO.match(bare):
        return False
    if abandons or _THUMBS_DOWN.search(plain):
        return False
    if _THUMBS.search(plain) and len(bare.split()) <= 3:
        return True
    start = _YES_START.match(bare)
    if start is None or _COUNTER.search(bare) or "?" in plain:
        return None
    weak = re.fullmatch(
        r"(?:ok\w*|k|kk|great|good|fine|perfect|cool|bueno|bien|please|right|vale|awesome|well|genial)",
        start.group().strip(" ,"),
    )
    return None if weak and len(bare.split()) > 4 else True


def _choice(bare: str, expecting: str | None) -> int | None:
    for pattern, index in _CHOICES:
        if pattern.search(bare):
            return index
    number = _NAMED_NUMBER.search(bare) or (
        _NUMBER.match(bare) if expecting in ("which", "slot", "service", "staff") else None
    )
    return int(number.group(1)) - 1 if number else None
