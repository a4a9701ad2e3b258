"""Days, times, money and lists as a customer of this language and country reads them."""

from collections.abc import Sequence
from datetime import date, datetime, time

from babel.dates import format_date, get_day_names
from babel.numbers import format_currency, get_currency_precision

from infinitypro.core import clock as clocks

_DAY = {"en_US": "EEEE, MMMM d", "en_CA": "EEEE, MMMM d", "en": "EEEE d MMMM", "es": "EEEE d 'de' MMMM"}
_OR = {"en": "or", "es": "o"}
_AND = {"en": "and", "es": "y"}
_HOURS = {"en": ("hour", "hours", "minutes"), "es": ("hora", "horas", "minutos")}


def locale(*, language: str, country: str) -> str:
    """The locale of a language in a country, or of the language where nobody has described the pair."""
    return str(clocks.locale(language, region=country or None))


def day(value: date, *, locale: str) -> str:
    """Weekday, day and month in full ("Saturday, March 14", "sábado 14 de marzo")."""
    return _plain(format_date(value, _DAY.get(locale) or _DAY.get(locale[:2], "EEEE d MMMM"), locale=locale))


def weekday(value: date, *, locale: str) -> str:
    return _plain(format_date(value, "EEEE", locale=locale))


def weekday_short(value: date, *, locale: str) -> str:
    """For a button, where room is scarce ("Sat 14")."""
    return _plain(format_date(value, "EEE d", locale=locale)).replace(".", "")


def weekday_names(*, locale: str) -> list[str]:
    """Monday first."""
    names = get_day_names("wide", locale=locale)
    return [names[index] for index in range(7)]


def clock(value: time | datetime, *, language: str, country: str) -> str:
    """The time of day, in 12 or 24 hours as the locale has it ("10:00 am", "10:00"); a moment is read as local."""
    at = value.time() if isinstance(value, datetime) else value
    return _plain(clocks.say_time(at, language=language, region=country or None))


def money(amount: int, *, currency: str, locale: str) -> str:
    """An amount in minor units, without decimals that are all noughts."""
    digits = get_currency_precision(currency)
    whole = amount % 10**digits == 0
    text = format_currency(amount / 10**digits, currency, locale=locale)
    for point in (".", ","):
        if whole and digits:
            text = text.replace(point + "0" * digits, "")
    return _plain(text)


def minutes(value: int, *, language: str) -> str:
    """A length of time ("45 minutes", "3 hours", "1 hour 30 minutes")."""
    one, many, small = _HOURS.get(language, _HOURS["en"])
    hours, rest = divmod(value, 60)
    parts = [f"{hours} {one if hours == 1 else many}"] if hours else []
    if rest or not hours:
        parts.append(f"{rest} {small}")
    return " ".join(parts)


def either(items: Sequence[str], *, language: str) -> str:
    """A list to choose from ("a, b or c")."""
    return _joined(items, _OR.get(language, "or"))


def both(items: Sequence[str], *, language: str) -> str:
    """A list of all ("a, b and c")."""
    return _joined(items, _AND.get(language, "and"))


def _joined(items: Sequence[str], word: str) -> str:
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {word} {items[-1]}"


def _plain(text: str) -> str:
    """Ordinary spaces instead of the narrow and unbreakable ones that phones draw badly."""
    return text.replace("\u202f", " ").replace("\xa0", " ")
