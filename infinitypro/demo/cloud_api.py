"""The stand-in's side that speaks to the product: the part of Meta's Cloud API that the product calls."""

from __future__ import annotations

import asyncio
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

from infinitypro.demo import outbound, wire
from infinitypro.demo.faults import Faults
from infinitypro.demo.settings import Settings
from infinitypro.demo.telephone import Bubble, Customer, Telephones
from infinitypro.demo.webhooks import Webhooks

Json = dict[str, Any]
_PATH = re.compile(r"/v\d+\.\d+/(?P<id>[^/]+)(?:/(?P<edge>messages|media))?/?")
SENDS_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Taken:
    """A send that was accepted: to whom, and what the product wants to find again in its statuses."""

    recipient: Json
    callback_data: str


class CloudApi:
    """Takes sends, answers as Meta does and lets the telephones have them."""

    def __init__(self, settings: Settings, phones: Telephones, webhooks: Webhooks, faults: Faults) -> None:
        self._settings, self._phones, self._webhooks, self._faults = settings, phones, webhooks, faults
        self._taken: dict[str, Taken] = {}

    async def answer(self, request: wire.Request) -> wire.Answer:
        """The answer to one call."""
        if self._faults.slow_seconds:
            await asyncio.sleep(self._faults.slow_seconds)
        given = request.headers.get("authorization", "").encode()
        if not hmac.compare_digest(given, f"Bearer {self._settings.access_token}".encode()):
            return error(190, "Invalid OAuth access token - Cannot parse access token", status=401)
        if request.path.startswith("/__media/"):
            return self._download(request.path.removeprefix("/__media/"))
        found = _PATH.fullmatch(request.path)
        if found is None:
            return error(2500, "Unknown path components", status=400)
        return self._route(request, found["id"], found["edge"])

    def _route(self, request: wire.Request, id: str, edge: str | None) -> wire.Answer:
        ours = id == self._settings.phone_number_id
        if request.method == "GET" and edge is None:
            return self._number() if ours else self._describe(id)
        if request.method == "POST" and ours and edge == "messages":
            return self._message(request)
        if request.method == "POST" and ours and edge == "media":
            return self._upload(request)
        return _missing(id)

    def _number(self) -> wire.Answer:
        return wire.json(
            {
                "verified_name": self._settings.business_name,
                "display_phone_number": self._settings.number,
                "quality_rating": "GREEN",
                "code_verification_status": "VERIFIED",
                "platform_type": "CLOUD_API",
                "throughput": {"level": "STANDARD"},
                "id": self._settings.phone_number_id,
            }
        )

    def _describe(self, id: str) -> wire.Answer:
        file = self._phones.files.get(id)
        if file is None:
            return _missing(id)
        return wire.json(
            {
                "messaging_product": "whatsapp",
                "url": f"{self._settings.base_url}/__media/{id}",
                "mime_type": file.mime_type,
                "sha256": file.sha256,
                "file_size": len(file.content),
                "id": id,
            }
        )

    def _download(self, id: str) -> wire.Answer:
        file = self._phones.files.get(id)
        return wire.Answer(200, file.content, file.mime_type) if file else _missing(id)

    def _upload(self, request: wire.Request) -> wire.Answer:
        kind = request.headers.get("content-type", "").encode("latin-1")
        whole = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + kind + b"\r\n\r\n" + request.body)
        for part in whole.iter_parts():
            if part.get_filename():
                content = part.get_payload(decode=True)
                if isinstance(content, bytes):
                    made = self._phones.keep(content, part.get_content_type(), part.get_filename() or "")
                    return wire.json({"id": made.id})
        return error(100, "The parameter file is required.", status=400)

    def _message(self, request: wire.Request) -> wire.Answer:
        body = request.json()
        if body is None:
            return error(100, "Invalid parameter", status=400)
        if body.get("status") == "read":
            return self._read(body)
        fault = self._faults.next()
        if fault and not fault.get("loses_answer") and not fault.get("later"):
            return _ordered(fault)
        try:
            kind, text, extra = outbound.read(body, self._settings.templates)
        except outbound.Refused as refused:
            return error(refused.code, refused.details, status=refused.status)
        except (AttributeError, TypeError):
            return error(100, "Invalid parameter", status=400)
        sent = self._take(body, kind, text, extra, fault)
        # The call was obeyed and the answer is lost: what a broken connection does to a client.
        return wire.Answer(502, b"bad gateway", "text/plain") if fault and fault.get("loses_answer") else sent

    def _read(self, body: Json) -> wire.Answer:
        bubble = self._phones.bubbles.get(str(body.get("message_id")))
        if bubble and bubble.is_mine:
            for earlier in list(self._phones.bubbles.values()):
                if earlier.is_mine and earlier.customer == bubble.customer and earlier.at <= bubble.at:
                    self._phones.mark(earlier.id, "read")
            if body.get("typing_indicator"):
                self._phones.type(bubble.customer, now=datetime.now(UTC))
        return wire.json({"success": True})

    def _take(self, body: Json, kind: str, text: str, extra: Json, fault: Json | None) -> wire.Answer:
        id = f"wamid.{secrets.token_urlsafe(24)}"
        to, user = str(body.get("to") or "").removeprefix("+"), str(body.get("recipient") or "")
        self._faults.journal.append({"id": id, "at": datetime.now(UTC).isoformat(), "body": body})
        customer = self._phones.find(phone=to) if to else self._phones.find(user_id=user)
        if customer:
            self._show(customer, id, body, kind, text, extra)
        contact = {"input": body["to"], "wa_id": to} if to else {"input": user, "user_id": user}
        recipient = {"recipient_id": to} if to else {"recipient_user_id": user}
        self._remember(id, Taken(recipient, str(body.get("biz_opaque_callback_data") or "")))
        self._report(id, customer, fault)
        return wire.json(
            {"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": id}]}
            | ({"messages": [{"id": id, "message_status": "accepted"}]} if kind == "template" else {})
        )

    def _show(self, customer: Customer, id: str, body: Json, kind: str, text: str, extra: Json) -> None:
        if kind == "reaction":
            self._phones.react(extra["target"], text)
            return
        reply_to = (body.get("context") or {}).get("message_id", "")
        file = self._phones.files.get(extra.get("file", ""))
        if file:
            extra = {**extra, "mime_type": file.mime_type, "filename": extra["filename"] or file.filename}
        shown = {**extra, "reply_to": reply_to}
        now = datetime.now(UTC)
        self._phones.add(Bubble(id, customer.key, False, now, kind, text, "sent", shown))

    def _remember(self, id: str, taken: Taken) -> None:
        self._taken[id] = taken
        if len(self._taken) > SENDS_KEPT:
            del self._taken[next(iter(self._taken))]

    def _report(self, id: str, customer: Customer | None, fault: Json | None) -> None:
        if fault and fault.get("later"):
            self.status(id, "failed", code=int(fault.get("code", 131026)))
            return
        self.status(id, "sent")
        self.status(id, "delivered", after=self._settings.delivered_after)
        if self._settings.always_reads or (customer and self._phones.is_watched(customer.key)):
            self.status(id, "read", after=self._settings.read_after)

    def read_all(self, customer: str) -> None:
        """The customer looks at the chat: what has come is read."""
        for bubble in list(self._phones.bubbles.values()):
            if bubble.customer == customer and not bubble.is_mine and bubble.status in ("sent", "delivered"):
                self.status(bubble.id, "read")

    def status(self, id: str, status: str, *, after: float = 0.0, code: int = 0) -> None:
        """Tell the door how far a message has come."""
        taken = self._taken.get(id)
        self._phones.mark(id, status)
        if taken is None or self._faults.drops_statuses:
            return
        now = int(datetime.now(UTC).timestamp() + after)
        found: Json = {"id": id, "status": status, "timestamp": str(now), **taken.recipient}
        if taken.callback_data:
            found["biz_opaque_callback_data"] = taken.callback_data
        if status != "failed":
            found["pricing"] = {"billable": False, "pricing_model": "PMP", "category": "service"}
        else:
            details = {"details": "The stand-in was told to fail this message."}
            found["errors"] = [{"code": code, "title": "Failed", "message": "Failed", "error_data": details}]
        self._webhooks.send({"statuses": [found]}, after=after)


def _ordered(fault: Json) -> wire.Answer:
    status = int(fault.get("status", 400))
    wait = (("retry-after", str(fault["retry_after"])),) if "retry_after" in fault else ()
    if "code" not in fault:
        return wire.Answer(status, b"", "text/plain", wait)
    return error(int(fault["code"]), "The stand-in was told to refuse this.", status=status, headers=wait)


def _missing(id: str) -> wire.Answer:
    words = f"Unsupported request. Object with ID '{id}' does not exist or cannot be loaded"
    return error(100, words, status=400, subcode=33)


def error(
    code: int, message: str, *, status: int, subcode: int = 0, headers: tuple[tuple[str, str], ...] = ()
) -> wire.Answer:
    """An error in Meta's shape (Meta: Graph API, handling errors)."""
    kind = "OAuthException" if code in (10, 100, 190, 200) or code >= 131000 else "GraphMethodException"
    found: Json = {"message": f"(#{code}) {message}", "type": kind, "code": code}
    if subcode:
        found["error_subcode"] = subcode
    if code >= 130000:
        found["error_data"] = {"messaging_product": "whatsapp", "details": message}
    found["fbtrace_id"] = secrets.token_urlsafe(8)
    return wire.json({"error": found}, status=status, headers=headers)
