"""What the pages of the facts ask for. A form checks what can be checked alone; the rest is checked as a file is."""

import re
from datetime import date
from functools import cache
from typing import Any, ClassVar
from zoneinfo import available_timezones

from babel import Locale
from babel.numbers import get_territory_currencies
from django import forms
from django.core.validators import validate_email

from infinitypro.business import queries
from infinitypro.business.models import Faq, Profile

SPOKEN = (("en", "English"), ("es", "Spanish"))
_ADDRESS = {f"address.{name}": name for name in queries.ADDRESS}
_RULES = {f"booking.{name}": name for name in queries.RULES}


class Form(forms.Form):
    """Ours: the server says what is wrong, in our words, and places of a business file find their fields."""

    use_required_attribute = False
    places: ClassVar[dict[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""

    @classmethod
    def field_of(cls, place: str) -> str | None:
        """The field that a place in a business file is about."""
        bare = re.sub(r"\[\d+\].*", "", place)
        return cls.places.get(bare, bare) or None


def text(label: str, length: int, *, needed: str = "", help_text: str = "", **more: Any) -> forms.CharField:
    """A line of text; `needed` is what to say where it is left empty."""
    return forms.CharField(
        label=label,
        max_length=length,
        required=bool(needed),
        help_text=help_text,
        error_messages={"required": needed, "max_length": f"At most {length} letters."},
        **more,
    )


def number(label: str, *, least: int, most: int, help_text: str = "") -> forms.IntegerField:
    """A whole number within bounds."""
    say = f"Write a whole number from {least} to {most}."
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        help_text=help_text,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), say),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


def area(rows: int) -> forms.Textarea:
    """A text of several lines."""
    return forms.Textarea(attrs={"rows": rows})


@cache
def zones() -> tuple[str, ...]:
    """Time zones that carry a place's name."""
    return tuple(
        sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))
    )


@cache
def currencies() -> tuple[tuple[str, str], ...]:
    """Currencies in use today, with their names."""
    english = Locale("en")
    today = date(2026, 1, 1)
    places = [str(place) for place in english.territories]
    codes = {str(code) for place in places for code in get_territory_currencies(place, today, today)}
    return tuple(sorted((code, english.currencies.get(code, code)) for code in codes))


@cache
def countries() -> tuple[tuple[str, str], ...]:
    """Countries by name."""
    names = {code: name for code, name in Locale("en").territories.items() if re.fullmatch("[A-Z]{2}", code)}
    return tuple(sorted(names.items(), key=lambda pair: pair[1]))


class BusinessForm(Form):
    """What the business is, and how it is reached."""

    places = {**_ADDRESS, "languages": "languages"}

    name = text("Name", 200, needed="Give the business a name.")
    kind = text("What it is", 60, help_text="In a word or two: salon, clinic, garage.")
    about = forms.CharField(
        label="About",
        required=False,
        max_length=5000,
        widget=area(3),
        help_text="The assistant says this when somebody asks who you are.",
        error_messages={"max_length": "At most 5,000 letters."},
    )
    phone = text("Telephone", 60)
    email = text("Email", 254)
    website = text("Website", 500)
    street = text("Street and number", 200)
    city = text("City", 120)
    region = text("State or region", 120)
    postcode = text("Postcode", 20)
    country = forms.ChoiceField(label="Country", required=False)
    timezone = text(
        "Time zone",
        64,
        needed='Write a time zone like "America/New_York".',
        help_text="Hours and appointments are spoken in it.",
        widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off", "spellcheck": "false"}),
    )
    currency = text(
        "Currency",
        3,
        needed='Write its three letters, like "USD" or "EUR".',
        help_text="Three letters. Prices keep their figures when it changes.",
        widget=forms.TextInput(attrs={"list": "currencies", "autocomplete": "off", "spellcheck": "false"}),
    )
    languages = forms.MultipleChoiceField(
        label="Languages",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one language."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = kwargs.get("initial") or {}
        others = [code for code in own.get("languages", []) if code not in dict(SPOKEN)]
        language, country = self.fields["languages"], self.fields["country"]
        if isinstance(language, forms.MultipleChoiceField) and isinstance(country, forms.ChoiceField):
            language.choices = [*SPOKEN, *((code, _language(code)) for code in others)]
            home = own.get("country", "")
            known = [("", "Not said"), *countries()]
            country.choices = known if home in dict(known) else [*known, (home, home)]

    @staticmethod
    def plain(profile: Profile) -> dict[str, Any]:
        """What the form is filled with."""
        return {name: getattr(profile, name) for name in BusinessForm.base_fields}

    def clean_email(self) -> str:
        """An address, or nothing."""
        value: str = self.cleaned_data["email"]
        if value:
            try:
                validate_email(value)
            except forms.ValidationError:
                raise forms.ValidationError('Write an address like "hello@example.com".') from None
        return value

    def clean_website(self) -> str:
        """A web address, its https:// put before it where it was left out."""
        value: str = self.cleaned_data["website"]
        if value and not re.match(r"https?://", value, re.IGNORECASE):
            value = f"https://{value}"
        if value and not re.fullmatch(r"https?://[^\s/]+\.[^\s]+", value, re.IGNORECASE):
            raise forms.ValidationError('Write an address like "https://example.com".')
        return value

    def changes(self) -> dict[str, Any]:
        """As a business file names them."""
        given = dict(self.cleaned_data)
        address = {name: given.pop(name) for name in queries.ADDRESS}
        return {**given, "address": address}


def _language(code: str) -> str:
    return str(Locale("en").languages.get(code.split("-")[0], code))


class RulesForm(Form):
    """What the business asks of bookings."""

    places = _RULES

    minimum_notice_minutes = number(
        "Shortest notice",
        least=0,
        most=100_000,
        help_text="Minutes. Nobody can book a time that starts sooner than this.",
    )
    horizon_days = number(
        "How far ahead", least=1, most=730, help_text="Days. Nobody can book further ahead than this."
    )
    slot_step_minutes = number(
        "Times are offered every", least=1, most=1440, help_text="Minutes. 15 offers 10:00, 10:15, 10:30 …"
    )
    cancel_until_hours_before = number(
        "Free cancellation until",
        least=0,
        most=10_000,
        help_text="Hours before the appointment. 0: until it starts.",
    )

    @staticmethod
    def plain(profile: Profile) -> dict[str, Any]:
        """What the form is filled with."""
        return {name: getattr(profile, name) for name in queries.RULES}

    def changes(self) -> dict[str, Any]:
        """As a business file names them."""
        return {"booking": dict(self.cleaned_data)}


class ClosedForm(Form):
    """Days on which the business is closed."""

    places = {"closed_on": "first"}

    first = forms.DateField(
        label="Closed on",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Choose a day.", "invalid": "Choose a day."},
    )
    last = forms.DateField(
        label="until",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Choose a day, or leave it empty."},
    )
    reason = text("Why", 200)

    def clean(self) -> dict[str, Any]:
        """The last day does not lie before the first."""
        found = super().clean() or {}
        first, last = found.get("first"), found.get("last")
        if first and last and last < first:
            self.add_error("last", "The last day lies before the first.")
        return found

    def entry(self) -> dict[str, Any]:
        """As a business file writes it."""
        first, last = self.cleaned_data["first"], self.cleaned_data["last"]
        days = {"from": str(first), "to": str(last)} if last and last != first else {"date": str(first)}
        return days | ({"reason": reason} if (reason := self.cleaned_data["reason"]) else {})


class HolidaysForm(Form):
    """Public holidays, by the name of a rule."""

    places = {"closed_on": "rule"}

    rule = text(
        "Public holidays",
        120,
        needed='Write whose holidays, like "US federal holidays".',
        widget=forms.TextInput(attrs={"list": "holiday-rules", "autocomplete": "off"}),
    )
    observed = forms.BooleanField(
        label="Also the day off in lieu, when a holiday falls on a weekend", required=False
    )

    def entry(self) -> dict[str, Any]:
        """As a business file writes it."""
        lieu = {} if self.cleaned_data["observed"] else {"observed": False}
        return {"rule": self.cleaned_data["rule"], **lieu}


class QuestionForm(Form):
    """A question with its answer."""

    places = {"q": "question", "a": "answer", "hand_over": "is_handed_over"}

    question = text(
        "Question", 200, needed="Write the question.", widget=forms.TextInput(attrs={"autofocus": True})
    )
    answer = forms.CharField(
        label="Answer",
        max_length=4000,
        widget=area(3),
        error_messages={"required": "Write the answer.", "max_length": "At most 4,000 letters."},
    )
    is_handed_over = forms.BooleanField(label="Then hand over to a person", required=False)

    @staticmethod
    def plain(row: Faq) -> dict[str, Any]:
        """What the form is filled with."""
        return {"question": row.question, "answer": row.answer, "is_handed_over": row.is_handed_over}
