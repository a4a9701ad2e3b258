"""Codes are good once, whatever process sees them; and passkeys' answers that no browser sends."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connections
from django.test import Client

from infinitypro.accounts import second_factor, services
from infinitypro.accounts.second_factor_forms import Credential
from infinitypro.core.tenancy.models import new_id
from tests import authenticator
from tests.authenticator import code

WORDS = "three tortoises on a slow boat"
NOT_RIGHT = "This code is not right, or was used already."


@pytest.fixture
def person(new_workspace):
    """A member with an authenticator app."""
    cache.clear()
    made = services.make_member(
        workspace=new_workspace(), email=f"{new_id().hex}@example.test", name="Maya", password=WORDS
    )
    authenticator.give(made)
    return made


def with_password(person):
    browser = Client(SERVER_NAME="localhost")
    browser.post("/accounts/login/", {"login": person.email, "password": WORDS})
    return browser


def shows(browser, typed):
    """The answer to a code at the log-in, in a process that remembers nothing."""
    cache.clear()
    return browser.post("/accounts/second-factor/authenticate/", {"code": typed})


def test_a_code_that_was_seen_over_a_shoulder_opens_nothing(person):
    used, before = code(), code(half_minutes_ago=1)
    browser = with_password(person)
    assert shows(browser, f"{used[:3]} {used[3:]}")["Location"] == "/app/"
    stranger = with_password(person)
    for late in (used, before):
        assert NOT_RIGHT in shows(stranger, late).content.decode()
    cache.clear()
    asked_again = browser.post("/accounts/second-factor/reauthenticate/", {"code": used})
    assert NOT_RIGHT in asked_again.content.decode()
    assert shows(stranger, code(half_minutes_ago=-1))["Location"] == "/app/"


def test_of_many_at_once_with_one_code_one_is_let_in(person):
    row = Authenticator.objects.get(user=person)
    at_once = threading.Barrier(4)

    def is_taken():
        at_once.wait()
        try:
            second_factor.spend(row, used)
        except ValidationError:
            return False
        finally:
            connections.close_all()
        return True

    used = code()
    with ThreadPoolExecutor(4) as threads:
        found = [threads.submit(is_taken) for _ in range(4)]
        assert sum(one.result() for one in found) == 1


def test_a_clock_that_was_a_day_ahead_locks_nobody_out(person):
    row = Authenticator.objects.get(user=person)
    row.data[second_factor.SPENT] = int(time.time()) // 30 + 2880
    row.save()
    second_factor.spend(row, code())
    with pytest.raises(ValidationError):
        second_factor.spend(row, code())


@pytest.mark.parametrize("said", ["[" * 100_000, "9" * 5_000, "{", "NaN,", '"\\ud800'])
def test_what_cannot_be_read_is_refused_in_words(said):
    with pytest.raises(ValidationError):
        Credential().clean(said)
