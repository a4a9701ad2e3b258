"""Alarms: noted once, however often their cause repeats, and told to whoever wants to know."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from infinitypro.accounts import alerts
from infinitypro.core import audit, jobs, locks
from infinitypro.core.audit.models import SecurityEvent
from infinitypro.core.throttle import fingerprint

QUIET = timedelta(hours=1)


@transaction.atomic
def sound(
    kind: str,
    *,
    workspace_id: UUID | None = None,
    user_id: UUID | None = None,
    network: str = "",
    detail: Mapping[str, UUID | int] | None = None,
    now: datetime,
) -> bool:
    """Whether the alarm is new: the same about the same is sounded once an hour. `workspace_id` None: the installation's."""
    locks.take([fingerprint(kind, f"{workspace_id} {user_id}").bytes])
    same = SecurityEvent.objects.filter(kind=kind, workspace_id=workspace_id, user_id=user_id)
    if same.filter(at__gt=now - QUIET).exists():
        return False
    event = audit.note_security(
        kind, workspace_id=workspace_id, user_id=user_id, network=network, detail=detail, now=now
    )
    if workspace_id:
        jobs.enqueue(alerts.tell, event_id=event.id)
    return True
