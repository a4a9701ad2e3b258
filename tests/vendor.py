"""The vendor's side of the wire, on loopback: records what is sent and answers as it is told."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from django.test import override_settings

from infinitypro.channels import base


class Vendor:
    """`sent` are the bodies that came; `answers` are (status, body) for the next ones, then all is well."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.tokens: list[str] = []
        self.answers: list[tuple[int, Any]] = []
        self.files: dict[str, bytes] = {}
        self.url = ""

    def texts(self) -> list[str]:
        """What was sent, without the signs of reading."""
        return [body["text"]["body"] for body in self.sent if body.get("type") == "text"]

    def take(self, body: dict[str, Any]) -> tuple[int, Any]:
        """The answer to a send."""
        if body.get("status") == "read":
            return 200, {"success": True}
        self.sent.append(body)
        if self.answers:
            return self.answers.pop(0)
        return 200, {
            "messages": [{"id": f"wamid.SENT{len(self.sent)}.{body.get('biz_opaque_callback_data')}"}]
        }

    def give(self, path: str) -> tuple[int, Any]:
        """A file, or where it lies."""
        name = path.split("?")[0].rsplit("/", 1)[1]
        if name not in self.files:
            return 404, {}
        if path.startswith("/file/"):
            return 200, self.files[name]
        return 200, {"url": f"{self.url}/file/{name}", "id": name}


@contextmanager
def standing_in() -> Iterator[Vendor]:
    """A vendor that the product's adapter talks to inside."""
    vendor = Vendor()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            vendor.tokens.append(self.headers["authorization"])
            self._answer(*vendor.take(body))

        def do_GET(self) -> None:
            self._answer(*vendor.give(self.path))

        def _answer(self, status: int, content: Any) -> None:
            raw = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_words: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    vendor.url = f"http://127.0.0.1:{server.server_port}"
    try:
        with override_settings(WHATSAPP_API_URL=vendor.url):
            yield vendor
    finally:
        base.http().close()
        base.http.cache_clear()
        server.shutdown()
        server.server_close()
        thread.join()


def refusal(code: int, status: int = 400) -> tuple[int, Any]:
    """An error as Meta words it."""
    return status, {"error": {"code": code, "message": "no", "type": "OAuthException"}}
