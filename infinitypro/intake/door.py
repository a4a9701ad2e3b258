"""The door for vendors' webhooks: a plain ASGI application in front of Django, for `/hooks/` alone.

A vendor that gets slow answers backs off for hours, so nothing is done here but to verify, seal, store and answer. It never
answers 200 for something that was not stored.
"""

import asyncio
import contextlib
import json
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

import orjson
from asgiref.sync import sync_to_async

from infinitypro.channels.base import Adapter
from infinitypro.channels.registry import ADAPTERS
from infinitypro.core.vault import keyring
from infinitypro.core.vault.keyring import Key
from infinitypro.intake import accept, forgeries, ownership

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
RETRY_AFTER_SECONDS = 5


@dataclass(eq=False)
class Answer(Exception):
    """What the vendor is told."""

    status: int
    body: bytes
    content_type: bytes = b"application/json"
    headers: tuple[tuple[bytes, bytes], ...] = ()

    @cached_property
    def messages(self) -> tuple[Message, Message]:
        """What the server is sent."""
        headers = [
            (b"content-type", self.content_type),
            (b"content-length", str(len(self.body)).encode()),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
            *self.headers,
        ]
        return (
            {"type": "http.response.start", "status": self.status, "headers": headers},
            {"type": "http.response.body", "body": self.body},
        )


def refusal(status: int, sentence: str, *headers: tuple[bytes, bytes]) -> Answer:
    """An error as JSON."""
    return Answer(status, orjson.dumps({"error": sentence}), headers=headers)


ACCEPTED = Answer(200, b'{"accepted":true}')
UNAVAILABLE = refusal(
    503,
    "The database is away. Send it again.",
    (b"retry-after", str(RETRY_AFTER_SECONDS).encode()),
)


@dataclass(frozen=True)
class Secrets:
    """What a vendor's calls are checked with."""

    app_secret: str
    verify_token: str
    # What its events may be for, by kind and the vendor's id; None: anything.
    speaks_for: frozenset[tuple[str, str]] | None = None


class Door:
    """The application. `shared` are the secrets of the installation's own vendor apps, by kind."""

    def __init__(self, *, acceptor: accept.Acceptor, shared: Mapping[str, Secrets], body_limit: int) -> None:
        self._acceptor = acceptor
        self._shared = shared
        self._limit = body_limit
        self._day_key: tuple[date, Key, float] | None = None
        self._forgeries = forgeries.Forgeries()

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        """One request."""
        try:
            answer = await self._answer(scope, receive)
        except Answer as refused:
            answer = refused
        for message in answer.messages:
            await send(message)

    async def _answer(self, scope: Mapping[str, Any], receive: Receive) -> Answer:
        adapter, channel_id = self._addressee(scope["path"])
        if scope["method"] == "POST":
            return await self._post(adapter, channel_id, scope, receive)
        secrets = await self._secrets(adapter, channel_id)
        if scope["method"] == "GET":
            return self._handshake(adapter, secrets, scope)
        return refusal(405, "Use GET for the handshake and POST for events.", (b"allow", b"GET, POST"))

    def _addressee(self, path: str) -> tuple[Adapter, UUID | None]:
        parts = path.strip("/").split("/")[1:]
        adapter = ADAPTERS.get(parts[0]) if 1 <= len(parts) <= 2 else None
        if adapter is None:
            raise refusal(404, "There is no such hook.")
        try:
            return adapter, UUID(parts[1]) if len(parts) == 2 else None
        except ValueError:
            raise refusal(404, "There is no such hook.") from None

    async def _secrets(self, adapter: Adapter, channel_id: UUID | None) -> Secrets:
        if channel_id is None:
            secrets = self._shared.get(adapter.KIND)
        else:
            own = await _unless_away(ownership.of, channel_id)
            secrets = own and Secrets(own.app_secret, own.verify_token, own.speaks_for)
        if secrets is None:
            raise refusal(404, "There is no such hook.")
        return secrets

    def _handshake(self, adapter: Adapter, secrets: Secrets, scope: Mapping[str, Any]) -> Answer:
        query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        challenge = secrets.verify_token and adapter.handshake(query=query, verify_token=secrets.verify_token)
        if not challenge:
            return refusal(403, "The verify token does not match.")
        return Answer(200, challenge.encode(), content_type=b"text/plain; charset=utf-8")

    async def _post(
        self, adapter: Adapter, channel_id: UUID | None, scope: Mapping[str, Any], receive: Receive
    ) -> Answer:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        if adapter.SIGNATURE not in headers:  # before its body is read or anything is looked up
            return await self._forged(scope)
        body = await self._read(receive)
        secrets = await self._secrets(adapter, channel_id)
        if not secrets.app_secret or not adapter.verify(
            secret=secrets.app_secret, headers=headers, body=body
        ):
            return await self._forged(scope)
        document = _document(body)
        day, key = await self._key()
        rows = list(_rows(adapter, document, secrets.speaks_for, key))
        try:
            # A signed body that names nobody is counted, as one for an unknown channel is.
            await self._acceptor.accept(
                rows or [accept.seal(body, kind=adapter.KIND, external_id="", key=key)], day=day
            )
        except accept.Unavailable:
            return UNAVAILABLE
        except accept.Refused:
            return refusal(422, "This event cannot be stored.")
        return ACCEPTED

    async def _forged(self, scope: Mapping[str, Any]) -> Answer:
        address = (scope.get("client") or ("",))[0]
        count = self._forgeries.note(address)
        if count % forgeries.MANY == 0:
            with contextlib.suppress(Answer):  # the database is away: the next hundred tells
                await _unless_away(forgeries.sound, address, count)
        return refusal(401, "The signature does not match.")

    async def _read(self, receive: Receive) -> bytes:
        body: bytes = b""
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise refusal(400, "The request broke off.")
            chunk: bytes = message.get("body", b"")
            body = body + chunk if body else chunk
            if len(body) > self._limit:
                raise refusal(413, f"At most {self._limit} bytes are taken.")
            if not message.get("more_body"):
                return body

    async def _key(self) -> tuple[date, Key]:
        day = accept.today()
        kept = self._day_key
        if kept is None or kept[0] != day or kept[2] < time.monotonic():
            key = await _unless_away(keyring.intake_key, day)
            self._day_key = (day, key, time.monotonic() + keyring.KEPT_SECONDS)
            return day, key
        return day, kept[1]


def _rows(
    adapter: Adapter, document: Any, speaks_for: frozenset[tuple[str, str]] | None, key: Key
) -> Iterator[accept.Row]:
    for entry in adapter.entries(body=document):
        kind = adapter.KIND if entry.scope == "channel" else f"{adapter.KIND}.{entry.scope}"
        # Who signs with a secret of their own could else write into any business's inbox.
        if speaks_for is None or (kind, entry.external_id) in speaks_for:
            yield accept.seal(
                orjson.dumps(entry.payload),
                kind=kind,
                external_id=entry.external_id.replace("\0", ""),
                key=key,
            )


def _document(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        pass
    try:  # half a surrogate pair, which a cut emoji leaves, is JSON all the same
        return orjson.loads(json.dumps(json.loads(body), ensure_ascii=False).encode(errors="replace"))
    except (ValueError, RecursionError):
        raise refusal(400, "The body is not JSON.") from None


async def _unless_away(function: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return await asyncio.wait_for(sync_to_async(function)(*arguments), timeout=5)
    except Exception as error:
        if isinstance(error, Answer):
            raise
        raise UNAVAILABLE from error
