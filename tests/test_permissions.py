"""Every address and every operation against every permission.

`OPTIONS` and `PUT` reach no view (each answers only what it knows), so that a 405 says: whoever asks was let through.
"""

from types import SimpleNamespace

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLResolver, get_resolver, path

from conftest import make_workspace
from infinitypro.accounts.access import MemberView
from infinitypro.accounts.models import ApiToken, Membership, Role
from infinitypro.accounts.permissions import API_PERMISSIONS, PERMISSIONS, Scope
from infinitypro.accounts.tokens import digest
from infinitypro.config.api import Operation, api
from infinitypro.config.views import Events
from tests import studio
from tests.test_access import PREFIX, ROUTES, SOME_ID, _address, _rows

GUARDED = {route: one.callback for route, one in ROUTES.items() if isinstance(one.callback, MemberView)}
# Addresses outside a workspace, and who may ask there.
OPEN = {
    "": "anybody: the way in",
    ".well-known/security.txt": "anybody: whom to tell of a fault",
    "healthz": "anybody: says nothing but that it lives",
    "readyz": "anybody: says nothing but that it serves",
    "metrics": "this machine, or the operator's token",
    "accounts/": "anybody, or whoever is signed in for their own account",
    "app/": "whoever is signed in: the way to their workspace",
    "operator/": "an operator with a second factor; the walk is in console/tests/test_sign_in.py",
    "api/v1/": "a token; the document is anybody's",
    "demo/": "anybody, where the demo runs",
}


def unguarded(patterns, before=""):
    """The addresses that say nowhere who may ask."""
    for one in patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from unguarded(one.url_patterns, route)
        elif route.startswith(PREFIX):
            if not isinstance(one.callback, MemberView | Events):
                yield route
        elif not any(route == known or (known.endswith("/") and route.startswith(known)) for known in OPEN):
            yield route


def test_every_address_says_who_may_ask():
    assert list(unguarded(get_resolver().url_patterns)) == []


def test_an_address_that_does_not_say_so_is_found():
    def bare(request, workspace):
        return HttpResponse("anything")

    new = [path("app/<slug:workspace>/new/", bare), path("new/", bare), path("healthz", bare)]
    assert list(unguarded(new)) == ["app/<slug:workspace>/new/", "new/"]


def operations():
    """(path, view) of every operation of the API."""
    for prefix, router in api._routers:
        for route, view in router.path_operations.items():
            for operation in view.operations:
                yield f"{prefix}{route}", operation.view_func


def test_every_operation_of_the_api_names_its_permission():
    found = dict(operations())
    assert len(found) > 5
    for route, view in found.items():
        assert isinstance(view, Operation), f"{route} names no permission"
    assert {view.permission for view in found.values()} <= set(API_PERMISSIONS)


@pytest.mark.parametrize("made", ["no.such", "", "Conversations.view"])
def test_a_permission_that_is_none_stops_the_start(made):
    with pytest.raises(KeyError):
        MemberView(lambda request: HttpResponse(), permission=made, change=made)


@pytest.fixture(scope="module")
def business(django_db_setup):
    return studio.open_studio(make_workspace)


def limited(space, missing):
    """A browser and a token that may do everything but one thing."""
    grants = {key: Scope.ALL for key in PERMISSIONS if key != missing}
    role = Role.objects.create(workspace=space, name=f"all but {missing}", kept_grants=grants)
    user = studio.a_member(space)
    Membership.objects.filter(user=user).update(built_in="", role=role)
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(user)
    token = f"limited {space.id} {missing}"
    ApiToken.objects.create(workspace=space, digest=digest(token), label="", kept_grants=grants)
    return SimpleNamespace(browser=browser, token=token)


@pytest.mark.parametrize("missing", PERMISSIONS)
def test_who_lacks_a_permission_is_refused_where_it_is_asked_for_and_nowhere_else(business, missing):
    who = limited(business.space, missing)
    before = _rows(business.space.id)
    ids = dict.fromkeys(("contact", "conversation"), SOME_ID)
    for route, needs in GUARDED.items():
        address = _address(route, business.space.slug, ids)
        looks = who.browser.options(address).status_code
        changes = who.browser.put(address).status_code
        assert looks == (403 if needs.permission == missing else 405), address
        assert changes == (403 if needs.change == missing else 405), address
        if needs.change == missing:
            assert who.browser.post(address).status_code == 403
        if needs.permission == missing:
            assert who.browser.get(address).status_code == 403
    for route, view in operations():
        address = route.replace("{uuid:", "{").strip("/")
        address = "/".join(str(SOME_ID) if part.startswith("{") else part for part in address.split("/"))
        answer = studio.asks(f"{address}/", token=who.token, service="haircut")
        assert (answer.status_code == 403) == (view.permission == missing), address
    assert _rows(business.space.id) == before
