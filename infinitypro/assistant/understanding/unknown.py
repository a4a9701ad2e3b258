"""What a customer asks for that the business does not name: "gel manicure" at a garage."""

import re
from functools import lru_cache

from infinitypro.assistant.understanding import encoder, words
from infinitypro.assistant.understanding.vocabulary import ServiceWords

_ARTICLE = r"(?:(?:a|an|the|my|some|your|any|un|una|el|la|los|las|unos|unas|mi|mis) )?"
_PHRASE = r"(?P<phrase>[\w'-]+(?: [\w'-]+){0,4}?)"
_END = (
    r"(?=$| (?:please|pls|plz|cost|costs|be|with|for|on|at|in|by|from|and|or|to|today|tomorrow|tonight|next|this|if|then|take|last|done|thanks|thx|here|there|"
    r"por|con|para|el|y|o|manana|hoy|usually|normally|these days|nowadays|too|also|as well)\b| {2,}|[.,!?;])"
)
_ASKED = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\bhow much (?:is|are|for|does|do|would|will|s) {_ARTICLE}{_PHRASE}{_END}",
        rf"\b(?:price|prices|cost|quote|estimate|rates?) (?:of|for|on) {_ARTICLE}{_PHRASE}{_END}",
        rf"\bwhat (?:does|do|would) {_ARTICLE}{_PHRASE} cost\b",
        rf"\bhow long (?:does|do|is|will|would) {_ARTICLE}{_PHRASE} (?:take|last)\b",
        rf"\b(?:do|can|would) (?:you|u|ya|y'all|you guys|u guys) (?:guys )?(?:also |still |even )?(?:do|offer|provide|fix|repair|make) {_ARTICLE}{_PHRASE}{_END}",
        rf"\b(?:(?:can|could|may) (?:i|we) (?:get|have|book|schedule)|book|schedule|reserve|i want|i need|want to get|need to get|i'd like|i would like|looking for|arrange) "
        rf"(?:me )?(?:in )?(?:to (?:get|have|book|schedule|reserve) )?(?:for )?(?:a|an|some|my) {_PHRASE}{_END}",
        rf"\b(?:appointment|booking|slot|session|cita|turno) (?:for|to get|para) (?:a|an|some|un|una) {_PHRASE}{_END}",
        rf"\b(?:cuanto (?:cuestan?|vale|sale|cobran por|es|dura)|precio de|hacen|ofrecen|haceis|tienen|quiero|quisiera|necesito|reservar) (?:hacerme )?(?:un |una |unos |unas |el |la |los |las ){_PHRASE}{_END}",
        rf"\b(?:cuanto (?:cuestan?|vale|sale|cobran por|dura)|precio de|hacen|ofrecen|haceis) {_PHRASE}{_END}",
    )
)
# Words that leave nothing unknown to ask for.
_PLAIN = frozenset(
    "it that this one ones them they those these appointment appointments booking slot time spot place table reservation service services treatment treatments session lesson class "
    "visit something anything everything thing things stuff person human people someone question quote price prices list copy refund money information info more less word chat "
    "call callback phone number day hour hours minute look help favor favour chance idea problem issue reminder receipt invoice name address website email discount discounts voucher "
    "you your u i me my we us he she his her their who what when where which how all both each every any some many much lot bit few couple couple's another other different new same usual "
    "cheaper earlier later first second next last soonest earliest weekend weekends holiday holidays walk-ins walk walkins business bookings online home home visits "
    "do go come be see have get know ask talk speak check make sure if cancel cancelled change reschedule move book confirm pay leave "
    "cita citas turno hora hueco mesa reserva servicio servicios algo eso esto esta todo nada persona alguien informacion precio precios lista pregunta ayuda dia tiempo lugar "
    "still open closed card cards cash kids children dog dogs parking wifi son daughter husband wife friend mum mom dad two three four baby cat car".split()
)


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
