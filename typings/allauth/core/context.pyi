from typing import Any

request: Any
