"""The application: the door for webhooks, the telephone's link to the stand-in vendor, and Django for the rest."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from django.conf import settings
from django.core.asgi import get_asgi_application

from infinitypro.channels.registry import ADAPTERS
from infinitypro.core.postgres import address
from infinitypro.intake.accept import Acceptor
from infinitypro.intake.door import Door, Secrets

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Scope]]
Send = Callable[[Scope], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


def make() -> Application:
    """The application for one process; belongs to the event loop it is first called in."""
    django = get_asgi_application()
    acceptor = Acceptor(conninfo=lambda: address.of(address.DATA).conninfo())
    door = Door(acceptor=acceptor, shared=_shared_secrets(), body_limit=settings.DOOR_BODY_LIMIT)

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send, acceptor)
        elif scope["type"] == "http" and scope["path"].startswith("/hooks/"):
            await door(scope, receive, send)
        elif scope["type"] == "http":
            await django(scope, receive, send)  # type: ignore[arg-type]

    return application


def _shared_secrets() -> dict[str, Secrets]:
    kinds = (kind for kind in ADAPTERS if getattr(settings, f"{kind.upper()}_APP_SECRET", ""))
    return {
        kind: Secrets(
            getattr(settings, f"{kind.upper()}_APP_SECRET"), getattr(settings, f"{kind.upper()}_VERIFY_TOKEN")
        )
        for kind in kinds
    }


async def _live(receive: Receive, send: Send, acceptor: Acceptor) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await acceptor.close()
            await send({"type": "lifespan.shutdown.complete"})
            return
