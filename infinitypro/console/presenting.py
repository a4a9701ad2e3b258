"""What the console's pages show, as plain values."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse

from infinitypro.accounts import security_words
from infinitypro.accounts.models import SupportGrant, Workspace
from infinitypro.console.models import Figures
from infinitypro.core.audit.models import SecurityEvent
from infinitypro.core.jobs.models import FailedJob

SIZES = ("members", "contacts", "conversations", "messages", "appointments")
WORDS = security_words.WORDS | {
    "operator.added": "an operator was added",
    "operator.removed": "an operator was removed",
    "operator.suspend": "paused a workspace",
    "operator.resume": "let a workspace go on",
    "operator.ask": "asked to look in",
    "operator.end_support": "stopped looking in",
    "operator.announce": "announced something to a workspace",
    "operator.announce_to_all": "announced something to everybody",
    "operator.end_announcement": "took an announcement away",
    "operator.job_again": "ran a job again",
    "operator.sign-up_on": "opened sign-up",
    "operator.sign-up_off": "closed sign-up",
    "operator.assistant_on": "switched the assistant on",
    "operator.assistant_off": "switched the assistant off",
    "workspace.removed": "a workspace was removed",
}


def workspace(
    space: Workspace, *, failed: Counter[str], broken: Counter[UUID], now: datetime
) -> dict[str, Any]:
    """A workspace's size and health; nothing where it was not counted yet."""
    figures: Figures | None = getattr(space, "figures", None)
    return {
        "slug": space.slug,
        "made_at": space.made_at,
        "suspended_at": space.suspended_at,
        "is_demo": space.is_demo,
        "counted_at": figures and figures.counted_at,
        "sizes": [{"name": name, "count": getattr(figures, name)} for name in SIZES] if figures else [],
        "last_inbound_at": figures and figures.last_inbound_at,
        "last_inbound": ago(figures.last_inbound_at, now) if figures and figures.last_inbound_at else "",
        "health": list(_health(space, figures, failed[str(space.id)], broken[space.id])),
    }


def _health(space: Workspace, figures: Figures | None, failed: int, broken: int) -> Iterator[dict[str, str]]:
    if space.suspended_at:
        yield {"tone": "bad", "text": "Paused"}
    if figures and figures.silent_channels:
        yield {"tone": "warn", "text": f"{figures.silent_channels} silent"}
    if figures and figures.troubled_channels:
        yield {"tone": "bad", "text": f"{figures.troubled_channels} refused"}
    if failed:
        yield {"tone": "warn", "text": f"{failed} failed"}
    if broken:
        yield {"tone": "warn", "text": f"{broken} broken"}


def ago(moment: datetime, now: datetime) -> str:
    """`3 min ago`, `5 h ago`, `12 days ago`."""
    past = max(now - moment, timedelta())
    if past < timedelta(hours=1):
        return f"{past // timedelta(minutes=1)} min ago"
    if past < timedelta(days=2):
        return f"{past // timedelta(hours=1)} h ago"
    return f"{past.days} days ago"


def grant(row: SupportGrant, *, now: datetime) -> dict[str, Any]:
    """A request, and what became of it."""
    state, tone = _state(row, now)
    return {
        "id": row.id,
        "slug": row.workspace.slug,
        "asked_at": row.asked_at,
        "scope": row.get_scope_display() if row.scope else "",
        "ends_at": row.ends_at,
        "state": state,
        "tone": tone,
        "url": _place(row) if state == "Open" else "",
        "can_end": state in ("Open", "Waits"),
    }


def _place(row: SupportGrant) -> str:
    """Where an operator begins to look."""
    page = "business:facts" if row.scope == SupportGrant.Scope.SETTINGS else "inbox:list"
    return reverse(page, args=[row.workspace.slug])


def _state(row: SupportGrant, now: datetime) -> tuple[str, str]:
    if row.decided_at is None:
        return ("Taken back", "") if row.ended_at else ("Waits", "warn")
    if not row.scope:
        return "Refused", ""
    is_over = row.ended_at is not None or row.ends_at is None or row.ends_at <= now
    return ("Over", "") if is_over else ("Open", "good")


def workspace_of(job: FailedJob) -> UUID | None:
    """Whose workspace a job was for."""
    found = job.arguments.get("workspace_id")
    return UUID(found) if found else None


def event(row: SecurityEvent, *, people: Mapping[UUID, str], slugs: Mapping[UUID, str]) -> dict[str, Any]:
    """An entry of the installation's log. Of operators the name is told, of everybody else an id."""
    who = people.get(row.user_id, "") if row.user_id else ""
    return {
        "at": row.at,
        "what": WORDS.get(row.kind, row.kind),
        "who": who or (f"Account {str(row.user_id)[-8:]}" if row.user_id else "Nobody known"),
        "slug": slugs.get(row.workspace_id, "") if row.workspace_id else "",
        "network": row.network,
    }
