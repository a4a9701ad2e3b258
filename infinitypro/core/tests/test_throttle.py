"""Attempts wait longer each time, rates hold, and all processes count together."""

import threading
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from infinitypro.core import throttle
from infinitypro.core.throttle import tasks
from infinitypro.core.throttle.models import Tally, fingerprint
from infinitypro.core.throttle.rates import Rate

NOW = datetime(2026, 3, 10, 14, 0, tzinfo=UTC)
LIMIT = throttle.Limit("test", free=3, forgotten=timedelta(days=1))
RATE = Rate("test-rate", count=60)
pytestmark = pytest.mark.usefixtures("db")


def counter(value="", limit=LIMIT):
    return throttle.Counter.of(limit, value or uuid4().hex)


def seconds(counters, now):
    return throttle.attempt(counters, now=now).total_seconds()


def test_each_failure_after_the_free_ones_waits_twice_as_long():
    one, now, waited = [counter()], NOW, []
    for _ in range(14):
        wait = seconds(one, now)
        waited.append(wait)
        now += timedelta(seconds=wait)
        if wait:
            assert seconds(one, now) == 0

    assert waited == [0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900]


def test_who_tries_while_waiting_waits_no_longer_for_it():
    one = [counter()]
    for _ in range(4):
        throttle.attempt(one, now=NOW)

    assert [seconds(one, NOW + timedelta(milliseconds=500)) for _ in range(5)] == [1] * 5
    assert seconds(one, NOW + timedelta(seconds=1)) == 0


def test_an_attempt_that_one_counter_refuses_is_counted_by_none():
    tired, fresh = counter(), counter()
    for _ in range(4):
        throttle.attempt([tired], now=NOW)

    assert seconds([fresh, tired], NOW) == 1
    assert not Tally.objects.filter(id=fresh.id).exists()


def test_who_succeeds_is_forgiven_that_attempt_alone():
    one = [counter()]
    for _ in range(3):
        throttle.attempt(one, now=NOW)
    throttle.forgive(one, now=NOW)

    assert Tally.objects.get(id=one[0].id).count == 2
    assert seconds(one, NOW) == 0
    assert seconds(one, NOW) == 1


def test_failures_are_forgotten_one_by_one():
    one = [counter(limit=throttle.Limit("test", free=3, forgotten=timedelta(hours=1)))]
    for _ in range(3):
        throttle.attempt(one, now=NOW)

    assert [seconds(one, NOW + timedelta(hours=1)) for _ in range(2)] == [0, 1]
    assert [seconds(one, NOW + timedelta(hours=9)) for _ in range(4)] == [0, 0, 0, 1]


def test_of_many_at_the_same_moment_only_the_free_ones_pass():
    one, passed = [counter()], []

    def ask():
        try:
            passed.append(seconds(one, NOW) == 0)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(passed), sum(passed)) == (12, LIMIT.free)


def test_what_is_counted_stands_nowhere_in_clear():
    throttle.attempt([counter("ana@example.test")], now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM core_tally t")
        rows = str(cursor.fetchall())

    assert "ana" not in rows
    assert str(fingerprint("test", "ana@example.test")) in rows


@settings(max_examples=30, deadline=None)
@given(gaps=st.lists(st.integers(0, 30), min_size=1, max_size=20))
def test_no_attempt_passes_before_its_time(gaps):
    one, now, free_at, failures = [counter()], NOW, NOW, 0
    for gap in gaps:
        now += timedelta(seconds=gap)
        wait = seconds(one, now)
        assert (wait == 0) == (now >= free_at)
        if not wait:
            failures += 1
            late = max(0, failures - LIMIT.free)
            free_at = now + timedelta(seconds=min(900, 2**late) if failures >= LIMIT.free else 0)


def test_a_rate_grants_so_many_in_a_span_and_says_when_the_next_is():
    who = uuid4().hex
    granted = [throttle.spend(RATE, who, now=NOW) for _ in range(61)]

    assert [one.is_granted for one in granted] == [True] * 60 + [False]
    assert [granted[0].left, granted[58].left, granted[59].left, granted[60].left] == [59, 1, 0, 0]
    assert granted[60].seconds == 1
    assert throttle.spend(RATE, who, now=NOW + timedelta(seconds=1)).is_granted
    assert not throttle.spend(RATE, who, now=NOW + timedelta(seconds=1)).is_granted


@pytest.mark.parametrize("many", [1, 50, 500, 2000])
def test_sights_are_counted_once_each(many):
    who, things = uuid4().hex, [uuid4() for _ in range(many)]
    span = timedelta(minutes=10)
    for first in range(0, many, 100):
        throttle.see("test", who, things=things[first : first + 100], span=span, now=NOW)

    again = throttle.see("test", who, things=things[:100], span=span, now=NOW)

    assert again == pytest.approx(many, rel=0.1)
    assert throttle.see("test", who, things=things[:1], span=span, now=NOW + timedelta(minutes=11)) == 1


def test_old_counters_are_swept():
    old, fresh = counter(), counter()
    throttle.attempt([old], now=datetime.now(UTC) - timedelta(days=3))
    throttle.attempt([fresh], now=datetime.now(UTC))

    tasks.sweep()

    assert [row.id for row in Tally.objects.filter(id__in=[old.id, fresh.id])] == [fresh.id]


def test_the_tables_write_no_log():
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname IN ('core_tally', 'core_sight')")
        assert cursor.fetchall() == [("u",), ("u",)]
