"""What API tokens are found by."""

import hashlib


def digest(token: str) -> bytes:
    """The hash that is kept of a token; a token is random and long, so that a plain hash of it tells nothing."""
    return hashlib.sha256(token.encode()).digest()
