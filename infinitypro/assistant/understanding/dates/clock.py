"""The grammar of the clock: "half past 3", "10 to 20 evening", "a las tres y media", "17 30", "5p"."""

from __future__ import annotations

from infinitypro.assistant.understanding.dates.specs import TimeSpec
from infinitypro.assistant.understanding.dates.tokens import Token

Face = tuple[int, int, str | None, bool, int]  # hour, minute, period, is it unmistakable, next token

BEFORE_BARE = frozenset({"AT", "AROUND", "BEFORE", "AFTER", "UNTIL", "FROM", "BETWEEN", "LATEST"})
_SURELY_HOURS = frozenset({"AT", "BEFORE", "UNTIL", "FROM", "BETWEEN"})
_STREETS = frozenset({"street", "st", "avenue", "ave", "road", "rd", "blvd", "lane", "drive", "floor"})
_PART_LEADS = frozenset({"IN", "ON", "AT", "OF"})
_ARTICLES = frozenset({"THE", "LA", "A"})
_NOT_NOUNS = frozenset(
    {
        "works",
        "thanks",
        "thx",
        "pls",
        "plz",
        "is",
        "was",
        "does",
        "suits",
        "fits",
        "sounds",
        "has",
        "as",
        "us",
        "yes",
        "plus",
        "this",
        "unless",
        "perhaps",
        "always",
    }
)


def read_number(tokens: list[Token], at: int) -> tuple[int, int] | None:
    """A number and the next token: digits, a word, or two words ("twenty-five", "treinta y cinco")."""
    token = tokens[at]
    if token.kind != "NUM":
        return None
    if token.digits or token.value < 20 or token.value % 10:
        return token.value, at + 1
    unit = at + 1 + (tokens[at + 1].kind == "DASH" or tokens[at + 1].norm == "y")
    follower = tokens[unit]
    if follower.kind == "NUM" and not follower.digits and 1 <= follower.value <= 9:
        return token.value + follower.value, unit + 1
    return token.value, at + 1


def is_counted(tokens: list[Token], at: int, *, is_led: bool = False) -> bool:
    """Whether what stands at `at` makes the number before it a count, a length, an amount or an address."""
    token, after = tokens[at], tokens[at + 1]
    if token.kind == "WORD" and after.kind == "COUNTED":
        return not is_led or after.norm in _STREETS
    if token.kind in ("TO", "OR", "DASH") and after.kind == "NUM":
        return tokens[at + 2].kind in ("COUNTED", "UNIT")
    if token.kind in ("COUNTED", "UNIT", "JUNK", "SPELL"):
        return token.kind != "JUNK" or not token.norm.startswith(("what", "which", "que"))
    if token.kind == "OF" and after.norm in ("us", "them", "you", "nosotros", "my", "our"):
        return True
    is_name = token.text[:1].isupper()
    return token.kind == "WORD" and not (is_name or is_led) and _is_plural(token.norm)


def _is_plural(norm: str) -> bool:
    return len(norm) > 3 and norm.endswith("s") and not norm.endswith("ss") and norm not in _NOT_NOUNS


def read_time(tokens: list[Token], at: int, *, takes_bare: bool) -> tuple[TimeSpec, int] | None:
    """The time that starts at this token; a lone number only where the context lets it be one."""
    face = _face(tokens, at)
    if face is None:
        return None
    hour, minute, period, is_sure, end = face
    is_approximate = False
    if tokens[end].kind == "ISH" or (tokens[end].kind == "DASH" and tokens[end + 1].kind == "ISH"):
        end += 1 + (tokens[end].kind == "DASH")
        is_sure = is_approximate = True
    if tokens[end].kind == "OCLOCK":
        end, is_sure = end + 1, True
    is_lone = not is_sure and tokens[at].kind == "NUM"
    spoken, end = _period(tokens, end, is_lone=is_lone and not takes_bare)
    period = period or spoken
    if not (is_sure or period or takes_bare):
        return None
    if tokens[at].kind == "CLOCK":
        end += tokens[end].value == "hour"
    elif period is None and is_counted(tokens, end, is_led=tokens[at - 1].kind in _SURELY_HOURS):
        return None
    is_exact = tokens[at].kind == "TIME" or (tokens[at].kind in ("CLOCK", "HOURS") and tokens[at].value[3])
    return _on_the_clock(hour, minute, period, is_exact=is_exact, is_approximate=is_approximate), end


def with_period(spec: TimeSpec, period: str) -> TimeSpec:
    """The same clock face read in another part of the day."""
    if spec.face is None or not spec.is_ambiguous:
        return spec
    return _on_the_clock(*spec.face, period, is_exact=False, is_approximate=spec.is_approximate)


def _on_the_clock(
    hour: int, minute: int, period: str | None, *, is_exact: bool, is_approximate: bool
) -> TimeSpec:
    is_ambiguous = period is None and 1 <= hour <= 11 and not is_exact
    turned = _turn(hour, period) if period and not (is_exact and hour > 12) else hour
    return TimeSpec(turned % 24, minute, period, is_ambiguous, is_approximate, (hour, minute))


def _turn(hour: int, period: str) -> int:
    if hour > 12:
        return hour
    twelve = hour % 12
    match period:
        case "am" | "morning" | "dawn":
            return twelve
        case "forenoon":
            return 12 if hour == 12 else twelve
        case "evening":
            return 0 if twelve == 0 else twelve + 12
        case "night":
            return twelve if twelve < 6 else twelve + 12
        case "lunchtime":
            return hour if hour >= 11 else twelve + 12
        case "afternoon" if hour in (10, 11):
            return hour
        case _:
            return twelve + 12


def _face(tokens: list[Token], at: int) -> Face | None:
    token = tokens[at]
    match token.kind:
        case "TIME":
            return (*token.value, None, True, at + 1)
        case "CLOCK":
            hour, minute, period, _ = token.value
            return hour, minute, period, True, at + 1
        case "DECIMAL" | "HOURS":
            hour, minute, period, _ = token.value
            return hour, minute, period, False, at + 1
        case "HALF":
            return _half_past(tokens, at + 1)
        case "QUARTER":
            return _quarter(tokens, at + 1)
        case "A" if tokens[at + 1].kind == "QUARTER":
            return _quarter(tokens, at + 2)
        case "NUM":
            return _minutes_first(tokens, at) or _hour_first(tokens, at)
    return None


def _hour(tokens: list[Token], at: int) -> tuple[int, str | None, int] | None:
    token = tokens[at]
    if token.kind == "TIME":
        return token.value[0] or 24, "pm" if token.value[0] else "am", at + 1
    if token.kind == "CLOCK" and token.value[1] == 0 and token.value[2]:
        return token.value[0], token.value[2], at + 1
    number = read_number(tokens, at)
    if number is None or number[0] > 24 or tokens[at].digits > 2:
        return None
    return number[0], None, number[1]


def _half_past(tokens: list[Token], at: int) -> Face | None:
    is_past = tokens[at].kind == "PAST"
    hour = _hour(tokens, at + is_past)
    if hour is None or (not is_past and (hour[0] > 12 or is_counted(tokens, hour[2]))):
        return None
    return hour[0], 30, hour[1], True, hour[2]


def _quarter(tokens: list[Token], at: int) -> Face | None:
    if tokens[at].kind == "PAST" or tokens[at].kind == "AFTER":
        return _past(tokens, at + 1, 15)
    if tokens[at].norm in ("to", "til", "till", "of", "before") or tokens[at].value == "para":
        return _to(tokens, at + 1, 15)
    return None


def _past(tokens: list[Token], at: int, minute: int) -> Face | None:
    hour = _hour(tokens, at)
    return hour and (hour[0], minute, hour[1], True, hour[2])


def _to(tokens: list[Token], at: int, minute: int) -> Face | None:
    """Minutes before an hour; the period that follows belongs to the result ("10 to 12 p.m." is 23:50)."""
    hour = _hour(tokens, at)
    if hour is None:
        return None
    if tokens[at].kind == "TIME":
        return hour[0] - 1, 60 - minute, None if hour[0] == 24 else "am", True, hour[2]
    face = 12 if hour[0] == 1 else (hour[0] - 1) % 24
    return face, 60 - minute, hour[1], True, hour[2]


def _minutes_first(tokens: list[Token], at: int) -> Face | None:
    number = read_number(tokens, at)
    if number is None or not 1 <= number[0] <= 59:
        return None
    minute, then = number
    is_named = tokens[then].kind == "UNIT" and tokens[then].value == "minute"
    then += is_named
    if tokens[then].kind == "PAST":
        return _past(tokens, then + 1, minute)
    if not (is_named or minute % 5 == 0):
        return None
    if tokens[then].norm in ("to", "til", "till") or tokens[then].value == "para":
        face = _to(tokens, then + 1, minute)
        if face is None or is_counted(tokens, face[4]) or _opens_range(tokens, at, face):
            return None
        return face
    return None


def _opens_range(tokens: list[Token], at: int, face: Face) -> bool:
    """Whether "from 10 to 4" is two hours, not ten minutes before four ("from 10 to 4 on")."""
    if tokens[at - 1].kind not in ("FROM", "BETWEEN") or tokens[at - 1].value == "since":
        return False
    minute, hour = tokens[at].value, (face[0] + 1) % 24
    _, end = _period(tokens, face[4], is_lone=False)
    is_last = tokens[end + 1].kind in ("END", "STOP", "COMMA")
    goes_on = tokens[end].kind == "ONWARD" or (tokens[end].kind == "ON" and is_last)
    return not (goes_on or minute > 24 or (minute > 12 and hour <= 12))


def _hour_first(tokens: list[Token], at: int) -> Face | None:
    token = tokens[at]
    if token.digits > 2:
        return _military(tokens, at)
    if token.value > 24:
        return None
    minute = _minute_after(tokens, at)
    if minute is not None:
        past, end = minute
        if past >= 0:
            return token.value % 24, past, None, True, end
        return (token.value - 1) % 24 or 12, 60 + past, None, True, end
    return token.value, 0, None, False, at + 1


def _military(tokens: list[Token], at: int) -> Face | None:
    hour, minute = divmod(tokens[at].value, 100)
    if hour > 23 or minute > 59:
        return None
    follower = tokens[at + 1]
    is_hours = follower.kind == "UNIT" and follower.value == "hour"
    is_led = tokens[at - 1].kind in BEFORE_BARE - {"FROM", "UNTIL", "BEFORE", "AFTER"}
    is_led = is_led or (tokens[at].text.startswith("0") and tokens[at].digits == 4)
    is_sure = is_hours or is_led or follower.kind == "PERIOD"
    return (hour, minute, None, is_sure, at + 1 + is_hours) if is_sure or minute % 5 == 0 else None


def _minute_after(tokens: list[Token], at: int) -> tuple[int, int] | None:
    """Minutes said after the hour (negative when counted back: "menos cuarto"), and the next token."""
    hour, token, after = tokens[at], tokens[at + 1], tokens[at + 2]
    if token.kind == "NUM" and token.digits == 2 and hour.digits and token.value < 60:
        is_alone = tokens[at - 1].kind != "NUM" and after.kind not in ("NUM", "DASH")
        return (token.value, at + 2) if is_alone and not is_counted(tokens, at + 2) else None
    if token.norm in ("oh", "o") and after.kind == "NUM" and 1 <= after.value <= 9:
        return after.value, at + 3
    if token.norm == "y" or token.kind == "MINUS":
        return _spanish_minute(tokens, at + 2, 1 if token.norm == "y" else -1)
    number = read_number(tokens, at + 1)
    if number and not token.digits and not hour.digits and hour.value <= 12 and 10 <= number[0] <= 59:
        return None if is_counted(tokens, number[1]) else number
    return None


def _spanish_minute(tokens: list[Token], at: int, sign: int) -> tuple[int, int] | None:
    if tokens[at].kind == "HALFPAST" and sign > 0:
        return 30, at + 1
    if tokens[at].kind == "QUARTER":
        return 15 * sign, at + 1
    number = read_number(tokens, at)
    if number and 5 <= number[0] <= 59:
        end = number[1] + (tokens[number[1]].value == "minute")
        return None if is_counted(tokens, end) else (sign * number[0], end)
    return None


def _period(tokens: list[Token], at: int, *, is_lone: bool) -> tuple[str | None, int]:
    """The a.m., p.m. or part of day said after a time, and the next token."""
    token = tokens[at]
    if token.kind == "PERIOD":
        return token.value, at + 1
    if token.kind == "PART":
        is_stay = is_lone and token.value == "night"
        return (None, at) if is_stay or _opens_time(tokens, at + 1) else (token.value, at + 1)
    if not is_lone and token.kind == "TONIGHT":
        return "evening", at
    if not is_lone and token.kind == "THISMORNING":
        return "morning", at
    if not is_lone and token.kind == "WHICH" and token.value == "this" and tokens[at + 1].kind == "PART":
        return tokens[at + 1].value, at
    return _led_period(tokens, at)


def _opens_time(tokens: list[Token], at: int) -> bool:
    """Whether the part of day before this token belongs to the time here ("for 3 at evening 7")."""
    return tokens[at].kind in ("CLOCK", "HALF", "QUARTER", "TIME") or (
        tokens[at].kind == "NUM" and not is_counted(tokens, at + 1)
    )


def _led_period(tokens: list[Token], at: int) -> tuple[str | None, int]:
    lead = at + (tokens[at].kind == "COMMA")
    if tokens[lead].kind not in _PART_LEADS:
        return None, at
    part = lead + 1 + (tokens[lead + 1].kind in _ARTICLES)
    if tokens[part].kind == "PART" and not _opens_time(tokens, part + 1):
        return tokens[part].value, part + 1
    if tokens[part].kind == "TIME" and tokens[lead].norm == "del":
        return "afternoon", part + 1
    return None, at
