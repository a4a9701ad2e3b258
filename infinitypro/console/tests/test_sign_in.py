"""The operator's door: people of their own, a second factor for everything, and nobody else."""

from unittest.mock import MagicMock

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import URLPattern, reverse

from infinitypro.accounts.adapter import Adapter
from infinitypro.accounts.operators import OperatorView
from infinitypro.console.urls import urlpatterns
from tests import authenticator, operators, studio

WORDS = "three tortoises on a slow boat"
SOME_ID = "01890a5d-ac96-774b-bcce-b302099a8057"
DOOR = {"sign_in", "passkey"}
GUARDED = [one for one in urlpatterns if one.name not in DOOR]


def address(one: URLPattern, slug: str = "no-such-workspace") -> str:
    known = {"workspace": slug, "grant": SOME_ID, "announcement": SOME_ID, "key": "assistant", "job": 1}
    return reverse(f"operator:{one.name}", kwargs={name: known[name] for name in one.pattern.converters})


@pytest.fixture
def member(new_workspace):
    return studio.a_member(new_workspace())


EACH = [pytest.param(one, how, id=f"{one.name}-{how}") for one in GUARDED for how in ("get", "post")]


def test_every_page_but_the_door_is_an_operators():
    assert len(GUARDED) > 12
    assert all(isinstance(one.callback, OperatorView) for one in GUARDED)


@pytest.mark.parametrize(("one", "method"), EACH)
def test_who_is_signed_out_is_sent_to_the_operators_door(db, one, method):
    answer = getattr(Client(SERVER_NAME="localhost"), method)(address(one))
    assert (answer.status_code, answer["Location"]) == (302, f"/operator/sign-in/?next={address(one)}")


def test_a_member_finds_nothing(new_workspace):
    space = new_workspace()
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(studio.a_member(space))
    for one in urlpatterns:
        for ask in (browser.get, browser.post):
            assert ask(address(one, space.slug)).status_code == 404, one.name
    space.refresh_from_db()
    assert space.suspended_at is None


def test_without_a_second_factor_an_operator_is_led_to_set_one_up_and_reaches_nothing(new_workspace):
    space = new_workspace()
    browser = operators.browser_of(operators.an_operator(has_factor=False))
    for one in GUARDED:
        for ask in (browser.get, browser.post):
            answer = ask(address(one, space.slug))
            assert answer.status_code == 403, one.name
            assert reverse("mfa_activate_totp") in answer.content.decode(), one.name
    space.refresh_from_db()
    assert space.suspended_at is None


@pytest.mark.parametrize(
    ("kind", "way"), [("totp", "mfa_reauthenticate"), ("webauthn", "mfa_reauthenticate_webauthn")]
)
def test_a_session_that_has_not_shown_the_factor_has_to(db, kind, way):
    operator = operators.an_operator(has_factor=False)
    Authenticator.objects.create(user=operator, type=kind, data={})
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(operator)
    answer = browser.get("/operator/jobs/")
    assert (answer.status_code, answer["Location"]) == (302, f"{reverse(way)}?next=/operator/jobs/")


def test_a_factor_that_was_removed_opens_nothing_any_more(db):
    operator = operators.an_operator()
    browser = operators.browser_of(operator)
    assert browser.get("/operator/").status_code == 200
    Authenticator.objects.filter(user=operator).delete()
    assert reverse("mfa_activate_totp") in browser.get("/operator/").content.decode()


@pytest.fixture
def with_password(db):
    """An operator with a password and an authenticator app."""
    operator = operators.an_operator(has_factor=False)
    operator.set_password(WORDS)
    operator.save()
    authenticator.give(operator)
    return operator


def test_who_has_an_app_is_not_offered_the_password_that_would_not_do(with_password):
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(with_password)
    page = browser.get(browser.get("/operator/")["Location"]).content.decode()
    assert "Type the code" in page
    assert "Use your password" not in page


def test_the_link_of_the_command_ends_at_the_operators_door(db):
    operator = operators.an_operator(has_factor=False)
    browser = Client(SERVER_NAME="localhost")
    once = {"uidb36": user_pk_to_url_str(operator), "key": default_token_generator.make_token(operator)}
    form = browser.get(reverse("account_reset_password_from_key", kwargs=once))["Location"]
    done = browser.post(form, {"password1": WORDS, "password2": WORDS})
    assert done["Location"] == "/operator/sign-in/"
    page = browser.get(done["Location"]).content.decode()
    assert "banner-bad" not in page
    assert "Stay logged in" in page


def test_password_and_code_open_the_console(with_password):
    browser = Client(SERVER_NAME="localhost")
    asked = {"login": with_password.email, "password": WORDS, "next": "/operator/jobs/"}
    step = browser.post("/operator/sign-in/", asked)
    assert step["Location"] == "/accounts/second-factor/authenticate/"
    assert browser.get("/operator/")["Location"].startswith("/operator/sign-in/")
    done = browser.post(step["Location"], {"code": authenticator.code()})
    assert done["Location"] == "/operator/jobs/"
    assert browser.get("/operator/jobs/").status_code == 200
    assert browser.get("/app/")["Location"] == "/operator/"


@pytest.mark.parametrize("who", ["operator", "member"])
def test_nobody_gets_in_at_the_others_door(with_password, member, who):
    member.set_password(WORDS)
    member.save()
    user, door = (with_password, "/accounts/login/") if who == "operator" else (member, "/operator/sign-in/")
    browser = Client(SERVER_NAME="localhost")
    answer = browser.post(door, {"login": user.email, "password": WORDS})
    wrong = browser.post(door, {"login": user.email, "password": "another"})
    assert answer.status_code == 200
    assert "No account has this email and this password." in answer.content.decode()
    assert "No account has this email and this password." in wrong.content.decode()
    assert "_auth_user_id" not in browser.session


@pytest.mark.parametrize(
    ("path", "is_operator", "is_let_in"),
    [
        ("/operator/sign-in/passkey/", True, True),
        ("/operator/sign-in/passkey/", False, False),
        ("/accounts/second-factor/webauthn/login/", True, False),
        ("/accounts/second-factor/webauthn/login/", False, True),
    ],
)
def test_a_passkey_opens_its_owners_door_alone(member, rf, path, is_operator, is_let_in):
    request = rf.post(path)
    request._messages = MagicMock()
    user = operators.an_operator() if is_operator else member
    about = dict.fromkeys(("email_verification", "signal_kwargs", "email", "signup", "redirect_url"))
    answer = Adapter().pre_login(request, user, **about)
    assert (answer is None) == is_let_in


def test_an_operator_keeps_their_own_pages(with_password):
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(with_password)
    proven = browser.post("/accounts/reauthenticate/", {"password": WORDS, "next": "/accounts/profile/"})
    assert proven.status_code == 302
    assert browser.get("/accounts/profile/").status_code == 200
