"""From a raw event to messages, receipts and news in the inbox. Running it again changes nothing."""

import logging
from datetime import date, datetime
from uuid import UUID

import orjson

from infinitypro.assistant import services as assistant
from infinitypro.booking import services as booking
from infinitypro.channels import queries as channel_queries
from infinitypro.channels import services as channels
from infinitypro.channels import types
from infinitypro.channels.models import Channel
from infinitypro.channels.registry import ADAPTERS
from infinitypro.contacts import services as contacts
from infinitypro.contacts.models import Contact
from infinitypro.core import statements
from infinitypro.core.statements import Given
from infinitypro.core.vault import cipher, keyring
from infinitypro.inbox import joining, receiving
from infinitypro.inbox import services as inbox
from infinitypro.inbox.models import Message
from infinitypro.intake import accept
from infinitypro.intake.models import RawEvent

logger = logging.getLogger(__name__)
_RAW = statements.Select(
    lambda: RawEvent.objects.select_for_update().filter(day=Given("day"), id=Given("event_id"))
)
_READ = statements.Update(
    lambda: RawEvent.objects.filter(day=Given("day"), id=Given("event_id")),
    ingested_at=Given("now"),
    problem=Given("problem"),
    contact_id=Given("contact_id"),
)


def ingest(*, day: date, event_id: UUID, now: datetime) -> list[Message]:
    """Store what the raw event tells; returns the new messages that want an answer."""
    raw = _RAW.first(day=day, event_id=event_id)
    if raw is None or raw.ingested_at is not None:
        return []
    channel = channel_queries.connected(channel_id=raw.channel_id)
    if channel is None:
        _finish(raw, now, problem="The channel was disconnected.")
        return []
    parsed = ADAPTERS[channel.kind].parse(payload=open_(raw), received_at=raw.received_at)
    line = _Line(channel=channel, now=now)
    for event in parsed.events:
        line.take(event)
    line.end()
    problem = "; ".join(f"{unknown.path}: {unknown.reason}" for unknown in parsed.unknown)
    _finish(raw, now, problem=problem, contact=line.contact)
    return line.messages


def open_(raw: RawEvent) -> dict[str, object]:
    """What the vendor sent."""
    body = bytes(raw.body)
    context = cipher.associated(workspace_id=cipher.NOBODY, label=accept.LABEL, row_id=raw.id)
    key = keyring.by_id(cipher.key_id(body))
    payload: dict[str, object] = orjson.loads(cipher.open_(body, key=key.secret, context=context))
    return payload


def _finish(raw: RawEvent, now: datetime, *, problem: str, contact: Contact | None = None) -> None:
    if problem:
        logger.warning("raw event %s was not understood in full", raw.id)
    _READ(
        day=raw.day,
        event_id=raw.id,
        now=now,
        problem=problem[:400],
        contact_id=contact.id if contact else None,
    )


class _Line:
    """Takes the events of one payload, in their order."""

    def __init__(self, *, channel: Channel, now: datetime) -> None:
        self.channel = channel
        self.now = now
        self.contact: Contact | None = None
        self.messages: list[Message] = []
        self.count = 0  # of messages that were not known
        self.people: dict[UUID, Contact] = {}
        self.seen: list[tuple[UUID, str, datetime]] = []  # of those who were known: who, as whom, when

    def take(self, event: types.Event) -> None:
        """Store one event."""
        match event:
            case types.InboundMessage():
                self._message(event)
            case types.Receipt():
                self._receipt(event)
            case types.Reaction():
                contact = self._person(event.sender, at=event.at)
                receiving.react(channel=self.channel, contact=contact, event=event)
            case types.Edit() | types.Deletion():
                contact = self._person(event.sender, at=event.at)
                receiving.amend(channel=self.channel, contact=contact, event=event)
            case types.Echo():
                contact = self._person(event.recipient, at=event.sent_at)
                receiving.echo(channel=self.channel, contact=contact, event=event, now=self.now)
            case types.AddressChange():
                self._person(types.Sender((*event.old, *event.new), name=event.name), at=event.at)
            case types.Preference():
                self._person(event.sender, at=event.at)
            case types.Notice():
                channels.note(channel_id=self.channel.id, notice=event)

    def end(self) -> None:
        """Note what others want to note too, after every conversation is held: the other way round both would wait."""
        for contact_id, name, at in self.seen:
            contacts.note_seen(contact=self.people[contact_id], name=name, at=at)
        if self.count:
            channels.note_inbound(channel_id=self.channel.id, at=self.now, count=self.count)

    def _message(self, event: types.InboundMessage) -> None:
        contact = self._person(event.sender, at=event.sent_at)
        message = inbox.receive(channel=self.channel, contact=contact, event=event, now=self.now)
        if message is None:
            return
        self.count += 1
        if not message.is_answered:
            self.messages.append(message)

    def _receipt(self, event: types.Receipt) -> None:
        try:
            our_id = UUID(event.callback_data) if event.callback_data else None
        except ValueError:
            our_id = None  # another program's callback data
        receiving.receipt(channel=self.channel, event=event, our_id=our_id)

    def _person(self, sender: types.Sender, *, at: datetime) -> Contact:
        found = contacts.find_or_make(
            addresses=[(address.kind, address.value) for address in sender.addresses],
            name=sender.name,
            now=self.now,
            at=at,
        )
        for gone in found.joined:
            self.messages += joining.join_contact(gone=gone, into=found.contact.id)
            RawEvent.objects.filter(contact_id=gone).update(contact_id=found.contact.id)
            assistant.join_contact(gone=gone, into=found.contact.id)
            booking.move_to_contact(gone=gone, into=found.contact.id)
            contacts.remove_joined(contact_id=gone)
        self.contact = self._known(found)
        if not found.is_new:
            self.seen.append((self.contact.id, sender.name, min(at, self.now)))
        return self.contact

    def _known(self, found: contacts.Found) -> Contact:
        """The one object for a contact, as the joining of others left it."""
        own = found.contact.id
        if found.joined:
            self.people[own] = found.contact
            self.seen = [(own if who in found.joined else who, name, at) for who, name, at in self.seen]
        return self.people.setdefault(own, found.contact)


def forget_reading(*, event_id: UUID) -> date | None:
    """Have the event read anew by its next job, after what was not understood was mended; its day, if it is there."""
    raw = RawEvent.objects.filter(id=event_id).only("day").first()
    if raw is None:
        return None
    RawEvent.objects.filter(day=raw.day, id=event_id).update(ingested_at=None, problem="")
    return raw.day
