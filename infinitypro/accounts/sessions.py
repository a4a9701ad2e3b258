"""Where people are logged in, and ending it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction

from infinitypro.accounts import devices
from infinitypro.accounts.models import Device, User
from infinitypro.core import audit, countries


@dataclass(frozen=True)
class OpenSession:
    """Somewhere a person is logged in."""

    id: int
    device: str
    country: str
    network: str
    since: datetime
    seen_at: datetime
    is_current: bool


def of(*, user: User) -> list[OpenSession]:
    """Where the person is logged in: this browser first, then by when they were last seen."""
    found = [_session(row) for row in UserSession.objects.purge_and_list(user)]
    return sorted(found, key=lambda one: (not one.is_current, -one.seen_at.timestamp(), one.id))


def _session(row: UserSession) -> OpenSession:
    return OpenSession(
        id=row.id,
        device=devices.described(row.user_agent),
        country=countries.name(row.data.get("country", "")),
        network=row.ip,
        since=row.created_at,
        seen_at=row.last_seen_at,
        is_current=row.is_current(),
    )


@transaction.atomic
def shut_out(*, user: User, since: datetime) -> None:
    """End every session, forget the password, and whatever devices and second factors came since that time."""
    audit.note_security("sign_in.disowned", user_id=user.id)
    user.set_unusable_password()
    user.save(update_fields=["password"])
    Authenticator.objects.filter(user=user, created_at__gte=since).delete()
    Device.objects.filter(user=user, seen_at__gte=since).delete()
    end(user=user)


def end(*, user: User, session_ids: Iterable[int] | None = None) -> None:
    """End these sessions of the person's, or all."""
    found = UserSession.objects.filter(user=user)
    for session in found if session_ids is None else found.filter(id__in=session_ids):
        session.end()
