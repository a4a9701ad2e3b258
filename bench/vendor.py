"""A light stand-in for Meta that records what it is sent and tells what became of it. A process of its own.

POST /v23.0/{number}/messages   answered as Meta does; statuses come back to the door
GET  /journal                   all messages: when, to whom, under which ids; when a status of each was accepted
GET  /wait?to=N&seen=K          answers once more than K messages went to N
"""

import argparse
import asyncio
import json
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import httpx
from granian.constants import Interfaces
from granian.server.embed import Server

from bench import installation, webhooks
from bench.poster import Poster

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Scope]]
Send = Callable[[Scope], Awaitable[None]]
STATUSES = (("sent", 0.05), ("delivered", 0.15), ("read", 0.6))


class Vendor:
    """The ASGI application."""

    def __init__(self, *, signer: webhooks.Signer, poster: Poster) -> None:
        self.journal: list[dict[str, Any]] = []
        self._signer, self._poster = signer, poster
        self._seen: dict[str, int] = defaultdict(int)
        self._news = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        body = b""
        while (message := await receive()) and message["type"] == "http.request":
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        answer = json.dumps(await self._answer(scope, body)).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(answer)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    async def _answer(self, scope: Scope, body: bytes) -> Any:
        query = dict(parse_qsl(scope["query_string"].decode()))
        if scope["path"] == "/journal":
            return {"items": self.journal, "statuses_refused": self._poster.refused}
        if scope["path"] == "/wait":
            return await self._wait(query["to"], int(query["seen"]))
        document = json.loads(body)
        if document.get("status") == "read":
            return {"success": True}
        return await self._take(document)

    async def _wait(self, person: str, seen: int) -> Any:
        async with self._news:
            await self._news.wait_for(lambda: self._seen[person] > seen)
        return next(item for item in reversed(self.journal) if item["to"] == person)

    async def _take(self, document: dict[str, Any]) -> Any:
        person, vendor_id = str(document["to"]).lstrip("+"), webhooks.new_vendor_id()
        entry = {
            "at": time.monotonic(),
            "to": person,
            "id": vendor_id,
            "ours": document.get("biz_opaque_callback_data", ""),
            "named_at": None,
        }
        self.journal.append(entry)
        async with self._news:
            self._seen[person] += 1
            self._news.notify_all()
        task = asyncio.create_task(self._tell(entry))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        contacts = [{"input": document["to"], "wa_id": person}]
        return {"messaging_product": "whatsapp", "contacts": contacts, "messages": [{"id": vendor_id}]}

    async def _tell(self, entry: dict[str, Any]) -> None:
        begun = time.monotonic()
        for name, after in STATUSES:
            await asyncio.sleep(max(0.0, begun + after - time.monotonic()))
            value = webhooks.status(
                name=name, recipient=entry["to"], vendor_id=entry["id"], callback_data=entry["ours"]
            )
            await self._poster.deliver(self._signer.request(value))
            entry["named_at"] = entry["named_at"] or time.monotonic()


@dataclass
class Running:
    """A vendor that runs beside."""

    port: int
    process: "subprocess.Popen[bytes]"

    @property
    def url(self) -> str:
        """For `WHATSAPP_API_URL`."""
        return f"http://127.0.0.1:{self.port}"

    def journal(self) -> list[dict[str, Any]]:
        """What it was sent so far."""
        items: list[dict[str, Any]] = self._ask("/journal")["items"]
        return items

    def wait(self, person: str, *, seen: int) -> dict[str, Any]:
        """The message to a person after the first `seen`."""
        found: dict[str, Any] = self._ask(f"/wait?to={person}&seen={seen}")
        return found

    def _ask(self, path: str) -> Any:
        return httpx.get(self.url + path, timeout=60).raise_for_status().json()

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(timeout=20)


def start(*, door_port: int, app_secret: str, port: int | None = None) -> Running:
    """A vendor in a process of its own."""
    port = port or installation.free_port()
    words = [sys.executable, "-m", "bench.vendor", str(port), str(door_port), app_secret]
    running = Running(port, subprocess.Popen(words))
    while True:
        try:
            running.journal()
            return running
        except httpx.TransportError:
            time.sleep(0.05)


async def _serve(port: int, door_port: int, app_secret: str) -> None:
    signer = webhooks.Signer(app_secret, f"127.0.0.1:{door_port}")
    vendor = Vendor(signer=signer, poster=Poster(port=door_port, connections=8))
    server = Server(
        vendor,
        address="127.0.0.1",
        port=port,
        interface=Interfaces.ASGINL,
        websockets=False,
        log_enabled=False,
    )
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    serving = asyncio.create_task(server.serve())
    await stop.wait()
    halt: Callable[[], None] = server.stop
    halt()
    await serving


def main() -> None:
    """Serve until SIGTERM."""
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("door_port", type=int)
    parser.add_argument("app_secret")
    chosen = parser.parse_args()
    asyncio.run(_serve(chosen.port, chosen.door_port, chosen.app_secret))


if __name__ == "__main__":
    main()
