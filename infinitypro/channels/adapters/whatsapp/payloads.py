"""From an `Outgoing` to the JSON that Meta takes (Meta: Cloud API, messages)."""

from __future__ import annotations

from typing import Any

from infinitypro.channels import types
from infinitypro.channels.adapters.whatsapp.limits import LIMITS
from infinitypro.channels.errors import ChannelError

Json = dict[str, Any]


def message(*, recipient: types.Recipient, outgoing: types.Outgoing) -> Json:
    """The body of a send; a permanent `ChannelError` where Meta would not take it."""
    found: Json = {"messaging_product": "whatsapp", "recipient_type": "individual", **_address(recipient)}
    found.update(_body(outgoing))
    if outgoing.reply_to:
        found["context"] = {"message_id": outgoing.reply_to}
    if outgoing.callback_data:
        found["biz_opaque_callback_data"] = outgoing.callback_data
    return found


def _address(recipient: types.Recipient) -> Json:
    """Both where both are known: Meta then takes the number and falls back on the id."""
    known = {address.kind: address.value for address in recipient.addresses}
    found = {}
    if types.PHONE in known:
        found["to"] = known[types.PHONE]
    user = known.get(types.WHATSAPP_USER) or known.get(types.WHATSAPP_PARENT_USER)
    if user:
        found["recipient"] = user
    if not found:
        raise ChannelError("no_address", "This person has no address on WhatsApp.", permanent=True)
    return found


def _body(outgoing: types.Outgoing) -> Json:
    if outgoing.template:
        return {"type": "template", "template": _template(outgoing.template)}
    if outgoing.media:
        return {"type": outgoing.media.kind, outgoing.media.kind: _media(outgoing.media)}
    if outgoing.location:
        return {"type": "location", "location": _location(outgoing.location)}
    if outgoing.menu or outgoing.buttons:
        return {"type": "interactive", "interactive": _interactive(outgoing)}
    _fits("The text", outgoing.text, LIMITS.text_length)
    return {"type": "text", "text": {"body": outgoing.text, "preview_url": False}}


def _fits(what: str, text: str, most: int) -> str:
    if not text or len(text) > most:
        problem = f"has more than {most} characters" if text else "is empty"
        raise ChannelError("does_not_fit", f"{what} {problem}.", permanent=True)
    return text


def _interactive(outgoing: types.Outgoing) -> Json:
    most = LIMITS.menu_text_length if outgoing.buttons or outgoing.menu is None else LIMITS.text_length
    body = {"text": _fits("The text above the choices", outgoing.text, most)}
    if outgoing.menu:
        return {"type": "list", "body": body, "action": _menu(outgoing.menu)}
    if len(outgoing.buttons) > LIMITS.buttons:
        raise ChannelError("does_not_fit", f"There are more than {LIMITS.buttons} buttons.", permanent=True)
    buttons = [
        {"type": "reply", "reply": {"id": b.id, "title": _fits("A button", b.title, LIMITS.button_length)}}
        for b in outgoing.buttons
    ]
    return {"type": "button", "body": body, "action": {"buttons": buttons}}


def _menu(menu: types.ListMenu) -> Json:
    if not 0 < len(menu.rows) <= LIMITS.rows:
        raise ChannelError("does_not_fit", f"A list has 1 to {LIMITS.rows} lines.", permanent=True)
    button = _fits("The list's button", menu.button, LIMITS.button_length)
    return {"button": button, "sections": [{"title": button, "rows": [_row(row) for row in menu.rows]}]}


def _row(row: types.Row) -> Json:
    found = {"id": row.id, "title": _fits("A line of the list", row.title, LIMITS.row_length)}
    if row.description:
        most = LIMITS.row_description_length
        found["description"] = _fits("A line's description", row.description, most)
    return found


def _template(template: types.Template) -> Json:
    found: Json = {"name": template.name, "language": {"code": template.language}}
    if template.params:
        parameters = [{"type": "text", "text": text} for text in template.params]
        found["components"] = [{"type": "body", "parameters": parameters}]
    return found


def _media(media: types.OutgoingMedia) -> Json:
    found = {"id": media.vendor_id} if media.vendor_id else {"link": media.url}
    if media.caption and media.kind in ("image", "video", "document"):
        found["caption"] = media.caption
    if media.filename and media.kind == "document":
        found["filename"] = media.filename
    return found


def _location(location: types.Location) -> Json:
    found: Json = {"latitude": location.latitude, "longitude": location.longitude}
    found |= {name: value for name in ("name", "address") if (value := getattr(location, name))}
    return found
