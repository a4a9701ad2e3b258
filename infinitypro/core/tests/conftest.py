"""A server on this machine that answers as a test says, and an allow list that holds it."""

import http.server
import ssl
import threading
from collections.abc import Callable

import pytest


class Server:
    """A server on this machine that answers as a test says."""

    def __init__(self, answer: Callable[[http.server.BaseHTTPRequestHandler], None], files=None) -> None:
        asked: list[tuple[object, ...]] = []
        self.asked = asked

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(
                    (self.command, self.path, self.headers["Host"], self.headers.get("Authorization"))
                )
                try:
                    answer(self)
                except OSError:
                    self.close_connection = True

            do_POST = do_GET

            def log_message(self, *_words: object) -> None:
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if files:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*files)
            context.sni_callback = lambda _socket, name, _context: asked.append(("SNI", name))
            self.http.socket = context.wrap_socket(self.http.socket, server_side=True)
        self.port = self.http.server_address[1]
        threading.Thread(target=self.http.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()


@pytest.fixture
def serve(settings):
    running = []

    def start(answer=None, *, is_allowed=True, host="127.0.0.1", files=None):
        one = Server(answer or said(b"hello"), files)
        running.append(one)
        if is_allowed:
            settings.OUTBOUND_ALLOW |= {(host, one.port)}
        return one

    yield start
    for one in running:
        one.close()


def said(body, status=200, **headers):
    def answer(request):
        request.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(body)

    return answer


def redirect(to, status=302):
    return said(b"", status, Location=to)
