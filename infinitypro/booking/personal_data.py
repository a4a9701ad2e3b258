"""What the booking room holds of people: contacts' appointments and the names and hours of staff."""

from typing import Literal

from infinitypro.core.personal_data import Column

_TIMES = "times of appointments are needed in queries and by the constraints against overlaps"
_SHOWN = "customers choose by it; staff's display names are in the clear by decision"
_KEPT = "until the contact is erased"


def _of_appointment(field: str, purpose: str, exported_as: str | None, *, is_sealed: bool = False) -> Column:
    return Column(
        model="booking.Appointment",
        field=field,
        subject="contact",
        purpose=purpose,
        kept=_KEPT,
        exported_as=exported_as,
        erased_by="key" if is_sealed else "row",
        is_sealed=is_sealed,
        why_clear="" if is_sealed else _TIMES,
    )


def _of_staff(model: str, field: str, purpose: str, erased_by: Literal["row", "clear"]) -> Column:
    return Column(
        model=f"booking.{model}",
        field=field,
        subject="member",
        purpose=purpose,
        kept="as long as they work there, and as long as their appointments are kept",
        exported_as=field,
        erased_by=erased_by,
        is_sealed=False,
        why_clear=_SHOWN,
    )


COLUMNS = (
    _of_appointment("contact", "whose appointment it is", None),
    _of_appointment("start_at", "when they come", "start"),
    _of_appointment("end_at", "when it ends", "end"),
    _of_appointment("status", "whether they came, did not, or cancelled", "status"),
    _of_appointment("price", "what was agreed", "price"),
    _of_appointment("rescheduled_from", "when it was before it was moved", "rescheduled_from"),
    _of_appointment("note", "what staff should know", "note", is_sealed=True),
    _of_appointment("cancel_reason", "why it was cancelled", "cancel_reason", is_sealed=True),
    _of_staff("Staff", "name", "customers ask for them by name", "clear"),
    _of_staff("Staff", "hours", "when they can be booked", "clear"),
    _of_staff("Staff", "breaks", "when they cannot be booked", "clear"),
    _of_staff("Staff", "user_id", "which login is theirs", "clear"),
    _of_staff("TimeOff", "start_at", "when they cannot be booked", "row"),
    _of_staff("TimeOff", "end_at", "when they cannot be booked", "row"),
    _of_staff("TimeOff", "reason", "tells colleagues why they are away", "row"),
)
