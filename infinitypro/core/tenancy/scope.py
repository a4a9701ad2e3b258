"""The workspace that the running code works in."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from django.db import connection, transaction

ANY = UUID(int=2**128 - 1)  # stands for the workspace in a statement that is worked out for all of them
_current: ContextVar[UUID | None] = ContextVar("workspace", default=None)


class NoWorkspace(RuntimeError):
    """Tenant data was asked for outside `tenancy.workspace(...)`."""


class OtherWorkspace(RuntimeError):
    """A workspace was entered inside another one."""


def current() -> UUID:
    """The workspace that is set; raises NoWorkspace."""
    workspace_id = _current.get()
    if workspace_id is None:
        raise NoWorkspace("Tenant data is read and written inside tenancy.workspace(id) only.")
    return workspace_id


@contextmanager
def any_workspace() -> Iterator[None]:
    """Statements may be worked out here, none can be said: no row is this workspace's."""
    token = _current.set(ANY)
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def workspace(workspace_id: UUID) -> Iterator[None]:
    """A transaction in which this workspace's rows, and no others, exist; entering it again joins it."""
    entered = _current.get()
    if entered is not None:
        if entered != workspace_id:
            raise OtherWorkspace(f"{workspace_id} was entered inside {entered}.")
        with transaction.atomic(savepoint=False):
            yield
        return
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        _set(str(workspace_id))
        token = _current.set(workspace_id)
        try:
            yield
        finally:
            _current.reset(token)
        if not is_outermost:
            _set("")


def only_read() -> None:
    """From here to the end of the transaction PostgreSQL refuses every write."""
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")


def _set(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.workspace', %s, true)", [value])
