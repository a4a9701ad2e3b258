"""Recording an act, in the transaction that does it."""

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from infinitypro.core import clock, statements
from infinitypro.core.audit import tasks
from infinitypro.core.audit.models import AuditEntry
from infinitypro.core.tenancy import scope
from infinitypro.core.vault import keyring

Kind = AuditEntry.Kind
READ_ONCE_IN = 600.0  # seconds
READS_REMEMBERED = 10_000


@dataclass(frozen=True)
class Actor:
    """Who acts, and from which network."""

    kind: str = Kind.SYSTEM
    id: UUID | None = None
    place: str = ""


_actor: ContextVar[Actor | None] = ContextVar("actor", default=None)


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """What is recorded inside was done by this actor; outside, by the system."""
    token = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(token)


def network(address: str) -> str:
    """The network of an internet address, which tells a town and no household; nothing where it is none."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    return str(ipaddress.ip_network((found, 24 if found.version == 4 else 48), strict=False))


_seen: OrderedDict[tuple[object, ...], float] = OrderedDict()


def record_read(action: str, *, object_id: UUID | None = None) -> None:
    """Record that the current actor looked at it; once in ten minutes, for an open page asks again at every change."""
    actor, now = _actor.get() or Actor(), time.monotonic()
    look = (scope.current(), actor, action, object_id)
    if _seen.get(look, -READ_ONCE_IN) > now - READ_ONCE_IN:
        return
    _seen[look] = now
    _seen.move_to_end(look)
    while len(_seen) > READS_REMEMBERED:
        _seen.popitem(last=False)
    record(action, object_id=object_id)


def record(
    action: str,
    *,
    object_id: UUID | None = None,
    contact_id: UUID | None = None,
    now: datetime | None = None,
    **details: Any,
) -> AuditEntry:
    """Record that the current actor did this: `action` is `<thing>.<done>`, `details` are sealed."""
    actor = _actor.get() or Actor()
    entry = AuditEntry(
        at=now or clock.now(),
        actor=actor.kind,
        actor_id=actor.id,
        place=actor.place,
        action=action,
        object_id=object_id,
        subject_id=contact_id or keyring.OWN,
        details=details or None,
    )
    statements.insert(entry)
    tasks.request_linking()
    return entry
