"""What every page carries, and by which name it is reached."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest
from django.test import Client

from conftest import make_workspace
from tests import served, studio

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; media-src 'self' blob:; worker-src 'self'; manifest-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
SECURE = "https://app.example.com"
INSIDE = (
    "inbox/",
    "inbox/count/",
    "calendar/",
    "calendar/events/?start=2026-03-10&end=2026-03-11",
    "business/",
    "services/",
)
OUTSIDE = (
    "/accounts/login/",
    "/",
    "/.well-known/security.txt",
    "/healthz",
    "/readyz",
    "/no-such-page/",
    "/static/icon.svg",
    "/static/no-such-file.js",
    "/api/v1/openapi.json",
    "/api/v1/contacts/",
    "/hooks/whatsapp/",
    "/hooks/no-such-hook/",
)


@pytest.fixture(scope="module")
def mine(django_db_setup):
    return studio.open_studio(make_workspace)


def assert_headers(answer):
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    denied = answer.headers["Permissions-Policy"].split(", ")
    assert {"camera=()", "microphone=()", "geolocation=()", "payment=()", "usb=()"} <= set(denied)
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("path", OUTSIDE)
def test_every_answer_carries_the_headers(db, path):
    assert_headers(served.ask(path))


def test_a_foreign_name_and_a_broken_part_are_answered_with_them_too(db, monkeypatch):
    foreign = served.ask("/accounts/login/", url="http://evil.example")
    assert foreign.status_code == 400
    assert_headers(foreign)

    served.break_the_door(monkeypatch)
    broken = served.ask("/hooks/whatsapp/")
    assert broken.status_code == 500
    assert_headers(broken)


def test_the_telephone_carries_them_though_its_answers_come_from_elsewhere(settings):
    settings.DEMO_VENDOR_URL = "http://127.0.0.1:1"
    answer = served.ask("/demo/phone/state")
    assert answer.status_code == 502
    assert_headers(answer)


@pytest.mark.parametrize("path", ["/accounts/login/", "/static/icon.svg", "/hooks/no-such-hook/"])
def test_who_asks_for_the_head_alone_gets_no_body(db, path):
    answer = served.ask(path, method="HEAD")
    assert (answer.content, int(answer.headers["Content-Length"]) > 0) == (b"", True)
    assert_headers(answer)


def test_a_form_posted_by_nobody_we_know_is_refused_with_them(db):
    answer = served.ask("/accounts/login/", method="POST", data={"login": "a", "password": "b"})
    assert answer.status_code == 403
    assert_headers(answer)


@pytest.mark.parametrize("rest", INSIDE)
def test_what_shows_peoples_data_is_kept_nowhere(mine, rest):
    cookies = {name: one.value for name, one in mine.client().cookies.items()}
    answer = served.ask(mine.path(rest), cookies=cookies)
    assert answer.status_code == 200
    assert_headers(answer)
    assert answer.headers["Cache-Control"] == "no-store"


def test_cookies_that_come_in_several_lines_are_all_there(mine):
    """Browsers send them so over HTTP/2 (RFC 9113, 8.2.3)."""
    session = mine.client().cookies["sessionid"].value
    lines = [
        ("Cookie", "theme=night"),
        ("Cookie", f"sessionid={session}"),
        ("Cookie", "csrftoken=" + "a" * 32),
    ]
    answer = served.ask(mine.path("inbox/"), headers=lines)
    assert (answer.status_code, 'data-theme="night"' in answer.text) == (200, True)


@pytest.mark.parametrize(("url", "wanted"), [(SECURE, "max-age=63072000; includeSubDomains"), ("", None)])
def test_a_site_that_is_public_over_tls_asks_browsers_to_stay_with_it(db, settings, url, wanted):
    settings.PUBLIC_URL = url or settings.PUBLIC_URL
    assert served.ask("/accounts/login/").headers.get("Strict-Transport-Security") == wanted
    assert served.ask("/hooks/no-such-hook/").headers.get("Strict-Transport-Security") == wanted


def test_who_came_to_the_proxy_in_the_clear_is_sent_to_tls(db, settings):
    settings.PUBLIC_URL = SECURE
    settings.TRUSTED_PROXIES = (ip_network("127.0.0.1/32"),)
    answer = served.ask("/app/x/?q=a%20b", headers={"X-Forwarded-Proto": "http"})
    assert (answer.status_code, answer.headers["Location"]) == (308, f"{SECURE}/app/x/?q=a%20b")
    assert served.ask("/healthz", headers={"X-Forwarded-Proto": "https"}).status_code == 200
    settings.TRUSTED_PROXIES = ()
    assert served.ask("/healthz", headers={"X-Forwarded-Proto": "http"}).status_code == 200


@pytest.mark.parametrize("is_announced", [True, False])
def test_more_than_a_form_holds_is_not_taken(db, settings, is_announced):
    settings.PAGE_BODY_LIMIT = 1000
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    whole = b"login=" + b"a" * 2000

    async def pieces():
        for n in range(0, len(whole), 500):
            yield whole[n : n + 500]

    sent = whole if is_announced else pieces()
    answer = served.ask("/accounts/login/", method="POST", content=sent, headers=form)
    assert (answer.status_code, answer.json()) == (413, {"error": "At most 1000 bytes are taken."})
    assert_headers(answer)


def test_a_browser_is_told_in_a_page_that_its_file_is_too_large(db, settings):
    settings.PAGE_BODY_LIMIT = 1024 * 1024
    answer = served.ask(
        "/accounts/profile/",
        method="POST",
        content=b"a" * (1024 * 1024 + 1),
        headers={"Accept": "text/html,*/*"},
    )
    assert (answer.status_code, answer.headers["Content-Type"]) == (413, "text/html; charset=utf-8")
    assert "At most 1 MB are taken." in answer.text
    assert_headers(answer)


def test_no_page_has_a_style_or_script_of_its_own(mine):
    for rest in ("inbox/", "calendar/", "business/", "services/"):
        text = mine.client().get(mine.path(rest)).content.decode()
        assert " style=" not in text
        assert "<style" not in text
        assert "<script>" not in text
        assert " onclick=" not in text


def test_whom_to_tell_of_a_fault_is_said(settings):
    settings.PUBLIC_URL, settings.SECURITY_CONTACT = SECURE, "mailto:security@example.com"
    answer = served.ask("/.well-known/security.txt")
    said = dict(line.split(": ", 1) for line in answer.text.splitlines())
    expires = datetime.fromisoformat(said.pop("Expires"))
    assert (
        timedelta(days=150) < expires - datetime.now(UTC) < timedelta(days=365)
    )  # RFC 9116: less than a year
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert said == {
        "Contact": "mailto:security@example.com",
        "Preferred-Languages": "en, es",
        "Canonical": f"{SECURE}/.well-known/security.txt",
    }


@pytest.mark.parametrize("path", ["/accounts/login/", "/", "/app/x/inbox/?tab=mine"])
@pytest.mark.parametrize(
    ("host", "goes_to"),
    [
        ("127.0.0.1:8000", "http://localhost:8000"),
        ("127.0.0.1", "http://localhost"),
        ("[::1]:8000", "http://localhost:8000"),
    ],
)
def test_a_page_asked_for_by_an_address_is_found_by_name(db, path, host, goes_to):
    answer = Client(headers={"Host": host}).get(path)
    assert (answer.status_code, answer["Location"]) == (301, goes_to + path)


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/api/v1/openapi.json"])
@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000"])
def test_programs_are_answered_by_either_name(db, path, host):
    assert Client(headers={"Host": host}).get(path).status_code == 200


def test_a_foreign_name_is_refused(db):
    assert Client(headers={"Host": "evil.example"}).get("/accounts/login/").status_code == 400


def test_a_wrong_password_is_said_in_our_words(db):
    given = {"login": "nobody@x.example", "password": "wrong"}
    page = Client(SERVER_NAME="localhost").post("/accounts/login/", given).content.decode()
    assert "No account has this email and this password. Check both and try again." in page
    assert "Stay logged in" in page


def test_who_reloads_an_act_gets_a_page_and_not_an_empty_one(mine):
    answer = mine.client().get(mine.path("security/tripwire/"))
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "only takes what a button sends" in answer.content.decode()
