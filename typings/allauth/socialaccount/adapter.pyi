from typing import Any

from django.http import HttpRequest

class DefaultSocialAccountAdapter:
    request: HttpRequest

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None: ...
    def serialize_instance(self, instance: Any) -> dict[str, Any]: ...
    def deserialize_instance(self, model: Any, data: dict[str, Any]) -> Any: ...
