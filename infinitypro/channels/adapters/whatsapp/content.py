"""What one WhatsApp message says, for each type Meta knows (Meta: Cloud API webhooks, messages)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson

from infinitypro.channels.adapters.whatsapp import problems, shapes
from infinitypro.channels.types import (
    Choice,
    Content,
    Kind,
    Location,
    Media,
    OrderItem,
    SharedContact,
)

Message = Mapping[str, Any]


def read(message: Message, *, errors: object = None) -> Content:
    """What the message says; of a type that is not known, that it cannot be shown and why.

    `errors` are those of the whole change: Meta puts some there instead of at the message.
    """
    reader = READERS.get(shapes.text(message.get("type")))
    found = reader(message) if reader else None
    return found or _unsupported(message, errors)


def _text(message: Message) -> Content | None:
    body = shapes.text(shapes.mapping(message.get("text")).get("body"))
    return Content(kind="text", text=body) if body else None


def _media(kind: Kind) -> Callable[[Message], Content | None]:
    def read_media(message: Message) -> Content | None:
        part = shapes.mapping(message.get(kind))
        vendor_id, url = shapes.text(part.get("id")), shapes.text(part.get("url") or part.get("link"))
        if not vendor_id and not url:
            return None
        caption = shapes.text(part.get("caption"))
        media = Media(
            vendor_id=vendor_id,
            url=url,
            mime_type=shapes.unescaped(part.get("mime_type")),
            sha256=shapes.unescaped(part.get("sha256")),
            filename=shapes.text(part.get("filename")),
            caption=caption,
            is_voice=part.get("voice") is True,
            is_animated=part.get("animated") is True,
        )
        return Content(kind=kind, text=caption, media=media)

    return read_media


def _location(message: Message) -> Content | None:
    part = shapes.mapping(message.get("location"))
    latitude, longitude = shapes.number(part.get("latitude")), shapes.number(part.get("longitude"))
    if latitude is None or longitude is None:
        return None
    name, address = shapes.unescaped(part.get("name")), shapes.unescaped(part.get("address"))
    place = Location(
        latitude=latitude,
        longitude=longitude,
        name=name,
        address=address,
        url=shapes.text(part.get("url")),
    )
    words = ", ".join(dict.fromkeys(word for word in (name, address) if word))
    return Content(kind="location", text=words, location=place)


def _contacts(message: Message) -> Content | None:
    cards = tuple(_card(card) for card in shapes.objects(message.get("contacts")))
    return Content(kind="contacts", text=", ".join(filter(None, map(_line, cards))), shared_contacts=cards)


def _card(card: Message) -> SharedContact:
    name = shapes.mapping(card.get("name"))
    written = shapes.text(name.get("formatted_name")) or shapes.text(name.get("first_name"))
    return SharedContact(
        name=written or _vcard_name(shapes.text(card.get("vcard"))),
        phones=tuple(filter(None, (shapes.text(p.get("phone")) for p in shapes.objects(card.get("phones"))))),
        emails=tuple(filter(None, (shapes.text(m.get("email")) for m in shapes.objects(card.get("emails"))))),
        organisation=shapes.text(shapes.mapping(card.get("org")).get("company")),
    )


def _vcard_name(vcard: str) -> str:
    return next((line[3:].strip() for line in vcard.splitlines() if line.upper().startswith("FN:")), "")


def _line(card: SharedContact) -> str:
    return " ".join(filter(None, (card.name, *card.phones[:1])))


def _button(message: Message) -> Content | None:
    part = shapes.mapping(message.get("button"))
    title = shapes.text(part.get("text"))
    return _chosen(shapes.text(part.get("payload")) or title, title)


def _chosen(id: str, title: str, description: str = "") -> Content | None:
    choice = Choice(id, title, description)
    return Content(kind="reply", text=title, choice=choice) if id or title else None


def _interactive(message: Message) -> Content | None:
    part = shapes.mapping(message.get("interactive"))
    kind = shapes.text(part.get("type"))
    answer = shapes.mapping(part.get(kind))
    if kind in ("button_reply", "list_reply"):
        return _chosen(*(shapes.text(answer.get(name)) for name in ("id", "title", "description")))
    if kind == "nfm_reply":
        return _form(answer)
    if kind == "call_permission_reply":
        allowed = answer.get("response") == "accept"
        words = "Allowed calls from the business" if allowed else "Declined calls from the business"
        return Content(kind="system", text=words)
    return None


def _form(answer: Message) -> Content:
    try:
        found = orjson.loads(shapes.text(answer.get("response_json")) or "{}")
    except orjson.JSONDecodeError:
        found = {}
    answers = {name: value for name, value in shapes.mapping(found).items() if name != "flow_token"}
    lines = [f"{name.replace('_', ' ')}: {value}" for name, value in answers.items()]
    return Content(kind="form", text="\n".join(lines) or shapes.text(answer.get("body")), answers=answers)


def _order(message: Message) -> Content | None:
    part = shapes.mapping(message.get("order"))
    items = tuple(_item(item) for item in shapes.objects(part.get("product_items")))
    lines = [f"{item.quantity} × {item.product}" for item in items]
    text = "\n".join(filter(None, (", ".join(lines), shapes.text(part.get("text")))))
    return Content(kind="order", text=text, order=items) if items else None


def _item(item: Message) -> OrderItem:
    try:
        price = Decimal(shapes.text(item.get("item_price")) or "0")
    except InvalidOperation:
        price = Decimal(0)
    return OrderItem(
        product=shapes.text(item.get("product_retailer_id")),
        quantity=int(shapes.number(item.get("quantity")) or 0),
        price=price if price.is_finite() else Decimal(0),
        currency=shapes.text(item.get("currency")),
    )


def _system(message: Message) -> Content | None:
    body = shapes.text(shapes.mapping(message.get("system")).get("body"))
    return Content(kind="system", text=body) if body else None


def _welcome(message: Message) -> Content:
    return Content(kind="system", text="Opened the chat")


def _unsupported(message: Message, errors: object) -> Content:
    found = shapes.objects(message.get("errors")) or shapes.objects(errors)
    reason = problems.from_error(found[0]) if found else None
    return Content(kind="unsupported", problem=reason)


READERS: dict[str, Callable[[Message], Content | None]] = {
    "text": _text,
    "image": _media("image"),
    "audio": _media("audio"),
    "video": _media("video"),
    "document": _media("document"),
    "sticker": _media("sticker"),
    "location": _location,
    "contacts": _contacts,
    "button": _button,
    "interactive": _interactive,
    "order": _order,
    "system": _system,
    "request_welcome": _welcome,
}
