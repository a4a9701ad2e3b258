"""Signing up and getting in, in a browser: by code, password, authenticator app, recovery code and passkey."""

import re
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests import authenticator
from tests.browser.conftest import WATCH, Site, wait_until
from tests.browser.test_every_page import examine

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]
WORDS = "three tortoises on a slow boat"


@pytest.fixture
def visitor(chromium: Browser, site: Site, troubles: list[str]) -> Iterator[BrowserContext]:
    """The browser of somebody who was never here."""
    made = chromium.new_context(base_url=site.url, viewport={"width": 1440, "height": 900})
    made.add_init_script(WATCH)
    made.on("weberror", lambda error: troubles.append(str(error.error)))
    made.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
    yield made
    made.close()


def mailed(context: BrowserContext, address: str, pattern: str) -> str:
    """What the newest message to that address says where the pattern has its group."""
    page = context.new_page()
    found: list[str] = []

    def is_there() -> bool:
        page.goto("/demo/mail/")
        letter = page.locator("article", has_text=address).first
        said = re.search(pattern, letter.inner_text()) if letter.count() else None
        found[:] = [said[1]] if said else []
        return bool(found)

    wait_until(is_there)
    page.close()
    return found[0]


def sign_up(context: BrowserContext) -> tuple[Page, str]:
    """A page in the workspace of somebody new, and their address."""
    page, address = context.new_page(), f"{uuid4().hex}@example.test"
    page.goto("/accounts/login/")
    page.get_by_role("link", name="Sign up").click()
    page.get_by_label("Your name").fill("Carmen Ruiz")
    page.get_by_label("Email").fill(address)
    page.get_by_label("Telephone").fill("+1 212 555 0142")
    page.get_by_label("Password").fill(WORDS)
    page.get_by_label("Business name").fill(f"La Ola {address[:6]}")
    page.get_by_label("Street").fill("218 Water Street")
    page.get_by_label("City").fill("New York")
    page.get_by_label("Postcode").fill("10038")
    page.get_by_label("Country").select_option("US")
    page.get_by_label("I am 16 or older.").check()
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("heading", name="Look at your email")).to_be_visible()
    code = mailed(context, address, r"\b([A-Z0-9]{4}-[A-Z0-9]{4})\b")
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", name="Inbox")).to_be_attached()
    return page, address


def log_out(page: Page) -> None:
    page.goto("/accounts/logout/")
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()


def log_in(page: Page, address: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(address)
    page.get_by_label("Password").fill(WORDS)
    page.get_by_role("button", name="Log in", exact=True).click()


def app(secret: str) -> Callable[[], str]:
    """An authenticator app that was given this secret."""
    typed = secret.replace(" ", "")
    return lambda: authenticator.code(typed)


def test_from_signing_up_to_logging_in_with_an_app_and_a_recovery_code(visitor: BrowserContext) -> None:
    page, address = sign_up(visitor)
    page.goto("/accounts/second-factor/")
    page.get_by_role("link", name="Set up an app").click()
    code = app(page.locator("#totp-secret").inner_text())
    examine(page)
    page.get_by_label("code").fill(code())
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    spare = page.locator("#codes").inner_text().split()
    assert len(spare) == 10
    examine(page)
    page.goto("/accounts/second-factor/")
    examine(page)

    log_out(page)
    log_in(page, address)
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_text("This code is not right, or was used already.")).to_be_visible()
    page.get_by_label("Code").fill(code())
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_role("heading", name="Inbox")).to_be_attached()

    for _ in range(2):  # the second time it is used up
        log_out(page)
        log_in(page, address)
        page.get_by_label("Code").fill(spare[0])
        page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_text("This code is not right, or was used already.")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()


def test_a_passkey_alone_lets_in(visitor: BrowserContext) -> None:
    page, _ = sign_up(visitor)
    devices = visitor.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": device})
    page.goto("/accounts/second-factor/")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("What you call it").fill("This laptop")
    page.get_by_label("Log in with it alone").check()
    examine(page)
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.goto("/accounts/second-factor/webauthn/")
    expect(page.get_by_text("This laptop")).to_be_visible()
    examine(page)

    log_out(page)
    examine(page)
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page.get_by_role("heading", name="Inbox")).to_be_attached()


def test_a_forgotten_password_is_replaced(visitor: BrowserContext) -> None:
    page, address = sign_up(visitor)
    log_out(page)
    page.get_by_role("link", name="Forgot your password?").click()
    examine(page)
    page.get_by_label("Email").fill(address)
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_role("heading", name="Look at your email")).to_be_visible()
    page.goto(mailed(visitor, address, r"(http\S+/key/\S+)"))
    page.get_by_label("New password", exact=True).fill(WORDS + " again")
    page.get_by_label("New password (again)").fill(WORDS + " again")
    examine(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Your password is changed")).to_be_visible()
    log_in(page, address)
    expect(page.get_by_text("No account has this email and this password.")).to_be_visible()


def test_the_pages_before_logging_in(visitor: BrowserContext) -> None:
    page = visitor.new_page()
    for address in ("/accounts/signup/", "/demo/mail/", "/accounts/password/reset/done/"):
        page.goto(address)
        examine(page)


def test_the_pages_of_ones_account(visitor: BrowserContext) -> None:
    page, _ = sign_up(visitor)
    for name in ("profile", "email", "password/change", "sessions"):
        page.goto(f"/accounts/{name}/")
        examine(page)


def test_a_session_is_ended_from_another_browser(
    visitor: BrowserContext, chromium: Browser, site: Site, troubles: list[str]
) -> None:
    page, address = sign_up(visitor)
    elsewhere = chromium.new_context(base_url=site.url).new_page()
    log_in(elsewhere, address)
    expect(elsewhere.get_by_role("heading", name="Inbox")).to_be_attached()
    page.goto("/accounts/sessions/")
    page.get_by_role("button", name=re.compile(r"End the session on Chrome on Linux$")).click()
    expect(page.get_by_text("1 ended.")).to_be_visible()
    elsewhere.goto("/accounts/sessions/")
    expect(elsewhere.get_by_role("heading", name="Log in")).to_be_visible()
    elsewhere.context.close()
    page.goto(mailed(visitor, address, r"(http\S+/not-me/\S+)"))
    examine(page)
    page.get_by_role("button", name="End every session").click()
    expect(page.get_by_role("heading", name="Every session is ended")).to_be_visible()
    page.goto("/app/")
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
