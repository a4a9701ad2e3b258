"""From messages that wait to an answer that is on its way."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from infinitypro.accounts import switches
from infinitypro.assistant import services as assistant
from infinitypro.assistant.compose import Outcome
from infinitypro.business.queries import NoBusiness
from infinitypro.channels import types
from infinitypro.channels.registry import ADAPTERS
from infinitypro.core import tenancy
from infinitypro.inbox import services as inbox
from infinitypro.inbox.models import Conversation, Message

UPSET = {"complaint", "anger"}


def answer(*, workspace_id: UUID, conversation_id: UUID, now: datetime) -> datetime | None:
    """Answer what waits in a conversation; returns when to come again where the customer still writes."""
    with tenancy.workspace(workspace_id):
        try:
            row, messages = inbox.waiting_messages(conversation_id=conversation_id)
        except Conversation.DoesNotExist:
            return None  # it became part of another one, whose answer was asked for then
        if not messages:
            return None
        if (settled := settled_at(messages)) > now:
            return settled
        _answer(row, messages, now)
        inbox.mark_answered(row=row, messages=messages)
    return None


def settled_at(messages: list[Message]) -> datetime:
    """When the customer has paused for long enough, or has been waiting for as long as we let them."""
    received = sorted(message.received_at for message in messages)
    pause = received[-1] + timedelta(seconds=settings.SETTLE_SECONDS)
    return min(pause, received[0] + timedelta(seconds=settings.SETTLE_AT_MOST_SECONDS))


def _answer(row: Conversation, messages: list[Message], now: datetime) -> None:
    if not switches.is_assistant_answering(workspace_id=row.workspace_id):
        inbox.hand_over(
            conversation_id=row.id,
            reason="paused",
            summary="The assistant does not answer at the moment, so a person has to.",
            is_upset=False,
            now=now,
        )
        return
    try:
        outcome = assistant.compose(conversation=row, messages=messages, now=now)
    except NoBusiness:
        # A business that has told us nothing of itself answers its customers itself.
        inbox.hand_over(
            conversation_id=row.id,
            reason="facts",
            summary="The assistant has no business facts yet, so a person has to answer.",
            is_upset=False,
            now=now,
        )
        return
    if outcome.text and outcome.kind != "nothing":
        sent = _send(row, outcome, now)
        assistant.keep_trace(message=sent, outcome=outcome, now=now)
    if outcome.kind == "hand_over":
        inbox.hand_over(
            conversation_id=row.id,
            reason=outcome.reason,
            summary=outcome.summary,
            is_upset=outcome.reason in UPSET,
            now=now,
        )
    if outcome.reason in ("stopped", "started") and outcome.kind == "reply":
        inbox.say(conversation_id=row.id, what=outcome.reason, now=now)


def _send(row: Conversation, outcome: Outcome, now: datetime) -> Message:
    limits = ADAPTERS[row.channel.kind].LIMITS
    offered = [types.Button(key, title[: limits.button_length]) for key, title in outcome.buttons]
    fits = len(offered) <= limits.buttons
    rows = tuple(types.Row(key, title[: limits.row_length]) for key, title in outcome.buttons[: limits.rows])
    return inbox.send(
        conversation_id=row.id,
        author=Message.Author.ASSISTANT,
        text=outcome.text,
        buttons=tuple(offered) if fits else (),
        menu=None if fits else types.ListMenu("Choose", rows),
        now=now,
    )
