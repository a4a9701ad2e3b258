"""A small stand-in for the WhatsApp Cloud API, with a telephone for the browser. A process of its own.

It follows Meta's documentation in the shape of requests, answers, errors, signed webhooks and their retries.
Where it does not: everything is in memory and gone at the end; the 24-hour window, rate limits and spending
are not enforced (order such an error at `/__control`); a template is known by name alone; media are kept
until 200 newer came; a `link` is shown and not fetched; marking as read never fails; contact cards, flows
and catalogues are refused; webhooks are not batched, and repeated sooner than by Meta.

    POST /v23.0/{phone_number_id}/messages   send, or show as read and typing
    POST /v23.0/{phone_number_id}/media      upload
    GET  /v23.0/{media_id}                   where a file is; it is fetched from there with the token
    GET  /v23.0/{phone_number_id}            the number
    GET, POST /__control                     order troubles (see `faults.Faults.order`)
    GET, DELETE /__journal                   what was accepted
    /demo/phone/…                            the telephone's endpoints; its page is the main site's
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable

from granian.constants import Interfaces
from granian.server.embed import Server

from infinitypro.demo import wire
from infinitypro.demo.cloud_api import CloudApi
from infinitypro.demo.faults import Faults
from infinitypro.demo.phone_api import PREFIX, PhoneApi
from infinitypro.demo.settings import Settings
from infinitypro.demo.telephone import Telephones
from infinitypro.demo.webhooks import Webhooks

__all__ = ["Settings", "Vendor", "serve"]


class Vendor:
    """The stand-in as an ASGI application."""

    def __init__(self, settings: Settings) -> None:
        self._names = frozenset({settings.host, "localhost"})
        self.faults = Faults()
        self.phones = Telephones()
        self.webhooks = Webhooks(
            url=settings.webhook_url,
            certificate=settings.webhook_certificate,
            app_secret=settings.app_secret,
            account_id=settings.account_id,
            number_id=settings.phone_number_id,
            number=settings.number,
        )
        self.cloud = CloudApi(settings, self.phones, self.webhooks, self.faults)
        self.page = PhoneApi(settings, self.phones, self.webhooks, self.cloud)

    async def __call__(self, scope: wire.Scope, receive: wire.Receive, send: wire.Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        try:
            request = await wire.read(scope, receive)
        except wire.TooLarge:
            await wire.write(send, wire.json({"error": "The file is too large."}, status=413))
            return
        # A page that made its name point here is not to read the journal.
        if request.headers.get("host", "").rpartition(":")[0] not in self._names:
            await wire.write(send, wire.json({"error": "Ask for it by its own name."}, status=421))
            return
        answer = await self._answer(request)
        if isinstance(answer.body, bytes):
            await wire.write(send, answer)
        else:
            await wire.until_left(receive, wire.write(send, answer))

    async def close(self) -> None:
        """End streams and drop webhooks that are under way."""
        self.phones.close()
        await self.webhooks.close()

    async def _answer(self, request: wire.Request) -> wire.Answer:
        if request.path.startswith(PREFIX):
            return self.page.answer(request)
        if request.path == "/__control":
            if request.method == "POST":
                self.faults.order(request.json() or {})
            webhooks = {"delivered": self.webhooks.delivered, "refused": self.webhooks.refused}
            return wire.json(
                {**self.faults.show(), "webhooks": {**webhooks, "waiting": self.webhooks.waiting}}
            )
        if request.path == "/__journal":
            if request.method == "DELETE":
                self.faults.journal.clear()
            return wire.json({"items": list(self.faults.journal)})
        return await self.cloud.answer(request)


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT."""
    asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    vendor = Vendor(settings)
    server = Server(
        vendor,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGINL,
        websockets=False,
        log_enabled=False,
    )
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    serving = asyncio.create_task(server.serve())
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    await vendor.close()
    halt: Callable[[], None] = server.stop
    halt()
    stopping.cancel()
    await serving
