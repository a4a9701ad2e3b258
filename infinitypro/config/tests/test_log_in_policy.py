"""What a workspace asks of its members' log-ins, and the pages where it says so."""

import html
import time
from types import SimpleNamespace

import httpx
import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.test import Client

from infinitypro.accounts import policies, sign_on, team
from infinitypro.accounts.models import Membership, SignInProvider, WorkspacePolicy
from infinitypro.accounts.permissions import BuiltIn, Scope
from infinitypro.core import outbound
from infinitypro.core.tenancy.models import new_id
from infinitypro.core.vault.fields import Sealed
from tests import studio
from tests.crew import inside
from tests.idp import WORDS, login, person, signed_in

POLICY = "security/policy/"


pytestmark = pytest.mark.usefixtures("reachable")


@pytest.fixture
def mine(new_workspace):
    return studio.open_studio(new_workspace)


@pytest.fixture
def browser():
    return Client(SERVER_NAME="localhost")


# What a workspace asks


def demand(space, **asked):
    WorkspacePolicy.objects.update_or_create(workspace=space, defaults=asked)


def test_where_sign_on_is_required_a_password_leads_to_it_and_one_owner_keeps_a_way_in(idp, mine, provider):
    user, owner = person(mine.space), person(mine.space, role=BuiltIn.OWNER)
    demand(mine.space, is_sign_on_required=True, way_in=owner)
    answer = signed_in(user).get(mine.path("inbox/"))
    assert answer["Location"] == f"/accounts/sso/?workspace={mine.space.slug}"
    assert signed_in(owner).get(mine.path("inbox/")).status_code == 200
    SocialAccount.objects.create(user=user, provider=provider.id.hex, uid=str(user.id))
    browser = Client(SERVER_NAME="localhost")
    page = browser.get(answer["Location"]).content.decode()
    assert login(provider) in page
    idp.lets_in(browser, login(provider), str(user.id))
    assert browser.get(mine.path("inbox/")).status_code == 200


def test_where_a_second_factor_is_required_who_has_none_sets_one_up(mine):
    user = person(mine.space)
    demand(mine.space, is_second_factor_required=True)
    browser = signed_in(user)
    page = browser.get(mine.path("inbox/"))
    assert page.status_code == 403
    assert all(way in page.content.decode() for way in ("/accounts/second-factor/totp/activate/", "Log out"))
    part = browser.get(mine.path("inbox/"), headers={"HX-Request": "true"})
    assert part.status_code == 401, "the page that stands open is loaded anew, and says why"
    Authenticator.objects.create(user=user, type="recovery_codes", data={})
    assert browser.get(mine.path("inbox/")).status_code == 403
    Authenticator.objects.create(user=user, type="totp", data={})
    assert browser.get(mine.path("inbox/")).status_code == 200


def test_a_session_lasts_as_long_as_the_workspace_says(mine, monkeypatch):
    demand(mine.space, session_hours=8)
    browser = signed_in(person(mine.space))
    assert browser.get(mine.path("inbox/")).status_code == 200
    later = time.time() + 8 * 3600 + 60
    monkeypatch.setattr(policies, "time", SimpleNamespace(time=lambda: later))
    assert browser.get(mine.path("inbox/"))["Location"].startswith("/accounts/login/?next=")
    assert browser.get("/app/")["Location"] == "/accounts/login/"


def test_addresses_of_other_domains_stay_outside(mine):
    user = person(mine.space, domain="other.example")
    demand(mine.space, domains=["example.test"])
    assert signed_in(user).get(mine.path("inbox/")).status_code == 403
    assert signed_in(person(mine.space)).get(mine.path("inbox/")).status_code == 200


def test_a_members_own_token_opens_no_more_than_their_log_in_would(mine, provider):
    user = person(mine.space, domain="other.example")
    member = Membership.objects.get(user=user)
    grants = {"contacts.view": Scope.ALL}
    _, token = inside(member, team.make_token, label="mine", grants=grants, is_personal=True, expires_at=None)

    def said():
        answer = studio.asks("contacts/", token=token)
        return answer.json()["error"] if answer.status_code == 403 else ""

    demand(mine.space, domains=["example.test"])
    assert "example.test" in said()
    demand(mine.space, domains=[], is_second_factor_required=True)
    assert "second factor" in said()
    Authenticator.objects.create(user=user, type="totp", data={})
    assert said() == ""
    demand(mine.space, is_sign_on_required=True)
    assert "sign-in provider" in said()
    demand(mine.space, way_in=user)
    assert said() == ""
    demand(mine.space, way_in=None)
    SocialAccount.objects.create(user=user, provider=provider.id.hex, uid=str(user.id))
    assert said() == ""
    assert studio.asks("contacts/", token=mine.token).status_code == 200


@pytest.mark.parametrize(
    ("age", "method", "is_enough"),
    [
        (0, "password", True),
        (0, "mfa", True),
        (0, "socialaccount", False),
        (601, "password", False),
        (-60, "password", False),
    ],
)
def test_a_log_in_of_minutes_ago_says_who_it_is_unless_a_provider_said_it(rf, age, method, is_enough):
    request = rf.get("/")
    request.session = {policies.BEGAN: time.time() - age, sign_on.RECORDS: [{"method": method}]}
    assert policies.has_just_begun(request) is is_enough


def test_the_names_of_workspaces_without_sign_on_tell_nothing(mine, browser):
    def said(name):
        page = browser.get("/accounts/sso/", {"workspace": name}).content.decode()
        return [line.replace(name, "…") for line in page.splitlines() if "csrf" not in line]

    assert said(mine.space.slug) == said("no-such-place")
    assert browser.get("/accounts/sso/", {"workspace": "\0"}).status_code == 200


# The page


def test_the_policy_is_set_on_its_page(mine, provider):
    owner = person(mine.space, role=BuiltIn.OWNER)
    browser = signed_in(owner)
    given = {
        "session_hours": "12",
        "domains": "Example.TEST\n",
        "is_sign_on_required": "on",
        "way_in": str(owner.id),
    }
    assert browser.post(mine.path(POLICY), given).status_code == 302
    kept = WorkspacePolicy.objects.get(workspace=mine.space)
    assert (kept.session_hours, kept.domains, kept.is_sign_on_required) == (12, ["example.test"], True)
    assert (kept.way_in, kept.is_second_factor_required) == (owner, False)
    assert browser.get(mine.path(POLICY)).status_code == 200
    browser.post(mine.path(f"{POLICY}provider/remove/"))
    assert not WorkspacePolicy.objects.get(workspace=mine.space).is_sign_on_required


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"is_second_factor_required": "on"}, "Set up your own second factor first"),
        ({"is_sign_on_required": "on"}, "Set up a provider first."),
        ({"is_sign_on_required": "on"}, "somebody must get in"),
        ({"domains": "elsewhere.example"}, "is not in these domains"),
        ({"domains": "not a domain"}, "is not a domain"),
        ({"session_hours": "0"}, "greater than or equal to 1"),
    ],
)
def test_nobody_locks_themselves_out(mine, given, said):
    page = signed_in(person(mine.space, role=BuiltIn.OWNER)).post(mine.path(POLICY), given)
    assert page.status_code == 422
    assert said in page.content.decode()
    assert not WorkspacePolicy.objects.filter(workspace=mine.space).exists()


def test_nobody_locks_an_owner_out(mine):
    admin = person(mine.space, role=BuiltIn.ADMIN, domain="other.example")
    page = signed_in(admin).post(mine.path(POLICY), {"domains": "other.example"})
    assert page.status_code == 422
    assert mine.member.email in html.unescape(page.content.decode())
    assert not WorkspacePolicy.objects.filter(workspace=mine.space).exists()


def test_whoever_keeps_the_way_in_stays_until_another_does(mine, provider):
    owner, other = (person(mine.space, role=BuiltIn.OWNER) for _ in range(2))
    demand(mine.space, is_sign_on_required=True, way_in=owner)
    page = signed_in(owner).post(mine.path("team/leave/"), {"to": ""})
    assert page.status_code == 422
    assert "way in" in page.content.decode()
    demand(mine.space, is_sign_on_required=True, way_in=other)
    assert signed_in(other).get(mine.path("team/")).status_code == 200
    demand(mine.space, is_sign_on_required=False, way_in=owner)
    assert signed_in(owner).post(mine.path("team/leave/"), {"to": ""}).status_code == 302


def test_a_provider_is_asked_before_it_is_kept_and_its_secret_is_sealed(idp, mine):
    browser = signed_in(person(mine.space, role=BuiltIn.OWNER))
    given = {"issuer": idp.issuer + "/", "client_id": "us", "secret": "a-secret-of-ours"}
    assert browser.post(mine.path(f"{POLICY}provider/"), given).status_code == 302
    row = SignInProvider.objects.get(workspace=mine.space)
    assert (row.issuer, row.secret) == (idp.issuer, "a-secret-of-ours")
    assert isinstance(SignInProvider.objects.values_list("secret", flat=True).get(id=row.id), Sealed)
    page = browser.get(mine.path(f"{POLICY}provider/")).content.decode()
    assert f"http://localhost{login(row)}callback/" in page
    assert "a-secret-of-ours" not in page


@pytest.mark.parametrize(
    ("issuer", "said"),
    [
        ("http://127.0.0.1:9/", "127.0.0.1"),
        ("https://169.254.169.254", ""),
        ("ftp://x.example", "not an address we can call"),
    ],
)
def test_a_provider_inside_the_network_is_not_called(mine, issuer, said):
    browser = signed_in(person(mine.space, role=BuiltIn.OWNER))
    given = {"issuer": issuer, "client_id": "us", "secret": "x"}
    page = browser.post(mine.path(f"{POLICY}provider/"), given)
    assert page.status_code == 422
    assert said in page.content.decode()
    assert not SignInProvider.objects.filter(workspace=mine.space).exists()


@pytest.mark.parametrize(
    ("issuer", "token_endpoint"),
    [
        ("http://login.example", "https://login.example/token"),
        ("https://login.example", "http://login.example/token"),
        ("https://login.example", "http://[oops"),
        ("https://login.example", ["x"]),
    ],
)
def test_no_log_in_travels_in_the_clear(mine, monkeypatch, issuer, token_endpoint):
    found = dict.fromkeys(sign_on.NEEDED, "https://login.example/x") | {"issuer": issuer}
    answer = httpx.Response(200, json=found | {"token_endpoint": token_endpoint})
    monkeypatch.setattr(outbound, "get", lambda url: answer)
    with pytest.raises(sign_on.NotAProvider, match="https://"):
        sign_on.look_up(issuer=issuer)
    monkeypatch.setattr(outbound, "get", lambda url: httpx.Response(200, json=found))
    if issuer.startswith("https"):
        sign_on.look_up(issuer=issuer)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[" * 100_000, b"9" * 5_000, b"[]", b"{}", b"\xff"])
def test_what_is_no_provider_is_said_to_be_none(monkeypatch, body):
    monkeypatch.setattr(outbound, "get", lambda url: httpx.Response(200, content=body))
    with pytest.raises(sign_on.NotAProvider, match="does not answer as a sign-in provider"):
        sign_on.look_up(issuer="https://login.example")


def test_another_issuer_breaks_every_link_to_the_last(idp, mine, provider):
    user = person(mine.space)
    SocialAccount.objects.create(user=user, provider=provider.id.hex, uid="x")
    sign_on.set_provider(workspace=mine.space, issuer="https://b.example", client_id="us", secret=WORDS)
    assert not SocialAccount.objects.filter(user=user).exists()


def test_a_provider_that_was_not_removed_after_all_can_still_be_asked(mine, provider):
    with transaction.atomic():
        sign_on.remove_provider(workspace=mine.space)
        transaction.set_rollback(True)
    assert SignInProvider.objects.get(id=provider.id).secret == provider.secret


def test_a_domain_is_proved_by_its_dns(mine, monkeypatch):
    browser = signed_in(person(mine.space, role=BuiltIn.OWNER))
    name = f"{new_id().hex[-12:]}.example"
    browser.post(mine.path(f"{POLICY}domains/"), {"domain": f"@{name.upper()}"})
    row = mine.space.proven_domains.get()
    assert row.domain == name
    said: list[str] = ["v=spf1 -all"]
    monkeypatch.setattr(sign_on, "records", lambda domain: said if domain == name else [])
    browser.post(mine.path(f"{POLICY}domains/{row.id}/check/"))
    assert mine.space.proven_domains.get().proved_at is None
    said.append(sign_on.RECORD + row.token)
    browser.post(mine.path(f"{POLICY}domains/{row.id}/check/"))
    assert mine.space.proven_domains.get().proved_at is not None
    browser.post(mine.path(f"{POLICY}domains/{row.id}/remove/"))
    assert not mine.space.proven_domains.exists()


def test_anothers_domain_is_not_there(mine, new_workspace):
    theirs = sign_on.claim(workspace=new_workspace(), domain="theirs.example")
    browser = signed_in(person(mine.space, role=BuiltIn.OWNER))
    for act in ("check", "remove"):
        assert browser.post(mine.path(f"{POLICY}domains/{theirs.id}/{act}/")).status_code == 404
