"""Which language a message is in: English, Spanish, or neither to be told."""

from functools import lru_cache

from infinitypro.assistant import corpus
from infinitypro.assistant.understanding import words

_SPANISH_MARKS = "¿¡ñáéíóúü"
# Words of one language that are no words of the other and that carry little topic.
_ENGLISH = frozenset(
    "the is are am was were do does did you your my me i i'm im i'd id it its it's that this what when where who why how which can "
    "could would should will have has had and or but not don't dont for with at on to of from be been there here they we us our "
    "please thanks thank hi hello hey yes yeah yep nope sure book need want get much long any some just still also then than "
    "tomorrow today tonight monday tuesday wednesday thursday friday saturday sunday morning afternoon evening week next open "
    "close closed appointment cancel change move u ur pls thx tmrw cut hair free good great sorry let's let if so too about "
    "someone anyone speak talk real person price cost bye nice ok okay an in make see come back time".split()
)
_SPANISH = frozenset(
    "el la los las un una unos del al que es son esta estan soy eres somos de en con por para como cuando donde cuanto cuanta cual "
    "quien y o pero mi tu su sus mis yo ella nosotros ustedes usted me te se le les lo nos hola buenas buenos gracias si quiero "
    "quisiera necesito puedo puede pueden tengo tiene tienen hay hora cita manana hoy tarde noche lunes martes miercoles jueves "
    "viernes sabado domingo semana proxima favor porfa vale claro adios hasta muy mas tambien aqui ya hacen hace abren cierran "
    "cuesta precio abierto cerrado bien mal todo nada algo alguien otro otra este esta eso ese mejor perfecto olvidalo cancelar "
    "cambiar reservar pelo corte quiere quieren gustaria van voy ir".split()
)
_SHARED = frozenset("no me a ok on en me te son he".split())


def detect(text: str) -> str | None:
    """The language ("en" or "es"), or None when the text does not show one ("ok", "3pm", a name)."""
    typed = [word.text for word in words.split(text)]
    english = sum(word in _ENGLISH and word not in _SHARED for word in typed)
    spanish = sum(_is_spanish(word) for word in typed)
    spanish += 2 * any(mark in text.lower() for mark in _SPANISH_MARKS[:2])
    spanish += any(mark in text.lower() for mark in _SPANISH_MARKS[2:])
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


_ALIKE = frozenset(
    "hotel doctor metro robot bot local piso hora real pago dental cheque seguro parking lo la o y".split()
)
