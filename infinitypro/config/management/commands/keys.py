"""`infinitypro keys`: how the keys stand, and a new epoch."""

from typing import Any

from django.core.management.base import CommandParser

from infinitypro.config import commands
from infinitypro.core.vault import rotation


class Command(commands.Command):
    help = "Show how the keys stand, or begin a new epoch while everything runs."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", nargs="?", default="status", choices=["status", "rotate"])

    def run(self, **options: Any) -> dict[str, Any]:
        if options["what"] == "rotate":
            rotation.rotate()
        return rotation.status().as_dict()
