"""What channels and the rest of the house say to each other: plain values that name no vendor.

Everything that comes in is an `Event`; everything that goes out is an `Outgoing`. Instants are UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

PHONE = "phone"
WHATSAPP_USER = "whatsapp_user"
WHATSAPP_PARENT_USER = "whatsapp_parent_user"

#: Kinds of inbound message that tell something and ask for no answer.
SILENT_KINDS = frozenset({"system", "call"})

Kind = Literal[
    "text",
    "image",
    "audio",
    "video",
    "document",
    "sticker",
    "location",
    "contacts",
    "reply",
    "form",
    "order",
    "call",
    "system",
    "unsupported",
]
ReceiptStatus = Literal["sent", "delivered", "read", "played", "failed"]


@dataclass(frozen=True, slots=True)
class Address:
    """One address a person has in a channel; a phone is E.164 with its plus."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Sender:
    """A person as the vendor names them; all addresses belong to that one person, the best known first."""

    addresses: tuple[Address, ...]
    name: str = ""
    username: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong in words for the business, and whether trying again can help."""

    code: str
    sentence: str
    permanent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A file that the vendor holds; `url` is short-lived where it is given at all, `vendor_id` is not."""

    vendor_id: str
    url: str = ""
    mime_type: str = ""
    sha256: str = ""
    filename: str = ""
    caption: str = ""
    is_voice: bool = False
    is_animated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A point in degrees, with the place's name and address where the sender picked a place."""

    latitude: float
    longitude: float
    name: str = ""
    address: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class SharedContact:
    """A contact card that someone sent; its numbers are as written on the card, proven by nobody."""

    name: str
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """The button or list row that was tapped."""

    id: str
    title: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class OrderItem:
    """One line of a catalogue order, priced each in whole units of the currency."""

    product: str
    quantity: int
    price: Decimal
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral:
    """The advertisement or post through which the person came."""

    kind: str = ""
    headline: str = ""
    body: str = ""
    source_url: str = ""
    source_id: str = ""
    click_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a message says; `text` is what a member reads and is set wherever words can say it."""

    kind: Kind
    text: str = ""
    media: Media | None = None
    location: Location | None = None
    shared_contacts: tuple[SharedContact, ...] = ()
    choice: Choice | None = None
    order: tuple[OrderItem, ...] = ()
    answers: Mapping[str, object] = field(default_factory=dict)
    problem: Problem | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMessage(Content):
    """A message from a customer. `reply_to` is the vendor's id of the message it answers.

    With a `group_id` it was written in a group: an answer would go to the person alone.
    """

    vendor_id: str
    sent_at: datetime
    sender: Sender
    reply_to: str = ""
    is_forwarded: bool = False
    referral: Referral | None = None
    group_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Echo(Content):
    """A message that the business itself sent from its telephone, beside this program."""

    vendor_id: str
    sent_at: datetime
    recipient: Sender
    reply_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """An emoji put on a message; none takes the earlier one away."""

    vendor_id: str
    target_vendor_id: str
    emoji: str | None
    sender: Sender
    at: datetime
    is_ours: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A message now says something else."""

    vendor_id: str
    target_vendor_id: str
    content: Content
    sender: Sender
    at: datetime
    is_ours: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """A message was taken back by the one who sent it."""

    vendor_id: str
    target_vendor_id: str
    sender: Sender
    at: datetime
    is_ours: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """How far a message of ours has come; `callback_data` is what was given with the send."""

    vendor_id: str
    status: ReceiptStatus
    at: datetime
    recipient: tuple[Address, ...] = ()
    callback_data: str = ""
    problem: Problem | None = None
    is_billable: bool | None = None
    price_category: str = ""
    group_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressChange:
    """One person's addresses changed: `old` and `new` belong to the same person."""

    vendor_id: str
    at: datetime
    old: tuple[Address, ...]
    new: tuple[Address, ...]
    name: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """A person told the vendor whether they want messages of a category (Meta: marketing messages)."""

    sender: Sender
    category: str
    is_wanted: bool
    detail: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """News about the channel and no conversation; `phone` says which number where the vendor did."""

    kind: str
    summary: str
    at: datetime
    level: Literal["info", "warn", "bad"] = "info"
    phone: str = ""


Event = InboundMessage | Echo | Reaction | Edit | Deletion | Receipt | AddressChange | Preference | Notice


@dataclass(frozen=True, slots=True)
class Unknown:
    """A part of a payload that was not understood, where it stands, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """All of one payload: what was understood, in the vendor's order, and what was not."""

    events: tuple[Event, ...]
    unknown: tuple[Unknown, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One channel's share of a webhook body; `scope` says whether the id is a channel's or an account's."""

    scope: Literal["channel", "account"]
    external_id: str
    payload: dict[str, object]


@dataclass(frozen=True, slots=True)
class Button:
    """A quick reply under a message."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list menu."""

    id: str
    title: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class ListMenu:
    """A list that opens when its `button` is tapped."""

    button: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """A message that the vendor approved beforehand; `params` fill its body in order."""

    name: str
    language: str
    params: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMedia:
    """A file to send: one that the vendor already holds, or one at a public https address."""

    kind: Literal["image", "audio", "video", "document", "sticker"]
    vendor_id: str = ""
    url: str = ""
    caption: str = ""
    filename: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A message to send: text with at most buttons or a menu, or a template, media or location alone."""

    text: str = ""
    buttons: tuple[Button, ...] = ()
    menu: ListMenu | None = None
    template: Template | None = None
    media: OutgoingMedia | None = None
    location: Location | None = None
    reply_to: str = ""
    callback_data: str = ""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom to send to: every address known of the person in this channel."""

    addresses: tuple[Address, ...]


@dataclass(frozen=True, slots=True)
class Sent:
    """The vendor took the message; `learned` are addresses of the recipient that it told us."""

    vendor_id: str
    learned: tuple[Address, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What the vendor says of a channel when asked."""

    name: str
    address: str
    quality: str
    is_ready: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a channel's set-up form asks for."""

    name: str
    label: str
    help: str
    is_secret: bool = False
    is_required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the vendor allows; `pair_*` is the bucket for messages to one and the same person."""

    per_second: int
    pair_burst: int
    pair_refill: timedelta
    window: timedelta
    text_length: int
    buttons: int
    button_length: int
    menu_text_length: int
    rows: int
    row_length: int
    row_description_length: int
    media_bytes: int
