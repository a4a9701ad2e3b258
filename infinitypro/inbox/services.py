"""Writing conversations: what members and the assistant do in them. What comes in is in `receiving`."""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from infinitypro.channels import types
from infinitypro.contacts.models import Contact
from infinitypro.core import jobs, live, statements
from infinitypro.core.errors import Problem
from infinitypro.core.statements import Given
from infinitypro.core.tenancy import scope
from infinitypro.core.tenancy.models import new_id
from infinitypro.inbox import receiving, tasks
from infinitypro.inbox.models import Conversation, Message

LONGEST_TEXT = 4096
Author, Direction, Status = Message.Author, Message.Direction, Conversation.Status
_WROTE = (
    *("last_message_at", "last_message_id", "status", "waiting_since", "unread_count"),
    *("is_assistant_on", "stopped_assistant_at", "assignee_id"),
)
_WAITING = statements.Select(
    lambda: Message.objects.filter(conversation_id=Given("id"), is_answered=False).order_by("at", "id")
)
_ANSWERED = statements.Update(
    lambda: Message.objects.filter(statements.IsAny("id", Given("ids"))), is_answered=True
)
_WAITS_NO_MORE = statements.Update(lambda: Conversation.objects.filter(id=Given("id")), waiting_since=None)


class CannotSend(Problem):
    """The message was not accepted; the text says why and what to do."""


def receive(*, channel: Any, contact: Contact, event: types.InboundMessage, now: datetime) -> Message | None:
    """The message that a customer sent, stored, with what its file needs; None where it was stored before."""
    message = receiving.receive(channel=channel, contact=contact, event=event, now=now)
    if message is not None and message.details.get("media"):
        jobs.enqueue(tasks.fetch_file, workspace_id=scope.current(), message_id=message.id)
    return message


def send(
    *,
    conversation_id: UUID,
    author: str,
    text: str,
    now: datetime,
    member_id: UUID | None = None,
    buttons: tuple[types.Button, ...] = (),
    menu: types.ListMenu | None = None,
    template: types.Template | None = None,
    reply_to: UUID | None = None,
    kind: str = "text",
    client_id: UUID | None = None,
) -> Message:
    """Store an outgoing message and have it sent when the transaction commits; raises CannotSend.

    A member's message stops the assistant in this conversation until it is given back. `client_id` names the attempt:
    sent a second time, it is the same message.
    """
    text = text.strip()
    if not text and template is None:
        raise CannotSend("Write something first.")
    if len(text) > LONGEST_TEXT:
        raise CannotSend(
            f"The message has {len(text)} characters; {LONGEST_TEXT} can be sent. Shorten it, or send it in two."
        )
    row = receiving.lock(conversation_id=conversation_id)
    if again := _same_attempt(row, client_id):
        return again
    details: dict[str, Any] = {
        "buttons": [asdict(button) for button in buttons],
        "menu": menu and asdict(menu),
        "template": template and asdict(template),
        "reply_to": _vendor_id(reply_to),
    }
    message = _add(
        row,
        client_id=client_id,
        now=now,
        direction=Direction.OUT,
        author=author,
        member_id=member_id,
        body=text,
        kind="template" if template else kind,
        details={name: value for name, value in details.items() if value},
    )
    if author == Author.MEMBER:
        _stop_assistant(row, now)
        row.assignee_id = row.assignee_id or member_id
        row.unread_count = 0
    row.status = Status.OPEN if row.status in (Status.RESOLVED, Status.SNOOZED) else row.status
    statements.update(row, *_WROTE)
    tasks.request_delivery(workspace_id=scope.current(), conversation_id=row.id)
    return message


def _vendor_id(message_id: UUID | None) -> str:
    return (message_id and Message.objects.get(id=message_id).vendor_id) or ""


def _same_attempt(row: Conversation, client_id: UUID | None) -> Message | None:
    return Message.objects.filter(client_id=client_id, conversation=row).first() if client_id else None


def _add(row: Conversation, *, now: datetime, **values: Any) -> Message:
    message = Message(
        id=new_id(), conversation=row, contact_id=row.contact_id, at=now, received_at=now, **values
    )
    statements.insert(message)
    if message.direction in (Direction.IN, Direction.OUT):
        row.last_message_at, row.last_message_id = max(row.last_message_at, now), message.id
    live.publish("conversation", id=row.id)
    return message


def _say(
    row: Conversation, words: str, *, now: datetime, member_id: UUID | None = None, **details: Any
) -> None:
    _add(
        row,
        now=now,
        direction=Direction.EVENT,
        author=Author.SYSTEM,
        member_id=member_id,
        kind=words,
        body="",
        details=details,
    )


def _stop_assistant(row: Conversation, now: datetime) -> None:
    row.is_assistant_on, row.stopped_assistant_at, row.waiting_since = False, now, None
    Message.objects.filter(conversation=row, is_answered=False).update(is_answered=True)


def try_again(*, message_id: UUID, now: datetime) -> None:
    """Send a message that failed once more."""
    message = Message.objects.get(id=message_id)
    receiving.lock(conversation_id=message.conversation_id)  # or a delivery under way would miss it
    again = Message.objects.filter(id=message_id, failed_at__isnull=False, delivered_at=None)
    fresh: dict[str, Any] = {"failed_at": None, "failure": "", "failure_code": "", "sent_at": None}
    if again.update(**fresh, claimed_at=None, retry_at=None, vendor_mark=None, attempts=0):
        if message.vendor_id:
            message.details = message.details | {
                "given_up": [*message.details.get("given_up", ()), message.vendor_id]
            }
            message.vendor_id = None
            message.save(update_fields=["details", "vendor_id"])
        tasks.request_delivery(workspace_id=scope.current(), conversation_id=message.conversation_id)
        live.publish("conversation", id=message.conversation_id)


def add_note(
    *, conversation_id: UUID, member_id: UUID, text: str, now: datetime, client_id: UUID | None = None
) -> Message:
    """A note that only the team sees; raises CannotSend when it is empty."""
    if not text.strip():
        raise CannotSend("Write something first.")
    row = receiving.lock(conversation_id=conversation_id)
    return _same_attempt(row, client_id) or _add(
        row,
        client_id=client_id,
        now=now,
        direction=Direction.NOTE,
        author=Author.MEMBER,
        member_id=member_id,
        body=text.strip(),
        details={},
    )


def assign(*, conversation_id: UUID, assignee_id: UUID | None, by: UUID, now: datetime) -> None:
    """Give a conversation to a member, or to nobody."""
    row = receiving.lock(conversation_id=conversation_id)
    if row.assignee_id != assignee_id:
        row.assignee_id = assignee_id
        row.save(update_fields=["assignee"])
        _say(row, "assigned", now=now, member_id=by, to=str(assignee_id) if assignee_id else None)


def hand_on(*, leaver_id: UUID, to: UUID | None, by: UUID, now: datetime) -> int:
    """Give what a member had open to another, or to nobody; how many conversations that were."""
    open_ = Conversation.objects.filter(assignee_id=leaver_id).exclude(status=Conversation.Status.RESOLVED)
    ids = list(open_.values_list("id", flat=True))
    for conversation_id in ids:
        assign(conversation_id=conversation_id, assignee_id=to, by=by, now=now)
    return len(ids)


def take_over(*, conversation_id: UUID, by: UUID, now: datetime) -> None:
    """A member answers from now on; what the assistant has not sent yet is withdrawn."""
    row = receiving.lock(conversation_id=conversation_id)
    if row.is_assistant_on:
        _stop_assistant(row, now)
        row.assignee_id = by
        _say(row, "taken_over", now=now, member_id=by)
        row.save()
        tasks.request_delivery(workspace_id=scope.current(), conversation_id=row.id)


def give_back(*, conversation_id: UUID, by: UUID, now: datetime) -> None:
    """The assistant answers again from the next message on."""
    row = receiving.lock(conversation_id=conversation_id)
    if not row.is_assistant_on:
        row.is_assistant_on, row.handed_over_at, row.hand_over_reason = True, None, ""
        row.hand_over_summary, row.is_upset = None, False
        _say(row, "given_back", now=now, member_id=by)
        row.save()


def hand_over(*, conversation_id: UUID, reason: str, summary: str, is_upset: bool, now: datetime) -> None:
    """The assistant leaves the conversation to people, with a summary for them."""
    row = receiving.lock(conversation_id=conversation_id)
    row.is_assistant_on, row.waiting_since = False, None
    row.handed_over_at, row.hand_over_reason, row.hand_over_summary = now, reason[:40], summary
    row.is_upset = is_upset
    row.status = Status.OPEN
    _say(row, "handed_over", now=now, reason=reason)
    row.save()


def say(*, conversation_id: UUID, what: str, now: datetime) -> None:
    """A line in the conversation that says what happened (see thread.EVENTS)."""
    _say(receiving.lock(conversation_id=conversation_id), what, now=now)


def set_status(
    *,
    conversation_id: UUID,
    status: str,
    now: datetime,
    by: UUID | None = None,
    until: datetime | None = None,
) -> None:
    """Open, resolve, or snooze (until a moment) a conversation; raises Problem for a moment that has passed."""
    row = receiving.lock(conversation_id=conversation_id)
    if status == Status.SNOOZED and (until is None or until <= now):
        raise Problem("Choose a time that lies ahead.")
    if row.status == status and row.snoozed_until == until:
        return
    row.status, row.snoozed_until = status, until
    if status == Status.RESOLVED:
        row.unread_count = 0
    row.save(update_fields=["status", "snoozed_until", "unread_count"])
    _say(row, status, now=now, member_id=by, until=until.isoformat() if until else None)
    if until:
        tasks.request_waking(workspace_id=scope.current(), conversation_id=conversation_id, at=until)


def mark_read(*, conversation_id: UUID) -> None:
    """A member has seen what there is."""
    if Conversation.objects.filter(id=conversation_id).exclude(unread_count=0).update(unread_count=0):
        live.publish("conversation", id=conversation_id)


def waiting_messages(*, conversation_id: UUID) -> tuple[Conversation, list[Message]]:
    """The conversation as `receiving.lock` gives it, and the customer's messages that nobody has answered, in order.

    Raises Conversation.DoesNotExist where it has become part of another one.
    """
    row = receiving.lock(conversation_id=conversation_id)
    return row, _WAITING.all(id=row.id)


def mark_answered(*, row: Conversation, messages: list[Message]) -> None:
    """These messages need no answer any more."""
    _ANSWERED(ids=[message.id for message in messages])
    _WAITS_NO_MORE(id=row.id)
