"""The telephones of the demo's customers: who they are and what their chats show. All of it is in memory."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

TYPING_LASTS = timedelta(seconds=25)
KEEP_ALIVE = 15.0
MESSAGES_KEPT = 2000


@dataclass(slots=True)
class Customer:
    """A person with a telephone; without a `phone` they are known by their username and id only."""

    key: str
    name: str
    phone: str
    username: str
    user_id: str

    def show(self) -> dict[str, str]:
        """What the page needs."""
        return {"key": self.key, "name": self.name, "phone": self.phone, "username": self.username}


@dataclass(slots=True)
class File:
    """A file in the vendor's keeping."""

    id: str
    content: bytes
    mime_type: str
    filename: str

    @property
    def sha256(self) -> str:
        """The digest in hexadecimal, as Meta gives it."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(slots=True)
class Bubble:
    """One message in a chat; `rev` grows with every change anywhere, so that it also is a cursor."""

    id: str
    customer: str
    is_mine: bool
    at: datetime
    kind: str
    text: str
    status: str
    extra: dict[str, Any] = field(default_factory=dict)
    rev: int = 0

    def show(self) -> dict[str, Any]:
        """What the page needs."""
        return {
            "id": self.id,
            "rev": self.rev,
            "mine": self.is_mine,
            "at": self.at.isoformat(timespec="milliseconds"),
            "kind": self.kind,
            "text": self.text,
            "status": self.status,
            **self.extra,
        }


RANK = {"waiting": 0, "sent": 1, "delivered": 2, "read": 3, "failed": 4}


class Telephones:
    """Every customer's chat, and the pages that watch them."""

    def __init__(self) -> None:
        self.customers: dict[str, Customer] = {}
        self.bubbles: dict[str, Bubble] = {}
        self.files: dict[str, File] = {}
        self.typing_until: dict[str, datetime] = {}
        self._rev = 0
        self._watchers: dict[str, set[asyncio.Event]] = {}
        self._closing = False
        self.save(name="Alex Rivera", phone="+12125550171")
        self.save(name="Sam Okafor", phone="+12125550172")
        self.save(name="Noa Levi", username="noa.levi")

    def save(self, *, name: str, phone: str = "", username: str = "", key: str = "") -> Customer:
        """The customer with this key, renamed, or a new one: a changed address is another person."""
        known = self.customers.get(key)
        if known and (known.phone, known.username) == (phone, username):
            known.name = name
            return known
        found = self.find(phone=phone) or self.find(username=username)
        if found:
            found.name = name
            return found
        made = Customer(secrets.token_hex(6), name, phone, username, f"US.{secrets.randbelow(10**20):020d}")
        self.customers[made.key] = made
        return made

    def find(self, *, phone: str = "", user_id: str = "", username: str = "") -> Customer | None:
        """The customer with one of these addresses."""
        digits = phone.removeprefix("+")
        for customer in self.customers.values():
            if digits and customer.phone.removeprefix("+") == digits:
                return customer
            if (user_id and customer.user_id == user_id) or (username and customer.username == username):
                return customer
        return None

    def keep(self, content: bytes, mime_type: str, filename: str = "") -> File:
        """Store a file."""
        found = File(str(10**15 + secrets.randbelow(10**15)), content, mime_type, filename)
        self.files[found.id] = found
        while len(self.files) > 200:
            del self.files[next(iter(self.files))]
        return found

    def add(self, bubble: Bubble) -> None:
        """Show a message; one from the business ends its typing."""
        self.bubbles[bubble.id] = bubble
        if not bubble.is_mine:
            self.typing_until.pop(bubble.customer, None)
        while len(self.bubbles) > MESSAGES_KEPT:
            del self.bubbles[next(iter(self.bubbles))]
        self._changed(bubble)

    def mark(self, id: str, status: str) -> None:
        """A message has come further; it never goes back."""
        bubble = self.bubbles.get(id)
        if bubble and RANK[status] > RANK[bubble.status]:
            bubble.status = status
            self._changed(bubble)

    def react(self, id: str, emoji: str) -> None:
        """Show the business's reaction on a message; an empty one takes it away."""
        bubble = self.bubbles.get(id)
        if bubble:
            bubble.extra = {**bubble.extra, "reaction": emoji}
            self._changed(bubble)

    def type(self, customer: str, *, now: datetime) -> None:
        """The business is writing, for 25 seconds or until its message (Meta: typing indicators)."""
        self.typing_until[customer] = now + TYPING_LASTS
        self._wake(customer)

    def is_watched(self, customer: str) -> bool:
        """Whether a page shows this chat right now."""
        return bool(self._watchers.get(customer))

    def since(self, customer: str, rev: int) -> list[dict[str, Any]]:
        """What changed in a chat after `rev`, oldest change first."""
        found = [b for b in self.bubbles.values() if b.customer == customer and b.rev > rev]
        return [bubble.show() for bubble in sorted(found, key=lambda bubble: bubble.rev)]

    async def watch(self, customer: str, rev: int) -> AsyncGenerator[bytes, None]:
        """Server-sent events of a chat: `message` for each change after `rev`, `typing` when that changes."""
        woken = asyncio.Event()
        self._watchers.setdefault(customer, set()).add(woken)
        typing = False
        try:
            yield b"retry: 1000\n\n"
            while not self._closing:
                woken.clear()
                for shown in self.since(customer, rev):
                    rev = shown["rev"]
                    yield b"id: %d\nevent: message\ndata: %s\n\n" % (rev, orjson.dumps(shown))
                now = datetime.now(UTC)
                until = self.typing_until.get(customer, now)
                if typing != (until > now):
                    typing = not typing
                    yield b"event: typing\ndata: %s\n\n" % orjson.dumps({"typing": typing})
                wait = (until - now).total_seconds() if typing else KEEP_ALIVE
                if not await _wait(woken, wait + 0.01):
                    yield b": still here\n\n"
        finally:
            self._watchers[customer].discard(woken)

    def close(self) -> None:
        """End all streams."""
        self._closing = True
        for customer in list(self._watchers):
            self._wake(customer)

    def _changed(self, bubble: Bubble) -> None:
        self._rev += 1
        bubble.rev = self._rev
        self._wake(bubble.customer)

    def _wake(self, customer: str) -> None:
        for woken in self._watchers.get(customer, ()):
            woken.set()


async def _wait(woken: asyncio.Event, seconds: float) -> bool:
    try:
        await asyncio.wait_for(woken.wait(), seconds)
    except TimeoutError:
        return False
    return True
