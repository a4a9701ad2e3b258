"""Brings both databases up to date as their owner, and refuses to serve with more rights than `run` has."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.core.management import call_command
from django.core.management.commands import migrate as migrate_command
from django.db import DatabaseError, connections
from django.db.backends.utils import CursorWrapper

from infinitypro.core.errors import Misconfigured
from infinitypro.core.postgres import address
from infinitypro.core.tenancy import protect

LOCK = 0x1F1F1701  # one program migrates at a time


def migrate(*, verbosity: int = 0) -> None:
    """Run what migrations are missing in both databases and put every table behind its wall."""
    backup = address.EMBEDDED_ROLES["backup"] if address.is_embedded() else None
    run = {alias: address.of(alias).user for alias in (address.DATA, address.KEYRING)}
    with as_owner(), _alone():
        _ensure_door_role()
        for alias in (address.KEYRING, address.DATA):
            call_command(migrate_command.Command(), database=alias, interactive=False, verbosity=verbosity)
            protect.protect(using=alias, run=run[alias], backup=backup if alias == address.DATA else None)


@contextmanager
def as_owner() -> Iterator[None]:
    """Django's two connections belong to the owner inside; only for programs that migrate."""
    before = {alias: connections.settings[alias] for alias in (address.DATA, address.KEYRING)}
    try:
        for alias, settings in before.items():
            owner = {**settings, **address.of(alias, role="owner").django()}
            owner["NAME"] = settings["NAME"]
            _use(alias, owner)
        yield
    finally:
        for alias, settings in before.items():
            _use(alias, settings)


def _use(alias: str, settings: dict[str, object]) -> None:
    connections[alias].close()
    del connections[alias]
    connections.settings[alias] = settings


@contextmanager
def _alone() -> Iterator[None]:
    with connections[address.DATA].cursor() as cursor:
        # Asked for again and again: a statement that waits would hold up an index that is built beside the work,
        # and that one holds the lock.
        while not _locks(cursor):
            time.sleep(0.05)
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _locks(cursor: CursorWrapper) -> bool:
    cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
    return bool(cursor.fetchone()[0])


def _ensure_door_role() -> None:
    owner = connections[address.DATA].settings_dict["USER"]
    with connections[address.DATA].cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [address.DOOR_ROLE])
        if cursor.fetchone():
            return
        statements = address.door_role(owner)
        try:
            for statement in statements:
                cursor.execute(statement)
        except DatabaseError as error:
            text = "; ".join(statement.as_string() for statement in statements)
            raise Misconfigured(
                f"The role {owner} may not make roles. As an administrator run: {text}"
            ) from error


def refuse_power() -> None:
    """Raise Misconfigured where the serving role owns tables, bypasses row-level security or is a superuser."""
    for alias, variable in ((address.DATA, "DATABASE_URL"), (address.KEYRING, "KEYRING_URL")):
        with psycopg.connect(address.of(alias).conninfo()) as connection:
            row = connection.execute(
                "SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb"
                " OR EXISTS (SELECT 1 FROM pg_class WHERE relowner = r.oid AND relkind IN ('r', 'p'))"
                " OR pg_has_role(r.oid, (SELECT datdba FROM pg_database WHERE datname = current_database()), 'MEMBER')"
                " FROM pg_roles r WHERE rolname = current_user"
            ).fetchone()
        if row is None or row[0]:
            raise Misconfigured(
                f"{variable} names a role that owns tables or bypasses row-level security. Serve under a role that has"
                " only what `infinitypro migrate` grants it, and put the owner's URL into DATABASE_OWNER_URL and"
                " KEYRING_OWNER_URL."
            )
