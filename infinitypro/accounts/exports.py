"""Unusual exports: somebody reads very many customers in a short time."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from infinitypro.accounts import alarms
from infinitypro.core import clock, tenancy, throttle

WITHIN = timedelta(minutes=10)
MANY = 500  # different conversations, contacts and appointments; somebody at work opens two or three a minute
ALARM = "alarm.export"


def note(*, things: Iterable[UUID], user_id: UUID | None = None, token_id: UUID | None = None) -> None:
    """Count what a member or a token was shown of customers, and sound the alarm where it is very much."""
    now = clock.now()
    seen = throttle.see("export", str(token_id or user_id), things=things, span=WITHIN, now=now)
    if seen >= MANY:
        said: dict[str, UUID | int] = {"count": seen} | ({"token": token_id} if token_id else {})
        alarms.sound(ALARM, workspace_id=tenancy.current(), user_id=user_id, detail=said, now=now)
