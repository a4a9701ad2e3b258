"""Random operations in random order: nobody, and no unit of a resource, is ever given to two at once.

`BOOKING_OPERATIONS=10000` runs the long form.
"""

import os
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule

from infinitypro.booking import queries, refusals, services
from infinitypro.booking.models import (
    TAKING,
    Appointment,
    AppointmentUnit,
    Service,
    ServiceResource,
    Staff,
    Status,
)
from infinitypro.business import file as business_file
from infinitypro.business import services as business
from infinitypro.contacts import services as contacts
from infinitypro.core import tenancy

DEMO = Path(__file__).parents[2] / "demo" / "business.yaml"
OPERATIONS = int(os.environ.get("BOOKING_OPERATIONS", "300"))
STEPS = 50
# The weekend on which New York's clocks go forward.
BEGIN = datetime(2026, 3, 6, 15, tzinfo=UTC)

starts = st.integers(0, 3 * 24 * 12).map(lambda n: BEGIN + timedelta(minutes=5 * n))
sources = st.sampled_from(["assistant", "member"])


@pytest.fixture
def machine(new_workspace):
    class Book(Operations):
        def __init__(self) -> None:
            super().__init__(new_workspace().id)

    return Book


class Operations(RuleBasedStateMachine):
    appointments = Bundle("appointments")

    def __init__(self, workspace) -> None:
        super().__init__()
        self.workspace, self.now = workspace, BEGIN
        with tenancy.workspace(workspace):
            file = business_file.read(DEMO)
            business.load(file=file)
            services.load(file=file)
            self.services = list(Service.objects.order_by("position").values_list("id", flat=True))
            self.staff = list(Staff.objects.order_by("position").values_list("id", flat=True))
            self.contact = contacts.find_or_make(addresses=[("phone", str(uuid4()))], now=BEGIN).contact.id

    @rule(
        target=appointments,
        which=st.integers(0, 7),
        who=st.none() | st.integers(0, 2),
        start=starts,
        hold=st.none() | st.integers(1, 90),
        source=sources,
    )
    def book(self, which, who, start, hold, source):
        with tenancy.workspace(self.workspace):
            try:
                return services.check_and_book(
                    contact_id=self.contact,
                    service_id=self.services[which],
                    staff_id=None if who is None else self.staff[who],
                    start=start,
                    now=self.now,
                    source=source,
                    held_until=hold and self.now + timedelta(minutes=hold),
                ).id
            except refusals.Refused as refused:
                self.alternatives_are_real(refused, self.services[which])
                return multiple()

    def alternatives_are_real(self, refused, service_id):
        for opening in refused.alternatives:
            for staff_id in opening.staff_ids:
                assert (
                    queries.why_not(
                        service_id=service_id, staff_id=staff_id, start=opening.start, now=self.now
                    )
                    is None
                )

    @rule(appointment=appointments, start=starts, who=st.none() | st.integers(0, 2), source=sources)
    def move(self, appointment, start, who, source):
        staff_id = None if who is None else self.staff[who]
        with tenancy.workspace(self.workspace):
            before = Appointment.objects.get(id=appointment)
            try:
                services.reschedule(
                    appointment_id=appointment, start=start, staff_id=staff_id, now=self.now, by=source
                )
            except (refusals.Refused, services.NotChangeable):
                assert Appointment.objects.get(id=appointment).start_at == before.start_at

    @rule(appointment=appointments)
    def confirm(self, appointment):
        self.attempt(services.confirm, appointment)

    @rule(appointment=appointments)
    def cancel(self, appointment):
        self.attempt(services.cancel, appointment, by="assistant")

    @rule(appointment=appointments)
    def did_not_come(self, appointment):
        self.attempt(services.mark_no_show, appointment)

    @rule(appointment=appointments)
    def came(self, appointment):
        self.attempt(services.mark_done, appointment)

    def attempt(self, act, appointment, **more):
        with tenancy.workspace(self.workspace):
            try:
                act(appointment_id=appointment, now=self.now, **more)
            except (services.NotChangeable, refusals.SlotTaken):
                return

    @rule(minutes=st.integers(1, 60))
    def wait(self, minutes):
        self.now += timedelta(minutes=minutes)

    @invariant()
    def nobody_is_in_two_places(self):
        with tenancy.workspace(self.workspace):
            busy = defaultdict(list)
            for row in Appointment.objects.filter(status__in=TAKING):
                busy[row.staff_id].append((row.busy_start, row.busy_end))
            for unit in AppointmentUnit.objects.select_related("appointment"):
                busy[unit.unit_id].append((unit.busy_start, unit.busy_end))
                assert unit.busy_start == unit.appointment.busy_start
                assert unit.appointment.status in TAKING
            live = Appointment.objects.filter(status__in=[Status.TENTATIVE, Status.CONFIRMED])
            needing = live.filter(service_id__in=ServiceResource.objects.values("service_id"))
            assert needing.filter(units__isnull=True).count() == 0
        for ranges in busy.values():
            assert all(first[1] <= second[0] for first, second in pairwise(sorted(ranges)))


@pytest.mark.timeout(3600)
def test_random_operations_never_overlap(machine):
    machine.TestCase.settings = settings(
        max_examples=max(1, OPERATIONS // STEPS),
        stateful_step_count=STEPS,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    machine.TestCase().runTest()
