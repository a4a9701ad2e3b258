"""The pages of what a business says of itself: who may see them, what they save, and what a person can do wrong."""

import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.test import Client

from infinitypro.accounts import services as accounts
from infinitypro.booking import offer_file
from infinitypro.business import file
from infinitypro.business.models import Faq, Profile
from infinitypro.core import tenancy

LONG = "a long one"

DEMO = Path(__file__).parents[2] / "demo" / "business.yaml"
PAGES = ("", "hours/", "rules/", "questions/", "questions/new/")
HTMX = {"HX-Request": "true"}


class Site:
    """A business with its pages, as one member sees them."""

    def __init__(self, workspace, *, name="Maya Lindqvist"):
        self.workspace = workspace
        email = f"{name.split()[0].lower()}@{workspace.slug}.example"
        self.user = accounts.make_member(workspace=workspace, email=email, name=name, password=LONG)
        self.client = Client()
        self.client.force_login(self.user)

    def path(self, path):
        return f"/app/{self.workspace.slug}/business/{path}"

    def get(self, path, **more):
        return self.client.get(self.path(path), **more)

    def post(self, path, data, *, part=True):
        return self.client.post(self.path(path), data, headers=HTMX if part else {})

    def fields(self, path, form="form"):
        """What the page's form holds, ready to be posted again."""
        context = self.get(path).context
        found = {name: _plain(context[form][name].value()) for name in context[form].fields}
        return {**found, "seen": context["seen"]}

    def profile(self):
        with tenancy.workspace(self.workspace.id):
            return Profile.objects.get()

    def questions(self):
        with tenancy.workspace(self.workspace.id):
            return list(Faq.objects.order_by("position", "id"))


def _plain(value):
    return "" if value is None or value is False else value


def toast(response):
    return json.loads(response.headers["HX-Trigger"])["toast"]


@pytest.fixture
def site(new_workspace):
    workspace = new_workspace()
    with tenancy.workspace(workspace.id):
        offer_file.load(file=file.read(DEMO))
    return Site(workspace)


@pytest.mark.parametrize("path", PAGES)
def test_a_member_sees_the_page(site, path):
    response = site.get(path)
    assert (response.status_code, response.headers["Cache-Control"]) == (200, "no-store")


@pytest.mark.parametrize("path", PAGES)
def test_whoever_is_not_signed_in_is_sent_to_log_in(site, path):
    response = Client().get(site.path(path))
    assert (response.status_code, urlsplit(response.headers["Location"]).path) == (302, "/accounts/login/")


@pytest.mark.parametrize("path", [*PAGES, "undo/", "hours/closed/", "hours/holidays/", "hours/open/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_outsider_gets_404(site, new_workspace, path, method):
    outsider = Site(new_workspace(), name="Otto Outsider")
    assert getattr(outsider.client, method)(site.path(path)).status_code == 404


def test_a_workspace_without_facts_is_told_how_to_begin(new_workspace):
    site = Site(new_workspace())
    for path in ("", "hours/", "rules/", "questions/"):
        assert "knows nothing of your business yet" in site.get(path).content.decode()


def test_a_change_is_saved_and_can_be_undone(site):
    answer = site.post("", {**site.fields(""), "name": "Harbor Hair", "website": "harbor.example"})
    assert (answer.status_code, site.profile().name, site.profile().website) == (
        200,
        "Harbor Hair",
        "https://harbor.example",
    )
    undone = site.client.post(toast(answer)["undo"], headers=HTMX)
    assert (undone.status_code, site.profile().name) == (200, "Harbor & Pine Hair Studio")


def test_without_javascript_saving_leads_back_to_the_page(site):
    answer = site.post("", {**site.fields(""), "city": "Hoboken"}, part=False)
    assert (answer.status_code, answer.url) == (302, site.path(""))
    assert "The assistant knows from the next message on." in site.get("").content.decode()
    assert site.profile().city == "Hoboken"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", " ", "Give the business a name."),
        ("timezone", "Mars/Base", "is not a time zone; write one like"),
        ("currency", "QQQ", "is not a currency; write its three letters"),
        ("email", "nobody", "Write an address like"),
        ("website", "no spaces allowed", "Write an address like"),
        ("kind", "s" * 61, "At most 60 letters."),
        ("languages", [], "Choose at least one language."),
        ("country", "Atlantis", "Select a valid choice"),
    ],
)
def test_a_bad_fact_is_named_beside_its_field_and_nothing_typed_is_lost(site, field, value, sentence):
    answer = site.post("", {**site.fields(""), "about": "Typed with care.", field: value})
    form = answer.context["form"]
    assert (answer.status_code, list(form.errors)) == (422, [field])
    assert sentence in form.errors[field][0]
    assert "Typed with care." in answer.content.decode()
    assert site.profile().about.startswith("A small, friendly hair studio")


def test_whoever_comes_second_is_told_and_keeps_what_they_typed(site):
    other = Site(site.workspace, name="Jonas Adeyemi")
    mine, theirs = site.fields(""), other.fields("")
    other.post("", {**theirs, "phone": "+1 212 555 0199"})

    answer = site.post("", {**mine, "phone": "+1 212 555 0100", "about": "Mine."})
    page = answer.content.decode()
    assert (answer.status_code, site.profile().phone) == (422, "+1 212 555 0199")
    assert "Jonas Adeyemi changed this at" in page
    assert "Telephone is now “+1 212 555 0199”." in page
    assert "Mine." in page

    again = site.post("", {**mine, "seen": answer.context["seen"], "phone": "+1 212 555 0100"})
    assert (again.status_code, site.profile().phone) == (200, "+1 212 555 0100")


def test_a_token_that_is_not_ours_undoes_nothing(site):
    assert site.post("undo/?was=made-up", {}).status_code == 404


def test_rules_are_saved_and_bounded(site):
    fields = site.fields("rules/")
    assert site.post("rules/", {**fields, "horizon_days": "30"}).status_code == 200
    assert site.profile().horizon_days == 30
    answer = site.post("rules/", {**site.fields("rules/"), "slot_step_minutes": "0"})
    assert answer.context["form"].errors["slot_step_minutes"] == ["Write a whole number from 1 to 1440."]
    assert site.profile().slot_step_minutes == 15


def hours(**days):
    """A week as its form posts it."""
    found = {}
    for day, rows in days.items():
        found[f"hours-{day}-start"] = [start for start, _ in rows]
        found[f"hours-{day}-end"] = [end for _, end in rows]
    return found


def seen(site):
    return site.get("hours/").context["seen"]


def test_a_day_may_have_several_hours_and_run_past_midnight(site):
    week = hours(monday=[("09:00", "12:00"), ("13:00", "17:00")], friday=[("20:00", "02:00")])
    answer = site.post("hours/", {**week, "seen": seen(site)})
    assert answer.status_code == 200
    assert site.profile().hours == {"monday": ["09:00-12:00", "13:00-17:00"], "friday": ["20:00-02:00"]}
    site.client.post(toast(answer)["undo"], headers=HTMX)
    assert site.profile().hours["tuesday"] == ["10:00-19:00"]


def test_a_whole_day_is_from_midnight_to_midnight(site):
    site.post("hours/", {**hours(monday=[("00:00", "00:00")]), "seen": seen(site)})
    assert site.profile().hours == {"monday": ["00:00-24:00"]}
    assert site.get("hours/").context["days"][0].rows == [("00:00", "00:00")]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([("09:00", "")], "Give both a start and an end, or clear both."),
        ([("09:00", "09:00")], "has no length"),
        ([("09:00", "13:00"), ("12:00", "17:00")], "overlap; join them or move one"),
        ([("25:00", "26:00")], "a day goes from 00:00 to 24:00"),
        ([("<b>", "x")], "is not a span of time"),
    ],
)
def test_bad_hours_are_named_beside_their_day(site, rows, sentence):
    before = site.profile().hours
    answer = site.post("hours/", {**hours(monday=rows), "seen": seen(site)})
    monday = answer.context["days"][0]
    assert (answer.status_code, site.profile().hours) == (422, before)
    assert sentence in monday.error
    assert monday.rows == rows
    assert "<b>" not in answer.content.decode()


def test_a_week_without_hours_is_refused(site):
    answer = site.post("hours/", {"seen": seen(site)})
    assert answer.status_code == 422
    assert "No day has opening hours" in answer.context["problem"]


def test_rows_come_and_go_before_anything_is_saved(site):
    week = hours(monday=[("09:00", "12:00")])
    more = site.post("hours/", {**week, "more": "hours-monday", "seen": "x"})
    assert more.context["days"][0].rows == [("09:00", "12:00"), ("", "")]
    less = site.post("hours/", {**week, "less": "hours-monday-0", "seen": "x"})
    assert less.context["days"][0].rows == []
    assert "monday" not in site.profile().hours


def test_hours_that_somebody_else_changed_are_not_overwritten_unseen(site):
    stale = seen(site)
    site.post("hours/", {**hours(monday=[("08:00", "10:00")]), "seen": stale})
    answer = site.post("hours/", {**hours(monday=[("09:00", "10:00")]), "seen": stale})
    assert answer.status_code == 422
    assert "You changed this in another tab" in answer.context["problem"]
    assert "Saved now: Mon 08:00–10:00" in answer.context["problem"]
    assert site.profile().hours == {"monday": ["08:00-10:00"]}


def test_days_off_and_holidays_are_added_removed_and_brought_back(site):
    site.post(
        "hours/closed/", {"closed-first": "2027-01-02", "closed-last": "2027-01-05", "closed-reason": "Works"}
    )
    assert site.profile().closed_on[-1] == {"from": "2027-01-02", "to": "2027-01-05", "reason": "Works"}
    site.post("hours/holidays/", {"holidays-rule": "Spain public holidays", "holidays-observed": "on"})
    assert site.profile().closed_on[-1] == {"rule": "Spain public holidays"}

    shown = site.get("hours/").context["closed"]
    answer = site.post("hours/open/", {"seen": shown[0]["seen"]})
    assert [entry.get("rule") for entry in site.profile().closed_on] == [None, None, "Spain public holidays"]
    again = site.post("hours/open/", {"seen": shown[0]["seen"]})
    assert toast(again)["text"] == "Somebody else has removed this already."
    site.client.post(toast(answer)["undo"], headers=HTMX)
    assert site.profile().closed_on[0]["rule"] == "US federal holidays"


@pytest.mark.parametrize(
    ("path", "data", "form", "field", "sentence"),
    [
        ("hours/closed/", {"closed-first": ""}, "close_form", "first", "Choose a day."),
        (
            "hours/closed/",
            {"closed-first": "2027-01-05", "closed-last": "2027-01-02"},
            "close_form",
            "last",
            "The last day lies before the first.",
        ),
        (
            "hours/holidays/",
            {"holidays-rule": "Narnia feasts"},
            "holidays_form",
            "rule",
            "is not a rule we know",
        ),
        ("hours/holidays/", {"holidays-rule": ""}, "holidays_form", "rule", "Write whose holidays"),
    ],
)
def test_bad_days_off_are_named_beside_their_field(site, path, data, form, field, sentence):
    answer = site.post(path, data)
    assert answer.status_code == 422
    assert sentence in answer.context[form].errors[field][0]
    assert len(site.profile().closed_on) == 2


def test_a_question_is_added_changed_moved_removed_and_brought_back(site):
    site.post("questions/new/", {"question": "Wi-Fi?", "answer": "Yes, free.", "is_handed_over": ""})
    row = site.questions()[-1]
    path = f"questions/{row.id}/"
    site.post(path, {**site.fields(path), "answer": "Yes: ask for the code."})
    site.post(f"{path}move/", {"to": "up"})
    assert [one.question for one in site.questions()][-2:] == ["Wi-Fi?", "Do you do wedding hair?"]
    removed = site.post(f"{path}remove/", {})
    assert "Wi-Fi?" not in [one.question for one in site.questions()]
    site.client.post(toast(removed)["undo"], headers=HTMX)
    back = site.questions()[-2]
    assert (back.question, back.answer) == ("Wi-Fi?", "Yes: ask for the code.")


def test_a_question_needs_both_its_parts(site):
    answer = site.post("questions/new/", {"question": "", "answer": ""})
    assert answer.context["new"].errors == {
        "question": ["Write the question."],
        "answer": ["Write the answer."],
    }
    row = site.questions()[0]
    kept = site.post(f"questions/{row.id}/", {"question": "Parking", "answer": "", "seen": "x"})
    assert (kept.status_code, site.questions()[0].question) == (422, row.question)
    assert 'value="Parking"' in kept.content.decode()


def test_a_question_that_somebody_else_changed_is_not_overwritten_unseen(site):
    path = f"questions/{site.questions()[0].id}/"
    other = Site(site.workspace, name="Jonas Adeyemi")
    mine = site.fields(path)
    other.post(path, {**other.fields(path), "answer": "Round the corner."})
    answer = site.post(path, {**mine, "answer": "In the yard."})
    assert "Jonas Adeyemi changed this" in answer.content.decode()
    assert "Answer is now “Round the corner.”." in answer.content.decode()
    assert site.questions()[0].answer == "Round the corner."


def test_a_question_of_another_business_is_not_found(site, new_workspace):
    other = Site(new_workspace(), name="Otto Outsider")
    with tenancy.workspace(other.workspace.id):
        offer_file.load(file=file.read(DEMO))
    theirs = other.questions()[0]
    for path in ("", "move/", "remove/"):
        assert site.post(f"questions/{theirs.id}/{path}", {"question": "q", "answer": "a"}).status_code == 404
    assert len(other.questions()) == 12
