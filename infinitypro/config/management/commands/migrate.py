"""`infinitypro migrate`: both databases up to date, as their owner."""

from typing import Any

from django.db.migrations.autodetector import MigrationAutodetector

from infinitypro.config import commands
from infinitypro.core.postgres import address, embedded, schema


class Command(commands.Command):
    help = "Bring both databases up to date, as their owner (DATABASE_OWNER_URL, KEYRING_OWNER_URL)."
    needs_database = False
    autodetector = MigrationAutodetector  # Django's makemigrations looks for it here

    def run(self, **options: Any) -> dict[str, str]:
        server = embedded.hold() if address.is_embedded() else None
        try:
            schema.migrate()
        finally:
            if server is not None:
                server.release()
        return {"migrated": "both databases are up to date"}
