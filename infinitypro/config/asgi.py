"""The application: the door for webhooks, the telephone's link to the stand-in vendor, and Django for the rest."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.conf import settings
from django.core.asgi import get_asgi_application

from infinitypro.channels.registry import ADAPTERS
from infinitypro.config import guard, live
from infinitypro.core.postgres import address
from infinitypro.demo import proxy, wire
from infinitypro.intake.accept import Acceptor
from infinitypro.intake.door import Door, Secrets

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Scope]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]


class Application:
    """One process's ASGI application; belongs to the event loop it is first called in."""

    def __init__(self) -> None:
        self._django = get_asgi_application()
        self._acceptor = Acceptor(conninfo=lambda: address.of(address.DATA).conninfo())
        self._door = Door(
            acceptor=self._acceptor, shared=_shared_secrets(), body_limit=settings.DOOR_BODY_LIMIT
        )
        self._telephone = proxy.Proxy(settings.DEMO_VENDOR_URL) if settings.DEMO_VENDOR_URL else None
        self._guard = guard.Guard(
            self._route, public_url=settings.PUBLIC_URL, trusted=settings.TRUSTED_PROXIES
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, past the guard."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._guard(scope, receive, send)

    async def _route(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send a request to whom it is for."""
        if scope["path"].startswith("/hooks/"):
            await self._door(scope, receive, send)
        elif self._telephone is not None and self._telephone.takes(scope["path"]):
            await guard.within(wire.BODY_LIMIT, self._telephone, scope, receive, send)
        else:
            await guard.within(settings.PAGE_BODY_LIMIT, self._django, scope, receive, send)

    def end_streams(self) -> None:
        """End every open stream at once: the server is about to stop."""
        live.hub.close()
        if self._telephone is not None:
            self._telephone.close()

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await self._acceptor.close()
                await send({"type": "lifespan.shutdown.complete"})
                return


def _shared_secrets() -> dict[str, Secrets]:
    """The secrets of the installation's own vendor apps."""
    named = {kind: kind.upper() for kind in ADAPTERS}
    return {
        kind: Secrets(getattr(settings, f"{name}_APP_SECRET"), getattr(settings, f"{name}_VERIFY_TOKEN"))
        for kind, name in named.items()
        if getattr(settings, f"{name}_APP_SECRET", "")
    }


def make() -> Application:
    """The application for one process."""
    return Application()
