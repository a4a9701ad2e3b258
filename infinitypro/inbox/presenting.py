"""Conversations as the pages show them: plain values, every text and time ready to be read."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.text import Truncator

from infinitypro.accounts import access as asker
from infinitypro.accounts.models import User
from infinitypro.business import queries as business
from infinitypro.channels.registry import ADAPTERS
from infinitypro.contacts.models import Contact
from infinitypro.core import clock
from infinitypro.core.templatetags.look import initials
from infinitypro.inbox import queries
from infinitypro.inbox.models import Conversation, Message

KINDS = {
    "image": "Photo",
    "audio": "Voice message",
    "video": "Video",
    "document": "Document",
    "sticker": "Sticker",
    "location": "Place",
    "contacts": "Contact",
    "unsupported": "A message that cannot be shown here",
}


@dataclass(frozen=True)
class Desk:
    """Who looks, when, and in which zone the business lives."""

    me: User
    now: datetime
    zone: str
    region: str

    def time(self, moment: datetime) -> str:
        """`10:42` as this business writes it."""
        return clock.say_time(moment, zone=self.zone, region=self.region)

    def iso(self, moment: datetime) -> str:
        """For machines."""
        return clock.local(moment, self.zone).isoformat(timespec="seconds")

    def in_list(self, moment: datetime) -> str:
        """A time in a list."""
        return clock.say_in_list(moment, zone=self.zone, now=self.now, region=self.region)

    def day(self, moment: datetime) -> str:
        """The day above messages: `Today`, `Yesterday`, `Saturday 14 March`."""
        on, today = clock.local(moment, self.zone).date(), clock.local(self.now, self.zone).date()
        if on in (today, today - timedelta(days=1)):
            return "Today" if on == today else "Yesterday"
        return clock.say_day(on, today=today, region=self.region)


def desk(*, me: User, now: datetime) -> Desk:
    """The desk of a member."""
    place = business.place()
    return Desk(me=me, now=now, zone=place.zone, region=place.region)


def name_of(contact: Contact, address: str = "") -> str:
    """What a contact is called in lists."""
    return contact.name or address or "Someone new"


# The list


def rows(
    found: Sequence[Conversation], *, desk: Desk, url: Callable[[UUID], str], selected: UUID | None = None
) -> list[dict[str, Any]]:
    """The rows of the list."""
    last = queries.messages_by_id(ids=[row.last_message_id for row in found])
    return [_row(row, last.get(row.last_message_id or row.id), desk, url, selected) for row in found]


def _row(
    row: Conversation, last: Message | None, desk: Desk, url: Callable[[UUID], str], selected: UUID | None
) -> dict[str, Any]:
    name = name_of(row.contact)
    prefix = (
        {"assistant": "Assistant:", "member": "You:", "phone": "You:"}.get(last.author, "") if last else ""
    )
    return {
        "id": row.id,
        "url": url(row.id),
        "name": name,
        "initials": initials(name),
        "channel_kind": row.channel.kind,
        "channel_name": ADAPTERS[row.channel.kind].LABEL,
        "snippet": snippet(last) if last else "",
        "snippet_prefix": prefix,
        "snippet_kind": "failed" if last and last.status == "failed" else "text",
        "time_label": desk.in_list(row.last_message_at),
        "time_iso": desk.iso(row.last_message_at),
        "unread_count": row.unread_count,
        "is_selected": row.id == selected,
        "badges": list(_badges(row)),
    }


def _badges(row: Conversation) -> Iterator[dict[str, str]]:
    if row.is_upset:
        yield {"text": "Upset", "tone": "bad"}
    if row.handed_over_at is not None:
        yield {"text": "Handed over", "tone": "accent"}
    if row.contact.stopped_at is not None:
        yield {"text": "Stopped", "tone": "warn"}


def said(message: Message) -> str:
    """A message's text, as far as whoever asks may see it: that of a shared contact holds a telephone number."""
    cards = message.details.get("cards")
    if cards and not asker.sees("contacts.phone"):
        return ", ".join(card["name"] for card in cards if card["name"])
    return message.body or ""


def snippet(message: Message) -> str:
    """A message in one line."""
    if message.deleted_at is not None:
        return "Deleted message"
    text = Truncator(" ".join(said(message).split())).chars(160)
    kind = KINDS.get(message.kind, "")
    return f"{kind}: {text}" if kind and text and message.kind != "unsupported" else text or kind


# The conversation


def header(row: Conversation, *, desk: Desk, members: Iterable[User]) -> dict[str, Any]:
    """What the open conversation's head shows."""
    name = name_of(row.contact)
    people = list(members)
    names = {user.id: user.name for user in people}
    label = ADAPTERS[row.channel.kind].LABEL
    assignee = (
        {"id": row.assignee_id, "name": names.get(row.assignee_id, "a former member")}
        if row.assignee_id
        else None
    )
    return {
        "id": row.id,
        "name": name,
        "initials": initials(name),
        "channel_kind": row.channel.kind,
        "channel_name": label,
        "subtitle": f"{label} · {_who_answers(row, assignee, desk)}",
        "status": row.status,
        "status_text": _status_text(row, desk),
        "is_assistant_on": row.is_assistant_on,
        "assignee": assignee,
        "assignee_text": assignee["name"] if assignee else "Assistant" if row.is_assistant_on else "Assign",
        "members": [
            {
                "id": user.id,
                "name": user.name,
                "initials": initials(user.name),
                "is_assignee": user.id == row.assignee_id,
                "is_me": user.id == desk.me.id,
            }
            for user in people
        ],
        "snooze_choices": [choice.as_dict(desk) for choice in snooze_choices(desk)],
        "is_typing": row.is_assistant_on and row.waiting_since is not None,
    }


def _who_answers(row: Conversation, assignee: Mapping[str, Any] | None, desk: Desk) -> str:
    if row.is_assistant_on:
        return "the assistant answers"
    if assignee is None:
        return "waits for a person"
    return "you answer" if assignee["id"] == desk.me.id else f"{assignee['name']} answers"


def _status_text(row: Conversation, desk: Desk) -> str:
    if row.status == Conversation.Status.SNOOZED and row.snoozed_until:
        return f"Snoozed until {_soon(row.snoozed_until, desk)}"
    return {"resolved": "Resolved", "pending": "Waits for the customer"}.get(row.status, "")


@dataclass(frozen=True)
class Snooze:
    """A moment at which a conversation may come back."""

    value: str
    text: str
    at: datetime

    def as_dict(self, desk: Desk) -> dict[str, str]:
        """For the menu."""
        on, today = (clock.local(moment, desk.zone).date() for moment in (self.at, desk.now))
        day = "" if on == today else f"{clock.say_short_day(on, today=today, region=desk.region)}, "
        return {"value": self.value, "text": self.text, "detail": f"{day}{desk.time(self.at)}"}


def snooze_choices(desk: Desk) -> list[Snooze]:
    """When a conversation may come back, in the business's own days."""
    local = clock.local(desk.now, desk.zone)
    morning = local.replace(hour=9, minute=0, second=0, microsecond=0)
    monday = morning + timedelta(days=7 - local.weekday())
    return [
        Snooze("hours", "In three hours", local + timedelta(hours=3)),
        Snooze("tomorrow", "Tomorrow morning", morning + timedelta(days=1)),
        Snooze("monday", "Next Monday", monday),
    ]


def composer(row: Conversation, *, desk: Desk, error: str = "") -> dict[str, Any]:
    """Where a member writes."""
    adapter = ADAPTERS[row.channel.kind]
    closes = adapter.window_closes_at(last_inbound_at=row.last_inbound_at) if row.last_inbound_at else None
    is_open = closes is not None and desk.now < closes
    hours = int(adapter.LIMITS.window.total_seconds() // 3600)
    return {
        "is_open": is_open,
        "window_text": f"Window open until {_soon(closes, desk)}" if closes and is_open else "",
        "closed_text": ""
        if is_open
        else f"{name_of(row.contact)} has not written for {hours} hours. {adapter.LABEL} lets you answer freely for"
        f" {hours} hours after a message; after that only an approved template can be sent.",
        "templates": [],
        "error": error,
    }


def _soon(moment: datetime, desk: Desk) -> str:
    local, today = clock.local(moment, desk.zone).date(), clock.local(desk.now, desk.zone).date()
    day = {today: "", today + timedelta(days=1): "tomorrow, "}.get(local, f"{desk.day(moment)}, ")
    return f"{day}{desk.time(moment)}"
