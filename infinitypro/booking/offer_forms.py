"""What the pages of the offer ask for."""

from typing import Any
from uuid import UUID

from django import forms

from infinitypro.booking.models import Resource, Service, Staff
from infinitypro.booking.offer_file import units
from infinitypro.business import money
from infinitypro.business.forms import Form, number, text

_MINUTES = "Write whole minutes, like 45."


def whole_minutes(label: str, *, least: int) -> forms.IntegerField:
    """Whole minutes of a day."""
    say = _MINUTES if least else "Write whole minutes, or 0."
    errors = {"required": say, "invalid": say, "min_value": say, "max_value": "At most 1440 minutes, a day."}
    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    return forms.IntegerField(
        label=label, min_value=least, max_value=1440, error_messages=errors, widget=widget
    )


class ServiceForm(Form):
    """A service with its price; who does it and what it needs."""

    places = {"also": "also", "key": "name"}

    name = text("Service", 200, needed="Give it a name.", widget=forms.TextInput(attrs={"autofocus": True}))
    minutes = whole_minutes("Takes, in minutes", least=1)
    buffer_after = whole_minutes("Tidying up", least=0)
    price = forms.CharField(label="Price", required=False, max_length=30)
    also = forms.CharField(
        label="Also called",
        required=False,
        max_length=2000,
        help_text="Other words for it, in any language, with commas between them.",
        error_messages={"max_length": "At most 2,000 letters."},
    )
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=1000,
        help_text="The assistant says it with the service.",
        error_messages={"max_length": "At most 1,000 letters."},
    )
    buffer_before = whole_minutes("Setting up", least=0)
    price_from = forms.BooleanField(label="The price is the least it costs: say “from”", required=False)
    staff = forms.MultipleChoiceField(
        label="Who does it", required=False, widget=forms.CheckboxSelectMultiple
    )
    needs = forms.MultipleChoiceField(label="Needs", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(
        self, *args: Any, currency: str, people: list[Staff], resources: list[Resource], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        self.fields["price"].label = f"Price, {currency}"
        for name, rows in (("staff", people), ("needs", resources)):
            field = self.fields[name]
            if isinstance(field, forms.MultipleChoiceField):
                field.choices = [(str(row.id), row.name) for row in rows]
                field.error_messages["invalid_choice"] = "One of these is no longer here. Choose again."

    @staticmethod
    def plain(
        row: Service, *, currency: str, staff_ids: list[UUID], resource_ids: list[UUID]
    ) -> dict[str, Any]:
        """What the form is filled with."""
        same = ("name", "minutes", "buffer_before", "buffer_after", "note", "price_from")
        return {name: getattr(row, name) for name in same} | {
            "also": ", ".join(row.also),
            "price": money.typed(row.price, currency=currency),
            "staff": sorted(str(one) for one in staff_ids),
            "needs": sorted(str(one) for one in resource_ids),
        }

    def clean_price(self) -> str:
        """The price as it would be typed, readable."""
        try:
            amount = money.read(self.cleaned_data["price"], currency=self.currency)
        except money.BadPrice as bad:
            raise forms.ValidationError(str(bad)) from None
        return money.typed(amount, currency=self.currency)

    def clean_also(self) -> str:
        """Each word once."""
        words = (" ".join(word.split()) for word in self.cleaned_data["also"].split(","))
        return ", ".join(dict.fromkeys(word for word in words if word))

    def clean_staff(self) -> list[str]:
        """In one order, so that two states can be compared."""
        return sorted(self.cleaned_data["staff"])

    def clean_needs(self) -> list[str]:
        """The same."""
        return sorted(self.cleaned_data["needs"])

    def entry(self, *, key: str) -> dict[str, Any]:
        """As a business file writes a service."""
        given = {name: value for name, value in self.cleaned_data.items() if name not in ("staff", "needs")}
        also = [word for word in given["also"].split(", ") if word]
        amount = money.read(given["price"], currency=self.currency)
        return given | {"also": also, "price": amount, "key": key}


class PersonForm(Form):
    """A member of staff, without their week."""

    places = {"services": "services"}

    name = text("Name", 200, needed="Give them a name.", help_text="As customers know them.")
    has_own_hours = forms.TypedChoiceField(
        label="Works",
        choices=((0, "Whenever the business is open"), (1, "At hours of their own")),
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one."},
    )
    does_everything = forms.TypedChoiceField(
        label="Does",
        choices=((1, "Every service"), (0, "Only these")),
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one."},
    )
    services = forms.MultipleChoiceField(
        label="Services",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "One of these services is no longer here. Choose again."},
    )

    def __init__(self, *args: Any, offered: list[Service], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["services"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(row.key, row.name) for row in offered]

    def entry(self, *, hours: dict[str, Any], breaks: dict[str, Any]) -> dict[str, Any]:
        """As a business file writes somebody."""
        given = self.cleaned_data
        return {
            "name": given["name"],
            "services": None if given["does_everything"] else given["services"],
            "hours": hours if given["has_own_hours"] else None,
            "breaks": breaks,
        }


class AwayForm(Form):
    """When somebody is away: whole days, or times of one."""

    first = forms.DateField(
        label="Away from",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Choose a day.", "invalid": "Choose a day."},
    )
    last = forms.DateField(
        label="until",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Choose a day, or leave it empty."},
    )
    start = forms.TimeField(
        label="at",
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": "Write a time like 14:00."},
    )
    end = forms.TimeField(
        label="to",
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": "Write a time like 14:00."},
    )
    reason = text("Why", 200)

    def clean(self) -> dict[str, Any]:
        """Days or times, and forward."""
        found = super().clean() or {}
        first, last = found.get("first"), found.get("last") or found.get("first")
        start, end = found.get("start"), found.get("end")
        if first and last and last < first:
            self.add_error("last", "The last day lies before the first.")
        elif (start is None) != (end is None):
            self.add_error("end" if start else "start", "Give both times, or neither for whole days.")
        elif start and end and first == last and end <= start:
            self.add_error("end", "This lies before the start.")
        return found

    def entry(self) -> dict[str, Any]:
        """As a business file writes it."""
        given = self.cleaned_data
        first, last = given["first"], given["last"] or given["first"]
        if given["start"]:
            start, end = f"{first}T{given['start']:%H:%M}", f"{last}T{given['end']:%H:%M}"
        else:
            start, end = str(first), str(last)
        return {"from": start, "to": end, "reason": given["reason"]}


class ResourceForm(Form):
    """A room, chair or machine."""

    places = {"needed_for": "needed_for"}

    name = text("Name", 200, needed="Give it a name.", widget=forms.TextInput(attrs={"autofocus": True}))
    count = number("How many", least=1, most=200)
    needed_for = forms.MultipleChoiceField(
        label="Needed for",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "One of these services is no longer here. Choose again."},
    )

    def __init__(self, *args: Any, offered: list[Service], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["needed_for"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(row.key, row.name) for row in offered]

    @staticmethod
    def plain(row: Resource, *, keys: list[str]) -> dict[str, Any]:
        """What the form is filled with."""
        return {"name": row.name, "count": units(row), "needed_for": keys}
