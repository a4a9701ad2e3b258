"""The grammar of several days and of distances: "next week", "end of April", "in 3 days", "hace 2 meses"."""

from __future__ import annotations

from datetime import timedelta

from infinitypro.assistant.understanding.dates import clock, days
from infinitypro.assistant.understanding.dates.specs import DaySpec, FlagSpec, OffsetSpec, SpanSpec, Spec
from infinitypro.assistant.understanding.dates.tokens import Token

Found = tuple[Spec, int]

_OFFSETS = {"this": 0, "coming": 0, "next": 1, "following": 1, "last": -1}
_LENGTHS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
_LENGTHS |= {"week": timedelta(weeks=1), "fortnight": timedelta(weeks=2)}
_SPANS = ("week", "weekend", "month", "year")


def read_span(tokens: list[Token], at: int) -> Found | None:
    """The week, weekend, month or run of days that starts at this token."""
    match tokens[at].kind:
        case "WHICH":
            return _which_unit(tokens, at)
        case "EDGE":
            return _edge(tokens, at)
        case "ORD" | "THE":
            return _nth_week(tokens, at)
        case "UNIT":
            return _unit(tokens, at)
        case "MONTH":
            return _month(tokens, at)
        case "WITHIN":
            return _within(tokens, at + 1)
        case "MIDWEEK":
            return SpanSpec("week", edge="mid"), at + 1
        case "NUM" if tokens[at].digits == 4 and 1900 < tokens[at].value < 2100:
            return _bare_year(tokens, at)
    return None


def _which_unit(tokens: list[Token], at: int) -> Found | None:
    which, follower = tokens[at].value, tokens[at + 1]
    ranked = _nth_week(tokens, at) if which == "last" else None
    if ranked is not None:
        return ranked
    if which == "next" and follower.norm == "week" and _is_within(tokens, at):
        return SpanSpec("days", count=7), at + 2
    if follower.kind == "UNIT" and follower.value in _SPANS:
        end = at + 2
        if (
            tokens[end].kind == "AFTER"
            and tokens[end + 1].kind == "WHICH"
            and tokens[end + 1].value == "next"
        ):
            return SpanSpec(follower.value, 2), end + 2
        return SpanSpec(follower.value, _OFFSETS[which]), end
    if follower.kind == "MONTH" and days.is_month(tokens, at + 1):
        return SpanSpec("month", _OFFSETS[which], month=follower.value), at + 2
    return _next_few(tokens, at)


def _is_within(tokens: list[Token], at: int) -> bool:
    """Whether it says "in the next week": the seven days from today, not the week after this one."""
    return tokens[at - 1].kind == "THE" and tokens[at - 2].kind in ("IN", "WITHIN")


def _within(tokens: list[Token], at: int) -> Found | None:
    length = _length(tokens, at)
    if length is None or length[1] not in ("day", "week", "fortnight"):
        return None
    return SpanSpec("days", count=length[0].days), length[2]


def _next_few(tokens: list[Token], at: int) -> Found | None:
    """ "the next few days", "los próximos 3 días", "the coming days"."""
    if tokens[at].value not in ("next", "coming", "following"):
        return None
    count, unit = 3, at + 1
    if tokens[unit].kind in ("NUM", "FEW"):
        count, unit = tokens[unit].value, unit + 1
    days_each = {"day": 1, "week": 7, "fortnight": 14}.get(str(tokens[unit].value))
    is_plural = tokens[unit].norm.endswith("s")
    if tokens[unit].kind != "UNIT" or days_each is None or not is_plural:
        return None
    return SpanSpec("days", count=count * days_each), unit + 1


def _edge(tokens: list[Token], at: int) -> Found | None:
    """ "end of the week", "early next week", "mid April", "principios de mes"."""
    lead = at + 1
    while tokens[lead].kind in ("OF", "THE", "LA", "DASH", "IN"):
        lead += 1
    found = _month(tokens, lead, is_led=True) if tokens[lead].kind == "MONTH" else read_span(tokens, lead)
    if found is None and tokens[lead].kind == "UNIT" and tokens[lead].value in ("week", "month", "year"):
        found = SpanSpec(tokens[lead].value), lead + 1
    if found is None or not isinstance(found[0], SpanSpec) or _is_bare_unit(tokens, at, lead):
        return None
    span = found[0]
    return SpanSpec(span.unit, span.offset, tokens[at].value, month=span.month, year=span.year), found[1]


def _is_bare_unit(tokens: list[Token], at: int, lead: int) -> bool:
    """ "late week" is no span, "end of the week" and "finales de mes" are."""
    has_of = lead > at + 1 or tokens[at].norm.endswith((" of", " of the", " de"))
    return tokens[lead].kind == "UNIT" and not has_of


def _nth_week(tokens: list[Token], at: int) -> Found | None:
    """ "the first week of April", "la primera semana de mayo"."""
    at += tokens[at].kind == "THE"
    which = tokens[at]
    nth = which.value if which.kind == "ORD" and which.value <= 5 else -1
    is_ranked = (nth > 0) or which.value == "last"
    if not is_ranked or tokens[at + 1].value != "week" or tokens[at + 2].kind not in ("OF", "IN"):
        return None
    month = at + 3 + (tokens[at + 3].kind == "THE")
    if tokens[month].kind == "MONTH":
        return SpanSpec("month", month=tokens[month].value, nth=nth), month + 1
    if tokens[month].kind == "WHICH" and tokens[month + 1].value == "month":
        return SpanSpec("month", _OFFSETS[tokens[month].value], nth=nth), month + 2
    if tokens[month].value != "month" or tokens[month].kind != "UNIT":
        return None
    follower = tokens[month + 1]
    if follower.kind == "WHICH":
        return SpanSpec("month", _OFFSETS[follower.value], nth=nth), month + 2
    return SpanSpec("month", nth=nth), month + 1


def _unit(tokens: list[Token], at: int) -> Found | None:
    token, after = tokens[at], tokens[at + 1]
    if token.value not in ("week", "weekend", "month"):
        return None
    if after.kind == "WHICH" and tokens[at + 2].kind not in ("WEEKDAY", "UNIT", "PART", "MONTH"):
        return SpanSpec(token.value, _OFFSETS[after.value]), at + 2
    if after.kind == "AFTER" and tokens[at + 2].kind == "WHICH" and tokens[at + 2].value == "next":
        return SpanSpec(token.value, 2), at + 3
    if after.kind in ("OF", "IN"):
        anchored = _anchored(tokens, at + 2, token.value)
        if anchored is not None:
            return anchored
    is_counted = tokens[at - 1].kind in ("NUM", "ORD", "FEW") or (
        token.value == "weekend" and after.norm == "away"
    )
    return (SpanSpec("weekend"), at + 1) if token.value == "weekend" and not is_counted else None


def _anchored(tokens: list[Token], at: int, unit: str) -> Found | None:
    """ "the weekend of the 5th", "the week of 3rd May", "over the weekend in the week of 3rd May"."""
    lead = at + (tokens[at].kind == "THE" and tokens[at + 1].value == "week")
    if tokens[lead].value == "week" and tokens[lead + 1].kind == "OF":
        at = lead + 2
    day = days.read_day(tokens, at, is_day_first=True, takes_bare=True)
    if day is None or day[0].offset is not None:
        return None
    return SpanSpec(unit, anchor=day[0]), day[1]


def _month(tokens: list[Token], at: int, *, is_led: bool = False) -> Found | None:
    if not (is_led or days.is_month(tokens, at)) or tokens[at + 1].kind == "ORD":
        return None
    year = tokens[at + 1 + (tokens[at + 1].kind == "OF")]
    if year.kind == "NUM" and year.digits == 4 and 1900 <= year.value <= 2100:
        return SpanSpec("month", month=tokens[at].value, year=year.value), at + 2
    if tokens[at + 1].kind == "WHICH" and tokens[at + 2].value == "year":
        return SpanSpec("month", _OFFSETS[tokens[at + 1].value], month=tokens[at].value), at + 3
    return SpanSpec("month", month=tokens[at].value), at + 1


def _bare_year(tokens: list[Token], at: int) -> Found | None:
    if tokens[at - 1].kind in ("IN", "ON", "FROM", "UNTIL", "BEFORE", "AFTER") and not clock.is_counted(
        tokens, at + 1
    ):
        return SpanSpec("year", year=tokens[at].value), at + 1
    return None


def read_offset(tokens: list[Token], at: int) -> Found | None:
    """The distance from now that starts at this token, or a distance from a named day."""
    token = tokens[at]
    if token.kind == "AGO" and token.value == "before":
        length = _length(tokens, at + 1)
        return length and (_offset(length, -1), length[2])
    if token.kind in ("IN", "AFTER"):
        return _ahead(tokens, at)
    if token.kind in ("NUM", "A", "FEW", "SPELL", "AROUND"):
        return _trailing(tokens, at)
    return None


def _ahead(tokens: list[Token], at: int) -> Found | None:
    """ "in 3 days", "dentro de una semana", "after 3 days"."""
    lead = at + 1
    while tokens[lead].kind in ("OF", "AROUND"):
        lead += 1
    length = _length(tokens, lead)
    if length is None or (tokens[at].kind == "AFTER" and length[1] not in ("day", "week", "month")):
        return None
    if tokens[at].norm in ("durante", "during", "por") or tokens[length[2]].kind == "AGO":
        return None
    if tokens[at].norm == "in" and tokens[at - 1].kind in ("NUM", "FEW") and length[1] == "week":
        return None
    return _offset(length, 1), length[2]


def _trailing(tokens: list[Token], at: int) -> Found | None:
    """ "3 days ago", "two weeks from now", "a week on tuesday", "a fortnight today"."""
    length = _length(tokens, at)
    if length is None:
        return None
    _, unit, end = length
    follower = tokens[end]
    if follower.kind == "AGO" and follower.value is None:
        return _offset(length, -1), end + 1
    if follower.kind == "FROMNOW":
        return _offset(length, 1), end + 1
    if unit not in ("day", "week", "fortnight"):
        return None
    lead = end + (follower.kind in ("ON", "FROM", "AFTER") or follower.norm == "from")
    if follower.kind == "AFTER" or (lead == end and tokens[lead].kind not in ("DAY", "WEEKDAY")):
        return None
    return _from_day(tokens, lead, length[0])


def _from_day(tokens: list[Token], at: int, shift: timedelta) -> Found | None:
    if tokens[at].kind not in ("DAY", "WEEKDAY", "WHICH", "ORD"):
        return None
    day = days.read_day(tokens, at, is_day_first=True)
    if day is None:
        return None
    spec = day[0]
    moved = DaySpec(
        spec.weekday, spec.day, spec.month, spec.year, spec.which, spec.week, shift=spec.shift + shift.days
    )
    if spec.offset is not None:
        moved = DaySpec(offset=spec.offset, shift=spec.shift + shift.days)
    return moved, day[1]


def _length(tokens: list[Token], at: int) -> tuple[timedelta, str, int] | None:
    """A length of time, its unit and the next token; a month counts as 0 days here, see `_offset`."""
    at += tokens[at].kind == "AROUND"
    if tokens[at].kind == "SPELL":
        return timedelta(minutes=tokens[at].value), "minute", at + 1
    number = clock.read_number(tokens, at)
    if number is None and tokens[at].kind in ("A", "FEW"):
        number = tokens[at].value, at + 1
    if number is None or tokens[number[1]].kind != "UNIT":
        return None
    unit = tokens[number[1]].value
    end = number[1] + 1
    if unit in _LENGTHS:
        half = (
            timedelta(minutes=30)
            if unit == "hour" and tokens[end + 1].kind in ("HALFPAST", "HALF")
            else timedelta()
        )
        return number[0] * _LENGTHS[unit] + half, unit, end + (2 if half else 0)
    if unit in ("month", "year"):
        return timedelta(days=number[0] * (1 if unit == "month" else 12)), unit, end
    return None


def _offset(length: tuple[timedelta, str, int], sign: int) -> OffsetSpec:
    amount, unit, _ = length
    if unit in ("month", "year"):
        return OffsetSpec(months=sign * amount.days)
    return OffsetSpec(delta=sign * amount, is_clock=unit in ("minute", "hour"))


def read_flag(tokens: list[Token], at: int) -> Found | None:
    """What is said about time without naming one."""
    token, after = tokens[at], tokens[at + 1]
    if token.kind == "NOW":
        is_final = token.value == "right" or after.kind in ("END", "STOP", "COMMA")
        return (FlagSpec("now"), at + 1) if is_final else None
    if token.kind == "EXCEPT" and token.value in ("any_day", "any_time"):
        return FlagSpec(token.value), at
    if token.kind == "WEEKDAYS":
        return FlagSpec("weekdays"), at + 1
    if token.kind != "FLAG":
        return None
    is_about_a_day = token.value in ("later", "earlier") and after.kind in ("DAY", "TONIGHT", "WHICH", "OF")
    return None if is_about_a_day else (FlagSpec(token.value), at + 1)
