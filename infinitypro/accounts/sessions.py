"""Where people are logged in, and ending it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.db import transaction

from infinitypro.accounts import devices
from infinitypro.accounts.models import ApiToken, Device, User
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
def shut_out(*, user: User, since: datetime, email: str) -> None:
    """End every session, forget the password, and whatever devices, second factors, providers and tokens came since that
    time; the address is again the one that was told of it."""
    audit.note_security("sign_in.disowned", user_id=user.id)
    user.set_unusable_password()
    user.save(update_fields=["password"])
    _give_back(user, email)
    Authenticator.objects.filter(user=user, created_at__gte=since).delete()
    SocialAccount.objects.filter(user=user, date_joined__gte=since).delete()
    ApiToken.objects.filter(user=user, made_at__gte=since).delete()
    Device.objects.filter(user=user, seen_at__gte=since).delete()
    end(user=user)


def _give_back(user: User, email: str) -> None:
    if User.objects.filter(email=email).exclude(id=user.id).exists():
        return  # they began anew with it
    user.email = email
    user.save(update_fields=["email"])
    EmailAddress.objects.filter(user_id=user.id).delete()
    EmailAddress.objects.create(user_id=user.id, email=email, verified=True, primary=True)


def end(*, user: User, session_ids: Iterable[int] | None = None) -> None:
    """End these sessions of the person's, or all."""
    found = UserSession.objects.filter(user=user)
    for session in found if session_ids is None else found.filter(id__in=session_ids):
        session.end()
