"""Public holidays by the names people give them: "US federal holidays", "DE-BY public holidays"."""

import re
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache, lru_cache

import holidays
from babel import Locale

_RULE = re.compile(
    r"(?:the )?(?:(?P<where>.+?)(?:'s)? )??"
    r"(?:(?:public|federal|national|bank|state|legal|official) )*holidays?"
    r"(?: (?:in|of) (?P<after>.+))?",
    re.IGNORECASE,
)
_ALSO = {
    "us": "US",
    "u.s.": "US",
    "usa": "US",
    "american": "US",
    "america": "US",
    "united kingdom": "GB-ENG",  # the common part alone lacks Easter Monday
    "uk": "GB-ENG",
    "u.k.": "GB-ENG",
    "britain": "GB-ENG",
    "great britain": "GB-ENG",
    "england": "GB-ENG",
    "wales": "GB-WLS",
    "scotland": "GB-SCT",
    "northern ireland": "GB-NIR",
    "uae": "AE",
    "czech republic": "CZ",
    "turkey": "TR",
    "holland": "NL",
}


class UnknownRule(ValueError):
    """Raised for a rule that names no country we know; its text says what to write."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Which country's (and part of a country's) public holidays, and whether the day off in lieu counts."""

    country: str
    part: str | None = None
    observed: bool = True

    def name(self, day: date) -> str | None:
        """What is celebrated on that day, or None."""
        return _year(self, day.year).get(day)


def rule(name: str, *, observed: bool = True, home: str = "") -> Rule:
    """The rule that `name` means; `home` is the country of one that names none. Raises UnknownRule."""
    found = _RULE.fullmatch(" ".join(name.split()))
    where = (found["where"] or found["after"] or home) if found else ""
    if not where and found and "federal" in name.lower():
        where = "US"
    code = _code(where)
    if not code:
        raise UnknownRule(_say_unknown(name, where))
    country, _, part = code.partition("-")
    return Rule(country, part or None, observed)


def _say_unknown(name: str, where: str) -> str:
    close = get_close_matches(where.lower(), _countries(), n=1)
    hint = f' (did you mean "{close[0].title()} public holidays"?)' if close else ""
    return f'"{name}" is not a rule we know; write a country, like "Spain public holidays"{hint}'


def _code(where: str) -> str | None:
    known = holidays.list_supported_countries(include_aliases=False)
    code = _ALSO.get(where.lower()) or _countries().get(where.lower()) or where.upper()
    country, _, part = code.partition("-")
    if country not in known or (part and part not in known[country]):
        return None
    return code


@cache
def _countries() -> dict[str, str]:
    territories = Locale("en").territories
    return {name.lower(): code for code, name in territories.items() if len(code) == 2}


@lru_cache(maxsize=512)
def _year(rule: Rule, year: int) -> dict[date, str]:
    spoken = holidays.country_holidays(rule.country).supported_languages
    english = next((name for name in spoken if name.startswith("en")), None)
    days = holidays.country_holidays(
        rule.country, subdiv=rule.part, years=year, observed=rule.observed, language=english
    )
    return {day: name.replace("; ", " and ") for day, name in days.items() if day.year == year}
