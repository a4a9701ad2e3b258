"""Reading JSON that may be anything: each function gives the wanted type or its empty value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

#: PostgreSQL's text holds no NUL, and half a surrogate pair is no character at all.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
SKEW = timedelta(hours=1)
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")


def text(value: object) -> str:
    """A string without what cannot be stored, a number as its digits, else nothing."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("", value)
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def mapping(value: object) -> Mapping[str, Any]:
    """A JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def objects(value: object) -> list[Mapping[str, Any]]:
    """The JSON objects in a list; whatever else stands in it is left out."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def number(value: object) -> float | None:
    """A finite number, given as one or as text."""
    try:
        found = float(value) if isinstance(value, int | float | str) else None
    except (ValueError, OverflowError):
        return None
    return found if found is not None and abs(found) < 1e308 else None


def instant(value: object, *, otherwise: datetime) -> datetime:
    """Seconds since 1970 as UTC; `otherwise` for what is none or lies in the future.

    Meta's test button sends placeholders, and one time far ahead would keep a window open for years.
    """
    seconds = number(value)
    try:
        found = datetime.fromtimestamp(seconds, UTC) if seconds is not None else otherwise
    except (ValueError, OverflowError, OSError):
        return otherwise
    return found if found <= otherwise + SKEW else otherwise


def unescaped(value: object) -> str:
    r"""Text of a type, a hash or a place's name, where some relays escape twice (`image\/jpeg`, `\u00fc`)."""
    found = text(value)
    if "\\" not in found:
        return found
    return text(_ESCAPED.sub(lambda match: chr(int(match[1], 16)), found.replace("\\/", "/")))
