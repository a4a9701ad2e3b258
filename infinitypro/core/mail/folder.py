"""Where no mail server is set: messages as files under the home, for the operator to read."""

import email
import os
from collections.abc import Sequence
from datetime import timedelta
from email.message import EmailMessage as Parsed
from email.policy import default
from pathlib import Path
from uuid import uuid4

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from infinitypro.core import clock, home

KEPT = timedelta(days=7)


class FolderBackend(BaseEmailBackend):
    """Django's e-mail backend that writes each message into a file of its own (mode 0600), kept for a week."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """How many were written."""
        folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        _forget_old()
        for message in email_messages:
            place = folder() / f"{clock.now():%Y%m%dT%H%M%S.%f}-{uuid4().hex[:8]}.eml"
            with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
                handle.write(message.message().as_bytes())
        return len(email_messages)


def folder() -> Path:
    """Where they lie."""
    return home.path() / "mail"


def newest(*, at_most: int) -> list[Parsed]:
    """The newest messages, the newest first."""
    places = sorted(folder().glob("*.eml"), reverse=True)[:at_most]
    return [email.message_from_bytes(place.read_bytes(), policy=default) for place in places]


def _forget_old() -> None:
    for place in folder().glob("*.eml"):
        if place.stat().st_mtime < (clock.now() - KEPT).timestamp():
            place.unlink(missing_ok=True)
