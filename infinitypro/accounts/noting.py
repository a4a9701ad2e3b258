"""Keeps log-outs among the security events; the rest of what happens to accounts is noted where it is done."""

from typing import Any

from django.contrib.auth.signals import user_logged_out

from infinitypro.core import audit


def note_log_out(*, request: Any = None, user: Any = None, **_signal: Any) -> None:
    """Keep who logged out, and from where."""
    if user is not None:
        place = request.META.get("REMOTE_ADDR", "") if request is not None else ""
        audit.note_security("sign_out.done", user_id=user.pk, network=place)


def connect() -> None:
    """Listen from now on."""
    user_logged_out.connect(note_log_out, dispatch_uid="noting log-outs")
