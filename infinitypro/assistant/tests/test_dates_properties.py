"""Reading never fails or stalls, and a date or time that was written out is read back."""

from __future__ import annotations

import calendar
import time as clock
from datetime import date, datetime, time

from hypothesis import given, settings
from hypothesis import strategies as st

from infinitypro.assistant.understanding import dates
from infinitypro.assistant.understanding.dates import lexicon, words_es

NOW = datetime.fromisoformat("2026-03-10T09:05")
MONTHS = list(calendar.month_name)[1:]
MESES = [spellings.split()[0] for spellings in words_es.MONTHS.values()]
WORDS = sorted(lexicon.WORDS["en"] | lexicon.WORDS["es"])
NUMBERS = [
    "1",
    "5",
    "05",
    "31",
    "2016",
    "1730",
    "12:30",
    "9.30",
    "5pm",
    "3rd",
    "$4",
    "31/02",
    "2026-02-30",
    "0",
]
MARKS = [",", ".", "-", "?", "\n", "@", "¿"]
days_ahead = st.dates(min_value=date(2026, 3, 11), max_value=date(2027, 2, 28))
times_of_day = st.times().map(lambda at: at.replace(second=0, microsecond=0))


def _suffixed(day: int) -> str:
    special = {1: "st", 2: "nd", 3: "rd"}
    return f"{day}{'th' if 10 <= day % 100 <= 20 else special.get(day % 10, 'th')}"


def _ways_to_write_a_day(on: date) -> list[str]:
    month, mes = MONTHS[on.month - 1], MESES[on.month - 1]
    return [
        on.isoformat(),
        f"{month} {_suffixed(on.day)}",
        f"{month} {on.day}, {on.year}",
        f"the {_suffixed(on.day)} of {month}",
        f"{on.day} {month[:3]}",
        f"{on:%A} {_suffixed(on.day)} {month}",
        f"{on.day}/{on.month}/{on.year}",
        f"el {on.day} de {mes}",
        f"el {on.day} de {mes} de {on.year}",
    ]


def _ways_to_write_a_time(at: time) -> list[str]:
    hour, period = at.hour % 12 or 12, "am" if at.hour < 12 else "pm"
    ways = [
        f"{at:%H:%M}",
        f"at {hour}:{at.minute:02}{period}",
        f"at {hour}:{at.minute:02} {period[0]}.m.",
        f"around {hour}.{at.minute:02}{period}",
        f"a las {at.hour}:{at.minute:02}",
    ]
    if at.minute == 0:
        ways += [f"{hour}{period}", f"{hour} {period}", f"{hour} o'clock {period}"]
    if 0 < at.minute <= 30:
        ways.append(f"{at.minute} minutes past {hour} {period}")
    return ways


@given(st.text(max_size=300))
def test_any_text_is_read_without_an_error(text):
    dates.read(text, now=NOW)


@given(
    st.lists(st.sampled_from(WORDS) | st.sampled_from(NUMBERS) | st.sampled_from(MARKS), max_size=40),
    st.sampled_from([None, "en", "es"]),
    st.sampled_from([None, "date", "time", "slot", "name"]),
    st.datetimes(),
)
def test_any_heap_of_words_of_time_gives_a_sound_answer(words, language, expecting, now):
    text = " ".join(words)
    when = dates.read(text, now=now, language=language, expecting=expecting)
    assert when.date_range is None or when.date_range[0] <= when.date_range[1]
    assert all(0 <= start < end <= len(text) for start, end in when.spans)
    assert len(when.masked(text)) == len(text)
    settled = when.settle(time(9), time(18))
    assert not settled.is_ambiguous_hour
    assert len(settled.times) == len(when.times)


@given(days_ahead)
def test_a_day_is_read_back_however_it_is_written(on):
    for text in _ways_to_write_a_day(on):
        for sentence in (text, f"can I come {text} please?", f"{text} with Maya for 2 people"):
            assert dates.read(sentence, now=NOW).dates == (on,), sentence


@given(times_of_day)
def test_a_time_is_read_back_however_it_is_written(at):
    for text in _ways_to_write_a_time(at):
        for sentence in (text, f"tomorrow {text} please", f"haircut {text} for 2 people"):
            assert dates.read(sentence, now=NOW).times == (at,), sentence


@given(days_ahead, times_of_day)
def test_a_day_and_a_time_do_not_disturb_each_other(on, at):
    for day in _ways_to_write_a_day(on):
        when = dates.read(f"{day} at {at:%H:%M}", now=NOW)
        assert (when.dates, when.times) == ((on,), (at,)), day


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from(WORDS + NUMBERS + MARKS), min_size=1, max_size=3))
def test_a_hostile_message_costs_milliseconds(words):
    text = " ".join(words * 1000)
    begun = clock.process_time()
    dates.read(text, now=NOW, expecting="time")
    assert clock.process_time() - begun < 0.25
