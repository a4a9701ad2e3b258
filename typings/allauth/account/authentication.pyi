from typing import Any

from django.http import HttpRequest

def get_authentication_records(request: HttpRequest, user: Any = None) -> list[dict[str, Any]]: ...
