"""Pages that belong to no room: the way in, health, metrics, the stream of events."""

import hmac
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from asgiref.sync import markcoroutinefunction, sync_to_async
from django.conf import settings
from django.db import DatabaseError, connections
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET
from django.views.defaults import permission_denied
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from infinitypro.accounts import access, policies
from infinitypro.accounts import queries as accounts
from infinitypro.accounts.permissions import ENTER
from infinitypro.config import live
from infinitypro.core import clock, pages, tenancy
from infinitypro.core.jobs import desk
from infinitypro.inbox import queries as inbox

# Where somebody lands: the first of these that they may open.
PLACES = (
    ("conversations.view", "inbox:list"),
    ("calendar.view", "booking:calendar"),
    ("business.view", "business:facts"),
    ("services.view", "offer:services"),
    ("channels.view", "channels:list"),
    ("security.view", "security:list"),
    ("audit.view", "audit:list"),
)
LOOPBACK = ("localhost", "127.0.0.1", "::1")
SECURITY_TXT_LASTS = timedelta(days=180)
PASSED_ON = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "Via")


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The way in."""
    return redirect("app" if request.user.is_authenticated else "account_login")


@require_GET
def app(request: HttpRequest) -> HttpResponse:
    """The first workspace of whoever is signed in."""
    if not request.user.is_authenticated:
        return redirect("account_login")
    if request.user.is_operator:
        return redirect("operator:workspaces")
    found = policies.opened(request, accounts.memberships_of(user=request.user))
    if not found:
        return render(request, "no_workspace.html", status=403)
    return redirect("enter", found[0].workspace.slug)


@access.member(ENTER)
@require_GET
def enter(request: access.MemberRequest) -> HttpResponse:
    """The first page of a workspace that the member may open; a word where their role opens none."""
    first = next((name for permission, name in PLACES if request.access.may(permission)), None)
    return redirect(first, request.workspace.slug) if first else render(request, "nothing_open.html")


class Events:
    """The stream of what happens in a workspace, for its members' browsers: that something changed, never what."""

    permission = change = ENTER

    async def __call__(self, request: Any, workspace: str) -> HttpResponseBase:
        """The stream; raises Http404 for whoever does not belong there."""
        listener = await sync_to_async(self._admitted)(request, workspace)
        response = StreamingHttpResponse(live.hub.stream(listener), content_type="text/event-stream")
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Accel-Buffering"] = "no"
        return response

    def _admitted(self, request: Any, slug: str) -> live.Listener:
        try:
            if not request.user.is_authenticated:
                raise Http404("There is no such workspace for this person.")
            access.admit(request, slug, permission=self.permission)
            return self._listener(request)
        finally:
            connections.close_all()  # the stream lasts for hours: it must not keep a connection for as long

    def _listener(self, request: Any) -> live.Listener:
        """What they may hear of; an operator, of what they were let look at, and no longer."""
        workspace_id, ids = request.workspace.id, None
        if request.support is None:
            return live.Listener(workspace_id, request.user.id)
        if request.access.only is not None or not request.access.may("conversations.view"):
            with tenancy.workspace(workspace_id), access.asking(request.access):
                ids = inbox.reached_ids()
        return live.Listener(workspace_id, request.user.id, ids, request.support.ends_at)


events = markcoroutinefunction(Events())


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 with the sentence that says why: a page, or for htmx the sentence alone; 401, which has the open page loaded
    anew, where the whole workspace is closed to them."""
    if not pages.is_part(request):
        page = "account/factor_wanted.html" if isinstance(exception, policies.FactorWanted) else "403.html"
        return permission_denied(request, exception, page)
    status = 401 if isinstance(exception, policies.Barred | access.Suspended) else 403
    return HttpResponse(str(exception), status=status, content_type="text/plain; charset=utf-8")


@require_GET
def security_txt(request: HttpRequest) -> HttpResponse:
    """Whom to tell of a fault that endangers people (RFC 9116)."""
    lines = (
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {clock.now() + SECURITY_TXT_LASTS:%Y-%m-%dT00:00:00Z}",
        "Preferred-Languages: en, es",
        f"Canonical: {settings.PUBLIC_URL}{request.path}",
    )
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """That this process lives."""
    return JsonResponse({"status": "ok"})


@require_GET
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when database and keyring answer; how long the queue's oldest job waits is told and is no reason for 503."""
    try:
        for alias in ("default", "keyring"):
            with connections[alias].cursor() as cursor:
                cursor.execute("SELECT 1")
        queue = desk.state().as_dict()
    except DatabaseError:
        return JsonResponse({"status": "unavailable", "why": "The database does not answer."}, status=503)
    return JsonResponse({"status": "ready", "queue": queue})


@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """The queue for Prometheus; for this machine, or with the operator's token, for it is nobody else's."""
    if not (_is_this_machine(request) or _has_token(request)):
        raise Http404("Metrics are for the operator.")
    registry = CollectorRegistry()
    for name, value in desk.state().as_dict().items():
        Gauge(f"infinitypro_jobs_{name}", f"Jobs: {name.replace('_', ' ')}", registry=registry).set(value)
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _is_this_machine(request: HttpRequest) -> bool:
    """Whether a program of this machine asks. Where the site is public a proxy may stand here that says nothing of
    for whom it asks, and nobody can be told from it."""
    is_private = urlsplit(settings.PUBLIC_URL).hostname in LOOPBACK
    is_passed_on = any(name in request.headers for name in PASSED_ON)
    return is_private and not is_passed_on and request.META.get("REMOTE_ADDR") in LOOPBACK


def _has_token(request: HttpRequest) -> bool:
    given, wanted = request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}"
    return bool(settings.METRICS_TOKEN) and hmac.compare_digest(given.encode(), wanted.encode())
