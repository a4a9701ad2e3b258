"""What each alarm says: what happened, what was done by itself, what to do now."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from infinitypro.core.audit.models import SecurityEvent


@dataclass(frozen=True)
class Words:
    """An alarm for people."""

    title: str
    what: str
    done: str
    todo: str


def _many(count: int, one: str) -> str:
    return f"{count} {one}" if count == 1 else f"{count} {one}s"


def _stuffing(event: SecurityEvent) -> Words:
    found = event.detail
    failures, accounts = _many(found["failures"], "wrong password"), _many(found["accounts"], "account")
    return Words(
        "Passwords are being tried at many accounts",
        f"{failures} at {accounts} from {_many(found['networks'], 'network')}, within ten minutes.",
        "Each next attempt has to wait longer. Devices that signed in before are not held up.",
        "Ask members for a second factor. Whoever uses their password elsewhere too should change it now.",
    )


def _tripwire(event: SecurityEvent) -> Words:
    return Words(
        "A tripwire token was used",
        f"Somebody sent a token that nobody should have, from {event.network or 'an unknown network'}.",
        "The request was refused like one with any wrong token. Nothing was read.",
        "Find where that token was kept: whoever reads that place reads what else lies there. Revoke what does.",
    )


def _export(event: SecurityEvent) -> Words:
    who = "A program's token" if "token" in event.detail else "A member"
    return Words(
        "Unusually much was read",
        f"{who} was shown about {event.detail['count']} conversations, contacts or appointments within ten minutes.",
        "Nothing was stopped: it may be meant.",
        "Ask whoever it was. If nobody knows of it, revoke the token or remove the member.",
    )


def _hooks(event: SecurityEvent) -> Words:
    return Words(
        "Forged messages arrive at a channel",
        f"{event.detail['count']} requests with a wrong signature, from {event.network or 'an unknown network'}.",
        "Each was refused before anything was looked up. What the vendor signs gets through as ever.",
        "Nothing, unless you changed the channel's app secret: then enter the new one on the channel's page.",
    )


ALARMS: Mapping[str, Callable[[SecurityEvent], Words]] = {
    "alarm.stuffing": _stuffing,
    "alarm.tripwire": _tripwire,
    "alarm.export": _export,
    "alarm.hooks": _hooks,
}


def of(event: Any) -> Words:
    """The words of an alarm."""
    return ALARMS[event.kind](event)
