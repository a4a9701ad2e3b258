"""Cutting and reading webhook bodies: batches, strangers, nonsense."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infinitypro.channels import types
from infinitypro.channels.registry import ADAPTERS

RIGHT, WRONG = "right", "wrong"

WHATSAPP = ADAPTERS["whatsapp"]
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
FIXTURES = Path(__file__).parent / "fixtures" / "whatsapp"


def fixture(name):
    return json.loads((FIXTURES / f"{name}.json").read_text())


def parsed(body):
    pieces = WHATSAPP.entries(body=body)
    return pieces, [WHATSAPP.parse(payload=piece.payload, received_at=NOW) for piece in pieces]


def body_of(*messages, contacts=()):
    value = {"metadata": {"phone_number_id": "777"}, "contacts": list(contacts), "messages": list(messages)}
    return {"entry": [{"id": "1", "changes": [{"field": "messages", "value": value}]}]}


def only(body):
    _, results = parsed(body)
    [result] = results
    [event] = result.events
    return event


def test_a_body_is_cut_by_number_and_account():
    pieces, results = parsed(fixture("two_businesses"))

    assert [(piece.scope, piece.external_id) for piece in pieces] == [
        ("channel", "5550001"),
        ("account", "900100"),
        ("channel", "5550002"),
    ]
    assert [[type(event) for event in result.events] for result in results] == [
        [types.InboundMessage, types.InboundMessage, types.Receipt],
        [types.Notice],
        [types.InboundMessage],
    ]


def test_each_message_of_a_batch_has_its_own_sender():
    _, results = parsed(fixture("two_businesses"))

    senders = [event.sender for event in results[0].events[:2]]

    assert [(sender.name, sender.addresses[0].value) for sender in senders] == [
        ("Ada", "+12125550101"),
        ("Ben", "+12125550102"),
    ]


def test_what_is_not_understood_spoils_nothing_else():
    _, [result] = parsed(
        body_of(
            {"id": "wamid.1", "type": "text", "text": {"body": "no sender"}},
            {"from": "12125550101", "type": "text", "text": {"body": "no id"}},
            {"from": "12125550101", "id": "wamid.3", "type": "text", "text": {"body": "fine"}},
            {"from": "12125550101", "id": "wamid.4", "type": "reaction", "reaction": {"emoji": "👍"}},
        )
    )

    assert [event.text for event in result.events] == ["fine"]
    assert [(part.path, part.reason) for part in result.unknown] == [
        ("changes[0].messages[0]", "it names no sender"),
        ("changes[0].messages[1]", "it has no id"),
        ("changes[0].messages[3]", "the reaction names no message"),
    ]


def test_a_field_nobody_knows_is_listed():
    value = {"metadata": {"phone_number_id": "777"}, "history": [{"threads": []}]}
    _, [result] = parsed({"entry": [{"id": "1", "changes": [{"field": "history", "value": value}]}]})

    assert result == types.Parsed(
        (), (types.Unknown("changes[0].value", "nothing known in field 'history'"),)
    )


def test_a_message_of_a_new_type_is_shown_as_unsupported():
    event = only(
        body_of({"from": "12125550101", "id": "wamid.1", "type": "hologram", "timestamp": "1764000000"})
    )

    assert (event.kind, event.text, event.problem) == ("unsupported", "", None)
    assert event.sent_at == datetime.fromtimestamp(1764000000, UTC)


def test_a_contact_who_is_someone_else_lends_no_address():
    stranger = {"profile": {"name": "Cy"}, "wa_id": "12125550199", "user_id": "US.1"}
    event = only(
        body_of(
            {"from": "12125550101", "id": "wamid.1", "type": "text", "text": {"body": "hi"}},
            contacts=[stranger],
        )
    )

    assert event.sender == types.Sender((types.Address("phone", "+12125550101"),), "Cy")


def test_a_message_from_nobody_is_not_given_to_the_first_of_two():
    people = [{"wa_id": "12125550101"}, {"wa_id": "12125550102"}]
    _, [result] = parsed(body_of({"id": "wamid.1", "type": "text", "text": {"body": "hi"}}, contacts=people))

    assert result.events == ()
    assert result.unknown[0].reason == "it names no sender"


def test_a_time_far_ahead_is_not_believed():
    message = {"from": "12125550101", "id": "wamid.1", "type": "text", "text": {"body": "hi"}}

    assert only(body_of({**message, "timestamp": "253402300799"})).sent_at == NOW
    assert only(body_of({**message, "timestamp": "9" * 5000})).sent_at == NOW


def test_a_message_s_own_time_counts_and_not_its_entry_s():
    message = {"from": "12125550101", "id": "wamid.1", "type": "text", "text": {"body": "hi"}}
    body = body_of({**message, "timestamp": "1764000000"})
    body["entry"][0]["time"] = 1604703058

    assert only(body).sent_at == datetime.fromtimestamp(1764000000, UTC)


def test_number_and_user_id_of_one_person_come_together():
    event = only(fixture("number_and_user_id"))

    assert event.sender == types.Sender(
        (types.Address("phone", "+12125550101"), types.Address("whatsapp_user", "US.4400")), "Ada", "ada.l"
    )


def test_text_that_the_database_cannot_hold_is_cleaned():
    event = only(
        body_of({"from": "1212\x00555", "id": "wamid.\x00", "type": "text", "text": {"body": "a\x00b\ud800"}})
    )

    assert (event.text, event.vendor_id, event.sender.addresses[0].value) == ("ab", "wamid.", "+1212555")


def test_stopping_marketing_messages_is_a_preference():
    item = {
        "wa_id": "12125550101",
        "category": "marketing_messages",
        "value": "stop",
        "timestamp": 1764000000,
    }
    value = {"metadata": {"phone_number_id": "777"}, "user_preferences": [item]}
    event = only({"entry": [{"id": "1", "changes": [{"field": "user_preferences", "value": value}]}]})

    assert (event.is_wanted, event.category) == (False, "marketing_messages")


def test_a_question_about_a_product_names_it():
    context = {"referred_product": {"catalog_id": "1", "product_retailer_id": "SHAMPOO-250"}}
    message = {"from": "12125550101", "id": "wamid.1", "type": "text", "text": {"body": "In stock?"}}
    event = only(body_of({**message, "context": context}))

    assert event.referral == types.Referral(kind="product", source_id="SHAMPOO-250")


def test_opening_the_chat_is_a_silent_event():
    event = only(body_of({"from": "12125550101", "id": "wamid.1", "type": "request_welcome"}))

    assert event.kind in types.SILENT_KINDS


def test_the_window_closes_a_day_after_the_last_message():
    assert WHATSAPP.window_closes_at(last_inbound_at=NOW) == NOW + timedelta(hours=24)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from(
    [
        *("from", "id", "type", "timestamp", "text", "body", "errors", "code", "context", "status", "value"),
        *("interactive", "button_reply", "list_reply", "nfm_reply", "response_json", "system", "reaction"),
        *("message_id", "wa_id", "user_id", "profile", "order", "product_items", "quantity", "item_price"),
        *("location", "latitude", "longitude", "contacts", "phones", "image", "edit", "message", "event"),
        *("pricing", "current", "previous", "ban_info", "restriction_info", "referral", "metadata"),
    ]
)
KINDS = st.sampled_from(
    ["text", "image", "interactive", "system", "reaction", "edit", "revoke", "order", "location", "button"]
)
PARTS = st.recursive(
    JSON | KINDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=25,
)
FIELDS = st.sampled_from(
    ["messages", "account_update", "message_template_status_update", "calls", "user_id_update", "security"]
)
LISTS = st.sampled_from(
    [
        "messages",
        "statuses",
        "message_echoes",
        "calls",
        "user_preferences",
        "user_id_update",
        "groups",
        "errors",
    ]
)
VALUES = st.dictionaries(LISTS, st.lists(PARTS, max_size=3) | PARTS, max_size=4) | PARTS


@given(JSON)
def test_any_json_can_be_cut(body):
    assert isinstance(WHATSAPP.entries(body=body), list)


@settings(max_examples=150)
@given(FIELDS, VALUES)
def test_nothing_that_is_json_makes_the_parser_raise(field, value):
    result = WHATSAPP.parse(payload={"changes": [{"field": field, "value": value}]}, received_at=NOW)

    assert len(result.events) + len(result.unknown) >= 1


def signed(body, secret):
    return {"x-hub-signature-256": "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()}


@given(st.binary(max_size=200), st.text(min_size=1, max_size=20))
def test_a_body_signed_with_the_secret_is_accepted(body, secret):
    assert WHATSAPP.verify(secret=secret, headers=signed(body, secret.encode()), body=body)
    assert not WHATSAPP.verify(secret=secret, headers=signed(body, secret.encode()), body=body + b" ")


@pytest.mark.parametrize(
    "given_signature", ["", "sha256=", "sha1=abc", "sha256=" + "0" * 64, "sha256=ü\udcff"]
)
def test_any_other_signature_is_refused(given_signature):
    headers = {"x-hub-signature-256": given_signature}

    assert not WHATSAPP.verify(secret=RIGHT, headers=headers, body=b"{}")
    assert not WHATSAPP.verify(secret=RIGHT, headers={}, body=b"{}")


def test_without_a_secret_nothing_is_accepted():
    assert not WHATSAPP.verify(secret="", headers=signed(b"{}", b""), body=b"{}")


def test_the_handshake_gives_back_the_challenge_to_who_knows_the_token():
    query = {"hub.mode": "subscribe", "hub.verify_token": "right", "hub.challenge": "12345"}

    assert WHATSAPP.handshake(query=query, verify_token=RIGHT) == "12345"
    assert WHATSAPP.handshake(query=query, verify_token=WRONG) is None
    assert WHATSAPP.handshake(query={**query, "hub.mode": "x"}, verify_token=RIGHT) is None
    assert WHATSAPP.handshake(query={**query, "hub.verify_token": ""}, verify_token="") is None
