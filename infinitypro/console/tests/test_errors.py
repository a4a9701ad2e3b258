"""Requests that broke: counted with their kind and place, and without a word of what was in them."""

import asyncio
import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, InterfaceError
from django.test import AsyncClient

from infinitypro.business import queries as business
from infinitypro.console import errors, tasks
from infinitypro.console.models import BrokenRequest
from infinitypro.core import clock
from infinitypro.core.errors import Problem
from infinitypro.inbox import queries as inbox
from tests import operators, studio

PRIVATE = "Carmen's tumour"


@pytest.fixture
def made(new_workspace):
    BrokenRequest.objects.all().delete()
    return studio.open_studio(new_workspace)


def breaks(monkeypatch, module, name, error):
    def broken(*args, **named):
        raise error

    monkeypatch.setattr(module, name, broken)


@pytest.fixture
def page(db):
    console = operators.browser_of(operators.an_operator())
    return lambda rest="errors/": console.get(f"/operator/{rest}").content.decode()


@pytest.mark.parametrize("error", [ValueError(PRIVATE), Problem(PRIVATE)])
def test_a_page_that_broke_is_counted_by_place_and_kind(made, monkeypatch, page, error):
    assert "Nothing broke" in page()
    breaks(monkeypatch, business, "profile", error)
    browser = made.client()
    browser.raise_request_exception = False
    for _ in range(3):
        assert browser.get(made.path("business/")).status_code == 500
    (row,) = BrokenRequest.objects.all()
    assert (row.route, row.workspace_id, row.count) == ("app/<slug:workspace>/business/", made.space.id, 3)
    assert type(error).__qualname__ in row.why
    told = page()
    assert "app/&lt;slug:workspace&gt;/business/" in told
    assert "tumour" not in told + row.why
    assert "3 broken" in page(f"?search={made.space.slug}")
    assert "3 broken" in page(f"workspaces/{made.space.slug}/")


def test_an_operation_of_the_api_too_is_its_workspaces(made, monkeypatch):
    breaks(monkeypatch, inbox, "conversations", ValueError(PRIVATE))
    with pytest.raises(ValueError, match="tumour"):
        studio.asks("conversations/", token=made.token)
    assert BrokenRequest.objects.get().workspace_id == made.space.id


@pytest.mark.parametrize("trouble", [DatabaseError(), InterfaceError()])
def test_where_the_database_is_gone_the_answer_is_as_ever(made, monkeypatch, trouble):
    breaks(monkeypatch, business, "profile", ValueError())
    breaks(monkeypatch, BrokenRequest.objects, "get_or_create", trouble)
    browser = made.client()
    browser.raise_request_exception = False
    assert "Something failed on our side" in browser.get(made.path("business/")).content.decode()


def test_counting_takes_no_connection_but_the_requests_own(made, monkeypatch):
    threads = []
    count = BrokenRequest.objects.get_or_create

    def broken(**named):
        threads.append(threading.get_ident())
        raise ValueError

    def counted(**named):
        threads.append(threading.get_ident())
        return count(**named)

    monkeypatch.setattr(business, "profile", broken)
    monkeypatch.setattr(BrokenRequest.objects, "get_or_create", counted)
    browser = AsyncClient(SERVER_NAME="localhost")
    browser.cookies = made.client().cookies
    browser.raise_request_exception = False
    assert asyncio.run(browser.get(made.path("business/"))).status_code == 500
    assert len(threads) == 2
    assert len(set(threads)) == 1


def test_what_is_refused_is_no_error(made):
    browser = made.client()
    for path in ("nothing/", "inbox/00000000-0000-0000-0000-000000000000/"):
        assert browser.get(made.path(path)).status_code == 404
    assert not BrokenRequest.objects.exists()


def test_what_broke_a_month_ago_is_forgotten(made):
    now = clock.now()
    for days in (31, 29):
        at = now - timedelta(days=days)
        BrokenRequest.objects.create(day=at.date(), route="x", why="y", last_at=at, count=1)
    tasks.forget_errors()
    assert BrokenRequest.objects.get().last_at > now - errors.KEPT
