"""Locks on what has no row yet, held until the transaction ends."""

from collections.abc import Iterable

from django.db import connection


def take(marks: Iterable[bytes]) -> None:
    """Wait until nobody else holds one of these marks (fingerprints of 8 bytes and more), always in the same order."""
    numbers = sorted({int.from_bytes(mark[:8], "big", signed=True) for mark in marks})
    with connection.cursor() as cursor:
        for number in numbers:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
