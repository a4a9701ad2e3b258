"""Booking at the demo business: what is taken, what is refused and why, and what moves."""

import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction

from infinitypro.booking import queries, refusals, services
from infinitypro.booking.models import Appointment, AppointmentUnit, ResourceUnit, Service, Staff, Status
from infinitypro.booking.roster import Taken
from infinitypro.business import file as business_file
from infinitypro.business import services as business
from infinitypro.contacts import services as contacts
from infinitypro.core import tenancy

NEW_YORK = ZoneInfo("America/New_York")
DEMO = Path(__file__).parents[2] / "demo" / "business.yaml"
TUESDAY = datetime(2026, 3, 10, 9, 5, tzinfo=NEW_YORK)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


def take_over_demo() -> None:
    file = business_file.read(DEMO)
    business.load(file=file)
    services.load(file=file)


@pytest.fixture
def demo(workspace):
    take_over_demo()
    return workspace


def service(key):
    return Service.objects.get(key=key).id


def person(name):
    return Staff.objects.get(name__startswith=name).id


def contact():
    """A contact with a number of their own."""
    made = contacts.find_or_make(addresses=[("phone", f"+1{uuid4().int % 10**10}")], now=TUESDAY)
    return made.contact.id


def book(key, start, *, who=None, now=TUESDAY, source="assistant", **more):
    return services.check_and_book(
        contact_id=more.pop("contact_id", None) or contact(),
        service_id=service(key),
        staff_id=person(who) if who else None,
        start=at(start),
        now=now,
        source=source,
        **more,
    )


def refused(kind, *args, **kwargs):
    with pytest.raises(kind) as caught:
        book(*args, **kwargs)
    return caught.value


def local(found):
    return [f"{opening.start.astimezone(NEW_YORK):%a %H:%M}" for opening in found]


def test_a_booking_keeps_its_price_its_utc_times_and_its_buffer(demo):
    made = book("root-colour", "2026-03-14T13:00", who="Priya")
    found = Appointment.objects.get(id=made.id)
    assert found.start_at == datetime(2026, 3, 14, 17, 0, tzinfo=UTC)
    assert found.end_at - found.start_at == timedelta(minutes=90)
    assert found.busy_end - found.end_at == timedelta(minutes=15)
    assert (found.price, found.currency, found.status) == (9500, "USD", "confirmed")
    assert [unit.busy_end for unit in found.units.all()] == [found.busy_end]


def test_loading_the_same_file_again_changes_nothing(demo):
    before = [
        list(model.objects.order_by("id").values_list("id")) for model in (Service, Staff, ResourceUnit)
    ]
    take_over_demo()
    after = [list(model.objects.order_by("id").values_list("id")) for model in (Service, Staff, ResourceUnit)]
    assert before == after


def test_the_first_free_time_keeps_the_notice(demo):
    found = queries.openings(
        service_id=service("kids-haircut"),
        start=TUESDAY,
        end=TUESDAY + timedelta(days=60),
        now=TUESDAY,
        limit=1,
    )
    assert local(found) == ["Tue 10:15"]
    assert len(found[0].staff_ids) == 2


@pytest.mark.parametrize("limit", [1, 7, 60, 400])
def test_the_first_few_are_the_beginning_of_all(demo, limit):
    book("balayage", "2026-03-13T10:00", who="Priya")
    asked = {
        "service_id": service("balayage"),
        "start": TUESDAY,
        "end": TUESDAY + timedelta(days=45),
        "now": TUESDAY,
    }
    assert queries.openings(**asked, limit=limit) == queries.openings(**asked)[:limit]


def test_a_taken_time_is_refused_with_real_alternatives(demo):
    book("haircut", "2026-03-14T10:00", who="Jonas")
    found = refused(refusals.SlotTaken, "haircut", "2026-03-14T10:00", who="Jonas")
    assert local(found.alternatives) == ["Sat 09:15", "Sat 10:45", "Sat 11:15"]
    assert {person("Maya"), person("Priya")} == set(found.free)
    for opening in found.alternatives:
        assert (
            queries.why_not(
                service_id=service("haircut"), staff_id=person("Jonas"), start=opening.start, now=TUESDAY
            )
            is None
        )


@pytest.mark.parametrize(
    ("kind", "key", "start", "who"),
    [
        (refusals.Closed, "haircut", "2026-03-16T15:00", None),
        (refusals.OutsideHours, "haircut", "2026-03-11T20:00", None),
        (refusals.OutsideHours, "haircut", "2026-03-11T18:30", None),
        (refusals.StaffDoesNotDoIt, "beard-trim", "2026-03-14T11:00", "Maya"),
        (refusals.StaffNotWorking, "root-colour", "2026-03-11T12:00", "Priya"),
        (refusals.BeyondHorizon, "haircut", "2026-08-12T11:00", None),
        (refusals.TooSoon, "haircut", "2026-03-10T10:00", None),
        (refusals.TooSoon, "haircut", "2026-03-10T09:00", None),
        (refusals.OnBreak, "haircut", "2026-03-13T14:00", "Jonas"),
        (refusals.OffStep, "haircut", "2026-03-13T11:10", "Jonas"),
    ],
)
def test_each_refusal_says_why(demo, kind, key, start, who):
    assert refused(kind, key, start, who=who).alternatives
    assert not Appointment.objects.exists()


def test_a_holiday_is_named(demo):
    monday = datetime(2026, 11, 23, 12, tzinfo=NEW_YORK)
    found = refused(refusals.Closed, "haircut", "2026-11-26T16:00", now=monday)
    assert (found.day, found.shut.kind, found.shut.reason) == (
        date(2026, 11, 26),
        "holiday",
        "Thanksgiving Day",
    )


def test_the_one_colour_station_is_not_given_twice(demo):
    book("root-colour", "2026-03-14T10:00", who="Maya")
    found = refused(refusals.SlotTaken, "full-colour", "2026-03-14T09:30", who="Priya")
    assert found.is_resource
    book("haircut", "2026-03-14T10:00", who="Priya")
    assert book("root-colour", "2026-03-14T13:30", who="Priya").units.count() == 1


def test_with_nobody_asked_for_the_least_booked_gets_it(demo):
    assert book("haircut", "2026-03-14T10:00").staff_id == person("Jonas")
    assert book("haircut", "2026-03-14T11:00").staff_id == person("Maya")
    assert book("haircut", "2026-03-14T14:00").staff_id == person("Priya")


def test_a_member_may_book_at_short_notice_but_not_over_somebody(demo):
    book("haircut", "2026-03-10T10:05", who="Jonas", source="member")
    refused(refusals.SlotTaken, "haircut", "2026-03-10T10:20", who="Jonas", source="member")


def test_a_hold_blocks_until_it_runs_out_and_then_gives_way(demo):
    held = book("haircut", "2026-03-14T10:00", who="Jonas", held_until=TUESDAY + timedelta(minutes=10))
    refused(refusals.SlotTaken, "haircut", "2026-03-14T10:00", who="Jonas")
    later = TUESDAY + timedelta(minutes=10)
    assert book("haircut", "2026-03-14T10:00", who="Jonas", now=later).status == Status.CONFIRMED
    held.refresh_from_db()
    assert (held.status, held.cancelled_by) == (Status.CANCELLED, "hold")
    with pytest.raises(services.NotChangeable):
        services.confirm(appointment_id=held.id, now=later)


def test_a_held_appointment_is_confirmed_once(demo):
    held = book("haircut", "2026-03-14T10:00", held_until=TUESDAY + timedelta(minutes=10))
    services.confirm(appointment_id=held.id, now=TUESDAY)
    assert services.confirm(appointment_id=held.id, now=TUESDAY).held_until is None
    assert queries.upcoming(contact_id=held.contact_id, now=TUESDAY)[0].status == Status.CONFIRMED


def test_cancelling_frees_the_time_and_the_station(demo):
    made = book("root-colour", "2026-03-14T10:00", who="Maya")
    services.cancel(appointment_id=made.id, now=TUESDAY, by="assistant", reason="work")
    assert not AppointmentUnit.objects.exists()
    assert queries.upcoming(contact_id=made.contact_id, now=TUESDAY) == []
    assert Appointment.objects.get().cancel_reason == "work"
    book("full-colour", "2026-03-14T10:00", who="Maya")


def test_moving_by_a_quarter_of_an_hour_does_not_stand_in_its_own_way(demo):
    made = book("root-colour", "2026-03-14T10:00", who="Maya")
    moved = services.reschedule(
        appointment_id=made.id, start=at("2026-03-14T10:15"), now=TUESDAY, by="assistant"
    )
    assert (moved.id, moved.staff_id, moved.rescheduled_from) == (made.id, made.staff_id, made.start_at)
    assert Appointment.objects.get().start_at == at("2026-03-14T10:15")
    assert AppointmentUnit.objects.get().busy_start == at("2026-03-14T10:15")


def test_a_move_that_is_refused_leaves_the_appointment_where_it_was(demo):
    book("haircut", "2026-03-14T12:00", who="Jonas")
    made = book("haircut", "2026-03-14T10:00", who="Jonas")
    with pytest.raises(refusals.SlotTaken) as caught:
        services.reschedule(
            appointment_id=made.id,
            start=at("2026-03-14T12:15"),
            staff_id=person("Jonas"),
            now=TUESDAY,
            by="assistant",
        )
    assert Appointment.objects.get(id=made.id).start_at == at("2026-03-14T10:00")
    assert caught.value.alternatives


def test_who_does_not_come_leaves_the_time_to_others_and_who_came_does_not(demo):
    first = book("balayage", "2026-03-14T09:00", who="Maya")
    at_ten = at("2026-03-14T10:00")
    services.mark_no_show(appointment_id=first.id, now=at_ten)
    second = book("haircut", "2026-03-14T10:00", who="Maya", now=at_ten, source="member")
    services.mark_done(appointment_id=second.id, now=at_ten)
    refused(refusals.SlotTaken, "haircut", "2026-03-14T10:15", who="Maya", now=at_ten, source="member")


def test_a_joined_contact_brings_their_appointments(demo):
    made = book("haircut", "2026-03-13T13:00", note="left-handed")
    other = contact()
    services.move_to_contact(gone=made.contact_id, into=other)
    assert [found.id for found in queries.upcoming(contact_id=other, now=TUESDAY)] == [made.id]
    assert queries.upcoming(contact_id=made.contact_id, now=TUESDAY) == []


def test_pages_follow_one_another_without_a_gap_or_a_repeat(demo):
    made = [book("haircut", "2026-03-14T10:00", who=who).id for who in ("Maya", "Jonas", "Priya")] + [
        book("haircut", "2026-03-14T11:00", who="Maya").id
    ]
    services.cancel(appointment_id=made[3], now=TUESDAY, by="assistant")
    seen, after = [], None
    while rows := queries.page(limit=2, after=after):
        seen += [row.id for row in rows]
        after = (rows[-1].start_at, rows[-1].id)
    assert seen == [*sorted(made[:3]), made[3]]
    assert [row.id for row in queries.page(limit=9, status="cancelled")] == [made[3]]
    assert queries.page(limit=9, start=at("2026-03-14T10:01"), end=at("2026-03-14T11:00")) == []


def test_late_is_less_than_twelve_hours_before(demo):
    made = book("haircut", "2026-03-13T13:00", who="Maya")
    rules = queries.rules()
    assert not queries.is_late_to_cancel(made, rules=rules, now=at("2026-03-13T01:00"))
    assert queries.is_late_to_cancel(made, rules=rules, now=at("2026-03-13T01:01"))


def test_the_database_itself_refuses_an_overlap(demo):
    made = book("haircut", "2026-03-14T10:00", who="Jonas")
    twin = Appointment.objects.get(id=made.id)
    twin.pk, twin._state.adding = uuid4(), True
    twin.busy_start += timedelta(minutes=44)
    twin.start_at = twin.busy_start
    twin.end_at = twin.busy_end = twin.busy_end + timedelta(minutes=44)
    with pytest.raises(IntegrityError, match="booking_staff_once"), transaction.atomic():
        twin.save()


def test_a_race_that_only_the_database_sees_becomes_slot_taken(demo, monkeypatch):
    book("haircut", "2026-03-14T10:00", who="Jonas")
    empty = Taken()
    monkeypatch.setattr(queries, "taken_for", lambda wish, ignoring: empty)
    found = refused(refusals.SlotTaken, "haircut", "2026-03-14T10:00", who="Jonas")
    assert local(found.alternatives) == ["Sat 09:15", "Sat 10:45", "Sat 11:15"]


def test_two_workspaces_do_not_block_each_other(new_workspace):
    for _ in range(2):
        with tenancy.workspace(new_workspace().id):
            take_over_demo()
            book("haircut", "2026-03-14T10:00", who="Jonas")
            assert Appointment.objects.count() == 1


def test_a_change_of_the_facts_is_seen_at_once(demo):
    book("haircut", "2026-03-13T10:00", who="Jonas")
    business.update(changes={"closed_on": [{"date": "2026-03-14", "reason": "Inventory"}]})
    assert refused(refusals.Closed, "haircut", "2026-03-14T10:00").shut.reason == "Inventory"


def test_of_two_hundred_who_want_one_slot_at_once_one_gets_it(new_workspace):
    workspace = new_workspace().id
    with tenancy.workspace(workspace):
        take_over_demo()
        people = [contact() for _ in range(20)]
    won, lost, other = [], [], []
    gate = threading.Barrier(20)

    def want_it(contact_id) -> None:
        gate.wait()
        for _ in range(10):
            try:
                with tenancy.workspace(workspace):
                    won.append(book("haircut", "2026-03-14T10:00", who="Jonas", contact_id=contact_id).id)
            except refusals.SlotTaken as error:
                lost.append(len(error.alternatives))
            except Exception as error:
                other.append(error)
        connection.close()

    threads = [threading.Thread(target=want_it, args=(who,)) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert other == []
    assert (len(won), len(lost), set(lost)) == (1, 199, {3})
