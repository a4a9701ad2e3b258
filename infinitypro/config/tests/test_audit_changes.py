"""What a change of settings leaves in the audit log: what was, what is, no secret, and nothing of who was erased."""

import csv
import io
import json
from datetime import timedelta

import pytest

from infinitypro.booking import offer
from infinitypro.booking.models import Resource, Service, Staff
from infinitypro.business import editing, queries, schema
from infinitypro.business import services as business
from infinitypro.business.forms import QuestionForm
from infinitypro.business.models import Faq
from infinitypro.channels import services as channels
from infinitypro.core import audit, clock, tenancy
from infinitypro.core.audit import chain
from infinitypro.core.audit.models import AuditEntry
from infinitypro.core.vault import keyring
from tests import studio


@pytest.fixture
def made(new_workspace):
    return studio.open_studio(new_workspace)


def after(made, act):
    """What the entries that an act makes say."""
    with tenancy.workspace(made.space.id):
        last = AuditEntry.objects.latest("id").id
        act()
        return list(AuditEntry.objects.filter(id__gt=last).order_by("id"))


def changes(made, act):
    """What the entries that an act makes say of each thing: its kind, what became of it, and the fields."""
    found = after(made, act)
    with tenancy.workspace(made.space.id):
        return [
            (one["kind"], one["was"], one["fields"])
            for row in found
            for one in row.details.get("changes", [])
        ]


def test_a_posted_form_tells_old_and_new_in_its_own_entry(made):
    browser = made.client()
    with tenancy.workspace(made.space.id):
        faq = Faq.objects.earliest("id")
    where = made.path(f"business/questions/{faq.id}/")
    new = {
        "question": faq.question,
        "answer": "Round the corner.",
        "seen": editing.seen(QuestionForm.plain(faq)),
    }
    assert browser.post(where, new).status_code == 302

    with tenancy.workspace(made.space.id):
        entry = AuditEntry.objects.latest("id")
        (told,) = entry.details["changes"]
    assert (entry.actor, entry.action, entry.object_id) == ("member", "business:question", faq.id)
    assert told["fields"] == {"answer": [faq.answer, "Round the corner."]}


def test_every_writer_of_settings_tells_what_it_changed(made):
    with tenancy.workspace(made.space.id):
        service, resource = Service.objects.earliest("id"), Resource.objects.earliest("id")
        person, faq = (
            Staff.objects.filter(does_everything=False).earliest("id"),
            Faq.objects.earliest("position"),
        )
    entry = schema.Service(key=service.key, name=service.name, minutes=service.minutes + 5)
    facts = {"about": "Quiet.", "booking": {"horizon_days": 11}}
    off = schema.TimeOff.model_validate({"from": "2026-05-04", "to": "2026-05-06", "reason": "Lisbon"})
    told = {
        "facts": changes(made, lambda: business.update(changes=facts)),
        "service": changes(made, lambda: offer.save_service(entry=entry, service_id=service.id)),
        "closed": changes(made, lambda: offer.set_bookable(service_id=service.id, is_bookable=False)),
        "away": changes(made, lambda: offer.add_time_off(staff_id=person.id, entry=off)),
        "left": changes(made, lambda: offer.set_active(staff_id=person.id, is_active=False)),
        "resource": changes(made, lambda: offer.retire_resource(resource_id=resource.id)),
        "answer": changes(made, lambda: business.remove_faq(faq_id=faq.id)),
        "nothing": changes(made, lambda: business.update(changes=facts)),
    }

    assert told["facts"][0][2].keys() == {"about", "horizon_days"}
    assert told["facts"][0][2]["horizon_days"][1] == 11
    assert told["service"][0][2]["minutes"] == [service.minutes, service.minutes + 5]
    assert told["closed"] == [("service", "changed", {"is_bookable": [True, False]})]
    ((kind, was, fields),) = told["away"]
    assert (kind, was) == ("staff", "changed")
    assert fields["time_off"][1][-1] == {"from": "2026-05-04", "to": "2026-05-06", "reason": "Lisbon"}
    assert told["left"] == [("staff", "changed", {"is_active": [True, False]})]
    assert told["resource"][0][2]["count"][1] == 0
    assert told["answer"][0][:2] == ("answer", "removed")
    assert told["answer"][0][2]["question"] == [faq.question, None]
    assert told["nothing"] == []


def test_a_secret_is_told_as_changed_and_never_written(made):
    def connect(token):
        channels.connect(
            kind="whatsapp",
            name="Front desk",
            external_id=f"77{made.space.id.int % 10**9}",
            credentials={
                "phone_number_id": f"77{made.space.id.int % 10**9}",
                "access_token": token,
                "app_secret": "s3cret-s3cret",
            },
        )

    first = after(made, lambda: connect("EAAfirsttoken"))
    second = after(made, lambda: connect("EAAsecondtoken"))
    with tenancy.workspace(made.space.id):
        said = json.dumps([row.details for row in AuditEntry.objects.all()])
        (told,) = second[0].details["changes"]

    assert told["fields"]["access_token"] is None
    assert "name" not in told["fields"]
    with tenancy.workspace(made.space.id):
        assert first[0].details["changes"][0]["fields"]["name"] == [None, "Front desk"]
    assert "EAA" not in said
    assert "s3cret" not in said


def test_what_concerns_one_of_staff_goes_with_their_key_and_the_log_still_verifies(made):
    with tenancy.workspace(made.space.id):
        person = Staff.objects.earliest("id")
        off = schema.TimeOff.model_validate({"from": "2026-05-04", "to": "2026-05-06", "reason": "Surgery"})
    (entry,) = after(made, lambda: offer.add_time_off(staff_id=person.id, entry=off))
    assert "Surgery" in page(made)
    keyring.destroy_subject(made.space.id, person.id)

    with tenancy.workspace(made.space.id):
        assert entry.subject_id == person.id
        with pytest.raises(keyring.KeyDestroyed):
            _ = AuditEntry.objects.get(id=entry.id).details
        chain.link()
        assert chain.verify(now=clock.now() + timedelta(hours=1)).as_dict()["ok"]
    shown = page(made)
    assert "Surgery" not in shown
    assert "was erased with the person" in shown
    told = json.loads(studio.sent(made.client().get(made.path("audit/export/"), {"form": "json"})))
    assert [row["is_erased"] for row in told if row["id"] == str(entry.id)] == [True]


def page(made, **query):
    return made.client().get(made.path("audit/"), query).content.decode()


def test_the_page_says_old_and_new_in_words(made):
    with tenancy.workspace(made.space.id):
        service = Service.objects.filter(price__gt=0).earliest("id")
        entry = schema.Service(key=service.key, name=service.name, minutes=service.minutes, price=12345)
        week = queries.profile().hours
        with audit.acting(audit.Actor("member", made.member.id)), audit.one_act():
            offer.save_service(entry=entry, service_id=service.id)
            business.update(changes={"hours": {**week, "monday": ["10:00-19:00"]}})
            audit.record("offer:service", object_id=service.id)
    shown = page(made, who=str(made.member.id))

    assert "$123.45" in shown
    assert "<del>nothing</del>" in shown
    assert "<ins>Mon 10:00–19:00</ins>" in shown
    assert "changed a service" in shown
    assert shown.count('class="audit-row"') == 1


def test_a_change_that_nobody_names_has_an_entry_and_one_that_is_refused_has_none(made):
    def act():
        with audit.one_act():
            business.update(changes={"about": "Loud."})

    def fail():
        with audit.one_act():
            business.update(changes={"about": "Quiet."})
            raise RuntimeError

    assert [row.action for row in after(made, act)] == ["settings.changed"]
    with pytest.raises(RuntimeError), tenancy.workspace(made.space.id):
        fail()
    with tenancy.workspace(made.space.id):
        assert AuditEntry.objects.latest("id").details["changes"][0]["fields"]["about"][1] == "Loud."


def test_a_cell_of_the_export_is_never_a_formula(made):
    with tenancy.workspace(made.space.id):
        business.add_faq(question="=HYPERLINK(0)", answer="@SUM(1)")
        with audit.acting(audit.Actor("member", made.member.id, "-1+1")):
            audit.record("=cmd")
    table = studio.sent(made.client().get(made.path("audit/export/"), {"form": "csv"}))
    rows = list(csv.DictReader(io.StringIO(table)))

    assert rows[1]["action"] == "'=cmd"
    assert rows[1]["network"] == "'-1+1"
    assert rows[2]["changes"].startswith("'=HYPERLINK(0) added")
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]


def test_a_search_finds_acts_people_things_and_networks(made):
    with tenancy.workspace(made.space.id):
        service = Service.objects.earliest("id")
        with audit.acting(audit.Actor("member", made.member.id, "198.51.100.0/24")):
            audit.record("offer:service", object_id=service.id)
            audit.record("inbox:note")

    def found(**query):
        shown = page(made, **query)
        return ("changed a service" in shown, "wrote a note" in shown)

    assert found(q="NOTE") == (False, True)
    assert found(q="maya") == (True, True)
    assert found(q=service.name.upper()) == (True, False)
    assert found(q=str(service.id)) == (True, False)
    assert found(q="198.51.100.0/24") == (True, True)
    assert found(about=str(service.id)) == (True, False)
    assert found(q="zebra") == (False, False)
