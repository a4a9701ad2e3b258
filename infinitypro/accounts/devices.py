"""From where somebody logs in: their device, told apart by a cookie of its own, its browser, and the country."""

import hashlib
import ipaddress
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.http import HttpRequest

from infinitypro.accounts.models import Device, User
from infinitypro.core import audit, countries

COOKIE = "device"
UNKNOWN = str(ipaddress.IPv4Address(0))  # where the address could not be read
KEPT = timedelta(days=730)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)


@dataclass(frozen=True)
class SignIn:
    """A log-in: with which device (its cookie), and what of it was never seen of this person."""

    token: str
    device_id: UUID
    device: str
    country: str
    is_new_device: bool
    is_new_country: bool
    is_first: bool

    @property
    def is_strange(self) -> bool:
        """Whether its person should be told."""
        return not self.is_first and (self.is_new_device or self.is_new_country)


def described(user_agent: str) -> str:
    """A browser and its system, "Firefox on Windows", as far as they are known."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "A browser")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    return f"{browser} on {system}" if system else browser


@transaction.atomic
def note(*, user: User, request: HttpRequest, now: datetime) -> SignIn:
    """Remember the device and country of a log-in, and say what of it is new."""
    token = request.COOKIES.get(COOKIE, "") or secrets.token_urlsafe(32)
    country = countries.of(request.META.get("REMOTE_ADDR", ""))
    device = described(request.META.get("HTTP_USER_AGENT", ""))
    known = list(Device.objects.select_for_update().filter(user=user).order_by("id"))
    seen = {code for one in known for code in one.countries}
    row = next((one for one in known if bytes(one.digest) == digest(user.id, token)), None)
    kept = row or Device(user=user, digest=digest(user.id, token))
    kept.label, kept.seen_at = device, now
    kept.countries = sorted({*kept.countries, country} - {""})
    kept.save()
    is_new_country = bool(country and seen and country not in seen)
    return SignIn(token, kept.id, device, country, row is None, is_new_country, not known)


def is_known(*, user_id: UUID, token: str) -> bool:
    """Whether this person logged in with the device of that cookie before."""
    return bool(token) and Device.objects.filter(user_id=user_id, digest=digest(user_id, token)).exists()


def digest(user_id: UUID, token: str) -> bytes:
    """What is kept of a device's cookie: another for each person, so that nobody can tell who shares one."""
    return hashlib.sha256(user_id.bytes + token.encode()).digest()


def shorten(instance: UserSession, **_signal: Any) -> None:
    """Keep of a session's address its network alone, and the country it told."""
    instance.data = {**instance.data, "country": countries.of(instance.ip)}
    instance.ip = audit.network(instance.ip).partition("/")[0] or UNKNOWN
