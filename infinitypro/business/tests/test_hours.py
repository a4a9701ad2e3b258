"""Opening hours: how they are read, what closes them, and what clock changes do to them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infinitypro.business import holiday, spans
from infinitypro.business.hours import Closure, OpeningHours, Shut
from infinitypro.business.spans import Span

NEW_YORK = ZoneInfo("America/New_York")
ZONES = [
    "America/New_York",
    "Europe/Madrid",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "America/Santiago",
    "Africa/Casablanca",
]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("10:00-19:00", 600, 1140),
        ("9:30 – 17:00", 570, 1020),
        ("18:00-02:00", 1080, 1560),
        ("00:00-24:00", 0, 1440),
    ],
)
def test_spans_are_read_as_people_write_them(text, start, end):
    assert spans.read(text) == Span(start, end)


@pytest.mark.parametrize(
    "text", ["25:00-26:00", "10:00-10:00", "10:75-11:00", "ten to six", "10:00", "24:00-03:00", "24:30-25:00"]
)
def test_what_is_no_span_is_refused(text):
    with pytest.raises(spans.BadSpan):
        spans.read(text)


@given(st.integers(0, 1439), st.integers(0, 1440))
def test_a_span_reads_back_as_it_was_written(start, end):
    if start != end and (start, end) != (0, 1440):
        span = Span(start, end if end > start else end + 1440)
        assert spans.read(str(span)) == span


def test_a_night_that_runs_into_the_next_morning_overlaps_it():
    week = spans.read_week({"sunday": ["18:00-02:00"], "monday": ["01:00-05:00"]})
    assert spans.overlaps(week) == [("sunday", Span(1080, 1560), Span(60, 300))]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(ZONES), st.dates(date(2024, 1, 1), date(2030, 12, 31)), st.integers(0, 2880))
def test_a_minute_that_exists_is_shown_by_the_wall_clock_and_order_is_kept(name, day, minute):
    zone = ZoneInfo(name)
    instant = spans.from_minute(spans.minute_of(day, minute, zone))
    wall = datetime.combine(day, datetime.min.time()) + timedelta(minutes=minute)
    if spans.exists(day, minute, zone):
        assert instant.astimezone(zone).replace(tzinfo=None) == wall
        assert instant.astimezone(zone).fold == 0
    else:
        assert instant.astimezone(zone).replace(tzinfo=None) > wall
    assert spans.minute_of(day, minute, zone) <= spans.minute_of(day, minute + 1, zone)


def test_the_night_of_the_change_is_an_hour_shorter_or_longer():
    hours = OpeningHours(NEW_YORK, spans.read_week({"saturday": ["18:00-04:00"]}))
    lengths = [
        end - start
        for day in (date(2026, 3, 7), date(2026, 10, 31), date(2026, 6, 6))
        for start, end in hours.open_on(day)
    ]
    assert lengths == [timedelta(hours=9), timedelta(hours=11), timedelta(hours=10)]


def test_an_opening_that_the_change_swallowed_opens_after_it():
    hours = OpeningHours(NEW_YORK, spans.read_week({"sunday": ["02:15-02:45", "02:30-06:00"][1:]}))
    assert hours.open_on(date(2026, 3, 8)) == [
        (datetime(2026, 3, 8, 7, tzinfo=UTC), datetime(2026, 3, 8, 10, tzinfo=UTC))
    ]
    gone = OpeningHours(NEW_YORK, spans.read_week({"sunday": ["02:15-02:45"]}))
    assert gone.open_on(date(2026, 3, 8)) == []


def test_open_now_and_when_next():
    hours = OpeningHours(
        NEW_YORK,
        spans.read_week({"friday": ["10:00-20:00"], "saturday": ["09:00-17:00"]}),
        closures=(Closure(date(2026, 3, 14), date(2026, 3, 15), "Painting"),),
    )
    friday = datetime(2026, 3, 13, 18, 30, tzinfo=NEW_YORK)
    assert hours.is_open(friday)
    assert hours.next_opening(friday) == friday
    after = datetime(2026, 3, 13, 20, 0, tzinfo=NEW_YORK)
    assert not hours.is_open(after)
    assert hours.next_opening(after) == datetime(2026, 3, 20, 10, tzinfo=NEW_YORK)
    assert hours.reason_closed(date(2026, 3, 14)) == Shut("closure", "Painting", date(2026, 3, 15))
    assert hours.reason_closed(date(2026, 3, 16)) == Shut("weekday")


def test_a_business_open_day_and_night_never_closes_at_midnight():
    hours = OpeningHours(NEW_YORK, spans.read_week({day: ["00:00-24:00"] for day in spans.DAYS}))
    opened = hours.current(datetime(2026, 3, 14, 23, 59, tzinfo=NEW_YORK))
    assert opened is not None
    assert opened[1] > datetime(2026, 3, 15, 12, tzinfo=NEW_YORK)


def test_a_holiday_that_falls_on_a_saturday_is_not_kept_on_friday_unless_observed():
    week = spans.read_week({day: ["10:00-19:00"] for day in spans.DAYS})
    plain, observed = (
        OpeningHours(NEW_YORK, week, rules=(holiday.rule("US federal holidays", observed=flag),))
        for flag in (False, True)
    )
    third, fourth = date(2026, 7, 3), date(2026, 7, 4)
    assert plain.reason_closed(third) is None
    assert plain.reason_closed(fourth) == Shut("holiday", "Independence Day", fourth)
    assert observed.reason_closed(third) == Shut("holiday", "Independence Day (observed)", third)


@pytest.mark.parametrize(
    ("name", "home", "day"),
    [
        ("Spain public holidays", "", date(2026, 1, 6)),
        ("public holidays in Germany", "", date(2026, 10, 3)),
        ("DE-BY public holidays", "", date(2026, 1, 6)),
        ("UK bank holidays", "", date(2026, 4, 6)),
        ("public holidays", "FR", date(2026, 7, 14)),
        ("federal holidays", "", date(2026, 7, 4)),
        ("Spanish national holidays", "", date(2026, 10, 12)),
        ("Canadian statutory holidays", "", date(2026, 7, 1)),
        ("Germany (Bayern) public holidays", "", date(2026, 1, 6)),
        ("Spain (Madrid) public holidays", "", date(2026, 5, 2)),
        ("Texas state holidays", "US", date(2026, 3, 2)),
        ("bank holidays in England and Wales", "", date(2026, 4, 6)),
        ("Public Holidays", "United Kingdom", date(2026, 4, 6)),
    ],
)
def test_rules_are_found_by_the_names_people_give_them(name, home, day):
    assert holiday.rule(name, home=home).name(day)


@pytest.mark.parametrize("name", ["nonsense", "Atlantis public holidays", "public holidays"])
def test_an_unknown_rule_is_refused(name):
    with pytest.raises(holiday.UnknownRule):
        holiday.rule(name)
