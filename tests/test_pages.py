"""What every page carries, and by which name it is reached."""

import pytest
from django.test import Client

from conftest import make_workspace
from tests import studio

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; media-src 'self' blob:; worker-src 'self'; manifest-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
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
    "/healthz",
    "/readyz",
    "/no-such-page/",
    "/api/v1/openapi.json",
    "/api/v1/contacts/",
)


@pytest.fixture(scope="module")
def mine(django_db_setup):
    return studio.open_studio(make_workspace)


def assert_headers(answer):
    assert answer["Content-Security-Policy"] == POLICY
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize("path", OUTSIDE)
def test_every_answer_carries_the_policy(db, path):
    assert_headers(Client(SERVER_NAME="localhost").get(path))


@pytest.mark.parametrize("rest", INSIDE)
def test_what_shows_peoples_data_is_kept_nowhere(mine, rest):
    answer = mine.client().get(mine.path(rest))
    assert answer.status_code == 200
    assert_headers(answer)
    assert answer["Cache-Control"] == "no-store"


def test_no_page_has_a_style_or_script_of_its_own(mine):
    for rest in ("inbox/", "calendar/", "business/", "services/"):
        text = mine.client().get(mine.path(rest)).content.decode()
        assert " style=" not in text
        assert "<style" not in text
        assert "<script>" not in text
        assert " onclick=" not in text


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
