"""The one folder that an installation keeps on its machine: secrets, the embedded server, files."""

import contextlib
import os
import secrets
from pathlib import Path

from infinitypro.core.errors import Misconfigured

SECRETS = (
    "django",
    "postgres-bootstrap",
    "postgres-owner",
    "postgres-run",
    "postgres-backup",
    "whatsapp-app-secret",
    "whatsapp-verify-token",
    "metrics-token",
)


def path() -> Path:
    """`INFINITYPRO_HOME`, or its default: `~/.local/share/infinitypro`, as root `/var/lib/infinitypro`."""
    if configured := os.environ.get("INFINITYPRO_HOME"):
        return Path(configured).expanduser().absolute()
    if os.geteuid() == 0:
        return Path("/var/lib/infinitypro")
    return Path.home() / ".local/share/infinitypro"


def prepare() -> Path:
    """The home, made where it was missing: closed to others; as root passable, for the server's user."""
    home = path()
    try:
        home.mkdir(parents=True, exist_ok=True)
        if home.stat().st_uid == os.geteuid():
            home.chmod(0o711 if os.geteuid() == 0 else 0o700)
        (home / "secrets").mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise Misconfigured(
            f"The folder {home} cannot be used ({error.strerror}). Set INFINITYPRO_HOME to one that can."
        ) from error
    return home


def prepare_secrets() -> None:
    """Make what settings read, at the first run."""
    for name in SECRETS:
        secret(name)


def secret(name: str, *, length: int = 32) -> str:
    """The secret of that name, made at the first call and the same ever after (file mode 0600)."""
    file = prepare() / "secrets" / name
    if not file.exists():
        write_once(file, secrets.token_urlsafe(length).encode())
    return file.read_text()


def existing_secret(name: str) -> str | None:
    """The secret of that name if it was made before; nothing is written."""
    try:
        return (path() / "secrets" / name).read_text()
    except OSError:
        return None


def write_once(file: Path, content: bytes) -> None:
    """Put `content` at `file` durably, mode 0600, unless someone else was first."""
    draft = file.with_name(f".{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
    with contextlib.suppress(FileExistsError):
        os.link(draft, file)
    draft.unlink()
    sync_folder(file.parent)


def sync_folder(folder: Path) -> None:
    """Make names just written in `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
