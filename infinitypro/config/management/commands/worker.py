"""`infinitypro worker`: one worker."""

from typing import Any

from infinitypro.config import commands
from infinitypro.core.jobs import worker


class Command(commands.Command):
    help = "Run one worker until SIGTERM."
    has_json = False

    def run(self, **options: Any) -> None:
        worker.run()
