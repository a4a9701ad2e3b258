"""A new epoch: a new root and new workspace keys, all below wrapped again, a copy read back, the old root destroyed.

It runs while the system does. Every step commits by itself and is safe to repeat, so a rotation that was cut short is
taken up where it stopped. Keys that other processes make meanwhile under what is about to go are caught by the foreign
keys: either they are there to be wrapped again, or their making fails and is tried again under what is new.
"""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, connections, transaction
from django.db.models import ProtectedError

from infinitypro.core.errors import Problem
from infinitypro.core.vault import cipher, copies, keyring, roots
from infinitypro.core.vault.models import Epoch, RootedKey, SubjectKey, WorkspaceKey

EVERY = timedelta(days=7)
MARGIN = timedelta(hours=4)  # the job comes hourly, and seven days are the most
BATCH = 500
LOCK = 0x1F1F1702


class Busy(Problem):
    """Another process rotates."""


@dataclass(frozen=True)
class Status:
    """How the keys stand."""

    epoch: int
    since: datetime
    due_at: datetime
    is_unfinished: bool
    workspace_keys: int
    subject_keys: int
    rooted_keys: int
    last_copy: str | None

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self) | {"since": self.since.isoformat(), "due_at": self.due_at.isoformat()}


def status() -> Status:
    """How the keys stand now."""
    current = Epoch.objects.get(is_current=True)
    last = copies.newest()
    return Status(
        epoch=current.number,
        since=current.made_at,
        due_at=current.made_at + EVERY,
        is_unfinished=is_unfinished(),
        workspace_keys=WorkspaceKey.objects.count(),
        subject_keys=SubjectKey.objects.count(),
        rooted_keys=RootedKey.objects.count(),
        last_copy=last.name if last else None,
    )


def is_unfinished() -> bool:
    """Whether a rotation was begun and cut short."""
    current = Epoch.objects.get(is_current=True).number
    return Epoch.objects.filter(number__gt=current).exists() or bool(_old_roots(current))


def rotate_if_due(*, now: datetime) -> bool:
    """Rotate when the epoch is nearly seven days old, or finish what was begun; returns whether it did."""
    if now < Epoch.objects.get(is_current=True).made_at + EVERY - MARGIN and not is_unfinished():
        return False
    rotate()
    return True


def rotate() -> int:
    """Finish the rotation that was begun, else begin one and finish it; returns the epoch. Raises Busy."""
    for _step in steps():
        pass
    return keyring.current_epoch()


def steps() -> Generator[str, None, None]:
    """The same step by step: at each yield something was committed, and the process may die."""
    with _alone():
        current = Epoch.objects.get(is_current=True).number
        new = Epoch.objects.filter(number__gt=current).order_by("number").first()
        if new is None and not _old_roots(current):
            new = keyring.open_epoch(current + 1, is_current=False)
            yield "opened"
        if new is not None:
            yield from _wrap_again(new.number)
            current = new.number
        yield from _clear_up(current)


@contextmanager
def _alone() -> Iterator[None]:
    with connections["keyring"].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise Busy(
                "The keys are being rotated by another process. `infinitypro keys status` shows how it stands."
            )
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _old_roots(current: int) -> list[int]:
    return [number for number in roots.store.epochs() if number < current]


def _wrap_again(number: int) -> Iterator[str]:
    while True:
        for row in list(WorkspaceKey.objects.filter(epoch__lt=number).order_by("id")):
            keyring.make_workspace_key(row.workspace_id, epoch=number)
            yield "workspace key made"
            yield from _replace(row, number)
        while _wrap_rooted(number):
            yield "rooted keys wrapped"
        if _promote(number):
            yield "promoted"
            return


def _replace(old: WorkspaceKey, number: int) -> Iterator[str]:
    """Wrap all that `old` wraps under its workspace's new key, then delete it."""
    new = WorkspaceKey.objects.get(workspace_id=old.workspace_id, epoch=number)
    keys = keyring.open_workspace_key(old), keyring.open_workspace_key(new)
    while True:
        while _wrap_subjects(*keys):
            yield "subject keys wrapped"
        try:
            WorkspaceKey.objects.filter(id=old.id).delete()
        except (ProtectedError, IntegrityError):
            continue  # a key was made under it meanwhile
        yield "workspace key replaced"
        return


def _wrap_subjects(old: keyring.Key, new: keyring.Key) -> int:
    with transaction.atomic(using="keyring"):
        rows = list(
            SubjectKey.objects.select_for_update().filter(workspace_key_id=old.id).order_by("id")[:BATCH]
        )
        for row in rows:
            context = row.workspace_id.bytes + row.id.bytes
            secret = cipher.open_(bytes(row.wrapped), key=old.secret, context=context)
            row.workspace_key_id = new.id
            row.wrapped = cipher.seal(secret, key=new.secret, key_id=new.id, context=context)
        SubjectKey.objects.bulk_update(rows, ["workspace_key", "wrapped"])
    return len(rows)


def _wrap_rooted(number: int) -> int:
    with transaction.atomic(using="keyring"):
        rows = list(RootedKey.objects.select_for_update().filter(epoch__lt=number).order_by("id")[:BATCH])
        for row in rows:
            secret = roots.store.unwrap(row.epoch_id, bytes(row.wrapped), context=row.id.bytes)
            row.epoch_id = number
            row.wrapped = roots.store.wrap(number, secret, context=row.id.bytes)
        RootedKey.objects.bulk_update(rows, ["epoch", "wrapped"])
    return len(rows)


def _promote(number: int) -> bool:
    """Make the epoch the current one; False where something was made under an older one meanwhile."""
    try:
        with transaction.atomic(using="keyring"):
            Epoch.objects.filter(number__lt=number).delete()
            Epoch.objects.filter(number=number).update(is_current=True)
    except (ProtectedError, IntegrityError):
        return False
    keyring.forget()
    return True


def _clear_up(number: int) -> Iterator[str]:
    """Destroy the older roots, once a copy of the keyring under the new one was read back."""
    copies.check(copies.write(epoch=number), epoch=number)
    yield "copied"
    for old in _old_roots(number):
        roots.store.destroy(old)
        yield "root destroyed"
    copies.prune()
