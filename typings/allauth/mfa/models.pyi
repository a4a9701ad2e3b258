from typing import ClassVar

from django.db import models

from infinitypro.accounts.models import User

class AuthenticatorManager(models.Manager[Authenticator]): ...

class Authenticator(models.Model):
    class Type(models.TextChoices):
        RECOVERY_CODES = "recovery_codes"
        TOTP = "totp"
        WEBAUTHN = "webauthn"

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    type = models.CharField()
    data = models.JSONField()
    created_at = models.DateTimeField()
    objects: ClassVar[AuthenticatorManager]
