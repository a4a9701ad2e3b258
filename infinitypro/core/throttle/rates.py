"""Requests of which so many a minute are fine (the generic cell rate algorithm: one moment in time is all that is kept)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from django.db import connection

from infinitypro.core.throttle.models import fingerprint


@dataclass(frozen=True)
class Rate:
    """At most `count` in a span, in any order within it."""

    kind: str
    count: int
    span: timedelta = timedelta(minutes=1)

    @property
    def each(self) -> timedelta:
        """What one request uses of the span."""
        return self.span / self.count


@dataclass(frozen=True)
class Allowance:
    """What became of a request, and what is left."""

    is_granted: bool
    limit: int
    left: int
    wait: timedelta  # until the next is granted; nothing where it was

    @property
    def seconds(self) -> int:
        """`wait` in whole seconds, at least one where there is any."""
        return ceil(self.wait.total_seconds())


_SPEND = """
INSERT INTO core_tally AS t (id, kind, count, at, free_at) VALUES (%(id)s, %(kind)s, 1, %(now)s, %(now)s + %(each)s)
ON CONFLICT (id) DO UPDATE SET count = t.count + 1, at = %(now)s, free_at = greatest(t.free_at, %(now)s) + %(each)s
    WHERE greatest(t.free_at, %(now)s) + %(each)s <= %(now)s + %(span)s
RETURNING free_at
"""
_STANDS = "SELECT free_at FROM core_tally WHERE id = %s"


def spend(rate: Rate, value: str, *, now: datetime) -> Allowance:
    """Use one request of what `value` may make; one statement where it is granted."""
    key = fingerprint(rate.kind, value)
    with connection.cursor() as cursor:
        asked: dict[str, Any] = {
            "id": key,
            "kind": rate.kind,
            "now": now,
            "each": rate.each,
            "span": rate.span,
        }
        cursor.execute(_SPEND, asked)
        row = cursor.fetchone()
        if row:
            return Allowance(True, rate.count, int((now + rate.span - row[0]) / rate.each), timedelta(0))
        cursor.execute(_STANDS, [key])
        (until,) = cursor.fetchone()
    return Allowance(False, rate.count, 0, max(until + rate.each - now - rate.span, timedelta(seconds=1)))
