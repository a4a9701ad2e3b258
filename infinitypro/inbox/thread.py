"""What was said in a conversation as the pages show it: days, groups of messages, notes, and lines that say what happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from infinitypro.accounts import access as asker
from infinitypro.accounts import queries as accounts
from infinitypro.contacts import numbers
from infinitypro.core import clock
from infinitypro.inbox import queries
from infinitypro.inbox.models import Conversation, File, Message, Reaction
from infinitypro.inbox.presenting import KINDS, Desk, name_of, snippet

ONE_BREATH = timedelta(minutes=5)
EVENTS = {
    "taken_over": "{who} took over",
    "given_back": "{who} gave the conversation back to the assistant",
    "handed_over": "The assistant handed over: {reason}",
    "assigned": "{who} assigned {to}",
    "resolved": "{who} resolved the conversation",
    "open": "{who} reopened the conversation",
    "pending": "{who} waits for the customer",
    "snoozed": "{who} snoozed the conversation until {until}",
    "stopped": "The customer asked for no more automated messages",
    "started": "The customer asked for automated messages again",
}
REASONS = {
    "asked": "the customer asked for a person",
    "complaint": "a complaint",
    "safety": "something medical, legal or urgent",
    "fact": "your facts say that a person does this",
    "failed": "it did not understand twice",
    "media": "what the customer sent can only be looked at by a person",
    "question": "a question that your facts do not answer",
    "rights": "a request about personal data",
    "check": "the answer could not be verified",
    "paused": "it does not answer at the moment",
    "facts": "your business has no facts yet",
}


@dataclass(frozen=True)
class Around:
    """What is shown with messages and stands in other tables."""

    names: Mapping[UUID, str]
    files: Mapping[UUID, File]
    reactions: Mapping[bytes, list[Reaction]]
    quoted: Mapping[bytes, Message]
    contact: str


def entries(
    found: Sequence[Message], *, row: Conversation, desk: Desk, why: set[UUID]
) -> list[dict[str, Any]]:
    """Messages, oldest first, as days, groups, notes and lines; `why` holds the ids whose trace can be opened."""
    around = Around(
        names=accounts.names(user_ids=_people(found)),
        files=queries.files(message_ids=[message.id for message in found if message.details.get("media")]),
        reactions=queries.reactions(
            contact_id=row.contact_id, marks=[message.vendor_mark for message in found]
        ),
        quoted=queries.quoted(marks=[message.reply_to_mark for message in found]),
        contact=name_of(row.contact),
    )
    shown: list[dict[str, Any]] = []
    for before, message in pairwise([None, *found]):
        if message is None:
            continue
        if before is None or desk.day(before.at) != desk.day(message.at):
            iso = clock.local(message.at, desk.zone).date().isoformat()
            shown.append({"kind": "day", "label": desk.day(message.at), "iso": iso})
        _append(shown, before, message, around, desk, why)
    return shown


def _people(found: Sequence[Message]) -> set[UUID | None]:
    assigned = (
        message.details.get("to") for message in found if message.direction == Message.Direction.EVENT
    )
    return {message.member_id for message in found} | {UUID(one) for one in assigned if one}


def _append(
    shown: list[dict[str, Any]],
    before: Message | None,
    message: Message,
    around: Around,
    desk: Desk,
    why: set[UUID],
) -> None:
    who = around.names.get(message.member_id, "Someone") if message.member_id else "Someone"
    if message.direction == Message.Direction.EVENT:
        text = _event_text(message, who, around, desk)
        shown.append({"kind": "system", "id": message.id, "text": text, "time_label": desk.time(message.at)})
        return
    if message.direction == Message.Direction.NOTE:
        note = {"kind": "note", "id": message.id, "author": who, "text": message.body}
        shown.append(note | {"time_label": desk.time(message.at)})
        return
    is_same = shown[-1]["kind"] == "group" and before is not None and _goes_on(before, message)
    if not is_same:
        shown.append(_group(message, who, around))
    group = shown[-1]
    group["messages"].append(_message(message, around, desk))
    group["time_label"], group["time_iso"] = desk.time(message.at), desk.iso(message.at)
    group["status"] = _sign(message) if message.direction == Message.Direction.OUT else ""
    group["why_id"] = message.id if message.id in why else group["why_id"]


def _goes_on(before: Message, message: Message) -> bool:
    same = (before.direction, before.author, before.member_id) == (
        message.direction,
        message.author,
        message.member_id,
    )
    return same and message.at - before.at < ONE_BREATH and message.author != Message.Author.ASSISTANT


def _group(message: Message, who: str, around: Around) -> dict[str, Any]:
    by = {"contact": "customer", "assistant": "assistant"}.get(message.author, "member")
    author = {"customer": around.contact, "assistant": "Assistant"}.get(by, who)
    if message.author == Message.Author.PHONE:
        author = "From the telephone"
    return {
        "kind": "group",
        "side": message.direction,
        "by": by,
        "author": author,
        "messages": [],
        "why_id": None,
    }


def _sign(message: Message) -> str:
    return {"waiting": "queued", "sending": "queued", "withdrawn": "failed"}.get(
        message.status, message.status
    )


def _event_text(message: Message, who: str, around: Around, desk: Desk) -> str:
    details = message.details
    until, to = details.get("until"), details.get("to")
    moment = datetime.fromisoformat(until) if until else None
    return EVENTS.get(message.kind, message.kind).format(
        who=who if message.member_id else "The assistant",
        reason=REASONS.get(details.get("reason", ""), "a person should answer"),
        until=f"{desk.day(moment)}, {desk.time(moment)}" if moment else "",
        to=f"it to {around.names.get(UUID(to), 'someone')}" if to else "it to nobody",
    )


def _message(message: Message, around: Around, desk: Desk) -> dict[str, Any]:
    details = message.details
    quoted = around.quoted.get(bytes(message.reply_to_mark or b""))
    menu, place, choice = details.get("menu"), details.get("location"), details.get("choice")
    return {
        "id": message.id,
        "text": "" if place or details.get("cards") else message.body,
        "kind": message.kind if message.kind in KINDS else "text",
        "is_deleted": message.deleted_at is not None,
        "is_edited": message.edited_at is not None,
        "quoted": quoted and {"name": _speaker(quoted, around), "text": snippet(quoted)},
        "referral": _referral(details.get("referral")),
        "media": _media(message, around.files.get(message.id)),
        "location": place and _place(place),
        "contacts": [_card(card) for card in details.get("cards", [])],
        "card": None,
        "buttons": [button["title"] for button in details.get("buttons", [])],
        "list": menu
        and {
            "button": menu["button"],
            "rows": [{"title": row["title"], "text": row["description"]} for row in menu["rows"]],
        },
        "chosen": choice["title"] if choice else None,
        "reactions": [
            {"emoji": one.emoji, "by": "You" if one.is_ours else around.contact}
            for one in around.reactions.get(bytes(message.vendor_mark or b""), [])
        ],
        "failure": _failure(message),
    }


def _speaker(message: Message, around: Around) -> str:
    return {"contact": around.contact, "assistant": "Assistant"}.get(message.author, "You")


def _failure(message: Message) -> dict[str, Any] | None:
    if message.status == "withdrawn":
        return {"sentence": "Not sent: a person stepped in first.", "can_retry": False}
    if message.status == "failed":
        reason = message.failure.removeprefix("Not delivered: ")
        return {"sentence": f"Not delivered: {reason}", "can_retry": True}
    return None


def _referral(found: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if not found:
        return None
    url = found["source_url"] if str(found["source_url"]).startswith("https://") else ""
    return {
        "headline": found["headline"] or found["body"] or "an advertisement",
        "body": found["body"],
        "url": url,
    }


def _card(card: Mapping[str, Any]) -> dict[str, Any]:
    phones = card["phones"] if asker.sees("contacts.phone") else [numbers.HIDDEN] if card["phones"] else []
    return {"name": card["name"], "phones": phones}


def _place(place: Mapping[str, Any]) -> dict[str, str]:
    point = urlencode({"mlat": place["latitude"], "mlon": place["longitude"]})
    return {
        "name": place["name"],
        "address": place["address"],
        "map_url": f"https://www.openstreetmap.org/?{point}#map=17/{place['latitude']}/{place['longitude']}",
    }


def _media(message: Message, file: File | None) -> dict[str, Any] | None:
    media = message.details.get("media")
    if not media:
        return None
    state = "loading" if file is None or file.fetched_at is None else "failed" if file.problem else "ready"
    size = file.size if file else 0
    return {
        "kind": KINDS.get(message.kind, "File"),
        "name": (file and file.name) or media.get("filename") or "",
        "size_label": f"{size / 1024 / 1024:.1f} MB" if size > 1024 * 1024 else f"{max(size // 1024, 1)} KB",
        "duration_label": "",
        "alt": media.get("caption") or "",
        "width": None,
        "height": None,
        "state": state,
        "failure": file.problem if file else "",
    }
