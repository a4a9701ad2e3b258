"""Copies of the keyring, sealed under its epoch's root: worth nothing once that root is destroyed."""

import base64
import json
import secrets
import struct
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connections, transaction

from infinitypro.core import clock, home
from infinitypro.core.errors import Problem
from infinitypro.core.vault import cipher, roots
from infinitypro.core.vault.models import Epoch, RootedKey, SubjectKey, WorkspaceKey

KEPT = timedelta(days=7)
MAGIC = b"IPKEYS1\n"
HEADER = struct.Struct(">II")  # epoch, length of the wrapped key
CONTEXT = b"keyring copy"
TABLES = (Epoch, WorkspaceKey, SubjectKey, RootedKey)

Rows = dict[str, list[dict[str, Any]]]


class Unusable(Problem):
    """The copy cannot be relied on."""


def folder() -> Path:
    """Where the copies lie."""
    return home.path() / "keyring-backups"


def write(*, epoch: int) -> Path:
    """A new copy under the epoch's root, durable when this returns."""
    content = json.dumps(snapshot(), separators=(",", ":"), sort_keys=True).encode()
    key = cipher.new_key()
    wrapped = roots.store.wrap(epoch, key, context=CONTEXT)
    sealed = cipher.seal(content, key=key, key_id=cipher.NOBODY, context=CONTEXT)
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"keyring-{epoch:06d}-{clock.now():%Y%m%dT%H%M%S%f}-{secrets.token_hex(3)}"
    home.write_once(folder() / name, MAGIC + HEADER.pack(epoch, len(wrapped)) + wrapped + sealed)
    return folder() / name


def read(file: Path) -> Rows:
    """What a copy holds; raises Unusable, or Misconfigured when its root is gone."""
    content = file.read_bytes()
    if not content.startswith(MAGIC):
        raise Unusable(f"{file.name} is no copy of a keyring.")
    start = len(MAGIC) + HEADER.size
    epoch, length = HEADER.unpack(content[len(MAGIC) : start])
    try:
        key = roots.store.unwrap(epoch, content[start : start + length], context=CONTEXT)
        rows: Rows = json.loads(cipher.open_(content[start + length :], key=key, context=CONTEXT))
    except cipher.DoesNotOpen as error:
        raise Unusable(f"{file.name} does not open: it is damaged, or of another installation.") from error
    return rows


def check(file: Path, *, epoch: int) -> None:
    """Raise Unusable unless the copy holds every key there is, each below the epoch's root and opening."""
    found = read(file)
    for table, rows in snapshot().items():
        held = {row["id"] if "id" in row else row["number"]: row for row in found.get(table, [])}
        for row in rows:
            # Keys made since the copy was written are in the next one.
            if row != held.get(row["id"] if "id" in row else row["number"], row):
                raise Unusable(f"{file.name} differs from the keyring in {table}.")
    wrapping = {row["id"]: _open(row, epoch, row["workspace_id"]) for row in found["WorkspaceKey"]}
    for row in found["RootedKey"]:
        _open(row, epoch, row["id"])
    for row in found["SubjectKey"]:
        context = UUID(row["workspace_id"]).bytes + UUID(row["id"]).bytes
        cipher.open_(base64.b64decode(row["wrapped"]), key=wrapping[row["workspace_key_id"]], context=context)


def _open(row: Mapping[str, Any], epoch: int, context: str) -> bytes:
    if row["epoch_id"] != epoch:
        raise Unusable(f"The copy holds a key of epoch {row['epoch_id']}.")
    return roots.store.unwrap(epoch, base64.b64decode(row["wrapped"]), context=UUID(context).bytes)


def snapshot() -> Rows:
    """All rows of the keyring as of one moment, as JSON can hold them."""
    with transaction.atomic(using="keyring"):
        with connections["keyring"].cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        return {
            table.__name__: [
                {name: _plain(value) for name, value in row.items()}
                for row in table.objects.order_by("pk").values()
            ]
            for table in TABLES
        }


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    return value if isinstance(value, int | bool | None) else str(value)


def newest() -> Path | None:
    """The latest copy."""
    return max(folder().glob("keyring-*"), default=None)


def prune() -> None:
    """Remove copies that are older than seven days, but never the latest."""
    last = newest()
    for file in folder().glob("keyring-*"):
        if file != last and time.time() - file.stat().st_mtime > KEPT.total_seconds():
            file.unlink(missing_ok=True)
