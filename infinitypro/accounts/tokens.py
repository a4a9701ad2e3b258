"""API tokens and links: how they are made, and what they are found by."""

import hashlib
import secrets

# Scanners of public code find a token by how it begins; see docs/integrating.md.
PREFIX = "infinitypro_"
HINT = len(PREFIX) + 6


def new() -> str:
    """A token that nobody guesses (256 bits)."""
    return f"{PREFIX}{secrets.token_urlsafe(32)}"


def digest(token: str) -> bytes:
    """The hash that is kept of a token; a token is random and long, so that a plain hash of it tells nothing."""
    return hashlib.sha256(token.encode()).digest()
