"""Keeps what happens to accounts among the security events, as allauth and Django signal it."""

from typing import Any

from django.utils.module_loading import import_string

from infinitypro.core import audit

SIGNALS = {
    "django.contrib.auth.signals.user_logged_in": "sign-in.done",
    "django.contrib.auth.signals.user_logged_out": "sign-out.done",
    "allauth.account.signals.password_changed": "password.changed",
    "allauth.account.signals.password_set": "password.set",
    "allauth.account.signals.password_reset": "password.reset",
    "allauth.account.signals.email_changed": "email.changed",
    "allauth.mfa.signals.authenticator_added": "second-factor.added",
    "allauth.mfa.signals.authenticator_removed": "second-factor.removed",
    "allauth.mfa.signals.authenticator_reset": "second-factor.new-codes",
}


class Noter:
    """A receiver that keeps events of one kind."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def __call__(self, *, request: Any = None, user: Any = None, **_signal: Any) -> None:
        """Keep that it happened to this person, and from where."""
        if user is not None and user.pk:
            place = request.META.get("REMOTE_ADDR", "") if request is not None else ""
            audit.note_security(self.kind, user_id=user.pk, network=place)


def connect() -> None:
    """Listen from now on."""
    for signal, kind in SIGNALS.items():
        import_string(signal).connect(Noter(kind), weak=False, dispatch_uid=f"noting {kind}")
