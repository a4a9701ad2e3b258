"""Every page under axe (WCAG 2.2 AA), at a desk and in the hand, by day and by night, without a word in the console."""

import re
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.conftest import Site, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

AXE = (Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = """async (tags) => {
  // Colours that are on their way from one theme to the other are nobody's.
  const isMoving = (one) => one.playState === "running" && one.effect.getComputedTiming().endTime !== Infinity;
  const moving = () => document.getAnimations().filter(isMoving);
  do await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  while (moving().length);
  return (await axe.run({ runOnly: tags, resultTypes: ["violations"] })).violations.flatMap(
  ({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}\\n${failureSummary}`));
}"""
FITS = "!document.querySelector('.shell') || document.documentElement.scrollHeight <= innerHeight"
SIZES: list[ViewportSize] = [{"width": 1440, "height": 900}, {"width": 390, "height": 844}]
SCHEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")
BUSINESS = ("business", "business/hours", "business/rules", "business/questions", "business/questions/new")
OFFER = (
    "services",
    "services/new",
    "services/people",
    "services/people/new",
    "services/resources",
    "services/file",
)
REST = ("channels", "channels/new/whatsapp", "security", "audit")


def wait_for(page: Page, expression: str) -> None:
    """Asked from here: what waits inside the page evaluates text there, which the policy forbids."""
    wait_until(lambda: page.evaluate(expression), lambda: f"{page.url} at {page.viewport_size}: {expression}")


def examine(page: Page) -> None:
    """Fails with what axe finds, or where something is wider than the screen."""
    page.evaluate(AXE)
    for size in SIZES:
        page.set_viewport_size(size)
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (page.url, size)
            wait_for(page, f"matchMedia('(prefers-color-scheme: {scheme})').matches")
            # The parts of a page scroll; a second bar beside theirs would scroll into nothing.
            wait_for(page, FITS)
            assert page.evaluate(RUN, TAGS) == [], (page.url, size, scheme)
    page.set_viewport_size(SIZES[0])


@pytest.fixture
def talk(site: Site, page: Page) -> None:
    name = "Maximiliana Konstantinopoulou-Featherstonehaugh von Habsburg"
    site.customer(name).is_answered("can I get a haircut on Saturday? " + "word" * 80)
    page.goto("/app/demo/inbox/")
    page.locator("[data-row]", has_text=name).first.click()
    expect(page.locator("#panel")).to_contain_text("Next appointment")


@pytest.mark.usefixtures("talk")
def test_the_inbox(page: Page) -> None:
    page.get_by_text("why this answer").click()
    expect(page.locator(".why-list")).to_contain_text("Wanted")
    page.keyboard.press("n")
    page.keyboard.type("A note for the team.")
    page.get_by_role("button", name="Add note").click()
    expect(page.locator(".note:not([data-pending])")).to_be_visible()
    examine(page)
    page.keyboard.press("Control+k")
    examine(page)
    page.keyboard.press("Escape")
    page.goto("/app/demo/inbox/?tab=mine&status=resolved")
    examine(page)


@pytest.mark.usefixtures("talk")
def test_the_calendar(page: Page) -> None:
    for view in ("day", "week"):
        page.goto(f"/app/demo/calendar/?view={view}")
        expect(page.locator("[data-calendar-title]")).not_to_have_text("Calendar")
        examine(page)
    page.get_by_role("button", name="New appointment").click()
    expect(page.locator("#arrange")).to_be_visible()
    examine(page)


@pytest.mark.parametrize("path", [*BUSINESS, *OFFER, *REST])
def test_the_facts(page: Page, path: str) -> None:
    page.goto(f"/app/demo/{path}/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    examine(page)


def test_the_list_of_pages_stays_beside_a_long_one(page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 500})
    page.goto("/app/demo/business/")
    page.get_by_role("button", name="Save").scroll_into_view_if_needed()
    expect(page.get_by_role("link", name="Hours and holidays")).to_be_in_viewport()


@pytest.mark.parametrize("path", ["/demo/phone/", "/accounts/logout/", "/app/demo/nothing-here/"])
def test_the_rest(page: Page, troubles: list[str], path: str) -> None:
    page.goto(path)
    expect(page.locator("h1").first).to_be_visible()
    examine(page)
    troubles[:] = [said for said in troubles if not re.search("404", said)]
