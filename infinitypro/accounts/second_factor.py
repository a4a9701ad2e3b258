"""What allauth asks us of second factors; their secrets are sealed under the account's key."""

import base64
from typing import Any, ClassVar
from uuid import UUID

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter

from infinitypro.accounts.models import User
from infinitypro.core.vault import cipher, keyring


class Adapter(DefaultMFAAdapter):
    """Seals TOTP secrets and the seeds of recovery codes."""

    error_messages: ClassVar[dict[str, Any]] = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "This code is not right. Codes change every 30 seconds: try the newest one.",
        "unverified_email": "Confirm your email address first.",
    }

    def encrypt(self, text: str) -> str:
        """The secret, sealed for whoever is signed in."""
        user_id = context.request.user.id
        key = keyring.rooted_key("account", str(user_id))
        sealed = cipher.seal(text.encode(), key=key.secret, key_id=key.id, context=_context(user_id))
        return base64.b64encode(sealed).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret again; raises KeyDestroyed or DoesNotOpen."""
        sealed = base64.b64decode(encrypted_text)
        key = keyring.by_id(cipher.key_id(sealed))
        return cipher.open_(sealed, key=key.secret, context=_context(UUID(key.subject))).decode()

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, Any]:
        """What the browser shows when it makes or asks for a passkey."""
        return {"id": str(user.id).encode(), "display_name": user.name, "name": user.email}


def _context(user_id: UUID) -> bytes:
    return cipher.associated(workspace_id=cipher.NOBODY, label="second factor", row_id=user_id)
