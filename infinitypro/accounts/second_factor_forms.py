"""allauth's forms of second factors: each code of an app is taken once, and a passkey's answer may be anything."""

from typing import Any

from allauth.mfa.base import forms as codes
from allauth.mfa.webauthn import forms as passkeys
from django import forms
from django.core.exceptions import ValidationError

from infinitypro.accounts import second_factor


class Once(codes.BaseAuthenticateForm):
    """A code that is taken once."""

    def clean_code(self) -> str:
        """The code; raises ValidationError where it is wrong or was used before."""
        code = super().clean_code()
        second_factor.spend(self.authenticator, code)
        return code


class Authenticate(Once, codes.AuthenticateForm):
    """A code at the log-in."""


class Reauthenticate(Once, codes.ReauthenticateForm):
    """A code, once more."""


class Credential(forms.JSONField):
    """What a browser says of a passkey; numbers and nestings that Python does not read are no JSON either."""

    def to_python(self, value: Any) -> Any:
        """The value; raises ValidationError."""
        try:
            return super().to_python(value)
        except (RecursionError, ValueError) as error:
            raise ValidationError("The passkey's answer cannot be read. Try again.") from error


def _credential() -> Credential:
    return Credential(required=True, widget=forms.HiddenInput)


class AddPasskey(passkeys.AddWebAuthnForm):
    """A new passkey."""

    credential = _credential()


class AuthenticatePasskey(passkeys.AuthenticateWebAuthnForm):
    """A passkey as the second factor."""

    credential = _credential()


class LogInByPasskey(passkeys.LoginWebAuthnForm):
    """A passkey instead of a password."""

    credential = _credential()


class ReauthenticatePasskey(passkeys.ReauthenticateWebAuthnForm):
    """A passkey, once more."""

    credential = _credential()
