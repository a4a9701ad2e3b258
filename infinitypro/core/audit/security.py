"""What happened to accounts and to the installation, in no workspace: sign-ins, new passwords. Kept for a year."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q

from infinitypro.core import clock
from infinitypro.core.audit.log import network as network_of
from infinitypro.core.audit.models import SecurityEvent


def note_security(
    kind: str,
    *,
    user_id: UUID | None = None,
    workspace_id: UUID | None = None,
    network: str = "",
    detail: Mapping[str, UUID | int] | None = None,
    now: datetime | None = None,
) -> SecurityEvent:
    """Note that it happened: `kind` is `<thing>.<done>`. Of an address its network alone is kept, of all else only ids.

    It stands only where the transaction commits: what is to be known of a refusal is noted outside the one that is undone.
    """
    given = dict(detail or {})
    if wrong := [name for name, value in given.items() if not isinstance(value, UUID | int)]:
        raise TypeError(f"A security event holds ids and numbers only, and {wrong} are none.")
    return SecurityEvent.objects.create(
        at=now or clock.now(),
        kind=kind,
        user_id=user_id,
        workspace_id=workspace_id,
        network=network_of(network) or network,
        detail={name: value if isinstance(value, int) else str(value) for name, value in given.items()},
    )


def events(
    *,
    user_ids: Iterable[UUID] = (),
    workspace_id: UUID | None = None,
    kinds: Iterable[str] = (),
    limit: int = 50,
    before: tuple[datetime, UUID] | None = None,
) -> list[SecurityEvent]:
    """What happened to these people or to that workspace, the newest first; of everybody, where neither is named."""
    rows, people = SecurityEvent.objects.all(), list(user_ids)
    if people or workspace_id:
        whose = Q(user_id__in=people)
        rows = rows.filter(whose | Q(workspace_id=workspace_id) if workspace_id else whose)
    if wanted := list(kinds):
        rows = rows.filter(kind__in=wanted)
    if before:
        at, row_id = before
        rows = rows.filter(Q(at__lt=at) | Q(at=at, id__lt=row_id), at__lte=at)
    return list(rows.order_by("-at", "-id")[:limit])


def prune() -> int:
    """Remove what is older than a year; returns how many events went."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT security_prune()")
        (count,) = cursor.fetchone()
    return int(count)
