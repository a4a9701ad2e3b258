"""What an operator sees of a workspace: nothing, or exactly what a grant says, and nothing once it is over."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connections
from django.test import AsyncClient

from conftest import make_workspace
from infinitypro.accounts.models import SupportGrant
from infinitypro.accounts.permissions import SUPPORT
from infinitypro.config import live
from infinitypro.config.tests.test_live import hub
from infinitypro.config.views import Events
from infinitypro.core import clock, tenancy
from infinitypro.core.audit.models import AuditEntry
from infinitypro.inbox.models import Conversation
from tests import operators, studio
from tests.test_access import GUARDED, ROUTES, _address, _rows


@pytest.fixture(scope="module")
def theirs(django_db_setup):
    """A business with two customers, one of whom was chosen."""
    made = studio.open_studio(make_workspace)
    soon = datetime.now(UTC) + timedelta(days=1)
    with tenancy.workspace(made.space.id):
        people = [studio.a_contact(name) for name in ("Chosen Carmen", "Other Otto")]
        first = studio.a_conversation(people[0])
        second = Conversation.objects.create(
            contact_id=people[1], channel=first.channel, last_message_at=studio.START, status="open"
        )
        talks = [first, second]
        words = [studio.a_message(first, "words of Carmen"), studio.a_message(second, "words of Otto")]
        visits = [
            studio.an_appointment(people[0], soon),
            studio.an_appointment(people[1], soon, staff="Jonas"),
        ]
    return SimpleNamespace(
        made=made, space=made.space, people=people, talks=talks, words=words, visits=visits, soon=soon
    )


@pytest.fixture
def operator(django_db_setup):
    return operators.an_operator()


@pytest.fixture
def looks(theirs, operator):
    """Lets the operator look; gives what a page answers them."""
    browser = operators.browser_of(operator)

    def let(to, **chosen):
        operators.let_look(operator, theirs.space, theirs.made.member, to=to, **chosen)
        return lambda rest, **query: browser.get(theirs.made.path(rest), query)

    return let


def days(theirs):
    """The day of the visits, where the business lies, and the next."""
    first = clock.local(theirs.soon, "America/New_York").date()
    return {"start": first, "end": first + timedelta(days=2)}


def places(theirs):
    mine, other = theirs.talks
    query = "&".join(f"{name}={day}" for name, day in days(theirs).items())
    return {
        "list": "inbox/",
        "mine": f"inbox/{mine.id}/",
        "other": f"inbox/{other.id}/",
        "my panel": f"inbox/{mine.id}/panel/",
        "other panel": f"inbox/{other.id}/panel/",
        "earlier": f"inbox/{other.id}/earlier/?before={theirs.words[1].id}",
        "visits": f"calendar/of/{theirs.people[0]}/",
        "other visits": f"calendar/of/{theirs.people[1]}/",
        "visit": f"calendar/{theirs.visits[0]}/",
        "other visit": f"calendar/{theirs.visits[1]}/",
        "calendar": "calendar/",
        "days": f"calendar/events/?{query}",
        "facts": "business/",
        "services": "services/",
        "channels": "channels/",
        "audit": "audit/",
        "support": "security/support/",
    }


TALK = {"list", "mine"}
CUSTOMER = {*TALK, "my panel", "visits", "visit", "calendar", "days"}
SETTINGS = {"facts", "services", "channels"}
SEEN = {
    "conversations": TALK,
    "contact": CUSTOMER,
    "settings": SETTINGS,
    "all": {*CUSTOMER, *SETTINGS, "other", "other panel", "earlier", "other visits", "other visit"},
}


def chosen(theirs, to):
    by_scope = {
        "conversations": {"conversation_ids": [theirs.talks[0].id]},
        "contact": {"contact_id": theirs.people[0]},
    }
    return by_scope.get(to, {})


def test_each_scope_is_walked():
    assert set(SEEN) == set(SUPPORT) == set(SupportGrant.Scope.values)


@pytest.mark.parametrize("to", SEEN)
def test_a_grant_opens_exactly_its_scope(looks, theirs, to):
    look = looks(to, **chosen(theirs, to))
    found = {name for name, place in places(theirs).items() if look(place).status_code in (200, 302)}
    refused = {look(place).status_code for name, place in places(theirs).items() if name not in found}
    assert found == SEEN[to]
    assert refused <= {404}


@pytest.mark.parametrize("to", ["conversations", "contact"])
def test_what_is_shown_names_nobody_else(looks, theirs, to):
    look = looks(to, **chosen(theirs, to))
    for name, place in places(theirs).items():
        content = look(place).content.decode()
        assert "Other Otto" not in content, name
        assert "words of Otto" not in content, name
    assert "words of Carmen" in look(f"inbox/{theirs.talks[0].id}/").content.decode()
    assert "Chosen Carmen" in look("inbox/").content.decode()


def test_of_a_customers_days_nothing_but_their_visits_is_shown(looks, theirs):
    look = looks("contact", contact_id=theirs.people[0])
    grid = look("calendar/events/", **days(theirs)).json()
    assert [one["name"] for one in grid["appointments"]] == ["Chosen Carmen"]
    assert len(grid["people"]) == 1
    assert grid["closed"] == []


def test_settings_show_nothing_of_a_customer(looks, theirs):
    look = looks("settings")
    for place in ("business/", "services/", "services/people/", "channels/"):
        content = look(place).content.decode()
        assert "Carmen" not in content
        assert "Otto" not in content


@pytest.mark.parametrize("to", SEEN)
def test_looking_changes_nothing(theirs, operator, to):
    """Every address is asked to change something, as if it were the member's own."""
    operators.let_look(operator, theirs.space, theirs.made.member, to=to, **chosen(theirs, to))
    browser = operators.browser_of(operator)
    before = _rows(theirs.space.id)
    ids = {"conversation": theirs.talks[0].id, "contact": theirs.people[0], "appointment": theirs.visits[0]}
    for route in GUARDED:
        address = _address(route, theirs.space.slug, ids)
        assert browser.post(address).status_code in (403, 404), address
        assert browser.get(address).status_code in (200, 302, 404, 405, 422), address
    assert _rows(theirs.space.id) == before


def test_a_grant_elsewhere_opens_nothing_here(theirs, operator):
    other = studio.open_studio(make_workspace)
    operators.let_look(operator, other.space, other.member, to="all")
    browser = operators.browser_of(operator)
    for route in GUARDED:
        assert browser.get(_address(route, theirs.space.slug, {})).status_code == 404


def test_anothers_grant_opens_nothing(theirs, operator):
    operators.let_look(operators.an_operator(), theirs.space, theirs.made.member, to="all")
    assert operators.browser_of(operator).get(theirs.made.path("inbox/")).status_code == 404


@pytest.mark.parametrize("has_factor", [True, False])
def test_a_grant_is_worth_nothing_without_the_second_factor(theirs, has_factor):
    operator = operators.an_operator(has_factor=has_factor)
    operators.let_look(operator, theirs.space, theirs.made.member, to="all")
    browser = operators.browser_of(operator)
    if has_factor:
        session = browser.session
        session["account_authentication_methods"] = []
        session.save()
    assert browser.get(theirs.made.path("inbox/")).status_code == 404


def test_each_look_stands_in_the_workspaces_log_as_the_operators(looks, theirs, operator):
    look = looks("conversations", conversation_ids=[theirs.talks[0].id])
    for _ in range(2):
        look(f"inbox/{theirs.talks[0].id}/")
    look(f"inbox/{theirs.talks[1].id}/")
    with tenancy.workspace(theirs.space.id):
        found = AuditEntry.objects.filter(actor="operator", actor_id=operator.id).order_by("id")
        looked = list(found.values_list("action", "object_id"))
    assert looked == [("looked.inbox:conversation", theirs.talks[0].id)] * 2


@pytest.mark.parametrize("how", ["ended", "ran out"])
def test_after_the_end_every_address_is_404_at_once(theirs, operator, how):
    grant_id = operators.let_look(operator, theirs.space, theirs.made.member, to="all")
    browser = operators.browser_of(operator)
    assert browser.get(theirs.made.path("inbox/")).status_code == 200
    if how == "ended":
        operators.end(grant_id, theirs.space)
    else:
        past = datetime.now(UTC) - timedelta(seconds=1)
        SupportGrant.objects.filter(id=grant_id).update(ends_at=past)
    for route in GUARDED:
        for ask in (browser.get, browser.post):
            assert ask(_address(route, theirs.space.slug, {})).status_code == 404, route


# The stream


# A listener's connection that is cancelled leaves the rest to the garbage collector (see test_live).
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_open_stream_ends_with_the_grant_and_does_not_come_back(theirs, operator, monkeypatch):
    grant_id = operators.let_look(operator, theirs.space, theirs.made.member, to="all")
    browser = AsyncClient(SERVER_NAME="localhost")
    browser.cookies = operators.browser_of(operator).cookies
    monkeypatch.setattr(live, "hub", hub())

    async def run():
        answer = await browser.get(theirs.made.path("events/"))
        stream = events(answer)
        while b"resync" not in await asyncio.wait_for(anext(stream), 5):
            pass
        await asyncio.to_thread(_end, grant_id, theirs.space)
        began = time.monotonic()
        left = [event async for event in stream]
        took = time.monotonic() - began
        again = await browser.get(theirs.made.path("events/"))
        live.hub.close()
        if live.hub._listener:  # it closes its connection
            await asyncio.gather(live.hub._listener, return_exceptions=True)
        await asyncio.to_thread(connections.close_all)
        return left, took, again.status_code

    left, took, again = asyncio.run(run())
    assert left == []
    assert took < 5
    assert again == 404


async def events(answer: Any) -> AsyncIterator[bytes]:
    async for event in answer:
        yield event


def _end(grant_id, space):
    operators.end(grant_id, space)
    connections.close_all()


@pytest.mark.parametrize(("to", "count"), [("conversations", 1), ("contact", 1), ("settings", 0)])
def test_a_stream_tells_of_what_was_let_be_seen_alone(theirs, operator, rf, to, count):
    operators.let_look(operator, theirs.space, theirs.made.member, to=to, **chosen(theirs, to))
    request = rf.get(theirs.made.path("events/"))
    browser = operators.browser_of(operator)
    request.user, request.session = operator, browser.session
    listener = Events()._admitted(request, theirs.space.slug)
    assert set(listener.ids or ()) == {talk.id for talk in theirs.talks[:count]}
    assert 0 < listener.seconds_left() <= 3600


def test_the_walk_is_over_the_very_routes_of_the_workspace():
    assert "app/<slug:workspace>/security/support/" in ROUTES
