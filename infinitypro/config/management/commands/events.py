"""`infinitypro events`: what vendors sent and was not understood, and reading it again."""

from typing import Any

from django.core.management.base import CommandParser

from infinitypro.accounts.models import Workspace
from infinitypro.config import commands
from infinitypro.core import tenancy
from infinitypro.intake import queries, tasks


class Command(commands.Command):
    help = "List the events that were not understood in full; read one again. They are kept for seven days."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--again", metavar="ID", help="read the event of that id again")

    def run(self, **options: Any) -> dict[str, Any]:
        spaces = list(Workspace.objects.order_by("slug"))
        if options["again"]:
            tasks.read_again(workspace_ids=[space.id for space in spaces], event_id=options["again"])
        found = []
        for space in spaces:
            with tenancy.workspace(space.id):
                found += [
                    {
                        "id": str(row.id),
                        "workspace": space.slug,
                        "at": row.received_at.isoformat(),
                        "why": row.problem,
                    }
                    for row in queries.not_understood()
                ]
        return {"events": found}

    def show(self, data: Any) -> None:
        if not data["events"]:
            self.stdout.write("Everything that came was understood.")
        for row in data["events"]:
            self.stdout.write(f"{row['id']}  {row['at']}  {row['workspace']}: {row['why']}")
