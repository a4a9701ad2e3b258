"""The line and the inbox in a real browser: the telephone on one side, a member on the other."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.conftest import Site, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


def open_conversation(page: Page, name: str) -> None:
    page.goto("/app/demo/inbox/")
    page.locator("[data-row]", has_text=name).click()
    expect(page.locator("#conversation-name")).to_have_text(name)
    expect(page.locator("#panel .panel-name")).to_have_text(name)


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.innerText"))


def test_the_whole_line(site: Site, context: BrowserContext, page: Page) -> None:
    phone = context.new_page()
    phone.goto("/demo/phone/")
    phone.get_by_text("Change this customer or add one").click()
    phone.locator("#edit").get_by_label("Name", exact=True).fill("Ana Flores")
    phone.get_by_label("Telephone number").fill("+12125550111")
    phone.get_by_role("button", name="Add as new").click()
    page.goto("/app/demo/inbox/")

    phone.get_by_label("Message", exact=True).fill("hi, can I get a haircut on Saturday afternoon with Maya?")
    phone.keyboard.press("Enter")
    offered = phone.locator(".choices button:enabled")
    expect(offered.first).to_be_visible()
    expect(phone.locator(".bubble").last).to_contain_text("automated assistant")

    page.locator("[data-row]", has_text="Ana Flores").click()
    expect(page.locator("#messages")).to_contain_text("can I get a haircut")
    expect(page.locator("#panel")).to_contain_text("None yet")
    chosen = offered.first.inner_text()
    offered.first.click()

    expect(phone.locator(".bubble").last).to_contain_text("booked")
    expect(page.locator("#messages .bubble").last).to_contain_text("booked")
    appointment = page.locator("#panel .appointment")
    expect(appointment).to_contain_text(re.compile(rf"Haircut with Maya Lindqvist.*{chosen}", re.DOTALL))

    page.locator("#composer-text").fill("See you then, Ana. Maya")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(phone.locator(".bubble").last).to_contain_text("See you then, Ana.")
    expect(page.locator(".conversation-subtitle")).to_have_text("WhatsApp · you answer")
    expect(page.locator("#composer-text")).to_have_attribute("placeholder", "Write to Ana Flores")

    phone.get_by_label("Message", exact=True).fill("thanks! can I bring my dog?")
    phone.keyboard.press("Enter")
    expect(phone.locator(".mine svg").last).to_have_attribute("aria-label", "delivered")
    expect(page.locator("#messages .bubble").last).to_contain_text("bring my dog")
    # Whoever writes to the assistant now is answered by the same worker, after whatever it owed to Ana.
    site.customer("Somebody else").is_answered("do you take walk-ins?")
    expect(page.locator("#messages .by-assistant")).to_have_count(2)
    expect(phone.locator(".bubble").last).to_contain_text("bring my dog")

    appointment.click()
    details = page.get_by_role("dialog", name="Appointment")
    expect(details).to_contain_text("Ana Flores")
    expect(details).to_contain_text("Haircut with Maya Lindqvist")


def test_another_tab_sees_it_at_once(site: Site, context: BrowserContext, page: Page) -> None:
    site.customer("Ola Berg").is_answered("do you sell gift cards?")
    other = context.new_page()
    open_conversation(page, "Ola Berg")
    open_conversation(other, "Ola Berg")
    other.locator("#composer-text").fill("half a thought")

    page.keyboard.press("n")
    page.keyboard.type("Ask for the birthday.")
    page.get_by_role("button", name="Add note").click()
    expect(other.locator(".note")).to_contain_text("Ask for the birthday.")
    mine = other.get_by_role("link", name=re.compile("^Mine"))
    before = mine.inner_text()
    page.get_by_role("button", name="Take over").click()
    expect(other.locator(".conversation-subtitle")).to_have_text("WhatsApp · you answer")
    expect(mine).not_to_have_text(before)
    page.get_by_role("button", name="Resolve").click()
    expect(other.locator(".conversation-subtitle")).to_contain_text("Resolved")
    expect(other.locator("[data-row]", has_text="Ola Berg")).to_have_count(0)

    page.get_by_role("button", name="Undo").click()
    expect(other.get_by_role("button", name="Resolve")).to_be_visible()
    expect(other.locator("[data-row]", has_text="Ola Berg")).to_be_visible()
    expect(other.locator("#composer-text")).to_have_value("half a thought")


def test_a_late_answer_does_not_take_the_place_of_another_conversation(site: Site, page: Page) -> None:
    dara, lena = site.customer("Dara Quinn"), site.customer("Lena Ortiz")
    dara.is_answered("where can I park?")
    lena.is_answered("where can I park?")
    open_conversation(page, "Dara Quinn")
    held: list[Route] = []
    page.route("**/reply/", lambda route: held.append(route))
    page.locator("#composer-text").fill("For Dara alone")
    page.get_by_role("button", name="Send", exact=True).click()
    page.locator("[data-row]", has_text="Lena Ortiz").click()
    expect(page.locator("#panel .panel-name")).to_have_text("Lena Ortiz")

    with page.expect_response("**/reply/"):
        held[0].continue_()
    wait_until(lambda: dara.reads()[-1] == "For Dara alone")
    expect(page.locator("[data-row]", has_text="Dara Quinn")).to_contain_text("You: For Dara alone")
    expect(page.locator("#conversation-name")).to_have_text("Lena Ortiz")
    expect(page.locator("#messages")).not_to_contain_text("For Dara alone")
    expect(page.locator("#composer-text")).to_have_value("")
    page.go_back()
    expect(page.locator("#messages")).to_contain_text("For Dara alone")
    expect(page.locator("#composer-text")).to_have_value("")


def test_the_keyboard_is_enough(site: Site, page: Page) -> None:
    site.customer("Rui Melo").is_answered("where can I park?")
    latest = site.customer("Tom Becker")
    latest.is_answered("where can I park?")
    page.goto("/app/demo/inbox/")
    expect(page.locator("[data-row]").first).to_contain_text("Tom Becker")

    for key in ("j", "j", "k", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#conversation-name")).to_have_text("Tom Becker")
    page.keyboard.press("r")
    page.keyboard.type("On Pine Street.")
    page.keyboard.press("Control+Enter")
    wait_until(lambda: latest.reads()[-1] == "On Pine Street.")
    expect(page.locator("#composer-text")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("[data-row] a[aria-current=page]")).to_be_focused()

    page.keyboard.press("s")
    expect(page.get_by_role("button", name="In three hours")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    assert focused(page) == "Snooze"
    page.keyboard.press("a")
    expect(page.get_by_role("button", name="Me", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    expect(page.locator(".conversation-subtitle")).to_contain_text("Resolved")
    wait_until(lambda: focused(page) == "Reopen")
    expect(page.locator("[data-row]", has_text="Tom Becker")).to_have_count(0)
    page.keyboard.press("j")
    expect(page.locator("[data-row] a").first).to_be_focused()

    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_contain_text("Next and previous in the list")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type("calendar")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/calendar/"))


def test_assign_snooze_and_back_in_one_column(site: Site, page: Page) -> None:
    site.customer("Joy Abara").is_answered("can I speak to a real person?")
    page.set_viewport_size({"width": 390, "height": 844})
    open_conversation(page, "Joy Abara")
    more = page.locator("summary[aria-label=More]")

    more.click()
    page.get_by_role("button", name="Me", exact=True).click()
    expect(page.locator(".conversation-subtitle")).to_have_text("WhatsApp · you answer")
    more.click()
    page.get_by_role("button", name="About this contact").click()
    expect(page.locator("#panel")).to_be_focused()
    expect(page.locator("#panel")).to_contain_text("Joy Abara asks for a person")
    page.keyboard.press("Escape")
    more.click()
    page.get_by_role("button", name=re.compile("Tomorrow morning")).click()
    expect(page.get_by_role("status").get_by_text("Snoozed: tomorrow morning.")).to_be_visible()
    expect(page.locator(".conversation-subtitle")).to_contain_text("Snoozed until tomorrow, 9:00 am")

    page.get_by_label("Back to the list").click()
    expect(page.locator("[data-row]", has_text="Joy Abara")).to_have_count(0)
    page.goto("/app/demo/inbox/?status=snoozed")
    expect(page.locator("[data-row]", has_text="Joy Abara")).to_be_visible()


def test_what_was_missed_comes_when_the_program_is_back(site: Site, page: Page, troubles: list[str]) -> None:
    site.customer("Sam Wu").is_answered("where can I park?")
    open_conversation(page, "Sam Wu")

    site.stop()
    page.locator("#composer-text").fill("Are you still there?")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("The server could not be reached. Nothing was sent.")).to_be_visible()
    expect(page.locator("#composer-text")).to_have_value("Are you still there?")
    expect(page.get_by_text("Reconnecting…")).to_be_visible()

    site.start()
    again = site.call("customers", {"name": "Sam Wu", "phone": f"+1212555{site.customers:04}"})
    site.call("send", {"customer": again["key"], "text": "I wrote while you were away"})
    expect(page.locator("#messages")).to_contain_text("I wrote while you were away", timeout=30_000)
    expect(page.get_by_text("Reconnecting…")).to_be_hidden()
    troubles[:] = [said for said in troubles if not re.search("ERR_|Failed to fetch", said)]
