"""The connected channels of a business, and how an incoming call finds them."""

from django.db import models

from infinitypro.core.tenancy.models import DirectoryModel, TenantModel
from infinitypro.core.vault.fields import WORKSPACE, SealedJSON


class Channel(TenantModel):
    """A connected WhatsApp number, mailbox …"""

    sealed_for = WORKSPACE

    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    external_id = models.CharField(max_length=120)
    credentials = SealedJSON("channel.credentials")  # what the adapter's FIELDS asked for
    is_on = models.BooleanField(default=True)
    made_at = models.DateTimeField(auto_now_add=True)
    last_inbound_at = models.DateTimeField(null=True)
    tested_at = models.DateTimeField(null=True)  # when the vendor last judged these credentials
    trouble = models.CharField(max_length=400, default="")  # what it said against them then
    next_send_at = models.DateTimeField(null=True)  # when the number's rate lets the next message go

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace_id", "kind", "external_id"], name="channels_one")
        ]


class ChannelHour(TenantModel):
    """How many messages came in during an hour: so that unusual silence is noticed."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE)
    hour = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace_id", "channel", "hour"], name="channels_one_hour")
        ]


class ChannelNotice(TenantModel):
    """What the vendor said about a channel: a quality rating, a template's fate, a restriction."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=60)
    level = models.CharField(max_length=8)
    summary = models.CharField(max_length=400)
    digest = models.BinaryField(max_length=16)  # the same notice again is not noted again
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace_id", "channel", "digest"], name="channels_one_notice")
        ]


class ChannelRoute(DirectoryModel):
    """Which channel an incoming call is for."""

    reason = "read at the door, before a workspace is known; ids only"

    kind = models.CharField(max_length=20)
    external_id = models.CharField(max_length=120)
    workspace_id = models.UUIDField()
    channel_id = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "external_id"], name="channels_one_route")]


class UnknownRoute(DirectoryModel):
    """How many entries a day came for channels nobody has connected."""

    reason = "counts what belongs to no workspace"

    kind = models.CharField(max_length=20)
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "day"], name="channels_one_unknown_day")]
