"""Where people are logged in, and log-ins from where they never were."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client

from infinitypro.accounts import devices, erasure, not_me, services, tokens
from infinitypro.accounts.models import ApiToken, Device, Membership, User
from infinitypro.core import clock, countries
from infinitypro.core.audit import security
from infinitypro.core.tenancy.models import new_id
from tests import mailbox

WORDS = "three tortoises on a slow boat"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile Safari/604.1"
MADRID, MOUNTAIN_VIEW = "217.12.24.77", "8.8.8.8"


@pytest.fixture(autouse=True)
def _nothing_counted(db):
    cache.clear()


@pytest.fixture
def person(new_workspace):
    return services.make_member(
        workspace=new_workspace(), email=f"{new_id().hex}@example.test", name="Maya Lindqvist", password=WORDS
    )


def browser(agent=FIREFOX, address=MADRID):
    return Client(SERVER_NAME="localhost", REMOTE_ADDR=address, headers={"User-Agent": agent})


def log_in(person, made=None, **place):
    made = made or browser(**place)
    assert made.post("/accounts/login/", {"login": person.email, "password": WORDS}).status_code == 302
    return made


@pytest.mark.parametrize(
    ("address", "code"),
    [(MADRID, "ES"), (MOUNTAIN_VIEW, "US"), ("192.168.1.1", ""), ("127.0.0.1", ""), ("::1", ""), ("x", "")],
)
def test_the_table_tells_countries(address, code):
    assert countries.of(address) == code


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (FIREFOX, "Firefox on Linux"),
        (IPHONE, "Safari on iPhone"),
        ("curl/8.5", "A browser"),
        ("", "A browser"),
    ],
)
def test_a_browser_is_described(agent, said):
    assert devices.described(agent) == said


def test_the_page_lists_every_session_with_this_one_first(person):
    log_in(person, agent=IPHONE, address=MOUNTAIN_VIEW)
    page = log_in(person).get("/accounts/sessions/").content.decode()
    assert page.index("Firefox on Linux") < page.index("This one") < page.index("Safari on iPhone")
    assert "Spain · 217.12.24.0" in page
    assert "United States · 8.8.8.0" in page
    assert MADRID not in page
    assert not UserSession.objects.filter(ip__in=[MADRID, MOUNTAIN_VIEW]).exists()


def test_a_session_is_ended_and_the_others_stay(person):
    mine, other = log_in(person), log_in(person, agent=IPHONE)
    row = UserSession.objects.get(user=person, user_agent=IPHONE)
    mine.post("/accounts/sessions/", {"end": row.id})
    assert other.get("/accounts/sessions/").status_code == 302
    assert mine.get("/accounts/sessions/").status_code == 200


@pytest.mark.parametrize(("asked", "mine_lives"), [("others", True), ("all", False)])
def test_all_are_ended(person, asked, mine_lives):
    mine, other = log_in(person), log_in(person, agent=IPHONE)
    mine.post("/accounts/sessions/", {"end": asked})
    assert other.get("/accounts/sessions/").status_code == 302
    assert (mine.get("/accounts/sessions/").status_code == 200) is mine_lives


def test_nobody_ends_anothers_session(person, new_workspace):
    other = services.make_member(
        workspace=new_workspace(), email=f"{new_id().hex}@example.test", name="Other", password=WORDS
    )
    theirs = log_in(other)
    log_in(person).post("/accounts/sessions/", {"end": UserSession.objects.get(user=other).id})
    assert theirs.get("/accounts/sessions/").status_code == 200


def test_a_log_in_is_told_of_where_the_device_or_the_country_is_new(person):
    def told():
        return [text for text in mailbox.messages(person.email) if text.startswith("A new log-in")]

    known = log_in(person)
    assert told() == []  # the first of all
    known.post("/accounts/logout/")
    log_in(person, known)
    assert told() == []
    log_in(person, agent=IPHONE)
    assert "With: Safari on iPhone\nWhere: Spain" in told()[-1]
    known.post("/accounts/logout/")
    known.defaults["REMOTE_ADDR"] = MOUNTAIN_VIEW
    log_in(person, known)
    assert len(told()) == 2
    assert "With: Firefox on Linux\nWhere: United States" in told()[-1]


def test_who_does_not_want_to_be_told_is_not(person):
    person.muted = ["new-sign-in:email"]
    person.save(update_fields=["muted"])
    log_in(person)
    log_in(person, agent=IPHONE)
    assert mailbox.messages(person.email) == []


def test_one_cookie_says_nothing_of_who_shares_a_device(person, new_workspace):
    other = services.make_member(
        workspace=new_workspace(), email=f"{new_id().hex}@example.test", name="Other", password=WORDS
    )
    shared = log_in(person)
    token = shared.cookies[devices.COOKIE].value
    shared.post("/accounts/logout/")
    log_in(other, shared)
    assert shared.cookies[devices.COOKIE].value == token
    digests = Device.objects.filter(user__in=[person, other]).values_list("digest", flat=True)
    assert len({bytes(one) for one in digests}) == 2
    assert devices.is_known(user_id=person.id, token=token)
    assert not devices.is_known(user_id=person.id, token="")


def test_the_link_ends_everything_once(person):
    mine = log_in(person)
    attacker = log_in(person, agent=IPHONE)
    link = mailbox.link(person.email)
    assert link.startswith("/accounts/not-me/")
    kept = Authenticator.objects.create(
        user=person, type="totp", data={}, created_at=clock.now() - timedelta(days=1)
    )
    Authenticator.objects.create(user=person, type="webauthn", data={})
    visitor = browser()
    assert "That was not you?" in visitor.get(link).content.decode()
    assert mine.get("/accounts/sessions/").status_code == 200  # looking at it does nothing

    assert "Every session is ended" in visitor.post(link).content.decode()

    for one in (mine, attacker):
        assert one.get("/accounts/sessions/").status_code == 302
    assert not User.objects.get(id=person.id).has_usable_password()
    assert list(Authenticator.objects.filter(user=person)) == [kept]
    assert mailbox.link(person.email).startswith("/accounts/password/reset/key/")
    assert visitor.post(link).status_code == 410


def test_what_happens_to_an_account_is_noted(person):
    made = log_in(person)
    given = {"oldpassword": WORDS, "password1": "four " + WORDS, "password2": "four " + WORDS}
    made.post("/accounts/password/change/", given)
    noted = [(one.kind, one.network) for one in security.events(user_ids=[person.id])]
    assert noted == [("account.password_changed", "217.12.24.0/24"), ("sign_in.done", "217.12.24.0/24")]


@pytest.mark.parametrize("token", ["x", "W10:1abc:xyz"])
def test_a_link_that_is_not_ours_does_nothing(token):
    assert browser().post(f"/accounts/not-me/{token}/").status_code == 410


def test_a_link_holds_for_a_week_and_until_it_was_used(person, monkeypatch):
    log_in(person)
    log_in(person, agent=IPHONE)
    token = mailbox.link(person.email).split("/")[-2]
    found = not_me.read(token)
    assert found is not None
    assert found.user == person
    monkeypatch.setattr(not_me, "HOLDS", timedelta(seconds=-1))
    assert not_me.read(token) is None
    monkeypatch.undo()
    Device.objects.filter(user=person, label="Safari on iPhone").delete()
    assert not_me.read(token) is None


def test_the_link_gives_back_what_was_taken_over_meanwhile(person):
    address = person.email
    log_in(person)
    log_in(person, agent=IPHONE)
    link = mailbox.link(address)
    taken = f"{new_id().hex}@attacker.test"
    person.set_password("another " + WORDS)
    person.email = taken
    person.save(update_fields=["password", "email"])
    EmailAddress.objects.filter(user=person).update(email=taken)
    SocialAccount.objects.create(user=person, provider="google", uid=taken)
    space = Membership.objects.get(user=person).workspace
    services.keep_token(workspace=space, token=taken, label="theirs")
    ApiToken.objects.filter(digest=tokens.digest(taken)).update(user=person)

    assert "Every session is ended" in browser().post(link).content.decode()

    found = User.objects.get(id=person.id)
    assert (found.email, found.has_usable_password()) == (address, False)
    assert list(EmailAddress.objects.filter(user=person).values_list("email", "verified")) == [
        (address, True)
    ]
    assert not SocialAccount.objects.filter(user=person).exists()
    assert not ApiToken.objects.filter(user=person).exists()
    assert mailbox.link(address).startswith("/accounts/password/reset/key/")
    assert mailbox.messages(taken) == []


def test_sessions_that_ended_are_forgotten(person):
    log_in(person)
    assert UserSession.objects.filter(user=person).exists()
    erasure.forget_sessions(now=clock.now())
    assert UserSession.objects.filter(user=person).exists()
    Session.objects.filter(session_key=UserSession.objects.get(user=person).session_key).update(
        expire_date=clock.now() - timedelta(days=1)
    )
    erasure.forget_sessions(now=clock.now())
    assert not UserSession.objects.filter(user=person).exists()


def test_when_it_was_last_seen_is_noted_at_times(person):
    made = log_in(person)
    old = clock.now() - timedelta(hours=1)
    UserSession.objects.filter(user=person).update(last_seen_at=old)
    cache.clear()
    made.get("/accounts/sessions/")
    seen = UserSession.objects.get(user=person).last_seen_at
    assert seen > old
    made.get("/accounts/sessions/")
    assert UserSession.objects.get(user=person).last_seen_at == seen
