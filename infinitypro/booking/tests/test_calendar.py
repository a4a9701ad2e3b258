"""The calendar's pages: what a day shows, and what members do there."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from infinitypro.booking import timetable
from infinitypro.booking.models import Appointment, Service, Staff
from infinitypro.business import services as business
from infinitypro.business.models import Profile
from infinitypro.core import clock, tenancy
from tests import studio

NEW_YORK = ZoneInfo("America/New_York")
SATURDAY = date(2027, 3, 13)
HX = {"HX-Request": "true"}


@pytest.fixture
def mine(new_workspace):
    return studio.open_studio(new_workspace)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


def shown(first, *, days=1, now="2027-03-01T12:00"):
    asked = timetable.days(first=first, end=first + timedelta(days=days), now=at(now))
    return timetable.grid(asked, url=lambda name, *arguments: f"/{name}/{arguments[0]}/")


def soon():
    """The next Saturday but one at noon: open, and everybody works."""
    today = clock.local(clock.now(), "America/New_York").date()
    day = today + timedelta(days=(5 - today.weekday()) % 7 + 7)
    return datetime(day.year, day.month, day.day, 11, 0, tzinfo=NEW_YORK).astimezone(UTC)


def test_a_day_shows_people_appointments_and_what_is_closed(mine):
    with tenancy.workspace(mine.space.id):
        contact = studio.a_contact("Carmen Ruiz")
        start = at("2027-03-13T10:00")
        late = start + timedelta(minutes=60)
        studio.an_appointment(contact, start, busy_end=late, source="assistant")
        studio.an_appointment(contact, at("2027-03-13T14:00"), staff="Jonas", status="cancelled")
        day = shown(SATURDAY)
    assert day["title"] == "Saturday, March 13"
    assert day["summary"] == "1 appointment · 21½ free hours"
    assert [(who["name"], who["initials"], who["hours"]) for who in day["people"]] == [
        ("Maya Lindqvist", "ML", "9 – 5"),
        ("Jonas Adeyemi", "JA", "9 – 5"),
        ("Priya Raman", "PR", "9 – 5"),
    ]
    (one,) = day["appointments"]
    assert (one["start"], one["end"], one["tidy_until"]) == (
        "2027-03-13T10:00:00",
        "2027-03-13T10:45:00",
        "2027-03-13T11:00:00",
    )
    assert (one["name"], one["text"], one["hint"]) == (
        "Carmen Ruiz",
        "Haircut · 10:00 – 10:45",
        "by assistant",
    )
    for_all = [(gap["start"][11:16], gap["end"][8:16]) for gap in day["closed"] if gap["person"] is None]
    assert for_all == [("00:00", "13T09:00"), ("17:00", "14T00:00")]
    breaks = [(gap["start"][11:16], gap["end"][11:16]) for gap in day["closed"] if gap["text"] == "Break"]
    assert breaks == [("12:30", "13:00"), ("13:00", "13:30"), ("12:00", "12:30")]


@pytest.mark.parametrize(
    ("day", "summary"),
    [("2027-03-15", "Closed"), ("2026-12-25", "Closed: Christmas"), ("2027-02-02", "No appointments")],
)
def test_a_closed_day_says_so_and_a_day_that_is_over_counts_no_free_hours(mine, day, summary):
    with tenancy.workspace(mine.space.id):
        assert shown(date.fromisoformat(day))["summary"] == summary


@pytest.mark.parametrize("day", ["2027-03-14", "2026-11-01"])
def test_on_days_on_which_the_clock_changes_hours_are_the_wall_clocks(mine, day):
    """Sundays open 11 to 16."""
    with tenancy.workspace(mine.space.id):
        contact = studio.a_contact("Carmen")
        studio.an_appointment(contact, at(f"{day}T11:00"), staff="Jonas")
        found = shown(date.fromisoformat(day), now="2026-10-01T12:00")
    assert found["appointments"][0]["start"] == f"{day}T11:00:00"
    for_all = [gap for gap in found["closed"] if gap["person"] is None]
    assert [(gap["start"][11:16], gap["end"][11:16]) for gap in for_all] == [
        ("00:00", "11:00"),
        ("16:00", "00:00"),
    ]


def test_an_appointment_over_the_hour_that_comes_twice_keeps_its_length(mine):
    start = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)  # 1:30, and 45 minutes later it is 1:15
    with tenancy.workspace(mine.space.id):
        studio.an_appointment(studio.a_contact("Carmen"), start, staff="Jonas")
        (one,) = shown(date(2026, 11, 1), now="2026-10-01T12:00")["appointments"]
    assert (one["start"], one["end"]) == ("2026-11-01T01:30:00", "2026-11-01T02:15:00")


def test_who_no_longer_works_here_keeps_a_column_for_what_is_booked(mine):
    with tenancy.workspace(mine.space.id):
        studio.an_appointment(studio.a_contact("Carmen"), at("2027-03-13T10:00"), staff="Priya")
        Staff.objects.filter(name="Priya Raman").update(is_active=False)
        business.touch()
        people = shown(SATURDAY)["people"]
    assert [(who["name"], who["hours"]) for who in people][-1] == ("Priya Raman", "off")


@pytest.mark.parametrize(
    "query",
    [
        "",
        "start=x&end=y",
        "start=2027-01-01&end=2027-01-01",
        "start=0001-01-01&end=0001-01-02",
        "start=2027-01-01&end=2028-01-01",
    ],
)
def test_days_that_make_no_sense_are_refused(mine, query):
    assert mine.client().get(mine.path(f"calendar/events/?{query}")).status_code == 422


def test_a_member_books_moves_and_cancels(mine):
    browser, start = mine.client(), soon()
    with tenancy.workspace(mine.space.id):
        contact, service = studio.a_contact("Carmen Ruiz"), Service.objects.get(key="haircut")
    day = start.astimezone(NEW_YORK).date().isoformat()
    wish = {"contact": contact, "service": service.id, "staff": "", "day": day, "note": "Likes it quiet."}
    made = browser.post(mine.path("calendar/new/"), {**wish, "typed": "11:00"}, headers=HX)
    assert made.status_code == 200, made.content
    assert "Booked: " in made["HX-Trigger"]
    with tenancy.workspace(mine.space.id):
        row = Appointment.objects.get()
        assert (row.start_at, row.source, row.note) == (start, "member", "Likes it quiet.")
    one = f"calendar/{row.id}/"
    later = (start + timedelta(hours=3)).isoformat()
    moved = browser.post(mine.path(f"{one}move/"), {"staff": "", "day": day, "at": later}, headers=HX)
    assert moved.status_code == 200, moved.content
    assert browser.post(mine.path(f"{one}cancel/"), headers=HX).status_code == 200
    with tenancy.workspace(mine.space.id):
        row.refresh_from_db()
        assert (row.start_at, row.status, row.cancelled_by) == (
            start + timedelta(hours=3),
            "cancelled",
            "member",
        )
    again = browser.post(mine.path(f"{one}move/"), {"staff": "", "day": day, "typed": "12:00"}, headers=HX)
    assert again.status_code == 422
    assert "can no longer be changed" in again.content.decode()


def test_a_taken_time_is_refused_with_what_is_free_instead(mine):
    browser, start = mine.client(), soon()
    with tenancy.workspace(mine.space.id):
        contact, service = studio.a_contact("Carmen"), Service.objects.get(key="haircut")
        jonas = Staff.objects.get(name="Jonas Adeyemi").id
        studio.an_appointment(contact, start, staff="Jonas")
    day = start.astimezone(NEW_YORK).date().isoformat()
    wish = {"contact": contact, "service": service.id, "staff": jonas, "day": day, "typed": "11:15"}
    answer = browser.post(mine.path("calendar/new/"), wish, headers=HX)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Jonas Adeyemi has somebody then. Maya Lindqvist and Priya Raman are free at that time." in text
    assert "Free instead" in text
    with tenancy.workspace(mine.space.id):
        assert Appointment.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"day": "x"},
        {"day": "9999-12-31"},
        {"typed": ""},
        {"typed": "\x00"},
        {"at": "0001-01-01T00:00:00+14:00", "typed": ""},
        {"contact": "x"},
        {"contact": "01890a5d-ac96-774b-bcce-b302099a8057"},
        {"service": "x"},
        {"staff": "x"},
        {"note": "\x00"},
    ],
)
def test_what_makes_no_sense_is_refused_and_books_nothing(mine, wrong):
    with tenancy.workspace(mine.space.id):
        contact, service = studio.a_contact("Carmen"), Service.objects.get(key="haircut")
    day = soon().astimezone(NEW_YORK).date().isoformat()
    wish = {"contact": contact, "service": service.id, "staff": "", "day": day, "typed": "11:00"} | wrong
    assert mine.client().post(mine.path("calendar/new/"), wish, headers=HX).status_code == 422
    with tenancy.workspace(mine.space.id):
        assert not Appointment.objects.exists()


def test_the_panel_lists_a_contacts_next_appointments(mine):
    with tenancy.workspace(mine.space.id):
        contact = studio.a_contact("Carmen")
        studio.an_appointment(contact, soon())
    text = mine.client().get(mine.path(f"calendar/of/{contact}/")).content.decode()
    assert "<strong" in text
    assert "with Maya Lindqvist" in text
    assert f"?contact={contact}" in text


def test_a_business_without_facts_is_told_whom_to_add(new_workspace):
    space = new_workspace()
    made = studio.Studio(space, studio.a_member(space), "")
    assert "Nobody to book yet" in made.client().get(made.path("calendar/")).content.decode()
    with tenancy.workspace(space.id):
        assert not Profile.objects.exists()
