"""Attempts that may fail: after so many failures each next one has to wait twice as long as the one before.

An attempt counts as failed from the moment it is made, so that a thousand at once are not all let through; whoever
succeeds is forgiven. One statement an attempt.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from infinitypro.core.throttle.models import fingerprint

NOTHING = timedelta(0)
AT_LEAST = timedelta(seconds=1)


@dataclass(frozen=True)
class Limit:
    """So many failures are free; the next waits a second, then two, then four … `longest`. Failures are forgotten, one in
    each `forgotten`."""

    kind: str
    free: int
    longest: timedelta = timedelta(minutes=15)
    forgotten: timedelta = timedelta(hours=1)


@dataclass(frozen=True)
class Counter:
    """One thing that is counted under a limit, by its fingerprint."""

    limit: Limit
    id: UUID

    @classmethod
    def of(cls, limit: Limit, value: str) -> "Counter":
        """The counter of that value."""
        return cls(limit, fingerprint(limit.kind, value))


# Refused by one counter, an attempt is counted by none: hammering does not make anybody wait longer. Rows are locked in the
# order of their ids.
_ATTEMPT = """
WITH asked AS (
    SELECT * FROM unnest(%(ids)s::uuid[], %(kinds)s::text[], %(free)s::int[], %(longest)s::float[], %(forgotten)s::float[])
        AS a (id, kind, free, longest, forgotten) ORDER BY id
), barred AS (
    SELECT max(free_at) AS until FROM core_tally JOIN asked USING (id) WHERE free_at > %(now)s
), counted AS (
    INSERT INTO core_tally AS t (id, kind, count, at, free_at)
        SELECT id, kind, 1, %(now)s, %(now)s FROM asked WHERE (SELECT until FROM barred) IS NULL
    ON CONFLICT (id) DO UPDATE SET (count, at, free_at) = (
        SELECT n, %(now)s, %(now)s + CASE WHEN ceil(n) < free THEN 0
                                          ELSE least(longest, 2 ^ least(ceil(n) - free, 30)) END * interval '1 second'
        FROM asked, LATERAL (
            SELECT greatest(t.count - extract(epoch FROM %(now)s - t.at) / forgotten, 0) + 1 AS n
        ) AS next WHERE asked.id = t.id
    ) WHERE t.free_at <= %(now)s
    RETURNING 1
)
SELECT (SELECT until FROM barred), (SELECT count(*) FROM counted)
"""
_FORGIVE = "UPDATE core_tally SET count = greatest(count - 1, 0), free_at = %s WHERE id = ANY(%s)"


def attempt(counters: Sequence[Counter], *, now: datetime) -> timedelta:
    """How long to wait; nothing where the attempt may be made, which then counts as failed unless it is forgiven."""
    limits = [one.limit for one in counters]
    asked: dict[str, Any] = {
        "ids": [one.id for one in counters],
        "kinds": [limit.kind for limit in limits],
        "free": [limit.free for limit in limits],
        "longest": [limit.longest.total_seconds() for limit in limits],
        "forgotten": [limit.forgotten.total_seconds() for limit in limits],
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ATTEMPT, asked)
        until, count = cursor.fetchone()
    if until:
        wait: timedelta = until - now
        return max(AT_LEAST, wait)
    return NOTHING if count == len(counters) else AT_LEAST  # another came first, in the same moment


def forgive(counters: Sequence[Counter], *, now: datetime) -> None:
    """Take back the last attempt, which succeeded."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGIVE, [now, [one.id for one in counters]])
