"""What our commands share: a database that is up, and output for people or for programs."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connections

from infinitypro.accounts.models import Workspace
from infinitypro.core.postgres import address, embedded, schema
from infinitypro.core.vault import keyring


@contextmanager
def database() -> Iterator[None]:
    """Both databases up, migrated and with their keys; the embedded server is stopped after its last user."""
    server = embedded.hold() if address.is_embedded() else None
    try:
        if address.is_embedded():
            schema.migrate()
        schema.refuse_power()
        open_keyring()
        yield
    finally:
        connections.close_all()
        if server:
            server.release()


def open_keyring() -> None:
    """Raise Misconfigured unless the keyring is the one that belongs to the database; begin it with the first start."""
    keyring.begin(is_first=not Workspace.objects.exists())


class Command(BaseCommand):
    """A command that returns data: printed as one JSON document with `--json`, else as text."""

    needs_database = True
    has_json = True
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """The command's own arguments, and `--json`."""
        if self.has_json:
            parser.add_argument("--json", action="store_true", help="print one JSON document")
        self.arguments(parser)

    def arguments(self, parser: CommandParser) -> None:
        """The command's own arguments."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it and print what it returns."""
        if self.needs_database:
            with database():
                data = self.run(**options)
        else:
            data = self.run(**options)
        self.finish(data, **options)

    def finish(self, data: Any, **options: Any) -> None:
        """Print what `run` returned."""
        if options.get("json"):
            self.stdout.write(json.dumps(data, ensure_ascii=False, indent=1, default=str))
        elif data is not None:
            self.show(data)

    def run(self, **options: Any) -> Any:
        """What the command does; returns what it prints."""
        raise NotImplementedError

    def show(self, data: Any) -> None:
        """Print for people."""
        lines = (
            data.items()
            if isinstance(data, dict)
            else enumerate(data)
            if isinstance(data, list)
            else [("", data)]
        )
        for name, value in lines:
            self.stdout.write(f"{name}: {value}" if name != "" else str(value))
