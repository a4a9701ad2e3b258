"""What closes a business besides its week, in words for its own people."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from babel import Locale

from infinitypro.business import holiday
from infinitypro.business.models import Profile
from infinitypro.core import clock


def shown(profile: Profile, *, region: str, today: date) -> Iterator[tuple[dict[str, Any], str, str]]:
    """Each entry with what it says and its detail, in the business's order."""
    for entry in profile.closed_on:
        if entry.get("rule"):
            yield entry, str(entry["rule"]), _next_holiday(entry, profile.country, today, region)
        else:
            yield entry, _days(entry, region=region, today=today), str(entry.get("reason", ""))


def _days(entry: dict[str, Any], *, region: str, today: date) -> str:
    first = date.fromisoformat(entry.get("from") or entry["date"])
    last = date.fromisoformat(entry.get("to") or str(first))
    text = clock.say_day(first, region=region, today=today)
    return text if last == first else f"{text} to {clock.say_day(last, region=region, today=today)}"


def _next_holiday(entry: dict[str, Any], home: str, today: date, region: str) -> str:
    rule = holiday.rule(entry["rule"], observed=entry.get("observed", True), home=home)
    lieu = "" if rule.observed else "Without days off in lieu. "
    for ahead in range(366):
        day = date.fromordinal(today.toordinal() + ahead)
        if name := rule.name(day):
            return f"{lieu}Next: {name}, {clock.say_day(day, region=region, today=today)}."
    return lieu.strip()


def said(entry: dict[str, Any]) -> str:
    """That the business will be closed then."""
    return f"{entry['rule']} are kept." if "rule" in entry else "The days are closed for booking."


def suggested(country: str) -> list[str]:
    """Rules that a business there may want."""
    name = Locale("en").territories.get(country, "")
    found = [f"{name} public holidays"] if name else []
    return ["US federal holidays", *found] if country in ("", "US") else found
