"""What adapters share: the contract they fulfil, when to try again, and careful HTTP."""

from __future__ import annotations

import os
import ssl
import time
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Protocol

import httpx

from infinitypro.channels import types
from infinitypro.channels.errors import ChannelError

SCHEDULE = tuple(timedelta(seconds=s) for s in (2, 5, 15, 45, 120, 300, 900, 1800, 3600))
REDIRECTS = 3
LEFT_ALONE_SECONDS = 30.0


class Adapter(Protocol):
    """One integration. A module with these names fulfils it; `credentials` is what its `FIELDS` asked for."""

    @property
    def KIND(self) -> str: ...
    @property
    def LABEL(self) -> str: ...
    @property
    def FIELDS(self) -> tuple[types.Field, ...]: ...
    @property
    def LIMITS(self) -> types.Limits: ...
    @property
    def SIGNATURE(self) -> str: ...

    def verify(self, *, secret: str, headers: Mapping[str, str], body: bytes) -> bool: ...
    def handshake(self, *, query: Mapping[str, str], verify_token: str) -> str | None: ...
    def entries(self, *, body: object) -> list[types.Entry]: ...
    def parse(self, *, payload: Mapping[str, object], received_at: datetime) -> types.Parsed: ...
    def window_closes_at(self, *, last_inbound_at: datetime) -> datetime: ...
    def problem(self, *, code: str, detail: str = "") -> types.Problem: ...

    def send(
        self,
        *,
        credentials: Mapping[str, str],
        recipient: types.Recipient,
        outgoing: types.Outgoing,
        base_url: str,
        client: httpx.Client,
    ) -> types.Sent: ...

    def mark_read(
        self,
        *,
        credentials: Mapping[str, str],
        vendor_id: str,
        typing: bool,
        base_url: str,
        client: httpx.Client,
    ) -> None: ...

    def fetch_media(
        self,
        *,
        credentials: Mapping[str, str],
        media: types.Media,
        base_url: str,
        client: httpx.Client,
        limit: int,
    ) -> bytes: ...

    def test(
        self, *, credentials: Mapping[str, str], base_url: str, client: httpx.Client
    ) -> types.Health: ...


def delay(*, attempt: int, error: ChannelError | None = None, jitter: float = 0.0) -> timedelta:
    """How long to wait after the failed `attempt` (1 is the first); `jitter` in 0..1 adds up to a quarter."""
    step = SCHEDULE[min(max(attempt, 1), len(SCHEDULE)) - 1]
    asked = error.retry_after if error and error.retry_after else timedelta(0)
    return max(step, asked) * (1 + jitter / 4)


def gives_up(*, attempt: int, error: ChannelError) -> bool:
    """Whether the failed `attempt` was the last: at once when permanent, else about two hours in."""
    return error.permanent or attempt > len(SCHEDULE)


@lru_cache(maxsize=1)
def trust() -> ssl.SSLContext:
    """The authorities we believe; survives a fork, because reading them takes 30 ms."""
    return httpx.create_ssl_context(trust_env=False)


@lru_cache(maxsize=1)
def http() -> httpx.Client:
    """This process's one pooled client; it follows no redirect and takes no proxy from the environment.

    The first takes 100 ms, a child's own 0.2 ms where its parent has made one before the fork.
    """
    return httpx.Client(
        verify=trust(),
        timeout=httpx.Timeout(10.0, connect=5.0),
        limits=httpx.Limits(max_connections=32, max_keepalive_connections=16, keepalive_expiry=60.0),
        follow_redirects=False,
        trust_env=False,
    )


# A connection must not be shared across a fork: the child makes its own client when it first calls out.
os.register_at_fork(after_in_child=http.cache_clear)


def may_have_token(*, url: str, base_url: str, hosts: Collection[str]) -> bool:
    """Whether `url` belongs to the vendor: the very origin of `base_url`, or https at one of its `hosts`."""
    try:
        asked, base = httpx.URL(url), httpx.URL(base_url)
    except (httpx.InvalidURL, ValueError):
        return False
    if asked.userinfo:
        return False
    if (asked.scheme, asked.host, asked.port) == (base.scheme, base.host, base.port):
        return True
    return asked.scheme == "https" and asked.port is None and asked.host in hosts


_silent_until: dict[str, float] = {}


def call(client: httpx.Client, request: httpx.Request) -> httpx.Response:
    """The vendor's answer of any status; where none came, a `ChannelError` that says if the call went out.

    A vendor that hangs is left alone for half a minute: each call would hold up a worker, and with it everybody's messages.
    """
    host = request.url.netloc.decode()
    if (left := _silent_until.get(host, 0.0) - time.monotonic()) > 0:
        raise ChannelError(
            "unreachable",
            "The service did not answer a moment ago.",
            permanent=False,
            retry_after=timedelta(seconds=left),
        )
    try:
        return client.send(request)
    except httpx.HTTPError as error:
        if isinstance(error, httpx.TimeoutException):
            _silent_until[host] = time.monotonic() + LEFT_ALONE_SECONDS
        raise _no_answer(error) from error


def _no_answer(error: httpx.HTTPError) -> ChannelError:
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        return ChannelError("unreachable", "The service could not be reached.", permanent=False)
    return ChannelError(
        "no_answer",
        "The connection broke before the service answered.",
        permanent=False,
        may_have_arrived=True,
    )


def download(
    *, client: httpx.Client, url: str, token: str, base_url: str, hosts: Collection[str], limit: int
) -> bytes:
    """The file at `url`, at most `limit` bytes; the token goes to the vendor alone, on redirects too."""
    for _ in range(REDIRECTS + 1):
        if not may_have_token(url=url, base_url=base_url, hosts=hosts):
            raise ChannelError("foreign_host", "The file lies at an address we do not trust.", permanent=True)
        try:
            with client.stream("GET", url, headers={"Authorization": f"Bearer {token}"}) as response:
                if not response.is_redirect:
                    return _read(response, limit)
                url = str(httpx.URL(url).join(response.headers["location"]))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ChannelError("no_answer", "The file could not be fetched.", permanent=False) from error
    raise ChannelError("redirects", "The file's address leads in circles.", permanent=True)


def _read(response: httpx.Response, limit: int) -> bytes:
    if response.status_code != httpx.codes.OK:
        gone = response.status_code in (400, 401, 403, 404, 410)
        raise ChannelError(f"http_{response.status_code}", "The file could not be fetched.", permanent=gone)
    # The length that is announced can lie, so it is counted as well.
    announced = response.headers.get("content-length", "")[:20]
    if announced.isdecimal() and int(announced) > limit:
        raise _too_large()
    return b"".join(_counted(response.iter_bytes(65536), limit))


def _counted(chunks: Iterator[bytes], limit: int) -> Iterator[bytes]:
    seen = 0
    for chunk in chunks:
        seen += len(chunk)
        if seen > limit:
            raise _too_large()
        yield chunk


def _too_large() -> ChannelError:
    return ChannelError("too_large", "The file is larger than we accept.", permanent=True)
