"""What a business says of itself: taken over from a file, changed a fact at a time, always checked."""

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from infinitypro.business import file, queries, services
from infinitypro.business.hours import Shut
from infinitypro.business.models import Faq, Profile
from infinitypro.core import tenancy

DEMO = Path(__file__).parents[2] / "demo" / "business.yaml"


@pytest.fixture
def demo(workspace):
    return services.load(file=file.read(DEMO))


def test_a_workspace_without_facts_says_so(workspace):
    with pytest.raises(queries.NoBusiness):
        queries.facts()


def test_the_file_is_taken_over_whole(demo):
    found = queries.facts()
    assert (found.profile.name, found.profile.city) == ("Harbor & Pine Hair Studio", "New York")
    assert len(found.faqs) == 12
    assert found.faqs[-1].is_handed_over
    assert found.hours.reason_closed(date(2026, 12, 25)) == Shut("closure", "Christmas", date(2026, 12, 26))
    assert found.hours.is_open(datetime(2026, 3, 13, 18, 30, tzinfo=ZoneInfo("America/New_York")))


def test_facts_are_read_once_until_they_change(demo):
    first = queries.facts()
    assert queries.facts() is first
    services.update(changes={"phone": "+12125550199"})
    assert queries.facts().profile.phone == "+12125550199"


def test_loading_again_leaves_one_business_and_its_questions(demo):
    services.load(file=file.read(DEMO))
    assert (Profile.objects.count(), Faq.objects.count()) == (1, 12)


def test_a_part_of_the_address_or_the_rules_leaves_the_rest(demo):
    services.update(changes={"address": {"city": "Hoboken"}, "booking": {"horizon_days": 30}})
    found = queries.profile()
    assert (found.city, found.postcode) == ("Hoboken", "10038")
    assert (found.horizon_days, found.cancel_until_hours_before) == (30, 12)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"hours": {"monday": ["10:00-25:00"]}}, "25:00"),
        ({"hours": {}}, "no day has opening hours"),
        ({"timezone": "Mars/Base"}, "is not a time zone"),
        ({"currency": "ABC"}, "is not a currency"),
        ({"booking": {"slot_step_minutes": 0}}, "booking.slot_step_minutes: must be at least 1"),
        ({"closed_on": [{"rule": "Xyzzyx"}]}, "is not a rule we know"),
    ],
)
def test_a_bad_change_is_refused_and_changes_nothing(demo, changes, sentence):
    before = queries.version()
    with pytest.raises(file.BadBusinessFile, match=sentence):
        services.update(changes=changes)
    assert queries.version() == before


def test_questions_are_added_changed_and_removed(demo):
    made = services.add_faq(question=" Do you have Wi-Fi? ", answer="Yes.")
    assert queries.faqs()[-1].question == "Do you have Wi-Fi?"
    services.update_faq(faq_id=made.id, question="Wi-Fi?", answer="Yes, free.", is_handed_over=True)
    assert queries.faqs()[-1].is_handed_over
    services.remove_faq(faq_id=made.id)
    assert len(queries.facts().faqs) == 12
    with pytest.raises(file.BadBusinessFile):
        services.add_faq(question="", answer="Yes.")


def test_two_workspaces_each_see_their_own_business(new_workspace):
    for name in ("One", "Two"):
        workspace = new_workspace().id
        with tenancy.workspace(workspace):
            services.load(file=file.read(DEMO))
            services.update(changes={"name": name})
        with tenancy.workspace(workspace):
            assert queries.facts().profile.name == name
