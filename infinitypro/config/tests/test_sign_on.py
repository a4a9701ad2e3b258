"""Logging in by a provider: a workspace's opens that workspace alone, and nobody is taken over by it."""

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from infinitypro.accounts import services, sign_on
from infinitypro.accounts.models import Membership, User, Workspace
from infinitypro.accounts.permissions import BuiltIn
from infinitypro.core import clock
from infinitypro.core.tenancy.models import new_id
from tests import studio
from tests.authenticator import code
from tests.idp import login, person, signed_in

pytestmark = pytest.mark.usefixtures("reachable")


@pytest.fixture
def mine(new_workspace):
    return studio.open_studio(new_workspace)


def own_domain(space):
    name = f"{new_id().hex[-12:]}.example"
    row = sign_on.claim(workspace=space, domain=name)
    row.proved_at = clock.now()
    row.save()
    return name


@pytest.fixture
def browser():
    return Client(SERVER_NAME="localhost")


# Who is let in


def test_a_member_with_an_address_of_a_proved_domain_is_let_in_and_known_from_then_on(
    idp, mine, provider, browser
):
    user = person(mine.space, domain=own_domain(mine.space))
    sub = new_id().hex
    idp.knows(sub, email=user.email, email_verified=True)
    assert idp.lets_in(browser, login(provider), sub)["Location"] == "/app/"
    assert browser.get(mine.path("inbox/")).status_code == 200
    link = SocialAccount.objects.get(user=user)
    assert (link.provider, link.uid) == (provider.id.hex, sub)

    idp.knows(sub, email="another@elsewhere.example", email_verified=True)
    other = Client(SERVER_NAME="localhost")
    assert idp.lets_in(other, login(provider), sub)["Location"] == "/app/"


@pytest.mark.parametrize(
    ("is_proved", "is_verified", "is_member"), [(False, True, True), (True, False, True), (True, True, False)]
)
def test_others_are_not_let_in_and_nobody_is_made(
    idp, mine, provider, browser, new_workspace, is_proved, is_verified, is_member
):
    domain = own_domain(mine.space) if is_proved else f"{new_id().hex[-12:]}.example"
    user = person(mine.space if is_member else new_workspace(), domain=domain)
    sub, people = new_id().hex, User.objects.count()
    idp.knows(sub, email=user.email, email_verified=is_verified)
    answer = idp.lets_in(browser, login(provider), sub)
    assert answer.status_code == 403
    assert "Nobody in this workspace is known by that." in answer.content.decode()
    assert browser.get(mine.path("inbox/")).status_code == 302
    assert not SocialAccount.objects.filter(user=user).exists()
    assert User.objects.count() == people


def test_an_address_that_was_never_proved_is_nobodys(idp, mine, provider, browser):
    user = person(mine.space, domain=own_domain(mine.space))
    EmailAddress.objects.filter(user=user).update(verified=False)
    sub = new_id().hex
    idp.knows(sub, email=user.email, email_verified=True)
    assert idp.lets_in(browser, login(provider), sub).status_code == 403


def test_who_left_the_workspace_is_not_let_in(idp, mine, provider, browser):
    user = person(mine.space)
    sub = new_id().hex
    SocialAccount.objects.create(user=user, provider=provider.id.hex, uid=sub)
    Membership.objects.filter(user=user).delete()
    assert idp.lets_in(browser, login(provider), sub).status_code == 403


# What it opens


def test_it_opens_its_own_workspace_and_no_page_of_the_account(idp, mine, provider, browser, new_workspace):
    user = person(mine.space)
    other = studio.open_studio(new_workspace)
    Membership.objects.create(user=user, workspace=other.space, built_in=BuiltIn.OWNER)
    sub = new_id().hex
    SocialAccount.objects.create(user=user, provider=provider.id.hex, uid=sub)
    idp.lets_in(browser, login(provider), sub)
    assert browser.get("/app/")["Location"].startswith(f"/app/{mine.space.slug}/")
    assert browser.get(mine.path("inbox/")).status_code == 200
    assert browser.get(other.path("inbox/")).status_code == 404
    for page in ("profile/", "email/", "password/change/", "second-factor/", "sessions/", "providers/"):
        assert browser.get(f"/accounts/{page}")["Location"] == "/app/", page

    browser.post("/accounts/logout/")
    mine_again = signed_in(user)
    assert mine_again.get(other.path("inbox/")).status_code == 200
    assert mine_again.get("/accounts/profile/").status_code == 200


def test_a_second_factor_is_asked_for_after_the_provider_too(idp, mine, provider, browser):
    user, sub = person(mine.space), new_id().hex
    SocialAccount.objects.create(user=user, provider=provider.id.hex, uid=sub)
    own = signed_in(user)
    secret = own.get("/accounts/second-factor/totp/activate/").context["form"].secret
    own.post("/accounts/second-factor/totp/activate/", {"code": code(secret)})
    assert idp.lets_in(browser, login(provider), sub)["Location"] == "/accounts/second-factor/authenticate/"
    assert browser.get(mine.path("inbox/")).status_code == 302
    browser.post("/accounts/second-factor/authenticate/", {"code": code(secret)})
    assert browser.get(mine.path("inbox/")).status_code == 200
    assert browser.get("/accounts/profile/")["Location"] == "/app/"


def test_another_workspaces_provider_speaks_for_nobody_here(idp, mine, provider, browser, new_workspace):
    """The same issuer, set by somebody else: links of one are not links of the other."""
    user = person(mine.space)
    sub = new_id().hex
    SocialAccount.objects.create(user=user, provider=provider.id.hex, uid=sub)
    theirs = sign_on.set_provider(
        workspace=new_workspace(), issuer=idp.issuer, client_id="them", secret=new_id().hex
    )
    assert idp.lets_in(browser, login(theirs), sub).status_code == 403


# Connecting


def test_a_member_connects_it_in_their_account(idp, mine, provider):
    user, sub = person(mine.space), new_id().hex
    browser = signed_in(user)
    assert "Connect" in browser.get("/accounts/providers/").content.decode()
    page = browser.post(f"/accounts/providers/{provider.id.hex}/connect/")
    assert f"{login(provider)}?process=connect" in page.content.decode()
    idp.lets_in(browser, f"{login(provider)}?process=connect", sub)
    assert SocialAccount.objects.get(user=user).uid == sub
    browser.post(f"/accounts/providers/{provider.id.hex}/disconnect/")
    assert not SocialAccount.objects.filter(user=user).exists()


def test_nobody_is_connected_who_did_not_ask_for_it(idp, mine, provider):
    """A link from elsewhere would connect somebody else's account there to this person's here."""
    user = person(mine.space)
    browser = signed_in(user)
    answer = idp.lets_in(browser, f"{login(provider)}?process=connect", new_id().hex)
    assert answer.status_code == 403
    assert not SocialAccount.objects.filter(user=user).exists()


def test_who_has_no_other_way_in_keeps_the_one(mine, provider):
    user = person(mine.space)
    SocialAccount.objects.create(user=user, provider=provider.id.hex, uid="x")
    browser = signed_in(user)
    assert services.has_another_way_in(user=user, than=provider.id.hex)
    user.set_unusable_password()
    user.save()
    assert not services.has_another_way_in(user=user, than=provider.id.hex)
    browser.force_login(user)
    browser.post(f"/accounts/providers/{provider.id.hex}/disconnect/")
    assert SocialAccount.objects.filter(user=user).exists()


def test_a_workspaces_provider_is_no_other_way_into_an_account(mine, provider):
    user = person(mine.space)
    user.set_unusable_password()
    user.save()
    for one in (sign_on.GOOGLE, provider.id.hex):
        SocialAccount.objects.create(user=user, provider=one, uid="x")
    assert not services.has_another_way_in(user=user, than=sign_on.GOOGLE)
    assert services.has_another_way_in(user=user, than=provider.id.hex)


# Google


@pytest.fixture
def google(idp, settings):
    settings.GOOGLE_OAUTH_URL, settings.GOOGLE_CLIENT_ID = idp.issuer, "us"
    settings.GOOGLE_CLIENT_SECRET = new_id().hex
    return "/accounts/oidc/google/login/"


def test_somebody_new_signs_up_by_google_and_says_the_rest(idp, google, browser):
    sub, email = new_id().hex, f"{new_id().hex}@example.test"
    idp.knows(sub, email=email, email_verified=True, name="Carmen Ruiz")
    assert "Log in with Google" in browser.get("/accounts/login/").content.decode()
    answer = idp.lets_in(browser, google, sub)
    assert answer["Location"] == "/accounts/social/signup/"
    given = {"email": email, "name": "Carmen Ruiz", "phone": "+34911234567", "business": "La Ola"}
    given |= {"street": "Calle Mayor 1", "city": "Madrid", "postcode": "28013", "country": "ES"}
    page = browser.post("/accounts/social/signup/", given)
    assert "Accounts are for people of 16 and older." in page.content.decode()
    assert browser.post("/accounts/social/signup/", given | {"is_of_age": "on"})["Location"] == "/app/"
    user = User.objects.get(email=email)
    assert Workspace.objects.filter(memberships__user=user).count() == 1
    assert not user.has_usable_password()


def test_google_takes_over_nobodys_account(idp, google, browser, mine):
    user, sub = person(mine.space), new_id().hex
    idp.knows(sub, email=user.email, email_verified=True)
    idp.lets_in(browser, google, sub)
    assert browser.get("/app/")["Location"] == "/accounts/login/"
    assert not SocialAccount.objects.filter(user=user).exists()


def test_without_google_there_is_no_such_way(browser):
    assert "Google" not in browser.get("/accounts/login/").content.decode()
    assert browser.get("/accounts/oidc/google/login/").status_code == 404
