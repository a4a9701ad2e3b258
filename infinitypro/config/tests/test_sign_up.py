"""Signing up, and proving an address, at the pages."""

import secrets
import time

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client

from infinitypro.accounts import erasure, even_time
from infinitypro.accounts.models import User, Workspace
from infinitypro.accounts.permissions import BuiltIn
from infinitypro.business import queries as business
from infinitypro.core import clock, tenancy
from infinitypro.core.mail.models import OutgoingMail
from infinitypro.core.tenancy.models import new_id
from infinitypro.core.vault import cipher, keyring
from infinitypro.core.vault.fields import Sealed
from tests import mailbox

WORDS = "three tortoises on a slow boat"


@pytest.fixture(autouse=True)
def _nothing_counted(db, monkeypatch):
    """Rates are counted by network, and all tests come from one."""
    cache.clear()
    monkeypatch.setattr(even_time, "SECONDS", 0.0)


@pytest.fixture
def browser():
    return Client(SERVER_NAME="localhost")


def about(**changed):
    given = {
        "email": f"{new_id().hex}@example.test",
        "password1": WORDS,
        "name": "Carmen Ruiz",
        "phone": "+34 911 23 45 67",
        "business": f"Peluquería {secrets.token_hex(4)}",
        "street": "Calle Mayor 1",
        "city": "Madrid",
        "postcode": "28013",
        "country": "ES",
        "is_of_age": "on",
    }
    return {name: value for name, value in (given | changed).items() if value is not None}


def sign_up(browser, given):
    return browser.post("/accounts/signup/", given)


def confirm(browser, address):
    return browser.post("/accounts/confirm-email/", {"code": mailbox.code(address)})


def test_who_signs_up_and_proves_the_address_owns_an_open_business(browser):
    given = about()
    answer = sign_up(browser, given)
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/confirm-email/")
    user = User.objects.get(email=given["email"])
    assert not user.memberships.exists()
    assert browser.get("/app/")["Location"] == "/accounts/login/"

    answer = confirm(browser, given["email"])

    assert (answer.status_code, answer["Location"]) == (302, "/app/")
    user.refresh_from_db()
    space = Workspace.objects.get(memberships__user=user)
    assert browser.get("/app/", follow=True).redirect_chain[-1][0] == f"/app/{space.slug}/inbox/"
    assert browser.get(f"/app/{space.slug}/inbox/").status_code == 200
    with tenancy.workspace(space.id):
        place = business.profile()
    assert (place.name, place.timezone, place.currency) == (given["business"], "Europe/Madrid", "EUR")
    assert (place.languages, place.city, place.country) == (["es"], "Madrid", "ES")
    assert (user.name, user.phone, user.time_zone) == ("Carmen Ruiz", "+34911234567", "Europe/Madrid")
    assert (user.opening, user.of_age_at is not None) == (None, True)
    assert user.memberships.get().built_in == BuiltIn.OWNER


def test_what_is_told_of_a_person_lies_sealed(browser):
    given = about()
    sign_up(browser, given)
    row = User.objects.filter(email=given["email"]).values("name", "phone", "opening").get()
    waiting = OutgoingMail.objects.values("id", "message").latest("id")
    for column in (*row.values(), waiting["message"]):
        assert isinstance(column, Sealed)
    mailbox.messages(given["email"])
    assert not OutgoingMail.objects.filter(id=waiting["id"]).exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"is_of_age": None}, "Accounts are for people of 16 and older."),
        ({"phone": "911234567"}, "Write the number with its country code"),
        ({"password1": "short one"}, "Use at least 10 characters."),
        ({"password1": "1q2w3e4r5t"}, "This password is common"),
        ({"password1": "Carmen-Ruiz-1"}, "easy to guess from your name, address or business"),
        ({"password1": "salonlaola99", "business": "Salon La Ola"}, "easy to guess from your name"),
    ],
)
def test_what_is_not_as_it_must_be_makes_no_account(browser, changed, said):
    given = about(**changed)
    page = sign_up(browser, given)
    assert page.status_code == 200
    assert said in page.content.decode()
    assert not User.objects.filter(email=given["email"]).exists()


def test_a_password_may_be_long_and_of_any_letters(browser):
    given = about(password1="été " * 40)
    sign_up(browser, given)
    user = User.objects.get(email=given["email"])
    assert user.password.startswith("argon2$argon2id$")
    assert user.check_password("e\u0301te\u0301 " * 40)  # the same letters, composed otherwise


def test_a_wrong_code_lets_nobody_in(browser):
    given = about()
    sign_up(browser, given)
    page = browser.post("/accounts/confirm-email/", {"code": "AAA-AAA"})
    assert "This code is not right." in page.content.decode()
    assert not EmailAddress.objects.get(email=given["email"]).verified


def test_signing_up_with_anothers_address_looks_the_same_and_makes_nothing(browser):
    given = about()
    sign_up(browser, given)
    confirm(browser, given["email"])
    cache.clear()
    stranger = Client(SERVER_NAME="localhost")
    answer = sign_up(stranger, about(email=given["email"]))
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/confirm-email/")
    page = stranger.get("/accounts/confirm-email/")
    other = Client(SERVER_NAME="localhost")
    fresh = about()
    sign_up(other, fresh)
    assert _blank(page, given["email"]) == _blank(other.get("/accounts/confirm-email/"), fresh["email"])
    assert User.objects.filter(email=given["email"]).count() == 1
    assert "This address has an account already" in mailbox.messages(given["email"])[-1]


def _blank(page, address):
    """The page without what differs for everybody."""
    text = page.content.decode().replace(address, "")
    return [line for line in text.splitlines() if "csrf" not in line]


def test_the_answer_takes_as_long_for_an_address_that_is_taken(browser, monkeypatch):
    monkeypatch.setattr(even_time, "SECONDS", 0.5)
    given = about()
    sign_up(browser, given)
    confirm(browser, given["email"])
    cache.clear()
    took = [_took(about(email=given["email"])), _took(about())]
    assert min(took) >= 0.5
    assert max(took) < 0.6


def _took(given):
    browser = Client(SERVER_NAME="localhost")
    browser.get("/accounts/signup/")
    began = time.monotonic()
    sign_up(browser, given)
    return time.monotonic() - began


def test_an_address_that_was_never_proved_is_forgotten_with_its_key(browser):
    given, proven = about(), about()
    sign_up(browser, given)
    other = Client(SERVER_NAME="localhost")
    sign_up(other, proven)
    confirm(other, proven["email"])
    user = User.objects.get(email=given["email"])
    sealed = user.__dict__["name"]
    erasure.forget_unproven(before=user.joined_at)
    assert User.objects.filter(id=user.id).exists()

    erasure.forget_unproven(before=clock.now())

    assert not User.objects.filter(id=user.id).exists()
    assert User.objects.filter(email=proven["email"]).exists()
    with pytest.raises(keyring.KeyDestroyed):
        keyring.by_id(cipher.key_id(sealed))


def test_where_sign_up_is_closed_nobody_signs_up(browser, settings):
    settings.SIGNUP_OPEN = False
    given = about()
    page = sign_up(browser, given)
    assert "Sign-up is closed here" in page.content.decode()
    assert "Sign up" not in browser.get("/accounts/login/").content.decode()
    assert not User.objects.filter(email=given["email"]).exists()


def test_businesses_of_one_name_get_addresses_of_their_own(db):
    name = f"La Ola {secrets.token_hex(4)}"
    slugs = []
    for _ in range(2):
        browser = Client(SERVER_NAME="localhost")
        given = about(business=name)
        sign_up(browser, given)
        confirm(browser, given["email"])
        slugs.append(Workspace.objects.get(memberships__user__email=given["email"]).slug)
    assert slugs[1] == f"{slugs[0]}-2"
