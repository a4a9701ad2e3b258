"""Sending what waits in a conversation: one message at a time, in order, at least once.

Claim and commit, call out, record. A message that was claimed and not recorded (the process died in between) waits for a
status that names it, and is sent again only when none came.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from infinitypro.channels import base, types
from infinitypro.channels import services as channels
from infinitypro.channels.errors import ChannelError
from infinitypro.channels.models import Channel
from infinitypro.channels.registry import ADAPTERS
from infinitypro.contacts import queries as contacts
from infinitypro.contacts import services as contact_services
from infinitypro.core import live, statements, tenancy
from infinitypro.core.jobs import desk
from infinitypro.core.statements import Given
from infinitypro.inbox import receiving
from infinitypro.inbox.models import Conversation, Message

NAMED_WITHIN = timedelta(seconds=30)
READ_WITHIN = timedelta(seconds=5)
READS_NEWS = "intake.ingest"  # the job that reads what vendors tell; its room lies above this one
AT_A_TIME = 20
logger = logging.getLogger(__name__)

_TO_SEND = statements.Select(
    lambda: Message.objects.filter(
        conversation_id=Given("conversation_id"),
        direction=Message.Direction.OUT,
        sent_at=None,
        failed_at=None,
        withdrawn_at=None,
    ).order_by("id")[:AT_A_TIME]
)
_ALONE = statements.Select(lambda: Conversation.objects.select_for_update().filter(id=Given("id")).only("id"))


@dataclass(frozen=True)
class Claim:
    """A message that this process, and no other, sends now."""

    message_id: UUID
    conversation_id: UUID
    channel: Channel
    recipient: types.Recipient
    outgoing: types.Outgoing


@dataclass(frozen=True)
class Later:
    """Nothing can go before then."""

    at: datetime


def deliver(*, workspace_id: UUID, conversation_id: UUID, now: datetime) -> Later | bool:
    """Send the next waiting message. Returns whether more wait, or when to come again."""
    with tenancy.workspace(workspace_id):
        claim = _claim(conversation_id, now)
    if not isinstance(claim, Claim):
        return claim or False
    adapter = ADAPTERS[claim.channel.kind]
    try:
        sent = adapter.send(
            credentials=claim.channel.credentials,
            recipient=claim.recipient,
            outgoing=claim.outgoing,
            base_url=channels.api_url(claim.channel.kind),
            client=base.http(),
        )
    except ChannelError as error:
        with tenancy.workspace(workspace_id):
            return _record_failure(claim, error, now)
    with tenancy.workspace(workspace_id):
        _record(claim, sent, now)
        return _more_wait(claim)


def _claim(conversation_id: UUID, now: datetime) -> Claim | Later | None:
    try:
        row = receiving.lock(conversation_id=conversation_id)
    except Conversation.DoesNotExist:
        return None  # it became part of another one
    waiting = _waiting(row, now)
    if not waiting:
        return None
    message = waiting[0]
    if message.claimed_at is not None and (later := _wait_for_name(message.claimed_at, now)):
        return later
    if message.retry_at is not None and now < message.retry_at:
        return Later(message.retry_at)
    channel = row.channel
    adapter = ADAPTERS[channel.kind]
    if refusal := _refusal(row, channel, message, now):
        _fail(message, refusal, now)
        return Later(now)
    if later := _limit(row, channel, adapter.LIMITS, now):
        return later
    message.claimed_at, message.attempts = now, message.attempts + 1
    statements.update(message, "claimed_at", "attempts")
    people = contacts.identities(contact_id=row.contact_id)
    recipient = types.Recipient(tuple(types.Address(person.kind, person.value) for person in people))
    return Claim(message.id, row.id, channel, recipient, _outgoing(message))


def _wait_for_name(claimed_at: datetime, now: datetime) -> Later | None:
    """A status may name the message yet: one that is on its way, or one that came and waits to be read."""
    named_by = claimed_at + NAMED_WITHIN
    if now < named_by:
        return Later(named_by)
    return Later(now + READ_WITHIN) if desk.is_unread(name=READS_NEWS, before=named_by) else None


def _waiting(row: Conversation, now: datetime) -> list[Message]:
    """What still has to go, in order; what the assistant wrote before a person stepped in is withdrawn."""
    waiting = _TO_SEND.all(conversation_id=row.id)
    overtaken = [message for message in waiting if _is_overtaken(message, row)]
    if overtaken:
        Message.objects.filter(id__in=[message.id for message in overtaken]).update(withdrawn_at=now)
        live.publish("conversation", id=row.id)
    return [message for message in waiting if message not in overtaken]


def _is_overtaken(message: Message, row: Conversation) -> bool:
    is_ours = message.author == Message.Author.ASSISTANT and message.claimed_at is None
    return is_ours and row.stopped_assistant_at is not None and row.stopped_assistant_at > message.received_at


def _refusal(row: Conversation, channel: Channel, message: Message, now: datetime) -> types.Problem | None:
    adapter = ADAPTERS[channel.kind]
    if not channel.is_on:
        return types.Problem(
            "disconnected", "The channel is disconnected. Connect it again, then send again.", True
        )
    if "template" in message.details or window_is_open(row, channel, now):
        return None
    return adapter.problem(code="131047")


def window_is_open(row: Conversation, channel: Channel, now: datetime) -> bool:
    """Whether the vendor lets us write freely to this person now."""
    if row.last_inbound_at is None:
        return False
    return now < ADAPTERS[channel.kind].window_closes_at(last_inbound_at=row.last_inbound_at)


def _limit(row: Conversation, channel: Channel, limits: types.Limits, now: datetime) -> Later | None:
    """Take a place in the person's bucket and in the number's rate, or say when there is one."""
    refill = limits.pair_refill.total_seconds()
    # A clock that was set back makes the last one lie ahead.
    elapsed = max(0.0, (now - row.bucket_at).total_seconds()) if row.bucket_at else 0.0
    level = max(0.0, row.bucket_level - elapsed / refill)
    if (
        level + 1 > limits.pair_burst + 1e-6
    ):  # what rounding leaves would have us come again at this very moment
        return Later(now + timedelta(seconds=(level + 1 - limits.pair_burst) * refill))
    if due := channels.take_turn(channel_id=channel.id, per_second=limits.per_second, now=now):
        return Later(due)
    row.bucket_level, row.bucket_at = level + 1, now
    statements.update(row, "bucket_level", "bucket_at")
    return None


def _outgoing(message: Message) -> types.Outgoing:
    details = message.details
    template, menu, media = details.get("template"), details.get("menu"), details.get("outgoing_media")
    return types.Outgoing(
        text=message.body,
        buttons=tuple(types.Button(**button) for button in details.get("buttons", ())),
        menu=menu and types.ListMenu(menu["button"], tuple(types.Row(**row) for row in menu["rows"])),
        template=template
        and types.Template(template["name"], template["language"], tuple(template["params"])),
        media=media and types.OutgoingMedia(**media),
        reply_to=details.get("reply_to", ""),
        callback_data=str(message.id),
    )


def _record(claim: Claim, sent: types.Sent, now: datetime) -> None:
    message = receiving.name_vendor_id(
        message_id=claim.message_id, channel=claim.channel, vendor_id=sent.vendor_id, sent_at=now
    )
    if message is None:
        return  # erased while it was on its way
    for address in set(sent.learned) - set(claim.recipient.addresses):
        contact_services.add_address(
            contact_id=message.contact_id, kind=address.kind, value=address.value, now=now
        )
    live.publish("conversation", id=message.conversation_id)


def _record_failure(claim: Claim, error: ChannelError, now: datetime) -> Later | bool:
    message = Message.objects.get(id=claim.message_id)
    logger.warning("message %s was not sent: %s (attempt %s)", message.id, error.code, message.attempts)
    if base.gives_up(attempt=message.attempts, error=error):
        _fail(message, error.problem, now)
        return _more_wait(claim)
    if error.may_have_arrived:
        return Later(now + NAMED_WITHIN)  # the claim stands: a status may name it yet
    later = Later(now + base.delay(attempt=message.attempts, error=error))
    Message.objects.filter(id=message.id).update(claimed_at=None, retry_at=later.at)
    return later


def _more_wait(claim: Claim) -> bool:
    """Whether anything waits behind it, that was written while it was on its way too.

    Whoever came for that meanwhile found the claim and went away; whoever comes from now on finds what is recorded.
    """
    _ALONE.first(id=claim.conversation_id)
    return _TO_SEND.first(conversation_id=claim.conversation_id) is not None


def _fail(message: Message, problem: types.Problem, now: datetime) -> None:
    Message.objects.filter(id=message.id).update(
        failed_at=now, failure_code=problem.code[:40], failure=problem.sentence[:400]
    )
    live.publish("conversation", id=message.conversation_id)
