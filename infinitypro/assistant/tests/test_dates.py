"""What customers write about when, read as they mean it."""

from __future__ import annotations

import calendar
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from infinitypro.assistant.evaluation import dates as evaluation
from infinitypro.assistant.tests import date_sentences
from infinitypro.assistant.understanding import dates

NOW = datetime.fromisoformat("2026-03-10T09:05")
FLAGS = {
    "is_approximate": "~",
    "is_earliest": "earliest",
    "is_any_day": "any_day",
    "is_any_time": "any_time",
    "is_now": "now",
    "is_contradictory": "contradictory",
}
FLAGS |= {
    name: name
    for name in ("same_time", "same_day", "that_day", "day_after", "day_before", "later", "earlier")
}
FLAGS["is_ambiguous_hour"] = "?"
EVAL = Path(__file__).resolve().parents[4] / "shared" / "eval" / "dates"


def brief(when: dates.When) -> str:
    said = [f"{on:%m-%d}" if on.year == 2026 else f"{on}" for on in when.dates]
    if when.date_range:
        said.append("..".join("" if on == date.max else f"{on:%m-%d}" for on in when.date_range))
    said += [f"{at:%H:%M}" for at in when.times]
    said += [f">={when.after:%H:%M}"] if when.after else []
    said += [f"<={when.before:%H:%M}"] if when.before else []
    said += [when.part] if when.part else []
    said += [f"!{on:%m-%d}" for on in sorted(when.excluded)]
    said += [f"!{calendar.day_abbr[day].lower()}" for day in sorted(when.excluded_weekdays)]
    said += [f"!{at:%H:%M}" for at in sorted(when.excluded_times)]
    said += [f"!{part}" for part in sorted(when.excluded_parts)]
    said += [f"({on:%m-%d})" for on in when.replaced_dates] + [f"({at:%H:%M})" for at in when.replaced_times]
    said += [short for flag, short in FLAGS.items() if getattr(when, flag)]
    return " ".join(said)


@pytest.mark.parametrize(("text", "expected"), date_sentences.ENGLISH)
def test_english_is_read_as_meant(text, expected):
    assert brief(dates.read(text, now=NOW)) == expected


@pytest.mark.parametrize(("text", "expected"), date_sentences.SPANISH)
def test_spanish_is_read_as_meant(text, expected):
    assert brief(dates.read(text, now=NOW)) == expected


@pytest.mark.parametrize("text", date_sentences.NOT_A_TIME)
def test_counts_prices_addresses_and_other_words_are_no_times(text):
    assert dates.read(text, now=NOW).is_empty


@pytest.mark.parametrize(("text", "expecting", "expected"), date_sentences.ANSWERS)
def test_an_answer_is_read_in_the_light_of_the_question(text, expecting, expected):
    assert brief(dates.read(text, now=NOW, expecting=expecting)) == expected


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("4/3", "en", "04-03"),
        ("4/3", "en-US", "04-03"),
        ("4/3", "en-GB", "03-04"),
        ("4/3", "es", "03-04"),
        ("4/3", None, "03-04"),
        ("14/3", "en-US", "03-14"),
        ("3/14", "es", "03-14"),
    ],
)
def test_the_language_decides_between_day_and_month_only_where_both_fit(text, language, expected):
    assert brief(dates.read(text, now=NOW, language=language)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("friday at 2", time(14)),
        ("at 10", time(10)),
        ("at 7", time(19)),
        ("at 9 in the evening", time(21)),
        ("14:00", time(14)),
        ("tomorrow morning at 9", time(9)),
        ("after 5", time(17)),
    ],
)
def test_opening_hours_decide_an_hour_without_am_or_pm(text, expected):
    assert dates.read(text, now=NOW).resolve_hour(time(9), time(20)) == expected


@pytest.mark.parametrize(
    ("text", "after", "before"),
    [
        ("between 2 and 4", time(14), time(16)),
        ("from 9 to 5", time(9), time(17)),
        ("between 11 and 2", time(11), time(14)),
        ("noon to 2", time(12), time(14)),
        ("from 5 to 7", time(17), time(19)),
    ],
)
def test_a_range_of_hours_settles_forwards(text, after, before):
    settled = dates.read(text, now=NOW).settle(time(9), time(20))
    assert (settled.after, settled.before, settled.is_ambiguous_hour) == (after, before, False)


def test_offers_keep_the_time_that_belongs_to_each_day():
    when = dates.read("friday at 2 or saturday at 11", now=NOW).settle(time(9), time(18))
    assert when.options == (
        dates.Option(date(2026, 3, 13), time(14)),
        dates.Option(date(2026, 3, 14), time(11)),
    )
    when = dates.read("friday morning or saturday afternoon", now=NOW)
    assert [(option.on.day, option.part) for option in when.options] == [(13, "morning"), (14, "afternoon")]


def test_a_weekday_that_does_not_fit_its_date_is_reported():
    assert dates.read("thursday the 13th", now=NOW).is_contradictory
    assert not dates.read("friday the 13th", now=NOW).is_contradictory


def test_what_is_excluded_or_replaced_is_still_mentioned():
    when = dates.read("not tomorrow", now=NOW)
    assert (when.date, when.mentioned_dates) == (None, (date(2026, 3, 11),))


def test_a_date_is_masked_for_whoever_counts_people():
    text = "table for 4 on the 5th at 7pm"
    masked = dates.read(text, now=NOW).masked(text)
    assert len(masked) == len(text)
    assert [word for word in masked.split() if word[0].isdigit()] == ["4"]


@pytest.mark.parametrize(
    ("text", "now", "expected"),
    [
        ("feb 29", "2026-03-10T00:00", date(2028, 2, 29)),
        ("29th of february", "2027-12-01T00:00", date(2028, 2, 29)),
        ("the 31st", "2026-04-01T00:00", date(2026, 5, 31)),
        ("the 30th", "2026-01-31T00:00", date(2026, 3, 30)),
        ("tomorrow", "2026-12-31T23:59", date(2027, 1, 1)),
        ("tomorrow", "2028-02-28T00:00", date(2028, 2, 29)),
        ("next monday", "2026-12-31T00:00", date(2027, 1, 4)),
        ("january 2nd", "2026-12-31T00:00", date(2027, 1, 2)),
        ("in a month", "2026-01-31T00:00", date(2026, 2, 28)),
        ("next month", "2026-12-05T00:00", date(2027, 1, 1)),
        ("friday 7th of jan", "2022-03-15T00:00", date(2028, 1, 7)),
        ("30th of february", "2026-01-01T00:00", None),
        ("2026-02-30", "2026-01-01T00:00", None),
        ("easter sunday", "2026-04-06T00:00", date(2027, 3, 28)),
        ("thanksgiving", "2026-11-27T00:00", date(2027, 11, 25)),
    ],
)
def test_months_years_and_leap_days_end_where_they_do(text, now, expected):
    assert dates.read(text, now=datetime.fromisoformat(now)).date == expected


def test_two_hours_from_now_are_two_hours_where_the_clock_goes_forward():
    before_the_gap = datetime(2026, 3, 8, 1, 30, tzinfo=ZoneInfo("America/New_York"))
    assert dates.read("in 2 hours", now=before_the_gap).times == (time(4, 30),)
    assert dates.read("in 2 days", now=before_the_gap).dates == (date(2026, 3, 10),)
    before_the_fold = datetime(2026, 11, 1, 0, 30, tzinfo=ZoneInfo("America/New_York"))
    assert dates.read("in 3 hours", now=before_the_fold).times == (time(2, 30),)


@pytest.mark.skipif(not EVAL.exists(), reason="the shared measures are not here")
@pytest.mark.parametrize(("name", "days", "times"), [("sgd-dev", 0.99, 0.99), ("nlupp-dev", 0.9, 0.86)])
def test_the_shared_measures_are_met(name, days, times):
    result = evaluation.evaluate(EVAL / f"{name}.jsonl")
    assert result["dates"]["share"] >= days
    assert result["times"]["share"] >= times
    assert result["latency_ms"]["p50"] < 1
    assert result["passed"] + len(result["failures"]) == result["total"]
