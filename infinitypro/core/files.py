"""The file store: sealed bytes under the home, each at a place of its own."""

import os
import secrets
from pathlib import Path
from uuid import UUID

from infinitypro.core import home
from infinitypro.core.vault import cipher, keyring


def put(plain: bytes, *, workspace_id: UUID, subject_id: UUID, file_id: UUID) -> str:
    """Seal a file with its subject's key and keep it; returns its place."""
    key = keyring.subject_key(workspace_id, subject_id)
    sealed = cipher.seal(plain, key=key.secret, key_id=key.id, context=_context(workspace_id, file_id))
    place = f"{workspace_id}/{file_id}"
    target = _path(place)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = target.with_name(f".{file_id}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
        handle.write(sealed)
        handle.flush()
        os.fsync(handle.fileno())
    draft.rename(target)
    return place


def get(place: str, *, workspace_id: UUID, file_id: UUID) -> bytes:
    """The file's content; raises FileNotFoundError, KeyDestroyed or DoesNotOpen."""
    sealed = _path(place).read_bytes()
    key = keyring.by_id(cipher.key_id(sealed))
    return cipher.open_(sealed, key=key.secret, context=_context(workspace_id, file_id))


def remove(place: str) -> None:
    """Delete a file; one that is gone is no error."""
    _path(place).unlink(missing_ok=True)


def _path(place: str) -> Path:
    workspace_id, file_id = place.split("/")
    return home.path() / "files" / str(UUID(workspace_id)) / str(UUID(file_id))


def _context(workspace_id: UUID, file_id: UUID) -> bytes:
    return cipher.associated(workspace_id=workspace_id, label="file", row_id=file_id)
