"""What a send must look like for Meta to take it, and what the telephone then shows."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
MEDIA = ("image", "audio", "video", "document", "sticker")


class Refused(Exception):
    """A send is not as Meta wants it: its code, its details, and the HTTP status."""

    def __init__(self, code: int, details: str, *, status: int = 400) -> None:
        super().__init__(details)
        self.code, self.details, self.status = code, details, status


def read(body: Json, templates: frozenset[str]) -> tuple[str, str, Json]:
    """Kind, text and further parts of the bubble; raises `Refused`."""
    if body.get("messaging_product") != "whatsapp":
        raise Refused(100, "Param messaging_product must be one of {whatsapp}")
    if not body.get("to") and not body.get("recipient"):
        raise Refused(100, "The parameter to is required.")
    if len(str(body.get("biz_opaque_callback_data", ""))) > 512:
        raise Refused(100, "Param biz_opaque_callback_data must be at most 512 characters long.")
    kind = body.get("type", "text")
    part = body.get(kind)
    if kind not in _READERS or not isinstance(part, dict):
        raise Refused(100, f"Param type must be one of {{{', '.join(_READERS)}}} and stand in the body.")
    if kind == "template":
        return _template(part, templates)
    text, extra = _READERS[kind](part)
    return kind, text, extra


def _need(part: Json, name: str, most: int) -> str:
    found = part.get(name)
    if not isinstance(found, str) or not found.strip():
        raise Refused(131008, f"Parameter {name} is required.")
    if len(found) > most:
        raise Refused(131009, f"Parameter {name} must be at most {most} characters long.")
    return found


def _text(part: Json) -> tuple[str, Json]:
    return _need(part, "body", 4096), {}


def _media(part: Json) -> tuple[str, Json]:
    if not part.get("id") and not part.get("link"):
        raise Refused(131008, "Either id or link is required.")
    file = {"file": str(part.get("id", "")), "link": str(part.get("link", ""))}
    return str(part.get("caption", "")), {**file, "filename": str(part.get("filename", ""))}


def _location(part: Json) -> tuple[str, Json]:
    try:
        point = {"latitude": float(part["latitude"]), "longitude": float(part["longitude"])}
    except (KeyError, TypeError, ValueError):
        raise Refused(131008, "Parameters latitude and longitude are required.") from None
    words = ", ".join(str(part[name]) for name in ("name", "address") if part.get(name))
    return words, {"location": point}


def _reaction(part: Json) -> tuple[str, Json]:
    return str(part.get("emoji", "")), {"target": _need(part, "message_id", 512)}


def _interactive(part: Json) -> tuple[str, Json]:
    action, body = part.get("action"), part.get("body")
    if not isinstance(action, dict) or not isinstance(body, dict):
        raise Refused(131008, "Parameters body and action are required.")
    if part.get("type") == "button":
        return _need(body, "text", 1024), {"buttons": _buttons(action)}
    if part.get("type") == "list":
        return _need(body, "text", 4096), {"menu": _menu(action)}
    raise Refused(131009, "Parameter type of interactive must be button or list.")


def _buttons(action: Json) -> list[Json]:
    buttons = action.get("buttons") or []
    if not 1 <= len(buttons) <= 3:
        raise Refused(131009, "There must be 1 to 3 buttons.")
    found = [_choice(button.get("reply") or {}, 20) for button in buttons]
    _distinct(found)
    return found


def _choice(part: Json, most: int) -> Json:
    found = {"id": _need(part, "id", 256), "title": _need(part, "title", most)}
    return {**found, "description": _need(part, "description", 72)} if part.get("description") else found


def _distinct(choices: list[Json]) -> None:
    if len({choice["id"] for choice in choices}) < len(choices):
        raise Refused(131009, "Ids must be unique.")
    if len({choice["title"] for choice in choices}) < len(choices):
        raise Refused(131009, "Titles must be unique.")


def _menu(action: Json) -> Json:
    sections = action.get("sections") or []
    rows = [_choice(row, 24) for section in sections for row in section.get("rows") or []]
    if not 1 <= len(rows) <= 10:
        raise Refused(131009, "There must be 1 to 10 rows in all sections together.")
    _distinct(rows)
    return {"button": _need(action, "button", 20), "rows": rows}


def _template(part: Json, templates: frozenset[str]) -> tuple[str, str, Json]:
    name = _need(part, "name", 512)
    language = (part.get("language") or {}).get("code")
    if not language:
        raise Refused(131008, "Parameter language.code is required.")
    if name not in templates:
        raise Refused(132001, f"template name ({name}) does not exist in {language}", status=404)
    parts = [
        p for c in part.get("components") or [] if c.get("type") == "body" for p in c.get("parameters") or []
    ]
    return "template", " · ".join([name.replace("_", " "), *(str(p.get("text", "")) for p in parts)]), {}


_READERS = {
    "text": _text,
    "interactive": _interactive,
    "template": _text,
    "reaction": _reaction,
    "location": _location,
    **dict.fromkeys(MEDIA, _media),
}
