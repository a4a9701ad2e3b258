"""Waking snoozed conversations."""

from datetime import datetime
from uuid import UUID

from infinitypro.core import live, tenancy
from infinitypro.inbox.models import Conversation


def wake(*, workspace_id: UUID, conversation_id: UUID, now: datetime) -> None:
    """Open the conversation again if it is snoozed and its time has come."""
    with tenancy.workspace(workspace_id):
        due = Conversation.objects.filter(
            id=conversation_id, status=Conversation.Status.SNOOZED, snoozed_until__lte=now
        )
        if due.update(status=Conversation.Status.OPEN, snoozed_until=None):
            live.publish("conversation", id=conversation_id)
