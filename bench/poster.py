"""Posts requests as a vendor does: over kept connections, and again until the door takes them."""

import asyncio
import contextlib
import random

PAUSES = (0.2, 0.5, 1.0, 2.0)
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Poster:
    """A pool of connections to one port of this machine."""

    def __init__(self, *, port: int, connections: int = 16) -> None:
        self._port = port
        self._gate = asyncio.Semaphore(connections)
        self._idle: list[Streams] = []
        self.refused: dict[int, int] = {}

    async def post(self, request: bytes) -> int:
        """The status, or 0 where the connection failed."""
        async with self._gate:
            try:
                async with asyncio.timeout(10.0):
                    streams = self._idle.pop() if self._idle else await self._connect()
                    try:
                        status = await _exchange(streams, request)
                    except BaseException:
                        streams[1].close()
                        raise
            except (OSError, EOFError, ValueError, TimeoutError):
                self.forget()
                return 0
            self._idle.append(streams)
            return status

    async def deliver(self, request: bytes) -> int:
        """Post until the answer is 200; returns how often it took."""
        attempts = 0
        while True:
            attempts += 1
            status = await self.post(request)
            if status == 200:
                return attempts
            self.refused[status] = self.refused.get(status, 0) + 1
            pause = PAUSES[min(attempts, len(PAUSES)) - 1]
            await asyncio.sleep(pause * random.uniform(0.5, 1.5))

    def forget(self) -> None:
        """Close what is idle."""
        while self._idle:
            self._idle.pop()[1].close()

    async def _connect(self) -> Streams:
        return await asyncio.open_connection("127.0.0.1", self._port)


async def _exchange(streams: Streams, request: bytes) -> int:
    reader, writer = streams
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            await reader.readexactly(int(line.partition(b":")[2]))
    with contextlib.suppress(ValueError):
        return int(head[9:12])
    raise ValueError("This is no answer.")
