"""`infinitypro keys`: how the keys stand, and a new epoch."""

from typing import Any

from django.core.management.base import CommandParser

from infinitypro.accounts.models import Workspace
from infinitypro.config import commands
from infinitypro.core import audit, tenancy
from infinitypro.core.vault import rotation


class Command(commands.Command):
    help = "Show how the keys stand, or begin a new epoch while everything runs."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", nargs="?", default="status", choices=["status", "rotate"])

    def run(self, **options: Any) -> dict[str, Any]:
        if options["what"] == "rotate":
            rotation.rotate()
            for space in Workspace.objects.order_by("id"):
                with tenancy.workspace(space.id), audit.by_operator("operator.keys_rotated"):
                    pass
        return rotation.status().as_dict()
