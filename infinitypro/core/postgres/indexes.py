"""Indexes that are built while everybody works."""

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently


class AddIndex(AddIndexConcurrently):
    """Builds an index beside the work; begun anew where it was cut short, which leaves one that is of no use."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Drop what is there of that name, and build it."""
        schema_editor.execute(
            f"DROP INDEX CONCURRENTLY IF EXISTS {schema_editor.quote_name(self.index.name)}"
        )
        super().database_forwards(app_label, schema_editor, from_state, to_state)
