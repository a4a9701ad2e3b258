"""Guessing gets slower, and says how long to wait; owners are not locked out."""

from uuid import uuid4

import pytest
from django.test import Client

from infinitypro.accounts import throttling
from infinitypro.accounts.services import make_person
from infinitypro.accounts.throttling import words
from infinitypro.core.audit.models import SecurityEvent
from infinitypro.core.throttle.models import Tally, fingerprint
from tests import stuffing

RIGHT = "correct horse battery"
FREE = throttling.ACCOUNT.free


@pytest.fixture
def cheap(settings):
    settings.PASSWORD_HASHERS = ["tests.stuffing.Counted"]


@pytest.fixture
def network():
    """One that no other test comes from."""
    return uuid4().int % 60_000


@pytest.fixture
def person(cheap, db):
    return make_person(email=f"{uuid4().hex}@example.test", name="Ana", password=RIGHT, of_age_at=None)


def guess(email, network, count=FREE, **more):
    return [stuffing.sign_in(email, f"wrong {n}", network=network, **more) for n in range(count)]


def test_the_sixth_guess_in_a_row_waits_and_hashes_nothing(person, network):
    assert guess(person.email, network) == [200] * FREE
    stuffing.Counted.hashed = 0

    answer = Client(SERVER_NAME="localhost").post(
        stuffing.LOGIN, {"login": person.email, "password": RIGHT}, REMOTE_ADDR="198.51.100.7"
    )

    assert answer.status_code == 429
    assert stuffing.Counted.hashed == 0
    assert answer["Retry-After"] == "1"
    assert "Wait 1 second, then try again" in answer.content.decode()


def test_an_account_that_does_not_exist_is_answered_alike(person, network):
    known, unknown = person.email, f"{uuid4().hex}@example.test"
    browser = Client(SERVER_NAME="localhost")

    def ask(email):
        said = {"login": email, "password": "wrong"}
        answer = browser.post(stuffing.LOGIN, said, REMOTE_ADDR=f"10.{network // 250}.{network % 250}.9")
        return answer.status_code, answer.content.decode().replace(email, "")

    answers = [(ask(known), ask(unknown)) for _ in range(FREE + 2)]

    for one, other in answers:
        assert one[0] == other[0]
    assert [one[0] for one, _ in answers] == [200] * FREE + [429] * 2


def test_however_it_is_capitalised_it_is_one_account(person, network):
    guess(person.email, network)

    assert guess(person.email.upper(), network + 1, 1) == [429]


def test_a_device_that_logged_in_before_gets_in_while_others_guess(person, network):
    browser = Client(SERVER_NAME="localhost")
    assert stuffing.sign_in(person.email, RIGHT, network=network, browser=browser) == 302
    browser.post("/accounts/logout/")
    guess(person.email, network + 1, FREE + 1)

    assert stuffing.sign_in(person.email, RIGHT, network=network + 1) == 429
    assert stuffing.sign_in(person.email, RIGHT, network=network + 1, browser=browser) == 302


def test_a_known_device_may_not_guess_for_ever_either(person, network):
    browser = Client(SERVER_NAME="localhost")
    stuffing.sign_in(person.email, RIGHT, network=network, browser=browser)
    browser.post("/accounts/logout/")

    statuses = guess(person.email, network, throttling.DEVICE.free + 1, browser=browser)

    assert statuses == [200] * throttling.DEVICE.free + [429]


def test_a_device_of_somebody_else_is_no_way_around(person, network):
    other = make_person(email=f"{uuid4().hex}@example.test", name="Bo", password=RIGHT, of_age_at=None)
    browser = Client(SERVER_NAME="localhost")
    stuffing.sign_in(other.email, RIGHT, network=network, browser=browser)
    browser.post("/accounts/logout/")
    guess(person.email, network + 1)

    assert stuffing.sign_in(person.email, RIGHT, network=network, browser=browser) == 429


def test_a_network_that_tries_one_account_after_another_waits(cheap, db, network):
    emails = [f"{uuid4().hex}@example.test" for _ in range(throttling.NETWORK.free + 3)]

    statuses = [stuffing.sign_in(email, "wrong", network=network) for email in emails]

    assert statuses[: throttling.NETWORK.free] == [200] * throttling.NETWORK.free
    assert 429 in statuses[throttling.NETWORK.free :]


def test_logging_in_right_away_is_not_counted(person, network):
    for _ in range(FREE + 3):
        assert stuffing.sign_in(person.email, RIGHT, network=network) == 302

    assert Tally.objects.get(id=fingerprint("account", person.email)).count < 1


def test_a_failure_is_kept_with_its_network_alone(person, network):
    guess(person.email, network, 1)

    (event,) = SecurityEvent.objects.filter(user_id=person.id)
    assert event.kind == "sign_in.failed"
    assert event.network == f"10.{network // 250}.{network % 250}.0/24"


def test_resets_for_one_address_get_slower(person, network):
    def ask():
        return (
            Client(SERVER_NAME="localhost")
            .post(
                "/accounts/password/reset/",
                {"email": person.email},
                REMOTE_ADDR=f"10.{network // 250}.{network % 250}.9",
            )
            .status_code
        )

    assert [ask() for _ in range(throttling.MAIL.free + 1)] == [302] * throttling.MAIL.free + [429]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(1, "1 second"), (45, "45 seconds"), (60, "60 seconds"), (61, "2 minutes"), (900, "15 minutes")],
)
def test_waits_are_said_as_people_say_them(seconds, said):
    assert words(seconds) == said


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", ""),
        ("unix", ""),
    ],
)
def test_addresses_are_counted_by_the_smallest_share_that_a_provider_gives(address, network):
    assert throttling.network_of(address) == network
