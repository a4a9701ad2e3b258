"""Duplicate, late and out of order: every way in which a vendor can tell a story ends in the same state."""

import functools
import random
import threading
from datetime import timedelta

import pytest
from django.db import connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from infinitypro.accounts.models import Workspace
from infinitypro.channels.models import ChannelNotice
from infinitypro.contacts.models import Contact, Identity
from infinitypro.core import tenancy
from infinitypro.core.tenancy.models import new_id
from infinitypro.core.vault import keyring
from infinitypro.inbox import receiving
from infinitypro.inbox import services as inbox
from infinitypro.inbox import tasks as inbox_tasks
from infinitypro.inbox.models import Conversation, EarlyNews, File, Message, Reaction
from infinitypro.intake import tasks
from tests import line

OLD, NEW, USER = "12125550111", "12125550999", "US.1234567890"
BOTH = line.person(OLD, USER, "Maya")
NUMBER, HANDLE = line.person(OLD, name="Maya L"), line.person("", USER, "Maya Lindqvist")
LATER = line.NOON + timedelta(days=1)


def story(sent_one, sent_two):
    """A conversation as Meta would tell it, each part a webhook of its own."""
    edit = {"original_message_id": "wamid.A", "message": {"type": "text", "text": {"body": "hello again"}}}
    second = {
        "original_message_id": "wamid.A",
        "message": {"type": "text", "text": {"body": "hello for good"}},
    }
    moved = {"type": "user_changed_number", "wa_id": NEW, "body": f"Maya changed from {OLD} to {NEW}"}
    return [
        line.said(NUMBER, "wamid.A", 1, text="hello"),
        line.said(HANDLE, "wamid.B", 2, text="it is me, by name"),
        line.said(NUMBER, "wamid.C", 3, type="image", image={"id": "77", "caption": "look"}),
        line.said(NUMBER, "wamid.E1", 4, type="edit", edit=edit),
        line.said(HANDLE, "wamid.E2", 5, type="edit", edit=second),
        line.said(NUMBER, "wamid.D", 6, type="revoke", revoke={"original_message_id": "wamid.C"}),
        line.said(
            NUMBER, "wamid.R1", 7, type="reaction", reaction={"message_id": "wamid.OUT1", "emoji": "👍"}
        ),
        line.said(
            HANDLE, "wamid.R2", 8, type="reaction", reaction={"message_id": "wamid.OUT1", "emoji": "❤️"}
        ),
        line.said(
            NUMBER, "wamid.R3", 9, type="reaction", reaction={"message_id": "wamid.OUT2", "emoji": "😮"}
        ),
        line.said(NUMBER, "wamid.R4", 10, type="reaction", reaction={"message_id": "wamid.OUT2"}),
        line.status("wamid.OUT1", "sent", 11, ours=sent_one),
        line.status("wamid.OUT1", "delivered", 12, ours=sent_one),
        line.status("wamid.OUT1", "read", 13, ours=sent_one),
        line.status("wamid.OUT2", "delivered", 14),
        line.status("wamid.OUT2", "failed", 15, ours=sent_two, code=131026),
        line.status("wamid.ECHO", "read", 16),
        line.echoed(NUMBER, "wamid.ECHO", 17, text="from my own telephone"),
        line.said(BOTH, "wamid.F", 18, text="both of me"),
        line.said(NUMBER, "wamid.S", 19, type="system", system=moved),
        line.said(line.person(NEW, name="Maya L"), "wamid.G", 20, text="my new number"),
    ]


def told(own, parts):
    """The state after these parts came in this order."""
    for place, value in enumerate(parts):
        now = LATER + timedelta(seconds=place)
        line.ingest(own, line.body(line.change(own.number_id, value)), now=now)
    return state(own)


def state(own):
    """All that a person could see, as plain data without ids and times of ours."""
    with tenancy.workspace(own.workspace_id):
        named = Message.objects.exclude(vendor_mark=None)
        marks = {bytes(row.vendor_mark or b""): row.vendor_id for row in named}
        return {
            "contacts": sorted(
                (
                    contact.name,
                    contact.last_seen_at.isoformat(),
                    sorted((row.kind, row.value) for row in Identity.objects.filter(contact=contact)),
                )
                for contact in Contact.objects.all()
            ),
            "conversations": [
                [getattr(row, name) for name in ROW]
                + [row.waiting_since is None, body_of(row.last_message_id)]
                for row in Conversation.objects.all()
            ],
            "messages": sorted(
                [str(getattr(message, name)) for name in (*WHEN, *WHAT)]
                for message in Message.objects.exclude(direction="event")
            ),
            "reactions": sorted(
                (marks.get(bytes(row.target_mark), "?"), row.emoji or "", row.at.isoformat())
                for row in Reaction.objects.all()
            ),
            "files": File.objects.count(),
            "early": EarlyNews.objects.count(),
            "notices": ChannelNotice.objects.count(),
        }


ROW = ("status", "is_assistant_on", "unread_count", "last_message_at", "last_inbound_at")
WHAT = ("author", "kind", "vendor_id", "is_answered", "failure_code", "body")
WHEN = ("at", "sent_at", "delivered_at", "read_at", "failed_at", "edited_at", "deleted_at")


def body_of(message_id):
    return Message.objects.get(id=message_id).body if message_id else None


@pytest.fixture(scope="session")
def tell(django_db_setup):
    """Tells the story in an order to a business of its own, and gives the state after it."""

    def tell(order):
        own = line.business(Workspace.objects.create(slug=f"w-{new_id().hex}"))
        with own.entered() as channel:
            person = line.said(BOTH, "wamid.FIRST", 0, text="first")
            line.ingest(own, line.body(line.change(own.number_id, person)), now=LATER)
            row = Conversation.objects.get(channel=channel)
            sent = [
                inbox.send(conversation_id=row.id, author="assistant", text=text, now=line.NOON).id
                for text in ("one", "two")
            ]
            Message.objects.filter(id__in=sent).update(claimed_at=LATER)
        return told(own, [story(*sent)[place] for place in order])

    return tell


LENGTH = len(story("", ""))
orders = st.permutations(range(LENGTH)).flatmap(
    lambda order: st.lists(st.integers(0, LENGTH - 1), max_size=8).map(lambda again: [*order, *again])
)


def test_the_story_in_its_own_order_is_what_a_person_expects(tell):
    found = tell(range(LENGTH))

    ((name, _seen, addresses),) = found["contacts"]
    assert name == "Maya L"
    assert addresses == [("phone", f"+{OLD}"), ("phone", f"+{NEW}"), ("whatsapp_user", USER)]
    ((status, is_on, unread, *_times, is_answered, last),) = found["conversations"]
    assert (status, is_on, unread, is_answered, last) == ("open", False, 6, False, "my new number")
    assert found["early"] == 0
    assert found["reactions"] == [
        ("wamid.OUT1", "❤️", "2026-11-23T12:00:08+00:00"),
        ("wamid.OUT2", "", "2026-11-23T12:00:10+00:00"),
    ]
    assert [row[-1] for row in found["messages"] if "contact" in row] == [
        *("first", "hello for good", "it is me, by name", "look", "both of me", "my new number")
    ]


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
@given(order=orders)
def test_every_order_with_every_repetition_ends_in_the_same_state(tell, order):
    assert tell(order) == clean(tell)


@functools.cache
def clean(tell):
    return tell(range(LENGTH))


def test_told_backwards_it_is_the_same_story(tell):
    assert tell(reversed(range(LENGTH))) == tell(range(LENGTH))


# At one moment


@pytest.fixture
def own(new_workspace):
    line.begin()
    return line.business(new_workspace())


def at_once(*acts):
    """Run these at one moment, each as a job would: again when it lost a race."""
    errors = []
    barrier = threading.Barrier(len(acts))

    def run(act):
        try:
            barrier.wait()
            for attempt in range(5):
                try:
                    act()
                    return
                except Exception:
                    if attempt == 4:
                        raise
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def webhook(own, value):
    return lambda: line.ingest(own, line.body(line.change(own.number_id, value)), now=LATER)


@pytest.mark.parametrize("_round", range(5))
def test_two_first_messages_at_one_moment_make_one_contact_and_one_conversation(own, _round):
    at_once(*(webhook(own, line.said(BOTH, f"wamid.{n}", n, text=str(n))) for n in range(6)))

    with own.entered():
        assert Contact.objects.count() == 1
        assert Conversation.objects.count() == 1
        assert Message.objects.count() == 6
        assert Conversation.objects.get().unread_count == 6


@pytest.mark.parametrize("_round", range(5))
def test_a_message_and_what_is_said_of_it_at_one_moment_find_each_other(own, _round):
    edit = {"original_message_id": "wamid.A", "message": {"type": "text", "text": {"body": "better"}}}
    at_once(
        webhook(own, line.said(NUMBER, "wamid.A", 1, text="hello")),
        webhook(own, line.said(NUMBER, "wamid.E", 2, type="edit", edit=edit)),
        webhook(
            own, line.said(NUMBER, "wamid.D", 3, type="revoke", revoke={"original_message_id": "wamid.A"})
        ),
        webhook(own, line.echoed(NUMBER, "wamid.O", 4, text="ours")),
        webhook(own, line.status("wamid.O", "read", 5)),
    )

    with own.entered():
        message = Message.objects.get(direction="in")
        assert (message.body, message.deleted_at is not None) == ("better", True)
        assert Message.objects.get(direction="out").read_at is not None
        assert EarlyNews.objects.count() == 0


@pytest.mark.parametrize("_round", range(3))
def test_two_records_that_turn_out_to_be_one_person_while_both_write(own, _round):
    line.ingest(
        own, line.body(line.change(own.number_id, line.said(NUMBER, "wamid.N", 1, text="n"))), now=LATER
    )
    line.ingest(
        own, line.body(line.change(own.number_id, line.said(HANDLE, "wamid.H", 2, text="h"))), now=LATER
    )
    acts = [webhook(own, line.said(BOTH, "wamid.B", 3, text="both"))]
    acts += [webhook(own, line.said(NUMBER, f"wamid.N{n}", 4 + n, text=f"n{n}")) for n in range(2)]
    acts += [webhook(own, line.said(HANDLE, f"wamid.H{n}", 6 + n, text=f"h{n}")) for n in range(2)]
    random.shuffle(acts)

    at_once(*acts)

    with own.entered():
        assert Contact.objects.count() == 1
        assert Conversation.objects.count() == 1
        assert {message.body for message in Message.objects.all()} == {
            "n",
            "h",
            "both",
            "n0",
            "n1",
            "h0",
            "h1",
        }


# Two records of one person


def test_someone_known_by_a_name_whose_number_appears_later_is_one_contact_with_all_history(own):
    for value in (
        line.said(HANDLE, "wamid.1", 1, text="by name"),
        line.said(line.person(OLD, name="Maya"), "wamid.2", 2, text="by number"),
        line.said(HANDLE, "wamid.R1", 3, type="reaction", reaction={"message_id": "wamid.X", "emoji": "👍"}),
        line.said(NUMBER, "wamid.R2", 4, type="reaction", reaction={"message_id": "wamid.X", "emoji": "❤️"}),
        line.said(NUMBER, "wamid.P", 5, type="image", image={"id": "77", "filename": "cat.png"}),
    ):
        line.ingest(own, line.body(line.change(own.number_id, value)), now=LATER)
    with own.entered():
        first, second = Conversation.objects.order_by("id")
        inbox.hand_over(conversation_id=second.id, reason="anger", summary="Angry.", is_upset=True, now=LATER)
        inbox.send(conversation_id=second.id, author="member", text="sorry", now=LATER)

    found = line.ingest(
        own, line.body(line.change(own.number_id, line.said(BOTH, "wamid.3", 6, text="both"))), now=LATER
    )

    keyring.forget()
    with own.entered():
        contact, row = Contact.objects.get(), Conversation.objects.get()
        assert row.id == first.id
        assert contact.name == "Maya"
        texts = Message.objects.filter(direction="in").order_by("at")
        assert [message.body for message in texts] == ["by name", "by number", "", "both"]
        assert (row.is_assistant_on, row.is_upset, row.hand_over_summary) == (False, True, "Angry.")
        assert {(one.kind, one.value) for one in Identity.objects.all()} == {
            ("phone", f"+{OLD}"),
            ("whatsapp_user", USER),
        }
        assert Reaction.objects.get().emoji == "❤️"
        assert File.objects.get().name == "cat.png"
        assert Message.objects.get(direction="out").conversation_id == row.id
        assert {message.body for message in found} >= {"by name", "both"}
        contact.name = "Maya"
        contact.save()
        for message in Message.objects.all():
            message.body = message.body + "!"
            message.save()


def test_jobs_of_a_conversation_that_became_part_of_another_end_quietly(own):
    gone = {"workspace_id": str(own.workspace_id), "conversation_id": str(own.channel_id)}
    tasks.answer(**gone)
    inbox_tasks.deliver(**gone)
    inbox_tasks.wake(**gone)


def test_a_name_that_came_late_does_not_replace_a_newer_one(own):
    for name, when in (("New", 9), ("Old", 3)):
        value = line.said(line.person(OLD, name=name), f"wamid.{name}", when, text=name)
        line.ingest(own, line.body(line.change(own.number_id, value)), now=LATER)
    with own.entered():
        assert Contact.objects.get().name == "New"


def test_late_news_of_a_try_that_was_repeated_since_changes_nothing(own):
    first = line.said(NUMBER, "wamid.1", 1, text="hello")
    line.ingest(own, line.body(line.change(own.number_id, first)), now=LATER)
    with own.entered() as channel:
        row = Conversation.objects.get()
        sent = inbox.send(conversation_id=row.id, author="member", text="answer", now=LATER)
        receiving.name_vendor_id(message_id=sent.id, channel=channel, vendor_id="wamid.TRY1")
    failure = line.status("wamid.TRY1", "failed", 5, ours=sent.id, code=131026)
    line.ingest(own, line.body(line.change(own.number_id, failure)), now=LATER)
    with own.entered():
        assert Message.objects.get(id=sent.id).status == "failed"
        inbox.try_again(message_id=sent.id, now=LATER)
    line.ingest(own, line.body(line.change(own.number_id, failure)), now=LATER)
    with own.entered():
        assert Message.objects.get(id=sent.id).status == "waiting"
    good = line.status("wamid.TRY2", "delivered", 9, ours=sent.id)
    line.ingest(own, line.body(line.change(own.number_id, good)), now=LATER)
    with own.entered():
        message = Message.objects.get(id=sent.id)
        assert (message.status, message.vendor_id) == ("delivered", "wamid.TRY2")


def test_what_the_business_does_on_its_own_telephone_belongs_to_the_customer_and_to_nobody_else(own):
    edit = {"original_message_id": "wamid.O", "message": {"type": "text", "text": {"body": "ours, mended"}}}
    for value in (
        line.said(NUMBER, "wamid.1", 1, text="hello"),
        line.echoed(NUMBER, "wamid.O", 2, text="ours"),
        line.echoed(NUMBER, "wamid.R", 3, type="reaction", reaction={"message_id": "wamid.1", "emoji": "🙏"}),
        line.echoed(NUMBER, "wamid.E", 4, type="edit", edit=edit),
    ):
        line.ingest(own, line.body(line.change(own.number_id, value)), now=LATER)
    with own.entered():
        assert Contact.objects.get().id == Reaction.objects.get(is_ours=True).contact_id
        assert Message.objects.get(direction="out").body == "ours, mended"
