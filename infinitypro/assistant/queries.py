"""Reads why an answer was given."""

from typing import Any
from uuid import UUID

from infinitypro.assistant.models import DialogueState, Trace
from infinitypro.core import statements
from infinitypro.core.statements import Given

_KEPT = statements.Select(lambda: DialogueState.objects.filter(conversation_id=Given("conversation_id")))


def trace(*, message_id: UUID) -> dict[str, Any] | None:
    """Why this answer of the assistant's was given (see trace.Trace), or None where nothing is kept."""
    row = Trace.objects.filter(message_id=message_id).first()
    return None if row is None else row.trace


def kept(*, conversation_id: UUID) -> DialogueState | None:
    """Where a conversation stands, or None where nothing is kept."""
    return _KEPT.first(conversation_id=conversation_id)
