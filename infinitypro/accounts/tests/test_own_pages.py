"""The pages about one's own account: for whoever is signed in, and of nobody else's."""

from collections.abc import Iterator

import pytest
from allauth.core import context
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from infinitypro.accounts.second_factor import Adapter
from tests import studio

# Who is not signed in may see these: the ways in, and the way back in.
OPEN = {
    "account_login",
    "account_logout",
    "account_signup",
    "account_inactive",
    "account_email_verification_sent",
    "account_confirm_login_code",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_reauthenticate",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "not-me",
    "invitation",
    "sign-on",
    "openid_connect_login",
    "openid_connect_callback",
    "socialaccount_login_cancelled",
    "socialaccount_login_error",
}


def _routes(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for one in resolver.url_patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _routes(one, route)
        elif route.startswith("accounts/"):
            yield route, one


OWN = sorted(
    route.replace("<int:pk>", "1").replace("<uuid:person>", "01890a5d-ac96-774b-bcce-b302099a8057")
    for route, one in _routes(get_resolver())
    if one.name not in OPEN
)


def test_the_walk_finds_the_pages():
    assert len(OWN) >= 15


@pytest.mark.parametrize("route", OWN)
@pytest.mark.parametrize("method", ["get", "post"])
def test_who_is_not_signed_in_is_sent_to_log_in(db, route, method):
    answer = getattr(Client(SERVER_NAME="localhost"), method)(f"/{route}", follow=True)
    assert answer.redirect_chain[0][0].startswith("/accounts/")
    assert '<h1 class="text-xl">Log in</h1>' in answer.content.decode()


def test_anothers_passkey_is_not_there(new_workspace):
    person, other = studio.a_member(new_workspace()), studio.a_member(new_workspace())
    theirs = Authenticator.objects.create(user=other, type="webauthn", data={"name": "x", "credential": {}})
    person.set_password("three tortoises on a slow boat")
    person.save()
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(person)
    browser.post("/accounts/reauthenticate/", {"password": "three tortoises on a slow boat"})
    for act in ("edit", "remove"):
        for ask in (browser.get, browser.post):
            assert ask(f"/accounts/second-factor/webauthn/keys/{theirs.pk}/{act}/").status_code == 404
    assert Authenticator.objects.filter(pk=theirs.pk).exists()


def test_secrets_of_second_factors_are_sealed_for_their_person(new_workspace, rf):
    person = studio.a_member(new_workspace())
    request = rf.get("/")
    request.user = person
    with context.request_context(request):
        sealed = Adapter().encrypt("JBSWY3DPEHPK3PXP")
    assert "JBSWY3DPEHPK3PXP" not in sealed
    assert Adapter().decrypt(sealed) == "JBSWY3DPEHPK3PXP"


def test_what_ones_pages_show_is_kept_nowhere(new_workspace):
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(studio.a_member(new_workspace()))
    for page in ("profile/", "email/", "second-factor/"):
        assert "no-store" in browser.get(f"/accounts/{page}")["Cache-Control"], page
