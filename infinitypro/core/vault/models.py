"""The keyring's tables: wrapped keys and nothing else. They live in a database of their own."""

from django.db import models
from django.db.models import F, Q

from infinitypro.core.tenancy.models import new_id


class Epoch(models.Model):
    """A root key's time: `check` is a known text under it, so that a wrong root is seen at the start."""

    number = models.PositiveIntegerField(primary_key=True)
    is_current = models.BooleanField(default=False)
    check_value = models.BinaryField()
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_current"], condition=Q(is_current=True), name="vault_one_current_epoch"
            )
        ]


class WorkspaceKey(models.Model):
    """Wraps a workspace's keys; one an epoch, the older only while a rotation runs."""

    id = models.UUIDField(primary_key=True, default=new_id)
    workspace_id = models.UUIDField()
    epoch = models.ForeignKey(Epoch, on_delete=models.PROTECT)
    wrapped = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace_id", "epoch"], name="vault_workspace_key_epoch")
        ]


class SubjectKey(models.Model):
    """The key of one person's data in a workspace, or one of the workspace's own by `purpose`."""

    id = models.UUIDField(primary_key=True, default=new_id)
    workspace_id = models.UUIDField()
    subject_id = models.UUIDField()
    purpose = models.CharField(max_length=16, default="subject")
    is_retired = models.BooleanField(default=False)
    workspace_key = models.ForeignKey(WorkspaceKey, on_delete=models.PROTECT)
    wrapped = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                F("workspace_id"),
                F("subject_id"),
                F("purpose"),
                condition=Q(is_retired=False),
                name="vault_live_key",
            )
        ]


class RootedKey(models.Model):
    """A key wrapped by the root itself: a person's account, or a day of intake."""

    id = models.UUIDField(primary_key=True, default=new_id)
    purpose = models.CharField(max_length=16)
    name = models.CharField(max_length=64)
    epoch = models.ForeignKey(Epoch, on_delete=models.PROTECT)
    wrapped = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["purpose", "name"], name="vault_rooted_key_name")]
