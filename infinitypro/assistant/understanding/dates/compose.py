"""Items to an answer: days, ranges, bounds, exclusions and flags put together."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeGuard

from infinitypro.assistant.understanding.dates import calendar, clock, grammar, relations
from infinitypro.assistant.understanding.dates.specs import (
    BoundSpec,
    DaySpec,
    FlagSpec,
    Item,
    OffsetSpec,
    PartSpec,
    SpanSpec,
    Spec,
    TimeSpec,
)
from infinitypro.assistant.understanding.dates.tokens import Token
from infinitypro.assistant.understanding.dates.when import Option, When

_ONE_DAY = timedelta(days=1)
_LATE = {"morning": time(11), "afternoon": time(16), "evening": time(20)}
_EARLY = {"morning": time(10), "afternoon": time(14), "evening": time(19)}


@dataclass(slots=True)
class Draft:
    """The answer while it is being put together."""

    today: date
    now: datetime
    dates: list[date] = field(default_factory=list)
    weak_dates: list[date] = field(default_factory=list)
    ranges: list[tuple[date, date]] = field(default_factory=list)
    excluded: set[date] = field(default_factory=set)
    excluded_weekdays: set[int] = field(default_factory=set)
    times: list[time] = field(default_factory=list)
    after: time | None = None
    before: time | None = None
    part: str | None = None
    excluded_times: set[time] = field(default_factory=set)
    excluded_parts: set[str] = field(default_factory=set)
    ambiguous: set[time] = field(default_factory=set)
    flags: set[str] = field(default_factory=set)
    replaced_dates: list[date] = field(default_factory=list)
    replaced_times: list[time] = field(default_factory=list)
    weak_mentions: list[date] = field(default_factory=list)
    mentioned_dates: list[date] = field(default_factory=list)
    mentioned_times: list[time] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)
    said: list[date | time | str] = field(default_factory=list)


def compose(tokens: list[Token], items: list[Item], *, now: datetime) -> When:
    """The answer these items make together."""
    draft = Draft(today=now.date(), now=now)
    items = _share_weeks(tokens, items)
    _share_periods(tokens, items)
    roles = relations.roles(tokens, items)
    has_day = any(isinstance(item.spec, DaySpec) and not _is_habit(tokens, item) for item in items)
    for index, item in enumerate(items):
        role = roles[index]
        if not (has_day and role.name == "alone" and _is_habit(tokens, item)):
            _add(draft, item, role, items, index)
        if item.end > item.start:
            start = role.start if role.start is not None else item.start
            draft.spans.append((tokens[start].start, tokens[item.end - 1].end))
    if draft.part is None and any(token.kind == "TONIGHT" for token in tokens):
        draft.part = "evening"
    return _finish(draft)


def _share_weeks(tokens: list[Token], items: list[Item]) -> list[Item]:
    """ "In two weeks, on the Tuesday" is one day, and "next Tuesday or Wednesday" are of one week."""
    joined: list[Item] = []
    for item in items:
        before = joined[-1] if joined else None
        if before is None:
            joined.append(item)
        elif (day := _in_weeks(before.spec, item.spec)) and relations.are_beside(tokens, before, item):
            joined[-1] = Item(before.start, item.end, day)
        else:
            joined.append(item)
            is_next = isinstance(before.spec, DaySpec) and before.spec == DaySpec(
                weekday=before.spec.weekday, which="next"
            )
            if is_next and _is_plain(item.spec) and relations.are_linked(tokens, before, item):
                item.spec = replace(item.spec, which="next")
    return joined


def _in_weeks(one: Spec, other: Spec) -> DaySpec | None:
    """The weekday that is named beside a number of weeks."""
    offset, day = (one, other) if isinstance(one, OffsetSpec) else (other, one)
    if not isinstance(offset, OffsetSpec) or not _is_plain(day) or offset.is_clock or offset.months:
        return None
    weeks, rest = divmod(offset.delta, timedelta(weeks=1))
    return None if rest or weeks < 1 else replace(day, week=weeks)


def _is_plain(spec: Spec) -> TypeGuard[DaySpec]:
    """Whether it is a weekday and no more."""
    return isinstance(spec, DaySpec) and spec == DaySpec(weekday=spec.weekday) and spec.weekday is not None


def _is_habit(tokens: list[Token], item: Item) -> bool:
    """Whether it is what somebody does ("she comes on Saturdays")."""
    is_many = tokens[item.start].norm.endswith(("days", "sabados", "domingos"))
    return is_many and item.end == item.start + 1 and _is_plain(item.spec)


def _share_periods(tokens: list[Token], items: list[Item]) -> None:
    """A time without a.m. or p.m. takes the part of day that stands by it or is the only one of the text."""
    parts = [item.spec.part for item in items if isinstance(item.spec, PartSpec)]
    parts += ["evening" for token in tokens if token.kind == "TONIGHT"]
    said = {grammar.part_of(item.spec.period) for item in items if isinstance(item.spec, TimeSpec)} - {None}
    for index, item in enumerate(items):
        if not isinstance(item.spec, TimeSpec) or not item.spec.is_ambiguous:
            continue
        follower = items[index + 1] if index + 1 < len(items) else None
        if follower and isinstance(follower.spec, TimeSpec) and relations.are_linked(tokens, item, follower):
            item.spec = _like(item.spec, follower.spec)
        elif len(set(parts)) == 1 and not said:
            item.spec = clock.with_period(item.spec, parts[0])


def _like(first: TimeSpec, last: TimeSpec) -> TimeSpec:
    """ "2 to 4 pm" is both in the afternoon, "11 to 2 pm" is not."""
    if last.is_ambiguous or last.period is None:
        return first
    late = clock.with_period(first, last.period)
    if (late.hour, late.minute) < (last.hour, last.minute) or last.hour < first.hour:
        return late
    return clock.with_period(first, "am")


def _add(draft: Draft, item: Item, role: relations.Role, items: list[Item], index: int) -> None:
    match item.spec:
        case TimeSpec():
            _add_time(draft, item.spec, role)
        case DaySpec() | SpanSpec():
            _add_days(draft, item.spec, role)
        case OffsetSpec():
            _add_offset(draft, item.spec, role)
        case PartSpec():
            _add_part(draft, item.spec, role)
        case BoundSpec(side, hour):
            setattr(draft, side, time(hour))
        case FlagSpec(name):
            _add_flag(draft, name)


def _add_time(draft: Draft, spec: TimeSpec, role: relations.Role) -> None:
    said = time(spec.hour, spec.minute)
    part = grammar.part_of(spec.period)
    if spec.is_ambiguous:
        draft.ambiguous.add(said)
    if spec.is_approximate:
        draft.flags.add("approximate")
    _place_time(draft, said, role)
    if role.is_today:
        draft.weak_dates.append(draft.today)
        draft.weak_mentions.append(draft.today)
    if part and role.name not in ("replaced", "excluded", "void"):
        draft.part = part


def _place_time(draft: Draft, said: time, role: relations.Role) -> None:
    match role.name:
        case "replaced":
            draft.replaced_times.append(said)
            return
        case "before" | "until":
            draft.before = said
        case "after" | "from":
            draft.after = said
        case "excluded":
            draft.excluded_times.add(said)
        case "void":
            pass
        case _:
            draft.times.append(said)
            draft.said.append(said)
    if role.is_around:
        draft.flags.add("approximate")
    draft.mentioned_times.append(said)


def _add_days(draft: Draft, spec: DaySpec | SpanSpec, role: relations.Role) -> None:
    if isinstance(spec, SpanSpec):
        span = calendar.span(spec, today=draft.today)
        if span is not None:
            first, last, named = span
            is_end = role.name == "until" and spec.unit in ("month", "year") and spec.anchor is None
            _place_span(draft, first, last, role)
            mention = draft.mentioned_dates if spec.anchor else draft.weak_mentions
            mention.append(last if is_end else named)
        return
    found = calendar.day(spec, today=draft.today)
    if found is None:
        return
    if found[1]:
        draft.flags.add("contradictory")
    weekday = (
        spec.weekday
        if spec.day is None and spec.which is None and spec.week is None and not spec.shift
        else None
    )
    _place_day(draft, found[0], role, weekday)


def _place_day(draft: Draft, on: date, role: relations.Role, weekday: int | None) -> None:
    if role.name == "replaced":
        draft.replaced_dates.append(on)
        return
    if role.name == "excluded":
        if weekday is not None and not role.is_instead:
            draft.excluded_weekdays.add(weekday)
        else:
            draft.excluded.add(on)
        draft.weak_mentions.append(on)
        return
    draft.mentioned_dates.append(on)
    if role.name == "alone":
        draft.dates.append(on)
        draft.said.append(on)
    else:
        _bound_days(draft, on, on, role.name)


def _place_span(draft: Draft, first: date, last: date, role: relations.Role) -> None:
    if role.name == "excluded":
        length = min((last - first).days, 366)
        draft.excluded.update(first + timedelta(days=ahead) for ahead in range(length + 1))
    elif role.name == "alone":
        draft.ranges.append((max(first, draft.today) if last >= draft.today else first, last))
    elif role.name != "replaced":
        _bound_days(draft, first, last, role.name)


def _bound_days(draft: Draft, first: date, last: date, side: str) -> None:
    """Narrow the range by one end; "before Friday" leaves Friday out, "until Friday" does not."""
    match side:
        case "before" if first > date.min:
            bound = (min(draft.today, first - _ONE_DAY), first - _ONE_DAY)
        case "until":
            bound = (min(draft.today, last), last)
        case "after" if last < date.max:
            bound = (last + _ONE_DAY, date.max)
        case _ if first < draft.today:
            return
        case _:
            bound = (first, date.max)
    if draft.ranges and side in ("before", "until") and draft.ranges[-1][1] == date.max <= date.max:
        start = draft.ranges.pop()[0]
        bound = (start, bound[1]) if start <= bound[1] else bound
    draft.ranges.append(bound)


def _add_offset(draft: Draft, spec: OffsetSpec, role: relations.Role) -> None:
    try:
        then = _later(draft.now, spec.delta)
        on = calendar.months_from(then.date(), spec.months) if spec.months else then.date()
    except (ValueError, OverflowError):
        return
    if spec.is_clock:
        _place_time(draft, then.time().replace(second=0, microsecond=0), role)
        draft.weak_dates.append(on)
        draft.weak_mentions.append(on)
    else:
        _place_day(draft, on, role, None)


def _later(now: datetime, delta: timedelta) -> datetime:
    """So much later on the clock on the wall, even where it is put forward or back in between."""
    if now.tzinfo is None or abs(delta) >= _ONE_DAY:
        return now + delta
    return (now.astimezone(UTC) + delta).astimezone(now.tzinfo)


def _add_part(draft: Draft, spec: PartSpec, role: relations.Role) -> None:
    if role.name == "excluded":
        draft.excluded_parts.add(spec.part)
    if role.name in ("excluded", "void"):
        return
    draft.part = spec.part
    draft.said.append(spec.part)
    if role.is_today:
        draft.weak_dates.append(draft.today)
        draft.weak_mentions.append(draft.today)
    if spec.edge == "end":
        draft.after = draft.after or _LATE.get(spec.part)
    elif spec.edge == "start":
        draft.before = draft.before or _EARLY.get(spec.part)


def _add_flag(draft: Draft, name: str) -> None:
    match name:
        case "any_both":
            draft.flags |= {"any_day", "any_time"}
        case "first_thing":
            draft.part = draft.part or "morning"
            draft.flags.add("earliest")
        case "weekdays":
            draft.excluded_weekdays |= {5, 6}
        case "that_time":
            draft.flags.add("same_time")
        case _:
            draft.flags.add(name)


def _finish(draft: Draft) -> When:
    dates = _main_first(draft.dates) or ([] if draft.ranges else list(dict.fromkeys(draft.weak_dates)))
    times = list(dict.fromkeys(draft.times))
    mentioned_times = draft.mentioned_times
    if "now" in draft.flags and not (times or draft.after or draft.before):
        times = [draft.now.time().replace(second=0, microsecond=0, tzinfo=None)]
        mentioned_times = times
    return When(
        dates=tuple(dates),
        date_range=_range(draft),
        excluded=frozenset(draft.excluded),
        excluded_weekdays=frozenset(draft.excluded_weekdays),
        times=tuple(times),
        after=draft.after,
        before=draft.before,
        part=draft.part,
        options=_options(draft.said) if len(dates) > 1 else (),
        excluded_times=frozenset(draft.excluded_times),
        excluded_parts=frozenset(draft.excluded_parts),
        ambiguous=frozenset(draft.ambiguous),
        is_approximate="approximate" in draft.flags,
        is_earliest="earliest" in draft.flags,
        is_any_day="any_day" in draft.flags,
        is_any_time="any_time" in draft.flags,
        is_now="now" in draft.flags,
        is_contradictory="contradictory" in draft.flags,
        same_time="same_time" in draft.flags,
        same_day="same_day" in draft.flags,
        that_day="that_day" in draft.flags,
        day_after="day_after" in draft.flags,
        day_before="day_before" in draft.flags,
        later="later" in draft.flags,
        earlier="earlier" in draft.flags,
        replaced_dates=tuple(draft.replaced_dates),
        replaced_times=tuple(draft.replaced_times),
        mentioned_dates=tuple(
            dict.fromkeys([*_main_first(draft.mentioned_dates), *draft.weak_mentions, *draft.replaced_dates])
        ),
        mentioned_times=tuple(dict.fromkeys([*mentioned_times, *draft.replaced_times])),
        spans=tuple(draft.spans),
    )


def _options(said: list[date | time | str]) -> tuple[Option, ...]:
    """Each day with what was said of it: what follows it, or what stands before when the text begins so."""
    leads = not isinstance(said[0], date)
    options: list[Option] = []
    times: list[time | str] = []
    at: list[time | None]
    for thing in said if leads else reversed(said):
        if not isinstance(thing, date):
            times.append(thing)
            continue
        last = options[-1] if options else Option(thing)
        at = [one for one in times if isinstance(one, time)]
        at = at or [None if times else last.at]
        part = next((one for one in times if isinstance(one, str)), None if times else last.part)
        options += [Option(thing, one, part) for one in at]
        times = []
    has_more = any(option.at or option.part for option in options)
    return tuple(options if leads else reversed(options)) if has_more else ()


def _main_first(days: list[date]) -> list[date]:
    """Each day once; one that is named twice ("tomorrow, on the 2nd of March") is the main one."""
    return sorted(dict.fromkeys(days), key=lambda on: -days.count(on))


def _range(draft: Draft) -> tuple[date, date] | None:
    if not draft.ranges:
        return None
    first, last = draft.ranges[0]
    for start, end in draft.ranges[1:]:
        if max(first, start) <= min(last, end):
            first, last = max(first, start), min(last, end)
    return first, last
