"""What a member fills in to book or to move an appointment."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms

from infinitypro.booking import queries
from infinitypro.business import spans
from infinitypro.inbox import queries as inbox

LONGEST_NOTE = 1000
FURTHEST = timedelta(days=800)
Choice = tuple[str, str]


class When(forms.Form):
    """With whom, on which day and at what time: one of the free times (`at`), or one that was typed (`typed`)."""

    staff = forms.ChoiceField(label="With", required=False)
    day = forms.DateField(label="Day", widget=forms.DateInput(attrs={"type": "date"}))
    at = forms.CharField(required=False, max_length=40)
    typed = forms.TimeField(
        label="Another time", required=False, widget=forms.TimeInput(attrs={"type": "time"})
    )

    def __init__(
        self, *args: Any, people: Iterable[Choice], zone: ZoneInfo, today: date, **rest: Any
    ) -> None:
        super().__init__(*args, **rest)
        self.zone, self.today = zone, today
        self.choices_of("staff", [("", "Anyone who is free"), *people])

    def choices_of(self, name: str, choices: Iterable[Choice]) -> None:
        """Set what can be chosen in a field."""
        cast(forms.ChoiceField, self.fields[name]).choices = list(choices)

    def clean_day(self) -> date:
        """A day not absurdly far away."""
        day: date = self.cleaned_data["day"]
        if abs(day - self.today) > FURTHEST:
            raise forms.ValidationError("Choose a day within the next two years.")
        return day

    def clean(self) -> dict[str, Any]:
        """With `start`: the moment in UTC."""
        said = super().clean() or {}
        typed, chosen, day = said.get("typed"), said.get("at"), said.get("day")
        if typed is not None and day is not None:
            said["start"] = self._typed(day, typed)
        elif chosen:
            said["start"] = self._chosen(chosen)
        elif not self.errors:
            self.add_error("typed", "Choose one of the free times, or type another one.")
        return said

    def _typed(self, day: date, typed: time) -> datetime | None:
        minute = typed.hour * 60 + typed.minute
        if not spans.exists(day, minute, self.zone):
            self.add_error(
                "time", "The clocks go forward that night: this time does not exist. Choose another."
            )
            return None
        return spans.from_minute(spans.minute_of(day, minute, self.zone))

    def _chosen(self, text: str) -> datetime | None:
        try:
            start = datetime.fromisoformat(text)
        except ValueError:
            start = None
        if start is None or start.tzinfo is None or abs(start.date() - self.today) > FURTHEST:
            self.add_error("typed", "Choose one of the free times, or type another one.")
            return None
        return start

    def staff_id(self) -> UUID | None:
        """Who was asked for."""
        return UUID(self.cleaned_data["staff"]) if self.cleaned_data.get("staff") else None


class New(When):
    """For whom and what as well, with a note."""

    contact = forms.UUIDField(
        error_messages={"required": "Choose who comes.", "invalid": "Choose who comes."}
    )
    service = forms.ChoiceField(label="Service")
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": LONGEST_NOTE}),
    )
    field_order = ("contact", "service", "staff", "day", "at", "typed", "note")

    def __init__(self, *args: Any, services: Iterable[Choice], **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.choices_of("service", services)

    def clean_contact(self) -> UUID:
        """One of the contacts that the member may see."""
        contact_id: UUID = self.cleaned_data["contact"]
        if inbox.known_contact(contact_id=contact_id) is None:
            raise forms.ValidationError("This contact is no longer here. Choose another one.")
        return contact_id


def people(*, service_id: UUID | None) -> list[Choice]:
    """Who can be asked for: those who do the service."""
    able = queries.who_does(service_id=service_id) if service_id else []
    return [(str(row.id), row.name) for row in queries.staff() if row.id in able]


def services() -> list[Choice]:
    """What can be booked."""
    return [(str(row.id), row.name) for row in queries.services()]
