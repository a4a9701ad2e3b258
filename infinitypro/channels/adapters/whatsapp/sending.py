"""Calls to Meta: send, show as read, ask how a number is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import httpx
import orjson

from infinitypro.channels import base, types
from infinitypro.channels.adapters.whatsapp import access, payloads, people, problems, shapes
from infinitypro.channels.errors import ChannelError

#: Meta gives no waiting time with these codes, so ours: the pair's bucket refills by one every six seconds.
_WAITS = {"131056": timedelta(seconds=6), "130429": timedelta(seconds=2), "80007": timedelta(minutes=1)}
_HEALTH = "verified_name,display_phone_number,quality_rating,code_verification_status,platform_type"


def send(
    *,
    credentials: Mapping[str, str],
    recipient: types.Recipient,
    outgoing: types.Outgoing,
    base_url: str,
    client: httpx.Client,
) -> types.Sent:
    """Meta's id of the message; raises `ChannelError`."""
    body = payloads.message(recipient=recipient, outgoing=outgoing)
    answer = _post_message(access.read(credentials), body, base_url, client)
    messages = shapes.objects(answer.get("messages"))
    vendor_id = shapes.text(messages[0].get("id")) if messages else ""
    if not vendor_id:
        raise ChannelError(
            "no_id", "WhatsApp answered without an id.", permanent=False, may_have_arrived=True
        )
    contacts = shapes.objects(answer.get("contacts"))
    return types.Sent(vendor_id, _learned(contacts[0]) if contacts else ())


def _learned(contact: Mapping[str, Any]) -> tuple[types.Address, ...]:
    return people.addresses(wa_id=contact.get("wa_id"), user_id=contact.get("user_id"))


def mark_read(
    *,
    credentials: Mapping[str, str],
    vendor_id: str,
    typing: bool,
    base_url: str,
    client: httpx.Client,
) -> None:
    """The customer sees their message as read and, with `typing`, that an answer comes (25 s at most)."""
    body: dict[str, Any] = {"messaging_product": "whatsapp", "status": "read", "message_id": vendor_id}
    if typing:
        body["typing_indicator"] = {"type": "text"}
    _post_message(access.read(credentials), body, base_url, client)


def test(*, credentials: Mapping[str, str], base_url: str, client: httpx.Client) -> types.Health:
    """How Meta describes the number; raises `ChannelError` with what to mend when the set-up is wrong."""
    own = access.read(credentials)
    url = f"{base_url.rstrip('/')}/{own.api_version}/{own.phone_number_id}"
    found = ask(client, client.build_request("GET", url, params={"fields": _HEALTH}, headers=own.headers))
    name = shapes.text(found.get("verified_name"))
    number = shapes.text(found.get("display_phone_number"))
    is_ready = found.get("platform_type", "CLOUD_API") == "CLOUD_API"
    sentence = f"Connected: {name}, {number}." if is_ready else "This number is not on the Cloud API yet."
    return types.Health(
        name=name,
        address=number,
        quality=shapes.text(found.get("quality_rating")),
        is_ready=is_ready,
        sentence=sentence,
    )


def _post_message(
    own: access.Credentials, body: dict[str, Any], base_url: str, client: httpx.Client
) -> Mapping[str, Any]:
    url = f"{base_url.rstrip('/')}/{own.api_version}/{own.phone_number_id}/messages"
    headers = {**own.headers, "Content-Type": "application/json"}
    return ask(client, client.build_request("POST", url, content=orjson.dumps(body), headers=headers))


def ask(client: httpx.Client, request: httpx.Request) -> Mapping[str, Any]:
    """Meta's answer as an object; every other outcome is a `ChannelError`."""
    response = base.call(client, request)
    try:
        answer = shapes.mapping(orjson.loads(response.content))
    except orjson.JSONDecodeError:
        answer = {}
    if response.is_success and answer:
        return answer
    raise _error(response, shapes.mapping(answer.get("error")))


def _error(response: httpx.Response, error: Mapping[str, Any]) -> ChannelError:
    status = response.status_code
    asked = response.headers.get("retry-after", "")
    wait = timedelta(seconds=min(int(asked), 3600)) if asked.isdecimal() and len(asked) < 6 else None
    if not error:
        # Not Meta but something in between answered; after a 2xx or 5xx the message may be out.
        sentence = "WhatsApp gave an answer that makes no sense. The message is sent again by itself."
        retriable = status >= 500 or status in (200, 408, 429)
        return ChannelError(
            f"http_{status}",
            sentence if retriable else "WhatsApp refused the call. Check this channel's settings.",
            permanent=not retriable,
            retry_after=wait,
            may_have_arrived=status >= 500 or response.is_success,
        )
    found = problems.from_error(error)
    permanent = found.permanent and not (error.get("is_transient") is True or _is_busy(status, found.code))
    return ChannelError(
        found.code, found.sentence, permanent=permanent, retry_after=wait or _WAITS.get(found.code)
    )


def _is_busy(status: int, code: str) -> bool:
    return code not in problems.PROBLEMS and (status >= 500 or status == httpx.codes.TOO_MANY_REQUESTS)
