"""Accepting what vendors send: sealed, stored and its jobs queued in one commit, before anyone is told it was.

Requests that arrive while a commit is under way wait and become the next commit: no timer, and no wait when idle.
"""

import asyncio
import contextlib
import hmac
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple
from uuid import UUID

import psycopg

from infinitypro.core.tenancy.models import new_id
from infinitypro.core.vault import cipher
from infinitypro.core.vault.keyring import Key

LABEL = "intake.raw"
BATCH = 400
STORED_WITHIN = 8.0  # seconds; a vendor waits for some more
logger = logging.getLogger(__name__)


class Unavailable(Exception):
    """Nothing could be stored: the database is away."""


class Refused(Exception):
    """This request's rows could not be stored, whoever asks again."""


class Row(NamedTuple):
    """One channel's share of a request, as it is stored."""

    id: UUID
    kind: str
    external_id: str
    digest: bytes
    body: bytes


class Waiting(NamedTuple):
    """A request whose rows wait for their commit."""

    day: date
    rows: list[Row]
    done: asyncio.Future[None]


def seal(payload: bytes, *, kind: str, external_id: str, key: Key) -> Row:
    """What one channel was sent, sealed with the day's intake key."""
    row_id = new_id()
    context = cipher.associated(workspace_id=cipher.NOBODY, label=LABEL, row_id=row_id)
    return Row(
        row_id,
        kind,
        external_id,
        hmac.digest(key.secret, payload, "sha256")[:16],
        cipher.seal(payload, key=key.secret, key_id=key.id, context=context),
    )


def today() -> date:
    """The day whose key and partition take what comes now."""
    return datetime.now(UTC).date()


class Acceptor:
    """Commits rows in the order they come, many in one commit where many wait. Belongs to one event loop."""

    def __init__(self, *, conninfo: Callable[[], str]) -> None:
        self._conninfo = conninfo
        self._waiting: list[Waiting] = []
        self._worker: asyncio.Task[None] | None = None
        self._connection: psycopg.AsyncConnection[tuple[int]] | None = None
        self._is_away = False

    async def accept(self, rows: list[Row], *, day: date) -> None:
        """Return once the rows are committed; raises Unavailable or Refused."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.append(Waiting(day, rows, future))
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._commit_waiting())
        await future

    async def close(self) -> None:
        """Finish what waits and close the connection."""
        if self._worker:
            await self._worker
        if self._connection:
            await self._connection.close()

    async def _commit_waiting(self) -> None:
        while self._waiting:
            day = self._waiting[0].day
            count = next((n for n, entry in enumerate(self._waiting[:BATCH]) if entry.day != day), BATCH)
            batch, self._waiting = self._waiting[:count], self._waiting[count:]
            await self._commit(batch, day)

    async def _commit(self, batch: list[Waiting], day: date) -> None:
        try:
            await self._store([row for entry in batch for row in entry.rows], day)
        except (psycopg.OperationalError, psycopg.InterfaceError, OSError) as error:
            await self._drop_connection()
            self._note_outage(error)
            self._fail(batch, Unavailable())
        except psycopg.Error as error:
            if len(batch) == 1:
                logger.error("the door could not store a request: %s", type(error).__name__)
                # Only what the request itself holds is its own fault; a missing partition or right is ours.
                self._fail(batch, Refused() if isinstance(error, psycopg.DataError) else Unavailable())
                return
            for entry in batch:  # one bad row fails a whole batch: find out whose it is
                await self._commit([entry], day)
        except BaseException:
            self._fail(batch, Unavailable())
            raise
        else:
            self._note_outage(None)
            for entry in batch:
                if not entry.done.done():
                    entry.done.set_result(None)

    def _note_outage(self, error: Exception | None) -> None:
        """One line at its beginning and one at its end, for vendors call many times in between."""
        if error is not None and not self._is_away:
            logger.error("the database is away: the door answers 503 (%s)", type(error).__name__)
        elif error is None and self._is_away:
            logger.warning("the database is back: the door stores again")
        self._is_away = error is not None

    @staticmethod
    def _fail(batch: Sequence[Waiting], error: Exception) -> None:
        for entry in batch:
            if not entry.done.done():
                entry.done.set_exception(error)

    async def _store(self, rows: list[Row], day: date) -> None:
        connection = await self._connect()
        async with asyncio.timeout(STORED_WITHIN):  # a database that hangs is as good as away
            await connection.execute(
                "SELECT intake_accept(%b::date, %b::uuid[], %b::text[], %b::text[], %b::bytea[], %b::bytea[])",
                (day, *map(list, zip(*rows, strict=True))),
                prepare=True,
            )

    async def _connect(self) -> psycopg.AsyncConnection[tuple[int]]:
        if self._connection is None or self._connection.closed:
            self._connection = await psycopg.AsyncConnection.connect(
                self._conninfo(), autocommit=True, connect_timeout=3, application_name="infinitypro door"
            )
        return self._connection

    async def _drop_connection(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(Exception):
                await self._connection.close()
            self._connection = None
