"""allauth's passkey forms, for what browsers do not send but others might."""

from typing import Any

from allauth.mfa.webauthn import forms as passkeys
from django import forms
from django.core.exceptions import ValidationError


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


class Add(passkeys.AddWebAuthnForm):
    """A new passkey."""

    credential = _credential()


class Authenticate(passkeys.AuthenticateWebAuthnForm):
    """A passkey as the second factor."""

    credential = _credential()


class LogIn(passkeys.LoginWebAuthnForm):
    """A passkey instead of a password."""

    credential = _credential()


class Reauthenticate(passkeys.ReauthenticateWebAuthnForm):
    """A passkey, once more."""

    credential = _credential()
