from collections.abc import Mapping
from typing import Any, ClassVar

from allauth.account.models import EmailAddress
from django.db import models
from django.http import HttpRequest

from infinitypro.accounts.models import User

class SocialAppManager(models.Manager[SocialApp]): ...

class SocialApp(models.Model):
    provider = models.CharField()
    provider_id = models.CharField()
    name = models.CharField()
    client_id = models.CharField()
    secret = models.CharField()
    settings: models.JSONField[Any, Any]
    objects: ClassVar[SocialAppManager]

class SocialAccount(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    provider = models.CharField()
    uid = models.CharField()
    last_login = models.DateTimeField()
    date_joined = models.DateTimeField()

class SocialLogin:
    account: SocialAccount
    user: User
    email_addresses: list[EmailAddress]
    state: Mapping[str, Any]
    is_existing: bool

    def connect(self, request: HttpRequest, user: User) -> None: ...
