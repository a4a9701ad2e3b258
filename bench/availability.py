"""How long it takes to say when a service is free: 1, 10 and 50 members of staff, the next 30 days, four appointments
each a day, read from PostgreSQL under row-level security as the program does it.
"""

import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import connection

from bench import figures
from infinitypro.accounts.models import Workspace
from infinitypro.booking import queries
from infinitypro.booking import services as booking
from infinitypro.booking.models import Appointment, Service, Staff, Status
from infinitypro.business import file, spans
from infinitypro.business import services as business
from infinitypro.contacts import services as contacts
from infinitypro.core import tenancy
from infinitypro.core.postgres import schema
from infinitypro.core.tenancy.models import new_id

TARGET_MS = {1: 2.0, 10: 6.0, 50: 25.0}
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
DAYS = 30
ROUNDS = 60
WARM = 8  # a statement is prepared, and its plan kept, after some rounds


def run() -> dict[str, object]:
    """Milliseconds (medians) for each number of staff."""
    return {f"{count} of staff": _measured(count) for count in TARGET_MS}


def _measured(count: int) -> dict[str, object]:
    workspace_id = Workspace.objects.create(slug=f"bench-{new_id().hex}").id
    with tenancy.workspace(workspace_id):
        service_id = _made(count)
    with schema.as_owner(), connection.cursor() as cursor:  # what autovacuum would have done within a minute
        cursor.execute("ANALYZE booking_appointment")

    def ask(limit: int | None = None) -> Callable[[], object]:
        return lambda: queries.openings(
            service_id=service_id, start=NOW, end=NOW + timedelta(days=DAYS), now=NOW, limit=limit
        )

    every, first = _medians(workspace_id, ask()), _medians(workspace_id, ask(limit=3))
    return {
        "all": figures.at_most(every[0], TARGET_MS[count], "ms"),
        "all, CPU without PostgreSQL's": figures.plain(every[1], "ms"),
        "the first three": figures.plain(first[0], "ms"),
    }


def _medians(workspace_id: UUID, ask: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds by the clock and of this process's CPU, which others on the machine do not lengthen."""
    taken, used = [], []
    with tenancy.workspace(workspace_id):
        for _ in range(WARM):
            ask()
        for _ in range(ROUNDS):
            begun, burnt = time.perf_counter(), time.process_time()
            ask()
            used.append((time.process_time() - burnt) * 1000)
            taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken), statistics.median(used)


def _made(count: int) -> UUID:
    """A business with so many staff and their appointments; the service to ask for."""
    found = file.parse(
        {
            "workspace": "bench",
            "name": "Bench",
            "timezone": "America/New_York",
            "currency": "USD",
            "hours": {day: ["09:00-18:00"] for day in spans.DAYS[:6]},
            "closed_on": [{"rule": "US federal holidays"}],
            "services": [{"key": "cut", "name": "Cut", "minutes": 45, "buffer_after": 5}],
            "staff": [
                {"name": f"Person {n}", "breaks": {day: ["13:00-13:30"] for day in spans.DAYS[:6]}}
                for n in range(count)
            ],
        }
    )
    business.load(file=found)
    booking.load(file=found)
    service = Service.objects.get()
    contact = contacts.find_or_make(addresses=[("phone", new_id().hex)], now=NOW).contact
    chance = random.Random(count)
    Appointment.objects.bulk_create(
        (
            _appointment(contact.id, service.id, staff_id, day, hour, chance.choice((0, 5, 10)))
            for staff_id in Staff.objects.values_list("id", flat=True)
            for day in range(DAYS)
            for hour in (10, 11, 14, 16)
        ),
        batch_size=1000,
    )
    return service.id


def _appointment(
    contact_id: UUID, service_id: UUID, staff_id: UUID, day: int, hour: int, minute: int
) -> Appointment:
    start = NOW.replace(hour=hour + 5, minute=minute) + timedelta(days=day)
    end = start + timedelta(minutes=45)
    return Appointment(
        contact_id=contact_id,
        service_id=service_id,
        staff_id=staff_id,
        start_at=start,
        end_at=end,
        busy_start=start,
        busy_end=end + timedelta(minutes=5),
        status=Status.CONFIRMED,
        currency="USD",
        source="bench",
        made_at=NOW,
        changed_at=NOW,
    )
