"""The line's jobs: ingest, answer, and the housekeeping of raw events."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings

from infinitypro.core import audit, clock, jobs, tenancy
from infinitypro.core.errors import Problem
from infinitypro.core.jobs import Priority
from infinitypro.inbox import tasks as inbox
from infinitypro.inbox.models import Message
from infinitypro.intake import answering, ingesting, partitions


# Safe to run twice: every event is known by its vendor's id, and stored once.
@jobs.task(name="intake.ingest", priority=Priority.INGEST, in_a_row=10)
def ingest(*, workspace_id: str, day: str, event_id: str) -> None:
    """Read a raw event and have its messages answered."""
    with tenancy.workspace(UUID(workspace_id)):  # what was read and the answer it wants commit together
        found = ingesting.ingest(day=date.fromisoformat(day), event_id=UUID(event_id), now=clock.now())
        for message in found:
            _want_answer(workspace_id, message)


def read_again(*, workspace_ids: Iterable[UUID], event_id: str) -> None:
    """Have a raw event of one of these workspaces read once more, for the operator; raises Problem when there is none."""
    try:
        wanted = UUID(event_id)
    except ValueError:
        raise Problem(f"{event_id!r} is no event's id. `infinitypro events` lists them.") from None
    for workspace_id in workspace_ids:
        with tenancy.workspace(workspace_id):
            day = ingesting.forget_reading(event_id=wanted)
            if day is not None:
                with audit.by_operator("operator.event_again", object_id=wanted):
                    jobs.enqueue(ingest, workspace_id=workspace_id, day=day, event_id=wanted)
                return
    raise Problem(
        f"There is no event {event_id}: they are kept for seven days. `infinitypro events` lists them."
    )


def _want_answer(workspace_id: str, message: Message) -> None:
    settle = settings.SETTLE_SECONDS
    request_answer(
        workspace_id=UUID(workspace_id),
        conversation_id=message.conversation_id,
        at=message.received_at + timedelta(seconds=settle) if settle else None,
    )
    if settle:
        jobs.enqueue(
            inbox.show_typing,
            once=f"typing:{message.conversation_id}",
            workspace_id=workspace_id,
            message_id=message.id,
        )


def request_answer(*, workspace_id: UUID, conversation_id: UUID, at: datetime | None) -> None:
    """Have a conversation answered; at most one answer waits."""
    jobs.enqueue(
        answer,
        at=at,
        once=f"answer:{conversation_id}",
        workspace_id=workspace_id,
        conversation_id=conversation_id,
    )


# Safe to run twice: what was answered wants no answer, and answer and mark commit together.
@jobs.task(name="intake.answer", priority=Priority.ANSWER)
def answer(*, workspace_id: str, conversation_id: str) -> None:
    """Answer what a customer wrote, once they have paused."""
    later = answering.answer(
        workspace_id=UUID(workspace_id), conversation_id=UUID(conversation_id), now=clock.now()
    )
    if later is not None:
        request_answer(workspace_id=UUID(workspace_id), conversation_id=UUID(conversation_id), at=later)


# Safe to run twice: partitions that are there are left, and those that are gone stay gone.
@jobs.task(name="intake.housekeeping", cron="7 * * * *")
def housekeeping() -> None:
    """Make the next days' partitions; drop those older than seven days, with their keys."""
    partitions.keep(today=clock.now().date())
