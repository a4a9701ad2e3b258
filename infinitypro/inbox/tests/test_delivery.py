"""Sending: in order, at the vendor's pace, at least once, and in plain words where it fails."""

from datetime import datetime, timedelta

import pytest
from django.db import connection

from infinitypro.accounts.models import User
from infinitypro.channels import services as channels
from infinitypro.channels import types
from infinitypro.channels.models import Channel
from infinitypro.core.errors import Problem
from infinitypro.core.tenancy.models import new_id
from infinitypro.inbox import delivery, waking
from infinitypro.inbox import services as inbox
from infinitypro.inbox.models import Conversation, Message
from tests import line
from tests import vendor as vendors

NOW = line.NOON + timedelta(minutes=1)
MAYA = line.person("12125550111", "US.1234567890", "Maya")


@pytest.fixture
def vendor(db):
    with vendors.standing_in() as one:
        yield one


@pytest.fixture
def own(new_workspace):
    line.begin()
    business = line.business(new_workspace())
    first = line.said(MAYA, "wamid.IN", 0, text="hello")
    line.ingest(business, line.body(line.change(business.number_id, first)), now=line.NOON)
    return business


@pytest.fixture
def member(db):
    return User.objects.create(email=f"{new_id()}@example.com", name="Sam").id


def conversation(own):
    with own.entered():
        return Conversation.objects.get()


def write(own, text, now=NOW, author="assistant", **more):
    with own.entered():
        return inbox.send(
            conversation_id=Conversation.objects.get().id, author=author, text=text, now=now, **more
        )


def again(message):
    return Message.objects.get(id=message.id)


def look(own, message):
    with own.entered():
        found = again(message)
        return found.status, found.failure_code, found.failure


def deliver(own, now=NOW):
    """Deliver until nothing can go at that moment; what the last call said."""
    row = conversation(own)
    for _ in range(200):
        result = delivery.deliver(workspace_id=own.workspace_id, conversation_id=row.id, now=now)
        if result is False or (isinstance(result, delivery.Later) and result.at > now):
            return result
    raise AssertionError("it does not end")


def news(own, kind, vendor_id, when, **more):
    line.ingest(
        own, line.body(line.change(own.number_id, line.status(vendor_id, kind, when, **more))), now=NOW
    )


def test_a_message_goes_to_whom_it_is_for_and_its_receipts_come_back(own, vendor):
    message = write(own, "hello yourself", buttons=(types.Button("yes", "Yes"),))

    assert deliver(own) is False

    (body,) = vendor.sent
    assert (body["to"], body["recipient"]) == ("+12125550111", "US.1234567890")
    assert body["biz_opaque_callback_data"] == str(message.id)
    assert body["interactive"]["action"]["buttons"][0]["reply"] == {"id": "yes", "title": "Yes"}
    assert vendor.tokens == ["Bearer vendor-token"]
    assert look(own, message)[0] == "sent"
    news(own, "delivered", f"wamid.SENT1.{message.id}", 70)
    assert look(own, message)[0] == "delivered"
    news(own, "read", f"wamid.SENT1.{message.id}", 80)
    assert look(own, message)[0] == "read"


def test_messages_of_a_conversation_go_in_the_order_they_were_written(own, vendor):
    for n in range(8):
        write(own, str(n))
    deliver(own)
    assert vendor.texts() == [str(n) for n in range(8)]


def test_a_later_message_does_not_overtake_one_that_is_tried_again(own, vendor):
    vendor.answers = [vendors.refusal(130429, 429)]
    write(own, "first")
    write(own, "second")

    later = deliver(own)

    assert isinstance(later, delivery.Later)
    assert timedelta(seconds=2) <= later.at - NOW <= timedelta(seconds=10)
    assert vendor.texts() == ["first"]
    deliver(own, later.at)
    assert vendor.texts() == ["first", "first", "second"]


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (vendors.refusal(131026), "131026", "WhatsApp"),
        (vendors.refusal(190, 401), "190", "access token"),
        (vendors.refusal(131047), "131047", "24-hour"),
        ((400, {"nonsense": True}), "http_400", "settings"),
    ],
)
def test_what_cannot_be_sent_fails_at_once_in_plain_words_and_holds_nothing_up(
    own, vendor, answer, code, words
):
    vendor.answers = [answer]
    bad, good = write(own, "bad"), write(own, "good")

    assert deliver(own) is False

    status, found, sentence = look(own, bad)
    assert (status, found) == ("failed", code)
    assert words in sentence
    assert sentence.endswith(".")
    assert look(own, good)[0] == "sent"


def test_a_member_sends_a_message_that_failed_once_more(own, vendor):
    vendor.answers = [vendors.refusal(131026)]
    message = write(own, "please")
    deliver(own)
    with own.entered():
        inbox.try_again(message_id=message.id, now=NOW)
        inbox.try_again(message_id=message.id, now=NOW)

    deliver(own)

    assert vendor.texts() == ["please", "please"]
    assert look(own, message)[0] == "sent"


def test_outside_the_window_free_text_is_refused_and_a_template_goes(own, vendor):
    late = line.NOON + timedelta(hours=24)
    assert deliver(own, late) is False
    text = write(own, "too late", now=late)
    template = write(own, "", now=late, template=types.Template("hello_world", "en_US", ()))

    deliver(own, late)

    status, code, sentence = look(own, text)
    assert (status, code) == ("failed", "131047")
    assert "24-hour" in sentence
    assert "template" in sentence
    assert look(own, template)[0] == "sent"
    assert [body["type"] for body in vendor.sent] == ["template"]


def test_one_second_before_the_window_closes_text_still_goes(own, vendor):
    nearly = line.NOON + timedelta(hours=24) - timedelta(seconds=1)
    write(own, "just in time", now=nearly)
    deliver(own, nearly)
    assert vendor.texts() == ["just in time"]


def test_a_disconnected_channel_sends_nothing_and_says_so(own, vendor):
    message = write(own, "hello")
    with own.entered() as channel:
        channels.disconnect(channel_id=channel.id)
    deliver(own)
    assert vendor.sent == []
    assert look(own, message)[:2] == ("failed", "disconnected")


def test_to_one_person_45_go_at_once_and_then_one_every_six_seconds(own, vendor):
    for n in range(50):
        write(own, str(n))
    now = NOW
    sent: list[datetime] = []
    for _ in range(200):
        later = deliver(own, now)
        sent += [now] * (len(vendor.sent) - len(sent))
        if later is False:
            break
        now = later.at

    assert vendor.texts() == [str(n) for n in range(50)]
    assert sum(moment - NOW < timedelta(seconds=3) for moment in sent) == 45
    gaps = [(sent[n] - sent[n - 1]).total_seconds() for n in range(46, 50)]
    assert all(gap == pytest.approx(6, abs=0.1) for gap in gaps)


def test_a_number_sends_at_most_80_messages_in_any_second_and_loses_none(own):
    with own.entered():
        now = NOW
        turns: list[datetime] = []
        while len(turns) < 400:
            due = channels.take_turn(channel_id=own.channel_id, per_second=80, now=now)
            if due is None:
                turns.append(now)
            else:
                assert due > now
                now = due
    for place, first in enumerate(turns):
        assert sum(moment < first + timedelta(seconds=1) for moment in turns[place:]) <= 80
    assert (turns[-1] - turns[0]).total_seconds() < 400 / 60


def test_what_the_assistant_wrote_is_withdrawn_when_a_member_steps_in(own, vendor, member):
    sent = write(own, "sent before")
    deliver(own)
    stale = write(own, "not any more", now=NOW + timedelta(seconds=1))
    mine = write(own, "let me", now=NOW + timedelta(seconds=2), author="member", member_id=member)

    deliver(own, NOW + timedelta(seconds=3))

    assert vendor.texts() == ["sent before", "let me"]
    assert [look(own, one)[0] for one in (sent, stale, mine)] == ["sent", "withdrawn", "sent"]
    with own.entered():
        row = Conversation.objects.get()
        assert (row.is_assistant_on, row.assignee_id, row.waiting_since) == (False, member, None)
        assert not Message.objects.filter(is_answered=False).exists()


def test_taking_over_withdraws_and_giving_back_lets_the_assistant_speak_again(own, vendor, member):
    stale = write(own, "not any more")
    with own.entered():
        row = Conversation.objects.get()
        inbox.take_over(conversation_id=row.id, by=member, now=NOW + timedelta(seconds=1))
    deliver(own, NOW + timedelta(seconds=2))
    with own.entered():
        inbox.give_back(conversation_id=row.id, by=member, now=NOW + timedelta(seconds=3))
    write(own, "here again", now=NOW + timedelta(seconds=4))
    deliver(own, NOW + timedelta(seconds=5))
    assert vendor.texts() == ["here again"]
    assert look(own, stale)[0] == "withdrawn"


@pytest.mark.parametrize("lost", [(502, b"bad gateway"), (200, {"no": "id"}), (200, b"{broken")])
def test_a_send_whose_answer_was_lost_waits_for_a_status_and_is_not_repeated_when_one_names_it(
    own, vendor, lost
):
    vendor.answers = [lost]
    message, second = write(own, "once"), write(own, "after")

    later = deliver(own)

    assert later == delivery.Later(NOW + timedelta(seconds=30))
    assert look(own, message)[0] == "sending"
    news(own, "sent", "wamid.BYSTATUS", 61, ours=message.id)
    assert look(own, message)[0] == "sent"
    deliver(own, later.at)
    assert vendor.texts() == ["once", "after"]
    assert look(own, second)[0] == "sent"
    news(own, "read", "wamid.BYSTATUS", 99)
    assert look(own, message)[0] == "read"


def test_a_send_whose_answer_was_lost_is_repeated_after_half_a_minute_when_no_status_names_it(own, vendor):
    vendor.answers = [(502, b"bad gateway")]
    message = write(own, "again")
    later = deliver(own)
    assert deliver(own, NOW + timedelta(seconds=29)) == later
    assert vendor.texts() == ["again"]

    assert deliver(own, later.at) is False

    assert vendor.texts() == ["again", "again"]
    assert look(own, message)[0] == "sent"


def test_a_process_that_died_between_the_claim_and_the_record_sends_again_only_after_the_wait(
    own, vendor, monkeypatch
):
    message = write(own, "claimed")
    with monkeypatch.context() as patch:
        patch.setattr(delivery, "_record", die)
        with pytest.raises(KeyboardInterrupt):
            deliver(own)
    assert look(own, message)[0] == "sending"
    assert deliver(own, NOW + timedelta(seconds=1)) == delivery.Later(NOW + timedelta(seconds=30))
    news(own, "delivered", "wamid.X", 62, ours=message.id)
    assert deliver(own, NOW + timedelta(seconds=31)) is False
    assert vendor.texts() == ["claimed"]
    assert look(own, message)[0] == "delivered"


def die(*_arguments):
    raise KeyboardInterrupt


def test_nobody_there_is_tried_again_and_given_up_after_two_hours_with_a_reason(own, vendor):
    with own.entered():
        Channel.objects.update(is_on=True)
    message = write(own, "hello")
    vendor.answers = [(503, {"error": {"code": 131016, "message": "busy"}})] * 20
    now, tries = NOW, 0
    while (later := deliver(own, now)) is not False:
        now, tries = later.at, tries + 1
    assert 5 <= tries <= 12
    assert timedelta(hours=1) < now - NOW < timedelta(hours=4)
    assert look(own, message)[:2] == ("failed", "131016")
    assert len(vendor.sent) == tries + 1


def test_a_snoozed_conversation_wakes_at_its_time_and_at_a_message(own, member):
    until = NOW + timedelta(hours=2)
    row = conversation(own)
    with own.entered():
        with pytest.raises(Problem, match="lies ahead"):
            inbox.set_status(conversation_id=row.id, status="snoozed", now=NOW, by=member, until=NOW)
        inbox.set_status(conversation_id=row.id, status="snoozed", now=NOW, by=member, until=until)
    with connection.cursor() as cursor:
        cursor.execute("SELECT scheduled_at, args FROM procrastinate_jobs WHERE task_name = 'inbox.wake'")
        ((at, _arguments),) = cursor.fetchall()
    assert at == until
    waking.wake(workspace_id=own.workspace_id, conversation_id=row.id, now=until - timedelta(seconds=1))
    assert conversation(own).status == "snoozed"
    waking.wake(workspace_id=own.workspace_id, conversation_id=row.id, now=until)
    assert (conversation(own).status, conversation(own).snoozed_until) == ("open", None)

    with own.entered():
        inbox.set_status(conversation_id=row.id, status="snoozed", now=NOW, by=member, until=until)
    second = line.said(MAYA, "wamid.IN2", 100, text="are you there?")
    line.ingest(own, line.body(line.change(own.number_id, second)), now=NOW)
    assert conversation(own).status == "open"


def test_the_same_attempt_of_a_member_sent_twice_is_one_message(own, vendor, member):
    attempt = new_id()
    for _ in range(2):
        write(own, "once", author="member", member_id=member, client_id=attempt)
    deliver(own)
    assert vendor.texts() == ["once"]


def test_an_empty_or_overlong_message_is_refused_and_changes_nothing(own):
    for text in ("", "  \n ", "x" * 4097):
        with pytest.raises(inbox.CannotSend):
            write(own, text)
    with own.entered():
        assert not Message.objects.filter(direction="out").exists()
