"""Who may speak: a channel's credentials, the webhook's signature and its handshake."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

from infinitypro.channels.errors import ChannelError
from infinitypro.channels.types import Field

API_VERSION = "v23.0"

FIELDS = (
    Field("phone_number_id", "Phone number ID", "Meta for Developers, WhatsApp, API Setup. Digits only."),
    Field("waba_id", "WhatsApp Business Account ID", "On the same page, below the phone number ID."),
    Field("access_token", "Access token", "A system user's token that does not expire.", is_secret=True),
    Field(
        "app_secret",
        "App secret",
        "Only with a Meta app of your own: App settings, Basic.",
        is_secret=True,
        is_required=False,
    ),
)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a call to Meta needs; the secrets stay out of its `repr`."""

    phone_number_id: str
    access_token: str = field(repr=False)
    waba_id: str = ""
    app_secret: str | None = field(default=None, repr=False)
    api_version: str = API_VERSION

    @property
    def headers(self) -> dict[str, str]:
        """The authorisation that goes to the vendor's own hosts only."""
        return {"Authorization": f"Bearer {self.access_token}"}


def read(fields: Mapping[str, str]) -> Credentials:
    """The credentials in a channel's stored fields; a permanent `ChannelError` names a missing one."""
    for name in ("phone_number_id", "access_token"):
        if not fields.get(name):
            raise ChannelError(
                "not_set_up", f"This channel has no {name.replace('_', ' ')} yet.", permanent=True
            )
    return Credentials(
        phone_number_id=fields["phone_number_id"],
        access_token=fields["access_token"],
        waba_id=fields.get("waba_id", ""),
        app_secret=fields.get("app_secret") or None,
        api_version=fields.get("api_version") or API_VERSION,
    )


SIGNATURE = "x-hub-signature-256"  # the header, in lower case


def verify(*, secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether the raw `body` was signed with the secret (Meta: X-Hub-Signature-256); names in lower case."""
    given = headers.get(SIGNATURE, "")
    wanted = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    # An empty secret would let anyone sign. Compared as bytes, because text beyond ASCII raises.
    return bool(secret) and hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode())


def handshake(*, query: Mapping[str, str], verify_token: str) -> str | None:
    """The challenge to answer with when Meta registers the webhook, or none when the token is wrong."""
    given = query.get("hub.verify_token", "").encode("utf-8", "replace")
    is_ours = bool(verify_token) and hmac.compare_digest(given, verify_token.encode())
    return query.get("hub.challenge") if is_ours and query.get("hub.mode") == "subscribe" else None
