"""Who a payload speaks of: telephone numbers, business-scoped user ids and names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from infinitypro.channels import types
from infinitypro.channels.adapters.whatsapp import shapes
from infinitypro.channels.types import Address, Sender

Contacts = Sequence[Mapping[str, Any]]


def phone(value: object) -> tuple[Address, ...]:
    """A `wa_id` as a telephone number. It is taken as given: Meta has already made it international."""
    given = shapes.text(value).strip()
    if not given:
        return ()
    digits = given.removeprefix("+")
    return (Address(types.PHONE, f"+{digits}" if digits.isdecimal() and digits.isascii() else given),)


def addresses(*, wa_id: object = None, user_id: object = None, parent: object = None) -> tuple[Address, ...]:
    """The addresses that were given, the telephone number first."""
    user, above = shapes.text(user_id), shapes.text(parent)
    found = phone(wa_id)
    if user:
        found += (Address(types.WHATSAPP_USER, user),)
    if above:
        found += (Address(types.WHATSAPP_PARENT_USER, above),)
    return found


def sender(message: Mapping[str, Any], contacts: Contacts) -> Sender:
    """Who wrote a message: what it says itself, completed by the contact that is the same person."""
    own = addresses(
        wa_id=message.get("from"),
        user_id=message.get("from_user_id"),
        parent=message.get("from_parent_user_id"),
    )
    return completed(own, contacts)


def completed(own: tuple[Address, ...], contacts: Contacts) -> Sender:
    """A person with `own` addresses, with name and further addresses from the matching contact.

    A lone contact is the person where none is named. One that does not match lends its name but never its
    addresses: joining two people's addresses would show one of them the other's messages.
    """
    for contact in contacts:
        theirs = _of(contact)
        if not set(own).isdisjoint(theirs):
            return _named(_ordered(own, theirs), contact)
    if len(contacts) == 1:
        return _named(own or _of(contacts[0]), contacts[0])
    return Sender(own)


def _of(contact: Mapping[str, Any]) -> tuple[Address, ...]:
    return addresses(
        wa_id=contact.get("wa_id"), user_id=contact.get("user_id"), parent=contact.get("parent_user_id")
    )


def _ordered(own: tuple[Address, ...], theirs: tuple[Address, ...]) -> tuple[Address, ...]:
    kinds = {address.kind for address in own}
    both = own + tuple(address for address in theirs if address.kind not in kinds)
    rank = {types.PHONE: 0, types.WHATSAPP_USER: 1}
    return tuple(sorted(both, key=lambda address: rank.get(address.kind, 2)))


def _named(found: tuple[Address, ...], contact: Mapping[str, Any]) -> Sender:
    profile = shapes.mapping(contact.get("profile"))
    username = shapes.text(profile.get("username")) or shapes.text(contact.get("username"))
    return Sender(found, shapes.text(profile.get("name")).strip(), username.removeprefix("@"))
