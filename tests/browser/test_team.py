"""From signing up to a team: second factor, invitation, a role of one's own making, and taking it all back, in a browser."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import Site
from tests.browser.test_account import WORDS, app, mailed, sign_up, visitor
from tests.browser.test_every_page import examine

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]
__all__ = ["visitor"]


def protect(page: Page) -> None:
    """Turn a second factor on."""
    page.goto("/accounts/second-factor/")
    page.get_by_role("link", name="Set up an app").click()
    code = app(page.locator("#totp-secret").inner_text())
    page.get_by_label("code").fill(code())
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()


def save(page: Page) -> None:
    page.get_by_role("button", name="Save").click()


def test_a_team_is_invited_given_a_role_and_taken_out_again(
    visitor: BrowserContext, chromium: Browser, site: Site
) -> None:
    owner, _ = sign_up(visitor)
    protect(owner)
    owner.goto("/app/")
    found = re.search(r"/app/([^/]+)/", owner.url)
    assert found
    team = f"/app/{found[1]}/team/"

    owner.goto(team)
    examine(owner)
    address = f"{uuid4().hex}@example.test"
    owner.get_by_role("link", name="Invite").click()
    owner.get_by_label("Email address").fill(address)
    owner.get_by_role("radio", name="Viewer").check()
    owner.get_by_role("button", name="Invite").click()
    expect(owner.get_by_role("heading", name="Invited")).to_be_visible()
    examine(owner)

    guest = chromium.new_context(base_url=site.url, viewport={"width": 390, "height": 844})
    page = guest.new_page()
    page.goto(mailed(visitor, address, r"(/accounts/invitation/[\w-]+/)"))
    examine(page)
    page.get_by_label("Your name").fill("Noor Al-Hassan")
    page.get_by_label("Choose a password").fill(WORDS)
    page.get_by_label("I am 16 or older.").check()
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("heading", name="Inbox")).to_be_attached()
    calendar = f"/app/{found[1]}/calendar/"
    assert _status(page, calendar) == 200

    owner.goto(f"{team}roles/new/")
    examine(owner)
    owner.get_by_label("Name", exact=True).fill("Front desk")
    owner.get_by_label("Read conversations").select_option("Their own")
    for label in ("See the calendar and free times", "Book appointments by hand", "Move appointments"):
        owner.get_by_label(label).uncheck()
    for label in ("Confirm appointments, and say who came", "Cancel appointments"):
        owner.get_by_label(label).uncheck()
    save(owner)
    expect(owner.get_by_text("Front desk is saved.")).to_be_visible()
    owner.goto(team)
    owner.get_by_role("link", name="Noor Al-Hassan").click()
    owner.get_by_role("radio", name="Front desk").check()
    save(owner)
    expect(owner.get_by_text("Noor Al-Hassan is changed.")).to_be_visible()
    assert _status(page, calendar) == 403

    owner.get_by_role("link", name="Noor Al-Hassan").click()
    owner.get_by_role("link", name="Remove them").click()
    examine(owner)
    owner.get_by_role("button", name="Remove").click()
    expect(owner.get_by_text("Noor Al-Hassan is removed.")).to_be_visible()
    assert _status(page, f"/app/{found[1]}/inbox/") == 404
    guest.close()


def _status(page: Page, path: str) -> int:
    answer = page.goto(path, wait_until="domcontentloaded")
    assert answer
    return answer.status
