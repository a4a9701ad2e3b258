"""A new password and a new address: nobody learns from them who has an account."""

import time
from types import SimpleNamespace

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from infinitypro.accounts import even_time, policies, services
from infinitypro.accounts.models import User
from infinitypro.core.tenancy.models import new_id
from tests import mailbox

OLD, NEW = "three tortoises on a slow boat", "four tortoises on a fast boat"


@pytest.fixture(autouse=True)
def _nothing_counted(db, monkeypatch):
    """Rates are counted by network, and all tests come from one."""
    cache.clear()
    monkeypatch.setattr(even_time, "SECONDS", 0.0)


@pytest.fixture
def person(new_workspace):
    return services.make_member(
        workspace=new_workspace(), email=f"{new_id().hex}@example.test", name="Maya Lindqvist", password=OLD
    )


@pytest.fixture
def browser():
    return Client(SERVER_NAME="localhost")


def log_in(browser, person, words):
    return browser.post("/accounts/login/", {"login": person.email, "password": words})


def signed_in(browser, person):
    assert log_in(browser, person, OLD)["Location"] == "/app/"
    return browser


def proven(browser, person):
    """Signed in, and asked once more who it is."""
    signed_in(browser, person)
    browser.post("/accounts/reauthenticate/", {"password": OLD})
    return browser


def _without_tokens(page):
    return [line for line in page.splitlines() if "csrf" not in line]


def ask(address):
    browser = Client(SERVER_NAME="localhost")
    browser.get("/accounts/password/reset/")
    began = time.monotonic()
    page = browser.post("/accounts/password/reset/", {"email": address}, follow=True)
    return time.monotonic() - began, _without_tokens(page.content.decode())


def test_a_link_by_email_brings_a_new_password_once(browser, person):
    ask(person.email)
    link = mailbox.link(person.email)
    form = browser.get(link, follow=True)
    address = form.request["PATH_INFO"]
    done = browser.post(address, {"password1": NEW, "password2": NEW})
    assert done["Location"] == "/accounts/password/reset/key/done/"
    assert log_in(browser, person, NEW)["Location"] == "/app/"
    assert "This link does not work any more" in Client(SERVER_NAME="localhost").get(link).content.decode()
    assert "Your password was changed" in mailbox.messages(person.email)[-1]


def test_a_new_password_ends_other_sessions(browser, person):
    other = signed_in(Client(SERVER_NAME="localhost"), person)
    signed_in(browser, person)
    given = {"oldpassword": OLD, "password1": NEW, "password2": NEW}
    browser.post("/accounts/password/change/", given)
    assert browser.get("/accounts/password/change/").status_code == 200
    assert other.get("/accounts/password/change/").status_code == 302


def test_asking_for_a_new_password_says_the_same_of_every_address_in_the_same_time(person, monkeypatch):
    monkeypatch.setattr(even_time, "SECONDS", 0.4)
    unknown = f"{new_id().hex}@example.test"
    (took, page), (other_took, other_page) = ask(person.email), ask(unknown)
    assert page == other_page
    assert min(took, other_took) >= 0.4
    assert abs(took - other_took) < 0.1
    assert "/accounts/password/reset/key/" in mailbox.messages(person.email)[-1]
    assert "There is no account with this address." in mailbox.messages(unknown)[-1]


def test_changing_to_an_address_says_the_same_whether_it_has_an_account(browser, person, new_workspace):
    other = services.make_member(
        workspace=new_workspace(), email=f"{new_id().hex}@example.test", name="Other", password=OLD
    )
    proven(browser, person)
    told = []
    for address in (other.email, f"{new_id().hex}@example.test"):
        answer = browser.post("/accounts/email/", {"email": address, "action_add": ""}, follow=True)
        told.append((answer.redirect_chain, answer.content.decode().replace(address, "")))
        assert mailbox.messages(address)
    assert told[0][0] == told[1][0]
    assert _without_tokens(told[0][1]) == _without_tokens(told[1][1])


def test_an_address_changes_once_its_code_was_typed(browser, person):
    proven(browser, person)
    old, new = person.email, f"{new_id().hex}@example.test"
    browser.post("/accounts/email/", {"email": new, "action_add": ""})
    assert User.objects.get(id=person.id).email == old
    browser.post("/accounts/confirm-email/", {"code": mailbox.code(new)})
    assert User.objects.get(id=person.id).email == new
    assert list(EmailAddress.objects.filter(user=person).values_list("email", "verified")) == [(new, True)]
    assert f"changed from {old} to {new}" in mailbox.messages(old)[-1]


def test_sensitive_acts_ask_again_who_it_is_but_for_right_after_the_log_in(browser, person, monkeypatch):
    signed_in(browser, person)
    assert browser.get("/accounts/second-factor/totp/activate/").status_code == 200
    later = time.time() + settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    monkeypatch.setattr(policies, "time", SimpleNamespace(time=lambda: later))
    for page in ("totp/activate/", "webauthn/add/"):
        asked = browser.get(f"/accounts/second-factor/{page}", follow=True)
        assert "Type your password to go on." in asked.content.decode(), page
    given = {"email": f"{new_id().hex}@example.test", "action_add": ""}
    asked = browser.post("/accounts/email/", given, follow=True)
    assert "Type your password to go on." in asked.content.decode()
    assert mailbox.messages(given["email"]) == []
    browser.post(asked.redirect_chain[-1][0], {"password": OLD, "next": "/accounts/email/"})
    assert mailbox.code(given["email"])
