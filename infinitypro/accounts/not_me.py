"""The link by which somebody says that a log-in was not theirs: signed, for a week, and used up by what it does."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core import signing

from infinitypro.accounts.models import Device, User

HOLDS = timedelta(days=7)
SALT = "accounts.not-me"


@dataclass(frozen=True)
class Claim:
    """Whose log-in it was, when, and the address that was told of it."""

    user: User
    since: datetime
    email: str


def token(*, user: User, since: datetime, device_id: UUID) -> str:
    """What the link carries."""
    return signing.dumps([str(user.id), since.isoformat(), str(device_id), user.email], salt=SALT)


def read(token: str) -> Claim | None:
    """What the link says; None where it is not ours, too old, or used up: then the device is forgotten.

    Nothing that the stranger does uses it up, a new password no more than a new address.
    """
    try:
        user_id, since, device_id, email = signing.loads(token, salt=SALT, max_age=HOLDS)
    except signing.BadSignature:
        return None
    found = Device.objects.filter(id=UUID(device_id), user_id=UUID(user_id)).select_related("user").first()
    return None if found is None else Claim(found.user, datetime.fromisoformat(since), email)
