"""AES-256-GCM over short texts, and the shape of a sealed value.

A sealed value is `version (1) | key id (16) | nonce (12) | ciphertext and tag`. Its associated data names the workspace,
the field and the row, so that a value moved elsewhere does not open.
"""

import hashlib
import hmac
import os
import struct
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = b"\x01"
KEY_ID = slice(1, 17)
HEADER = 29
NOBODY = UUID(int=0)


class DoesNotOpen(Exception):
    """The value was sealed with another key, for another place, or was altered."""


def new_key() -> bytes:
    """32 random bytes."""
    return AESGCM.generate_key(bit_length=256)


def associated(*, workspace_id: UUID, label: str, row_id: UUID) -> bytes:
    """The associated data of a field of a row."""
    return workspace_id.bytes + row_id.bytes + label.encode()


def seal(plain: bytes, *, key: bytes, key_id: UUID, context: bytes) -> bytes:
    """`plain` sealed under `key`, carrying the key's id."""
    nonce, name = os.urandom(12), key_id.bytes
    return VERSION + name + nonce + AESGCM(key).encrypt(nonce, plain, context + name)


def open_(sealed: bytes, *, key: bytes, context: bytes) -> bytes:
    """What was sealed; raises DoesNotOpen."""
    if sealed[:1] != VERSION or len(sealed) < HEADER + 16:
        raise DoesNotOpen("This is not a sealed value.")
    try:
        return AESGCM(key).decrypt(sealed[17:HEADER], sealed[HEADER:], context + sealed[KEY_ID])
    except InvalidTag:
        raise DoesNotOpen(
            "This value was sealed for another place or with another key, or it was altered."
        ) from None


def key_id(sealed: bytes) -> UUID:
    """The id of the key that opens it."""
    if sealed[:1] != VERSION or len(sealed) < HEADER + 16:
        raise DoesNotOpen("This is not a sealed value.")
    return UUID(bytes=bytes(sealed[KEY_ID]))


def fingerprint(key: bytes, *, label: str, value: str) -> bytes:
    """16 bytes by which equal values of one kind are found again, and nothing else is learned."""
    words = label.encode()
    return hmac.digest(key, struct.pack(">H", len(words)) + words + value.encode(), hashlib.sha256)[:16]
