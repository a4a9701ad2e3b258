"""What every request and every answer passes: who asks, how much they may send, and the headers that browsers obey."""

import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlsplit

import orjson

from infinitypro.config import peers
from infinitypro.core import logs

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Scope]]
Message = Mapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Header = tuple[bytes, bytes]
logger = logging.getLogger(__name__)

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "media-src 'self' blob:",
        "worker-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
# What a page of ours never asks a browser for; what it uses (clipboard, full screen, passkeys) keeps its default: our origin.
DENIED = (
    *("accelerometer", "autoplay", "browsing-topics", "camera", "compute-pressure"),
    *("display-capture", "encrypted-media", "gamepad", "geolocation", "gyroscope", "hid", "idle-detection"),
    *("keyboard-map", "local-fonts", "magnetometer", "microphone", "midi", "payment", "picture-in-picture"),
    *("screen-wake-lock", "serial", "storage-access", "sync-xhr", "usb", "window-management"),
    "xr-spatial-tracking",
)
HEADERS = {
    "content-security-policy": POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": ", ".join(f"{name}=()" for name in DENIED),
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
MEGABYTE = 1024 * 1024
# Before the program is reached there is no template: what a browser shows of it is readable all the same.
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Too large</title></head>
<body><h1>That is too large</h1><p>{sentence} Go back and choose something smaller.</p></body></html>
"""
TWO_YEARS = 2 * 365 * 24 * 3600
ONLY_TLS = {"strict-transport-security": f"max-age={TWO_YEARS}; includeSubDomains"}


class TooLarge(Exception):
    """A request's body is larger than is taken here."""


class Guard:
    """An ASGI application around `application`; where the site is public over TLS nobody speaks with it otherwise."""

    def __init__(
        self, application: Application, *, public_url: str, trusted: Iterable[peers.Network]
    ) -> None:
        self._application = application
        self._public = urlsplit(public_url)
        self._is_secure = self._public.scheme == "https"
        self._trusted = tuple(trusted)
        wanted = HEADERS | (ONLY_TLS if self._is_secure else {})
        self._headers = [(name.encode(), value.encode()) for name, value in wanted.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on; a part that breaks is answered for, in words."""
        is_started = False

        async def answer(message: Message) -> None:
            nonlocal is_started
            if message["type"] == "http.response.start":
                is_started = True
                message = {**message, "headers": self._complete(message.get("headers", ()))}
            elif scope["method"] == "HEAD":
                # Over HTTP/2 the server would send it, and browsers call that a fault.
                message = {**message, "body": b""}
            await send(message)

        _join_cookies(scope)
        is_in_the_clear = peers.settle(scope, trusted=self._trusted, is_secure=self._is_secure)
        if is_in_the_clear and self._is_secure:
            await _say(answer, 308, "Use https.", (b"location", self._secure_url(scope)))
            return
        try:
            await self._application(scope, receive, answer)
        except TooLarge as error:
            if is_started:
                raise
            await (_show if _is_for_people(scope) else _say)(answer, 413, str(error))
        except Exception as error:  # the server would answer 500 and say nothing of it
            logger.error("a request broke: %s", logs.explain(error))
            if is_started:
                raise
            await _say(answer, 500, "Something broke on our side. Try again in a moment.")

    def _complete(self, headers: Sequence[Header]) -> list[Header]:
        """The answer's own headers, and those of ours that it does not set itself."""
        names = {name.lower() for name, _ in headers}
        return [*headers, *(pair for pair in self._headers if pair[0] not in names)]

    def _secure_url(self, scope: Scope) -> bytes:
        query = scope["query_string"].decode("latin-1")
        rest = quote(scope["path"]) + (f"?{quote(query, safe='=&%+')}" if query else "")
        return f"https://{self._public.netloc}{rest}".encode()


def _join_cookies(scope: Scope) -> None:
    """Make one line of the several in which browsers send cookies over HTTP/2: Django would join them with commas."""
    lines = [value for name, value in scope["headers"] if name == b"cookie"]
    if len(lines) > 1:
        others = [pair for pair in scope["headers"] if pair[0] != b"cookie"]
        scope["headers"] = [*others, (b"cookie", b"; ".join(lines))]


async def within(limit: int, application: Application, scope: Scope, receive: Receive, send: Send) -> None:
    """Run the application on a body of at most `limit` bytes; raises TooLarge, after it has put its files away."""
    announced = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    seen = int(announced) if announced.isdigit() and int(announced) > limit else 0

    async def counted() -> Scope:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        return {"type": "http.disconnect"} if seen > limit else message

    if seen <= limit:
        await application(scope, counted, send)
    if seen > limit:
        size = f"{limit // MEGABYTE} MB" if limit >= MEGABYTE else f"{limit} bytes"
        raise TooLarge(f"At most {size} are taken.")


def _is_for_people(scope: Scope) -> bool:
    return any(name == b"accept" and b"text/html" in value for name, value in scope["headers"])


async def _show(send: Send, status: int, sentence: str) -> None:
    await _answer(send, status, b"text/html; charset=utf-8", PAGE.format(sentence=sentence).encode())


async def _say(send: Send, status: int, sentence: str, *headers: Header) -> None:
    await _answer(send, status, b"application/json", orjson.dumps({"error": sentence}), *headers)


async def _answer(send: Send, status: int, kind: bytes, body: bytes, *headers: Header) -> None:
    given = [(b"content-type", kind), (b"content-length", str(len(body)).encode()), *headers]
    await send({"type": "http.response.start", "status": status, "headers": given})
    await send({"type": "http.response.body", "body": body})
