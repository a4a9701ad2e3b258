"""Calls to addresses that somebody typed: to the public internet alone, and never for long.

A name is resolved here, every address of it is checked, and the connection goes to one that was checked: asking again would
let the name's owner answer otherwise (DNS rebinding). TLS and `Host` keep the name. What the operator lists in
`OUTBOUND_ALLOW` is called wherever it lies.
"""

import concurrent.futures
import functools
import socket
import ssl
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpcore
import httpx
from django.conf import settings

from infinitypro.core import networks
from infinitypro.core.errors import Problem

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 15.0
LARGEST = 2 * 1024 * 1024
REDIRECTS = 3


class Refused(Problem):
    """The address is not one that we call; the text says why."""


class Failed(Problem):
    """No usable answer came; the text says why."""


def get(url: str, **more: Any) -> httpx.Response:
    """The whole answer to a GET, of any status, after at most three redirects; takes what `ask` takes."""
    return ask("GET", url, **more)


def post(url: str, **more: Any) -> httpx.Response:
    """The whole answer to a POST, of any status; a redirect is an answer. Takes what `ask` takes."""
    return ask("POST", url, **more)


def ask(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    content: bytes | None = None,
    follow_redirects: bool | None = None,
    limit: int = LARGEST,
    seconds: float = TOTAL_SECONDS,
) -> httpx.Response:
    """The whole answer, of any status, at most `limit` bytes and within `seconds`. Raises Refused or Failed."""
    wait = _Wait(time.monotonic() + seconds)
    hops = method == "GET" if follow_redirects is None else follow_redirects
    client = httpx.Client(
        transport=_Transport(wait),
        # A compressed answer could be a thousand times as large as what was counted.
        headers={"Accept-Encoding": "identity", "User-Agent": "InfinityPro"},
        follow_redirects=hops,
        max_redirects=REDIRECTS,
        event_hooks={"request": [_refuse_url]},
        trust_env=False,
    )
    try:
        with client, client.stream(method, url, headers=headers, content=content) as answer:
            return _whole(answer, limit)
    except httpx.TooManyRedirects as error:
        raise Failed("The address leads from one to the next without end.") from error
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise Refused("That is not an address we can call: write https:// and a name.") from error
    except (httpx.TimeoutException, httpcore.TimeoutException) as error:
        raise Failed("It did not answer in time.") from error
    except (httpx.HTTPError, httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
        raise Failed("It could not be reached, or broke off.") from error


@functools.lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    """The authorities we believe, read once."""
    return httpx.create_ssl_context(trust_env=False)


def _refuse_url(request: httpx.Request) -> None:
    """Look at the address of each hop; raises Refused."""
    url = request.url
    if url.scheme not in ("http", "https") or not url.host or (url.port or 0) > networks.LAST_PORT:
        raise Refused("That is not an address we can call: write https:// and a name.")
    if url.userinfo:
        raise Refused("The address holds a name or password. Leave that away.")


def _whole(answer: httpx.Response, limit: int) -> httpx.Response:
    if answer.headers.get("content-encoding", "identity") != "identity":
        raise Failed("It answered in a compressed form that was not asked for.")
    body = b"".join(_counted(answer.iter_raw(), limit))
    return httpx.Response(
        answer.status_code,
        headers=answer.headers,
        content=body,
        request=answer.request,
        history=answer.history,
    )


def _counted(chunks: Iterable[bytes], limit: int) -> Iterator[bytes]:
    seen = 0
    for chunk in chunks:
        seen += len(chunk)
        if seen > limit:
            raise Failed("Its answer is larger than we take.")
        yield chunk


@dataclass(frozen=True)
class _Wait:
    """How long one call may still take, redirects included."""

    until: float

    def left(self, at_most: float | None = None) -> float:
        """Seconds; raises httpcore's timeout when there are none."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        return left if at_most is None else min(left, at_most)


class _Transport(httpx.BaseTransport):
    """What httpx sends through: a connection for each request, opened by `_Network`."""

    def __init__(self, wait: _Wait) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=_trust(), network_backend=_Network(wait), max_keepalive_connections=0
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """One hop."""
        url = request.url
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        sent = httpcore.Request(
            request.method,
            target,
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        answer = self._pool.handle_request(sent)
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer))

    def close(self) -> None:
        """Close what is still open."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


class _Network(httpcore.NetworkBackend):
    """Connects to addresses that were checked."""

    def __init__(self, wait: _Wait) -> None:
        self._wait = wait
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first of the name's addresses that takes one."""
        failed: httpcore.ConnectError | httpcore.ConnectTimeout = httpcore.ConnectError("no address")
        for found in _addresses(host, port, self._wait):
            try:
                stream = self._sockets.connect_tcp(found, port, self._wait.left(CONNECT_SECONDS))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
            else:
                return _Stream(stream, self._wait)
        raise failed


class _Stream(httpcore.NetworkStream):
    """A connection whose every wait ends with the call's: one that drips would else be read for ever."""

    def __init__(self, stream: httpcore.NetworkStream, wait: _Wait) -> None:
        self._stream, self._wait = stream, wait

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._wait.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._wait.left(timeout))

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, self._wait.left(CONNECT_SECONDS))
        return _Stream(secured, self._wait)

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def is_sealed_in_transit(address: str) -> bool:
    """Whether it is https, and somewhere; what the operator lists may be called otherwise."""
    try:
        url = urlsplit(address)
        peer = networks.bare(url.hostname or ""), url.port or networks.HTTP_PORT
    except ValueError:
        return False
    is_called = url.scheme == "https" or (url.scheme == "http" and peer in settings.OUTBOUND_ALLOW)
    return bool(url.hostname) and is_called


def _addresses(host: str, port: int, wait: _Wait) -> list[str]:
    """All addresses of a name; raises Refused when one of them is none that we call."""
    found = _resolve(host, port, wait)
    if (networks.bare(host), port) in settings.OUTBOUND_ALLOW:
        return found
    if not all(networks.is_public(one) and not _is_ours(one) for one in found):
        raise Refused(
            "That address lies in a private network. Only the operator can allow it (OUTBOUND_ALLOW)."
        )
    return found


def _resolve(host: str, port: int, wait: _Wait) -> list[str]:
    # A name server may take its time, and nothing can be told to stop waiting for it: so wait beside it.
    pool = concurrent.futures.ThreadPoolExecutor(max_workers=1)
    try:
        rows = pool.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM).result(
            wait.left(CONNECT_SECONDS)
        )
    except TimeoutError as error:
        raise httpcore.ConnectTimeout from error
    except (OSError, UnicodeError) as error:
        raise Failed("There is no such name, or no name server answered.") from error
    finally:
        pool.shutdown(wait=False)
    return list(dict.fromkeys(str(row[4][0]) for row in rows))


def _is_ours(found: str) -> bool:
    """Whether the address is one of this machine's own: to itself a machine speaks from the very same one."""
    family = socket.AF_INET6 if ":" in found else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((found, 9))  # sends nothing
        except OSError:
            return False
        return bool(probe.getsockname()[0] == found)
