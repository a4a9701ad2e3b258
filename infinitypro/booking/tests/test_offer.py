"""What is offered: taken over from files of several trades, and changed a thing at a time."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from infinitypro.booking import offer, queries, refusals, writing_back
from infinitypro.booking.models import ResourceUnit, Service, ServiceResource, Staff
from infinitypro.business import file as business_file
from infinitypro.business import schema
from infinitypro.business import services as business

MADRID = ZoneInfo("Europe/Madrid")
MONDAY = datetime(2026, 3, 9, 8, tzinfo=MADRID)
GARAGE = """
workspace: garaje
name: Garaje
timezone: Europe/Madrid
currency: EUR
hours: {monday: ["08:30-13:00", "15:00-19:00"], tuesday: ["08:30-13:00"]}
booking: {minimum_notice_minutes: 0, slot_step_minutes: 30}
services:
  - {key: oil, name: Oil change, minutes: 40, resources: [Lift]}
  - {key: tyres, name: Tyres, minutes: 60}
staff:
  - {name: Ana}
  - {name: Luis, services: [oil], time_off: ["2026-03-10"]}
resources: [{name: Lift, count: 1, needed_for: [tyres]}]
"""
RESTAURANT = """
workspace: taberna
name: Taberna
timezone: Europe/Madrid
currency: EUR
hours: {monday: ["20:00-02:00"]}
booking: {minimum_notice_minutes: 0, slot_step_minutes: 60}
services: [{name: Table for two, minutes: 120}]
staff: [{name: Host}]
"""


def take_over(text):
    found = business_file.read(text)
    business.load(file=found)
    offer.load(file=found)


@pytest.fixture
def garage(workspace):
    take_over(GARAGE)


def service(key):
    return Service.objects.get(key=key).id


def openings(key, *, days=1, **more):
    found = queries.openings(
        service_id=service(key), start=MONDAY, end=MONDAY + timedelta(days=days), now=MONDAY, **more
    )
    return [f"{opening.start.astimezone(MADRID):%a %H:%M}" for opening in found]


def test_work_fits_before_lunch_and_before_closing(garage):
    found = openings("tyres")
    assert found[:2] == ["Mon 08:30", "Mon 09:00"]
    assert "Mon 12:00" in found
    assert "Mon 12:30" not in found
    assert found[-1] == "Mon 18:00"


def test_an_evening_runs_past_midnight(workspace):
    take_over(RESTAURANT)
    assert openings("table-for-two") == ["Mon 20:00", "Mon 21:00", "Mon 22:00", "Mon 23:00", "Tue 00:00"]


def test_a_resource_may_be_named_on_either_side(garage):
    assert ServiceResource.objects.count() == 2


def test_a_day_off_is_a_day_off(garage):
    found = queries.openings(
        service_id=service("oil"),
        start=MONDAY + timedelta(days=1),
        end=MONDAY + timedelta(days=2),
        now=MONDAY,
    )
    ana = Staff.objects.get(name="Ana").id
    assert {opening.staff_ids for opening in found} == {(ana,)}
    refused = queries.why_not(
        service_id=service("oil"),
        staff_id=Staff.objects.get(name="Luis").id,
        start=datetime(2026, 3, 10, 9, tzinfo=MADRID),
        now=MONDAY,
    )
    assert isinstance(refused, refusals.Away)
    assert refused.free == (ana,)


def test_what_a_new_file_leaves_out_is_no_longer_offered(garage):
    before = service("tyres")
    take_over(
        GARAGE.replace("  - {key: tyres, name: Tyres, minutes: 60}\n", "")
        .replace("[tyres]", "[]")
        .replace("  - {name: Ana}\n", "")
    )
    assert [row.key for row in queries.services()] == ["oil"]
    assert [row.name for row in queries.staff()] == ["Luis"]
    assert isinstance(
        queries.why_not(service_id=before, staff_id=None, start=MONDAY + timedelta(hours=2), now=MONDAY),
        refusals.NotOffered,
    )


def test_a_service_is_added_and_everybody_who_does_everything_does_it(garage):
    made = offer.save_service(entry=schema.Service(key="wash", name="Wash", minutes=20))
    assert [row.name for row in queries.staff() if row.id in queries.who_does(service_id=made.id)] == ["Ana"]
    offer.save_service(entry=schema.Service(key="wash", name="Wash", minutes=240), service_id=made.id)
    assert openings("wash") == ["Mon 08:30", "Mon 09:00", "Mon 15:00"]
    offer.set_bookable(is_bookable=False, service_id=made.id)
    with pytest.raises(refusals.NotOffered):
        openings("wash")


def test_a_second_service_with_the_same_key_is_refused(garage):
    with pytest.raises(business_file.BadBusinessFile):
        offer.save_service(entry=schema.Service(key="oil", name="Oil again", minutes=20))
    assert Service.objects.count() == 2


def test_staff_are_checked_as_in_a_file(garage):
    entry = business_file.check_part(schema.Staff, {"name": "Ana", "services": ["paint"]})
    with pytest.raises(business_file.BadBusinessFile) as caught:
        offer.save_staff(entry=entry)
    assert len(caught.value.problems) == 2


def test_time_off_and_its_end_are_seen_at_once(garage):
    ana, luis = (Staff.objects.get(name=name).id for name in ("Ana", "Luis"))
    entry = business_file.check_part(schema.TimeOff, {"from": "2026-03-09T08:00", "to": "2026-03-09T14:00"})
    away = offer.add_time_off(staff_id=ana, entry=entry)
    assert openings("tyres")[0] == "Mon 15:00"
    assert openings("oil", staff_id=luis)[0] == "Mon 08:30"
    offer.remove_time_off(time_off_id=away.id)
    assert openings("tyres")[0] == "Mon 08:30"


def test_fewer_lifts_keep_the_ones_that_are_booked_on_record(garage):
    offer.save_resource(entry=schema.Resource(name="Lift", count=3, needed_for=["oil"]))
    offer.save_resource(entry=schema.Resource(name="Lift", count=2, needed_for=["oil"]))
    assert list(ResourceUnit.objects.order_by("number").values_list("is_active", flat=True)) == [
        True,
        True,
        False,
    ]
    assert [row.service.key for row in ServiceResource.objects.all()] == ["oil"]


def test_nothing_of_the_demo_is_lost_on_the_way_in_and_out(workspace):
    demo = business_file.read(Path(__file__).parents[2] / "demo" / "business.yaml")
    business.load(file=demo)
    offer.load(file=demo)
    assert writing_back.as_file(workspace="demo") == demo


def test_a_day_off_comes_out_as_its_times(garage):
    found = writing_back.as_file(workspace="garaje")
    assert [str(found.staff[1].time_off[0].from_), str(found.staff[1].time_off[0].to)] == [
        "2026-03-10 00:00:00",
        "2026-03-11 00:00:00",
    ]
    take_over(business_file.dump(found))
    assert writing_back.as_file(workspace="garaje") == found
