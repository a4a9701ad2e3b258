"""Streams of events for open pages: one listener on the database in each web process, a queue for each browser."""

import asyncio
import contextlib
import json
import logging
import math
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg

from infinitypro.core import clock, live
from infinitypro.core.postgres import address

KEEP_ALIVE_SECONDS = 20.0
LONGEST_QUEUE = 200
RECONNECT_SECONDS = 1.0
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Listener:
    """Whose stream it is, and what it tells."""

    workspace_id: UUID
    user_id: UUID | None = None
    ids: frozenset[UUID] | None = None  # the things it tells of; None: all
    ends_at: datetime | None = None

    def seconds_left(self) -> float:
        """How long it lasts still."""
        return (self.ends_at - clock.now()).total_seconds() if self.ends_at else math.inf

    def loses(self, who: str) -> bool:
        """Whether it is among the streams that end (see `core.live.ACCESS`)."""
        return who in (str(self.user_id), str(self.workspace_id))

    def wants(self, row_id: str) -> bool:
        """Whether it tells of this thing."""
        return self.ids is None or UUID(row_id) in self.ids


class Hub:
    """Tells each stream what happens in its workspace."""

    def __init__(self, *, conninfo: Callable[[], str]) -> None:
        self._conninfo = conninfo
        self._streams: dict[asyncio.Queue[str | None], Listener] = {}
        self._listener: asyncio.Task[None] | None = None
        self._is_closed = False

    async def stream(self, listener: Listener) -> AsyncIterator[bytes]:
        """Server-sent events until the browser goes, the listener may no longer listen, or the server stops."""
        queue: asyncio.Queue[str | None] = asyncio.Queue(LONGEST_QUEUE)
        self._streams[queue] = listener
        if self._listener is None or self._listener.done():
            self._listener = asyncio.create_task(self._listen())
        try:
            yield b"retry: 2000\n\n"
            while not self._is_closed:
                yield await self._next(queue, listener)
        except _Ended:
            return
        finally:
            self._streams.pop(queue, None)

    @staticmethod
    async def _next(queue: "asyncio.Queue[str | None]", listener: Listener) -> bytes:
        left = listener.seconds_left()
        try:
            event = await asyncio.wait_for(queue.get(), min(KEEP_ALIVE_SECONDS, left))
        except TimeoutError:
            if left <= KEEP_ALIVE_SECONDS:
                raise _Ended from None
            return b": still here\n\n"
        if event is None:
            raise _Ended
        return b"data: " + event.encode() + b"\n\n"

    def close(self) -> None:
        """End every stream at once."""
        self._is_closed = True
        for queue in self._streams:
            self._put(queue, None)
        if self._listener is not None:
            self._listener.cancel()

    @staticmethod
    def _put(queue: "asyncio.Queue[str | None]", event: str | None) -> None:
        if queue.full():  # a browser that does not read: it is told to look at everything again
            while not queue.empty():
                queue.get_nowait()
            queue.put_nowait('{"topic":"resync"}')
        queue.put_nowait(event)

    async def _listen(self) -> None:
        while not self._is_closed:
            with contextlib.suppress(psycopg.Error, OSError):
                async with await psycopg.AsyncConnection.connect(
                    self._conninfo(), autocommit=True, application_name="infinitypro live"
                ) as connection:
                    await connection.execute(f"LISTEN {live.CHANNEL}".encode())
                    self._tell_all('{"topic":"resync"}')
                    async for notice in connection.notifies():
                        self._tell(json.loads(notice.payload))
            await asyncio.sleep(RECONNECT_SECONDS)

    def _tell_all(self, event: str) -> None:
        for queue in self._streams:
            self._put(queue, event)

    def _tell(self, said: dict[str, str]) -> None:
        workspace_id = UUID(said["workspace"])
        topic = f"{said['topic']}:{said['id']}"
        event = json.dumps({"topic": topic}, separators=(",", ":"))
        for queue, listener in self._streams.items():
            if listener.workspace_id != workspace_id:
                continue
            if said["topic"] == live.ACCESS:
                if listener.loses(said["id"]):
                    self._put(queue, None)
            elif listener.wants(said["id"]):
                self._put(queue, event)


class _Ended(Exception):
    """The stream is over."""


hub = Hub(conninfo=lambda: address.of(address.DATA).conninfo())
