"""Cutting one webhook body into one piece per entry and channel."""

from __future__ import annotations

from typing import Any

from infinitypro.channels.adapters.whatsapp import shapes
from infinitypro.channels.types import Entry


def entries(*, body: object) -> list[Entry]:
    """The pieces of a body, in order.

    Each is found by its `phone_number_id` alone; news of an account, which names no number, by the WhatsApp
    Business Account's id. What names neither can belong to nobody and is left out.
    """
    pieces: dict[tuple[int, str, str], Entry] = {}
    for place, entry in enumerate(shapes.objects(shapes.mapping(body).get("entry"))):
        account = shapes.text(entry.get("id"))
        for change in shapes.objects(entry.get("changes")):
            number = _phone_number_id(change)
            scope, key = ("channel", number) if number else ("account", account)
            if key:
                _add(pieces, (place, scope, key), entry, change)
    return list(pieces.values())


def _phone_number_id(change: Any) -> str:
    metadata = shapes.mapping(shapes.mapping(change.get("value")).get("metadata"))
    return shapes.text(metadata.get("phone_number_id"))


def _add(
    pieces: dict[tuple[int, str, str], Entry], key: tuple[int, str, str], entry: Any, change: Any
) -> None:
    piece = pieces.get(key)
    if piece is None:
        rest = {name: value for name, value in entry.items() if name != "changes"}
        payload: dict[str, object] = {**rest, "changes": []}
        piece = Entry("channel" if key[1] == "channel" else "account", key[2], payload)
        pieces[key] = piece
    changes = piece.payload["changes"]
    if isinstance(changes, list):
        changes.append(change)
