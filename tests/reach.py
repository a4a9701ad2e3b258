"""How tests reach the two databases under roles other than the serving one."""

from typing import Any

import psycopg
from django.db import connections

from infinitypro.core.postgres import address


def superuser(alias: str = "default") -> psycopg.Connection[Any]:
    """The test's own database as the server's administrator, each statement committed."""
    words = address.embedded(name(alias), user=address.SUPERUSER, kept_as="postgres-bootstrap").words()
    return psycopg.connect(**_words(words), autocommit=True)


def as_role(role: str, alias: str = "default") -> psycopg.Connection[Any]:
    """The test's own database as the owner, run or backup role."""
    return psycopg.connect(**_words(address.of(alias, role=role).words() | {"dbname": name(alias)}))


def name(alias: str = "default") -> str:
    """What the test's own copy of a database is called."""
    return str(connections[alias].settings_dict["NAME"])


def _words(words: dict[str, str]) -> dict[str, Any]:
    return dict(words)
