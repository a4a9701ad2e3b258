"""What all tests share: a database for each test process, and no network but loopback.

Nothing is rolled back: each test works in a workspace of its own, as everybody does.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
import pytest_socket
from django.db import connections
from psycopg import sql

from infinitypro.accounts.models import Workspace
from infinitypro.core.postgres import address, schema
from infinitypro.core.tenancy import scope
from infinitypro.core.tenancy.models import new_id
from infinitypro.core.vault import copies, keyring, roots

TEMPLATE = "template"


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any, worker_id: str) -> Iterator[None]:
    """Give this process its own copy of a database that one process migrated."""

    django_db_blocker.unblock()
    with (Path(os.environ["INFINITYPRO_HOME"]) / "template.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        marker = Path(os.environ["INFINITYPRO_HOME"]) / "template.ready"
        if not marker.exists():
            _name_databases(TEMPLATE, create=True)
            schema.migrate()
            keyring.begin()
            connections.close_all()
            marker.touch()
        _clone(worker_id)
    # Roots of its own too, so that one process may rotate its keys.
    roots.store = roots.FileRoots(_copy_roots(worker_id))
    _name_databases(worker_id, create=False)
    keyring.forget()
    yield
    connections.close_all()


def _copy_roots(suffix: str) -> Path:
    home = Path(os.environ["INFINITYPRO_HOME"])
    return shutil.copytree(home / "secrets", home / f"roots-{suffix}")


def _superuser() -> psycopg.Connection[Any]:

    reach = address.embedded("postgres", user=address.SUPERUSER, kept_as="postgres-bootstrap")
    return psycopg.connect(reach.conninfo(), autocommit=True)


def _name_databases(suffix: str, *, create: bool) -> None:

    for alias in ("default", "keyring"):
        name = f"test_{alias}_{suffix}"
        if create:
            with _superuser() as connection:
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER infinitypro_owner").format(sql.Identifier(name))
                )
        connections[alias].close()
        connections.settings[alias]["NAME"] = name
        connections[alias].settings_dict["NAME"] = name


def _clone(suffix: str) -> None:
    with _superuser() as connection:
        for alias in ("default", "keyring"):
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER infinitypro_owner TEMPLATE {}").format(
                    sql.Identifier(f"test_{alias}_{suffix}"), sql.Identifier(f"test_{alias}_{TEMPLATE}")
                )
            )


@pytest.fixture(scope="session")
def own_installation(django_db_setup: None, worker_id: str) -> Iterator[dict[str, str]]:
    """What a program of its own runs with: a home, and databases that no test has touched, on the tests' server."""
    suffix = f"{worker_id}_program"
    _clone(suffix)
    home = Path(tempfile.mkdtemp(prefix="ip-"))
    shutil.copytree(Path(os.environ["INFINITYPRO_HOME"]) / "secrets", home / "secrets")
    urls = {
        variable: replace(address.of(alias, role=role), name=f"test_{alias}_{suffix}").url()
        for (alias, role), variable in address.ENVIRONMENT.items()
    }
    yield {**os.environ, **urls, "INFINITYPRO_HOME": str(home)}
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(autouse=True)
def _loopback_only() -> Iterator[None]:
    pytest_socket.socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)
    yield
    pytest_socket._remove_restrictions()


@pytest.fixture
def db(django_db_setup: None) -> Iterator[None]:
    """The database, committed to for real."""
    yield


@pytest.fixture
def own_databases(
    db: None, worker_id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Databases and root keys that no other test has touched."""
    own = f"{worker_id}_{new_id().hex[-8:]}"
    connections.close_all()
    _clone(own)
    monkeypatch.setattr(copies, "folder", lambda: tmp_path / "keyring-backups")
    monkeypatch.setattr(roots, "store", roots.FileRoots(_copy_roots(own)))
    _name_databases(own, create=False)
    keyring.forget()
    yield
    _name_databases(worker_id, create=False)
    keyring.forget()


@pytest.fixture
def workspace(db: None) -> Iterator[Any]:
    """A new workspace, entered."""

    with scope.workspace(make_workspace().id):
        yield scope.current()


@pytest.fixture
def new_workspace(db: None) -> Any:
    """Makes workspaces, none of them entered."""
    return make_workspace


def make_workspace() -> Any:
    """A new workspace."""
    return Workspace.objects.create(slug=f"w-{new_id().hex}")
