"""Whom the metrics are for: the operator, and never whoever comes in through a proxy on the same machine."""

import secrets

import pytest

from tests import served

PUBLIC = "https://app.example.com"
WORD = secrets.token_urlsafe(8)
TOKEN = {"Authorization": f"Bearer {WORD}"}


@pytest.fixture(autouse=True)
def _token(settings, db):
    settings.METRICS_TOKEN = WORD


@pytest.mark.parametrize("peer", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_programs_of_this_machine_read_them(peer):
    answer = served.ask("/metrics", peer=peer)
    assert answer.status_code == 200
    assert "infinitypro_jobs_waiting" in answer.text


def test_others_do_not():
    assert served.ask("/metrics", peer="192.0.2.1").status_code == 404


@pytest.mark.parametrize(
    "header",
    [
        {"X-Forwarded-For": "127.0.0.1"},
        {"X-Real-IP": "192.0.2.1"},
        {"Via": "1.1 a"},
        {"Forwarded": "for=::1"},
    ],
)
def test_a_proxy_on_this_machine_does_not_read_them_for_others(header):
    assert served.ask("/metrics", headers=header).status_code == 404


def test_where_the_site_is_public_a_proxy_that_says_nothing_does_not_either(settings):
    settings.PUBLIC_URL = PUBLIC
    assert served.ask("/metrics").status_code == 404


def test_the_token_opens_them_from_anywhere(settings):
    settings.PUBLIC_URL = PUBLIC
    assert served.ask("/metrics", peer="192.0.2.1", headers=TOKEN).status_code == 200
    for wrong in ("Bearer another", "Bearer ", WORD, f"Bearer {WORD}é"):
        refused = served.ask("/metrics", headers={"Authorization": wrong.encode()})
        assert refused.status_code == 404


def test_an_empty_token_opens_nothing(settings):
    settings.PUBLIC_URL, settings.METRICS_TOKEN = PUBLIC, ""
    assert served.ask("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
