"""Telling of alarms: by e-mail whoever may see the security page and did not mute it, and the address the workspace named."""

import hashlib
import hmac
from datetime import datetime
from uuid import UUID

import orjson
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from infinitypro.accounts import alarm_words, notices, queries
from infinitypro.accounts.models import AlertHook, Workspace
from infinitypro.core import clock, jobs, mail, outbound, tenancy
from infinitypro.core.audit.models import SecurityEvent
from infinitypro.core.errors import Problem

SUCCESS = range(200, 300)
SIGNATURE, TIMESTAMP = "Infinitypro-Signature", "Infinitypro-Timestamp"


class NotTaken(Problem):
    """The address did not take an alert; it is tried again."""


# Safe to run twice: the messages commit together; at the worst people are told once more of the same alarm.
@jobs.task(name="security.alert")
def tell(*, event_id: str) -> None:
    """Write to the people, and have the workspace's address called."""
    event = SecurityEvent.objects.filter(id=UUID(event_id)).first()
    space_id = event.workspace_id if event else None
    space = Workspace.objects.filter(id=space_id).first() if space_id else None
    if event is None or space is None:
        return
    said = alarm_words.of(event)
    link = f"{settings.PUBLIC_URL}{reverse('security:list', args=[space.slug])}"
    text = f"{said.what}\n\n{said.done}\n\n{said.todo}\n\n{link}\n"
    with transaction.atomic():
        for one in queries.team(workspace_id=space.id):
            is_asked = notices.is_wanted(user=one.user, event=notices.ALARM, channel="email")
            if "security.view" in one.grants() and is_asked:
                mail.send(
                    to=one.user.email, subject=f"{said.title} ({space.slug})", text=text, now=clock.now()
                )
        with tenancy.workspace(space.id):
            if AlertHook.objects.exists():
                jobs.enqueue(call, event_id=event.id)


# Safe to run twice: the receiver knows an alarm again by its id.
@jobs.task(name="security.call", attempts=12)
def call(*, event_id: str) -> None:
    """Tell the workspace's address. Raises NotTaken, outbound.Refused, outbound.Failed."""
    event = SecurityEvent.objects.get(id=UUID(event_id))
    target = _target(event.workspace_id) if event.workspace_id else None
    if target is None:
        return
    url, secret = target
    body = orjson.dumps(_document(event))
    answer = outbound.post(url, headers=signed(body, secret=secret, now=clock.now()), content=body)
    if answer.status_code not in SUCCESS:
        raise NotTaken(f"The address answered {answer.status_code}.")


def _target(workspace_id: UUID) -> tuple[str, str] | None:
    with tenancy.workspace(workspace_id):
        hook = AlertHook.objects.first()
        return (hook.url, hook.secret) if hook else None


def _document(event: SecurityEvent) -> dict[str, object]:
    said = alarm_words.of(event)
    return {
        "id": str(event.id),
        "kind": event.kind,
        "at": event.at.isoformat(),
        "title": said.title,
        "text": said.what,
        "network": event.network,
        "numbers": event.detail,
    }


def signed(body: bytes, *, secret: str, now: datetime) -> dict[str, str]:
    """The headers by which a receiver knows that we sent it, and when: HMAC-SHA256 over time, a full stop and the body."""
    at = str(int(now.timestamp()))
    mark = hmac.new(secret.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"Content-Type": "application/json", TIMESTAMP: at, SIGNATURE: f"sha256={mark}"}
