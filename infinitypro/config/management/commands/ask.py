"""`infinitypro ask`: what the assistant would answer, and why, without a channel and without leaving a mark."""

from datetime import datetime
from typing import Any

from django.core.management.base import CommandParser

from infinitypro.accounts.models import Workspace
from infinitypro.assistant import trial
from infinitypro.config import commands
from infinitypro.core import clock
from infinitypro.core.errors import Problem
from infinitypro.demo import prepare


class Command(commands.Command):
    help = "Answer one message as the assistant would, with the whole trace; nothing is kept."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("message")
        parser.add_argument("--workspace", default=prepare.SLUG, help="whose facts (default: the demo's)")
        parser.add_argument("--name", default="", help="what the customer is called")
        parser.add_argument(
            "--now", type=datetime.fromisoformat, help="the clock, as 2026-03-10T09:05 at the business"
        )

    def run(self, **options: Any) -> Any:
        slug = options["workspace"]
        space = Workspace.objects.filter(slug=slug).first()
        if space is None and slug == prepare.SLUG:
            prepare.prepare(url="")
            space = Workspace.objects.get(slug=slug)
        if space is None:
            raise Problem(
                f"There is no workspace named {slug!r}. `infinitypro workspace list` shows those there are."
            )
        return trial.ask(
            workspace_id=space.id,
            text=options["message"],
            name=options["name"],
            now=clock.now(),
            local_now=options["now"],
        )

    def show(self, data: Any) -> None:
        self.stdout.write(data["text"] or "(nothing)")
        for button in data["buttons"]:
            self.stdout.write(f"  [{button}]")
        if data["kind"] == "hand_over":
            self.stdout.write(f"Handed over ({data['reason']}): {data['summary']}")
        self.stdout.write(f"Why: {'; '.join(data['trace'].get('why', []))}")
