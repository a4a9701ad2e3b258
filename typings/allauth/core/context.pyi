from contextlib import AbstractContextManager
from typing import Any

request: Any

def request_context(request: Any) -> AbstractContextManager[None]: ...
