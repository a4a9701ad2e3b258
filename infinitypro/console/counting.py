"""Counting workspaces, each from inside: whoever serves sees one at a time."""

from datetime import datetime
from uuid import UUID

from infinitypro.accounts import queries as accounts
from infinitypro.accounts.models import Workspace
from infinitypro.booking import queries as booking
from infinitypro.channels import queries as channels
from infinitypro.console.models import Figures
from infinitypro.contacts import queries as contacts
from infinitypro.core import tenancy
from infinitypro.inbox import queries as inbox

AT_A_TIME = 20  # a job of so many takes a fraction of a second, so that customers' jobs hardly wait for it


def count_next(*, after: UUID, now: datetime) -> UUID | None:
    """Count the next workspaces by id; returns the last one, or None where none is left."""
    ids = list(Workspace.objects.filter(id__gt=after).order_by("id").values_list("id", flat=True)[:AT_A_TIME])
    for workspace_id in ids:
        count(workspace_id=workspace_id, now=now)
    return ids[-1] if len(ids) == AT_A_TIME else None


def count(*, workspace_id: UUID, now: datetime) -> None:
    """Count one workspace."""
    with tenancy.workspace(workspace_id):
        connected = [channel for channel in channels.all_() if channel.is_on]
        heard = [channel.last_inbound_at for channel in connected if channel.last_inbound_at]
        figures = {
            "counted_at": now,
            "members": accounts.count_members(workspace_id=workspace_id),
            "contacts": contacts.count(),
            "conversations": inbox.count_conversations(),
            "messages": inbox.count_messages(),
            "appointments": booking.count(),
            "channels": len(connected),
            "silent_channels": len(channels.silences(now=now)),
            "troubled_channels": sum(bool(channel.trouble) for channel in connected),
            "last_inbound_at": max(heard, default=None),
        }
        Figures.objects.update_or_create(workspace_id=workspace_id, defaults=figures)
