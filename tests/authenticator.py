"""An authenticator app: what it was given, and the codes that it shows."""

import time

from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from django.test import RequestFactory

from infinitypro.accounts.models import User
from infinitypro.accounts.second_factor import Adapter

SEED = "JBSWY3DPEHPK3PXP"


def give(user: User) -> None:
    """The person has an app from now on, with SEED in it."""
    request = RequestFactory().get("/")
    request.user = user
    with context.request_context(request):
        sealed = Adapter().encrypt(SEED)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": sealed})


def code(secret: str = SEED, *, half_minutes_ago: int = 0) -> str:
    """What the app shows, or did or will."""
    return auth.format_hotp_value(auth.hotp_value(secret, int(time.time()) // 30 - half_minutes_ago))
