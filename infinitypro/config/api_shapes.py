"""What the API answers with."""

from datetime import datetime
from uuid import UUID

from ninja import Schema


class ConversationOut(Schema):
    """A conversation."""

    id: UUID
    contact_id: UUID
    channel: str
    status: str
    assignee_id: UUID | None
    is_assistant_on: bool
    hand_over_reason: str
    unread_count: int
    last_message_at: datetime


class ConversationPage(Schema):
    """A page of conversations, the latest first."""

    items: list[ConversationOut]
    next: str | None


class MessageOut(Schema):
    """A message; `status` is that of an outgoing one."""

    id: UUID
    conversation_id: UUID
    direction: str
    author: str
    kind: str
    text: str
    status: str | None
    failure: str
    at: datetime
    sent_at: datetime | None
    delivered_at: datetime | None
    read_at: datetime | None


class MessagePage(Schema):
    """A page of messages, the latest first."""

    items: list[MessageOut]
    next: str | None


class ContactOut(Schema):
    """A contact."""

    id: UUID
    name: str | None
    addresses: list[dict[str, str]]
    language: str
    is_stopped: bool
    last_seen_at: datetime


class ContactPage(Schema):
    """A page of contacts, the most recently seen first."""

    items: list[ContactOut]
    next: str | None


class AppointmentOut(Schema):
    """An appointment; times in UTC, `price` in minor units."""

    id: UUID
    contact_id: UUID
    service: str
    staff: str
    start: datetime
    end: datetime
    status: str
    source: str
    price: int | None


class AppointmentPage(Schema):
    """A page of appointments, in order of their start."""

    items: list[AppointmentOut]
    next: str | None


class OpeningOut(Schema):
    """A start that is free, and with whom."""

    start: datetime
    end: datetime
    staff: list[str]


class OpeningPage(Schema):
    """Free starts, in order."""

    items: list[OpeningOut]
    next: str | None
