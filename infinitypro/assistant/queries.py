"""Reads why an answer was given."""

from typing import Any
from uuid import UUID

from infinitypro.assistant.models import DialogueState, Trace
from infinitypro.assistant.state import Dialogue


def trace(*, message_id: UUID) -> dict[str, Any] | None:
    """Why this answer of the assistant's was given (see trace.Trace), or None where nothing is kept."""
    row = Trace.objects.filter(message_id=message_id).first()
    return None if row is None else row.trace


def dialogue(*, conversation_id: UUID) -> Dialogue:
    """Where a conversation stands; a fresh one where nothing is kept."""
    row = DialogueState.objects.filter(conversation_id=conversation_id).first()
    return Dialogue.from_json(row.state if row else None)
