"""Finds what fits a wish in the diary: the very slot, or up to three real alternatives near it, and why not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from infinitypro.assistant.diary import Diary, Slot
from infinitypro.assistant.facts import Facts
from infinitypro.assistant.moves import Refusal
from infinitypro.assistant.wish import Wish, replace

_NEARBY_DAYS = 10
_OFFERS = 3
# What is offered must still be free to book when the answer comes.
_TO_ANSWER = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class Found:
    """`exact` are the free slots at the one moment asked for; `options` are to choose from."""

    exact: tuple[Slot, ...] = ()
    options: tuple[Slot, ...] = ()
    refusal: Refusal | None = None


@dataclass(frozen=True, kw_only=True)
class Search:
    """One look into the book: for whom, in which facts, from which moment."""

    facts: Facts
    diary: Diary
    now: datetime
    wish: Wish
    ignoring: str | None = None

    @property
    def service_id(self) -> str:
        if self.wish.service is None:
            raise ValueError("a search needs a service")
        return self.wish.service

    def free(self, start: datetime, end: datetime, *, staff_id: str | None) -> list[Slot]:
        """The free slots of a stretch of time that the wish does not rule out."""
        if end <= start:
            return []
        found = self.diary.openings(
            service_id=self.service_id, start=start, end=end, staff_id=staff_id, ignoring=self.ignoring
        )
        return [
            slot
            for slot in found
            if slot.staff_id not in self.wish.not_staff and not self.is_ruled_out(slot.start.date())
        ]

    def is_ruled_out(self, day: date) -> bool:
        """Whether the customer said "not on that day"."""
        return day in self.wish.not_days or day.weekday() in self.wish.not_weekdays

    def at(self, day: date, moment: time) -> datetime:
        return datetime.combine(day, moment, tzinfo=self.facts.zone)

    @property
    def soonest(self) -> datetime:
        """The earliest start that is worth offering."""
        return self.now + timedelta(minutes=self.facts.minimum_notice_minutes) + _TO_ANSWER

    def last_day(self) -> date:
        return self.now.date() + timedelta(days=self.facts.horizon_days)


def seek(*, facts: Facts, diary: Diary, now: datetime, wish: Wish, ignoring: str | None = None) -> Found:
    """What fits the wish, else what comes near it with the true reason why it does not."""
    search = Search(facts=facts, diary=diary, now=now, wish=wish, ignoring=ignoring)
    if wish.staff and wish.staff not in facts.service(search.service_id).staff:
        return _by_another(search)
    if wish.times and len(wish.days) == 1:
        return _at_moments(search, _moments(search, wish.days[0]))
    return _in_windows(search)


def _by_another(search: Search) -> Found:
    """The person asked for does not do this: the same wish with those who do."""
    others = tuple(person.id for person in search.facts.who_does(search.service_id))
    refusal = Refusal(reason="staff_does_not", staff_id=search.wish.staff, others=others)
    wish = replace(search.wish, staff=None)
    found = seek(facts=search.facts, diary=search.diary, now=search.now, wish=wish, ignoring=search.ignoring)
    return Found(exact=found.exact, options=found.options, refusal=refusal)


def _moments(search: Search, day: date) -> list[datetime]:
    return [search.at(day, moment) for moment in search.wish.clock(search.facts.hours.on(day))]


def _at_moments(search: Search, moments: Sequence[datetime]) -> Found:
    for moment in moments:
        slots = search.free(moment, moment + timedelta(minutes=1), staff_id=search.wish.staff)
        if slots and len(moments) == 1:
            return Found(exact=tuple(slots))
        if slots:
            return Found(options=tuple(_several(search, moments)))
    wanted = moments[0]
    return Found(options=_near(search, wanted), refusal=why_not(search, wanted))


def _several(search: Search, moments: Sequence[datetime]) -> list[Slot]:
    """One free slot for each of the times that were named."""
    found = [
        search.free(moment, moment + timedelta(minutes=1), staff_id=search.wish.staff) for moment in moments
    ]
    return [slots[0] for slots in found if slots][:_OFFERS]


def why_not(search: Search, moment: datetime) -> Refusal:
    """The true reason why a moment is not free, the most telling one first."""
    day, facts, staff = moment.date(), search.facts, search.wish.staff
    opened = facts.hours.on(day)
    if moment < search.now:
        return Refusal(reason="past", day=day, opened=opened)
    if day > search.last_day():
        return Refusal(reason="beyond_horizon", day=search.last_day())
    if not opened:
        return Refusal(reason="closed", day=day, closed_reason=facts.hours.reason(day))
    if not facts.hours.is_open(moment):
        return Refusal(reason="outside_hours", day=day, opened=opened)
    found = search.diary.why_not(
        service_id=search.service_id, start=moment, staff_id=staff, ignoring=search.ignoring
    )
    slot = Slot(start=moment, staff_id=staff or "")
    reason, spans = (found.reason, found.spans) if found else ("taken", ())
    return Refusal(reason=reason, day=day, slot=slot, staff_id=staff, opened=opened, spans=spans)


def _near(search: Search, wanted: datetime) -> tuple[Slot, ...]:
    """Three alternatives: two with the same person or on the same day, and another person at the very time."""
    first, last = _nearby(search, wanted.date())
    start, end = search.at(first, time.min), search.at(last, time.max)
    same = [
        slot for slot in search.free(start, end, staff_id=search.wish.staff) if slot.start >= search.soonest
    ]
    at_once = [slot for slot in _others_at(search, wanted) if search.wish.staff]
    nearest = _distinct(sorted(same, key=lambda slot: _distance(slot, wanted)))
    chosen = at_once[:1] + _apart(nearest, wanted)
    return tuple(sorted(chosen[:_OFFERS]))


def _others_at(search: Search, moment: datetime) -> list[Slot]:
    return search.free(moment, moment + timedelta(minutes=1), staff_id=None)


def _apart(slots: Sequence[Slot], wanted: datetime) -> list[Slot]:
    """The nearest before and after, then more, none closer than half an hour to another."""
    chosen: list[Slot] = []
    for gap in (30, 0):
        for slot in slots:
            if len(chosen) < _OFFERS and all(
                _minutes(slot.start, other.start) >= max(gap, 1) for other in chosen
            ):
                chosen.append(slot)
    return chosen


def _nearby(search: Search, day: date) -> tuple[date, date]:
    earliest, last = search.now.date(), search.last_day()
    if day > last:
        return max(earliest, last - timedelta(days=_NEARBY_DAYS)), last
    return max(earliest, day - timedelta(days=3)), min(last, day + timedelta(days=_NEARBY_DAYS))


def _distance(slot: Slot, wanted: datetime) -> tuple[float, float]:
    """Days count most, a day before a little more than a day after."""
    days = (slot.start.date() - wanted.date()).days
    clock = _minutes(slot.start, wanted + timedelta(days=days))
    return (abs(days) * 180 + (60 if days < 0 else 0) + clock, clock)


def _minutes(one: datetime, other: datetime) -> float:
    return abs((one - other).total_seconds()) / 60


def _distinct(slots: Iterable[Slot]) -> list[Slot]:
    """One slot for each start, the first person's."""
    seen: dict[datetime, Slot] = {}
    for slot in slots:
        seen.setdefault(slot.start, slot)
    return list(seen.values())


def _in_windows(search: Search) -> Found:
    """No single moment was named: up to three starts spread over what suits."""
    by_day: dict[date, list[Slot]] = {}
    for day in _days(search):
        slots = _fitting(search, day)
        if slots:
            by_day[day] = slots
        if len(by_day) >= (1 if search.wish.is_earliest else _OFFERS) and not search.wish.days:
            break
    if not by_day:
        return _nothing(search)
    return Found(options=tuple(_spread(by_day, search.wish)))


def _days(search: Search) -> list[date]:
    wish, today = search.wish, search.now.date()
    if wish.days:
        return [day for day in wish.days if today <= day <= search.last_day()]
    first, last = wish.span or (today, search.last_day())
    first, last = max(first, today), min(last, search.last_day())
    return [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]


def _fitting(search: Search, day: date) -> list[Slot]:
    opened = search.facts.hours.on(day)
    if not opened:
        return []
    if search.wish.times:
        slots = []
        for moment in _moments(search, day):
            slots += search.free(moment, moment + timedelta(minutes=1), staff_id=search.wish.staff)
        return _distinct(slots)
    after, before = search.wish.window(opened)
    start, end = search.at(day, after), search.at(day, before)
    return _distinct(search.free(max(start, search.soonest), end, staff_id=search.wish.staff))


def _spread(by_day: dict[date, list[Slot]], wish: Wish) -> list[Slot]:
    days = list(by_day.values())
    if wish.is_latest:
        return sorted(_apart(days[0][::-1], days[0][-1].start)[:_OFFERS])
    if wish.is_earliest:
        return _apart(days[0], days[0][0].start)[:_OFFERS]
    if len(days) >= _OFFERS:
        return [slots[0] for slots in days[:_OFFERS]]
    if len(days) == 2:
        return sorted([days[0][0], *_thirds(days[1], 2)])
    return _thirds(days[0], _OFFERS)


def _thirds(slots: Sequence[Slot], count: int) -> list[Slot]:
    """Starts spread over a day, on the full or half hour where there are enough of these."""
    round_ones = [slot for slot in slots if slot.start.minute in {0, 30}]
    pool = round_ones if len(round_ones) >= count else list(slots)
    if len(pool) <= count:
        return pool
    step = (len(pool) - 1) / max(count - 1, 1)
    return [pool[round(index * step)] for index in range(count)]


def _nothing(search: Search) -> Found:
    """Nothing in what suits: the reason, and the nearest that there is."""
    wish = search.wish
    first = wish.days[0] if wish.days else wish.span[0] if wish.span else search.now.date()
    after, before = wish.window(search.facts.hours.on(first))
    is_open_ended = after == time.min
    wanted = search.at(first, (before if before < time(23) else time(12)) if is_open_ended else after)
    if wish.times:
        wanted = _moments(search, first)[0]
    return Found(options=_near(search, wanted), refusal=_why_none(search, first))


def _why_none(search: Search, day: date) -> Refusal:
    wish, facts = search.wish, search.facts
    opened = facts.hours.on(day)
    single = len(wish.days) == 1
    if day < search.now.date():
        return Refusal(reason="past", day=day)
    if day > search.last_day():
        return Refusal(reason="beyond_horizon", day=search.last_day())
    if single and not opened:
        return Refusal(reason="closed", day=day, closed_reason=facts.hours.reason(day))
    after, before = wish.window(opened)
    if single and not any(opens < before and (closes > after or closes <= opens) for opens, closes in opened):
        return Refusal(reason="outside_hours", day=day, opened=opened)
    if single and wish.staff and _is_off(search, day):
        return Refusal(reason="staff_off", day=day, staff_id=wish.staff)
    is_whole_day = (after, before) == (time.min, time.max) and not wish.times
    return Refusal(reason="full", day=day if single and is_whole_day else None, staff_id=wish.staff)


def _is_off(search: Search, day: date) -> bool:
    """Whether the person asked for works at no time of the day."""
    opens = search.facts.hours.on(day)[0][0]
    found = search.diary.why_not(
        service_id=search.service_id,
        start=search.at(day, opens),
        staff_id=search.wish.staff,
        ignoring=search.ignoring,
    )
    return found is not None and found.reason == "staff_off"
