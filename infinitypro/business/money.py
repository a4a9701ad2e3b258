"""Prices as people type and read them; in between they are whole numbers of the currency's smallest unit."""

import re

from babel.numbers import format_currency, get_currency_precision, get_currency_symbol

from infinitypro.core import clock

MOST = 2_000_000_000  # minor units: what a column holds
# "1,200" is twelve hundred everywhere; "1.200" alone could be either, and is asked again.
_GROUPED = re.compile(r"(\d{1,3}(?:[,']\d{3})+|\d{1,3}(?:\.\d{3})+(?=,))(?:[.,](\d{1,2}))?")
_PLAIN = re.compile(r"(\d+)(?:[.,](\d{1,3}))?")
_MOST_DIGITS = 3


class BadPrice(ValueError):
    """Raised for a price that cannot be read; its text says what to write."""


def read(text: str, *, currency: str) -> int | None:
    """The amount that "48", "48.50" or "$48" means, None for nothing typed. Raises BadPrice."""
    plain = text.replace(currency, "").replace(get_currency_symbol(currency, locale="en_US"), "").strip()
    plain = re.sub(r"[$€£¥\s\u202f\xa0]", "", plain)
    if not plain:
        return None
    if plain.startswith(("-", "−")):
        raise BadPrice("A price cannot be below zero.")
    digits = int(get_currency_precision(currency))
    grouped = _GROUPED.fullmatch(plain) if digits < _MOST_DIGITS else None
    found = grouped or _PLAIN.fullmatch(plain)
    if not found or len(found[2] or "") > digits:
        raise BadPrice(f"Write a price like {typed(4800, currency=currency)}.")
    amount: int = int(re.sub(r"\D", "", found[1])) * 10**digits + int(
        (found[2] or "0").ljust(digits, "0") or 0
    )
    if amount > MOST:
        raise BadPrice("That is too much. Check the price.")
    return amount


def typed(amount: int | None, *, currency: str) -> str:
    """The amount as somebody would type it: "48" or "48.50"."""
    if amount is None:
        return ""
    digits = int(get_currency_precision(currency))
    whole, rest = divmod(amount, 10**digits)
    return f"{whole}.{rest:0{digits}}" if rest else str(whole)


def say(amount: int, *, currency: str, region: str) -> str:
    """The amount as the business's region writes it in English: "$48", "$48.50", "€48"."""
    digits = int(get_currency_precision(currency))
    locale = clock.locale("en", region=region or None)
    pattern = None if amount % 10**digits else "¤#,##0"
    text = str(
        format_currency(
            amount / 10**digits, currency, pattern, locale=locale, currency_digits=pattern is None
        )
    )
    return text.replace("\xa0", " ")
