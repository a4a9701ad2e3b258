"""Every sample payload becomes what a person would expect to see.

The samples are other people's and stay outside the repository; where they are absent this is skipped.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from infinitypro.channels import types
from infinitypro.channels.registry import ADAPTERS

SAMPLES = Path(__file__).parents[4] / "shared" / "samples" / "whatsapp"
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
WHATSAPP = ADAPTERS["whatsapp"]

TEST_NAME = ("+972987654321", "US.13491208655302741918", "US.ENT.11815799212886844830")
SHEENA = ("US.13491208655302741918", "US.ENT.11815799212886844830")
TEST_USER = ("+491234567890",)
JPEG, OGG = "image/jpeg", "audio/ogg; codecs=opus"

M, R, S = types.InboundMessage, types.Reaction, types.Receipt
N, A, P = types.Notice, types.AddressChange, types.Preference


def message(kind, text="", who=TEST_NAME, name="Test Name", **more):
    return (M, {"kind": kind, "text": text, "sender.values": who, "sender.name": name, **more})


def restfb(kind, text="", **more):
    return message(kind, text, TEST_USER, "TestUser", **more)


def receipt(status, who=TEST_NAME[:1], **more):
    return (S, {"status": status, "recipient.values": who, **more})


def notice(kind, words, level="info", **more):
    return (N, {"kind": kind, "summary~": words, "level": level, **more})


REFERRAL = {"referral.headline": "AD_TITLE", "referral.body": "AD_DESCRIPTION"}
UNKNOWN_TYPE = {"problem.code": "131051", "problem.permanent": True}

EXPECTED = {
    "pywa_account_update_account_deleted": [notice("account", "deleted", "bad")],
    "pywa_account_update_account_disabled": [notice("account", "enabled this account again")],
    "pywa_account_update_account_offboarded": [notice("account", "taken off", "bad")],
    "pywa_account_update_account_reconnected": [notice("account", "connected again")],
    "pywa_account_update_account_restriction": [
        notice("account", "it may not begin conversations; no number may be added", "bad")
    ],
    "pywa_account_update_account_violation": [notice("account", "breach of its policy (adult)", "bad")],
    "pywa_account_update_ad_account_linked": [notice("account", "advertising account")],
    "pywa_account_update_authentication_international_eligibility": [notice("account", "Prices")],
    "pywa_account_update_mm_api_for_wa_terms_of_service": [notice("account", "terms")],
    "pywa_account_update_partner_added": [notice("account", "shared with a partner")],
    "pywa_account_update_partner_app_installed": [notice("account", "given access")],
    "pywa_account_update_partner_app_uninstalled": [notice("account", "lost access", "warn")],
    "pywa_account_update_partner_led_business_verification_status": [
        notice("account", "verification: approved")
    ],
    "pywa_account_update_partner_removed": [notice("account", "no longer shared", "bad")],
    "pywa_account_update_partner_removed_wa_app_disconnection": [
        notice("account", "disconnected (primary inactivity)", "bad")
    ],
    "pywa_account_update_pricing_tiering_update": [notice("account", "price")],
    "pywa_account_update_primary_business_location_set": [notice("account", "country")],
    "pywa_call_connect_business_initiated": [notice("call", "connect")],
    "pywa_call_connect_user_initiated": [message("call", "Called on WhatsApp. Calls are not answered here.")],
    "pywa_call_permission_update_accept": [message("system", "Allowed calls from the business")],
    "pywa_call_permission_update_reject": [message("system", "Declined calls from the business")],
    "pywa_call_status_call_status": [notice("call", "ringing")],
    "pywa_call_terminate_call_terminate": [notice("call", "completed")],
    "pywa_callback_button_button": [message("reply", "title", **{"choice.id": "callback_data"})],
    "pywa_callback_button_quick_reply": [
        message("reply", "title", **{"choice.id": "callback_data"}, reply_to="wamid.xyzxyz==")
    ],
    "pywa_callback_button_quick_reply_without_context": [
        message("reply", "title", **{"choice.id": "callback_data"}, reply_to="")
    ],
    "pywa_callback_selection_callback": [message("reply", "title", **{"choice.id": "callback_data"})],
    "pywa_callback_selection_description": [
        message("reply", "title", **{"choice.description": "description"})
    ],
    "pywa_deleted_message_revoke": [
        (types.Deletion, {"target_vendor_id": "<ORIGINAL_WHATSAPP_MESSAGE_ID>", "is_ours": False})
    ],
    "pywa_edited_message_image": [
        (
            types.Edit,
            {
                "sender.values": ("+16505551234",),
                "content.kind": "image",
                "content.text": "Updated image caption",
                "content.media.vendor_id": "1234567890",
            },
        )
    ],
    "pywa_flow_completion_completion": [
        message(
            "form",
            "comment text: Comment Text\ndelivery rating: 4\npurchase rating: 2\n"
            "recommend radio: 0\ncs rating: 0",
            reply_to="wamid.gvwegfretge==",
        )
    ],
    "pywa_flow_completion_without_flow_token": [
        message(
            "form",
            "comment text: Comment Text\ndelivery rating: 4\npurchase rating: 2\n"
            "recommend radio: 0\ncs rating: 0",
        )
    ],
    "pywa_message_animated_sticker": [message("sticker", **{"media.is_animated": True})],
    "pywa_message_audio": [message("audio", **{"media.is_voice": False}, is_forwarded=True)],
    "pywa_message_chosen_location": [
        message(
            "location",
            "Facebook HQ, 1 Hacker Way, Menlo Park, CA 94025",
            **{"location.latitude": 37.4611978},
        )
    ],
    "pywa_message_contacts": [
        message(
            "contacts",
            "Chandler Bing +1 555-555-5555, Monica +1 666-666-6666, Rachel Green +1 777-777-7777",
        )
    ],
    "pywa_message_current_location": [
        message("location", **{"location.latitude": 12.25089, "location.longitude": 43.90539})
    ],
    "pywa_message_document": [
        message(
            "document", "caption", **{"media.filename": "filename.pdf", "media.mime_type": "application/pdf"}
        )
    ],
    "pywa_message_forwarded": [message("text", "forwarded text", is_forwarded=True)],
    "pywa_message_forwarded_many_times": [message("text", "text forwarded many times", is_forwarded=True)],
    "pywa_message_image": [message("image", **{"media.vendor_id": "65463453", "media.mime_type": JPEG})],
    "pywa_message_interactive_message_with_err": [message("unsupported", **{"problem.code": "131000"})],
    "pywa_message_media_with_url": [message("image", **{"media.vendor_id": "65463453"})],
    "pywa_message_order": [
        message("order", "3 × HAMBURGER, 2 × FRENCH_FRIES, 2 × SODA", **{"order.0.price": Decimal(30)})
    ],
    "pywa_message_reaction": [(R, {"emoji": "😮", "target_vendor_id": "wamid.yzxyzx="})],
    "pywa_message_referral": [message("text", "BODY", **REFERRAL)],
    "pywa_message_reply": [message("text", "replied text", reply_to="wamid.xyzxyz==")],
    "pywa_message_static_sticker": [message("sticker", **{"media.is_animated": False})],
    "pywa_message_status_delivered": [receipt("delivered", is_billable=True)],
    "pywa_message_status_failed": [
        receipt("failed", **{"problem.code": "130472", "problem.permanent": True})
    ],
    "pywa_message_status_group": [
        receipt(
            "read",
            ("<GROUP_PARTICIPANT_USER_PHONE_NUMBER>", "US.123456", "<PARENT_BSUID>"),
            group_id="fowefinoewcnw",
        )
    ],
    "pywa_message_status_played": [receipt("played")],
    "pywa_message_status_read": [receipt("read")],
    "pywa_message_status_sent": [receipt("sent", price_category="service")],
    "pywa_message_status_with_tracker": [receipt("sent", callback_data="some data")],
    "pywa_message_text": [message("text", "Body Text")],
    "pywa_message_unreaction_empty": [(R, {"emoji": None})],
    "pywa_message_unreaction_no_emoji": [(R, {"emoji": None})],
    "pywa_message_unsupported": [message("unsupported", **UNKNOWN_TYPE)],
    "pywa_message_unsupported_with_type": [message("unsupported", **UNKNOWN_TYPE)],
    "pywa_message_video": [
        message("video", "caption", **{"media.mime_type": "video/mp4"}, is_forwarded=True)
    ],
    "pywa_message_voice": [message("audio", **{"media.is_voice": True, "media.mime_type": OGG})],
    "pywa_outgoing_message_delete": [(types.Deletion, {"target_vendor_id": "wamid.zzzzzz", "is_ours": True})],
    "pywa_outgoing_message_edit": [
        (
            types.Edit,
            {"target_vendor_id": "wamid.zzzzzz", "content.text": "Text was edited", "is_ours": True},
        )
    ],
    "pywa_outgoing_message_text": [
        (
            types.Echo,
            {
                "text": "Test message",
                "recipient.values": ("<WHATSAPP_USER_PHONE_NUMBER>", "<BSUID>", "<PARENT_BSUID>"),
            },
        )
    ],
    "pywa_system_identity_change": [message("system", "User identity changed", ("+972987654321",), "User A")],
    "pywa_system_phone_number_change": [
        (
            A,
            {
                "old.values": ("+972987654321",),
                "new.values": ("+972912345678",),
                "text": "User A changed from 972987654321 to 972912345678",
            },
        )
    ],
    "pywa_template_category_update_marketing": [notice("template", "category marketing", "warn")],
    "pywa_template_components_update_element": [notice("template", "“my_message_template” was changed")],
    "pywa_template_quality_update_yellow": [notice("template", "quality is now yellow", "warn")],
    "pywa_template_status_update_approved": [notice("template", "“order_confirmation” was approved")],
    "pywa_template_status_update_rejected": [
        notice("template", "“abandoned_cart” was rejected: Your template has parameters placed", "bad")
    ],
    "pywa_user_marketing_preferences_resume": [
        (P, {"is_wanted": True, "category": "marketing_messages", "sender.values": ("+16505551234",)})
    ],
    "pywa_user_marketing_preferences_signup": [(P, {"is_wanted": True})],
    "restfb_webhook-accountReviewUpdate": [notice("account", "approved")],
    "restfb_webhook-accountUpdate-banned": [notice("account", "on January 31, 2021", "bad")],
    "restfb_webhook-accountUpdate-verified": [notice("account", "verified", phone="16505551111")],
    "restfb_webhook-businessUsernameUpdate-approved": [notice("name", "approved", phone="15550783881")],
    "restfb_webhook-group-participants-update": [
        notice("group", "left"),
        notice("group", "left"),
        notice("group", "joined"),
        notice("group", "asked to join"),
        notice("group", "took back"),
    ],
    "restfb_webhook-incoming-message-ads": [restfb("text", "Test", **REFERRAL)],
    "restfb_webhook-incoming-message-audio": [
        restfb("audio", **{"media.mime_type": OGG, "media.is_voice": True})
    ],
    "restfb_webhook-incoming-message-button": [
        restfb("reply", "No", **{"choice.id": "No-Button-Payload"}, reply_to="wamid.ID")
    ],
    "restfb_webhook-incoming-message-contacts-request-bsuid": [
        message("contacts", "Sheena Nelson 15551234567", SHEENA, "Sheena Nelson")
    ],
    "restfb_webhook-incoming-message-contacts": [message("contacts", "j_doe", ("+333333333333",), "John")],
    "restfb_webhook-incoming-message-contacts2": [
        message("contacts", "REDACTED +39 393 REDACTED, REDACTED +39 349 REDACTED", ("REDACTED",), "REDACTED")
    ],
    "restfb_webhook-incoming-message-document": [
        restfb(
            "document",
            "RESTFB ANNIVERSARY",
            **{"media.filename": "RESTFB ANNIVERSARY.zip", "media.mime_type": "application/zip"},
        )
    ],
    "restfb_webhook-incoming-message-emoji": [(R, {"emoji": "👍🏻", "target_vendor_id": "wamid.xxxxxxxx"})],
    "restfb_webhook-incoming-message-error": [restfb("unsupported", **UNKNOWN_TYPE)],
    "restfb_webhook-incoming-message-image": [
        restfb("image", "Some awesome image", **{"media.mime_type": JPEG})
    ],
    "restfb_webhook-incoming-message-interactive-btn": [
        restfb("reply", "button-text", **{"choice.id": "unique-button-identifier-here"})
    ],
    "restfb_webhook-incoming-message-interactive-list": [
        restfb("reply", "list_reply_title", **{"choice.id": "list_reply_id"})
    ],
    "restfb_webhook-incoming-message-location": [restfb("location", "Saarbrücken")],
    "restfb_webhook-incoming-message-status-bsuid": [
        receipt("delivered", SHEENA, price_category="marketing")
    ],
    "restfb_webhook-incoming-message-status-errors": [
        receipt("failed", ("REDACTED",), **{"problem.code": "131026"})
    ],
    "restfb_webhook-incoming-message-status-group-bsuid": [
        receipt("read", ("+16505551234", *SHEENA), group_id="120363418770915618@g.us")
    ],
    "restfb_webhook-incoming-message-status-ui": [receipt("sent", ("PHONE_NUMBER",), at=NOW)],
    "restfb_webhook-incoming-message-sticker": [restfb("sticker", **{"media.mime_type": "image/webp"})],
    "restfb_webhook-incoming-message-system-bsuid": [
        (A, {"old.values": ("US.10101010101010101010",), "new.values": SHEENA})
    ],
    "restfb_webhook-incoming-message-system": [
        (A, {"old.values": TEST_USER, "new.values": ("NEW_PHONE_NUMBER",)})
    ],
    "restfb_webhook-incoming-message-text-bsuid": [
        message(
            "text",
            "Does it come in another color?",
            SHEENA,
            "Sheena Nelson",
            **{"sender.username": "realsheenanelson"},
            group_id="120363418770915618@g.us",
        )
    ],
    "restfb_webhook-incoming-message-text": [restfb("text", "Test")],
    "restfb_webhook-incoming-message-unsupported": [
        message("unsupported", "", ("+333333333333",), "John", **UNKNOWN_TYPE)
    ],
    "restfb_webhook-incoming-message-video": [restfb("video", "Video")],
    "restfb_webhook-messageTemplateStatusUpdate-approved": [notice("template", "was approved")],
    "restfb_webhook-messageTemplateStatusUpdate-disabling": [notice("template", "January 31, 2021", "warn")],
    "restfb_webhook-phoneNumberNameUpdate": [notice("name", "approved", phone="16505551111")],
    "restfb_webhook-phoneNumberQualityUpdate": [notice("quality", "low", "warn", phone="16505551111")],
    "restfb_webhook-userIdUpdate": [
        (
            A,
            {
                "old.values": (
                    "+16505551234",
                    "US.10101010101010101010",
                    "US.ENT.10101010101010101010",
                ),
                "new.values": ("+16505551234", *SHEENA),
                "name": "Sheena Nelson",
            },
        )
    ],
}

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not here")


def look_up(value, path):
    for step in path.split("."):
        if step == "values":
            addresses = value.addresses if isinstance(value, types.Sender) else value
            value = tuple(address.value for address in addresses)
        else:
            value = value[int(step)] if step.isdecimal() else getattr(value, step)
    return value


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_sample_becomes_what_a_person_expects(name):
    body = json.loads((SAMPLES / f"{name}.json").read_text())

    parsed = [WHATSAPP.parse(payload=e.payload, received_at=NOW) for e in WHATSAPP.entries(body=body)]
    events = [event for one in parsed for event in one.events]

    assert [u for one in parsed for u in one.unknown] == []
    assert [type(event) for event in events] == [kind for kind, _ in EXPECTED[name]]
    for event, (_, wanted) in zip(events, EXPECTED[name], strict=True):
        for path, value in wanted.items():
            if path.endswith("~"):
                assert value in look_up(event, path[:-1])
            else:
                assert look_up(event, path) == value, path


def test_no_sample_is_forgotten():
    assert {path.stem for path in SAMPLES.glob("*.json")} == set(EXPECTED)
