"""Telephone numbers, e-mail addresses and notes that a role does not show are in no page, no part, no answer of the API."""

import json
import secrets
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from conftest import make_workspace
from infinitypro.accounts.models import ApiToken
from infinitypro.accounts.permissions import Scope
from infinitypro.accounts.tokens import digest
from infinitypro.contacts import services as contacts
from infinitypro.contacts.models import Contact
from infinitypro.core import clock, live, tenancy
from infinitypro.core.tenancy.models import new_id
from infinitypro.inbox.models import Conversation, Message
from tests import studio

PHONE, SPACED, FRIEND, EMAIL = "+12125550187", "+1 212-555-0187", "+1 212-555-0144", "carmen@example.test"
NOTE, WISH = "Owes us for May.", "Comes with her dog."
HIDDEN = "Number hidden for your role"


@pytest.fixture(scope="module")
def salon(django_db_setup):
    """A customer without a name, so that pages call them by their number where they may."""
    made = studio.open_studio(make_workspace)
    at = datetime.now(UTC)
    with tenancy.workspace(made.space.id):
        found = contacts.find_or_make(addresses=[("phone", PHONE), ("email", EMAIL)], now=at).contact
        talk = studio.a_conversation(found.id, at=at)
        asked = studio.a_message(talk, "Call my sister", at=at)
        card = {"name": "Sofia", "phones": [FRIEND], "emails": [EMAIL], "organisation": ""}
        shared = studio.another(asked, kind="contacts", body=f"Sofia {FRIEND}", details={"cards": [card]})
        studio.another(asked, direction="note", author="member", member=made.member, body=NOTE)
        Conversation.objects.filter(id=talk.id).update(last_message_id=shared.id)
        booked = studio.an_appointment(found.id, at + timedelta(days=1), note=WISH)
    return SimpleNamespace(studio=made, contact=found.id, talk=talk.id, booked=booked, day=at.date())


def read(salon, but):
    """All that a member and a token read who may do everything else: pages, parts, API."""
    grants = studio.everything(but=but)
    token = secrets.token_hex()
    ApiToken.objects.create(workspace=salon.studio.space, digest=digest(token), label="", kept_grants=grants)
    browser = salon.studio.client(studio.a_member(salon.studio.space, grants=grants))
    week = f"start={salon.day}&end={salon.day + timedelta(days=7)}"
    said = {
        rest: studio.sent(browser.get(salon.studio.path(rest), headers={"HX-Request": "true"}))
        for rest in (
            "inbox/",
            f"inbox/{salon.talk}/",
            f"inbox/{salon.talk}/panel/",
            f"calendar/of/{salon.contact}/",
            f"calendar/events/?{week}",
            f"calendar/{salon.booked}/",
            f"calendar/{salon.booked}/move/",
            f"calendar/new/?contact={salon.contact}",
            "audit/",
            "audit/export/?form=csv",
            "audit/export/?form=json",
            "services/file/business.yaml",
        )
    }
    paths = (
        "conversations/",
        f"conversations/{salon.talk}/messages/",
        "contacts/",
        f"contacts/{salon.contact}/",
    )
    for path in (*paths, "appointments/"):
        answer = studio.asks(path, token=token)
        assert answer.status_code == 200, path
        said[path] = answer.content.decode()
    return said


def test_a_number_that_is_hidden_is_nowhere(salon):
    said = read(salon, "contacts.phone")
    for place, text in said.items():
        for number in (PHONE, SPACED, FRIEND, "555-0187", "5550187", "555-0144"):
            assert number not in text, place
    assert HIDDEN in said[f"inbox/{salon.talk}/panel/"]
    assert HIDDEN in said[f"calendar/{salon.booked}/"]
    assert HIDDEN in said[f"inbox/{salon.talk}/"]  # the card that was shared
    assert "Contact: Sofia" in said["inbox/"]
    assert EMAIL in said["contacts/"]


def test_an_address_that_is_hidden_is_nowhere(salon):
    said = read(salon, "contacts.email")
    for place, text in said.items():
        assert EMAIL not in text, place
    assert PHONE in said["contacts/"]


def test_notes_that_are_hidden_are_nowhere(salon):
    said = read(salon, "contacts.notes")
    for place, text in said.items():
        assert NOTE not in text, place
        assert WISH not in text, place
    assert 'id="kind-note"' not in said[f"inbox/{salon.talk}/"]


def test_they_are_there_for_who_may_see_them(salon):
    said = read(salon, "workspace.own")
    assert SPACED in said[f"inbox/{salon.talk}/panel/"]
    assert (
        SPACED in said["calendar/events/?" + next(key for key in said if "events" in key).partition("?")[2]]
    )
    assert FRIEND in said["inbox/"]
    assert NOTE in said[f"inbox/{salon.talk}/"]
    assert WISH in said[f"calendar/{salon.booked}/"]
    assert (PHONE in said["contacts/"], EMAIL in said["contacts/"]) == (True, True)


def test_whoever_may_not_read_notes_still_sees_what_happened(salon):
    with tenancy.workspace(salon.studio.space.id):
        like = Message.objects.filter(conversation_id=salon.talk).earliest("id")
        studio.another(like, direction="event", author="system", kind="resolved", member=salon.studio.member)
    assert "resolved the conversation" in read(salon, "contacts.notes")[f"inbox/{salon.talk}/"]


def test_live_events_name_things_by_their_ids_alone(salon, monkeypatch):
    told: list[str] = []
    monkeypatch.setattr(live, "connection", SimpleNamespace(cursor=lambda: Listening(told)))
    with tenancy.workspace(salon.studio.space.id):
        live.publish("conversation", id=salon.talk)
    assert [set(json.loads(one)) for one in told] == [{"workspace", "topic", "id"}]


class Listening:
    """A cursor that keeps what is said."""

    def __init__(self, told):
        self.told = told

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None

    def execute(self, statement, given):
        self.told.append(given[1])


def test_a_booking_form_lists_the_customers_of_ones_own_conversations_alone(salon):
    grants = studio.everything(contacts=Scope.OWN)
    mine = studio.a_member(salon.studio.space, grants=grants)
    with tenancy.workspace(salon.studio.space.id):
        other = Contact.objects.create(
            id=new_id(), made_at=clock.now(), last_seen_at=clock.now(), name="Noemi"
        )
        talk = Conversation.objects.get(id=salon.talk)
        Conversation.objects.create(
            contact=other, channel=talk.channel, last_message_at=clock.now(), assignee=mine
        )
    path = salon.studio.path(f"calendar/new/?contact={salon.contact}")
    shown = salon.studio.client(mine).get(path, headers={"HX-Request": "true"}).content.decode()
    assert "Noemi" in shown
    assert str(salon.contact) not in shown
