"""The telephone in a real browser, under the strict policy that the site sends."""

from __future__ import annotations

import base64
import multiprocessing
import os
import re
import signal
import socket
import time

import httpx
import pytest
from playwright.sync_api import expect

from infinitypro.demo import vendor
from infinitypro.demo.tests import site
from tests.chromium import launched

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

SECRET, TOKEN, NUMBER_ID = "app-secret", "token-of-the-demo", "5550001"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_up(url):
    for _ in range(300):
        try:
            return httpx.get(url, trust_env=False).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.05)
    raise AssertionError(f"{url} did not come up")


@pytest.fixture(scope="module")
def address():
    port = free_port()
    settings = vendor.Settings(
        phone_number_id=NUMBER_ID,
        access_token=TOKEN,
        app_secret=SECRET,
        webhook_url=f"http://127.0.0.1:{port}/hooks/whatsapp/",
        port=free_port(),
    )
    credentials = {"phone_number_id": NUMBER_ID, "access_token": TOKEN}
    spawn = multiprocessing.get_context("spawn")
    processes = [
        spawn.Process(target=vendor.serve, args=(settings,)),
        spawn.Process(target=site.serve, args=(port, settings.base_url, credentials, SECRET)),
    ]
    for process in processes:
        process.start()
    wait_until_up(f"{settings.base_url}/__control")
    wait_until_up(f"http://127.0.0.1:{port}/demo/phone/")
    yield f"http://127.0.0.1:{port}"
    for process in reversed(processes):
        process.terminate()
        process.join(5)
        # The server's own threads may panic while the interpreter ends; `up` leaves by os._exit for that reason.
        assert process.exitcode in (0, -signal.SIGABRT)


@pytest.fixture(scope="module")
def chromium():
    with launched() as browser:
        yield browser


@pytest.fixture(params=[(1440, 900, "light"), (390, 844, "dark")], ids=["desk", "hand"])
def page(request, chromium, address):
    width, height, scheme = request.param
    context = chromium.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page = context.new_page()
    troubles = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
    page.goto(f"{address}/demo/phone/")
    expect(page.locator("#presence")).to_have_text("online")
    yield page
    context.close()
    # A browser calls every refused request an error; that one is a test's own doing.
    assert [said for said in troubles if "400 (Bad Request)" not in said] == []


def write(page, text):
    page.get_by_label("Message", exact=True).fill(text)
    page.keyboard.press("Enter")


def shot(page, name):
    folder = os.environ.get("SHOTS")
    if folder:
        page.screenshot(path=f"{folder}/{name}-{page.viewport_size['width']}.png")


def new_customer(page, name, **address):
    page.get_by_text("Change this customer or add one").click()
    page.locator("#edit").get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Telephone number").fill(address.get("phone", ""))
    page.get_by_label("Or a username, without a number").fill(address.get("username", ""))
    page.get_by_role("button", name="Add as new").click()


def test_a_message_is_answered_and_seen(page):
    write(page, "hello there")

    expect(page.locator(".bubble", has_text="You said: hello there").last).to_be_visible()
    expect(page.locator(".mine svg").last).to_have_attribute("aria-label", "read")
    expect(page.locator("#presence")).to_have_text("online")


def test_typing_shows_until_the_answer(page):
    write(page, "be quiet")

    expect(page.locator("#presence")).to_have_text("typing…")
    write(page, "now")
    expect(page.locator("#presence")).to_have_text("online")


def test_buttons_and_lists_can_be_tapped(page):
    write(page, "buttons")
    page.locator("button:enabled", has_text="Yes, please").click()
    expect(page.locator(".bubble", has_text="You said: Yes, please").last).to_be_visible()
    expect(page.get_by_role("button", name="Yes, please").last).to_be_disabled()

    write(page, "menu")
    page.locator("button:enabled", has_text="See times").click()
    shot(page, "menu")
    page.get_by_role("button", name="Sat 10:00").click()

    expect(page.locator(".bubble", has_text="You said: Sat 10:00").last).to_be_visible()
    shot(page, "chat")


def test_a_picture_a_file_and_a_place_can_be_sent(page):
    page.locator("#photo").set_input_files({"name": "me.png", "mimeType": "image/png", "buffer": PIXEL})
    expect(page.locator(".bubble", has_text="You said: image").last).to_be_visible()
    page.locator("#document").set_input_files(
        {"name": "list.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4"}
    )
    expect(page.get_by_role("link", name="list.pdf").last).to_be_visible()

    page.locator("#attach summary").click()
    page.get_by_role("button", name="Place", exact=True).click()
    page.get_by_role("button", name="Send place").click()

    expect(page.locator(".bubble", has_text="You said: Brooklyn Bridge, New York, NY").last).to_be_visible()
    assert page.locator(".bubble img").last.evaluate("image => image.naturalWidth") == 1
    shot(page, "files")


def test_a_chat_survives_a_reload(page):
    write(page, "remember me")
    expect(page.locator(".bubble", has_text="You said: remember me").last).to_be_visible()

    page.reload()

    expect(page.locator(".bubble", has_text="You said: remember me").last).to_be_visible()


def test_another_customer_has_another_chat(page):
    username = f"kim.{page.viewport_size['width']}"
    new_customer(page, "Kim", username=username)

    expect(page.locator("#customer option:checked")).to_have_text(f"Kim (@{username})")
    expect(page.locator("#empty")).to_be_visible()
    shot(page, "empty")
    write(page, "hi from Kim")
    expect(page.locator(".bubble", has_text="You said: hi from Kim")).to_be_visible()


def test_a_wrong_number_is_said_so(page):
    new_customer(page, "Kim", phone="12")

    expect(page.locator("#edit-problem")).to_contain_text("country code")
    shot(page, "problem")


def test_nothing_is_wider_than_the_screen(page):
    write(page, "x" * 400)
    expect(page.locator(".mine .bubble").last).to_contain_text("xxxx")

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    box = page.locator(".mine .bubble").last.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= page.viewport_size["width"]


def test_the_way_to_the_inbox_is_there(page):
    link = page.get_by_role("link", name=re.compile("inbox"))

    expect(link).to_have_attribute("href", "/app/demo/inbox/")
