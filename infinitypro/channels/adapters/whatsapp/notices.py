"""News about the account, its numbers, names and templates in plain words (Meta: webhook fields)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Literal

from infinitypro.channels.adapters.whatsapp import shapes
from infinitypro.channels.types import Notice

Value = Mapping[str, Any]
Level = Literal["info", "warn", "bad"]
Found = tuple[str, Level]

_ACCOUNT: dict[str, Found] = {
    "ACCOUNT_DELETED": ("The WhatsApp Business Account was deleted. Messages no longer come or go.", "bad"),
    "ACCOUNT_OFFBOARDED": (
        "The WhatsApp number was taken off the Cloud API. Connect it again to use it here.",
        "bad",
    ),
    "ACCOUNT_RECONNECTED": ("The WhatsApp number is connected again.", "info"),
    "AD_ACCOUNT_LINKED": ("An advertising account was linked to WhatsApp.", "info"),
    "AUTH_INTL_PRICE_ELIGIBILITY_UPDATE": ("Prices for authentication messages abroad change.", "info"),
    "BUSINESS_PRIMARY_LOCATION_COUNTRY_UPDATE": ("The business's country was set at WhatsApp.", "info"),
    "MM_LITE_TERMS_SIGNED": ("The terms for marketing messages were accepted.", "info"),
    "PARTNER_ADDED": ("The WhatsApp account was shared with a partner.", "info"),
    "PARTNER_APP_INSTALLED": ("A partner's app was given access to the WhatsApp account.", "info"),
    "PARTNER_APP_UNINSTALLED": ("A partner's app lost access to the WhatsApp account.", "warn"),
    "PARTNER_REMOVED": (
        "The WhatsApp account is no longer shared with the partner. Connect it again.",
        "bad",
    ),
    "VERIFIED_ACCOUNT": ("WhatsApp has verified the account.", "info"),
    "VOLUME_BASED_PRICING_TIER_UPDATE": ("The volume price of messages has changed.", "info"),
}
_BANS: dict[str, Found] = {
    "DISABLE": ("WhatsApp has disabled this account. Ask for a review in WhatsApp Manager.", "bad"),
    "REINSTATE": ("WhatsApp has enabled this account again.", "info"),
    "SCHEDULE_FOR_DISABLE": ("WhatsApp will disable this account on {date}. Ask for a review now.", "bad"),
}
_RESTRICTIONS = {
    "RESTRICTED_BIZ_INITIATED_MESSAGING": "it may not begin conversations",
    "RESTRICTED_CUSTOMER_INITIATED_MESSAGING": "it may not answer customers",
    "RESTRICTED_ADD_PHONE_NUMBER_ACTION": "no number may be added",
    "RESTRICTED_USER_INITIATED_CALLING": "customers may not call",
    "RESTRICTED_BUSINESS_INITIATED_CALLING": "it may not call customers",
}
_TEMPLATE: dict[str, Found] = {
    "APPROVED": ("was approved and can be sent", "info"),
    "DISABLED": ("was disabled by WhatsApp. Use another", "bad"),
    "FLAGGED": ("was flagged because people reacted badly; it may be disabled", "warn"),
    "IN_APPEAL": ("is being reviewed again", "info"),
    "PAUSED": ("was paused because people reacted badly. Use another meanwhile", "warn"),
    "PENDING": ("is being reviewed", "info"),
    "PENDING_DELETION": ("is being deleted", "warn"),
    "REINSTATED": ("can be sent again", "info"),
    "REJECTED": ("was rejected", "bad"),
}
_QUALITY: dict[str, Level] = {"GREEN": "info", "YELLOW": "warn", "RED": "bad"}
_NUMBER_QUALITY: dict[str, Found] = {
    "DOWNGRADE": ("The number may now write first to fewer people a day.", "warn"),
    "FLAGGED": ("The number's quality is low: too many people blocked or reported it.", "warn"),
    "ONBOARDING": ("The number is registered.", "info"),
    "THROUGHPUT_UPGRADE": ("The number may now send faster.", "info"),
    "UNFLAGGED": ("The number's quality is good again.", "info"),
    "UPGRADE": ("The number may now write first to more people a day.", "info"),
}
_GROUP = {
    "group_join_request_created": "Someone asked to join a WhatsApp group.",
    "group_join_request_revoked": "Someone took back the request to join a WhatsApp group.",
    "group_participants_add": "Someone joined a WhatsApp group.",
    "group_participants_remove": "Someone left a WhatsApp group or was removed.",
}


def read(field: str, value: Value, at: datetime) -> Notice | None:
    """What a change that is about no conversation says, or none when it is not known."""
    reader = _READERS.get(field)
    found = reader[1](value) if reader else None
    if reader is None or found is None:
        return None
    phone = shapes.text(value.get("display_phone_number")) or shapes.text(value.get("phone_number"))
    return Notice(kind=reader[0], summary=found[0], level=found[1], at=at, phone=phone)


def group(item: Value, received: datetime) -> Notice:
    """News of a WhatsApp group; groups are not shown as conversations."""
    summary = _GROUP.get(shapes.text(item.get("type")), "Something changed in a WhatsApp group.")
    return Notice(kind="group", summary=summary, at=shapes.instant(item.get("timestamp"), otherwise=received))


def call(state: str, at: datetime) -> Notice:
    """How far a telephone call on WhatsApp has come."""
    return Notice(kind="call", summary=f"WhatsApp call: {state.lower() or 'changed'}.", at=at)


def _account(value: Value) -> Found | None:
    event = shapes.text(value.get("event"))
    if event in ("DISABLED_UPDATE", "ACCOUNT_BANNED"):
        return _ban(shapes.mapping(value.get("ban_info")))
    if event == "ACCOUNT_RESTRICTION":
        kinds = [
            shapes.text(item.get("restriction_type"))
            for item in shapes.objects(value.get("restriction_info"))
        ]
        words = "; ".join(_RESTRICTIONS.get(kind, _words(kind)) for kind in kinds)
        return f"WhatsApp restricts this account: {words or 'see WhatsApp Manager'}.", "bad"
    if event == "ACCOUNT_VIOLATION":
        kind = _words(shapes.text(shapes.mapping(value.get("violation_info")).get("violation_type")))
        return f"WhatsApp reports a breach of its policy ({kind or 'no reason given'}).", "bad"
    if event == "PARTNER_CLIENT_CERTIFICATION_STATUS_UPDATE":
        state = shapes.text(shapes.mapping(value.get("partner_client_certification_info")).get("status"))
        return f"The business's verification: {_words(state) or 'changed'}.", "info"
    if event == "PARTNER_REMOVED" and shapes.mapping(value.get("disconnection_info")):
        why = _words(shapes.text(shapes.mapping(value["disconnection_info"]).get("reason")))
        return f"The WhatsApp number was disconnected ({why or 'no reason given'}). Connect it again.", "bad"
    return _ACCOUNT.get(event) or ((f"WhatsApp account: {_words(event)}.", "info") if event else None)


def _ban(info: Value) -> Found:
    state = shapes.text(info.get("waba_ban_state"))
    words, level = _BANS.get(
        state, ("WhatsApp has changed the state of this account. See WhatsApp Manager.", "bad")
    )
    return words.format(date=shapes.text(info.get("waba_ban_date")) or "a day it does not name"), level


def _words(constant: str) -> str:
    return constant.replace("_", " ").lower()


def _name(value: Value) -> str:
    return f"Template “{shapes.text(value.get('message_template_name'))}”"


def _template(value: Value) -> Found | None:
    event = shapes.text(value.get("event"))
    if not event:
        return None
    words, level = _TEMPLATE.get(event, (f"is now {_words(event)}", "info"))
    ends_on = shapes.text(shapes.mapping(value.get("disable_info")).get("disable_date"))
    if ends_on:
        words, level = f"will be disabled on {ends_on}, because people reacted badly", "warn"
    why = shapes.text(shapes.mapping(value.get("rejection_info")).get("reason")).rstrip(".")
    code = shapes.text(value.get("reason"))
    why = why or ("" if code in ("", "NONE") else _words(code))
    return f"{_name(value)} {words}{f': {why}' if why else ''}.", level


def _template_quality(value: Value) -> Found | None:
    score = shapes.text(value.get("new_quality_score"))
    return (
        (f"{_name(value)}: quality is now {score.lower()}.", _QUALITY.get(score, "info")) if score else None
    )


def _template_category(value: Value) -> Found | None:
    category = shapes.text(value.get("new_category") or value.get("correct_category"))
    return (f"{_name(value)} is now in the category {category.lower()}.", "warn") if category else None


def _template_text(value: Value) -> Found | None:
    return (f"{_name(value)} was changed.", "info") if value.get("message_template_name") else None


def _number_quality(value: Value) -> Found | None:
    event = shapes.text(value.get("event"))
    words, level = _NUMBER_QUALITY.get(event, (f"The number's quality has news: {_words(event)}.", "info"))
    return (words, level) if event else None


def _decision(subject: str) -> Callable[[Value], Found | None]:
    def read_decision(value: Value) -> Found | None:
        decision = shapes.text(value.get("decision") or value.get("status"))
        why = shapes.text(value.get("rejection_reason"))
        why = "" if why in ("", "NONE") else f": {_words(why)}"
        level: Level = (
            "info" if decision.upper() in ("APPROVED", "RESERVED", "PENDING", "DEFERRED") else "warn"
        )
        return (f"{subject}: {_words(decision)}{why}.", level) if decision else None

    return read_decision


def _alert(value: Value) -> Found | None:
    words = shapes.text(value.get("alert_description") or value.get("alert_type"))
    serious = shapes.text(value.get("alert_severity")).upper() == "CRITICAL"
    return (f"WhatsApp warns: {words}", "bad" if serious else "warn") if words else None


def _capability(value: Value) -> Found | None:
    most = shapes.text(value.get("max_daily_conversation_per_phone"))
    return (f"The number may write first to {most} people a day.", "info") if most else None


def _security(value: Value) -> Found | None:
    event = shapes.text(value.get("event"))
    return (f"Two-step verification: {_words(event)}.", "warn") if event else None


def _errors(value: Value) -> Found | None:
    found = shapes.objects(value.get("errors"))
    words = shapes.text(found[0].get("message") or found[0].get("title")) if found else ""
    return (f"WhatsApp reports: {words}", "warn") if words else None


_READERS: dict[str, tuple[str, Callable[[Value], Found | None]]] = {
    "account_alerts": ("account", _alert),
    "account_review_update": ("account", _decision("Review of the WhatsApp account")),
    "account_update": ("account", _account),
    "business_capability_update": ("quality", _capability),
    "business_username_update": ("name", _decision("The business's username on WhatsApp")),
    "message_template_components_update": ("template", _template_text),
    "message_template_quality_update": ("template", _template_quality),
    "message_template_status_update": ("template", _template),
    "messages": ("account", _errors),
    "phone_number_name_update": ("name", _decision("The name that customers see")),
    "phone_number_quality_update": ("quality", _number_quality),
    "security": ("security", _security),
    "template_category_update": ("template", _template_category),
}
