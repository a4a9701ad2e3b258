"""Forwards the telephone's requests from the main site to the stand-in vendor, streams included."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager

import httpx

from infinitypro.demo import wire
from infinitypro.demo.wire import Receive, Scope, Send

PREFIX = "/demo/phone/"
_PASSED_ON = frozenset({b"content-type", b"accept", b"last-event-id", b"range"})
_PASSED_BACK = frozenset(
    {
        *("content-type", "content-length", "cache-control", "x-content-type-options"),
        *("content-security-policy", "content-disposition", "x-accel-buffering"),
    }
)


class Proxy:
    """An ASGI application that stands before `target`; cookies and addresses stay here."""

    def __init__(self, target: str) -> None:
        self._target = target.rstrip("/")
        self._client: httpx.AsyncClient | None = None
        self._closing = False
        self._running: set[asyncio.Task[None]] = set()

    @staticmethod
    def takes(path: str) -> bool:
        """Whether a path is the stand-in's; the page itself is the main site's."""
        return path.startswith(PREFIX) and path != PREFIX

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Forward one request. It ends when the browser leaves, the vendor ends or `close` is called."""
        body = await _body(receive)
        if self._closing:
            # A browser comes back a second after its stream ended, and would hold up the stop once more.
            await self._refuse(send, 503)
            return
        forwarding = asyncio.create_task(wire.until_left(receive, self._forward(scope, body, send)))
        self._running.add(forwarding)
        try:
            await asyncio.wait({forwarding})
        finally:
            forwarding.cancel()
            self._running.discard(forwarding)

    def close(self) -> None:
        """End all streams at once and take no more; call it from the event loop before the server stops."""
        self._closing = True
        for task in list(self._running):
            task.cancel()

    async def _forward(self, scope: Scope, body: bytes, send: Send) -> None:
        started = False
        try:
            async with self._stream(scope, body) as response:
                await send(_start(response.status_code, response.headers))
                started = True
                async for chunk in response.aiter_raw():
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
        except httpx.HTTPError:
            if not started:
                await self._refuse(send, 502)
        finally:
            if started:
                await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _refuse(self, send: Send, status: int) -> None:
        await send(_start(status, httpx.Headers({"content-type": "application/json"})))
        sentence = b'{"error": "The demo telephone is starting. Try again in a moment."}'
        await send({"type": "http.response.body", "body": sentence, "more_body": False})

    def _stream(self, scope: Scope, body: bytes) -> AbstractAsyncContextManager[httpx.Response]:
        if self._client is None:
            timeout = httpx.Timeout(10.0, read=60.0)
            limits = httpx.Limits(max_connections=200, max_keepalive_connections=20)
            self._client = httpx.AsyncClient(timeout=timeout, limits=limits, trust_env=False)
        query = scope["query_string"].decode("latin-1")
        url = f"{self._target}{scope['path']}{'?' + query if query else ''}"
        headers = [(name, value) for name, value in scope["headers"] if name in _PASSED_ON]
        return self._client.stream(scope["method"], url, content=body, headers=headers)


def _start(status: int, headers: httpx.Headers) -> dict[str, object]:
    raw = [(n.encode("latin-1"), v.encode("latin-1")) for n, v in headers.items() if n in _PASSED_BACK]
    return {"type": "http.response.start", "status": status, "headers": raw}


async def _body(receive: Receive) -> bytes:
    return b"".join([chunk async for chunk in _chunks(receive)])


async def _chunks(receive: Receive) -> AsyncIterator[bytes]:
    more = True
    while more:
        event = await receive()
        yield event.get("body", b"")
        more = event["type"] == "http.request" and event.get("more_body", False)
