"""Who may enter a workspace's pages: every address below `/app/<workspace>/` is walked."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from psycopg import sql

from conftest import make_workspace
from infinitypro.accounts.access import MemberView
from infinitypro.booking.models import Appointment, Service, Staff, TimeOff
from infinitypro.business.models import Faq, Profile
from infinitypro.core import tenancy
from infinitypro.inbox.models import Conversation, Message
from tests import operators, studio

PREFIX = "app/<slug:workspace>/"
STREAM = {f"{PREFIX}events/"}  # endless; its walk is in config/tests/test_live.py
SOME_ID = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
KEPT = (Appointment, Service, Staff, TimeOff, Faq, Profile, Conversation, Message)


def _routes(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for one in resolver.url_patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _routes(one, route)
        elif route.startswith(PREFIX):
            yield route, one


ROUTES = dict(_routes(get_resolver()))
GUARDED = sorted(set(ROUTES) - STREAM)


@pytest.fixture(scope="module")
def theirs(django_db_setup):
    made = studio.open_studio(make_workspace)
    with tenancy.workspace(made.space.id):
        contact_id = studio.a_contact("Carmen")
        talk = studio.a_conversation(contact_id)
        ids = {
            "contact": contact_id,
            "conversation": talk.id,
            "message": studio.a_message(talk, "Hello").id,
            "appointment": studio.an_appointment(contact_id, datetime.now(UTC) + timedelta(days=3)),
            "service": Service.objects.earliest("id").id,
            "person": Staff.objects.earliest("id").id,
            "question": Faq.objects.earliest("id").id,
        }
    return made, ids


@pytest.fixture(scope="module")
def outsider(django_db_setup):
    return studio.open_studio(make_workspace).client()


def _address(route: str, slug: str, ids: dict[str, UUID]) -> str:
    parts = []
    for part in route.split("/"):
        if part.startswith("<"):
            name = part.strip("<>").rpartition(":")[2]
            part = slug if name == "workspace" else str(ids.get(name, SOME_ID))
        parts.append(part)
    return "/" + "/".join(parts)


def _rows(workspace_id: UUID) -> list[object]:
    with tenancy.workspace(workspace_id), connection.cursor() as cursor:
        found: list[object] = []
        for model in KEPT:
            table = sql.Identifier(model._meta.db_table)
            cursor.execute(sql.SQL("SELECT t::text FROM {} t ORDER BY id").format(table))
            found.append(cursor.fetchall())
        return found


def test_the_walk_finds_the_pages():
    assert len(GUARDED) > 25
    assert set(ROUTES) >= STREAM


@pytest.mark.parametrize("route", GUARDED)
def test_every_page_of_a_workspace_is_guarded(route):
    assert isinstance(ROUTES[route].callback, MemberView), f"{route} is not a member's view"


@pytest.mark.parametrize("route", GUARDED)
@pytest.mark.parametrize("method", ["get", "post"])
def test_who_is_not_signed_in_is_sent_to_log_in(theirs, route, method):
    made, ids = theirs
    address = _address(route, made.space.slug, ids)
    answer = getattr(Client(SERVER_NAME="localhost"), method)(address)
    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={address}")


def test_an_outsider_finds_nothing_and_changes_nothing(theirs, outsider):
    made, ids = theirs
    before = _rows(made.space.id)
    for route in GUARDED:
        address = _address(route, made.space.slug, ids)
        for ask in (outsider.get, outsider.post):
            assert ask(address).status_code == 404, address
    assert _rows(made.space.id) == before


def test_an_operator_without_a_grant_is_an_outsider(theirs):
    made, ids = theirs
    before = _rows(made.space.id)
    browser = operators.browser_of(operators.an_operator())
    for route in (*GUARDED, *STREAM):
        address = _address(route, made.space.slug, ids)
        for ask in (browser.get, browser.post):
            assert ask(address).status_code == 404, address
    assert _rows(made.space.id) == before


def test_a_workspace_that_does_not_exist_is_404_too(outsider):
    assert outsider.get("/app/no-such-workspace/inbox/").status_code == 404


def test_another_workspaces_rows_are_not_there_for_a_member(theirs, new_workspace):
    """A member's own workspace with the ids of another's rows."""
    _, ids = theirs
    mine = studio.open_studio(new_workspace)
    browser = mine.client()
    with_ids = [route for route in GUARDED if route.count("<") > 1 and "/of/" not in route]
    assert with_ids
    for route in with_ids:
        address = _address(route, mine.space.slug, ids)
        for ask in (browser.get, browser.post):
            assert ask(address, headers={"HX-Request": "true"}).status_code in (404, 405), address
