"""What is already taken, read in as few queries as there are kinds of it.

Overlaps are asked for by start and end on a B-tree: range operators cannot use an index under row-level security.
An appointment lasts three days at the most (a constraint says so), which gives the search its lower end.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from infinitypro.booking.roster import Job, Taken
from infinitypro.business import spans
from infinitypro.business.spans import Interval
from infinitypro.core import tenancy

LONGEST = timedelta(days=3)

# Whole minutes, outwards; arrays spare building thousands of datetimes.
OF_STAFF = """
    SELECT a.staff_id,
      array_agg(floor(date_part('epoch', a.busy_start) / 60)::int ORDER BY a.busy_start),
      array_agg(ceil(date_part('epoch', a.busy_end) / 60)::int ORDER BY a.busy_start)
    FROM booking_appointment a
    WHERE a.workspace_id = %(workspace)s AND a.staff_id = ANY(%(staff)s)
      AND a.busy_start > %(earliest)s AND a.busy_start < %(end)s AND a.busy_end > %(start)s
      AND a.status IN ('tentative', 'confirmed', 'done')
      AND (a.status <> 'tentative' OR a.held_until IS NULL OR a.held_until > %(now)s)
      AND a.id IS DISTINCT FROM %(ignoring)s::uuid
    GROUP BY a.staff_id"""
OF_UNITS = """
    SELECT u.unit_id,
      array_agg(floor(date_part('epoch', u.busy_start) / 60)::int ORDER BY u.busy_start),
      array_agg(ceil(date_part('epoch', u.busy_end) / 60)::int ORDER BY u.busy_start)
    FROM booking_appointmentunit u
    JOIN booking_appointment a ON a.workspace_id = u.workspace_id AND a.id = u.appointment_id
    WHERE u.workspace_id = %(workspace)s AND u.unit_id = ANY(%(units)s)
      AND u.busy_start > %(earliest)s AND u.busy_start < %(end)s AND u.busy_end > %(start)s
      AND (a.status <> 'tentative' OR a.held_until IS NULL OR a.held_until > %(now)s)
      AND a.id IS DISTINCT FROM %(ignoring)s::uuid
    GROUP BY u.unit_id"""


def taken(*, job: Job, window: Interval, now: datetime, ignoring: UUID | None = None) -> Taken:
    """The busy ranges of everybody who does the job, and of the units it needs, that touch the window.

    A hold that has run out at `now` is not busy; neither is the appointment to be ignored (the one that moves).
    """
    start, end = (spans.from_minute(minute) for minute in window)
    asked = {
        "workspace": tenancy.current(),
        "earliest": start - LONGEST,
        "start": start,
        "end": end,
        "now": now,
        "ignoring": ignoring,
        "staff": [person.id for person in job.people],
        "units": [unit for units in job.resources for unit in units],
    }
    return Taken(_ranges(OF_STAFF, asked), _ranges(OF_UNITS, asked) if job.resources else {})


def _ranges(query: str, asked: dict[str, Any]) -> dict[UUID, list[Interval]]:
    with connection.cursor() as cursor:
        cursor.execute(query, asked)
        return {who: list(zip(starts, ends, strict=True)) for who, starts, ends in cursor.fetchall()}
