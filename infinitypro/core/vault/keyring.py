"""Opened keys: found, made, wrapped, and forgotten after a minute."""

import threading
import time
from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple, TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction

from infinitypro.core.errors import Misconfigured
from infinitypro.core.tenancy.models import new_id
from infinitypro.core.vault import cipher, roots
from infinitypro.core.vault.models import Epoch, RootedKey, SubjectKey, WorkspaceKey

Found = TypeVar("Found")
KEPT_SECONDS = 60.0
CHECK = b"infinitypro"
OWN = UUID(int=0)  # stands for the workspace itself where a subject is named


class Key(NamedTuple):
    """An opened key."""

    id: UUID
    secret: bytes
    subject: str


class KeyDestroyed(Exception):
    """The key was destroyed: what it sealed is erased for good."""


_cache: dict[tuple[object, ...], tuple[float, Key]] = {}
_lock = threading.Lock()


def forget() -> None:
    """Drop every opened key of this process."""
    with _lock:
        _cache.clear()


def _kept(name: tuple[object, ...], find: Callable[[], Key]) -> Key:
    entry = _cache.get(name)
    if entry is not None and entry[0] > time.monotonic():
        return entry[1]
    key = _despite_rotation(find)
    _keep(name, key)
    return key


def _despite_rotation(find: Callable[[], Found]) -> Found:
    """What `find` finds, asked once more where a rotation removed what it had read in between."""
    try:
        return find()
    except (Misconfigured, IntegrityError):
        return find()


def _keep(name: tuple[object, ...], key: Key) -> None:
    now = time.monotonic()
    with _lock:
        if len(_cache) > 20_000:
            for old in [name for name, entry in _cache.items() if entry[0] <= now] or list(_cache)[:5_000]:
                del _cache[old]
        _cache[name] = (now + KEPT_SECONDS, key)


# Roots and epochs


def begin(*, is_first: bool = True) -> None:
    """Make the first epoch in an empty keyring; refuse a keyring whose root is missing or another's.

    An empty one is refused too unless `is_first`: unless nothing can be sealed yet.
    """
    epochs = list(Epoch.objects.order_by("number"))
    if not epochs and not is_first:
        raise Misconfigured(
            "The keyring is empty, but the database holds workspaces, whose keys lie in another one."
            " Point KEYRING_URL at the keyring that belongs to it, or restore it from its last copy."
        )
    if not epochs:
        open_epoch(1, is_current=True)
    elif not any(epoch.is_current for epoch in epochs):
        raise Misconfigured("The keyring has no current epoch. Restore it from its last copy.")
    for epoch in epochs:
        _check_root(epoch)


def _check_root(epoch: Epoch) -> None:
    check, context = bytes(epoch.check_value), _check_context(epoch.number)
    try:
        opened = roots.store.unwrap(epoch.number, check, context=context)
    except cipher.DoesNotOpen:
        opened = b""
    except Misconfigured:
        if not Epoch.objects.filter(number=epoch.number).exists():
            return  # a rotation that runs has just left it behind
        raise
    if opened != CHECK:
        raise Misconfigured(
            f"The root key of epoch {epoch.number} is not the one this keyring was made with."
            " Put the right one back, or point KEYRING_URL at the keyring that belongs to it."
        )


def open_epoch(number: int, *, is_current: bool) -> Epoch:
    """The epoch of that number, with its root, made where it is not there."""
    roots.store.create(number)
    check = roots.store.wrap(number, CHECK, context=_check_context(number))
    return Epoch.objects.get_or_create(
        number=number, defaults={"is_current": is_current, "check_value": check}
    )[0]


def _check_context(number: int) -> bytes:
    return f"epoch {number}".encode()


def current_epoch() -> int:
    """The newest epoch: new keys are wrapped under it."""
    return Epoch.objects.order_by("-number").values_list("number", flat=True)[0]


# Workspace keys only wrap


def workspace_key(workspace_id: UUID) -> Key:
    """The workspace's newest wrapping key, made at its first use."""
    return _kept(("wrap", workspace_id), lambda: _find_workspace_key(workspace_id))


def _find_workspace_key(workspace_id: UUID) -> Key:
    row = WorkspaceKey.objects.filter(workspace_id=workspace_id).order_by("-epoch_id").first()
    if row is None:
        make_workspace_key(workspace_id, epoch=current_epoch())
        return _find_workspace_key(workspace_id)
    return open_workspace_key(row)


def make_workspace_key(workspace_id: UUID, *, epoch: int) -> None:
    """A wrapping key under that epoch's root, unless there is one."""
    wrapped = roots.store.wrap(epoch, cipher.new_key(), context=workspace_id.bytes)
    rows = [WorkspaceKey(workspace_id=workspace_id, epoch_id=epoch, wrapped=wrapped)]
    WorkspaceKey.objects.bulk_create(rows, ignore_conflicts=True)


def open_workspace_key(row: WorkspaceKey) -> Key:
    """The wrapping key of that row."""
    secret = roots.store.unwrap(row.epoch_id, bytes(row.wrapped), context=row.workspace_id.bytes)
    return Key(row.id, secret, str(OWN))


# Subject keys


def subject_key(workspace_id: UUID, subject_id: UUID, *, purpose: str = "subject") -> Key:
    """The live key of a subject (or, with OWN and a purpose, of the workspace), committed before it is used."""
    name = ("subject", workspace_id, subject_id, purpose)
    return _kept(name, lambda: _find_subject_key(workspace_id, subject_id, purpose))


def _find_subject_key(workspace_id: UUID, subject_id: UUID, purpose: str) -> Key:
    for _attempt in range(5):
        row = SubjectKey.objects.select_related("workspace_key").filter(
            workspace_id=workspace_id, subject_id=subject_id, purpose=purpose, is_retired=False
        )
        if found := row.first():
            key = _open_subject_key(found)
            _keep(("id", found.id), key)
            return key
        _make_subject_key(workspace_id, subject_id, purpose)
    raise KeyDestroyed("The subject's key could not be made.")


def begin_subject(workspace_id: UUID, subject_id: UUID) -> None:
    """Make the first key of a subject that nobody else knows yet, so that none need be looked for."""
    if key := _make_subject_key(workspace_id, subject_id, "subject"):
        _keep(("subject", workspace_id, subject_id, "subject"), key)
        _keep(("id", key.id), key)


def _make_subject_key(workspace_id: UUID, subject_id: UUID, purpose: str) -> Key | None:
    """The key, where no other was made first."""
    wrapping = workspace_key(workspace_id)
    key_id, secret = new_id(), cipher.new_key()
    context = workspace_id.bytes + key_id.bytes
    row = SubjectKey(
        id=key_id,
        workspace_id=workspace_id,
        subject_id=subject_id,
        purpose=purpose,
        workspace_key_id=wrapping.id,
        wrapped=cipher.seal(secret, key=wrapping.secret, key_id=wrapping.id, context=context),
    )
    try:
        with transaction.atomic(using="keyring"):
            row.save(force_insert=True)
    except IntegrityError:
        # Another process was first, or a rotation has put another wrapping key in this one's place.
        with _lock:
            _cache.pop(("wrap", workspace_id), None)
        return None
    return Key(key_id, secret, str(subject_id))


def _open_subject_key(row: SubjectKey) -> Key:
    wrapping = _kept(("wrapping", row.workspace_key_id), lambda: open_workspace_key(row.workspace_key))
    context = row.workspace_id.bytes + row.id.bytes
    secret = cipher.open_(bytes(row.wrapped), key=wrapping.secret, context=context)
    return Key(row.id, secret, str(row.subject_id))


def by_id(key_id: UUID) -> Key:
    """The key that a sealed value names; raises KeyDestroyed."""
    return _kept(("id", key_id), lambda: _find_by_id(key_id))


def _find_by_id(key_id: UUID) -> Key:
    row = SubjectKey.objects.select_related("workspace_key").filter(id=key_id).first()
    if row is not None:
        return _open_subject_key(row)
    rooted = RootedKey.objects.filter(id=key_id).first()
    if rooted is not None:
        return _open_rooted(rooted)
    raise KeyDestroyed("The key of this value was destroyed.")


def is_of(key_id: UUID, subject: str) -> bool:
    """Whether the key is the subject's, asking the keyring again where a copy a minute old says no."""
    if by_id(key_id).subject == subject:
        return True
    return _despite_rotation(lambda: _find_by_id(key_id)).subject == subject


def prefetch(key_ids: Iterable[UUID]) -> None:
    """Open these keys in one query; those that were destroyed stay unopened."""
    now = time.monotonic()
    missing = {key_id for key_id in key_ids if _cache.get(("id", key_id), (0.0,))[0] <= now}
    if not missing:
        return
    _despite_rotation(lambda: _open_all(missing))


def _open_all(key_ids: set[UUID]) -> None:
    for row in SubjectKey.objects.select_related("workspace_key").filter(id__in=key_ids):
        _keep(("id", row.id), _open_subject_key(row))


def destroy_subject(workspace_id: UUID, subject_id: UUID) -> int:
    """Destroy all keys of a subject: what they sealed is gone from every copy. Returns how many there were."""
    count, _ = SubjectKey.objects.filter(workspace_id=workspace_id, subject_id=subject_id).delete()
    forget()
    return count


def join_subjects(workspace_id: UUID, *, gone: UUID, into: UUID) -> None:
    """After two records of one person became one: the keys of `gone` are the survivor's too, for opening only."""
    rows = SubjectKey.objects.filter(workspace_id=workspace_id, subject_id=gone, purpose="subject")
    rows.update(subject_id=into, is_retired=True)
    with _lock:
        _cache.pop(("subject", workspace_id, gone, "subject"), None)


# Keys under the root itself


def rooted_key(purpose: str, name: str) -> Key:
    """The key of an account or of a day of intake, made at its first use."""
    return _kept(("rooted", purpose, name), lambda: _find_rooted(purpose, name))


def intake_key(day: date) -> Key:
    """The key that seals the raw events of a day."""
    return rooted_key("intake", day.isoformat())


def destroy_intake_keys(*, before: date) -> None:
    """Destroy the keys of the days before that one."""
    gone, _ = RootedKey.objects.filter(purpose="intake", name__lt=before.isoformat()).delete()
    if gone:
        forget()


def destroy_rooted(purpose: str, name: str) -> None:
    """Destroy an account's or a day's key."""
    RootedKey.objects.filter(purpose=purpose, name=name).delete()
    forget()


def _find_rooted(purpose: str, name: str) -> Key:
    while True:
        row = RootedKey.objects.filter(purpose=purpose, name=name).first()
        if row is not None:
            key = _open_rooted(row)
            _keep(("id", row.id), key)
            return key
        epoch, key_id = current_epoch(), new_id()
        wrapped = roots.store.wrap(epoch, cipher.new_key(), context=key_id.bytes)
        rows = [RootedKey(id=key_id, purpose=purpose, name=name, epoch_id=epoch, wrapped=wrapped)]
        RootedKey.objects.bulk_create(rows, ignore_conflicts=True)


def _open_rooted(row: RootedKey) -> Key:
    secret = roots.store.unwrap(row.epoch_id, bytes(row.wrapped), context=row.id.bytes)
    return Key(row.id, secret, row.name)
