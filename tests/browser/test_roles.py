"""What members see who may not do everything: nothing to press that would be refused, and words where it helps."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import WATCH, Site, note
from tests.browser.test_every_page import SIZES, examine

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


def beside(site: Site, call: str, *given: str) -> str:
    """What `members` says, in a process of its own with the program's databases."""
    code = f"from tests.browser import members; members.{call}({', '.join(map(repr, given))})"
    command = [sys.executable, "-m", "django", "shell", "--no-imports", "-c", code]
    environment = {**site.environment, "DJANGO_SETTINGS_MODULE": "infinitypro.config.settings"}
    return subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout


@dataclass
class Member:
    """Somebody at work, in a browser of their own."""

    id: str
    page: Page


@pytest.fixture
def member(site: Site, chromium: Browser, troubles: list[str]) -> Iterator[Callable[[str, str], Member]]:
    """Makes members by the names that `members.make` knows."""
    contexts = []

    def make(role: str, name: str) -> Member:
        made = json.loads(beside(site, "make", role, name))
        context = chromium.new_context(base_url=site.url, viewport=SIZES[0])
        context.add_cookies([{"name": "sessionid", "value": made["session"], "url": site.url}])
        context.add_init_script(WATCH)
        context.on("console", lambda said: note(said, troubles))
        contexts.append(context)
        return Member(made["user"], context.new_page())

    yield make
    for context in contexts:
        context.close()


def commands(page: Page) -> list[str]:
    """What the palette offers."""
    page.keyboard.press("Control+k")
    found = page.locator("#palette-list li span").all_inner_texts()
    page.keyboard.press("Escape")
    return found


def open_talk(page: Page, name: str) -> None:
    page.goto("/app/demo/inbox/")
    page.locator("[data-row]", has_text=name).click()
    expect(page.locator("#conversation-name")).to_have_text(name)


def test_a_viewer_reads_and_finds_nothing_to_press(site: Site, member: Any, shot: Any) -> None:
    customer = "Ines Ortega"
    site.customer(customer).is_answered("a haircut with Maya tomorrow at 10, please")
    page = member("viewer", "Vera Viewer").page

    open_talk(page, customer)
    expect(page.locator("#panel")).to_contain_text("Next appointment")
    expect(page.get_by_text("Your role lets you read conversations, not answer them.")).to_be_visible()
    acts = {
        "Resolve",
        "Take over",
        "Snooze",
        "Assign",
        "Reply",
        "Write a note",
        "Send",
        "Book",
        "Book another",
    }
    assert acts.isdisjoint(page.get_by_role("button").all_inner_texts())
    assert acts.isdisjoint(commands(page))
    examine(page)
    shot(page, "roles-viewer-inbox")
    page.set_viewport_size(SIZES[1])
    shot(page, "roles-viewer-inbox-phone")
    page.set_viewport_size(SIZES[0])

    page.goto("/app/demo/calendar/?view=day")
    expect(page.locator("[data-calendar-title]")).not_to_have_text("Calendar")
    expect(page.get_by_role("button", name="New appointment")).to_have_count(0)
    page.locator(".ec-body .ec-day").first.click()
    expect(page.locator("#appointment")).not_to_be_visible()
    examine(page)
    shot(page, "roles-viewer-calendar")

    for path in (
        "business",
        "business/hours",
        "business/rules",
        "business/questions",
        "services",
        "services/people",
        "services/resources",
    ):
        page.goto(f"/app/demo/{path}/")
        expect(page.get_by_text("Your role lets you read this.")).to_be_visible()
        assert page.locator("#known :is(form, input, textarea, select, button)").count() == 0
        if path in ("business", "business/hours", "services"):
            examine(page)
        shot(page, f"roles-viewer-{path.replace('/', '-')}")
    page.goto("/app/demo/services/people/")
    page.get_by_role("link", name="Maya Lindqvist").click()
    expect(page.get_by_role("heading", name="Breaks")).to_be_visible()
    examine(page)
    shot(page, "roles-viewer-person")
    page.goto("/app/demo/channels/")
    expect(page.get_by_role("link", name="Connect")).to_have_count(0)
    shot(page, "roles-viewer-channels")


def test_who_sees_their_own_conversations_alone(
    site: Site, member: Any, troubles: list[str], shot: Any
) -> None:
    for customer in ("Olga Own", "Otto Other"):
        site.customer(customer).is_answered("hello, what does a haircut cost?")
    agent = member("own", "Agata Agent")
    page = agent.page
    page.goto("/app/demo/inbox/")
    expect(page.get_by_text("Nothing is yours")).to_be_visible()
    shot(page, "roles-own-empty")
    beside(site, "give", agent.id, "Olga Own")

    open_talk(page, "Olga Own")
    expect(page.locator("[data-row]")).to_have_count(1)
    expect(page.get_by_role("navigation", name="Whose")).to_have_count(0)
    expect(page.get_by_text("Assigned to you", exact=True)).to_be_visible()
    expect(page.locator("#panel")).to_contain_text("Book")
    examine(page)
    shot(page, "roles-own-inbox")
    page.locator("#composer-text").fill("Hello Olga, it is 48 dollars.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#messages")).to_contain_text("Hello Olga, it is 48 dollars.")
    page.goto("/app/demo/calendar/?view=day")
    expect(page.get_by_role("button", name="New appointment")).to_be_visible()
    examine(page)

    # What one may do is taken away while the page stands open: the sentence is said, and what was typed stays.
    open_talk(page, "Olga Own")
    beside(site, "demote", agent.id)
    page.locator("#composer-text").fill("And a second thing")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("Your role does not let you answer customers")
    expect(page.locator("#composer-text")).to_have_value("And a second thing")
    expect(page.locator("[data-pending]")).to_have_count(0)
    shot(page, "roles-refused")
    troubles[:] = [said for said in troubles if not re.search("403", said)]
