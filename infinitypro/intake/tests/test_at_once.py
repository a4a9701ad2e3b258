"""Payloads that are read at the same moment are not in each other's way."""

import threading
import time
from datetime import date, timedelta

import pytest
from django.db import connections

from infinitypro.channels import services as channels
from infinitypro.channels.models import ChannelHour
from infinitypro.contacts import services as contacts
from infinitypro.contacts.models import Contact
from infinitypro.core import clock
from infinitypro.inbox import receiving
from infinitypro.inbox.models import Conversation, Message
from infinitypro.intake import ingesting
from tests import line

MAYA, BEN = line.person("12125550111", name="Maya"), line.person("12125550112", name="Ben")


@pytest.fixture
def own(new_workspace):
    line.begin()
    return line.business(new_workspace())


def take_in(own, *said):
    line.post(line.body(*(line.change(own.number_id, one) for one in said)))
    day, event_id, *_ = line.raw_events(own)[-1]
    return day, event_id


def read(own, day: date, event_id):
    with own.entered():
        ingesting.ingest(day=day, event_id=event_id, now=clock.now())


def test_two_payloads_of_the_same_people_do_not_wait_for_each_other_in_a_circle(own):
    """One that held the channel's count while it took the next conversation met one that came the other way."""
    read(own, *take_in(own, line.said(BEN, "wamid.1", 1, text="hello")))
    both = take_in(
        own, line.said(MAYA, "wamid.2", 2, text="hi"), line.said(BEN, "wamid.3", 3, text="me again")
    )
    broken = []

    def read_both():
        try:
            read(own, *both)
        except Exception as error:
            broken.append(error)
        finally:
            connections.close_all()

    reading = threading.Thread(target=read_both)
    with own.entered():
        receiving.lock(conversation_id=Conversation.objects.get().id)
        reading.start()
        time.sleep(0.3)
        channels.note_inbound(channel_id=own.channel_id, at=clock.now())
    reading.join()

    assert broken == []
    with own.entered():
        assert Message.objects.count() == 3
        assert sum(ChannelHour.objects.values_list("count", flat=True)) == 4


def test_who_writes_while_they_are_answered_for_the_first_time_holds_nobody_up(own):
    """The answer has the conversation and notes their language; their next message notes when they were seen."""
    read(own, *take_in(own, line.said(MAYA, "wamid.1", 1, text="hello")))
    second = take_in(own, line.said(MAYA, "wamid.2", 9, text="are you there?"))
    broken = []

    def read_second():
        try:
            read(own, *second)
        except Exception as error:
            broken.append(error)
        finally:
            connections.close_all()

    reading = threading.Thread(target=read_second)
    with own.entered():
        contact = receiving.lock(conversation_id=Conversation.objects.get().id).contact
        reading.start()
        time.sleep(0.3)
        contacts.set_language(contact_id=contact.id, language="en")
    reading.join()

    assert broken == []
    with own.entered():
        kept = Contact.objects.get()
        assert (kept.language, kept.last_seen_at) == ("en", line.NOON + timedelta(seconds=9))
