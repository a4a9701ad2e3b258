"""Pages that belong to no room: the way in, health, metrics, the stream of events."""

from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
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
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from infinitypro.accounts import queries as accounts
from infinitypro.config import live
from infinitypro.core.jobs import desk


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The way in."""
    return redirect("app" if request.user.is_authenticated else "account_login")


@require_GET
def app(request: HttpRequest) -> HttpResponse:
    """The first workspace of whoever is signed in."""
    if not request.user.is_authenticated:
        return redirect("account_login")
    found = accounts.workspaces_of(user=request.user)
    if not found:
        return render(request, "no_workspace.html", status=403)
    return redirect("inbox:list", found[0].slug)


async def events(request: HttpRequest, workspace: str) -> HttpResponseBase:
    """The stream of what happens in a workspace, for its members' browsers."""
    workspace_id = await sync_to_async(_member_of)(request, workspace)
    response = StreamingHttpResponse(live.hub.stream(workspace_id), content_type="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response


def _member_of(request: Any, slug: str) -> UUID:
    try:
        found = (
            accounts.workspace_for(user=request.user, slug=slug) if request.user.is_authenticated else None
        )
    finally:
        connections.close_all()  # the stream lasts for hours: it must not keep a connection for as long
    if found is None:
        raise Http404("There is no such workspace for this person.")
    return found.id


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
    """The queue and the database's clock for Prometheus; to this machine only, for it is nobody else's."""
    if request.META.get("REMOTE_ADDR") not in ("127.0.0.1", "::1"):
        raise Http404("Metrics are served to this machine only.")
    registry = CollectorRegistry()
    for name, value in desk.state().as_dict().items():
        Gauge(f"infinitypro_jobs_{name}", f"Jobs: {name.replace('_', ' ')}", registry=registry).set(value)
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
