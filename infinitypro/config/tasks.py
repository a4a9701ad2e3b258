"""Jobs that go through every workspace."""

from uuid import UUID

from infinitypro.accounts.models import Workspace
from infinitypro.core import clock, jobs, tenancy
from infinitypro.core.audit import retention, security
from infinitypro.core.audit import tasks as audit


# Safe to run twice: what is gone is not there to be removed.
@jobs.task(name="security.prune", cron="19 3 * * *")
def prune_security() -> None:
    """Remove what happened to accounts more than a year ago."""
    security.prune()


# Safe to run twice: one job a workspace waits at most.
@jobs.task(name="audit.link_all", cron="41 * * * *")
def link_logs() -> None:
    """Have every workspace's entries linked that a crash left without a job."""
    for workspace_id in _workspaces():
        jobs.enqueue(audit.link, once=f"audit:{workspace_id}", workspace_id=workspace_id)


# Safe to run twice: one job a workspace waits at most.
@jobs.task(name="audit.prune_all", cron="23 3 * * *")
def prune_logs() -> None:
    """Have every workspace's audit log rid of what is older than the workspace keeps it."""
    for workspace_id in _workspaces():
        jobs.enqueue(prune_log, once=f"audit-prune:{workspace_id}", workspace_id=workspace_id)


# Safe to run twice: what is gone is not there to be removed.
@jobs.task(name="audit.prune")
def prune_log(*, workspace_id: str) -> None:
    """Remove what is too old, some thousands of entries a time."""
    with tenancy.workspace(UUID(workspace_id)):
        if retention.prune(now=clock.now()):
            jobs.enqueue(prune_log, once=f"audit-prune:{workspace_id}", workspace_id=workspace_id)


def _workspaces() -> list[UUID]:
    return list(Workspace.objects.order_by("id").values_list("id", flat=True))
