"""The whole program for one test process, a browser, and a page of a member who has logged in."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from tests import idp
from tests.chromium import launched

PROGRAM = Path(sys.executable).with_name("infinitypro")
WATCH = "addEventListener('securitypolicyviolation', (e) => console.error(`CSP: ${e.violatedDirective} ${e.sourceFile}`));"
expect.set_options(timeout=20_000)


@dataclass
class Site:
    """`infinitypro up --demo`, started and stopped as one likes."""

    environment: dict[str, str]
    port: int
    process: subprocess.Popen[bytes] | None = None
    customers: int = 0

    @property
    def url(self) -> str:
        """Where browsers find it."""
        return f"http://localhost:{self.port}"

    def start(self) -> None:
        """Start it and wait until it is ready."""
        command = [str(PROGRAM), "up", "--demo", "--port", str(self.port)]
        log = Path(self.environment["INFINITYPRO_HOME"]) / "up.log"
        with log.open("ab") as said:
            self.process = subprocess.Popen(command, env=self.environment, stdout=said, stderr=said)
        wait_until(lambda: self._answers("/readyz") and self._answers("/demo/phone/state"), log.read_text)

    def stop(self) -> None:
        """Stop it and wait until it is gone."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=30)
            self.process = None

    def _answers(self, path: str) -> bool:
        assert self.process is None or self.process.poll() is None
        try:
            return httpx.get(f"{self.url}{path}", trust_env=False).is_success
        except httpx.HTTPError:
            return False

    @property
    def login(self) -> tuple[str, str]:
        """The demo's member: address and password."""
        said = (Path(self.environment["INFINITYPRO_HOME"]) / "up.log").read_text()
        found = re.search(r"Log in +(\S+) +with +(\S+)", said)
        assert found
        return found[1], found[2]

    def customer(self, name: str) -> "Customer":
        """Somebody new with a telephone."""
        self.customers += 1
        given = {"name": name, "phone": f"+1212555{self.customers:04}"}
        return Customer(self.url, self.call("customers", given)["key"])

    def call(self, path: str, given: dict[str, Any]) -> dict[str, Any]:
        """What the telephone answers."""
        answer = httpx.post(f"{self.url}/demo/phone/{path}", json=given, trust_env=False)
        found: dict[str, Any] = answer.raise_for_status().json()
        return found


@dataclass
class Customer:
    """A customer who writes without a browser."""

    url: str
    key: str
    seen: list[str] = field(default_factory=list)

    def write(self, text: str) -> None:
        """Send a message."""
        given = {"customer": self.key, "text": text}
        httpx.post(f"{self.url}/demo/phone/send", json=given, trust_env=False).raise_for_status()

    def reads(self) -> list[str]:
        """What the business wrote, the oldest first."""
        path = f"{self.url}/demo/phone/messages?customer={self.key}"
        found = httpx.get(path, trust_env=False).raise_for_status().json()["items"]
        return [message["text"] for message in found if not message["mine"]]

    def is_answered(self, text: str) -> str:
        """Send a message and wait for the answer."""
        before = len(self.reads())
        self.write(text)
        wait_until(lambda: len(self.reads()) > before)
        return self.reads()[-1]


def wait_until(is_so: Callable[[], bool], why: Callable[[], str] = str, within: float = 40) -> None:
    """Ask again and again; fails with what `why` says."""
    end = time.monotonic() + within
    while not is_so():
        assert time.monotonic() < end, why()[-3000:]
        time.sleep(0.05)


@pytest.fixture(scope="package")
def provider() -> Iterator[idp.Idp]:
    """A sign-in provider, which the program may call."""
    with idp.running() as found:
        yield found


@pytest.fixture(scope="package")
def site(own_installation: dict[str, str], provider: idp.Idp) -> Iterator[Site]:
    """The program, up."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {"PUBLIC_URL": f"http://localhost:{port}", "SETTLE_SECONDS": "0", "WORKERS": "1"}
    settings["OUTBOUND_ALLOW"] = "{}:{}".format(*provider.peer)
    running = Site({**own_installation, **settings}, port)
    running.environment.pop("PYTHONUNBUFFERED", None)  # few have it set
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """A browser."""
    with launched() as browser:
        yield browser


@pytest.fixture(scope="package")
def signed_in(site: Site, chromium: Browser) -> Any:
    """What a browser keeps after the demo's member has logged in at the page."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{site.url}/app/")
    page.get_by_label("Email").fill(site.login[0])
    page.get_by_label("Password").fill(site.login[1])
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_role("heading", name="Inbox")).to_be_attached()
    kept = context.storage_state()
    context.close()
    return kept


@pytest.fixture
def troubles() -> Iterator[list[str]]:
    """What browsers complain of, violations of the policy included: nothing, once a test has taken out its own doing."""
    found: list[str] = []
    yield found
    assert found == []


@pytest.fixture
def context(chromium: Browser, signed_in: Any, site: Site, troubles: list[str]) -> Iterator[BrowserContext]:
    """A member's browser at a desk."""
    made = chromium.new_context(
        base_url=site.url, storage_state=signed_in, viewport={"width": 1440, "height": 900}
    )
    made.add_init_script(WATCH)
    made.on("weberror", lambda error: troubles.append(str(error.error)))
    made.on("console", lambda said: note(said, troubles))
    yield made
    made.close()


def note(said: ConsoleMessage, troubles: list[str]) -> None:
    """Keep what the console calls an error."""
    if said.type == "error":
        troubles.append(said.text)


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page of the member's."""
    return context.new_page()


@pytest.fixture
def shot() -> Callable[[Page, str], None]:
    """Keeps a picture where SHOTS names a folder."""
    folder = os.environ.get("SHOTS")

    def keep(page: Page, name: str) -> None:
        if folder:
            page.screenshot(path=f"{folder}/{name}.png")

    return keep
