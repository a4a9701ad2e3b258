"""What a member's pages and the API's lists take with 1 million messages of 50,000 contacts, against 10,000 messages.

Both businesses live in one database and are asked in turn by one process, so that the machine's moods strike both alike.
"""

import re
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, connections
from django.test import Client

from bench import crowd, figures
from infinitypro.core import clock
from infinitypro.core.postgres import schema

SMALL = crowd.Size(messages=10_000, contacts=600, long_ones=1, appointments=600)
LARGE = crowd.Size(messages=1_000_000, contacts=50_000, long_ones=20, appointments=30_000)
ROUNDS = 40
WARM = 5
GROWTH = 1.5
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}

Ask = Callable[[], Any]


def run() -> dict[str, Any]:
    """For each page how many times as long the large business waits, with milliseconds and statements."""
    now = clock.now()
    made = [crowd.gather(size, now=now) for size in (SMALL, LARGE)]
    with schema.as_owner(), connection.cursor() as cursor:  # what autovacuum would have done within minutes
        cursor.execute("VACUUM ANALYZE")
    return measured(made, now=now)


def measured(made: list[crowd.Crowd], *, now: datetime) -> dict[str, Any]:
    """The figures of each page of these two businesses."""
    small, large = (_asks(one, now=now) for one in made)
    return {name: _compared(small[name], large[name]) for name in small}


def _asks(made: crowd.Crowd, *, now: datetime) -> dict[str, Ask]:
    browser, base = made.studio.client(), made.studio.path()
    token = {"Authorization": f"Bearer {made.studio.token}"}
    inbox, short, long = f"{base}inbox/", f"{base}inbox/{made.short}/", f"{base}inbox/{made.long}/"
    monday = (now - timedelta(days=now.weekday())).date()
    week = f"start={monday}&end={monday + timedelta(days=7)}"
    opened = _got(browser, long, PARTIAL).content.decode()
    earlier = re.findall(r'"([^"]*/earlier/[^"]*)"', opened)[0]
    deep = f"rows=1&before={(now - timedelta(days=90)).isoformat().replace('+', '%2B')}~{made.short}"

    def page(path: str, **headers: str) -> Ask:
        return lambda: _got(browser, path, headers)

    def api(path: str) -> Ask:
        first = _got(browser, f"/api/v1/{path}", token).json()
        cursor = first["next"].replace("+", "%2B")
        join = "&" if "?" in path else "?"
        return lambda: (
            _got(browser, f"/api/v1/{path}", token),
            _got(browser, f"/api/v1/{path}{join}cursor={cursor}", token),
        )

    return {
        "inbox": page(inbox),
        "inbox, mine": page(f"{inbox}?tab=mine"),
        "inbox, unassigned": page(f"{inbox}?tab=unassigned"),
        "inbox, the assistant's": page(f"{inbox}?tab=assistant"),
        "inbox, snoozed": page(f"{inbox}?status=snoozed"),
        "inbox, resolved": page(f"{inbox}?status=resolved"),
        "inbox, all": page(f"{inbox}?status=any"),
        "inbox, a page further down": page(f"{inbox}?{deep}"),
        "waiting, for the rail": page(f"{inbox}count/"),
        "conversation of 20": page(short),
        "conversation of 5,000": page(long),
        "conversation of 5,000, clicked": page(long, **PARTIAL),
        "conversation of 5,000, the stretch before": page(earlier, **PARTIAL),
        "contact beside it": page(f"{long}panel/", **PARTIAL),
        "calendar": page(f"{base}calendar/?view=week"),
        "calendar, a week's events": page(f"{base}calendar/events/?{week}"),
        "API conversations, two pages": api("conversations/"),
        "API open conversations, two pages": api("conversations/?status=open"),
        "API messages, two pages": api(f"conversations/{made.long}/messages/"),
        "API contacts, two pages": api("contacts/"),
        "API appointments, two pages": api("appointments/"),
    }


def _got(browser: Client, path: str, headers: dict[str, str]) -> Any:
    answer = browser.get(path, headers=headers)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} was answered with {answer.status_code}")
    return answer


def _compared(small: Ask, large: Ask) -> dict[str, Any]:
    for _ in range(WARM):
        small(), large()
    counted = statements(large)
    taken: dict[Ask, list[float]] = {small: [], large: []}
    for _ in range(ROUNDS):
        for ask, times in taken.items():
            begun = time.perf_counter()
            ask()
            times.append((time.perf_counter() - begun) * 1000)
    before, after = (statistics.median(times) for times in taken.values())
    slow = sorted(taken[large])[int(ROUNDS * 0.95)]
    said = f"×: {before:.1f} → {after:.1f} ms, p95 {slow:.1f}, {counted} statements"
    plain = {"small_ms": before, "large_ms": after, "large_p95_ms": slow, "statements": counted}
    return {**figures.at_most(after / before, GROWTH, said), **plain}


def statements(ask: Ask) -> int:
    """How many statements that takes, to either database."""
    counted = []
    with _heard(lambda query: counted.append(query)):
        ask()
    return len(counted)


@contextmanager
def _heard(note: Callable[[str], None]) -> Iterator[None]:
    """Every statement to either database, but those that begin and end transactions."""

    def wrapper(execute: Any, query: str, params: Any, many: bool, context: Any) -> Any:
        note(query)
        return execute(query, params, many, context)

    with ExitStack() as stack:
        for one in connections.all():
            stack.enter_context(one.execute_wrapper(wrapper))
        yield
