"""Guessing gets slower: sign-in, second factors, resets, sign-ups and invitations, per account and per network.

allauth counts in each process by itself, so its limits are off and these stand before its views: whoever has to wait is told
so before a password is hashed, for how long, and the same whether or not the account exists. A device that signed in to the
account before has a counter of its own, so that an attack from elsewhere does not lock the owner out.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from ipaddress import ip_address, ip_network
from math import ceil
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from infinitypro.accounts import devices, tasks
from infinitypro.accounts.models import User
from infinitypro.core import audit, clock, jobs, throttle
from infinitypro.core.throttle import Counter, Limit, fingerprint

ACCOUNT = Limit("account", free=5)
DEVICE = Limit("device", free=10)
NETWORK = Limit("network", free=30, forgotten=timedelta(minutes=1))
MAIL = Limit("mail", free=5)
MAIL_NETWORK = Limit("mail-network", free=60, forgotten=timedelta(minutes=1))
NOBODY = UUID(int=0)
TOO_MANY = 429
BEGUN = "account_login"  # where allauth keeps, in the session, who gave the password and owes a second factor
SUCCESS = (301, 302, 303)
MINUTE = 60


class Whose(Enum):
    """How the account that is tried at a door is known."""

    TYPED = "by the address that was typed"
    OWN = "by who is signed in, or has begun to"
    NONE = "not at all"


@dataclass(frozen=True)
class Door:
    """A form where something can be guessed or had sent."""

    whose: Whose
    field: str = ""
    account: Limit = ACCOUNT
    counts_all: bool = False  # also what succeeds: it has mail sent
    failure: str = ""  # what a failed attempt is called among the security events


SIGN_IN = "account_login"
DOORS: Mapping[str, Door] = {
    SIGN_IN: Door(Whose.TYPED, "login", failure="sign_in.failed"),
    "account_signup": Door(Whose.TYPED, "email", MAIL, counts_all=True),
    "account_reset_password": Door(Whose.TYPED, "email", MAIL, counts_all=True),
    "account_reset_password_from_key": Door(Whose.NONE),
    "account_email_verification_sent": Door(Whose.OWN),
    "account_confirm_login_code": Door(Whose.OWN),
    "account_reauthenticate": Door(Whose.OWN, failure="sign_in.failed"),
    "account_change_password": Door(Whose.OWN),
    "account_email": Door(Whose.OWN, account=MAIL, counts_all=True),
    "mfa_authenticate": Door(Whose.OWN, failure="second_factor.failed"),
    "mfa_reauthenticate": Door(Whose.OWN, failure="second_factor.failed"),
    "mfa_login_webauthn": Door(Whose.NONE),
    "mfa_reauthenticate_webauthn": Door(Whose.OWN),
    "invitation": Door(Whose.NONE),
    "sign-on": Door(Whose.NONE),
}


@dataclass(frozen=True)
class Attempt:
    """What is being tried: at which door, at whose account (of which nobody is told whether it exists), counted how."""

    door: Door
    account: str
    user_id: UUID | None
    network: str
    counters: list[Counter]


class ThrottleMiddleware:
    """Stands before the doors; keeps nothing between requests."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        """The response; whoever succeeded is forgiven, a failure is noted."""
        request.attempt = None
        response = self.get_response(request)
        made: Attempt | None = request.attempt
        if made is None or made.door.counts_all:
            return response
        if response.status_code in SUCCESS:
            throttle.forgive(made.counters, now=clock.now())
        elif made.door.failure:
            note_failure(made)
        return response

    def process_view(
        self, request: Any, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Nothing, or the page that says how long to wait."""
        door = DOORS.get(request.resolver_match.view_name) if request.method == "POST" else None
        if door is None:
            return None
        made = _attempt(request, door)
        wait = throttle.attempt(made.counters, now=clock.now())
        if wait:
            return told_to_wait(request, wait)
        request.attempt = made
        return None


def _attempt(request: Any, door: Door) -> Attempt:
    network = network_of(request.META.get("REMOTE_ADDR", ""))
    user_id = _user_id(request, door)
    account = _typed(request, door) or str(user_id or "")
    device = request.COOKIES.get(devices.COOKIE, "")
    # Asked for whoever it is, so that an account that exists takes no longer than one that does not.
    if devices.is_known(user_id=user_id or NOBODY, token=device) and not door.counts_all:
        return Attempt(door, account, user_id, network, [Counter.of(DEVICE, f"{user_id} {device}")])
    counters = [Counter.of(MAIL_NETWORK if door.counts_all else NETWORK, network)]
    if account:
        counters.append(Counter.of(door.account, account))
    return Attempt(door, account, user_id, network, counters)


def _typed(request: Any, door: Door) -> str:
    return request.POST.get(door.field, "").strip().lower() if door.field else ""


def _user_id(request: Any, door: Door) -> UUID | None:
    if door.whose is Whose.TYPED:
        rows = User.objects.filter(email__iexact=_typed(request, door).replace("\0", ""))
        return rows.values_list("id", flat=True).first()
    if door.whose is Whose.NONE:
        return None
    if request.user.is_authenticated:
        return UUID(str(request.user.id))
    begun = (request.session.get(BEGUN) or {}).get("user_pk")
    return UUID(hex=begun.replace("-", "")) if begun else None


def network_of(address: str) -> str:
    """What is counted of an address: a household's or a provider's smallest share, since each has many addresses."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    return str(ip_network((found, 24 if found.version == 4 else 64), strict=False))


def note_failure(made: Attempt) -> None:
    """Keep that it failed, and have somebody look whether that happens all over."""
    which = fingerprint(ACCOUNT.kind, made.account)
    audit.note_security(
        made.door.failure, user_id=made.user_id, network=made.network, detail={"account": which}
    )
    jobs.enqueue(tasks.look_for_stuffing, once="accounts.look_for_stuffing")


def told_to_wait(request: HttpRequest, wait: timedelta) -> HttpResponse:
    """The page that says how long."""
    seconds = ceil(wait.total_seconds())
    about = {"wait": words(seconds), "back": request.get_full_path()}
    response = render(request, "429.html", about, status=TOO_MANY)
    response.headers["Retry-After"] = str(seconds)
    return response


def words(seconds: int) -> str:
    """So many seconds as people say it: in minutes where it is more than one."""
    count, unit = (ceil(seconds / MINUTE), "minute") if seconds > MINUTE else (seconds, "second")
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
