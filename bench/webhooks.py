"""Bodies as Meta posts them, signed, as whole HTTP requests."""

import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass
from typing import Any

PHONE_NUMBER_ID = "100200300400500"
NUMBER = "12125550142"


@dataclass(frozen=True)
class Signer:
    """Makes signed requests for one door."""

    app_secret: str
    host: str

    def request(self, value: dict[str, Any]) -> bytes:
        """A whole HTTP request that carries `value` as a change of the number."""
        metadata = {"display_phone_number": NUMBER, "phone_number_id": PHONE_NUMBER_ID}
        change = {
            "field": "messages",
            "value": {"messaging_product": "whatsapp", "metadata": metadata, **value},
        }
        entry = {"id": "900100200300", "changes": [change]}
        body = json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
        mark = hmac.new(self.app_secret.encode(), body, hashlib.sha256).hexdigest()
        head = (
            f"POST /hooks/whatsapp/ HTTP/1.1\r\nHost: {self.host}\r\nContent-Type: application/json\r\n"
            f"X-Hub-Signature-256: sha256={mark}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


def new_vendor_id() -> str:
    """An id as Meta gives messages."""
    return "wamid." + secrets.token_hex(16).upper()


def message(*, sender: str, text: str, vendor_id: str) -> dict[str, Any]:
    """A customer's text."""
    return {
        "contacts": [{"profile": {"name": f"Customer {sender[-4:]}"}, "wa_id": sender}],
        "messages": [
            {
                "from": sender,
                "id": vendor_id,
                "timestamp": str(int(time.time())),
                "type": "text",
                "text": {"body": text},
            }
        ],
    }


def status(*, name: str, recipient: str, vendor_id: str, callback_data: str) -> dict[str, Any]:
    """What became of a message of ours."""
    return {
        "statuses": [
            {
                "id": vendor_id,
                "status": name,
                "timestamp": str(int(time.time())),
                "recipient_id": recipient,
                "biz_opaque_callback_data": callback_data,
            }
        ]
    }
