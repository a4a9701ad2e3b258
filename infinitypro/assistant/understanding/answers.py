"""Short answers to what was asked: yes or no, one of the options offered, never mind, whoever."""

import re
from dataclasses import dataclass

from infinitypro.assistant.understanding import words

_YES = (
    r"(?:yes+|yea+h*|yah|yep+|yup+|yap|ya|ye|yass+|y|ok(?:ay|ey|i|s)?|k|kk|sure(?: thing)?|correct|right|exactly|absolutely|definitely|certainly|"
    r"of course|indeed|perfect|great|fine|good|deal|agreed|confirm(?:ed)?|do it|go ahead|go for it|book it|please do|let's do (?:it|that)|"
    r"lets do (?:it|that)|(?:that|it|this)(?:'s| is|s)? (?:right|correct|fine|good|ok|okay|great|perfect|it|the one)|that works|works(?: for me)?|"
    r"(?:that )?sounds (?:good|great|perfect|fine)|looks (?:good|right)|i do|i am|i would|i'd love (?:to|that)|(?:i )?confirm|why not|by all means|"
    r"si+|sip|claro(?: que si)?|vale|dale|de acuerdo|perfecto|correcto|exacto|asi es|esta bien|eso es|listo|adelante|por supuesto|confirmo|bueno|"
    r"me parece bien|okey|va|bien|genial|please|cool|awesome|amen|no problem|no worries|not a problem)"
)
_YES_START = re.compile(rf"^(?:(?:oh|ah|um|uh|hmm|well|ay|pues|hey)[ ,]+)?{_YES}(?=$|[ ,.!;])")
_NO_START = re.compile(
    r"^(?:(?:oh|ah|um|uh|hmm|well|sorry|ay|pues|actually)[ ,]+)?(?:no+|nope+|nah+|naw|n|not really|not quite|not that|not right|not yet|no thanks|"
    r"never|negative|wrong|incorrect|don'?t|do not|cancel that|i don'?t|i do not|i'd rather not|rather not|i'?m good|para nada|tampoco|"
    r"that'?s (?:not|wrong)|thats (?:not|wrong)|that is (?:not|wrong)|it'?s (?:not|wrong)|incorrecto|nunca|ni hablar|mejor no|absolutely not|"
    r"certainly not|definitely not|of course not|claro que no|por supuesto que no)(?=$|[ ,.!;])"
)
_NOT_NO = re.compile(
    r"^no (?:problem|worries|prob|preference|preferencia|importa|idea|hay problema|matter|need to ask|doubt)\b|^not a problem\b|^never ?mind\b|^no,? (?:that's|thats|it's) (?:fine|ok|good|perfect)"
)
_COUNTER = re.compile(
    r"\b(?:what about|how about|instead|actually|wait|but|except|rather|pero|mejor|en vez|espera|y si|que tal|can we|could we|can i|could i|change|"
    r"different|another|cambiar|otro|otra)\b"
)
_THUMBS = re.compile(r"[👍👌✅✔💯]|🙏$")
_THUMBS_DOWN = re.compile(r"[👎❌🚫]")
_ABANDON = re.compile(
    r"\b(?:forget (?:it|about it|that|this)|never ?mind|nvm|nevermind|leave it|drop it|skip it|changed my mind|scratch that|call it off|no longer (?:want|need|interested)|"
    r"(?:don't|dont|do not) (?:want|need) (?:it|this|that|to book|an appointment|anything)(?: any ?more)?|not interested|not (?:now|today) thanks|maybe (?:later|another time|next time)|"
    r"some other time|another time then|(?:let me|i'll|ill|i need to|i have to|need to|gotta|have to) (?:think|check with|ask my|talk to my|speak (?:to|with) my|get back)|get back to (?:you|u)|i'll pass|ill pass|"
    r"stop the booking|don't book|dont book|do not book|(?:not )?going to pass|"
    r"olvidal[oa]|olvidelo|olvidate|dejal[oa]|dejelo|dejemoslo|da igual ya|ya no (?:quiero|necesito|hace falta)|mejor no|no importa ya|cambie de opinion|"
    r"lo pienso|lo voy a pensar|luego (?:te|les) (?:digo|aviso)|tengo que (?:preguntar|consultar|pensar)|en otro momento|otro dia sera)\b"
)
_ANY = re.compile(
    r"\b(?:any ?one|anybody|who ?ever|any of (?:them|you|those|these)|either(?: one| of them| is fine| works)?|no preference|don'?t (?:mind|care)|do not mind|doesn'?t matter|does not matter|"
    r"not fussed|not bothered|any (?:stylist|barber|doctor|dentist|vet|mechanic|trainer|tutor|therapist|teacher|artist|person|one|staff|member)|first available|"
    r"whichever|surprise me|you (?:choose|pick|decide)|up to you|next available person|all good with me|"
    r"cualquiera|quien sea|el que sea|la que sea|me da igual|da igual|da lo mismo|no importa(?: quien)?|quien este(?: libre)?|sin preferencia|no tengo preferencia|indistinto|el primero libre)\b"
)
_ANY_NOT = re.compile(
    r"\b(?:is|does|did|has|was|if|tell|nobody|there) (?:any ?one|anybody)\b(?! (?:\w+ )?(?:free|available|who can|do|see|fit))|\bany ?one there\b|\banyone (?:i|we) can\b"
)
_ORDINALS = (
    (r"(?:first|1st|primer[oa]?|earliest|earlier|soonest|mas temprano)", 0),
    (r"(?:second|2nd|segund[oa]|middle|el del medio)", 1),
    (r"(?:third|3rd|tercer[oa]?)", 2),
    (r"(?:fourth|4th|cuart[oa])", 3),
    (r"(?:last|latest|later|final|ultim[oa]|mas tarde)", -1),
)
_ONE = r"(?: (?:one|option|slot|time|choice|appointment|available|opcion|hora))?"
_TAIL = r"(?: (?:please|pls|is (?:good|fine|ok|great|perfect)|works(?: for me)?|sounds (?:good|great)|then|thanks|thank you|por favor|esta bien|me va bien|one|for me|you have|available|possible|que tengas?|que haya|disponible))*"
_LEAD = r"(?:(?:yes|ok|okay|sure|hmm|si|vale|i'?ll take|i will take|i'd like|i want|let'?s (?:do|take|go (?:with|for))|give me|go (?:with|for)|can i (?:have|get|take)|quiero|prefiero|dame|mejor|make it|i prefer|can we do|please)[ ,]+)*"
_CHOICES = tuple(
    (
        re.compile(
            rf"^{_LEAD}(?:(?:the|el|la|lo)\s+(?:very )?)?{pattern}{_ONE}{_TAIL}$|\b(?:the|la|el) {pattern} (?:one|option|slot|opcion)\b"
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
