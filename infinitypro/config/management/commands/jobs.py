"""`infinitypro jobs`: what waits, what gave up, and running one again."""

from typing import Any

from django.core.management.base import CommandParser

from infinitypro.config import commands
from infinitypro.core.jobs import desk


class Command(commands.Command):
    help = "Show the queue and the jobs that gave up; run one again."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--again", type=int, metavar="NUMBER", help="run the failed job of that number again"
        )

    def run(self, **options: Any) -> dict[str, Any]:
        if options["again"] is not None:
            desk.run_again(job_id=options["again"])
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
            f"{queue['waiting']} waiting, {queue['running']} running, {queue['failed']} gave up"
        )
        for row in data["failed"]:
            self.stdout.write(
                f"{row['job']}  {row['at']}  {row['name']}: {row['why']} (tried {row['attempts']} times)"
            )
