"""The way into a workspace's pages: signed in, a member, and inside the workspace's transaction."""

import functools
from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase

from infinitypro.accounts import queries
from infinitypro.accounts.models import User, Workspace
from infinitypro.core import tenancy


class MemberRequest(HttpRequest):
    """A request of a member, inside their workspace."""

    user: User
    workspace: Workspace
    workspaces: list[Workspace]  # all this person belongs to


def member(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """For views at `/app/<workspace>/…`: whoever is not signed in is sent to log in, an outsider gets 404.

    The view runs in one transaction of its workspace, gets `request.workspace`, and its answer is kept nowhere.
    """

    @functools.wraps(view)
    def inside(request: MemberRequest, **rest: Any) -> HttpResponse:
        with tenancy.workspace(request.workspace.id):
            return view(request, **rest)

    return member_outside(inside)


def member_outside(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """The same for a view that calls out to others: it enters the workspace by itself, before and after the call."""

    @functools.wraps(view)
    def guarded(request: Any, workspace: str, **rest: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        request.workspaces = queries.workspaces_of(user=request.user)
        found = next((one for one in request.workspaces if one.slug == workspace), None)
        if found is None:
            raise Http404("There is no such workspace for this person.")
        request.workspace = found
        response = view(request, **rest)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    guarded.is_member_view = True  # type: ignore[attr-defined]
    return guarded
