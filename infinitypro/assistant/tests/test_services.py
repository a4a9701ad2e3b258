"""The assistant over the workspace's own rows."""

from datetime import timedelta

import pytest

from infinitypro.assistant import queries, services
from infinitypro.booking import queries as booking
from infinitypro.contacts.models import Contact
from infinitypro.core import tenancy
from infinitypro.inbox import receiving
from tests import studio


@pytest.fixture
def talk(new_workspace):
    """A conversation of a contact called Ana, in a studio of its own."""
    made = studio.open_studio(new_workspace)
    with tenancy.workspace(made.space.id):
        yield studio.a_conversation(studio.a_contact("Ana Flores"))


def answer(conversation, text, *, minutes=0):
    at = studio.START + timedelta(minutes=minutes)
    message = studio.a_message(conversation, text, at=at)
    row = receiving.lock(conversation_id=conversation.id)
    return services.compose(conversation=row, messages=[message], now=at)


def test_a_booking_is_made_for_the_contact_and_the_dialogue_is_kept(talk):
    answer(talk, "haircut with maya")
    outcome = answer(talk, "the earliest you have", minutes=1)
    answer(talk, "the first one", minutes=2)

    assert outcome.asks == "slot"
    assert len(booking.upcoming(contact_id=talk.contact_id, now=studio.START)) == 1
    kept = queries.kept(conversation_id=talk.id)
    assert kept is not None
    assert kept.state["done"][0] == "booked"


def test_a_stop_is_written_to_the_contact_and_silences_until_start(talk):
    assert answer(talk, "STOP").kind == "reply"
    assert Contact.objects.get(id=talk.contact_id).stopped_at is not None
    assert answer(talk, "how much is a haircut", minutes=1).kind == "nothing"
    assert answer(talk, "START", minutes=2).kind == "reply"
    assert Contact.objects.get(id=talk.contact_id).stopped_at is None


def test_a_person_who_has_the_conversation_is_not_disturbed_but_a_stop_is_heard(talk):
    talk.is_assistant_on = False
    talk.save()

    assert answer(talk, "how much is a haircut").kind == "nothing"
    assert answer(talk, "STOP", minutes=1).reason == "stopped"


def test_a_trace_is_kept_with_its_message(talk):
    outcome = answer(talk, "how much is a haircut")
    sent = studio.a_message(talk, outcome.text)

    services.keep_trace(message=sent, outcome=outcome, now=studio.START)

    kept = queries.trace(message_id=sent.id)
    assert kept is not None
    assert kept["understood"]["intent"] == "price"
