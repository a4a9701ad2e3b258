"""Adds what a message says to the wish: several facts at once, and the latest word counts."""

from collections.abc import Sequence
from datetime import date, time, timedelta

from infinitypro.assistant.diary import Slot
from infinitypro.assistant.facts import Facts
from infinitypro.assistant.hearing import Heard
from infinitypro.assistant.moments import Moment
from infinitypro.assistant.wish import Wish, replace

_A_PAIR = 2
# "Sunday then", spoken of a Monday, is the day before it and not the end of its week.
_JUST_BEFORE = timedelta(days=2)


def gather(*, wish: Wish, heard: Heard, facts: Facts, offered: Sequence[Slot] = ()) -> Wish:
    """The wish with this message's part in it."""
    return _when(_who(_what(wish, heard, facts), heard, facts), heard.when, offered)


def _what(wish: Wish, heard: Heard, facts: Facts) -> Wish:
    count = heard.count or wish.count
    service = heard.services[0] if heard.services else wish.service
    wish = replace(wish, is_series=wish.is_series or heard.has("series"))
    if service != wish.service and wish.staff and service and wish.service:
        is_able = wish.staff in facts.service(service).staff
        wish = wish if is_able else replace(wish, staff=None)
    return replace(wish, service=service, count=count)


def _who(wish: Wish, heard: Heard, facts: Facts) -> Wish:
    if heard.staff:
        is_pair = len(heard.staff) == _A_PAIR and wish.count == _A_PAIR
        wish = replace(wish, second=heard.staff[1] if is_pair else None, is_assigned=False)
        return replace(wish, staff=_able(heard.staff, wish.service, facts), is_any_staff=False, not_staff=())
    if heard.is_any_staff:
        return replace(wish, staff=None, is_any_staff=True)
    if heard.not_staff:
        staff = None if wish.staff in heard.not_staff else wish.staff
        return replace(wish, staff=staff, not_staff=heard.not_staff)
    return wish


def _able(staff: Sequence[str], service: str | None, facts: Facts) -> str:
    """Of several people named ("Maya or Jonas"), the first who does it."""
    if service and facts.has_service(service):
        able = [person for person in staff if person in facts.service(service).staff]
        return (able or list(staff))[0]
    return staff[0]


def _when(wish: Wish, when: Moment, offered: Sequence[Slot]) -> Wish:
    wish = _day(wish, when, offered)
    if when.times:
        return replace(
            wish,
            times=when.times,
            ambiguous=when.ambiguous,
            after=None,
            before=None,
            part=when.part or (wish.part if when.ambiguous else None),
            is_approximate=when.is_approximate,
            is_earliest=False,
            is_any_time=False,
            is_inherited=False,
            is_latest=False,
        )
    if when.after or when.before or when.part:
        return replace(
            wish,
            times=(),
            ambiguous=when.ambiguous,
            after=when.after,
            before=when.before,
            part=when.part,
            is_any_time=False,
            is_earliest=when.is_earliest,
        )
    if when.is_latest:
        return replace(wish, times=(), is_latest=True, is_earliest=False)
    if when.is_earliest:
        return replace(wish, times=(), is_earliest=True)
    if when.is_any_time:
        return replace(wish, times=(), after=None, before=None, part=None, is_any_time=True)
    return _shifted(wish, when.shift, offered)


def _day(wish: Wish, when: Moment, offered: Sequence[Slot]) -> Wish:
    if when.days or when.span or when.is_any_day:
        wish = replace(
            wish,
            days=when.days,
            span=when.span,
            is_any_day=when.is_any_day,
            not_days=when.not_days,
            not_weekdays=when.not_weekdays,
            is_earliest=False,
        )
    elif when.not_days or when.not_weekdays:
        wish = _without_days(wish, when)
    elif when.has_time and not wish.days:
        wish = _day_of_offers(wish, offered)
    return wish


def _without_days(wish: Wish, when: Moment) -> Wish:
    not_days = (*wish.not_days, *when.not_days)
    not_weekdays = (*wish.not_weekdays, *when.not_weekdays)
    days = tuple(day for day in wish.days if day not in not_days and day.weekday() not in not_weekdays)
    return replace(wish, days=days, not_days=not_days, not_weekdays=not_weekdays)


def _day_of_offers(wish: Wish, offered: Sequence[Slot]) -> Wish:
    """A time alone, after offers on one day, means that day."""
    days = {slot.start.date() for slot in offered}
    return replace(wish, days=tuple(days), span=None) if len(days) == 1 else wish


def _shifted(wish: Wish, shift: str, offered: Sequence[Slot]) -> Wish:
    """ "Later" and "earlier" are against what was offered."""
    if not shift or not offered:
        return wish
    clocks: list[time] = sorted(slot.start.time() for slot in offered)
    if shift == "later":
        return replace(wish, times=(), after=_after(clocks[-1]), before=None, part=None, is_earliest=False)
    return replace(wish, times=(), after=None, before=clocks[0], part=None, is_earliest=False)


def _after(clock: time) -> time:
    return clock.replace(minute=clock.minute + 1) if clock.minute < 59 else clock.replace(second=1)


def in_week_of(heard: Heard, day: date | None) -> Heard:
    """ "Wednesday then", spoken of a day in a later week, is the Wednesday of that week; "the day after" follows that day."""
    days = heard.when.days
    day = heard.when.not_days[0] if heard.when.day_shift and heard.when.not_days else day
    if day and heard.when.day_shift and not days:
        then = day + timedelta(days=heard.when.day_shift)
        return replace(heard, when=replace(heard.when, days=(then,), span=None))
    if day and len(days) == 1 and heard.has("after_that"):
        then = day + timedelta(days=(days[0].weekday() - day.weekday() - 1) % 7 + 1)
        return replace(heard, when=replace(heard.when, days=(then,)))
    if day is None or not days or not heard.has("weekday") or heard.has("dated"):
        return heard
    monday = day - timedelta(days=day.weekday())
    nearby = day - _JUST_BEFORE
    moved = tuple(
        monday + timedelta(days=one.weekday()) if one < min(monday, nearby) else one for one in days
    )
    return replace(heard, when=replace(heard.when, days=moved))


def chosen(*, offered: Sequence[Slot], heard: Heard) -> Slot | None:
    """The one of the offered slots that the customer picks, if they pick one."""
    if not offered:
        return None
    if heard.choice is not None and heard.has("ordinal") and -1 <= heard.choice < len(offered):
        return offered[heard.choice]
    if heard.when.times or heard.when.days or heard.staff:
        picked = _picked(offered, heard)
        is_number = any(letter.isdigit() for letter in heard.text)
        if picked or heard.choice is None or heard.when.days or heard.staff or is_number:
            return picked
    if heard.when.shift and not heard.has("one"):
        return None
    if heard.choice is not None and -1 <= heard.choice < len(offered):
        return offered[heard.choice]
    if heard.when.is_earliest or (heard.has("first") and not heard.services):
        return min(offered)
    is_narrowed = heard.when.after or heard.when.before or heard.when.part or heard.when.span
    if is_narrowed:
        return None
    is_any = heard.is_any_choice or heard.is_any_staff or heard.when.is_any_time or heard.when.is_any_day
    if is_any or (heard.is_yes and len(offered) == 1):
        return offered[0]
    return None


def _picked(offered: Sequence[Slot], heard: Heard) -> Slot | None:
    fitting = [slot for slot in offered if _fits(slot, heard)] or _on_weekday(offered, heard)
    starts = {slot.start for slot in fitting}
    if len(starts) == 1:
        return fitting[0]
    if len(starts) > 1 and heard.choice is not None and -1 <= heard.choice < len(fitting):
        return fitting[heard.choice]
    return None


def _on_weekday(offered: Sequence[Slot], heard: Heard) -> list[Slot]:
    """ "The Thursday one" is the Thursday that was offered, not the next one."""
    weekdays = {day.weekday() for day in heard.when.days}
    if not weekdays or heard.when.times or not heard.has("one"):
        return []
    return [slot for slot in offered if slot.start.weekday() in weekdays]


def _fits(slot: Slot, heard: Heard) -> bool:
    when = heard.when
    if when.days and slot.start.date() not in when.days:
        return False
    if heard.staff and slot.staff_id not in heard.staff:
        return False
    return not when.times or any(_same(slot.start.time(), at, at in when.ambiguous) for at in when.times)


def _same(one: time, other: time, is_ambiguous: bool) -> bool:
    if is_ambiguous:
        return (one.hour % 12, one.minute) == (other.hour % 12, other.minute)
    return (one.hour, one.minute) == (other.hour, other.minute)
