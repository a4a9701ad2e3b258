"""`infinitypro db url`: how to reach the databases with PostgreSQL's own tools."""

from typing import Any

from django.core.management.base import CommandParser

from infinitypro.config import commands
from infinitypro.core.postgres import address


class Command(commands.Command):
    help = "Print a libpq URL of a database."
    needs_database = False
    has_json = False

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["url"])
        parser.add_argument("--owner", action="store_true", help="for the role that owns the tables")
        parser.add_argument("--keyring", action="store_true", help="the keyring instead of the data")

    def run(self, **options: Any) -> str:
        database = address.KEYRING if options["keyring"] else address.DATA
        return address.of(database, role="owner" if options["owner"] else "run").url()
