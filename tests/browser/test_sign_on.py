"""Single sign-on in a browser: set up, connected, used."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site
from tests.browser.test_every_page import examine
from tests.idp import Idp

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]
POLICY = "/app/demo/security/policy/"
# The wrong address we type; what the provider's own page wants from elsewhere, and an icon it has not.
KNOWN = ("422 (Unprocessable Entity)", "ERR_NAME_NOT_RESOLVED", "404 (Not Found)")


def allow(page: Page, provider: Idp, sub: str) -> None:
    """Log in at the provider."""
    expect(page).to_have_url(re.compile(re.escape(provider.issuer)))
    page.get_by_placeholder("sub").fill(sub)
    page.get_by_role("button", name="Authorize").click()


def test_a_provider_is_set_up_connected_and_used(
    page: Page, site: Site, provider: Idp, chromium: Browser, troubles: list[str]
) -> None:
    page.goto(POLICY)
    examine(page)
    page.get_by_role("link", name="Set up a provider").click()
    examine(page)
    page.get_by_label("Issuer").fill("https://192.168.0.1")
    page.get_by_label("Client id").fill("us")
    page.get_by_label("Client secret").fill("ours")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".field-error")).to_be_visible()
    page.get_by_label("Issuer").fill(provider.issuer)
    page.get_by_label("Client secret").fill("ours")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text(provider.issuer)).to_be_visible()

    page.goto("/accounts/reauthenticate/?next=/accounts/providers/")
    examine(page)
    page.get_by_label("Password").fill(site.login[1])
    page.get_by_role("button", name="Go on").click()
    examine(page)
    page.get_by_role("button", name="Connect 127.0.0.1").click()
    examine(page)
    page.get_by_role("link", name="Go on").click()
    allow(page, provider, "maya")
    page.goto("/accounts/providers/")
    expect(page.get_by_text("Connected")).to_be_visible()

    visitor = chromium.new_context(base_url=site.url).new_page()
    visitor.goto("/accounts/login/")
    visitor.get_by_role("link", name="Single sign-on").click()
    examine(visitor)
    visitor.get_by_label("Workspace").fill("demo")
    visitor.get_by_role("button", name="Go on").click()
    visitor.get_by_role("link", name="Go on").click()
    allow(visitor, provider, "maya")
    expect(visitor.get_by_role("heading", name="Inbox")).to_be_attached()
    visitor.goto("/accounts/profile/")
    expect(visitor).to_have_url(re.compile("/app/demo/inbox/"))
    visitor.goto("/accounts/logout/")
    visitor.get_by_role("button", name="Log out").click()
    visitor.goto("/accounts/sso/?workspace=demo")
    visitor.get_by_role("link", name="Go on").click()
    allow(visitor, provider, "a-stranger")
    expect(visitor.get_by_role("heading", name="You are not let in")).to_be_visible()
    visitor.context.close()

    page.goto(POLICY)
    page.get_by_role("button", name="Remove the provider").click()
    expect(page.get_by_role("link", name="Set up a provider")).to_be_visible()
    troubles[:] = [one for one in troubles if not any(known in one for known in KNOWN)]
