"""Which country an internet address belongs to, told by a table on this machine (CC0, built by scripts/build-frontend)."""

import functools
import ipaddress

import maxminddb
from babel import Locale
from django.conf import settings


def of(address: str) -> str:
    """The country's code of two letters, or nothing where the table does not say."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    row = _table().get(found) if found.is_global else None
    return str(row["country_code"]) if isinstance(row, dict) else ""


def name(code: str) -> str:
    """What a country is called, or nothing."""
    return str(Locale("en").territories.get(code, "")) if code else ""


@functools.cache
def _table() -> maxminddb.Reader:
    return maxminddb.open_database(settings.COUNTRIES, maxminddb.MODE_MMAP)
