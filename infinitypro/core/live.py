"""Telling open pages that something changed: ids only, sent when the transaction commits."""

import json
from uuid import UUID

from django.db import connection

from infinitypro.core.tenancy import scope

CHANNEL = "infinitypro_live"
# A topic that ends streams and is shown to nobody: those of the person of this id, or with the workspace's id everybody's. A
# browser asks again, and gets in only where it still may.
ACCESS = "access"


def publish(topic: str, *, id: UUID) -> None:
    """Pages of this workspace that show `topic` (conversation, appointment, facts …) learn that this one changed."""
    payload = json.dumps(
        {"workspace": str(scope.current()), "topic": topic, "id": str(id)}, separators=(",", ":")
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, payload])
