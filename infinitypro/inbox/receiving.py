"""What comes in: each event once, whatever the order in which vendors tell it."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Min, Q
from django.db.models.functions import Greatest, Least

from infinitypro.channels import types
from infinitypro.channels.models import Channel
from infinitypro.contacts.models import Contact
from infinitypro.core import live, locks, statements
from infinitypro.core.statements import Given
from infinitypro.core.tenancy.models import new_id
from infinitypro.core.vault import blind
from infinitypro.inbox.models import Conversation, EarlyNews, File, Message, Reaction

_LOCKED = statements.Select(
    lambda: (
        Conversation.objects.select_for_update(of=("self",))
        .select_related("contact", "channel")
        .filter(id=Given("id"))
    )
)
_LOCKED_OF = statements.Select(
    lambda: Conversation.objects.select_for_update(of=("self",)).filter(
        contact_id=Given("contact_id"), channel_id=Given("channel_id")
    )
)
_LOCKED_MESSAGE = statements.Select(
    lambda: Message.objects.select_for_update(of=("self",)).filter(id=Given("id"))
)
_MARKED = statements.Select(lambda: Message.objects.filter(vendor_mark=Given("mark")))
_EARLY = statements.Select(lambda: EarlyNews.objects.filter(target_mark=Given("mark")).order_by("at", "id"))
_TOLD = {
    column: statements.Update(
        lambda: Message.objects.filter(id=Given("id")),
        # What was delivered was sent by then, whichever of the two is told first.
        **{name: Least(name, Given("at")) for name in {column, "sent_at"}},
    )
    for column in ("sent_at", "delivered_at", "read_at")
}
_HEARD = (
    *("last_message_at", "last_message_id", "last_inbound_at", "waiting_since", "unread_count"),
    *("status", "snoozed_until", "is_assistant_on", "stopped_assistant_at"),
)
_COLUMN = {"sent": "sent_at", "delivered": "delivered_at", "played": "read_at", "read": "read_at"}
SECOND, TICK = timedelta(seconds=1), timedelta(milliseconds=1)


def mark(channel: Channel, vendor_id: str) -> bytes:
    """What a vendor's message id is found by."""
    return blind.index("message.vendor_id", f"{channel.kind}:{vendor_id}")


def conversation(*, contact: Contact, channel: Channel, at: datetime) -> Conversation:
    """The conversation of a contact in a channel, locked; made where there is none, once."""
    own = {"contact_id": contact.id, "channel_id": channel.id}
    if (row := _LOCKED_OF.first(**own)) is None:
        statements.insert(
            Conversation(contact=contact, channel=channel, last_message_at=at), unless_there=True
        )
        row = _LOCKED_OF.first(**own)
    if row is None:
        raise Conversation.DoesNotExist
    return row


def lock(*, conversation_id: UUID) -> Conversation:
    """That conversation with its contact and channel, locked until the transaction ends; raises DoesNotExist."""
    row = _LOCKED.first(id=conversation_id)
    if row is None:
        raise Conversation.DoesNotExist
    return row


def receive(
    *, channel: Channel, contact: Contact, event: types.InboundMessage, now: datetime
) -> Message | None:
    """The message that a customer sent, stored; None where it was stored before."""
    message = Message(
        contact=contact,
        direction=Message.Direction.IN,
        author=Message.Author.CONTACT,
        **_content(channel, event),
        at=_said_at(event.sent_at, now),
        received_at=now,
        is_answered=event.kind in types.SILENT_KINDS,
        details=_details(
            event, referral=event.referral, is_forwarded=event.is_forwarded, group_id=event.group_id
        ),
    )
    row = conversation(contact=contact, channel=channel, at=event.sent_at)
    message.is_answered = message.is_answered or _was_answered_by_phone(row, event.sent_at)
    if not _store(row, message):
        return None
    row.last_inbound_at = max(row.last_inbound_at or event.sent_at, event.sent_at)
    row.unread_count += 1
    row.status, row.snoozed_until = Conversation.Status.OPEN, None
    if not message.is_answered and row.waiting_since is None:
        row.waiting_since = now
    _finish(row, message)
    return message


def _said_at(sent_at: datetime, now: datetime) -> datetime:
    """The moment within the vendor's whole second that lies nearest to now: what we said earlier in it stays above."""
    return max(sent_at, min(now, sent_at + SECOND - TICK))


def _was_answered_by_phone(row: Conversation, at: datetime) -> bool:
    later = Message.objects.filter(conversation=row, author=Message.Author.PHONE, at__gte=at)
    return not row.is_assistant_on and later.exists()


def echo(*, channel: Channel, contact: Contact, event: types.Echo, now: datetime) -> Message | None:
    """What the business wrote on its own telephone, stored: a person is at work, so the assistant keeps quiet."""
    message = Message(
        contact=contact,
        direction=Message.Direction.OUT,
        author=Message.Author.PHONE,
        **_content(channel, event),
        at=event.sent_at,
        received_at=now,
        sent_at=event.sent_at,
        details=_details(event),
    )
    row = conversation(contact=contact, channel=channel, at=event.sent_at)
    if not _store(row, message):
        return None
    row.is_assistant_on, row.stopped_assistant_at = False, now
    waiting = Message.objects.filter(conversation=row, is_answered=False)
    waiting.filter(at__lt=event.sent_at + SECOND).update(is_answered=True)
    row.waiting_since = waiting.aggregate(first=Min("received_at"))["first"]
    _finish(row, message)
    return message


def _content(channel: Channel, event: types.InboundMessage | types.Echo) -> dict[str, Any]:
    return {
        "id": new_id(),
        "kind": event.kind,
        "body": event.text,
        "vendor_id": event.vendor_id,
        "vendor_mark": mark(channel, event.vendor_id),
        "reply_to_mark": mark(channel, event.reply_to) if event.reply_to else None,
    }


def _details(event: types.Content, **more: Any) -> dict[str, Any]:
    parts: dict[str, Any] = {
        "media": event.media and asdict(event.media),
        "location": event.location and asdict(event.location),
        "cards": [asdict(card) for card in event.shared_contacts],
        "choice": event.choice and asdict(event.choice),
        "order": [asdict(item) | {"price": str(item.price)} for item in event.order],
        "answers": dict(event.answers),
        "problem": event.problem and event.problem.sentence,
    }
    for name, value in more.items():
        parts[name] = asdict(value) if isinstance(value, types.Referral) else value
    return {name: value for name, value in parts.items() if value}


def _store(row: Conversation, message: Message) -> bool:
    """Insert the message unless its vendor id is known; then apply what was told of it before it came."""
    message.conversation = row
    locks.take([bytes(message.vendor_mark or b"")])
    if not statements.insert(message, unless_there=True):
        return False
    if message.details.get("media"):
        File.objects.create(
            message=message, contact_id=message.contact_id, name=message.details["media"]["filename"] or None
        )
    apply_early(message)
    return True


def _finish(row: Conversation, message: Message) -> None:
    if message.at >= row.last_message_at or row.last_message_id is None:
        row.last_message_at, row.last_message_id = max(message.at, row.last_message_at), message.id
    statements.update(row, *_HEARD)
    live.publish("conversation", id=row.id)


# News of messages


def receipt(*, channel: Channel, event: types.Receipt, our_id: Any = None) -> None:
    """Note how far a message has come; kept for later where the message is not known yet."""
    found = _MARKED.first(mark=mark(channel, event.vendor_id))
    if found is None and our_id is not None:
        found = Message.objects.filter(id=our_id, direction=Message.Direction.OUT).first()
        if found is not None and event.vendor_id in found.details.get("given_up", ()):
            return  # late news of a try that a member has repeated since
        if found is not None:
            name_vendor_id(message_id=found.id, channel=channel, vendor_id=event.vendor_id)
    problem = event.problem
    news = EarlyNews(
        target_mark=mark(channel, event.vendor_id),
        kind=event.status,
        at=event.at,
        code=problem.code[:40] if problem else "",
        sentence=problem.sentence[:400] if problem else "",
    )
    _tell(found, news)


def _tell(found: Message | None, news: EarlyNews) -> None:
    """Apply the news, or keep it where its message is not known yet."""
    if found is None:
        # Whoever stores the message at this moment does not see the news, nor we the message: one after the other.
        locks.take([bytes(news.target_mark)])
        found = _MARKED.first(mark=news.target_mark)
    if found is None:
        EarlyNews.objects.bulk_create([news], ignore_conflicts=True)
    else:
        _apply(found, news)
        live.publish("conversation", id=found.conversation_id)


def name_vendor_id(
    *, message_id: UUID, channel: Channel, vendor_id: str, sent_at: datetime | None = None
) -> Message | None:
    """Record under which id the vendor knows a message of ours, and when it took it; then apply what it told before.

    The message, locked; None where it is gone.
    """
    found = mark(channel, vendor_id)
    locks.take([found])
    message = _LOCKED_MESSAGE.first(id=message_id)
    if message is None:
        return None
    message.sent_at = message.sent_at or sent_at
    if message.vendor_mark is not None:
        statements.update(message, "sent_at")
        return message
    message.vendor_id, message.vendor_mark = vendor_id, found
    statements.update(message, "sent_at", "vendor_id", "vendor_mark")
    apply_early(message)
    return message


def amend(*, channel: Channel, contact: Contact, event: types.Edit | types.Deletion) -> None:
    """Change or take back a message, whether or not it is known yet."""
    target = mark(channel, event.target_vendor_id)
    content = None
    if isinstance(event, types.Edit):
        content = {"body": event.content.text}
    news = EarlyNews(
        contact=contact,
        target_mark=target,
        kind="edit" if content else "deletion",
        at=event.at,
        content=content,
    )
    _tell(Message.objects.filter(vendor_mark=target).first(), news)


def react(*, channel: Channel, contact: Contact, event: types.Reaction) -> None:
    """Keep the latest emoji that a side put on a message."""
    target = mark(channel, event.target_vendor_id)
    row = (
        Reaction.objects.select_for_update()
        .filter(contact=contact, target_mark=target, is_ours=event.is_ours)
        .first()
    )
    row = row or Reaction(contact=contact, target_mark=target, is_ours=event.is_ours)
    if row.at is None or (event.at, event.emoji or "") > (row.at, row.emoji or ""):
        row.at, row.emoji = event.at, event.emoji
        row.save()
    if message := Message.objects.filter(vendor_mark=target).only("conversation_id").first():
        live.publish("conversation", id=message.conversation_id)


def apply_early(message: Message) -> None:
    """Apply and forget what was told of a message before it was known."""
    for news in _EARLY.all(mark=message.vendor_mark):
        _apply(message, news)
        news.delete()


def _apply(message: Message, news: EarlyNews) -> None:
    if news.kind in ("edit", "deletion"):
        _amend(message, news)
        return
    if news.kind == "failed":
        earlier = Q(failed_at=None) | Q(failed_at__gt=news.at)
        row = Message.objects.filter(earlier, id=message.id)
        row.update(failed_at=news.at, failure_code=news.code, failure=news.sentence)
        return
    _TOLD[_COLUMN[news.kind]](id=message.id, at=news.at)


def _amend(message: Message, news: EarlyNews) -> None:
    if news.kind == "deletion":
        Message.objects.filter(id=message.id).update(deleted_at=Greatest("deleted_at", news.at))
        return
    body = (news.content or {})["body"]
    if message.edited_at is not None and (message.edited_at, message.body) >= (news.at, body):
        return
    message.body, message.edited_at = body, news.at
    message.save(update_fields=["body", "edited_at"])
