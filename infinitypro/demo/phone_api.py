"""The stand-in's side that speaks to the telephone in the browser."""

from __future__ import annotations

import base64
import binascii
import re
import secrets
from datetime import UTC, datetime
from typing import Any

from infinitypro.demo import wire
from infinitypro.demo.cloud_api import CloudApi
from infinitypro.demo.settings import Settings
from infinitypro.demo.telephone import Bubble, Customer, Telephones
from infinitypro.demo.webhooks import Webhooks

Json = dict[str, Any]
PREFIX = "/demo/phone/"
_PHONE = re.compile(r"\+[1-9]\d{6,14}")
_USERNAME = re.compile(r"[a-z0-9._]{3,35}")
#: Shown inside the page; whatever else it is comes as a download that no browser runs.
_SHOWN = frozenset(
    {
        "image/jpeg",
        "image/png",
        "image/webp",
        "image/gif",
        "audio/ogg",
        "audio/mpeg",
        "audio/mp4",
        "audio/webm",
    }
    | {"audio/wav", "audio/aac", "video/mp4", "video/webm"}
)


class Mistake(Exception):
    """What the page asked for cannot be done; the text says why."""


class PhoneApi:
    """Answers the page, and turns what is typed there into webhooks."""

    def __init__(self, settings: Settings, phones: Telephones, webhooks: Webhooks, cloud: CloudApi) -> None:
        self._settings, self._phones, self._webhooks, self._cloud = settings, phones, webhooks, cloud

    def answer(self, request: wire.Request) -> wire.Answer:
        """The answer to one request of the page."""
        place = (request.method, request.path.removeprefix(PREFIX).rstrip("/"))
        try:
            if place[0] == "GET" and place[1].startswith("media/"):
                return self._media(place[1].removeprefix("media/"))
            if place == ("GET", "state"):
                return self._state()
            if place == ("GET", "messages"):
                customer, since = self._customer(request.query), self._since(request)
                return wire.json({"items": self._phones.since(customer.key, since)})
            if place == ("GET", "events"):
                return self._events(request)
            if place == ("POST", "customers"):
                return wire.json(self._save(_posted(request)).show())
            if place == ("POST", "send"):
                return wire.json(self._send(_posted(request)))
        except Mistake as mistake:
            return wire.json({"error": str(mistake)}, status=400)
        return wire.json({"error": "There is nothing here."}, status=404)

    def _state(self) -> wire.Answer:
        customers = [customer.show() for customer in self._phones.customers.values()]
        business = {"name": self._settings.business_name, "phone": self._settings.number}
        return wire.json({"business": business, "customers": customers})

    def _media(self, id: str) -> wire.Answer:
        file = self._phones.files.get(id)
        if file is None:
            return wire.json({"error": "There is no such file."}, status=404)
        kind = file.mime_type.split(";")[0].strip()
        policy = ("content-security-policy", "sandbox; default-src 'none'")
        if kind in _SHOWN:
            return wire.Answer(200, file.content, kind, (policy,))
        disposition = ("content-disposition", "attachment")
        return wire.Answer(200, file.content, "application/octet-stream", (policy, disposition))

    def _events(self, request: wire.Request) -> wire.Answer:
        customer = self._customer(request.query)
        self._cloud.read_all(customer.key)
        stream = self._phones.watch(customer.key, self._since(request))
        return wire.Answer(200, stream, "text/event-stream", (("x-accel-buffering", "no"),))

    def _since(self, request: wire.Request) -> int:
        given = request.headers.get("last-event-id") or request.query.get("since", "0")
        return int(given) if given.isdecimal() else 0

    def _customer(self, given: Json) -> Customer:
        found = self._phones.customers.get(str(given.get("customer")))
        if found is None:
            raise Mistake("This customer is not known any more. Reload the page.")
        return found

    def _save(self, given: Json) -> Customer:
        name = str(given.get("name", "")).strip()[:60]
        phone = re.sub(r"[^\d+]", "", str(given.get("phone", "")))
        username = str(given.get("username", "")).strip().lower().removeprefix("@")
        if not name:
            raise Mistake("Give the customer a name.")
        if bool(phone) == bool(username):
            raise Mistake("Give either a telephone number or a username.")
        if phone and not _PHONE.fullmatch(phone):
            raise Mistake("Write the number with its country code: +1 212 555 0171.")
        if username and not _USERNAME.fullmatch(username):
            raise Mistake("A username has 3 to 35 letters, digits, dots or underscores.")
        return self._phones.save(name=name, phone=phone, username=username, key=str(given.get("key", "")))

    def _send(self, given: Json) -> Json:
        customer = self._customer(given)
        kind = str(given.get("kind", "text"))
        reader = _READERS.get(kind)
        if reader is None:
            raise Mistake("This telephone cannot send that.")
        file = self._file(given) if kind in _FILES else None
        message, text, extra = reader(given, file)
        if file:
            extra = {"file": file, "mime_type": self._phones.files[file].mime_type, **extra}
        reply_to = str(given.get("reply_to", ""))
        extra = {**extra, "reply_to": reply_to}
        id, now = f"wamid.{secrets.token_urlsafe(24)}", datetime.now(UTC)
        bubble = Bubble(id, customer.key, True, now, kind, text, "waiting", extra)
        self._phones.add(bubble)
        self._webhooks.send(
            self._value(customer, id, now, message, reply_to),
            then=lambda: self._phones.mark(id, "delivered"),
        )
        self._phones.mark(id, "sent")
        return bubble.show()

    def _value(self, customer: Customer, id: str, now: datetime, message: Json, reply_to: str) -> Json:
        contact: Json = {"profile": {"name": customer.name}, "user_id": customer.user_id}
        whole: Json = {"from_user_id": customer.user_id, "id": id, "timestamp": str(int(now.timestamp()))}
        if customer.phone:
            contact["wa_id"] = whole["from"] = customer.phone.removeprefix("+")
        else:
            contact["profile"]["username"] = f"@{customer.username}"
        if reply_to:
            context = {"from": self._settings.number.removeprefix("+"), "id": reply_to}
            whole["context"] = context
        return {"contacts": [contact], "messages": [{**whole, **message}]}

    def _file(self, given: Json) -> str:
        try:
            content = base64.b64decode(str(given.get("data", "")), validate=True)
        except binascii.Error:
            raise Mistake("The file did not arrive whole. Send it again.") from None
        if not 0 < len(content) <= 16 * 1024 * 1024:
            raise Mistake("A file has 1 byte to 16 MB.")
        kind = str(given.get("mime_type") or "application/octet-stream")[:100]
        name = str(given.get("filename", ""))[:120]
        made = self._phones.keep(content, kind, name)
        wanted = {"id": made.id, "mime_type": kind, "sha256": made.sha256}
        given["part"] = wanted
        return made.id


def _posted(request: wire.Request) -> Json:
    # JSON only: another site's page cannot send it here without asking first.
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise Mistake("Send JSON.")
    found = request.json()
    if found is None:
        raise Mistake("Send a JSON object.")
    return found


Made = tuple[Json, str, Json]


def _text(given: Json, file: str | None) -> Made:
    text = str(given.get("text", "")).strip()
    if not text or len(text) > 4096:
        raise Mistake("Write 1 to 4,096 characters.")
    return {"type": "text", "text": {"body": text}}, text, {}


def _reply(given: Json, file: str | None) -> Made:
    title = str(given.get("title", ""))
    kind = "list_reply" if given.get("is_list") else "button_reply"
    answer = {"id": str(given.get("id", "")), "title": title}
    if given.get("is_list") and given.get("description"):
        answer["description"] = str(given["description"])
    return {"type": "interactive", "interactive": {"type": kind, kind: answer}}, title, {}


def _location(given: Json, file: str | None) -> Made:
    try:
        point = {"latitude": float(given["latitude"]), "longitude": float(given["longitude"])}
    except (KeyError, TypeError, ValueError):
        raise Mistake("A place has a latitude and a longitude.") from None
    words = {name: str(given[name]) for name in ("name", "address") if given.get(name)}
    return (
        {"type": "location", "location": {**point, **words}},
        ", ".join(words.values()),
        {"location": point},
    )


def _file(given: Json, file: str | None) -> Made:
    kind, caption = str(given["kind"]), str(given.get("caption", "")).strip()
    part = given["part"] | ({"caption": caption} if caption and kind != "audio" else {})
    if kind == "document":
        part["filename"] = str(given.get("filename", "")) or "file"
    if kind == "audio":
        part["voice"] = given.get("is_voice") is True
    return {"type": kind, kind: part}, caption, {"filename": str(given.get("filename", ""))}


def _reaction(given: Json, file: str | None) -> Made:
    emoji = str(given.get("emoji", ""))
    return (
        {"type": "reaction", "reaction": {"message_id": str(given.get("target", "")), "emoji": emoji}},
        emoji,
        {},
    )


_FILES = frozenset({"image", "video", "audio", "document"})
_READERS = {
    "text": _text,
    "reply": _reply,
    "location": _location,
    "reaction": _reaction,
    **dict.fromkeys(_FILES, _file),
}
