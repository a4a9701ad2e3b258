"""What two records of one person own, brought together."""

from uuid import UUID

from infinitypro.core.tenancy import scope
from infinitypro.inbox import tasks
from infinitypro.inbox.models import Conversation, EarlyNews, File, Message, Reaction

# Of two conversations that become one, the state that asks for more attention holds.
FIRST = (
    Conversation.Status.OPEN,
    Conversation.Status.PENDING,
    Conversation.Status.SNOOZED,
    Conversation.Status.RESOLVED,
)


def join_contact(*, gone: UUID, into: UUID) -> list[Message]:
    """Move what belongs to a contact to the one it turned out to be; conversations in one channel become one.

    Returns the customer's messages that still want an answer.
    """
    for row in Conversation.objects.select_for_update().filter(contact_id=gone).order_by("id"):
        same = Conversation.objects.select_for_update().filter(contact_id=into, channel_id=row.channel_id)
        other = same.first()
        if other is None:
            Conversation.objects.filter(id=row.id).update(contact_id=into)
        else:
            _join(row, other)
    _join_reactions(gone, into)
    for model in (Message, EarlyNews, File):
        model._default_manager.filter(contact_id=gone).update(contact_id=into)
    return list(Message.objects.filter(contact_id=into, is_answered=False).order_by("at", "id"))


def _join(row: Conversation, other: Conversation) -> None:
    Message.objects.filter(conversation=row).update(conversation=other)
    newer = max(row, other, key=lambda one: one.last_message_at)
    other.last_message_at, other.last_message_id = newer.last_message_at, newer.last_message_id
    other.last_inbound_at = max(filter(None, (row.last_inbound_at, other.last_inbound_at)), default=None)
    other.waiting_since = min(filter(None, (row.waiting_since, other.waiting_since)), default=None)
    other.unread_count += row.unread_count
    other.assignee_id = other.assignee_id or row.assignee_id
    other.bucket_level = max(row.bucket_level, other.bucket_level)
    other.bucket_at = max(filter(None, (row.bucket_at, other.bucket_at)), default=None)
    _join_handling(row, other)
    other.save()
    row.delete()
    # Jobs that waited for the conversation that is gone find nothing: others take their place.
    tasks.request_delivery(workspace_id=scope.current(), conversation_id=other.id)


def _join_handling(row: Conversation, other: Conversation) -> None:
    other.is_assistant_on = row.is_assistant_on and other.is_assistant_on
    stops = (row.stopped_assistant_at, other.stopped_assistant_at)
    other.stopped_assistant_at = max(filter(None, stops), default=None)
    other.is_upset = row.is_upset or other.is_upset
    if other.handed_over_at is None and row.handed_over_at is not None:
        other.handed_over_at, other.hand_over_reason = row.handed_over_at, row.hand_over_reason
        other.hand_over_summary = row.hand_over_summary
    first = min(row, other, key=lambda one: FIRST.index(Conversation.Status(one.status)))
    other.status, other.snoozed_until = first.status, first.snoozed_until
    if other.snoozed_until is not None:
        tasks.request_waking(workspace_id=scope.current(), conversation_id=other.id, at=other.snoozed_until)


def _join_reactions(gone: UUID, into: UUID) -> None:
    for row in Reaction.objects.filter(contact_id=gone).order_by("id"):
        other = Reaction.objects.filter(
            contact_id=into, target_mark=row.target_mark, is_ours=row.is_ours
        ).first()
        if other is None:
            Reaction.objects.filter(id=row.id).update(contact_id=into)
            continue
        if (row.at, row.emoji or "") > (other.at, other.emoji or ""):
            other.at, other.emoji = row.at, row.emoji
            other.save()
        row.delete()
