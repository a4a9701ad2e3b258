"""The way into a workspace's pages: signed in, a member, and inside the workspace's transaction."""

import functools
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase

from infinitypro.accounts import queries
from infinitypro.accounts.models import User, Workspace
from infinitypro.core import audit, tenancy
from infinitypro.core.audit.models import AuditEntry


class MemberRequest(HttpRequest):
    """A request of a member, inside their workspace."""

    user: User
    workspace: Workspace
    workspaces: list[Workspace]  # all this person belongs to
    is_read_recorded: bool


SAFE = ("GET", "HEAD", "OPTIONS")
REFUSED = 400


class MemberView:
    """A view at `/app/<workspace>/…` behind the way in: members alone reach it, each act under their name."""

    def __init__(self, view: Callable[..., HttpResponse]) -> None:
        functools.update_wrapper(self, view)
        self.view = view
        self.is_member_view = True

    def __call__(self, request: Any, workspace: str, **rest: Any) -> HttpResponseBase:
        """The view's answer; the log-in page for whoever is not signed in; raises Http404 for an outsider."""
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        request.workspaces = queries.workspaces_of(user=request.user)
        found = next((one for one in request.workspaces if one.slug == workspace), None)
        if found is None:
            raise Http404("There is no such workspace for this person.")
        request.workspace = found
        place = audit.network(request.META.get("REMOTE_ADDR", ""))
        with audit.acting(audit.Actor(AuditEntry.Kind.MEMBER, request.user.id, place)):
            response = self.view(request, **rest)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


def member(view: Callable[..., HttpResponse]) -> MemberView:
    """For views at `/app/<workspace>/…`: whoever is not signed in is sent to log in, an outsider gets 404.

    The view runs in one transaction of its workspace, gets `request.workspace`, and its answer is kept nowhere. What it
    changes stands in the audit log under the view's name.
    """

    @functools.wraps(view)
    def inside(request: MemberRequest, **rest: Any) -> HttpResponse:
        with tenancy.workspace(request.workspace.id):
            response = view(request, **rest)
            _record(request, response, rest)
            return response

    return MemberView(inside)


def _record(request: MemberRequest, response: HttpResponseBase, named: Mapping[str, Any]) -> None:
    """Record what was changed, and who looked at what belongs to a customer."""
    what = request.resolver_match.view_name if request.resolver_match else ""
    object_id = next((value for value in named.values() if isinstance(value, UUID)), None)
    if response.status_code >= REFUSED:
        return
    if request.method not in SAFE:
        audit.record(what, object_id=object_id)
    elif getattr(request, "is_read_recorded", False):
        audit.record_read(what, object_id=object_id)


def reading(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For a view, below `member`, that shows what customers wrote: who looked stands in the audit log."""

    @functools.wraps(view)
    def marked(request: MemberRequest, **rest: Any) -> HttpResponse:
        request.is_read_recorded = True
        return view(request, **rest)

    return marked


def member_outside(view: Callable[..., HttpResponse]) -> MemberView:
    """The same for a view that calls out to others: it enters the workspace by itself, before and after the call, and
    records by itself what it changed."""
    return MemberView(view)
