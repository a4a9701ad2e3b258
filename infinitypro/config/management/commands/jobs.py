"""`infinitypro jobs`: what waits, what gave up, and running one again."""

from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction

from infinitypro.config import commands
from infinitypro.core import audit, tenancy
from infinitypro.core.jobs import desk


class Command(commands.Command):
    help = "Show the queue and the jobs that gave up; run one again."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--again", type=int, metavar="NUMBER", help="run the failed job of that number again"
        )

    def run(self, **options: Any) -> dict[str, Any]:
        if options["again"] is not None:
            _run_again(options["again"])
        failed = [
            {
                "job": row.job_id,
                "name": row.name,
                "why": row.why,
                "attempts": row.attempts,
                "at": row.failed_at.isoformat(),
            }
            for row in desk.failures()
        ]
        return {"queue": desk.state().as_dict(), "failed": failed}

    def show(self, data: Any) -> None:
        queue = data["queue"]
        self.stdout.write(
            f"{queue['waiting']} waiting, {queue['planned']} planned, "
            f"{queue['running']} running, {queue['failed']} gave up"
        )
        for row in data["failed"]:
            self.stdout.write(
                f"{row['job']}  {row['at']}  {row['name']}: {row['why']} (tried {row['attempts']} times)"
            )


@transaction.atomic
def _run_again(job_id: int) -> None:
    workspace_id = desk.run_again(job_id=job_id)
    if workspace_id:
        with tenancy.workspace(workspace_id), audit.by_operator("operator.job_again", job=job_id):
            pass
