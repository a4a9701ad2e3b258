"""What allauth asks us of second factors; their secrets are sealed under the account's key."""

import base64
from typing import Any, ClassVar
from uuid import UUID

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from django.db import transaction

from infinitypro.accounts.models import User
from infinitypro.core.vault import cipher, keyring


class Adapter(DefaultMFAAdapter):
    """Seals TOTP secrets and the seeds of recovery codes."""

    error_messages: ClassVar[dict[str, Any]] = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "This code is not right, or was used already. Codes change every 30 seconds: try the next one.",
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


SPENT = "spent"  # beside a secret: which half minute's code was taken last


@transaction.atomic
def spend(authenticator: Authenticator, code: str) -> None:
    """Take a code of an authenticator app, and none of its time or before from now on (RFC 6238, 5.2); raises
    ValidationError where it was taken before. allauth alone forgets it while it still holds, in each process apart."""
    if authenticator.type != Authenticator.Type.TOTP:
        return
    adapter = Adapter()
    row = Authenticator.objects.select_for_update().filter(pk=authenticator.pk).first()
    secret = adapter.decrypt(authenticator.data["secret"])
    digits = "".join(one for one in code if one.isdigit())  # however they were grouped
    times = list(auth.yield_hotp_counters_from_time())
    its_time = max((one for one in times if _code(secret, one) == digits), default=0)
    # What was taken at a time that has not come was taken by a clock that was wrong.
    if row is None or not its_time or its_time <= row.data.get(SPENT, 0) <= times[-1]:
        raise adapter.validation_error("incorrect_code")
    row.data[SPENT] = its_time
    row.save(update_fields=["data"])


def _code(secret: str, counter: int) -> str:
    return auth.format_hotp_value(auth.hotp_value(secret, counter))


def _context(user_id: UUID) -> bytes:
    return cipher.associated(workspace_id=cipher.NOBODY, label="second factor", row_id=user_id)
