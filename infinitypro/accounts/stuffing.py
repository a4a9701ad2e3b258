"""Credential stuffing: passwords stolen elsewhere are tried at many accounts."""

from datetime import datetime, timedelta
from uuid import UUID

from infinitypro.accounts import alarms
from infinitypro.accounts.models import Membership
from infinitypro.core.audit.models import SecurityEvent

WITHIN = timedelta(minutes=10)
ACCOUNTS = 10  # so many with a failed sign-in within that time are no coincidence
FAILURE = "sign_in.failed"
ALARM = "alarm.stuffing"


def look(*, now: datetime) -> bool:
    """Whether many accounts fail at once; then the installation and each workspace with a member among them is told."""
    recent = SecurityEvent.objects.filter(kind=FAILURE, at__gt=now - WITHIN, at__lte=now)
    rows = list(recent.values_list("user_id", "network", "detail__account"))
    accounts, networks = {row[2] for row in rows}, {row[1] for row in rows}
    if len(accounts) < ACCOUNTS:
        return False
    tried = {row[0] for row in rows if row[0]}
    alarms.sound(ALARM, detail=_said(len(accounts), len(networks), len(rows)), now=now)
    for workspace_id, members in _workspaces(tried).items():
        theirs = [row for row in rows if row[0] in members]
        said = _said(len(members), len({row[1] for row in theirs}), len(theirs))
        alarms.sound(ALARM, workspace_id=workspace_id, detail=said, now=now)
    return True


def _said(accounts: int, networks: int, failures: int) -> dict[str, UUID | int]:
    return {"accounts": accounts, "networks": networks, "failures": failures}


def _workspaces(user_ids: set[UUID]) -> dict[UUID, set[UUID]]:
    found: dict[UUID, set[UUID]] = {}
    rows = Membership.objects.filter(user_id__in=user_ids).values_list("workspace_id", "user_id")
    for workspace_id, user_id in rows.order_by("workspace_id", "user_id"):
        found.setdefault(workspace_id, set()).add(user_id)
    return found
