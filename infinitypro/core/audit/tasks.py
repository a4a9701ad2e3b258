"""The audit log's jobs."""

from functools import partial
from uuid import UUID

from django.db import transaction

from infinitypro.core import clock, jobs, tenancy
from infinitypro.core.audit import chain
from infinitypro.core.jobs import Priority
from infinitypro.core.tenancy import scope

CHECKPOINT_EVERY = chain.CHECKPOINT_EVERY


def request_linking() -> None:
    """Have the workspace's new entries chained once they are committed; at most one such job waits.

    Not in the act's own transaction: there the mark that only one waits would have every act wait for the one before it, and
    a job that waits already might run before this act commits. What a crash leaves here is linked within the hour.
    """
    enqueue = partial(_enqueue, scope.current())
    transaction.on_commit(enqueue, robust=True)


def _enqueue(workspace_id: UUID) -> None:
    jobs.enqueue(link, once=f"audit:{workspace_id}", workspace_id=workspace_id)


# Safe to run twice: an entry that has its link is left.
@jobs.task(name="audit.link", priority=Priority.INGEST)
def link(*, workspace_id: str) -> None:
    """Chain what is not chained yet, and have the new end signed."""
    with tenancy.workspace(UUID(workspace_id)):
        if chain.link():
            jobs.enqueue(
                checkpoint,
                at=clock.now() + CHECKPOINT_EVERY,
                once=f"audit-checkpoint:{workspace_id}",
                workspace_id=workspace_id,
            )


# Safe to run twice: the same end signed again says the same.
@jobs.task(name="audit.checkpoint")
def checkpoint(*, workspace_id: str) -> None:
    """Sign where the chain ends, outside the database."""
    with tenancy.workspace(UUID(workspace_id)):
        chain.sign(now=clock.now())
