"""Streams of events for open pages: one listener on the database in each web process, a queue for each browser."""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Callable
from uuid import UUID

import psycopg

from infinitypro.core import live
from infinitypro.core.postgres import address

KEEP_ALIVE_SECONDS = 20.0
LONGEST_QUEUE = 200
RECONNECT_SECONDS = 1.0
logger = logging.getLogger(__name__)


class Hub:
    """Tells each stream what happens in its workspace."""

    def __init__(self, *, conninfo: Callable[[], str]) -> None:
        self._conninfo = conninfo
        self._streams: dict[asyncio.Queue[str | None], UUID] = {}
        self._listener: asyncio.Task[None] | None = None
        self._is_closed = False

    async def stream(self, workspace_id: UUID) -> AsyncIterator[bytes]:
        """Server-sent events until the browser goes or the server stops."""
        queue: asyncio.Queue[str | None] = asyncio.Queue(LONGEST_QUEUE)
        self._streams[queue] = workspace_id
        if self._listener is None or self._listener.done():
            self._listener = asyncio.create_task(self._listen())
        try:
            yield b"retry: 2000\n\n"
            while not self._is_closed:
                yield await self._next(queue)
        except _Ended:
            return
        finally:
            self._streams.pop(queue, None)

    @staticmethod
    async def _next(queue: "asyncio.Queue[str | None]") -> bytes:
        try:
            event = await asyncio.wait_for(queue.get(), KEEP_ALIVE_SECONDS)
        except TimeoutError:
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
        for queue, wanted in self._streams.items():
            if wanted == workspace_id:
                self._put(queue, event)


class _Ended(Exception):
    """The server stops."""


hub = Hub(conninfo=lambda: address.of(address.DATA).conninfo())
