"""Signing up: a person of 16 or older and their business; the workspace opens once the address is proved theirs."""

from typing import Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase

from infinitypro.accounts import adapter, passwords
from infinitypro.accounts.models import User
from infinitypro.config import new_business, workspaces
from infinitypro.core import clock

ADDRESS = ("street", "city", "region", "postcode", "country")


class AboutYou(forms.Form):
    """What allauth's sign-up forms ask besides how to get in."""

    name = forms.CharField(
        label="Your name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    phone = forms.CharField(
        label="Telephone",
        max_length=24,
        help_text="With its country code, like +1 212 555 0142.",
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    business = forms.CharField(
        label="Business name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "organization"})
    )
    street = forms.CharField(
        label="Street", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "street-address"})
    )
    city = forms.CharField(
        label="City", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "address-level2"})
    )
    region = forms.CharField(
        label="State or region",
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "address-level1"}),
    )
    postcode = forms.CharField(
        label="Postcode", max_length=20, widget=forms.TextInput(attrs={"autocomplete": "postal-code"})
    )
    country = forms.ChoiceField(
        label="Country",
        choices=[("", "Choose …"), *new_business.countries()],
        widget=forms.Select(attrs={"autocomplete": "country"}),
    )
    is_of_age = forms.BooleanField(
        label="I am 16 or older.", error_messages={"required": "Accounts are for people of 16 and older."}
    )

    field_order = ("name", "email", "phone", "password1", "business", *ADDRESS, "is_of_age")

    def clean_phone(self) -> str:
        """The number as E.164."""
        given: str = self.cleaned_data["phone"]
        try:
            number = phonenumbers.parse(given)
        except phonenumbers.NumberParseException:
            raise ValidationError("Write the number with its country code, like +1 212 555 0142.") from None
        if not phonenumbers.is_possible_number(number):
            raise ValidationError("This is not a telephone number. Check its digits.")
        return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))

    def clean(self) -> dict[str, Any]:
        """Everything; the password must not be made of the names typed beside it."""
        found = super().clean() or self.cleaned_data
        if password := found.get("password1"):
            try:
                passwords.refuse_telling(password, words=[found.get("name", ""), found.get("business", "")])
            except ValidationError as error:
                self.add_error("password1", error)
        return found

    def signup(self, request: HttpRequest, user: User) -> None:
        """Keep what they said, sealed, until their address is proved theirs."""
        said = self.cleaned_data
        user.name, user.phone, user.of_age_at = said["name"], said["phone"], clock.now()
        user.opening = {"name": said["business"], "address": {part: said[part] for part in ADDRESS}}
        user.save()


class Adapter(adapter.Adapter):
    """allauth's questions, with a workspace for whoever signed up."""

    def post_login(self, request: HttpRequest, user: User, **about: Any) -> HttpResponseBase:
        """Where they go after logging in; their workspace is open by then."""
        workspaces.open_for(user=user)
        return super().post_login(request, user, **about)
