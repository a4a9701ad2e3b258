"""The assistant's diary over the booking room: one contact's, in the business's own time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from infinitypro.assistant.diary import Booking, Obstacle, Refused, Slot
from infinitypro.booking import queries, refusals, services
from infinitypro.booking.models import Appointment

SOURCE = "assistant"
_REASONS: dict[type[refusals.Refused], str] = {
    refusals.NotOffered: "full",
    refusals.StaffDoesNotDoIt: "staff_does_not",
    refusals.BeyondHorizon: "beyond_horizon",
    refusals.Closed: "closed",
    refusals.OutsideHours: "outside_hours",
    refusals.OffStep: "off_step",
    refusals.OnBreak: "break",
    refusals.Away: "staff_off",
}


@dataclass(frozen=True, kw_only=True)
class ContactDiary:
    """Reads and writes as `contact_id` at `now`."""

    contact_id: UUID
    now: datetime
    zone: ZoneInfo

    def openings(
        self,
        *,
        service_id: str,
        start: datetime,
        end: datetime,
        staff_id: str | None = None,
        ignoring: str | None = None,
    ) -> Sequence[Slot]:
        """Every free start within start <= t < end, in order."""
        found = queries.openings(
            service_id=UUID(service_id),
            start=start,
            end=end,
            now=self.now,
            staff_id=_id(staff_id),
            ignoring=_id(ignoring),
        )
        return [
            Slot(start=opening.start.astimezone(self.zone), staff_id=str(who))
            for opening in found
            for who in opening.staff_ids
        ]

    def why_not(
        self, *, service_id: str, start: datetime, staff_id: str | None = None, ignoring: str | None = None
    ) -> Obstacle | None:
        """The most telling reason why a start is not free, or None when it is."""
        refused = queries.why_not(
            service_id=UUID(service_id),
            staff_id=_id(staff_id),
            start=start,
            now=self.now,
            ignoring=_id(ignoring),
        )
        return None if refused is None else self._obstacle(refused)

    def upcoming(self) -> Sequence[Booking]:
        """The contact's own appointments from now on that are not cancelled, in order."""
        return [self._booking(row) for row in queries.upcoming(contact_id=self.contact_id, now=self.now)]

    def book(self, *, service_id: str, staff_id: str, start: datetime) -> Booking:
        """The appointment that was made; raises Refused."""
        try:
            row = services.check_and_book(
                contact_id=self.contact_id,
                service_id=UUID(service_id),
                staff_id=UUID(staff_id),
                start=start,
                now=self.now,
                source=SOURCE,
            )
        except refusals.Refused as refused:
            raise Refused(self._obstacle(refused)) from refused
        return self._booking(row)

    def move(self, *, booking_id: str, staff_id: str, start: datetime) -> Booking:
        """The appointment at its new time; raises Refused."""
        try:
            row = services.reschedule(
                appointment_id=UUID(booking_id), start=start, now=self.now, by=SOURCE, staff_id=UUID(staff_id)
            )
        except refusals.Refused as refused:
            raise Refused(self._obstacle(refused)) from refused
        except services.NotChangeable as gone:
            raise Refused(Obstacle(reason="past")) from gone
        return self._booking(row)

    def cancel(self, *, booking_id: str) -> None:
        """Cancel it; one that is over stays as it is."""
        services.cancel(appointment_id=UUID(booking_id), now=self.now, by="contact")

    def _booking(self, row: Appointment) -> Booking:
        return Booking(
            id=str(row.id),
            service_id=str(row.service_id),
            staff_id=str(row.staff_id),
            start=row.start_at.astimezone(self.zone),
            end=row.end_at.astimezone(self.zone),
        )

    def _obstacle(self, refused: refusals.Refused) -> Obstacle:
        if isinstance(refused, refusals.TooSoon):
            return Obstacle(reason="past" if refused.is_past else "too_soon")
        if isinstance(refused, refusals.SlotTaken):
            return Obstacle(reason="resource" if refused.is_resource else "taken")
        if isinstance(refused, refusals.StaffNotWorking):
            spans = tuple(self._local(start, end) for start, end in refused.worked)
            return Obstacle(reason="staff_hours" if spans else "staff_off", spans=spans)
        if isinstance(refused, refusals.OnBreak):
            return Obstacle(reason="break", spans=(self._local(refused.start, refused.end),))
        return Obstacle(reason=_REASONS.get(type(refused), "taken"))

    def _local(self, start: datetime, end: datetime) -> tuple[datetime, datetime]:
        return start.astimezone(self.zone), end.astimezone(self.zone)


def _id(value: str | None) -> UUID | None:
    return UUID(value) if value else None
