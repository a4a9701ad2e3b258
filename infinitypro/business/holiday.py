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
    r"(?:(?:public|federal|national|bank|state|legal|official|statutory) )*holidays?"
    r"(?: (?:in|of) (?P<after>.+))?",
    re.IGNORECASE,
)
# What people say for a country besides its name; "GB" alone would lack Easter Monday.
_ALSO = {
    **dict.fromkeys(("us", "u.s.", "usa", "america", "american"), "US"),
    **dict.fromkeys(("uk", "u.k.", "united kingdom", "britain", "great britain", "british"), "GB-ENG"),
    **{
        "england": "GB-ENG",
        "england and wales": "GB-ENG",
        "english": "GB-ENG",
        "wales": "GB-WLS",
        "welsh": "GB-WLS",
    },
    **{"scotland": "GB-SCT", "scottish": "GB-SCT", "northern ireland": "GB-NIR"},
    **{"uae": "AE", "czech republic": "CZ", "czech": "CZ", "turkey": "TR", "turkish": "TR", "holland": "NL"},
    **{"argentinian": "AR", "australian": "AU", "austrian": "AT", "belgian": "BE", "brazilian": "BR"},
    **{"canadian": "CA", "chilean": "CL", "chinese": "CN", "colombian": "CO", "danish": "DK", "dutch": "NL"},
    **{"finnish": "FI", "french": "FR", "german": "DE", "greek": "GR", "hungarian": "HU", "indian": "IN"},
    **{"irish": "IE", "israeli": "IL", "italian": "IT", "japanese": "JP", "korean": "KR", "mexican": "MX"},
    **{"new zealand": "NZ", "norwegian": "NO", "peruvian": "PE", "polish": "PL", "portuguese": "PT"},
    **{"romanian": "RO", "singaporean": "SG", "south african": "ZA", "spanish": "ES", "swedish": "SE"},
    **{"swiss": "CH", "ukrainian": "UA"},
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
    country, part = _place(where) or _part_of(_place(home), where) or ("", None)
    if not country:
        raise UnknownRule(_say_unknown(name, where))
    return Rule(country, part, observed)


def _say_unknown(name: str, where: str) -> str:
    close = get_close_matches(where.lower(), _countries(), n=1)
    hint = f' (did you mean "{close[0].title()} public holidays"?)' if close else ""
    return f'"{name}" is not a rule we know; write a country, like "Spain public holidays"{hint}'


_Place = tuple[str, str | None]


def _place(where: str) -> _Place | None:
    """The country, and the part of it, that is meant by "Spain", "DE-BY" or "Germany (Bayern)"."""
    around, _, inside = where.removesuffix(")").partition(" (")
    if inside:
        return _part_of(_place(around), inside)
    known = holidays.list_supported_countries(include_aliases=False)
    code = _ALSO.get(where.lower()) or _countries().get(where.lower()) or where.upper()
    country, _, part = code.partition("-")
    if country not in known or (part and part not in known[country]):
        return None
    return country, part or None


def _part_of(whole: _Place | None, name: str) -> _Place | None:
    """The part of a country that goes by that name or code."""
    if whole is None or not name:
        return None
    rules = holidays.country_holidays(whole[0])
    parts = {alias.lower(): code for alias, code in rules.subdivisions_aliases.items()}
    parts |= {code.lower(): code for code in rules.subdivisions}
    return (whole[0], parts[name.lower()]) if name.lower() in parts else None


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
