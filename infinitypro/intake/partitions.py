"""Daily partitions of raw events: made seven days ahead, dropped with their keys after seven days."""

from datetime import date, timedelta

from django.db import connection

from infinitypro.core.vault import keyring

AHEAD = 7
KEPT = timedelta(days=7)


def make(*, today: date) -> None:
    """Make what is missing; raises OperationalError where others read for longer than they may be waited for."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT intake_make_partitions(%s, %s)", [today - timedelta(days=1), AHEAD + 2])


def keep(*, today: date) -> list[date]:
    """Make what is missing and drop what is old, as `make` does; returns the days that were dropped."""
    make(today=today)
    with connection.cursor() as cursor:
        cursor.execute("SELECT intake_drop_partitions(%s)", [today - KEPT])
        (dropped,) = cursor.fetchone()
    # By age and not by what was dropped just now: a process that died in between must leave no key behind.
    keyring.destroy_intake_keys(before=today - KEPT)
    return list(dropped)
