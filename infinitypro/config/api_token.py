"""Who asks the API: the token's row, within its rate; guesses at tokens get slower, per network."""

from datetime import timedelta
from math import ceil
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja.security import HttpBearer

from infinitypro.accounts import alarms
from infinitypro.accounts import queries as accounts
from infinitypro.accounts import services as account_services
from infinitypro.accounts.models import ApiToken
from infinitypro.accounts.throttling import network_of
from infinitypro.core import clock, throttle
from infinitypro.core.errors import Problem

GUESSES = throttle.Limit("api", free=20, forgotten=timedelta(minutes=1))
TRIPWIRE = "alarm.tripwire"


class TooMany(Problem):
    """Too many requests with a token, or too many that nobody knows; `seconds` says how long to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many requests. Send the next one in {seconds} seconds.")
        self.seconds = seconds


class Token(HttpBearer):
    """`Authorization: Bearer <token>`."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The token's row, or None for a token that is unknown or revoked; raises TooMany."""
        now = clock.now()
        found = accounts.by_token(token=token, now=now)
        if found is None or found.is_tripwire:
            return _refuse(request, found)
        # Looked for before the network is, so that nobody's guesses keep a neighbour's program out.
        rate = throttle.Rate("token", settings.API_RATE)
        allowance = throttle.spend(rate, str(found.id), now=now)
        request.META[ALLOWANCE] = allowance
        if not allowance.is_granted:
            raise TooMany(allowance.seconds)
        account_services.note_token_use(token=found, now=now)
        return found


ALLOWANCE = "infinitypro.allowance"  # where the request carries it to its headers


def _refuse(request: HttpRequest, tripwire: ApiToken | None) -> None:
    now, address = clock.now(), request.META.get("REMOTE_ADDR", "")
    if tripwire is not None:
        said = {"token": tripwire.id}
        space = tripwire.workspace_id
        alarms.sound(TRIPWIRE, workspace_id=space, network=address, detail=said, now=now)
    counter = throttle.Counter.of(GUESSES, network_of(address))
    if wait := throttle.attempt([counter], now=now):
        raise TooMany(ceil(wait.total_seconds()))


def headers(request: HttpRequest) -> dict[str, str]:
    """What an answer says of the token's rate (IETF draft: RateLimit headers); nothing where none was asked with."""
    allowance: throttle.Allowance | None = request.META.get(ALLOWANCE)
    if allowance is None:
        return {}
    return {"RateLimit-Limit": str(allowance.limit), "RateLimit-Remaining": str(allowance.left)}
