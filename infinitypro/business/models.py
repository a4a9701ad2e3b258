"""What a business says of itself: its profile and its answers. In the clear, for it is told to anybody who asks."""

from uuid import uuid4

from django.db import models
from django.db.models import Q

from infinitypro.core.tenancy.models import TenantModel


def _english() -> list[str]:
    return ["en"]


class Profile(TenantModel):
    """The one business of a workspace. Hours and closures are kept as a business file writes them.

    `version` changes with every fact of the workspace, services and staff included, and never comes back, so that
    whatever was worked out from the facts can be remembered under it.
    """

    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=60, blank=True)
    timezone = models.CharField(max_length=64)
    currency = models.CharField(max_length=3)
    languages = models.JSONField(default=_english)
    phone = models.CharField(max_length=60, blank=True)
    email = models.CharField(max_length=254, blank=True)
    website = models.CharField(max_length=500, blank=True)
    street = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=120, blank=True)
    region = models.CharField(max_length=120, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=60, blank=True)
    about = models.TextField(blank=True)
    hours = models.JSONField(default=dict)
    closed_on = models.JSONField(default=list)
    minimum_notice_minutes = models.PositiveIntegerField(default=60)
    horizon_days = models.PositiveIntegerField(default=60)
    slot_step_minutes = models.PositiveIntegerField(default=15)
    cancel_until_hours_before = models.PositiveIntegerField(default=0)
    version = models.UUIDField(default=uuid4)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace_id"], name="business_one_profile"),
            models.CheckConstraint(
                condition=Q(slot_step_minutes__gte=1, horizon_days__gte=1), name="business_booking_rules"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Faq(TenantModel):
    """A question that customers ask, with the business's own answer, or with a person who should answer."""

    question = models.CharField(max_length=500)
    answer = models.TextField()
    is_handed_over = models.BooleanField(default=False)
    position = models.PositiveIntegerField(default=0)

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["workspace_id", "position"], name="business_faq_position")]

    def __str__(self) -> str:
        return str(self.id)


class Edit(TenantModel):
    """Who last changed one thing (the hours, a service …) on its page, so that whoever comes second can be told."""

    thing = models.CharField(max_length=60)
    member_id = models.UUIDField()
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace_id", "thing"], name="business_one_edit")]

    def __str__(self) -> str:
        return self.thing
