"""`infinitypro audit verify`: whether anybody has altered what the audit log says."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from infinitypro.accounts.models import Workspace
from infinitypro.config import commands
from infinitypro.core import clock, tenancy
from infinitypro.core.audit import chain
from infinitypro.core.errors import Problem


class Command(commands.Command):
    help = "Check that no entry of the audit log was altered, removed or moved; ends with 1 when one was."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=["verify"])
        parser.add_argument("--workspace", metavar="NAME", help="one workspace instead of all")

    def run(self, **options: Any) -> dict[str, Any]:
        spaces = list(Workspace.objects.order_by("slug"))
        if name := options["workspace"]:
            spaces = [space for space in spaces if space.slug == name]
            if not spaces:
                raise Problem(f"There is no workspace {name!r}. `infinitypro workspace list` names them.")
        reports = [_verified(space) for space in spaces]
        faults = [fault for report in reports for fault in report["faults"]]
        return {
            "ok": not faults,
            "checked": sum(report["checked"] for report in reports),
            "faults": faults,
        }

    def finish(self, data: Any, **options: Any) -> None:
        super().finish(data, **options)
        if not data["ok"]:
            raise CommandError("The audit log is not as it was written.", returncode=1)

    def show(self, data: Any) -> None:
        self.stdout.write(f"{data['checked']} entries checked, {len(data['faults'])} faults")
        for fault in data["faults"]:
            self.stdout.write(f"{fault['id']} {fault['reason']}")


def _verified(space: Workspace) -> dict[str, Any]:
    with tenancy.workspace(space.id):
        return chain.verify(now=clock.now()).as_dict()
