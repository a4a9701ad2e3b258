"""A small main site for the browser tests: the page, its files, the telephone, a business that answers.

The page's template is filled in by hand: these tests need neither the project's settings nor its database.
"""

from __future__ import annotations

import asyncio
import re
import signal
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from granian.constants import Interfaces
from granian.server.embed import Server

from infinitypro.channels import base, types
from infinitypro.channels.errors import ChannelError
from infinitypro.channels.registry import ADAPTERS
from infinitypro.demo import wire
from infinitypro.demo.proxy import Proxy

DEMO = Path(__file__).parents[1]
WHATSAPP = ADAPTERS["whatsapp"]
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
KINDS = {".css": "text/css", ".js": "text/javascript"}
MENU = types.ListMenu("See times", (types.Row("r1", "Sat 10:00", "with Maya"), types.Row("r2", "Sat 11:15")))
BUTTONS = (types.Button("yes", "Yes, please"), types.Button("no", "No, thanks"))


class Site:
    """Everything that the browser sees, and the door."""

    def __init__(self, vendor_url: str, credentials: dict[str, str], secret: str) -> None:
        self.proxy = Proxy(vendor_url)
        self.vendor_url, self.credentials, self.secret = vendor_url, credentials, secret

    async def __call__(self, scope: wire.Scope, receive: wire.Receive, send: wire.Send) -> None:
        if self.proxy.takes(scope["path"]):
            await self.proxy(scope, receive, send)
            return
        request = await wire.read(scope, receive)
        await wire.write(send, await self.answer(request))

    async def answer(self, request: wire.Request) -> wire.Answer:
        if request.path == "/hooks/whatsapp/":
            if not WHATSAPP.verify(secret=self.secret, headers=request.headers, body=request.body):
                return wire.json({}, status=401)
            await asyncio.to_thread(self.take, request.body)
            return wire.json({})
        if request.path == "/demo/phone/":
            text = (DEMO / "templates/demo/phone.html").read_text().replace("{% load static %}", "")
            text = re.sub(r"{% static '([^']+)' %}", r"/static/\1", text)
            page = text.replace("{{ inbox_url }}", "/app/demo/inbox/").encode()
            policy = (("content-security-policy", CSP),)
            return wire.Answer(200, page, "text/html; charset=utf-8", policy)
        if request.path == "/static/icon.svg":
            return wire.Answer(200, (DEMO.parent / "static/icon.svg").read_bytes(), "image/svg+xml")
        if request.path.startswith("/static/demo/"):
            file = DEMO / "static/demo" / Path(request.path).name
            return wire.Answer(200, file.read_bytes(), KINDS[file.suffix])
        return wire.json({}, status=404)

    def take(self, body: bytes) -> None:
        for entry in WHATSAPP.entries(body=orjson.loads(body)):
            for event in WHATSAPP.parse(payload=entry.payload, received_at=datetime.now(UTC)).events:
                if isinstance(event, types.InboundMessage):
                    self.reply(event)

    def reply(self, message: types.InboundMessage) -> None:
        same: dict[str, Any] = {
            "credentials": self.credentials,
            "base_url": self.vendor_url,
            "client": base.http(),
        }
        WHATSAPP.mark_read(vendor_id=message.vendor_id, typing=True, **same)
        outgoing = types.Outgoing(text=f"You said: {message.text or message.kind}")
        if message.text == "menu":
            outgoing = types.Outgoing(text="Which time suits you?", menu=MENU)
        if message.text == "buttons":
            outgoing = types.Outgoing(text="Shall I book it?", buttons=BUTTONS)
        if message.text == "be quiet":
            return
        try:
            WHATSAPP.send(recipient=types.Recipient(message.sender.addresses), outgoing=outgoing, **same)
        except ChannelError:
            return


def serve(port: int, vendor_url: str, credentials: dict[str, str], secret: str) -> None:
    """Serve until SIGTERM."""
    asyncio.run(_serve(port, Site(vendor_url, credentials, secret)))


async def _serve(port: int, site: Site) -> None:
    server = Server(site, port=port, interface=Interfaces.ASGINL, websockets=False, log_enabled=False)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    serving = asyncio.create_task(server.serve())
    await stop.wait()
    site.proxy.close()
    server.stop()
    await serving
