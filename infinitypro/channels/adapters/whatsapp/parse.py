"""From one entry of a webhook to events. What is not understood is named and never spoils the rest."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, cast

from infinitypro.channels import types
from infinitypro.channels.adapters.whatsapp import content, notices, people, problems, shapes
from infinitypro.channels.types import Event, Parsed, Sender, Unknown

Object = Mapping[str, Any]
_STATUSES = frozenset({"sent", "delivered", "read", "played", "failed"})
_CHANGED_ID = re.compile(r" from (\S+) to (\S+)")


class NotUnderstood(Exception):
    """A part cannot be made into an event; the text says why, without what people wrote."""


def parse(*, payload: Mapping[str, object], received_at: datetime) -> Parsed:
    """The events in an `Entry.payload`, in order; `received_at` stands in where a time is unreadable."""
    events: list[Event] = []
    unknown: list[Unknown] = []
    at = shapes.instant(payload.get("time"), otherwise=received_at)
    for place, change in enumerate(shapes.objects(payload.get("changes"))):
        found = len(events) + len(unknown)
        for path, item, reader in _parts(change, at, received_at):
            try:
                events.extend(reader(item))
            except NotUnderstood as error:
                unknown.append(Unknown(f"changes[{place}].{path}", str(error)))
        if len(events) + len(unknown) == found:
            field = shapes.text(change.get("field"))
            unknown.append(Unknown(f"changes[{place}]", f"nothing known in field {field!r:.60}"))
    return Parsed(tuple(events), tuple(unknown))


Part = tuple[str, Object, Callable[[Object], Iterable[Event]]]


def _parts(change: Object, at: datetime, received: datetime) -> Iterable[Part]:
    value = shapes.mapping(change.get("value"))
    field = shapes.text(change.get("field"))
    contacts = shapes.objects(value.get("contacts"))
    errors = value.get("errors")
    number = shapes.text(shapes.mapping(value.get("metadata")).get("display_phone_number"))
    readers: dict[str, Callable[[Object], Iterable[Event]]] = {
        "messages": lambda item: _message(item, contacts, errors, received),
        "message_echoes": lambda item: _echo(item, number, received),
        "statuses": lambda item: _receipt(item, received),
        "calls": lambda item: _call(item, contacts, received),
        "user_preferences": lambda item: _preference(item, contacts, received),
        "user_id_update": lambda item: _new_user_id(item, contacts, received),
        "groups": lambda item: [notices.group(item, received)],
    }
    seen = False
    for name, reader in readers.items():
        for place, item in enumerate(shapes.objects(value.get(name))):
            seen = True
            yield f"{name}[{place}]", item, reader
    if not seen:
        yield "value", value, lambda item: _notice(field, item, at)


def _id(item: Object) -> str:
    found = shapes.text(item.get("id"))
    if not found:
        raise NotUnderstood("it has no id")
    return found


def _message(
    message: Object, contacts: people.Contacts, errors: object, received: datetime
) -> Iterable[Event]:
    at = shapes.instant(message.get("timestamp"), otherwise=received)
    special = _special(message, contacts, at)
    if special:
        return [special]
    sender = people.sender(message, contacts)
    if not sender.addresses:
        raise NotUnderstood("it names no sender")
    found = content.read(message, errors=errors)
    context = shapes.mapping(message.get("context"))
    return [
        types.InboundMessage(
            **_fields(found),
            vendor_id=_id(message),
            sent_at=at,
            sender=sender,
            reply_to=shapes.text(context.get("id")),
            is_forwarded=context.get("forwarded") is True or context.get("frequently_forwarded") is True,
            referral=_referral(message),
            group_id=shapes.text(message.get("group_id")),
        )
    ]


def _fields(found: types.Content) -> dict[str, Any]:
    return {name: getattr(found, name) for name in types.Content.__slots__}


def _referral(message: Object) -> types.Referral | None:
    part = shapes.mapping(message.get("referral"))
    product = shapes.mapping(shapes.mapping(message.get("context")).get("referred_product"))
    if product:
        return types.Referral(kind="product", source_id=shapes.text(product.get("product_retailer_id")))
    if not part:
        return None
    return types.Referral(
        kind=shapes.text(part.get("source_type")),
        headline=shapes.text(part.get("headline")),
        body=shapes.text(part.get("body")),
        source_url=shapes.text(part.get("source_url")),
        source_id=shapes.text(part.get("source_id")),
        click_id=shapes.text(part.get("ctwa_clid")),
    )


def _special(message: Object, contacts: people.Contacts, at: datetime) -> Event | None:
    """The types of message that are not messages: they do something to one, or to a person."""
    kind = shapes.text(message.get("type"))
    if kind == "system":
        return _system(message, contacts, at)
    if kind in _ACTS:
        return _act(message, people.sender(message, contacts), at, is_ours=False)
    return None


_ACTS = frozenset({"reaction", "edit", "revoke"})


def _act(message: Object, sender: Sender, at: datetime, *, is_ours: bool) -> Event:
    kind = shapes.text(message.get("type"))
    part = shapes.mapping(message.get(kind))
    target = shapes.text(part.get("message_id" if kind == "reaction" else "original_message_id"))
    if not target:
        raise NotUnderstood(f"the {kind} names no message")
    if not sender.addresses:
        raise NotUnderstood("it names no sender")
    same: dict[str, Any] = {
        "vendor_id": _id(message),
        "target_vendor_id": target,
        "sender": sender,
        "at": at,
        "is_ours": is_ours,
    }
    if kind == "reaction":
        return types.Reaction(**same, emoji=shapes.text(part.get("emoji")) or None)
    if kind == "revoke":
        return types.Deletion(**same)
    return types.Edit(**same, content=content.read(shapes.mapping(part.get("message"))))


def _system(message: Object, contacts: people.Contacts, at: datetime) -> Event | None:
    part = shapes.mapping(message.get("system"))
    kind, body = shapes.text(part.get("type")), shapes.text(part.get("body"))
    if kind == "user_changed_number":
        # v23 names the new number `wa_id`, earlier versions `new_wa_id`; the sender is the old one.
        old = people.addresses(wa_id=message.get("from"))
        new = people.addresses(wa_id=part.get("wa_id") or part.get("new_wa_id"), user_id=part.get("user_id"))
    elif kind == "user_changed_user_id":
        # The old id stands nowhere but in the sentence.
        spoken = _CHANGED_ID.search(body)
        old = people.addresses(user_id=spoken[1] if spoken else None)
        new = people.addresses(user_id=part.get("user_id"), parent=part.get("parent_user_id"))
    else:
        return None
    if not old or not new:
        raise NotUnderstood(f"{kind} does not say from what to what")
    name = people.completed(old, contacts).name
    return types.AddressChange(vendor_id=_id(message), at=at, old=old, new=new, name=name, text=body)


def _echo(message: Object, number: str, received: datetime) -> Iterable[Event]:
    at = shapes.instant(message.get("timestamp"), otherwise=received)
    own = people.addresses(
        wa_id=message.get("to"), user_id=message.get("to_user_id"), parent=message.get("to_parent_user_id")
    )
    if people.phone(number) == own[:1]:  # some edits and deletions name the customer as `from`
        own = people.addresses(wa_id=message.get("from"), user_id=message.get("from_user_id"))
    if not own:
        raise NotUnderstood("it names no recipient")
    if shapes.text(message.get("type")) in _ACTS:
        return [_act(message, Sender(own), at, is_ours=True)]
    reply_to = shapes.text(shapes.mapping(message.get("context")).get("id"))
    found = _fields(content.read(message))
    return [types.Echo(**found, vendor_id=_id(message), sent_at=at, recipient=Sender(own), reply_to=reply_to)]


def _receipt(status: Object, received: datetime) -> Iterable[Event]:
    if shapes.text(status.get("type")) == "call":
        at = shapes.instant(status.get("timestamp"), otherwise=received)
        return [notices.call(shapes.text(status.get("status")), at)]
    kind = shapes.text(status.get("status"))
    if kind not in _STATUSES:
        raise NotUnderstood(f"the status {kind!r:.40} is not known")
    is_group = status.get("recipient_type") == "group"
    prefix, above = (
        ("recipient_participant", "recipient_participant_parent") if is_group else ("recipient", "")
    )
    price = shapes.mapping(status.get("pricing"))
    errors = shapes.objects(status.get("errors"))
    return [
        types.Receipt(
            vendor_id=_id(status),
            status=cast(types.ReceiptStatus, kind),
            at=shapes.instant(status.get("timestamp"), otherwise=received),
            recipient=people.addresses(
                wa_id=status.get(f"{prefix}_id"),
                user_id=status.get(f"{prefix}_user_id"),
                parent=status.get(f"{above}_user_id" if above else "parent_recipient_user_id"),
            ),
            callback_data=shapes.text(status.get("biz_opaque_callback_data")),
            problem=problems.from_error(errors[0]) if errors else None,
            is_billable=price.get("billable") if isinstance(price.get("billable"), bool) else None,
            price_category=shapes.text(price.get("category")),
            group_id=shapes.text(status.get("recipient_id")) if is_group else "",
        )
    ]


def _call(call: Object, contacts: people.Contacts, received: datetime) -> Iterable[Event]:
    at = shapes.instant(call.get("timestamp"), otherwise=received)
    event = shapes.text(call.get("event"))
    if event != "connect" or call.get("direction") != "USER_INITIATED":
        return [notices.call(shapes.text(call.get("status")) or event, at)]
    sender = people.sender(call, contacts)
    if not sender.addresses:
        raise NotUnderstood("it names no caller")
    text = "Called on WhatsApp. Calls are not answered here."
    return [types.InboundMessage(kind="call", text=text, vendor_id=_id(call), sent_at=at, sender=sender)]


def _preference(item: Object, contacts: people.Contacts, received: datetime) -> Iterable[Event]:
    own = people.addresses(wa_id=item.get("wa_id"), user_id=item.get("user_id"))
    value = shapes.text(item.get("value"))
    if not own or value not in ("stop", "resume", "signup"):
        raise NotUnderstood("the preference names nobody or no known choice")
    return [
        types.Preference(
            sender=people.completed(own, contacts),
            category=shapes.text(item.get("category")),
            is_wanted=value != "stop",
            detail=shapes.text(item.get("detail")),
            at=shapes.instant(item.get("timestamp"), otherwise=received),
        )
    ]


def _new_user_id(item: Object, contacts: people.Contacts, received: datetime) -> Iterable[Event]:
    user, above = shapes.mapping(item.get("user_id")), shapes.mapping(item.get("parent_user_id"))
    known = people.addresses(wa_id=item.get("wa_id"))
    old = people.addresses(user_id=user.get("previous"), parent=above.get("previous"))
    new = people.addresses(user_id=user.get("current"), parent=above.get("current"))
    if not old or not new:
        raise NotUnderstood("user_id_update does not say from what to what")
    at = shapes.instant(item.get("timestamp"), otherwise=received)
    # It has no id of its own; this one is the same at every repeat of the webhook.
    vendor_id = f"user_id_update:{old[0].value}:{new[0].value}"
    name = people.completed(known or new, contacts).name
    text = shapes.text(item.get("detail"))
    return [
        types.AddressChange(
            vendor_id=vendor_id, at=at, old=known + old, new=known + new, name=name, text=text
        )
    ]


def _notice(field: str, value: Object, at: datetime) -> Iterable[Event]:
    found = notices.read(field, value, at)
    if found is None:
        raise NotUnderstood(f"nothing known in field {field!r:.60}")
    return [found]
