"""How many different things somebody saw lately."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from math import log
from typing import Any
from uuid import UUID

from django.db import connection

from infinitypro.core.throttle.models import Picture, fingerprint

_SEE = """
INSERT INTO core_sight AS s (id, since, picture) VALUES (%(id)s, %(now)s, %(picture)s::bit(4096))
ON CONFLICT (id) DO UPDATE SET
    since = CASE WHEN s.since < %(now)s - %(span)s THEN %(now)s ELSE s.since END,
    picture = CASE WHEN s.since < %(now)s - %(span)s THEN EXCLUDED.picture ELSE s.picture | EXCLUDED.picture END
RETURNING bit_count(picture)
"""


def see(kind: str, value: str, *, things: Iterable[UUID], span: timedelta, now: datetime) -> int:
    """About how many different things `value` has seen within the span, these included; one statement."""
    bits = 0
    for thing in things:
        bits |= 1 << fingerprint(kind, str(thing)).int % Picture.BITS
    if not bits:
        return 0
    asked: dict[str, Any] = {
        "id": fingerprint(kind, value),
        "now": now,
        "span": span,
        "picture": f"{bits:0{Picture.BITS}b}",
    }
    with connection.cursor() as cursor:
        cursor.execute(_SEE, asked)
        (found,) = cursor.fetchone()
    empty = max(Picture.BITS - found, 1)
    return round(Picture.BITS * log(Picture.BITS / empty))
