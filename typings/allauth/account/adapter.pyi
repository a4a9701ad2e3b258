from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

class DefaultAccountAdapter:
    error_messages: ClassVar[dict[str, Any]]

    def is_open_for_signup(self, request: HttpRequest) -> bool: ...
    def populate_username(self, request: HttpRequest, user: AbstractBaseUser) -> None: ...
