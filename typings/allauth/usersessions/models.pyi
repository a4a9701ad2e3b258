from typing import Any, ClassVar

from django.db import models

from infinitypro.accounts.models import User

class UserSessionManager(models.Manager[UserSession]):
    def purge_and_list(self, user: User) -> list[UserSession]: ...

class UserSession(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    created_at = models.DateTimeField()
    ip = models.GenericIPAddressField()
    last_seen_at = models.DateTimeField()
    session_key = models.CharField()
    user_agent = models.CharField()
    data: models.JSONField[Any, Any]
    objects: ClassVar[UserSessionManager]

    def is_current(self) -> bool: ...
    def end(self) -> None: ...
