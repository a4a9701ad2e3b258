"""The grammar of the calendar: named days ("the 5th", "wednesday week", "el viernes que viene")."""

from __future__ import annotations

from dataclasses import replace

from infinitypro.assistant.understanding.dates import clock, words_en
from infinitypro.assistant.understanding.dates.specs import DaySpec
from infinitypro.assistant.understanding.dates.tokens import Token

Found = tuple[DaySpec, int]

_DOUBTFUL_WEEKDAYS = frozenset({"sat", "sun", "wed", "mar"})
_MARRYING = frozenset({"we", "they", "i", "get", "getting", "newly", "be", "recently"})
_PRONOUNS = frozenset({"i", "we", "he", "she", "they", "you", "who", "just", "have", "has", "had", "it"})
_BEFORE_DAY = frozenset(
    {
        "ON",
        "FOR",
        "WHICH",
        "THE",
        "AND",
        "OR",
        "UNTIL",
        "BEFORE",
        "AFTER",
        "FROM",
        "BETWEEN",
        "TO",
        "NOT",
        "EXCEPT",
        "COMMA",
        "STOP",
        "DASH",
        "END",
        "AT",
        "IN",
        "CORRECTION",
    }
)
_AFTER_DAY = frozenset(
    {
        "NUM",
        "ORD",
        "CLOCK",
        "PART",
        "AT",
        "AROUND",
        "BEFORE",
        "AFTER",
        "OR",
        "AND",
        "WEEKDAY",
        "END",
        "STOP",
        "COMMA",
        "DASH",
        "FROM",
        "BETWEEN",
        "MONTH",
        "WHICH",
        "TIME",
    }
)
_NOT_SUN = frozenset(words_en.AFTER_SUN.split())
_NOT_DAY = frozenset(words_en.RANKED.split())
_NOT_AFTER_DAY = frozenset({"WORD", "PERIOD", "OCLOCK", "TO", "PAST", "NUM"})
_NOT_MONTH = frozenset({"price", "head", "off", "term", "leg", "day", "hour"})
_BEFORE_MONTH = frozenset({"IN", "FROM", "UNTIL", "BEFORE", "AFTER", "OF", "WHICH", "EDGE", "BETWEEN"})


def read_day(tokens: list[Token], at: int, *, is_day_first: bool, takes_bare: bool = False) -> Found | None:
    """The day that starts at this token."""
    ranked = _nth_weekday(tokens, at) if tokens[at].kind in ("ORD", "WHICH", "THE") else None
    if ranked is not None:
        return ranked
    match tokens[at].kind:
        case "SLASH" if tokens[at + 1].norm in _NOT_MONTH or tokens[at].text == "24/7":
            return None
        case "ISO" | "DMY" | "SLASH":
            return _written(tokens[at], at, is_day_first)
        case "HOLIDAY":
            year, end = _year(tokens, at + 1)
            return DaySpec(holiday=tokens[at].value, year=year), end
        case "DAY":
            return _relative(tokens, at)
        case "TONIGHT":
            return DaySpec(offset=0), at + 1
        case "LASTNIGHT":
            return DaySpec(offset=-1), at + 1
        case "WEEKDAY" if _is_weekday(tokens, at):
            return _weekday(tokens, at)
        case "WHICH":
            return _which_weekday(tokens, at)
        case "MONTH":
            return _month_first(tokens, at)
        case "ORD" | "NUM" | "THE" | "UNIT":
            return _day_first(tokens, at, takes_bare=takes_bare)
    return None


def is_month(tokens: list[Token], at: int) -> bool:
    """Whether a month's name, standing alone, means the month (not "may I", not a friend called April)."""
    token, before, after = tokens[at], tokens[at - 1], tokens[at + 1]
    if token.kind != "MONTH" or (token.text == "may" and after.kind == "WORD" and before.kind == "WHICH"):
        return False
    return before.kind in _BEFORE_MONTH or before.kind == after.kind == "END"


def _written(token: Token, at: int, is_day_first: bool) -> Found | None:
    numbers = token.value
    if token.kind == "ISO":
        year, month, day = numbers
    else:
        first, second = numbers[:2]
        day, month = (first, second) if (is_day_first or first > 12) and second <= 12 else (second, first)
        year = numbers[2] if len(numbers) > 2 else None
        year = year + 2000 if year is not None and year < 100 else year
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return DaySpec(day=day, month=month, year=year), at + 1


def _relative(tokens: list[Token], at: int) -> Found:
    end, shift = _weeks_after(tokens, at + 1)
    return DaySpec(offset=tokens[at].value, shift=shift), end


def _is_weekday(tokens: list[Token], at: int) -> bool:
    token, before, after = tokens[at], tokens[at - 1], tokens[at + 1]
    if token.norm not in _DOUBTFUL_WEEKDAYS:
        return True
    if token.norm == "wed":
        return before.norm not in _MARRYING
    if (
        before.norm in _PRONOUNS
        or after.norm in _NOT_SUN
        or (token.norm == "sun" and before.kind in ("THE", "AT", "IN"))
    ):
        return False
    return (
        before.kind in _BEFORE_DAY
        or after.kind in _AFTER_DAY
        or (token.text[0].isupper() and before.kind != "END")
    )


def _weekday(tokens: list[Token], at: int) -> Found:
    weekday = tokens[at].value
    end = at + 1
    comma = end + (tokens[end].kind in ("COMMA", "STOP") and tokens[end].text in (",", "."))
    dated = _dated(tokens, comma) if comma == end or tokens[comma].kind in ("ORD", "MONTH", "THE") else None
    if dated is not None:
        return replace(dated[0], weekday=weekday), dated[1]
    which, week, end = _which_after(tokens, end)
    after, shift = _weeks_after(tokens, end)
    if shift and which is None and week is None and tokens[end].kind == "IN":
        return DaySpec(weekday=weekday, week=shift // 7), after
    return DaySpec(weekday=weekday, which=which, week=week, shift=shift), after


def _dated(tokens: list[Token], at: int) -> Found | None:
    """The day of the month that may follow a weekday: "2nd", "the 14th of May", "June 3", "14 de marzo"."""
    month_first = _month_first(tokens, at) if tokens[at].kind == "MONTH" else None
    if month_first is not None:
        return month_first
    if tokens[at].kind in ("THE", "ORD") or (tokens[at].kind == "NUM" and _month_follows(tokens, at + 1)):
        return _day_first(tokens, at, takes_bare=tokens[at].kind == "THE")
    if tokens[at].norm.isdigit() and tokens[at].kind == "NUM" and 13 <= tokens[at].value <= 31:
        follower = tokens[at + 1]
        is_hour = follower.kind == "NUM" or clock.is_counted(tokens, at + 1)
        is_hour = is_hour or clock.read_time(tokens, at, takes_bare=False) is not None
        return None if is_hour else (DaySpec(day=tokens[at].value), at + 1)
    return None


def _which_after(tokens: list[Token], at: int) -> tuple[str | None, int | None, int]:
    """What may follow a weekday: "coming", "que viene", "next week", "de la semana que viene"."""
    lead = at
    while tokens[lead].kind in ("OF", "ON", "LA", "THE", "IN", "COMMA"):
        lead += 1
    week = week_named(tokens, lead)
    if week is not None:
        return None, week[0], week[1]
    if tokens[at].kind == "WHICH":
        names_other = tokens[at + 1].kind in ("UNIT", "WEEKDAY", "MONTH", "PART")
        return (None, None, at) if names_other else (_plain_which(tokens[at]), None, at + 1)
    return None, None, at


def week_named(tokens: list[Token], at: int) -> tuple[int, int] | None:
    """Which week is named here (0 this one, 1 the next), and the next token."""
    token, after = tokens[at], tokens[at + 1]
    if token.kind == "WHICH" and after.value == "week":
        return _WEEKS[token.value], at + 2
    if token.value == "week" and after.kind == "WHICH":
        return _WEEKS[after.value], at + 2
    return None


_WEEKS = {"this": 0, "coming": 1, "next": 1, "following": 1, "last": -1}


def _plain_which(token: Token) -> str:
    """After the weekday "que viene" and "próximo" say the coming one, not the one after."""
    return "last" if token.value == "last" else "coming"


def _weeks_after(tokens: list[Token], at: int) -> tuple[int, int]:
    """The next token, and the days added to a day: "tuesday week", "Wednesday in a week"."""
    if tokens[at].kind == "UNIT" and tokens[at].norm in ("week", "fortnight"):
        return at + 1, 7 if tokens[at].value == "week" else 14
    if tokens[at].kind == "WEEKLATER":
        return at + 1, 7
    if tokens[at].kind == "AFTER" and tokens[at + 1].kind == "WHICH" and tokens[at + 1].value == "next":
        return at + 2, 7
    if tokens[at].kind == "IN":
        count = tokens[at + 1].value if tokens[at + 1].kind in ("NUM", "A") else None
        unit = tokens[at + 2]
        if count and unit.kind == "UNIT" and unit.value in ("week", "fortnight"):
            return at + 3, count * (7 if unit.value == "week" else 14)
    return at, 0


def _which_weekday(tokens: list[Token], at: int) -> Found | None:
    which, end = tokens[at].value, at + 1
    if tokens[end].kind == "WHICH" and tokens[end].value in ("coming", "following"):
        which, end = "coming", end + 1
    if tokens[end].value == "week" and tokens[end].kind == "UNIT":
        lead = end + 1 + (tokens[end + 1].kind in ("ON", "COMMA", "THE"))
        if tokens[lead].kind == "WEEKDAY" and tokens[lead - 1].kind != "COMMA":
            return DaySpec(weekday=tokens[lead].value, week=_WEEKS[which]), lead + 1
        return None
    if tokens[end].kind != "WEEKDAY":
        return None
    found, end = _weekday(tokens, end)
    if found.week is None and found.day is None and found.which is None:
        found = replace(found, which="coming" if which == "following" else _spanish_which(tokens[at], which))
    return found, end


def _nth_weekday(tokens: list[Token], at: int) -> Found | None:
    """ "the first monday in april", "last friday of the month", "el primer lunes de mayo"."""
    at += tokens[at].kind == "THE"
    rank = tokens[at]
    nth = -1 if rank.kind == "WHICH" and rank.value == "last" else rank.value if rank.kind == "ORD" else 0
    if (
        not (nth == -1 or 1 <= nth <= 5)
        or tokens[at + 1].kind != "WEEKDAY"
        or tokens[at + 2].kind not in ("OF", "IN")
    ):
        return None
    weekday = tokens[at + 1].value
    if tokens[at + 3].kind == "MONTH":
        return DaySpec(weekday=weekday, nth=nth, month=tokens[at + 3].value), at + 4
    offset, end = _month_named(tokens, at + 3)
    return None if offset is None else (DaySpec(weekday=weekday, nth=nth, month_offset=offset), end)


def _spanish_which(token: Token, which: str) -> str:
    return "coming" if token.norm.startswith("proxim") else which


def _month_first(tokens: list[Token], at: int) -> Found | None:
    day_at = at + 1
    while tokens[day_at].kind in ("THE", "ON") or (
        tokens[day_at].text == "." and tokens[at].end == tokens[day_at].start
    ):
        day_at += 1
    token = tokens[day_at]
    number, end = _number_of_day(tokens, day_at)
    if token.kind == "NUM":
        is_hour = tokens[end].kind in ("PERIOD", "OCLOCK") or token.digits > 2
        if is_hour or clock.is_counted(tokens, end) or (tokens[at].norm == "may" and not token.digits):
            return None
    if not 1 <= number <= 31:
        return None
    year, end = _year(tokens, end)
    return DaySpec(day=number, month=tokens[at].value, year=year), end


def _number_of_day(tokens: list[Token], at: int) -> tuple[int, int]:
    """The day of the month said here ("5", "5th", "twenty first"), 0 for none, and the next token."""
    token = tokens[at]
    value, end = (token.value, at + 1) if token.kind == "ORD" else clock.read_number(tokens, at) or (0, at)
    ending = end + (tokens[end].kind == "DASH")
    is_tens = not token.digits and value in (20, 30)
    if is_tens and tokens[ending].kind == "ORD" and tokens[ending].value < 10:
        return value + tokens[ending].value, ending + 1
    return value, end


def _month_follows(tokens: list[Token], at: int) -> bool:
    return tokens[at + (tokens[at].kind in ("OF", "DASH"))].kind == "MONTH"


def _day_first(tokens: list[Token], at: int, *, takes_bare: bool) -> Found | None:
    start = at
    has_article = tokens[at].kind == "THE"
    at += has_article
    if tokens[at].kind == "UNIT":
        is_day = tokens[at].norm == "dia" and tokens[at + 1].kind in ("NUM", "ORD")
        return _day_of(tokens, at + 1, is_led=True) if is_day else None
    if tokens[at].kind not in ("NUM", "ORD"):
        return None
    lead = tokens[start - 1].kind
    is_led = takes_bare or (
        has_article
        and (
            tokens[start].norm == "el" or lead in ("ON", "FOR", "UNTIL", "AFTER", "BEFORE", "FROM", "BETWEEN")
        )
    )
    return _day_of(tokens, at, is_led=is_led)


def _day_of(tokens: list[Token], at: int, *, is_led: bool) -> Found | None:
    """A day of the month: with its month, or alone where an ordinal or an article makes it one."""
    value, end = _number_of_day(tokens, at)
    is_ordinal = tokens[end - 1].kind == "ORD"
    if not 1 <= value <= 31:
        return None
    if _month_follows(tokens, end):
        month = end + (tokens[end].kind != "MONTH")
        year, after = _year(tokens, month + 1)
        return DaySpec(day=value, month=tokens[month].value, year=year), after
    offset, after = _month_named(tokens, end)
    if offset is not None and (is_ordinal or is_led):
        return DaySpec(day=value, month_offset=offset), after
    return (DaySpec(day=value), end) if _stands_alone(tokens, at, end, is_led=is_led) else None


def _stands_alone(tokens: list[Token], at: int, end: int, *, is_led: bool) -> bool:
    token, after = tokens[at], tokens[end]
    if after.norm in _NOT_DAY or after.kind in ("COUNTED", "FLAG"):
        return False
    if token.kind == "ORD" and token.digits:
        return True
    if token.kind == "ORD" or tokens[end - 1].kind == "ORD":
        is_introduced = tokens[at - 1].kind == "THE" and tokens[at - 2].kind in ("ON", "FOR", "UNTIL")
        is_asked = is_led and tokens[at - 1].kind in ("THE", "END")
        return (is_introduced or is_asked) and after.kind in ("END", "STOP", "COMMA", "AT")
    if not is_led or clock.is_counted(tokens, end):
        return False
    return after.kind not in _NOT_AFTER_DAY or (after.kind == "WORD" and tokens[at - 1].norm == "el")


def _month_named(tokens: list[Token], at: int) -> tuple[int | None, int]:
    """Which month is named by its distance: "of this month", "day of the month", "del mes que viene"."""
    while tokens[at].kind in ("OF", "THE") or (tokens[at].norm == "day" and tokens[at + 1].kind == "OF"):
        at += 1
    first, second = tokens[at], tokens[at + 1]
    if first.kind == "WHICH" and second.value == "month":
        return _WEEKS[first.value], at + 2
    if first.value == "month" and first.kind == "UNIT":
        return (_WEEKS[second.value], at + 2) if second.kind == "WHICH" else (0, at + 1)
    return None, at


def _year(tokens: list[Token], at: int) -> tuple[int | None, int]:
    lead = at + (tokens[at].kind in ("COMMA", "OF"))
    token = tokens[lead]
    if token.kind == "NUM" and token.digits == 4 and 1900 <= token.value <= 2100:
        return token.value, lead + 1
    return None, at
