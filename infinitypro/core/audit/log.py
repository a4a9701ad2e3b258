"""Recording an act, in the transaction that does it."""

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from infinitypro.core import clock, statements
from infinitypro.core.audit import difference, tasks
from infinitypro.core.audit.difference import Change, Thing
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


OPERATOR = Actor(Kind.OPERATOR)
UNNAMED = "settings.changed"
_actor: ContextVar[Actor | None] = ContextVar("actor", default=None)
_pending: ContextVar[list[Change] | None] = ContextVar("pending", default=None)


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


def record_read(action: str, *, object_id: UUID | None = None) -> bool:
    """Record that the current actor looked at it; once in ten minutes, for an open page asks again at every change.
    Whether it was recorded."""
    actor, now = _actor.get() or Actor(), time.monotonic()
    look = (scope.current(), actor, action, object_id)
    if _seen.get(look, -READ_ONCE_IN) > now - READ_ONCE_IN:
        return False
    _seen[look] = now
    _seen.move_to_end(look)
    while len(_seen) > READS_REMEMBERED:
        _seen.popitem(last=False)
    record(action, object_id=object_id)
    return True


@contextmanager
def one_act() -> Iterator[None]:
    """Inside a workspace: what `changes` finds inside stands in the act's own entry, whatever it is recorded as.

    Where nothing is recorded after a change, the change gets an entry of its own at the end.
    """
    token = _pending.set([])
    try:
        yield
        if _pending.get():
            record(UNNAMED)
    finally:
        _pending.reset(token)


@contextmanager
def changes(read: Callable[[], Iterable[Thing]]) -> Iterator[None]:
    """Around a write, in its transaction, or as its decorator: what differs in `read()` after it goes into the log."""
    before = list(read())
    yield
    found, pending = difference.between(before, read()), _pending.get()
    if pending is not None:
        pending += found
    elif found:
        token = _pending.set(found)
        try:
            record(UNNAMED)
        finally:
            _pending.reset(token)


@contextmanager
def by_operator(action: str, *, object_id: UUID | None = None, **details: Any) -> Iterator[None]:
    """Inside a workspace: what is done inside is the operator's act, and stands in its log as that."""
    with acting(OPERATOR), one_act():
        yield
        record(action, object_id=object_id, **details)


def record(
    action: str,
    *,
    object_id: UUID | None = None,
    subject_id: UUID | None = None,
    now: datetime | None = None,
    **details: Any,
) -> AuditEntry:
    """Record that the current actor did this: `action` is `<thing>.<done>`, `details` are sealed, for the subject if any.

    Settings that the act changed are among the details; where they concern several people, each has an entry of their own.
    """
    told = _by_subject()
    if subject_id is None:
        subject_id = next(iter(told)) if len(told) == 1 and not details else keyring.OWN
    own = told.pop(subject_id, [])
    entry = _add(action, object_id, subject_id, now, {**details, **_said(own)})
    for other, group in told.items():
        _add(action, group[0].thing_id, other, now, _said(group))
    tasks.request_linking()
    return entry


def _by_subject() -> dict[UUID, list[Change]]:
    pending, found = _pending.get() or [], dict[UUID, list[Change]]()
    for change in pending:
        found.setdefault(change.subject_id, []).append(change)
    pending.clear()
    return found


def _said(group: list[Change]) -> dict[str, Any]:
    return {"changes": [change.told for change in group]} if group else {}


def _add(
    action: str, object_id: UUID | None, subject_id: UUID, now: datetime | None, details: dict[str, Any]
) -> AuditEntry:
    actor = _actor.get() or Actor()
    entry = AuditEntry(
        at=now or clock.now(),
        actor=actor.kind,
        actor_id=actor.id,
        place=actor.place,
        action=action,
        object_id=object_id,
        subject_id=subject_id,
        details=details or None,
    )
    statements.insert(entry)
    return entry
