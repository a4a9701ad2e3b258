"""The inbox's jobs."""

from datetime import datetime
from uuid import UUID

from infinitypro.core import clock, jobs
from infinitypro.core.jobs import Priority
from infinitypro.inbox import attachments, delivery, signs, waking


# Safe to run twice: a message is claimed before it is sent, and what was claimed is not sent by another run.
@jobs.task(name="inbox.deliver", priority=Priority.DELIVER)
def deliver(*, workspace_id: str, conversation_id: str) -> None:
    """Send what waits in a conversation."""
    again = delivery.deliver(
        workspace_id=UUID(workspace_id), conversation_id=UUID(conversation_id), now=clock.now()
    )
    if again:
        at = again.at if isinstance(again, delivery.Later) else None
        request_delivery(workspace_id=UUID(workspace_id), conversation_id=UUID(conversation_id), at=at)


def request_delivery(*, workspace_id: UUID, conversation_id: UUID, at: datetime | None = None) -> None:
    """Have a conversation's waiting messages sent, now or at a later moment."""
    jobs.enqueue(
        deliver,
        at=at,
        once=f"deliver:{conversation_id}" if at is None else f"deliver-later:{conversation_id}",
        workspace_id=workspace_id,
        conversation_id=conversation_id,
    )


# Safe to run twice: a file that was fetched is not fetched again.
@jobs.task(name="inbox.fetch_file", priority=Priority.BACKGROUND)
def fetch_file(*, workspace_id: str, message_id: str) -> None:
    """Fetch a message's file from the vendor and seal it."""
    attachments.fetch(workspace_id=UUID(workspace_id), message_id=UUID(message_id), now=clock.now())


# Safe to run twice: shows the same thing.
@jobs.task(name="inbox.show_typing", priority=Priority.BACKGROUND, attempts=1)
def show_typing(*, workspace_id: str, message_id: str) -> None:
    """Show the customer that their message was read and an answer is being written."""
    signs.show_typing(workspace_id=UUID(workspace_id), message_id=UUID(message_id))


def request_waking(*, workspace_id: UUID, conversation_id: UUID, at: datetime) -> None:
    """Have a snoozed conversation opened again then."""
    jobs.enqueue(wake, at=at, workspace_id=workspace_id, conversation_id=conversation_id)


# Safe to run twice: only a snoozed conversation whose time has come is woken.
@jobs.task(name="inbox.wake")
def wake(*, workspace_id: str, conversation_id: str) -> None:
    """Open a snoozed conversation again."""
    waking.wake(workspace_id=UUID(workspace_id), conversation_id=UUID(conversation_id), now=clock.now())
