"""Requests that broke, counted by what and where; what was in them is kept nowhere."""

import logging
import sys
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import F

from infinitypro.accounts.models import Workspace
from infinitypro.console.models import BrokenRequest
from infinitypro.core import clock, logs

KEPT = timedelta(days=30)
logger = logging.getLogger(__name__)


def note(request: Any, **_signal: Any) -> None:
    """Count a request that an error ended; a receiver of `got_request_exception`, which runs while the error is handled."""
    error = sys.exc_info()[1]
    if error is None:
        return
    now = clock.now()
    match = getattr(request, "resolver_match", None)
    what = {
        "day": now.date(),
        "route": match.route[:200] if match else "",
        "why": logs.kind_and_place(error)[:300],
        "workspace": _workspace(request),
    }
    try:
        with transaction.atomic():
            row, _ = BrokenRequest.objects.get_or_create(**what, defaults={"last_at": now})
            BrokenRequest.objects.filter(id=row.id).update(count=F("count") + 1, last_at=now)
    except DatabaseError as trouble:  # which may be why the request broke
        logger.warning("a broken request was not counted: %s", logs.explain(trouble))


def _workspace(request: Any) -> Workspace | None:
    """A member's, or that of a program's token."""
    found: Workspace | None = getattr(getattr(request, "auth", request), "workspace", None)
    return found


def forget(*, now: datetime) -> None:
    """Drop what is older than a month."""
    BrokenRequest.objects.filter(last_at__lt=now - KEPT).delete()
