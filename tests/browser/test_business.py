"""Calendar and business facts in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


def test_the_calendar_books_shows_and_cancels(site: Site, page: Page) -> None:
    site.customer("Carmen Ruiz").is_answered("hello")
    page.goto("/app/demo/calendar/?view=day")
    expect(page.locator(".person-name")).to_have_text(["Maya Lindqvist", "Jonas Adeyemi", "Priya Raman"])

    page.get_by_role("button", name="New appointment").click()
    dialog = page.get_by_role("dialog", name="New appointment")
    dialog.get_by_label("For").select_option(label="Carmen Ruiz")
    with page.expect_response(re.compile("/calendar/new/")):
        dialog.get_by_label("With").select_option(label="Jonas Adeyemi")
    expect(dialog.locator(".arrange.htmx-request, .htmx-request")).to_have_count(0)
    dialog.locator(".time").first.click()
    dialog.get_by_role("button", name="Book").click()
    details = page.get_by_role("dialog", name="Appointment")
    expect(details).to_contain_text("Haircut with Jonas Adeyemi")
    when = details.locator(".appointment-facts div", has_text="When").locator("dd").inner_text()
    page.keyboard.press("Escape")

    # The next free time may lie on a later day than the one that is shown.
    for _day in range(14):
        if page.locator("[data-calendar-title]").inner_text() in when:
            break
        before = page.locator("[data-calendar-title]").inner_text()
        page.keyboard.press("n")
        expect(page.locator("[data-calendar-title]")).not_to_have_text(before)
    booked = page.get_by_role("button", name=re.compile("Carmen Ruiz"))
    expect(booked).to_have_accessible_name(re.compile("Haircut .* with Jonas Adeyemi"))

    page.get_by_role("button", name="Week", exact=True).click()
    expect(page.locator(".ec-col-head")).to_have_count(7)
    expect(booked).to_be_visible()
    page.get_by_label("Whose").select_option(label="Maya Lindqvist")
    expect(booked).to_have_count(0)
    page.get_by_label("Whose").select_option(label="Jonas Adeyemi")
    booked.click()
    details.get_by_role("button", name=re.compile("Cancel")).click()
    asked = page.locator("#confirm")
    asked.locator("[data-no]").click()
    expect(details).to_contain_text("Confirmed")
    details.get_by_role("button", name=re.compile("Cancel")).click()
    asked.locator("[data-verb]").click()
    expect(details).to_contain_text("Cancelled")
    page.keyboard.press("Escape")
    expect(booked).to_have_count(0)


def test_facts_are_checked_counted_from_now_and_undone(site: Site, page: Page, troubles: list[str]) -> None:
    customer = site.customer("Mia Chen")
    page.goto("/app/demo/services/")
    page.get_by_role("link", name="Beard trim").click()
    price = page.get_by_label("Price, USD")
    price.fill("-22")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("A price cannot be below zero.")).to_be_visible()
    expect(price).to_have_attribute("aria-invalid", "true")
    assert "$22" in customer.is_answered("how much is a beard trim?")
    troubles[:] = [said for said in troubles if "422" not in said]  # to a browser a refused form is an error

    price.fill("23.50")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("row", name=re.compile("Beard trim"))).to_contain_text("$23.50")
    assert "$23.50" in customer.is_answered("sorry, how much is a beard trim?")

    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("row", name=re.compile("Beard trim"))).to_contain_text("$22")
    assert "$22" in customer.is_answered("and how much is a beard trim now?")
