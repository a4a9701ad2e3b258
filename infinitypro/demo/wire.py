"""Just enough ASGI for the stand-in: read a request, write an answer, hold a stream."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, MutableMapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import orjson

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

BODY_LIMIT = 24 * 1024 * 1024


class TooLarge(Exception):
    """A request's body is larger than the stand-in takes."""


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request, its header names in lower case."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    def json(self) -> dict[str, Any] | None:
        """The body as a JSON object, or none."""
        try:
            found = orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return None
        return found if isinstance(found, dict) else None


@dataclass(frozen=True, slots=True)
class Answer:
    """What to answer; `body` may be a stream, which ends when its iterator does."""

    status: int
    body: bytes | AsyncGenerator[bytes, None]
    kind: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()


def json(value: object, *, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    """An answer in JSON."""
    return Answer(status, orjson.dumps(value), headers=headers)


async def read(scope: Scope, receive: Receive) -> Request:
    """The whole request; raises `TooLarge`."""
    chunks, size, more = [], 0, True
    while more:
        event = await receive()
        chunk = event.get("body", b"")
        size += len(chunk)
        if size > BODY_LIMIT:
            raise TooLarge
        chunks.append(chunk)
        more = event["type"] == "http.request" and event.get("more_body", False)
    return Request(
        method=scope["method"],
        path=scope["path"],
        query=dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)),
        headers={name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]},
        body=b"".join(chunks),
    )


async def write(send: Send, answer: Answer) -> None:
    """Send the answer; nobody's browser is to guess what it is or keep it."""
    headers = [
        ("content-type", answer.kind),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-store"),
        *answer.headers,
    ]
    if isinstance(answer.body, bytes):
        headers.append(("content-length", str(len(answer.body))))
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    await send({"type": "http.response.start", "status": answer.status, "headers": raw})
    if isinstance(answer.body, bytes):
        await send({"type": "http.response.body", "body": answer.body})
        return
    async with aclosing(answer.body) as chunks:
        async for chunk in chunks:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def until_left(receive: Receive, work: Coroutine[Any, Any, None]) -> None:
    """Do the work, and stop it when the other side has gone: a send to nobody raises nothing."""
    working, left = asyncio.create_task(work), asyncio.create_task(_left(receive))
    try:
        await asyncio.wait({working, left}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        working.cancel()
        left.cancel()
        await asyncio.gather(working, left, return_exceptions=True)


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
