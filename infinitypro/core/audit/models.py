"""The audit log: entries that may be added and never changed, and the links that chain them."""

from typing import ClassVar

from django.db import models

from infinitypro.core.tenancy.models import DirectoryModel, TenantModel
from infinitypro.core.vault.fields import SealedJSON

ADDED_ONLY = "SELECT, INSERT"
LEAST_DAYS, USUAL_DAYS = 365, 1096  # how long entries are kept: a year at least, three where nobody said


class AuditEntry(TenantModel):
    """One act that mattered. Its details are sealed for whom they speak of, so that erasing the person erases them."""

    class Kind(models.TextChoices):
        MEMBER = "member"
        PROGRAM = "token", "Token"  # it came with one
        OPERATOR = "operator"
        SYSTEM = "system"

    run_rights: ClassVar[str] = ADDED_ONLY
    sealed_for = "subject_id"

    at = models.DateTimeField()
    actor = models.CharField(max_length=10, choices=Kind.choices)
    actor_id = models.UUIDField(null=True)
    place = models.CharField(max_length=45, blank=True)  # the network it came from, never the whole address
    action = models.CharField(max_length=60)
    object_id = models.UUIDField(null=True)
    subject_id = models.UUIDField()  # the contact whom it concerns, else the workspace itself
    details = SealedJSON("audit.details", null=True)

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["workspace_id", "-at", "-id"], name="core_audit_by_time"),
            models.Index(fields=["workspace_id", "actor_id", "-at", "-id"], name="core_audit_by_actor"),
            models.Index(fields=["workspace_id", "object_id", "-at", "-id"], name="core_audit_by_object"),
            models.Index(fields=["workspace_id", "action"], name="core_audit_by_action"),
        ]


class AuditLink(TenantModel):
    """An entry's place in its workspace's chain: a digest over the one before it and all that is stored of the entry."""

    run_rights: ClassVar[str] = ADDED_ONLY

    number = models.BigIntegerField()
    entry_id = models.UUIDField()  # no reference: what was removed must be missed, not refused
    digest = models.BinaryField(max_length=32)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace_id", "number"], name="core_audit_one_number"),
            models.UniqueConstraint(fields=["workspace_id", "entry_id"], name="core_audit_one_link"),
        ]


class AuditPolicy(TenantModel):
    """How long a workspace keeps its log, where its owner has said so."""

    kept_days = models.PositiveIntegerField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace_id"], name="core_audit_one_policy"),
            models.CheckConstraint(
                condition=models.Q(kept_days__gte=LEAST_DAYS), name="core_audit_kept_a_year"
            ),
        ]


class SecurityEvent(DirectoryModel):
    """What happened to somebody's account or to the installation: a sign-in, a failed one, a new password. Ids only."""

    reason = "happens before a workspace is known, or belongs to none; ids, a kind and a network"
    run_rights: ClassVar[str] = ADDED_ONLY

    at = models.DateTimeField()
    kind = models.CharField(max_length=60)
    user_id = models.UUIDField(null=True)
    workspace_id = models.UUIDField(null=True)
    network = models.CharField(max_length=45, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["user_id", "-at", "-id"], name="core_security_by_user"),
            models.Index(fields=["workspace_id", "-at", "-id"], name="core_security_by_space"),
            models.Index(fields=["-at", "-id"], name="core_security_by_time"),
        ]
