"""What can be booked, with whom, and the appointments themselves; no two of them can overlap in the database."""

from datetime import timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from infinitypro.contacts.models import Contact
from infinitypro.core.tenancy.models import TenantModel
from infinitypro.core.vault.fields import SealedText


class Service(TenantModel):
    """Something that customers book: so many minutes of work and, around them, minutes to set up and tidy."""

    key = models.CharField(max_length=63)
    name = models.CharField(max_length=200)
    also = models.JSONField(default=list)
    minutes = models.PositiveIntegerField()
    buffer_before = models.PositiveIntegerField(default=0)
    buffer_after = models.PositiveIntegerField(default=0)
    price = models.PositiveIntegerField(null=True)
    price_from = models.BooleanField(default=False)
    note = models.TextField(blank=True)
    is_bookable = models.BooleanField(default=True)
    position = models.PositiveIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace_id", "key"], name="booking_service_key"),
            models.CheckConstraint(
                condition=Q(minutes__range=(1, 1440), buffer_before__lte=1440, buffer_after__lte=1440),
                name="booking_service_minutes",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Staff(TenantModel):
    """Somebody who is booked; without hours of their own they work the business's."""

    name = models.CharField(max_length=200)
    hours = models.JSONField(null=True)
    breaks = models.JSONField(default=dict)
    does_everything = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    user_id = models.UUIDField(null=True)
    position = models.PositiveIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace_id", "name"], name="booking_staff_name")]

    def __str__(self) -> str:
        return str(self.id)


class StaffService(TenantModel):
    """That somebody does a service."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="services")
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="staff")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace_id", "staff", "service"], name="booking_staff_service")
        ]


class TimeOff(TenantModel):
    """When somebody is away, whatever their hours say."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="time_off")
    start_at = models.DateTimeField()
    end_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    is_from_file = models.BooleanField(default=False)

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(end_at__gt=F("start_at")), name="booking_time_off_forward")
        ]
        indexes = [models.Index(fields=["workspace_id", "staff", "end_at"], name="booking_time_off_staff")]


class Resource(TenantModel):
    """A room, chair or machine that some services need, in one or more units."""

    name = models.CharField(max_length=200)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace_id", "name"], name="booking_resource_name")]

    def __str__(self) -> str:
        return str(self.id)


class ResourceUnit(TenantModel):
    """One of a resource's units."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="units")
    number = models.PositiveIntegerField()
    is_active = models.BooleanField(default=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace_id", "resource", "number"], name="booking_resource_unit"
            )
        ]


class ServiceResource(TenantModel):
    """That a service needs a unit of a resource for as long as it keeps somebody busy."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="needs")
    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="needed_for")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace_id", "service", "resource"], name="booking_service_resource"
            )
        ]


class Status(models.TextChoices):
    TENTATIVE = "tentative", "Held"
    CONFIRMED = "confirmed", "Confirmed"
    CANCELLED = "cancelled", "Cancelled"
    DONE = "done", "Done"
    NO_SHOW = "no_show", "Did not come"


# Who did not come leaves their time free for somebody else; who came has taken it.
TAKING = (Status.TENTATIVE, Status.CONFIRMED, Status.DONE)


def _busy() -> Func:
    return Func("busy_start", "busy_end", function="TSTZRANGE", output_field=DateTimeRangeField())


class Appointment(TenantModel):
    """A contact's time with somebody. `busy_*` is the work with its buffers: what nobody else may have.

    A moved appointment keeps its row; `rescheduled_from` is the start it had before. A tentative one with
    `held_until` counts until then.
    """

    sealed_for = "contact_id"

    # Protected: a contact that is merged into another or erased has its appointments seen to first.
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="appointments")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="appointments")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="appointments")
    start_at = models.DateTimeField()
    end_at = models.DateTimeField()
    busy_start = models.DateTimeField()
    busy_end = models.DateTimeField()
    status = models.CharField(max_length=12, choices=Status.choices)
    held_until = models.DateTimeField(null=True)
    price = models.PositiveIntegerField(null=True)
    currency = models.CharField(max_length=3)
    source = models.CharField(max_length=20)
    note = SealedText("appointment.note", null=True)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.CharField(max_length=20, blank=True)
    cancel_reason = SealedText("appointment.cancel_reason", null=True)
    rescheduled_from = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            ExclusionConstraint(
                name="booking_staff_once",
                index_type="GIST",
                expressions=[
                    ("workspace_id", RangeOperators.EQUAL),
                    ("staff", RangeOperators.EQUAL),
                    (_busy(), RangeOperators.OVERLAPS),
                ],
                condition=Q(status__in=TAKING),
            ),
            models.CheckConstraint(
                condition=Q(
                    busy_start__lte=F("start_at"), start_at__lt=F("end_at"), end_at__lte=F("busy_end")
                ),
                name="booking_appointment_forward",
            ),
            # Three days is the longest that a day's work with a day's buffers can take; queries rely on it.
            models.CheckConstraint(
                condition=Q(
                    busy_end__lte=F("busy_start") + models.Value(timedelta(days=3), models.DurationField())
                ),
                name="booking_appointment_length",
            ),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="booking_appointment_status"),
        ]
        indexes = [
            models.Index(
                fields=["workspace_id", "staff", "busy_start"],
                include=["busy_end", "status", "held_until", "id"],
                condition=Q(status__in=TAKING),
                name="booking_appointment_taken",
            ),
            models.Index(fields=["workspace_id", "start_at", "id"], name="booking_appointment_start"),
            models.Index(fields=["workspace_id", "contact", "start_at"], name="booking_appointment_contact"),
            models.Index(
                fields=["workspace_id", "held_until"],
                condition=Q(status=Status.TENTATIVE),
                name="booking_appointment_held",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class AppointmentUnit(TenantModel):
    """A unit of a resource that an appointment keeps busy; the row goes when the appointment no longer takes time."""

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="units")
    unit = models.ForeignKey(ResourceUnit, on_delete=models.PROTECT, related_name="appointments")
    busy_start = models.DateTimeField()
    busy_end = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            ExclusionConstraint(
                name="booking_unit_once",
                index_type="GIST",
                expressions=[
                    ("workspace_id", RangeOperators.EQUAL),
                    ("unit", RangeOperators.EQUAL),
                    (_busy(), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [models.Index(fields=["workspace_id", "busy_start"], name="booking_unit_taken")]
