"""Days with a name that customers use for a date; which of them the business keeps is not said here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta


def _fixed(month: int, day: int) -> Callable[[int], date]:
    return lambda year: date(year, month, day)


def _nth(month: int, weekday: int, nth: int, shift: int = 0) -> Callable[[int], date]:
    """The nth such weekday of a month, plus a few days."""

    def on(year: int) -> date:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1) + shift)

    return on


def _last_monday_of_may(year: int) -> date:
    last = date(year, 5, 31)
    return last - timedelta(days=last.weekday())


def _easter(shift: int) -> Callable[[int], date]:
    """Western Easter by the anonymous Gregorian computus, plus a few days."""

    def on(year: int) -> date:
        a, (b, c) = year % 19, divmod(year, 100)
        d, e = divmod(b, 4)
        g = (8 * b + 13) // 25
        h = (19 * a + b - d - g + 15) % 30
        i, k = divmod(c, 4)
        weekday = (32 + 2 * e + 2 * i - h - k) % 7
        m = (a + 11 * h + 22 * weekday) // 451
        month, day = divmod(h + weekday - 7 * m + 114, 31)
        return date(year, month, day + 1) + timedelta(days=shift)

    return on


ON: dict[str, Callable[[int], date]] = {
    "new_years_day": _fixed(1, 1),
    "epiphany": _fixed(1, 6),
    "mlk_day": _nth(1, 0, 3),
    "valentines_day": _fixed(2, 14),
    "presidents_day": _nth(2, 0, 3),
    "st_patricks_day": _fixed(3, 17),
    "april_fools": _fixed(4, 1),
    "good_friday": _easter(-2),
    "easter": _easter(0),
    "easter_monday": _easter(1),
    "mothers_day": _nth(5, 6, 2),
    "memorial_day": _last_monday_of_may,
    "fathers_day": _nth(6, 6, 3),
    "juneteenth": _fixed(6, 19),
    "independence_day": _fixed(7, 4),
    "labor_day": _nth(9, 0, 1),
    "columbus_day": _nth(10, 0, 2),
    "halloween": _fixed(10, 31),
    "bonfire_night": _fixed(11, 5),
    "veterans_day": _fixed(11, 11),
    "thanksgiving": _nth(11, 3, 4),
    "black_friday": _nth(11, 3, 4, 1),
    "christmas_eve": _fixed(12, 24),
    "christmas": _fixed(12, 25),
    "boxing_day": _fixed(12, 26),
    "new_years_eve": _fixed(12, 31),
}
