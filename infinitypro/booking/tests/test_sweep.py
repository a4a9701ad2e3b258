"""The sweep against an oracle that tries every slot, on random weeks and across clock changes."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infinitypro.booking import roster, sweep
from infinitypro.booking.roster import Job, Person, Rules, Shop, Taken
from infinitypro.booking.sweep import Need
from infinitypro.business import spans
from infinitypro.business.hours import Closure, OpeningHours
from infinitypro.business.spans import Span

# A clock change each: forward, back, forward, back, and Lord Howe's half hour both ways.
CHANGES = [
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Europe/Madrid", date(2026, 3, 29)),
    ("Europe/Madrid", date(2026, 10, 25)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("America/New_York", date(2026, 6, 10)),
]


@st.composite
def days(draw, *, most=2, reach=spans.DAY):
    """Spans of one day, in order, apart; the last may run past midnight."""
    edges = sorted(draw(st.lists(st.integers(0, reach // 15), min_size=0, max_size=2 * most, unique=True)))
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return tuple(Span(start * 15, end * 15) for start, end in pairs if start * 15 < spans.DAY)


def weeks(**kwargs):
    """A week whose nights do not run into the next day's spans."""
    return st.tuples(*[days(**kwargs)] * 7).filter(lambda week: not spans.overlaps(week))


busy_ranges = st.lists(st.tuples(st.integers(-1440, 4320), st.integers(1, 300)), max_size=8)


@st.composite
def worlds(draw):
    zone_name, day = draw(st.sampled_from(CHANGES))
    zone = ZoneInfo(zone_name)
    closures = (Closure(day, day),) if draw(st.booleans()) and draw(st.booleans()) else ()
    hours = OpeningHours(zone, draw(weeks(reach=spans.DAY + 240)), closures)
    rules = Rules(step_minutes=draw(st.sampled_from([5, 10, 15, 20, 30, 45, 60])))
    midnight = spans.minute_of(day, 0, zone)
    people, staff_busy = [], {}
    for number in range(draw(st.integers(1, 3))):
        week = draw(st.none() | weeks(reach=spans.DAY + 240))
        away = draw(st.lists(st.tuples(st.integers(0, 2880), st.integers(1, 600)), max_size=1))
        person = Person(
            UUID(int=number),
            f"p{number}",
            week,
            draw(weeks(most=1)),
            tuple((midnight + start, midnight + start + length) for start, length in away),
        )
        people.append(person)
        staff_busy[person.id] = placed(midnight, draw(busy_ranges))
    need = Need(draw(st.integers(5, 240)), draw(st.sampled_from([0, 0, 10])), draw(st.sampled_from([0, 15])))
    units: list[tuple[UUID, ...]] = []
    unit_busy: dict[UUID, list[spans.Interval]] = {}
    for number in range(draw(st.integers(0, 2))):
        units.append(tuple(UUID(int=100 + number * 10 + k) for k in range(draw(st.integers(1, 2)))))
        unit_busy |= {unit: placed(midnight, draw(busy_ranges)) for unit in units[-1]}
    job = Job(UUID(int=99), "job", "Job", need, tuple(people), tuple(units))
    start = midnight - draw(st.integers(0, 1500))
    return Shop(hours, rules), job, Taken(staff_busy, unit_busy), (start, start + draw(st.integers(1, 4000)))


def placed(midnight, ranges):
    return sorted((midnight + start, midnight + start + length) for start, length in ranges)


def slow(shop, job, taken, window):
    """Every minute of the window, tried one by one, straight from the definition."""
    zone = shop.hours.zone
    first = spans.from_minute(window[0]).astimezone(zone).date() - timedelta(days=2)
    dates = [first + timedelta(days=n) for n in range((window[1] - window[0]) // 1440 + 8)]
    opened = minutes(zone, dates, lambda day: shop.hours.spans(day))
    offered = set()
    for day in dates:
        for span in shop.hours.spans(day):
            for wall in sweep.anchored(span, shop.rules.step_minutes):
                at = (datetime.combine(day, datetime.min.time()) + timedelta(minutes=wall)).replace(
                    tzinfo=zone
                )
                instant = at.astimezone(UTC)
                if instant.astimezone(zone).replace(tzinfo=None) == at.replace(tzinfo=None):
                    offered.add(spans.to_minute(instant))
    own = [
        opened
        if person.week is None
        else opened & minutes(zone, dates, lambda day, w=person.week: w[day.weekday()])
        for person in job.people
    ]
    rests = [
        minutes(zone, dates, lambda day, w=person.breaks: w[day.weekday()])
        | covered(person.away)
        | covered(taken.staff.get(person.id, ()))
        for person in job.people
    ]
    units = [[covered(taken.units.get(unit, ())) for unit in resource] for resource in job.resources]
    found = []
    for start in sorted(offered):
        if not window[0] <= start < window[1]:
            continue
        work = set(range(start, start + job.need.minutes))
        busy = set(range(*job.need.busy(start)))
        if not all(any(not busy & unit for unit in resource) for resource in units):
            continue
        who = tuple(
            person.id for i, person in enumerate(job.people) if work <= own[i] and not busy & rests[i]
        )
        if who:
            found.append((start, who))
    return found


def minutes(zone, dates, of_day):
    return {m for day in dates for interval in spans.on(of_day(day), day, zone) for m in range(*interval)}


def covered(intervals):
    return {minute for interval in intervals for minute in range(*interval)}


@settings(deadline=None, max_examples=150)
@given(worlds())
def test_the_sweep_finds_what_trying_every_slot_finds(world):
    shop, job, taken, window = world
    assert list(roster.find(shop, job, job.people, taken, window)) == slow(shop, job, taken, window)


@pytest.mark.parametrize(("zone", "day"), CHANGES)
def test_offered_starts_show_the_wall_clock_they_were_made_from(zone, day):
    week = tuple((Span(0, spans.DAY),) for _ in range(7))
    shop = Shop(OpeningHours(ZoneInfo(zone), week), Rules(step_minutes=15))
    walls = [spans.from_minute(minute).astimezone(ZoneInfo(zone)) for minute in shop.grid(day, day)]
    assert all(wall.minute % 15 == 0 and wall.date() == day for wall in walls)
    assert len({wall.replace(tzinfo=None) for wall in walls}) == len(walls)


def test_a_day_and_night_business_takes_work_across_midnight():
    week = tuple((Span(0, spans.DAY),) for _ in range(7))
    shop = Shop(OpeningHours(ZoneInfo("Europe/Madrid"), week), Rules(step_minutes=60))
    anna = Person(UUID(int=1), "Anna", None, ((),) * 7)
    job = Job(UUID(int=2), "tow", "Tow", Need(120), (anna,))
    day = spans.minute_of(date(2026, 6, 10), 0, shop.hours.zone)
    assert len(list(roster.find(shop, job, job.people, Taken(), (day, day + 1440)))) == 24


def test_tidying_up_may_run_past_closing_but_not_into_a_break():
    week = tuple((Span(540, 1020),) for _ in range(7))
    noon = tuple((Span(720, 750),) for _ in range(7))
    shop = Shop(OpeningHours(ZoneInfo("UTC"), week), Rules(step_minutes=15))
    anna = Person(UUID(int=1), "Anna", None, noon)
    job = Job(UUID(int=2), "colour", "Colour", Need(60, after=15), (anna,))
    day = spans.minute_of(date(2026, 6, 10), 0, shop.hours.zone)
    starts = [start - day for start, _ in roster.find(shop, job, job.people, Taken(), (day, day + 1440))]
    assert max(starts) == 960
    assert 645 in starts
    assert 660 not in starts
    assert 750 in starts
