"""The pages of the offer and the whole file: who may see them, what they save, and what a person can do wrong."""

import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from infinitypro.accounts import services as accounts
from infinitypro.booking import offer_file, queries
from infinitypro.booking.models import Resource, Service, Staff, TimeOff
from infinitypro.business import file as business_file
from infinitypro.business import queries as business
from infinitypro.core import tenancy

LONG = "a long one"

DEMO = Path(__file__).parents[2] / "demo" / "business.yaml"
PAGES = ("", "new/", "people/", "people/new/", "resources/", "resources/new/", "file/", "file/business.yaml")
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
        return f"/app/{self.workspace.slug}/services/{path}"

    def get(self, path):
        return self.client.get(self.path(path))

    def post(self, path, data, *, part=True):
        return self.client.post(self.path(path), data, headers=HTMX if part else {})

    def fields(self, path):
        context = self.get(path).context
        form = context["form"]
        found = {name: form[name].value() for name in form.fields}
        clean = {name: "" if value is None or value is False else value for name, value in found.items()}
        return {**clean, "seen": context["seen"]}

    def inside(self, read):
        with tenancy.workspace(self.workspace.id):
            return read()

    def service(self, key):
        return self.inside(lambda: Service.objects.get(key=key))

    def person(self, name):
        return self.inside(lambda: Staff.objects.get(name__startswith=name))


def toast(response):
    return json.loads(response.headers["HX-Trigger"])["toast"]


@pytest.fixture
def site(new_workspace):
    workspace = new_workspace()
    with tenancy.workspace(workspace.id):
        offer_file.load(file=business_file.read(DEMO))
    return Site(workspace)


@pytest.mark.parametrize("path", PAGES)
def test_only_members_see_the_page(site, new_workspace, path):
    assert site.get(path).status_code == 200
    away = Client().get(site.path(path))
    assert (away.status_code, urlsplit(away.headers["Location"]).path) == (302, "/accounts/login/")
    outsider = Site(new_workspace(), name="Otto Outsider")
    assert outsider.client.get(site.path(path)).status_code == 404
    assert outsider.client.post(site.path(path)).status_code == 404


def test_rows_of_another_business_are_not_found(site, new_workspace):
    other = Site(new_workspace(), name="Otto Outsider")
    haircut, maya = site.service("haircut"), site.person("Maya")
    for path in (
        f"{haircut.id}/",
        f"{haircut.id}/bookable/",
        f"people/{maya.id}/",
        f"people/{maya.id}/bookable/",
    ):
        assert other.post(path, {}).status_code == 404
    assert site.service("haircut").is_bookable


def test_a_workspace_without_facts_is_told_how_to_begin(new_workspace):
    site = Site(new_workspace())
    for path in ("", "people/", "resources/"):
        assert "knows nothing of your business yet" in site.get(path).content.decode()
    assert "My business" in site.get("file/").content.decode()
    assert site.get("file/business.yaml").status_code == 404


def test_a_new_price_is_saved_said_and_can_be_undone(site):
    path = f"{site.service('blow-dry').id}/"
    with tenancy.workspace(site.workspace.id):
        before = business.version()
    answer = site.post(path, {**site.fields(path), "price": "38.50"})
    assert (toast(answer)["text"], site.service("blow-dry").price) == ("Blow-dry is now $38.50.", 3850)
    assert site.inside(business.version) != before
    site.client.post(toast(answer)["undo"], headers=HTMX)
    assert site.service("blow-dry").price == 3800


def test_an_undo_gives_way_to_a_later_change(site):
    path = f"{site.service('blow-dry').id}/"
    first = site.post(path, {**site.fields(path), "price": "40"})
    site.post(path, {**site.fields(path), "price": "41"})
    undone = site.client.post(toast(first)["undo"], headers=HTMX)
    assert "changed again since" in toast(undone)["text"]
    assert site.service("blow-dry").price == 4100


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("price", "-22", "A price cannot be below zero."),
        ("price", "cheap", "Write a price like 48."),
        ("name", "", "Give it a name."),
        ("minutes", "0", "Write whole minutes, like 45."),
        ("minutes", "half an hour", "Write whole minutes, like 45."),
        ("minutes", "1441", "At most 1440 minutes, a day."),
        ("buffer_after", "-5", "Write whole minutes, or 0."),
        ("staff", ["01890000-0000-7000-8000-000000000000"], "One of these is no longer here. Choose again."),
    ],
)
def test_a_bad_service_is_named_beside_its_field_and_nothing_typed_is_lost(site, field, value, sentence):
    path = f"{site.service('beard-trim').id}/"
    answer = site.post(path, {**site.fields(path), "note": "Typed with care.", field: value})
    assert (answer.status_code, answer.context["form"].errors[field]) == (422, [sentence])
    assert "Typed with care." in answer.content.decode()
    assert (site.service("beard-trim").note, site.service("beard-trim").price) == ("", 2200)


def test_whoever_comes_second_is_told_and_keeps_what_they_typed(site):
    path = f"{site.service('haircut').id}/"
    other = Site(site.workspace, name="Jonas Adeyemi")
    mine = site.fields(path)
    other.post(path, {**other.fields(path), "price": "50"})
    answer = site.post(path, {**mine, "price": "52"})
    page = answer.content.decode()
    assert (answer.status_code, site.service("haircut").price) == (422, 5000)
    assert "Jonas Adeyemi changed this at" in page
    assert "Price, USD is now “50”." in page
    assert 'value="52"' in page
    site.post(path, {**mine, "seen": answer.context["seen"], "price": "52"})
    assert site.service("haircut").price == 5200


def test_two_who_change_different_services_do_not_meet(site):
    one, two = (f"{site.service(key).id}/" for key in ("haircut", "beard-trim"))
    mine = site.fields(two)
    site.post(one, {**site.fields(one), "price": "50"})
    assert site.post(two, {**mine, "price": "23"}).status_code == 200


def test_who_does_it_and_what_it_needs_are_kept(site):
    path, jonas = f"{site.service('blow-dry').id}/", site.person("Jonas")
    station = site.inside(lambda: Resource.objects.get())
    site.post(path, {**site.fields(path), "staff": [str(jonas.id)], "needs": [str(station.id)]})
    with tenancy.workspace(site.workspace.id):
        assert queries.who_does(service_id=site.service("blow-dry").id) == [jonas.id]
        assert offer_file.written(slug="x").resources[0].needed_for[0] == "blow-dry"


def test_a_new_service_can_be_booked_at_once_and_gets_a_key_of_its_own(site):
    new = {"name": "Haircut", "minutes": "30", "buffer_before": "0", "buffer_after": "0", "price": ""}
    answer = site.post("new/", new, part=False)
    assert (answer.status_code, site.service("haircut-2").price) == (302, None)
    assert site.service("haircut-2").is_bookable
    wrong = site.post("new/", {**new, "minutes": ""})
    assert wrong.context["new"].errors["minutes"] == ["Write whole minutes, like 45."]


def test_a_service_is_taken_away_and_stays_so_when_it_is_edited(site):
    path = f"{site.service('haircut').id}/"
    gone = site.post(f"{path}bookable/", {"to": "off"})
    assert toast(gone)["text"] == "Haircut is no longer offered. Appointments stand."
    site.post(path, {**site.fields(path), "price": "49"})
    assert not site.service("haircut").is_bookable
    site.client.post(toast(gone)["undo"], headers=HTMX)
    assert site.service("haircut").is_bookable


# People


def person_form(**changes):
    """A person's form as it is posted."""
    return {"name": "Ana Flores", "has_own_hours": "0", "does_everything": "1"} | changes


def test_somebody_new_works_when_the_business_is_open(site):
    answer = site.post("people/new/", person_form(), part=False)
    ana = site.person("Ana")
    assert (answer.url, ana.hours, ana.does_everything) == (site.path(f"people/{ana.id}/"), None, True)


def test_somebody_gets_hours_breaks_and_services_of_their_own(site):
    path = f"people/{site.person('Maya').id}/"
    seen = site.get(path).context["seen"]
    week = {"hours-monday-start": ["10:00"], "hours-monday-end": ["14:00"]}
    rests = {"breaks-monday-start": ["12:00"], "breaks-monday-end": ["12:30"]}
    form = person_form(name="Maya L.", has_own_hours="1", does_everything="0", services=["haircut"])
    assert site.post(path, {**form, **week, **rests, "seen": seen}).status_code == 200
    maya = site.person("Maya")
    assert (maya.name, maya.hours, maya.breaks) == (
        "Maya L.",
        {"monday": ["10:00-14:00"]},
        {"monday": ["12:00-12:30"]},
    )
    with tenancy.workspace(site.workspace.id):
        assert offer_file.written(slug="x").staff[0].services == ["haircut"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "Give them a name."),
        ({"name": "Jonas Adeyemi"}, "Somebody else is called"),
        ({"breaks-monday-start": ["12:00"], "breaks-monday-end": [""]}, "Give both a start and an end"),
        ({"breaks-monday-start": ["12:00"], "breaks-monday-end": ["12:00"]}, "has no length"),
        ({"does_everything": "0", "services": ["juggling"]}, "no longer here"),
    ],
)
def test_a_bad_person_is_refused_in_words(site, changes, sentence):
    answer = site.post("people/new/", person_form(**changes))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert site.inside(Staff.objects.count) == 3


def test_a_person_that_somebody_else_changed_is_not_overwritten_unseen(site):
    path = f"people/{site.person('Priya').id}/"
    seen = site.get(path).context["seen"]
    site.post(path, person_form(name="Priya R.") | {"seen": seen})
    answer = site.post(path, person_form(name="P. Raman") | {"seen": seen})
    assert answer.status_code == 422
    assert "Name is now “Priya R.”." in answer.content.decode()


def test_somebody_is_no_longer_booked_and_then_is_again(site):
    path = f"people/{site.person('Jonas').id}/bookable/"
    site.post(path, {"to": "off"})
    assert not site.person("Jonas").is_active
    site.post(path, {"to": "on"}, part=False)
    assert site.person("Jonas").is_active


def test_time_off_is_added_and_removed(site):
    path = f"people/{site.person('Maya').id}/"
    answer = site.post(
        f"{path}away/", {"away-first": "2027-03-01", "away-last": "2027-03-05", "away-reason": "Ski"}
    )
    assert (
        "Maya Lindqvist is away Monday, March 1, 2027 to Friday, March 5, 2027 (Ski)."
        in toast(answer)["text"]
    )
    row = site.inside(lambda: TimeOff.objects.get())
    site.post(f"{path}back/{row.id}/", {})
    assert site.inside(TimeOff.objects.count) == 0


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"away-first": ""}, "first", "Choose a day."),
        ({"away-last": "2027-02-01"}, "last", "The last day lies before the first."),
        ({"away-start": "10:00"}, "end", "Give both times, or neither for whole days."),
        ({"away-start": "10:00", "away-end": "09:00"}, "end", "This lies before the start."),
    ],
)
def test_bad_time_off_is_named_beside_its_field(site, changes, field, sentence):
    path = f"people/{site.person('Maya').id}/away/"
    answer = site.post(path, {"away-first": "2027-03-01", **changes})
    assert (answer.status_code, answer.context["away_form"].errors[field]) == (422, [sentence])
    assert site.inside(TimeOff.objects.count) == 0


# Resources


def test_a_resource_is_added_renamed_and_removed(site):
    site.post("resources/new/", {"name": "Lift", "count": "2", "needed_for": ["haircut"]})
    lift = site.inside(lambda: Resource.objects.get(name="Lift"))
    path = f"resources/{lift.id}/"
    site.post(path, {**site.fields(path), "name": "Big lift", "count": "1"})
    with tenancy.workspace(site.workspace.id):
        found = {one.name: one.count for one in offer_file.written(slug="x").resources}
    assert found == {"Big lift": 1, "Colour station": 1}
    site.post(f"{path}remove/", {})
    with tenancy.workspace(site.workspace.id):
        assert [one.name for one in offer_file.written(slug="x").resources] == ["Colour station"]


def test_bad_resources_are_refused_in_words(site):
    twice = site.post("resources/new/", {"name": "Colour station", "count": "1"})
    assert "called “Colour station” already" in twice.context["new"].errors["name"][0]
    none = site.post("resources/new/", {"name": "Room", "count": "0"})
    assert none.context["new"].errors["count"] == ["Write a whole number from 1 to 200."]


# The file


def test_what_is_downloaded_is_the_same_business_again(site, new_workspace):
    text = site.get("file/business.yaml").content.decode()
    found = business_file.read(text)
    demo = business_file.read(DEMO)
    assert found.model_copy(update={"workspace": "demo"}) == demo

    other = Site(new_workspace())
    checked = other.post("file/", {"text": text, "step": "check"})
    loaded = other.post("file/", {"text": text, "step": "load", "seen": checked.context["seen"]})
    assert toast(loaded)["text"].startswith("The file is taken over.")
    with tenancy.workspace(other.workspace.id):
        assert offer_file.written(slug="demo") == demo


def test_a_file_is_taken_over_only_after_its_changes_were_shown(site):
    text = (
        DEMO.read_text()
        .replace("name: Consultation", "name: First talk")
        .replace("key: consultation", "key: talk")
    )
    text = text.replace("consultation]", "talk]")
    first = site.post("file/", {"text": text, "step": "check"})
    services = first.context["changes"][0]
    assert (services.new, services.gone) == (("First talk",), ("Consultation",))
    assert site.service("consultation").is_bookable
    site.post("file/", {"text": text, "step": "load", "seen": first.context["seen"]})
    assert not site.service("consultation").is_bookable
    assert site.service("talk").is_bookable


def test_a_file_is_shown_again_when_a_fact_changed_in_the_meantime(site):
    text = DEMO.read_text()
    first = site.post("file/", {"text": text, "step": "check"})
    path = f"{site.service('haircut').id}/"
    site.post(path, {**site.fields(path), "price": "99"})
    again = site.post("file/", {"text": text, "step": "load", "seen": first.context["seen"]})
    assert again.context["is_overtaken"]
    assert site.service("haircut").price == 9900


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("name: [", "this cannot be read as YAML"),
        ("- a\n- b", "it holds no facts"),
        ("", "it holds no facts"),
        ("name: X", "timezone: is missing; it is needed"),
        (
            DEMO.read_text().replace("price: 2200", "price: -2200"),
            "services[2].price: a price cannot be below zero",
        ),
        (
            DEMO.read_text().replace("kind: salon", f"kind: {'s' * 61}"),
            "kind: must not be longer than 60 letters",
        ),
    ],
)
def test_what_is_wrong_with_a_file_is_said_and_it_stays_where_it_was_typed(site, text, sentence):
    answer = site.post("file/", {"text": text, "step": "check"})
    assert answer.status_code == 422
    assert any(sentence in problem for problem in answer.context["problems"])
    assert answer.context["text"] == text
    assert site.service("beard-trim").price == 2200


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"\xff\xfe\x00", "is not text"), (b"#" * 300_000, "larger than 256 kB")],
)
def test_an_upload_that_is_no_business_file_is_refused(site, content, sentence):
    upload = SimpleUploadedFile("business.yaml", content)
    answer = site.client.post(
        site.path("file/"), {"text": "kept", "file": upload, "step": "check"}, headers=HTMX
    )
    assert answer.status_code == 422
    assert sentence in answer.context["problems"][0]
    assert answer.context["text"] == "kept"


def test_an_uploaded_file_is_read(site):
    upload = SimpleUploadedFile("business.yaml", DEMO.read_bytes())
    answer = site.client.post(site.path("file/"), {"file": upload, "step": "check"}, headers=HTMX)
    assert answer.context["text"].startswith("# The demo workspace")
    assert [change.total for change in answer.context["changes"]] == [8, 3, 1, 12]
