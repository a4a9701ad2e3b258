"""What the inbox's pages say."""

import re
from datetime import timedelta
from html import unescape

import pytest

from infinitypro.core import clock, tenancy
from infinitypro.inbox import receiving
from infinitypro.inbox import services as inbox
from infinitypro.inbox.models import Message
from tests import line, studio

ANA = line.person("12125550111", name="Ana Flores")
NOW = line.NOON + timedelta(seconds=2, milliseconds=700)


@pytest.fixture
def site(new_workspace):
    return studio.open_studio(new_workspace)


@pytest.fixture
def talk(site):
    """A conversation: a question, and what we answered within the same second as the customer's choice came."""
    own = line.business(site.space)
    asked = line.ingest(
        own,
        line.body(line.change(own.number_id, line.said(ANA, "wamid.A", 1, text="a haircut?"))),
        now=line.NOON,
    )
    with own.entered():
        row = asked[0].conversation
        sent = inbox.send(conversation_id=row.id, author="assistant", text="At three or at four?", now=NOW)
        sent.vendor_id, sent.vendor_mark = "wamid.OUT", receiving.mark(row.channel, "wamid.OUT")
        sent.save()
    chosen = line.said(ANA, "wamid.B", 2, text="three")
    chosen["messages"][0]["context"] = {"id": "wamid.OUT"}
    line.ingest(own, line.body(line.change(own.number_id, chosen)), now=NOW)
    return row


def words(site, rest):
    text = site.client().get(site.path(rest)).content.decode()
    return " ".join(unescape(re.sub(r"<(?!!--)[^>]+>", " ", text)).split())


def test_an_answer_stands_below_what_it_answers_though_the_vendor_gives_whole_seconds(site, talk):
    with tenancy.workspace(site.space.id):
        said = Message.objects.filter(conversation=talk, kind="text").order_by("at", "id")
        assert [message.body for message in said] == ["a haircut?", "At three or at four?", "three"]


def test_a_quoted_answer_of_the_assistants_bears_its_name(site, talk):
    assert "Assistant At three or at four? three" in words(site, f"inbox/{talk.id}/")


def test_what_failed_says_so_once(site, talk):
    with tenancy.workspace(site.space.id):
        found = Message.objects.filter(conversation=talk, direction="out")
        found.update(failed_at=NOW, failure="Not delivered: the 24-hour window has closed.")

    said = words(site, f"inbox/{talk.id}/")
    assert "Not delivered: the 24-hour window has closed." in said
    assert "Not delivered: Not delivered" not in said


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        ("asked", "the customer asked for a person"),
        ("rights", "a request about personal data"),
        ("question", "a question that your facts do not answer"),
    ],
)
def test_a_hand_over_says_why(site, talk, reason, text):
    with tenancy.workspace(site.space.id):
        inbox.hand_over(conversation_id=talk.id, reason=reason, summary="", is_upset=False, now=clock.now())

    assert f"The assistant handed over: {text}" in words(site, f"inbox/{talk.id}/")


def test_a_reply_answers_with_the_conversation_as_it_is_now(site, talk):
    with tenancy.workspace(site.space.id):
        talk.last_inbound_at = clock.now()
        talk.save()

    answer = site.client().post(
        site.path(f"inbox/{talk.id}/reply/"), {"text": "Three it is."}, headers={"HX-Request": "true"}
    )

    assert "Three it is." in answer.content.decode()
    assert "you answer" in answer.content.decode()


def test_the_first_look_says_where_conversations_come_from(site):
    assert "No conversations yet" in words(site, "inbox/")
    assert "See your channels" in words(site, "inbox/")


def test_an_empty_result_says_what_was_looked_at_and_how_to_widen_it(site, talk):
    assert "You look at the tab Mine. What you resolve stands here" in words(
        site, "inbox/?tab=mine&status=resolved"
    )
    with tenancy.workspace(site.space.id):
        inbox.set_status(conversation_id=talk.id, status="resolved", by=site.member.id, now=clock.now())

    assert "Nothing is open" in words(site, "inbox/")
    assert "Show all conversations" in words(site, "inbox/")
    assert "Ana Flores" in words(site, "inbox/?status=any")


@pytest.mark.parametrize(
    "before", ["x~y", "~", "x", "2026-03-10T14:00~{id}", "9999-12-31T23:59:59-23:59~{id}"]
)
def test_a_place_in_the_list_that_is_none_shows_the_list_from_its_beginning(site, talk, before):
    named = before.replace("{id}", str(talk.id))

    assert "Ana Flores" in words(site, f"inbox/?before={named}")
