"""What the program writes to standard error about requests."""

import io
import logging

import pytest
from django.test import Client

from infinitypro.core.jobs import desk

WRITTEN = "what-somebody-wrote"


@pytest.fixture
def written():
    (handler,) = [one for one in logging.getLogger().handlers if type(one) is logging.StreamHandler]
    text = io.StringIO()
    usual = handler.setStream(text)
    yield text
    handler.setStream(usual)


def test_a_refusal_is_logged_without_the_key_in_its_address(db, written):
    answer = Client(SERVER_NAME="localhost").get(f"/accounts/invitation/{WRITTEN}/")

    assert answer.status_code == 410
    assert WRITTEN not in written.getvalue()
    assert "410 accounts/invitation/<str:token>/" in written.getvalue()


def test_an_address_that_leads_nowhere_is_not_repeated(db, written):
    Client(SERVER_NAME="localhost").get(f"/{WRITTEN}/")

    assert WRITTEN not in written.getvalue()
    assert "404 an unknown address" in written.getvalue()


def test_what_breaks_is_logged_by_kind_and_place(db, written, monkeypatch):
    def breaks():
        raise ValueError(WRITTEN)

    monkeypatch.setattr(desk, "state", breaks)
    Client(SERVER_NAME="localhost", raise_request_exception=False).get("/readyz")

    assert WRITTEN not in written.getvalue()
    assert "500 readyz: builtins.ValueError at test_logs.breaks" in written.getvalue()
