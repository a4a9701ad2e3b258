"""A request to the whole application as the server makes it: the guard, the door and Django's middleware included."""

import asyncio
from collections.abc import Mapping, MutableMapping
from typing import Any

import httpx
from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.db import connections

from infinitypro.config import asgi
from infinitypro.intake.door import Door


def ask(
    path: str,
    *,
    method: str = "GET",
    url: str = "http://localhost",
    peer: str = "127.0.0.1",
    cookies: Mapping[str, str] | None = None,
    **more: Any,
) -> httpx.Response:
    """The answer to one request from the address `peer`."""

    made = asgi.make()

    async def application(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        await made(dict(scope), receive, send)

    async def once() -> httpx.Response:
        transport = httpx.ASGITransport(application, client=(peer, 50_000))
        browser = httpx.AsyncClient(transport=transport, base_url=url, cookies=dict(cookies or {}))
        # One thread for whatever waits, so that its connections can be closed.
        async with browser, ThreadSensitiveContext():
            try:
                return await browser.request(method, path, **more)
            finally:
                await sync_to_async(connections.close_all)()

    return asyncio.run(once())


def break_the_door(monkeypatch: Any) -> None:
    """Make whatever comes to the door fail as nobody has thought of."""

    async def broken(*_words: Any) -> None:
        raise RuntimeError("nobody thought of this")

    monkeypatch.setattr(Door, "__call__", broken)
