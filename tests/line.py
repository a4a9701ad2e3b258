"""What tests send through the line: WhatsApp payloads in Meta's shapes, signed, to the real door or straight to ingest."""

import asyncio
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import orjson
import psycopg
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connection, connections

from infinitypro.channels import services as channels
from infinitypro.channels.models import Channel
from infinitypro.channels.registry import ADAPTERS
from infinitypro.core import tenancy
from infinitypro.core.jobs import worker
from infinitypro.core.postgres import address
from infinitypro.core.vault import keyring
from infinitypro.inbox.models import Message
from infinitypro.intake import accept, ingesting, ownership, partitions
from infinitypro.intake.door import Door, Secrets
from tests import reach

SECRET, TOKEN = "the-app-secret", "the-verify-token"
LIMIT = 100_000
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Business:
    """A workspace with a WhatsApp number."""

    workspace_id: UUID
    channel_id: UUID
    number_id: str

    @contextmanager
    def entered(self) -> Any:
        """Inside, this business's rows are there; its channel is given."""
        with tenancy.workspace(self.workspace_id):
            yield Channel.objects.get(id=self.channel_id)


def business(workspace: Any, **credentials: str) -> Business:
    """A workspace's new WhatsApp number."""
    number_id = str(secrets.randbelow(10**15) + 10**15)
    with tenancy.workspace(workspace.id):
        channel = channels.connect(
            kind="whatsapp",
            name="Number",
            external_id=number_id,
            credentials={"phone_number_id": number_id, "access_token": "vendor-token", **credentials},
        )
    return Business(workspace.id, channel.id, number_id)


# Payloads


def at(seconds: int) -> str:
    """A vendor's timestamp: noon and so many seconds."""
    return str(int(NOON.timestamp()) + seconds)


def change(number_id: str, value: Mapping[str, Any], field: str = "messages") -> dict[str, Any]:
    """One change of a webhook."""
    metadata = {"display_phone_number": "12125550142", "phone_number_id": number_id}
    return {"field": field, "value": {"messaging_product": "whatsapp", "metadata": metadata, **value}}


def body(*changes: dict[str, Any]) -> dict[str, Any]:
    """A webhook's body with one entry."""
    return {"object": "whatsapp_business_account", "entry": [{"id": "900", "changes": list(changes)}]}


def person(wa_id: str = "", user_id: str = "", name: str = "") -> dict[str, Any]:
    """Who writes, as a payload's contact."""
    who = {"wa_id": wa_id, "user_id": user_id, "profile": {"name": name}}
    return {key: value for key, value in who.items() if value}


def said(who: Mapping[str, Any], vendor_id: str, when: int, **content: Any) -> dict[str, Any]:
    """A message: `text=`, or a type with its part."""
    text = content.pop("text", None)
    part = {"type": "text", "text": {"body": text}} if text is not None else content
    sender = {"from": who.get("wa_id"), "from_user_id": who.get("user_id")}
    message = {"id": vendor_id, "timestamp": at(when), **{k: v for k, v in sender.items() if v}, **part}
    return {"contacts": [dict(who)], "messages": [message]}


def status(vendor_id: str, kind: str, when: int, *, ours: Any = "", code: int = 0) -> dict[str, Any]:
    """How far a message of ours has come."""
    found: dict[str, Any] = {"id": vendor_id, "status": kind, "timestamp": at(when), "recipient_id": "1"}
    if ours:
        found["biz_opaque_callback_data"] = str(ours)
    if code:
        found["errors"] = [{"code": code, "title": "Failed"}]
    return {"statuses": [found]}


def echoed(to: Mapping[str, Any], vendor_id: str, when: int, **content: Any) -> dict[str, Any]:
    """What the business did on its own telephone."""
    text = content.pop("text", None)
    part = {"type": "text", "text": {"body": text}} if text is not None else content
    sent = {"from": "12125550142", "to": to.get("wa_id"), "to_user_id": to.get("user_id")}
    message = {"id": vendor_id, "timestamp": at(when), **{k: v for k, v in sent.items() if v}, **part}
    return {"message_echoes": [message]}


# The ways in


def signed(content: bytes, secret: str = SECRET) -> dict[str, str]:
    """The headers of a call that Meta signed."""
    mark = hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()
    return {"content-type": "application/json", "x-hub-signature-256": f"sha256={mark}"}


def call(
    method: str,
    path: str,
    content: bytes = b"",
    *,
    headers: Mapping[str, str] | None = None,
    conninfo: str | None = None,
) -> httpx.Response:
    """One call at the door."""
    return asyncio.run(_calls([(method, path, content, dict(headers or {}))], conninfo))[0]


def post(payload: Any, *, secret: str = SECRET, path: str = "/hooks/whatsapp/") -> httpx.Response:
    """One signed webhook at the door."""
    content = payload if isinstance(payload, bytes) else orjson.dumps(payload)
    return call("POST", path, content, headers=signed(content, secret))


def post_together(contents: list[bytes]) -> list[int]:
    """Signed webhooks at one moment; what each was answered."""
    calls = [("POST", "/hooks/whatsapp/", content, signed(content)) for content in contents]
    return [answer.status_code for answer in asyncio.run(_calls(calls, None))]


def forge_together(payload: Any, count: int) -> list[int]:
    """So many webhooks that somebody else signed, and one of ours; what they were answered, ours last."""
    content = orjson.dumps(payload)
    forged = ("POST", "/hooks/whatsapp/", content, signed(content, "somebody else's"))
    calls = [*[forged] * count, ("POST", "/hooks/whatsapp/", content, signed(content))]
    return [answer.status_code for answer in asyncio.run(_calls(calls, None))]


async def _calls(
    calls: list[tuple[str, str, bytes, dict[str, str]]], conninfo: str | None
) -> list[httpx.Response]:
    ownership._kept.clear()
    words = address.of(address.DATA).words() | {"dbname": reach.name()}
    ours = psycopg.conninfo.make_conninfo("", **words)
    acceptor = accept.Acceptor(conninfo=lambda: ours if conninfo is None else conninfo)
    door = Door(acceptor=acceptor, shared={"whatsapp": Secrets(SECRET, TOKEN)}, body_limit=LIMIT)
    transport = httpx.ASGITransport(app=door)
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            requests = (client.request(m, p, content=c, headers=h) for m, p, c, h in calls)
            return list(await asyncio.gather(*requests))
    finally:
        await acceptor.close()
        await sync_to_async(connections.close_all)()


def begin() -> None:
    """The partitions that raw events need, and no jobs that earlier tests left."""
    partitions.keep(today=accept.today())
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


def work() -> None:
    """Run the jobs that are due, again while they bring new ones that are."""
    settings.SETTLE_SECONDS = 0
    worker.run(wait=False)


def ingest(own: Business, payload: Mapping[str, Any], *, now: datetime) -> list[Message]:
    """A webhook's body read without the door and without jobs, each entry as its own job would."""
    found: list[Message] = []
    for entry in ADAPTERS["whatsapp"].entries(body=payload):
        with own.entered() as channel:
            line = ingesting._Line(channel=channel, now=now)
            for event in ADAPTERS["whatsapp"].parse(payload=entry.payload, received_at=now).events:
                line.take(event)
            line.end()
            found += line.messages
    return found


def raw_events(own: Business) -> list[tuple[Any, ...]]:
    """What is stored of what came: (day, id, ingested_at, problem)."""
    with tenancy.workspace(own.workspace_id), connection.cursor() as cursor:
        cursor.execute("SELECT day, id, ingested_at, problem FROM intake_rawevent ORDER BY received_at, id")
        return list(cursor.fetchall())


def forget_keys() -> None:
    """Drop this process's opened keys."""
    keyring.forget()
