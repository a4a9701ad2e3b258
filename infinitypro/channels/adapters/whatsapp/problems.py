"""Meta's error codes in plain words (Meta: Cloud API error codes, Graph API error handling)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from infinitypro.channels.adapters.whatsapp import shapes
from infinitypro.channels.types import Problem

RETRY, FINAL = False, True

_ACCESS = "WhatsApp does not accept this channel's access token. Make a new one and save it in the channel."
_RIGHTS = "The access token lacks a permission. Give its system user both WhatsApp permissions."
_BUSY = "WhatsApp has a problem at the moment. The message is sent again by itself."
_LATER = "Too many messages in a short time. The message is sent again by itself a little later."
_FAULT = "WhatsApp did not accept how the message was built. Change the message and send it again."
_PARAMS = "The template was sent with the wrong number or form of details. Check the template's placeholders."
_REGISTER = "This number is not ready for WhatsApp. Finish its registration in WhatsApp Manager."
_PIN = "The two-step verification PIN was not accepted. Check it in WhatsApp Manager."

#: code -> (sentence for the business, whether trying the same again is useless)
PROBLEMS: dict[str, tuple[str, bool]] = {
    "0": (_ACCESS, FINAL),
    "1": (_BUSY, RETRY),
    "2": (_BUSY, RETRY),
    "3": (_RIGHTS, FINAL),
    "4": (_LATER, RETRY),
    "10": (_RIGHTS, FINAL),
    "33": ("This number no longer exists at WhatsApp. Check the phone number ID of the channel.", FINAL),
    "100": (_FAULT, FINAL),
    "190": (_ACCESS, FINAL),
    "200": (_RIGHTS, FINAL),
    "368": (
        "WhatsApp has blocked this account for a time for breaking its policies. See WhatsApp Manager.",
        FINAL,
    ),
    "130429": (_LATER, RETRY),
    "130472": (
        "WhatsApp holds marketing messages back from this person for an experiment. Do not send it again.",
        FINAL,
    ),
    "130497": ("This account may not send to people in that country.", FINAL),
    "131000": (_BUSY, RETRY),
    "131005": (_RIGHTS, FINAL),
    "131008": (_FAULT, FINAL),
    "131009": (_FAULT, FINAL),
    "131016": (_BUSY, RETRY),
    "131021": ("This is the business's own number. A message cannot be sent to itself.", FINAL),
    "131026": (
        "Not delivered: this number cannot receive it. It may not be on WhatsApp, or its app is very old.",
        FINAL,
    ),
    "131030": (
        "This number is not on the test account's list of recipients. Add it at Meta for Developers.",
        FINAL,
    ),
    "131031": ("WhatsApp has locked this account. Ask for a review in WhatsApp Manager.", FINAL),
    "131037": ("This number's display name is not approved yet. See WhatsApp Manager.", FINAL),
    "131042": (
        "WhatsApp could not charge for the message. Check the payment method in WhatsApp Manager.",
        FINAL,
    ),
    "131045": (_REGISTER, FINAL),
    "131047": ("Not delivered: the 24-hour window has closed. Send a template instead.", FINAL),
    "131048": ("WhatsApp limits this number, because too many people marked its messages as spam.", FINAL),
    "131049": ("WhatsApp held this back to keep marketing messages few. Do not send it again soon.", FINAL),
    "131050": ("This person has stopped marketing messages from this business on WhatsApp.", FINAL),
    "131051": ("WhatsApp does not pass on messages of this type.", FINAL),
    "131052": ("WhatsApp could not fetch the file that the customer sent. Ask them to send it again.", FINAL),
    "131053": ("WhatsApp did not accept the file. Check its type and size, then send it again.", FINAL),
    "131055": ("WhatsApp does not allow this way of sending for this account.", FINAL),
    "131056": ("Too many messages to this person in a short time. It is sent again by itself.", RETRY),
    "131057": (
        "WhatsApp is working on this account at the moment. The message is sent again by itself.",
        RETRY,
    ),
    "131060": ("WhatsApp no longer has this message. Ask the customer to send it again.", FINAL),
    "132000": (_PARAMS, FINAL),
    "132001": (
        "There is no approved template of this name in this language. Check it in WhatsApp Manager.",
        FINAL,
    ),
    "132005": ("The template's text became too long with the details filled in. Shorten them.", FINAL),
    "132007": ("WhatsApp rejected the template's content because of its policy. Change the template.", FINAL),
    "132012": (_PARAMS, FINAL),
    "132015": ("WhatsApp has paused this template, because people reacted badly to it. Use another.", FINAL),
    "132016": ("WhatsApp has disabled this template for good. Use another.", FINAL),
    "132068": ("The form in this message is blocked by WhatsApp. See WhatsApp Manager.", FINAL),
    "132069": ("The form in this message is slowed down by WhatsApp. It is sent again by itself.", RETRY),
    "133000": (_REGISTER, FINAL),
    "133004": (_BUSY, RETRY),
    "133005": (_PIN, FINAL),
    "133006": (_REGISTER, FINAL),
    "133008": ("Too many wrong PINs. Wait as long as WhatsApp Manager says.", FINAL),
    "133009": ("The PIN was entered too fast. Wait a moment, then try again.", FINAL),
    "133010": (_REGISTER, FINAL),
    "133015": ("This number was deleted only just now. Wait five minutes, then register it again.", FINAL),
    "133016": ("This number was registered too often. Wait three days.", FINAL),
    "134011": ("WhatsApp's payments terms are not accepted yet. Accept them in WhatsApp Manager.", FINAL),
    "135000": (_FAULT, FINAL),
    "80007": (_LATER, RETRY),
    "141000": (_REGISTER, FINAL),
}


def problem(*, code: str, detail: str = "") -> Problem:
    """What a code means; of one that is not known, Meta's own words."""
    known = PROBLEMS.get(code)
    if known is None and len(code) == 3 and code.startswith("2"):
        known = (_RIGHTS, FINAL)
    if known:
        return Problem(code, *known)
    return Problem(
        code, f"WhatsApp reports: {detail or 'an error it does not explain'}.".replace("..", "."), FINAL
    )


def from_error(error: Mapping[str, Any]) -> Problem:
    """The problem in one of Meta's error objects, from a webhook or from an answer."""
    details = shapes.text(shapes.mapping(error.get("error_data")).get("details"))
    words = details or shapes.text(error.get("message")) or shapes.text(error.get("title"))
    return problem(code=shapes.text(error.get("code")) or "unknown", detail=words)
