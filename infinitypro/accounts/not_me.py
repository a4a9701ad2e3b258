"""The link by which somebody says that a log-in was not theirs: signed, for a week, and used up by what it does."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core import signing

from infinitypro.accounts.models import User

HOLDS = timedelta(days=7)
SALT = "accounts.not-me"


@dataclass(frozen=True)
class Claim:
    """Whose log-in it was, and when."""

    user: User
    since: datetime


def token(*, user: User, since: datetime) -> str:
    """What the link carries."""
    return signing.dumps([str(user.id), since.isoformat(), _state(user)], salt=SALT)


def read(token: str) -> Claim | None:
    """What the link says; None where it is not ours, too old, or used up, as every new password does to it."""
    try:
        user_id, since, state = signing.loads(token, salt=SALT, max_age=HOLDS)
    except signing.BadSignature:
        return None
    user = User.objects.filter(id=UUID(user_id)).first()
    if user is None or state != _state(user):
        return None
    return Claim(user, datetime.fromisoformat(since))


def _state(user: User) -> str:
    return hashlib.sha256(user.password.encode()).hexdigest()[:32]
