"""From messages that wait to an answer that is on its way."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from infinitypro.core import tenancy
from infinitypro.inbox import services as inbox
from infinitypro.inbox.models import Message


def answer(*, workspace_id: UUID, conversation_id: UUID, now: datetime) -> datetime | None:
    """Answer what waits in a conversation; returns when to come again where the customer still writes."""
    with tenancy.workspace(workspace_id):
        row, messages = inbox.waiting_messages(conversation_id=conversation_id)
        if not messages:
            return None
        if (settled := settled_at(messages)) > now:
            return settled
        if row.is_assistant_on:
            inbox.send(
                conversation_id=row.id,
                author=Message.Author.ASSISTANT,
                text="\n".join(message.body for message in messages) or "?",
                now=now,
            )
        inbox.mark_answered(row=row, messages=messages)
    return None


def settled_at(messages: list[Message]) -> datetime:
    """When the customer has paused for long enough, or has been waiting for as long as we let them."""
    received = sorted(message.received_at for message in messages)
    pause = received[-1] + timedelta(seconds=settings.SETTLE_SECONDS)
    return min(pause, received[0] + timedelta(seconds=settings.SETTLE_AT_MOST_SECONDS))
