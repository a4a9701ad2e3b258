"""Requests that broke, counted by what and where; what was in them is kept nowhere."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from django.db import Error, transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse

from infinitypro.accounts.models import Workspace
from infinitypro.console.models import BrokenRequest
from infinitypro.core import clock, logs

KEPT = timedelta(days=30)
logger = logging.getLogger(__name__)


class ErrorsMiddleware:
    """Counts requests that an error of ours ended. In the request's own thread, on the connection that it has: Django's
    signal comes in another, and a second connection for each of many that break at once is none for anybody else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        """The response."""
        request.broken_by = ""
        response = self.get_response(request)
        if request.broken_by and response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            _count(request)
        return response

    def process_exception(self, request: Any, error: Exception) -> None:
        """Keep the kind and the place, until it is known what became of it."""
        request.broken_by = logs.kind_and_place(error)


def _count(request: Any) -> None:
    now, match = clock.now(), request.resolver_match
    what = {
        "day": now.date(),
        "route": match.route[:200] if match else "",
        "why": request.broken_by[:300],
        "workspace": _workspace(request),
    }
    try:
        with transaction.atomic():
            row, _ = BrokenRequest.objects.get_or_create(**what, defaults={"last_at": now})
            BrokenRequest.objects.filter(id=row.id).update(count=F("count") + 1, last_at=now)
    except Error as trouble:  # which may be why the request broke
        logger.warning("a broken request was not counted: %s", logs.explain(trouble))


def _workspace(request: Any) -> Workspace | None:
    """A member's, or that of a program's token."""
    found: Workspace | None = getattr(getattr(request, "auth", request), "workspace", None)
    return found


def forget(*, now: datetime) -> None:
    """Drop what is older than a month."""
    BrokenRequest.objects.filter(last_at__lt=now - KEPT).delete()
