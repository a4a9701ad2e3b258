"""A sign-in provider that others wrote, a process of its own, and people who log in."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.test import Client

from infinitypro.accounts import services, sign_on
from infinitypro.accounts.models import SignInProvider, User, Workspace
from infinitypro.accounts.permissions import BuiltIn
from infinitypro.core.tenancy.models import new_id

WORDS = "three tortoises on a slow boat"


@dataclass
class Idp:
    """A provider that lets in whoever says who they are."""

    issuer: str

    @property
    def peer(self) -> tuple[str, int]:
        """Where it listens."""
        return "127.0.0.1", urlsplit(self.issuer).port or 0

    def is_up(self) -> bool:
        """Whether it answers."""
        try:
            return httpx.get(self.issuer + sign_on.DISCOVERY, trust_env=False).is_success
        except httpx.HTTPError:
            return False

    def knows(self, sub: str, **claims: Any) -> None:
        """Somebody has an account there."""
        httpx.put(f"{self.issuer}/users/{sub}", json=claims, trust_env=False).raise_for_status()

    def lets_in(self, browser: Client, address: str, sub: str) -> Any:
        """What our page says after somebody logged in there."""
        begun = browser.get(address)
        assert begun.status_code == 302, begun.content
        assert begun["Location"].startswith(self.issuer)
        answer = httpx.post(begun["Location"], data={"sub": sub}, trust_env=False)
        back = urlsplit(answer.headers["Location"])
        return browser.get(f"{back.path}?{back.query}")


@contextmanager
def running() -> Iterator[Idp]:
    """The provider, up."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        found = Idp(f"http://127.0.0.1:{port}")
        end = time.monotonic() + 30
        while not found.is_up():
            assert time.monotonic() < end
            time.sleep(0.1)
        yield found
        process.terminate()


def person(space: Workspace, *, domain: str = "example.test", role: BuiltIn = BuiltIn.AGENT) -> User:
    """A member with a password and a proved address."""
    email = f"{new_id().hex}@{domain}"
    return services.make_member(workspace=space, email=email, name="Noor Haddad", password=WORDS, role=role)


def signed_in(user: User) -> Client:
    """The browser of somebody who logged in with their password, and just said again who they are."""
    browser = Client(SERVER_NAME="localhost")
    browser.post("/accounts/login/", {"login": user.email, "password": WORDS})
    browser.post("/accounts/reauthenticate/", {"password": WORDS})
    return browser


def login(provider: SignInProvider) -> str:
    """Where logging in with that provider begins."""
    return f"/accounts/oidc/{provider.id.hex}/login/"
