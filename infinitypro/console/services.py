"""What the operator does: pausing workspaces, announcing, switching, running a job again."""

from datetime import datetime
from uuid import UUID

from infinitypro.accounts.models import Workspace
from infinitypro.console.models import Announcement
from infinitypro.core import live, tenancy
from infinitypro.core.errors import Problem


def suspend(*, workspace_id: UUID, now: datetime) -> None:
    """Close a workspace's pages and API, and keep its assistant silent; what comes in is kept."""
    Workspace.objects.filter(id=workspace_id, suspended_at=None).update(suspended_at=now)
    with tenancy.workspace(workspace_id):
        live.publish(live.ACCESS, id=workspace_id)


def resume(*, workspace_id: UUID) -> None:
    """Open it again."""
    Workspace.objects.filter(id=workspace_id).update(suspended_at=None)


def announce(*, workspace_id: UUID | None, text: str, ends_at: datetime, now: datetime) -> None:
    """Show a sentence above the pages of a workspace, or of all, until then; raises Problem."""
    if ends_at <= now:
        raise Problem("Choose an end that lies ahead.")
    Announcement.objects.create(workspace_id=workspace_id, text=text, made_at=now, ends_at=ends_at)


def end_announcement(*, announcement_id: UUID, now: datetime) -> None:
    """Show it no more."""
    Announcement.objects.filter(id=announcement_id, ends_at__gt=now).update(ends_at=now)
