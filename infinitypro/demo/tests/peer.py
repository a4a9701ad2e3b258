"""The product's side of the stand-in in these tests: a door, and short ways to speak to both faces."""

from __future__ import annotations

import base64
import json
import socket
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

from infinitypro.channels import base, types
from infinitypro.channels.registry import ADAPTERS

WHATSAPP = ADAPTERS["whatsapp"]
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SECRET, TOKEN, NUMBER_ID = "app-secret", "token-of-the-demo", "5550001"
CREDENTIALS = {"phone_number_id": NUMBER_ID, "access_token": TOKEN}
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(check, seconds=5.0):
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        found = check()
        if found:
            return found
        time.sleep(0.01)
    raise AssertionError("it did not happen in time")


class Door:
    """Takes webhooks as the product's door does, and refuses the first few when told to."""

    def __init__(self):
        self.events, self.refusals, self.bodies, self.bad = [], 0, [], 0
        door = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                status = door.take({k.lower(): v for k, v in self.headers.items()}, body)
                self.send_response(status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hooks/whatsapp/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self, headers, body):
        if not WHATSAPP.verify(secret=SECRET, headers=headers, body=body):
            self.bad += 1
            return 401
        if self.refusals:
            self.refusals -= 1
            return 503
        self.bodies.append(body)
        for entry in WHATSAPP.entries(body=json.loads(body)):
            assert (entry.scope, entry.external_id) == ("channel", NUMBER_ID)
            result = WHATSAPP.parse(payload=entry.payload, received_at=NOW)
            assert result.unknown == ()
            self.events.extend(result.events)
        return 200

    def of(self, kind):
        return [event for event in list(self.events) if isinstance(event, kind)]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def answers(url):
    try:
        return httpx.get(f"{url}/__control", trust_env=False).is_success
    except httpx.HTTPError:
        return False


def control(base_url, **wish):
    return httpx.post(f"{base_url}/__control", json=wish, trust_env=False).json()


def page(base_url, path, **body):
    url = f"{base_url}/demo/phone/{path}"
    return httpx.post(url, json=body, trust_env=False) if body else httpx.get(url, trust_env=False)


def customers(base_url):
    return {found["name"]: found for found in page(base_url, "state").json()["customers"]}


def send(base_url, phone="+12125550171", **outgoing):
    return WHATSAPP.send(
        credentials=CREDENTIALS,
        recipient=types.Recipient((types.Address("phone", phone),)),
        outgoing=types.Outgoing(**outgoing),
        base_url=base_url,
        client=base.http(),
    )


def chat(base_url, name="Alex Rivera"):
    key = customers(base_url)[name]["key"]
    return page(base_url, f"messages?customer={key}").json()["items"]
