"""Raw events: what vendors sent, as they sent it, sealed, for seven days."""

from typing import ClassVar

from django.db import models

from infinitypro.core.tenancy.models import TenantModel


class RawEvent(TenantModel):
    """One channel's share of a webhook, sealed with its day's intake key. The door's function inserts it; nobody else may."""

    is_partitioned: ClassVar[bool] = True
    run_rights: ClassVar[str] = "SELECT, UPDATE, DELETE"

    day = models.DateField()
    channel_id = models.UUIDField()
    contact_id = models.UUIDField(null=True)
    digest = models.BinaryField(max_length=16)
    body = models.BinaryField()
    received_at = models.DateTimeField()
    ingested_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=400, blank=True)

    class Meta(TenantModel.Meta):
        managed = False
        db_table = "intake_rawevent"
