"""Signed statements of where a workspace's audit log ended, one a line in a file outside the database."""

import base64
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from infinitypro.core import home

KEY_FILE = "audit-signing-key"


@dataclass(frozen=True)
class Signed:
    """A line of the file; `is_genuine` where our key signed it, `is_prune` where it lets all up to the number be gone."""

    number: int
    digest: bytes
    is_genuine: bool
    is_prune: bool = False


def folder() -> Path:
    """Where the files lie."""
    return home.path() / "audit"


def key() -> Ed25519PrivateKey:
    """The installation's own signing key, made at its first use."""
    file = home.prepare() / "secrets" / KEY_FILE
    if not file.exists():
        fresh = Ed25519PrivateKey.generate()
        home.write_once(file, fresh.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()))
    return Ed25519PrivateKey.from_private_bytes(file.read_bytes())


def write(*, workspace_id: UUID, number: int, digest: bytes, now: datetime, is_prune: bool = False) -> None:
    """Add a line, durable when this returns."""
    said = {"workspace": str(workspace_id), "number": number, "digest": digest.hex(), "at": now.isoformat()}
    if is_prune:
        said["pruned"] = "all up to here"
    line = json.dumps({**said, "signature": base64.b64encode(key().sign(_words(said))).decode()})
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(_file(workspace_id), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        handle.write(line + "\n")
        handle.flush()
        os.fsync(handle.fileno())


def read(*, workspace_id: UUID) -> Iterator[Signed]:
    """Every line, in order; one that cannot be read is none of ours."""
    try:
        lines = _file(workspace_id).read_text().splitlines()
    except FileNotFoundError:
        return
    public = key().public_key()
    for place, line in enumerate(lines):
        try:
            said = json.loads(line)
            signature = base64.b64decode(said.pop("signature"))
            public.verify(signature, _words(said))
            is_genuine = said["workspace"] == str(workspace_id)
            yield Signed(said["number"], bytes.fromhex(said["digest"]), is_genuine, "pruned" in said)
        except (InvalidSignature, ValueError, KeyError, TypeError):
            yield Signed(place + 1, b"", is_genuine=False)


def remove(*, workspace_id: UUID) -> None:
    """Forget a workspace that is gone."""
    _file(workspace_id).unlink(missing_ok=True)


def _file(workspace_id: UUID) -> Path:
    return folder() / f"{workspace_id}.jsonl"


def _words(said: dict[str, object]) -> bytes:
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
