"""What the operator's console keeps: figures of workspaces, what is announced to them, and which requests broke."""

from django.db import models

from infinitypro.accounts.models import Workspace
from infinitypro.core.tenancy.models import DirectoryModel


class Figures(DirectoryModel):
    """How large a workspace is and how it is, counted inside it every few minutes."""

    reason = "read across all workspaces; counts and times only"

    workspace = models.OneToOneField(Workspace, on_delete=models.CASCADE, related_name="figures")
    counted_at = models.DateTimeField()
    members = models.PositiveIntegerField(default=0)
    contacts = models.PositiveIntegerField(default=0)
    conversations = models.PositiveIntegerField(default=0)
    messages = models.PositiveIntegerField(default=0)
    appointments = models.PositiveIntegerField(default=0)
    channels = models.PositiveIntegerField(default=0)
    silent_channels = models.PositiveIntegerField(default=0)  # unusually long without a message
    troubled_channels = models.PositiveIntegerField(default=0)  # whose credentials the vendor refused
    last_inbound_at = models.DateTimeField(null=True)


class Announcement(DirectoryModel):
    """A sentence of the operator's above the pages of one workspace, or of all."""

    reason = "shown in every workspace, or in one before anything of it is read; the operator's own words"

    workspace = models.ForeignKey(
        Workspace, null=True, on_delete=models.CASCADE, related_name="announcements"
    )
    text = models.CharField(max_length=300)
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["ends_at"], name="console_announced_until")]


class BrokenRequest(DirectoryModel):
    """How often a page or an API operation broke in one way, on one day (UTC)."""

    reason = "met outside every workspace too; addresses as the program has them, kinds and places of errors"

    workspace = models.ForeignKey(
        Workspace, null=True, on_delete=models.CASCADE, related_name="broken_requests"
    )
    day = models.DateField()
    route = models.CharField(max_length=200)
    why = models.CharField(max_length=300)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "route", "why", "workspace"],
                nulls_distinct=False,
                name="console_broken_once_a_day",
            )
        ]
