"""Where the two databases are and how each role reaches them."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from psycopg import sql
from psycopg.conninfo import make_conninfo

from infinitypro.core import home
from infinitypro.core.errors import Misconfigured

DATA, KEYRING = "default", "keyring"
ENVIRONMENT = {
    (DATA, "run"): "DATABASE_URL",
    (KEYRING, "run"): "KEYRING_URL",
    (DATA, "owner"): "DATABASE_OWNER_URL",
    (KEYRING, "owner"): "KEYRING_OWNER_URL",
}
NAMES = {DATA: "infinitypro", KEYRING: "infinitypro_keyring"}
EMBEDDED_ROLES = {"owner": "infinitypro_owner", "run": "infinitypro_run", "backup": "infinitypro_backup"}
SUPERUSER = "infinitypro_bootstrap"
# Roles that cannot log in and own the few SECURITY DEFINER functions, each with a policy of its own.
DOOR_ROLE = "infinitypro_door"


@dataclass(frozen=True)
class Address:
    """How one role reaches one database."""

    name: str
    user: str
    host: str
    port: str
    password: str | None
    options: tuple[tuple[str, str], ...] = ()

    @property
    def is_local(self) -> bool:
        """Whether nothing leaves this machine on the way there."""
        return self.host.startswith("/") or self.host in ("", "localhost", "127.0.0.1", "::1")

    def django(self) -> dict[str, Any]:
        """The address as Django's DATABASES wants it."""
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": self.name,
            "USER": self.user,
            "PASSWORD": self.password or "",
            "HOST": self.host,
            "PORT": self.port,
            "OPTIONS": dict(self.options),
        }

    def serving(self) -> dict[str, Any]:
        """As `django`, for programs that say the same few things many times: connections and statements are kept."""
        kept = {"server_side_binding": True, "prepare_threshold": 3}
        return self.django() | {"CONN_MAX_AGE": None, "OPTIONS": dict(self.options) | kept}

    def words(self) -> dict[str, str]:
        """The address as libpq's keywords."""
        words = {"dbname": self.name, "user": self.user, "host": self.host, "port": self.port}
        if self.password:
            words["password"] = self.password
        return {key: value for key, value in (words | dict(self.options)).items() if value}

    def conninfo(self) -> str:
        """The address as libpq's connection string."""
        return make_conninfo("", **self.words())

    def url(self) -> str:
        """The address as a libpq URL."""
        words = self.words()
        login = quote(words.pop("user"), safe="")
        if password := words.pop("password", None):
            login += ":" + quote(password, safe="")
        name = quote(words.pop("dbname"), safe="")
        query = "&".join(f"{key}={quote(value, safe='')}" for key, value in words.items())
        return f"postgresql://{login}@/{name}" + (f"?{query}" if query else "")


def is_embedded() -> bool:
    """Whether the wheel's server is used because no other was named."""
    return not os.environ.get("DATABASE_URL")


def of(database: str, *, role: str = "run") -> Address:
    """The address of a database for a role; raises Misconfigured with what to set."""
    if is_embedded():
        return embedded(database, user=EMBEDDED_ROLES[role], kept_as=f"postgres-{role}")
    variable = ENVIRONMENT.get((database, role), "")
    url = os.environ.get(variable)
    if not url:
        raise Misconfigured(f"DATABASE_URL is set, so {variable or f'a URL for {role}'} must be set too.")
    return parse(url, variable=variable)


def embedded(database: str, *, user: str, kept_as: str) -> Address:
    """An address on the embedded server."""
    return Address(
        name=NAMES.get(database, database),
        user=user,
        host=str(socket_folder()),
        port="5432",
        password=home.existing_secret(kept_as),
    )


def socket_folder() -> Path:
    """The private folder of the server's socket; short, for a socket's path holds about 100 characters."""
    folder = home.path() / "run"
    if len(str(folder)) <= 80:
        return folder
    mark = hashlib.sha256(str(home.path()).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"infinitypro-{mark}"


def parse(url: str, *, variable: str) -> Address:
    """The address in a libpq URL; a remote one must verify the server's certificate."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise Misconfigured(f"{variable} must look like postgresql://user:password@host:5432/database")
    options = dict(parse_qsl(parts.query))
    address = Address(
        name=unquote(parts.path.strip("/")),
        user=unquote(parts.username or options.pop("user", "")),
        host=unquote(parts.hostname or options.pop("host", "")),
        port=str(parts.port or options.pop("port", "5432")),
        password=unquote(parts.password) if parts.password else options.pop("password", None),
        options=tuple(options.items()),
    )
    if not address.user:
        raise Misconfigured(f"{variable} names no user: postgresql://user:password@host:5432/database")
    if not address.is_local and options.get("sslmode") != "verify-full":
        raise Misconfigured(f"{variable} reaches another machine: add ?sslmode=verify-full to it.")
    return address


def door_role(owner: str) -> list[sql.Composed]:
    """The statements that make the role which owns the door's functions and cannot log in."""
    door = sql.Identifier(DOOR_ROLE)
    return [
        sql.SQL("CREATE ROLE {} NOLOGIN").format(door),
        sql.SQL("GRANT {} TO {} WITH INHERIT FALSE, SET TRUE").format(door, sql.Identifier(owner)),
    ]
