"""Every sample payload, through the door's cutting and the real ingest, becomes what a person expects to see.

The samples are other people's and stay outside the repository; where they are absent this is skipped.
"""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from infinitypro.channels.models import ChannelNotice
from infinitypro.channels.registry import ADAPTERS
from infinitypro.channels.tests.test_whatsapp_samples import EXPECTED
from infinitypro.channels.types import AddressChange, Echo, InboundMessage, Notice, Reaction
from infinitypro.contacts.models import Contact, Identity
from infinitypro.inbox.models import Conversation, EarlyNews, File, Message
from infinitypro.inbox.models import Reaction as Kept
from tests import line

SAMPLES = Path(__file__).parents[4] / "shared" / "samples" / "whatsapp"
NOW = line.NOON + timedelta(days=365)
SILENT = {"system", "call"}
pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not here")


def expected(name, kind):
    return [what for type_, what in EXPECTED[name] if type_ is kind]


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_sample_is_seen_in_the_inbox_as_a_person_expects(name, new_workspace):
    own = line.business(new_workspace())
    payload = json.loads((SAMPLES / f"{name}.json").read_text())
    entries = ADAPTERS["whatsapp"].entries(body=payload)
    assert entries

    for _again in range(2):
        line.ingest(own, payload, now=NOW)

    messages = expected(name, InboundMessage)
    with own.entered():
        found = list(Message.objects.filter(direction="in").order_by("at", "id"))
        assert [(row.kind, row.body) for row in found] == [(what["kind"], what["text"]) for what in messages]
        assert [row.is_answered for row in found] == [what["kind"] in SILENT for what in messages]
        for row, what in zip(found, messages, strict=True):
            _looks_right(row, what)
        assert ChannelNotice.objects.count() == len(expected(name, Notice))
        assert Message.objects.filter(author="phone").count() == len(expected(name, Echo))
        assert Kept.objects.count() == len(expected(name, Reaction))
        assert Conversation.objects.count() == len({row.contact_id for row in Message.objects.all()})
        waiting = [what for what in EXPECTED[name] if what[0].__name__ in ("Receipt", "Edit", "Deletion")]
        assert EarlyNews.objects.count() == len(waiting)
        if changes := expected(name, AddressChange):
            wanted = {value for what in changes for value in (*what["old.values"], *what["new.values"])}
            assert {row.value for row in Identity.objects.all()} == wanted
            assert Contact.objects.count() == 1


def _looks_right(row, what):
    if name := what.get("sender.name"):
        assert row.contact.name == name
    addresses = {one.value for one in Identity.objects.filter(contact=row.contact)}
    assert set(what["sender.values"]) == addresses
    if row.kind in ("image", "audio", "video", "document", "sticker"):
        assert row.details["media"]["vendor_id"] or row.details["media"]["url"]
        assert File.objects.filter(message=row).count() == 1
    if "choice.id" in what:
        assert row.details["choice"]["id"] == what["choice.id"]
    if what.get("reply_to"):
        assert row.reply_to_mark is not None
    if "referral.headline" in what:
        assert row.details["referral"]["headline"] == what["referral.headline"]
    if "problem.code" in what:
        assert row.details["problem"].endswith(".")
