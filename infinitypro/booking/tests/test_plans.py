"""That the busy ranges come from an index under row-level security, among many workspaces' appointments."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from infinitypro.booking import diary, offer, queries
from infinitypro.booking.models import Appointment, Service, Staff, Status
from infinitypro.business import file as business_file
from infinitypro.business import services as business
from infinitypro.contacts import services as contacts
from infinitypro.core import tenancy
from infinitypro.core.postgres import schema
from tests import plans

START = datetime(2024, 1, 1, 9, tzinfo=UTC)
SMALL = """
workspace: studio
name: Studio
timezone: UTC
currency: EUR
hours: {monday: ["09:00-19:00"]}
services: [{name: Cut, minutes: 60}]
staff: [{name: A}, {name: B}]
"""


def fill(count: int) -> None:
    """So many appointments with each member of staff, four a day."""
    file = business_file.read(SMALL)
    business.load(file=file)
    offer.load(file=file)
    service = Service.objects.get()
    contact = contacts.find_or_make(addresses=[("phone", "+12125550100")], now=START).contact
    Appointment.objects.bulk_create(
        Appointment(
            contact=contact,
            service=service,
            staff=person,
            start_at=start,
            end_at=start + timedelta(hours=1),
            busy_start=start,
            busy_end=start + timedelta(hours=1),
            status=Status.CONFIRMED,
            currency="EUR",
            source="test",
            made_at=START,
            changed_at=START,
        )
        for person in Staff.objects.all()
        for start in (START + timedelta(hours=6 * n) for n in range(count))
    )


@pytest.mark.slow
def test_a_busy_workspace_is_asked_through_the_index(new_workspace):
    workspace = new_workspace().id
    for one in (new_workspace().id, workspace):
        with tenancy.workspace(one):
            fill(365 * 4)
    with schema.as_owner(), connection.cursor() as cursor:  # as autovacuum does
        cursor.execute("ANALYZE booking_appointment")
    with tenancy.workspace(workspace), connection.cursor() as cursor:
        asked = {
            "workspace": workspace,
            "staff": list(Staff.objects.values_list("id", flat=True)),
            "earliest": START + timedelta(days=197),
            "start": START + timedelta(days=200),
            "end": START + timedelta(days=230),
            "now": START,
            "ignoring": None,
        }
        cursor.execute("EXPLAIN (ANALYZE, FORMAT TEXT) " + diary.OF_STAFF, asked)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "booking_appointment_taken" in plan, plan
    assert "Seq Scan" not in plan


def test_a_page_of_a_large_workspace_is_read_in_order_though_most_are_small(new_workspace):
    for size in (1, 2, 3, 4, 5, 6, 7, 8, 1_400):
        workspace = new_workspace().id
        with tenancy.workspace(workspace):
            fill(size)
    with schema.as_owner(), connection.cursor() as cursor:  # as autovacuum does
        cursor.execute("ANALYZE booking_appointment, booking_staff, booking_service")
    with tenancy.workspace(workspace), plans.heard("booking_appointment") as found:
        first = queries.page(limit=50)
        then = queries.page(limit=50, after=(first[-1].start_at, first[-1].id))
    assert [row.start_at for row in first + then] == sorted(row.start_at for row in first + then)
    assert len({row.id for row in first + then}) == 100
    assert max(map(plans.rows_read, found)) <= 5 * 50, json.dumps(found, indent=1)
