"""What is known of a business before its owner said more: enough to open, and to be changed in its pages."""

import functools
from importlib import resources

import phonenumbers
from babel import Locale
from babel.languages import get_official_languages
from babel.numbers import get_territory_currencies
from phonenumbers import timezone as zones

from infinitypro.business.schema import BusinessFile

SPOKEN = ("en", "es")  # by the assistant
WORKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
HOURS = "09:00-17:00"
FIRST_SERVICE = {"name": "Appointment", "minutes": 30}


def guess(*, name: str, owner: str, phone: str, address: dict[str, str], slug: str) -> BusinessFile:
    """A business open on workdays with one service and its owner as staff; zone, money and language by its country."""
    country = address["country"]
    return BusinessFile.model_validate(
        {
            "workspace": slug,
            "name": name,
            "timezone": zone(country=country, phone=phone),
            "currency": get_territory_currencies(country)[0],
            "languages": languages(country=country),
            "phone": phone,
            "address": address,
            "hours": {day: [HOURS] for day in WORKDAYS},
            "services": [FIRST_SERVICE],
            "staff": [{"name": owner}],
        }
    )


def countries() -> list[tuple[str, str]]:
    """Codes and names of the countries that have money and a time of their own, by name."""
    names = Locale("en").territories
    found = [(code, names[code]) for code in _zones() if code in names and get_territory_currencies(code)]
    return sorted(found, key=lambda one: one[1])


def languages(*, country: str) -> list[str]:
    """Those of the country's that the assistant speaks; English where it speaks none."""
    return [code for code in get_official_languages(country) if code in SPOKEN] or ["en"]


def zone(*, country: str, phone: str) -> str:
    """The time zone of the number where it is one of the country's, else of the country's largest part."""
    known = _zones()[country]
    told = zones.time_zones_for_number(phonenumbers.parse(phone))
    return told[0] if len(told) == 1 and told[0] in known else known[0]


@functools.cache
def _zones() -> dict[str, list[str]]:
    """The time zones of each country, the most peopled first (the time zone database's own order)."""
    table = (resources.files("tzdata.zoneinfo") / "zone.tab").read_text()
    found: dict[str, list[str]] = {}
    for line in table.splitlines():
        if line and not line.startswith("#"):
            code, _place, name, *_ = line.split("\t")
            found.setdefault(code, []).append(name)
    return found
