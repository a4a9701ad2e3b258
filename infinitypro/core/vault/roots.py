"""Root keys, one an epoch: where they lie and what they wrap. Here a file each; another store has the same four verbs."""

import os
import re
from pathlib import Path
from typing import Protocol

from infinitypro.core import home
from infinitypro.core.errors import Misconfigured
from infinitypro.core.vault import cipher


class RootStore(Protocol):
    """Keeps root keys and never hands one out."""

    def create(self, epoch: int) -> None:
        """Make the root of an epoch, durably, unless it is there."""

    def wrap(self, epoch: int, key: bytes, *, context: bytes) -> bytes:
        """`key` sealed under the epoch's root; raises Misconfigured when the root is missing."""

    def unwrap(self, epoch: int, wrapped: bytes, *, context: bytes) -> bytes:
        """The key again; raises Misconfigured or DoesNotOpen."""

    def destroy(self, epoch: int) -> None:
        """Make the epoch's root unrecoverable."""

    def epochs(self) -> list[int]:
        """The epochs whose roots are there, the oldest first."""


class FileRoots:
    """Roots as files of mode 0600 under the home."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    def create(self, epoch: int) -> None:
        """Make the root of an epoch, durably, unless it is there."""
        if not self._file(epoch).exists():
            home.prepare()
            home.write_once(self._file(epoch), cipher.new_key())

    def wrap(self, epoch: int, key: bytes, *, context: bytes) -> bytes:
        """`key` sealed under the epoch's root."""
        return cipher.seal(key, key=self._root(epoch), key_id=cipher.NOBODY, context=context)

    def unwrap(self, epoch: int, wrapped: bytes, *, context: bytes) -> bytes:
        """The key again."""
        return cipher.open_(wrapped, key=self._root(epoch), context=context)

    def destroy(self, epoch: int) -> None:
        """Overwrite the file, then remove it."""
        file = self._file(epoch)
        if not file.exists():
            return
        with file.open("r+b") as handle:
            handle.write(os.urandom(32))
            handle.flush()
            os.fsync(handle.fileno())
        file.unlink()
        home.sync_folder(file.parent)

    def epochs(self) -> list[int]:
        """The epochs whose roots are here."""
        found = (re.fullmatch(r"root-(\d+)", file.name) for file in self._place().glob("root-*"))
        return sorted(int(match[1]) for match in found if match)

    def _place(self) -> Path:
        return self._folder or home.path() / "secrets"

    def _file(self, epoch: int) -> Path:
        return self._place() / f"root-{epoch}"

    def _root(self, epoch: int) -> bytes:
        try:
            root = self._file(epoch).read_bytes()
        except OSError:
            raise Misconfigured(
                f"The root key of epoch {epoch} is missing: {self._file(epoch)}. Put it back from its safe copy;"
                " without it nothing that was sealed can be opened."
            ) from None
        if len(root) != 32:
            raise Misconfigured(f"{self._file(epoch)} is no root key (32 bytes). Put the right file back.")
        return root


store: RootStore = FileRoots()
