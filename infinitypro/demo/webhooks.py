"""Webhooks to the door, signed and repeated as Meta does it (Meta: Webhooks, payload signing and retries)."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import orjson

log = logging.getLogger(__name__)

#: Seconds before each further try; the last is repeated. Meta's own are longer and go on for days.
PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
TRIES = 200
AT_ONCE = 32


class Webhooks:
    """Posts what happened to one URL until it answers 200."""

    def __init__(
        self,
        *,
        url: str,
        app_secret: str,
        account_id: str,
        number_id: str,
        number: str,
        certificate: Path | None = None,
    ) -> None:
        self._url, self._secret, self._account = url, app_secret.encode(), account_id
        self._certificate = certificate
        self._metadata = {"display_phone_number": number.removeprefix("+"), "phone_number_id": number_id}
        self._tasks: set[asyncio.Task[None]] = set()
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._client: httpx.AsyncClient | None = None
        self.delivered = 0
        self.refused = 0

    def send(
        self, value: dict[str, Any], *, after: float = 0.0, then: Callable[[], None] | None = None
    ) -> None:
        """Deliver `value` after some seconds and call `then` once the door has taken it."""
        whole = {"messaging_product": "whatsapp", "metadata": self._metadata, **value}
        change = {"field": "messages", "value": whole}
        body = {"object": "whatsapp_business_account", "entry": [{"id": self._account, "changes": [change]}]}
        task = asyncio.create_task(self._deliver(orjson.dumps(body), after, then))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @property
    def waiting(self) -> int:
        """How many are under way."""
        return len(self._tasks)

    async def close(self) -> None:
        """Drop what is under way: the stand-in keeps nothing beyond its own life."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._client:
            await self._client.aclose()

    async def _deliver(self, body: bytes, after: float, then: Callable[[], None] | None) -> None:
        if after:
            await asyncio.sleep(after)
        for attempt in range(TRIES):
            if await self._post(body):
                self.delivered += 1
                if then:
                    then()
                return
            self.refused += 1
            await asyncio.sleep(PAUSES[min(attempt, len(PAUSES) - 1)])
        log.warning("A webhook was given up after %d tries", TRIES)

    async def _post(self, body: bytes) -> bool:
        headers = {
            "content-type": "application/json",
            "user-agent": "facebookexternalua",
            "x-hub-signature-256": "sha256=" + hmac.new(self._secret, body, hashlib.sha256).hexdigest(),
        }
        if self._client is None:
            self._client = httpx.AsyncClient(
                verify=_believing(self._certificate), timeout=10.0, trust_env=False
            )
        async with self._gate:
            try:
                response = await self._client.post(self._url, content=body, headers=headers)
            except httpx.HTTPError:
                return False
        return response.status_code == httpx.codes.OK


def _believing(certificate: Path | None) -> ssl.SSLContext | bool:
    """Believe that one certificate, by whatever name it is reached and whoever signed it."""
    if certificate is None:
        return True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.load_verify_locations(certificate)
    return context
