"""Tokens to items: at each token the rules are tried in order, the most specific first."""

from __future__ import annotations

from dataclasses import dataclass

from infinitypro.assistant.understanding.dates import clock, days, spans
from infinitypro.assistant.understanding.dates.specs import (
    BoundSpec,
    DaySpec,
    FlagSpec,
    Item,
    PartSpec,
    Spec,
    TimeSpec,
)
from infinitypro.assistant.understanding.dates.tokens import Token

_TIME_LINKS = frozenset({"TO", "AND", "OR", "DASH", "UNTIL", "COMMA"})
_TIME_STARTS = frozenset({"NUM", "CLOCK", "DECIMAL", "HOURS", "HALF", "QUARTER", "A", "TIME"})
_MOST_ITEMS = 40  # keeps a hostile message from costing more than a long one
_INERT = frozenset({"WORD", "JUNK", "MARK", "COMMA", "STOP", "END"})


@dataclass(frozen=True, slots=True)
class Context:
    """How a text is read: day or month first in 4/3, and what a bare number may be."""

    is_day_first: bool
    bare: str | None = None


def parse(tokens: list[Token], context: Context) -> list[Item]:
    """The items of a text, in its order."""
    items: list[Item] = []
    at = 0
    while tokens[at].kind != "END" and len(items) < _MOST_ITEMS:
        found = None if tokens[at].kind in _INERT else _item(tokens, at, items, context)
        if found is None:
            at += 1
            continue
        spec, end = found
        items.append(Item(at, max(end, at + 1), spec) if end > at else Item(at, at, spec))
        at = max(end, at + 1)
    return items


def _item(tokens: list[Token], at: int, items: list[Item], context: Context) -> tuple[Spec, int] | None:
    is_nth_week = tokens[at].kind in ("ORD", "THE")
    return (
        spans.read_offset(tokens, at)
        or (spans.read_span(tokens, at) if is_nth_week else None)
        or _part_then_time(tokens, at)
        or _day(tokens, at, items, context)
        or spans.read_span(tokens, at)
        or _time(tokens, at, items, context)
        or _part(tokens, at)
        or _bound(tokens, at)
        or spans.read_flag(tokens, at)
    )


def _day(tokens: list[Token], at: int, items: list[Item], context: Context) -> tuple[Spec, int] | None:
    if tokens[at].kind == "NUM" and _follows_day(tokens, at) and tokens[at].value <= 12:
        return None
    shared = _shared_month(tokens, at, items)
    if shared is not None:
        return shared
    takes_bare = context.bare == "date" and tokens[at].kind in ("NUM", "THE", "ORD")
    return days.read_day(tokens, at, is_day_first=context.is_day_first, takes_bare=takes_bare)


def _shared_month(tokens: list[Token], at: int, items: list[Item]) -> tuple[Spec, int] | None:
    """One of two days with one month: "5th-8th of March", "March 20-22", "del 5 al 8 de abril"."""
    token = tokens[at]
    if (
        token.kind not in ("NUM", "ORD")
        or (token.kind == "NUM" and not token.digits)
        or not 1 <= token.value <= 31
    ):
        return None
    if _links_days(tokens[at + 1]):
        second = at + 2 + (tokens[at + 2].kind == "THE")
        if tokens[second].kind in ("NUM", "ORD"):
            found = days.read_day(tokens, second, is_day_first=True)
            if found is not None and found[0].month is not None and found[0].offset is None:
                return DaySpec(day=token.value, month=found[0].month, year=found[0].year), at + 1
    last = items[-1] if items else None
    if last and isinstance(last.spec, DaySpec) and last.spec.day and last.spec.month and last.end == at - 1:
        is_hour = (
            tokens[at + 1].kind in ("PERIOD", "OCLOCK", "NUM", "MONTH", "OF") or token.value <= last.spec.day
        )
        if tokens[at - 1].kind in ("DASH", "TO") and not is_hour and not clock.is_counted(tokens, at + 1):
            return DaySpec(day=token.value, month=last.spec.month, year=last.spec.year), at + 1
    return None


def _links_days(token: Token) -> bool:
    return token.kind in ("DASH", "TO", "AND", "OR", "UNTIL") or token.norm == "al"


# Words that follow an hour beside a day ("Friday 10 with Jonas", "Wednesday, 9 still") and no count of people.
_AFTER_HOUR = frozenset(
    ["with", "w", "con", "pls", "plz", "please", "porfa", "then", "still", "works", "if", "thx", "thanks"]
)


def _follows_day(tokens: list[Token], at: int) -> bool:
    return tokens[at - 1].kind in ("DAY", "WEEKDAY", "TONIGHT") and tokens[at + 1].kind not in ("MONTH", "OF")


def _part_then_time(tokens: list[Token], at: int) -> tuple[Spec, int] | None:
    """ "evening 5:45", "in the morning 11", "afternoon at 3"."""
    if tokens[at].kind != "PART":
        return None
    lead = at + 1 + (tokens[at + 1].kind in ("AT", "AROUND", "COMMA", "FOR"))
    if tokens[lead].kind not in _TIME_STARTS:
        return None
    found = clock.read_time(tokens, lead, takes_bare=tokens[lead - 1].kind != "FOR")
    if found is None or (tokens[lead - 1].kind == "COMMA" and not found[0].is_ambiguous):
        return None
    return clock.with_period(found[0], tokens[at].value), found[1]


def _time(tokens: list[Token], at: int, items: list[Item], context: Context) -> tuple[Spec, int] | None:
    if tokens[at].kind not in _TIME_STARTS:
        return None
    return clock.read_time(tokens, at, takes_bare=_takes_bare(tokens, at, items, context))


def _takes_bare(tokens: list[Token], at: int, items: list[Item], context: Context) -> bool:
    """Whether the context lets a lone number be an hour."""
    before, after = tokens[at - 1], tokens[at + 1]
    if _is_pronoun(tokens, at):
        return False
    if before.kind in clock.BEFORE_BARE:
        return not (before.norm == "up to" and after.kind == "WORD")
    if context.bare == "time":
        is_party = before.kind == "OF" or (
            before.kind == "FOR" and tokens[at - 2].kind in ("COUNTED", "WORD")
        )
        return not is_party
    if before.kind == "LA" or (before.kind in ("THE", "OF") and tokens[at - 2].kind in clock.BEFORE_BARE):
        return tokens[at].kind == "NUM"
    if tokens[at].kind == "DECIMAL":
        return _is_decimal_time(before, after)
    if before.kind == "TO" and any(token.kind == "MOVE" for token in tokens[max(0, at - 6) : at]):
        return True
    if _follows_day(tokens, at):
        return after.kind in ("END", "STOP", "COMMA", "PART", "OR") or after.norm in _AFTER_HOUR
    if before.kind == "COMMA" and tokens[at - 2].kind in ("DAY", "WEEKDAY"):
        return after.kind in ("END", "STOP") or after.norm in _AFTER_HOUR
    return _continues_times(tokens, at, items) or _opens_range(tokens, at)


def _is_decimal_time(before: Token, after: Token) -> bool:
    """Whether 9.30 is a time and not an amount: by itself, or beside a day."""
    beside = ("DAY", "WEEKDAY", "PART", "TONIGHT", "ORD")
    return before.kind in beside or after.kind in (*beside, "ON") or (before.kind == after.kind == "END")


def _is_pronoun(tokens: list[Token], at: int) -> bool:
    """Whether "one" stands for a thing ("the first one", "at one of them") and not for the hour."""
    token, before, after = tokens[at], tokens[at - 1], tokens[at + 1]
    if (
        token.kind != "NUM"
        or token.digits
        or token.value != 1
        or before.kind == "LA"
        or before.norm.endswith(" la")
    ):
        return False
    is_led = before.kind in clock.BEFORE_BARE or (before.kind in ("END", "OR"))
    return not is_led or after.kind == "WORD"


def _continues_times(tokens: list[Token], at: int, items: list[Item]) -> bool:
    """ "3 or 4", "between 2 and 4": the number after a time and a link."""
    if not items or not isinstance(items[-1].spec, TimeSpec):
        return False
    return tokens[at - 1].kind in _TIME_LINKS and items[-1].end == at - 1


def _opens_range(tokens: list[Token], at: int) -> bool:
    """ "2-4pm", "2 to 4 pm", "de 2 a 4": a lone number linked to what is surely a time."""
    link, other = tokens[at + 1], tokens[at + 2]
    if link.kind not in ("TO", "DASH", "OR", "UNTIL") or other.kind not in ("NUM", "CLOCK", "TIME"):
        return False
    if tokens[at - 1].kind in ("FROM", "BETWEEN", "OF") and link.kind != "OR":
        return not clock.is_counted(tokens, at + 3)
    partner = clock.read_time(tokens, at + 2, takes_bare=False)
    return partner is not None


def _part(tokens: list[Token], at: int) -> tuple[Spec, int] | None:
    token = tokens[at]
    edge = tokens[at - 1].value if tokens[at - 1].kind == "EDGE" else None
    if token.kind == "PART":
        if token.norm in ("eve", "aft") and tokens[at - 1].kind not in (
            "WEEKDAY",
            "DAY",
            "WHICH",
            "ORD",
            "EDGE",
        ):
            return None
        is_stay = token.value == "night" and tokens[at - 1].kind in ("NUM", "A", "ORD", "FEW")
        return None if is_stay else (PartSpec(_named(token.value), edge), at + 1)
    return (PartSpec("morning"), at + 1) if token.kind == "THISMORNING" else None


def _named(part: str) -> str:
    return {"forenoon": "morning", "dawn": "night"}.get(part, part)


def part_of(period: str | None) -> str | None:
    """The part of day that was said with a time, if one was (a.m. and p.m. are none)."""
    return None if period in (None, "am", "pm") else _named(period)


def _bound(tokens: list[Token], at: int) -> tuple[Spec, int] | None:
    return (BoundSpec(*tokens[at].value), at + 1) if tokens[at].kind == "BOUND" else None


__all__ = ["BoundSpec", "Context", "DaySpec", "FlagSpec", "parse", "part_of"]
