"""`infinitypro eval`: measures the assistant on files in the formats of the evaluation sets."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from infinitypro.assistant.evaluation import conversations, dates, intents, optout, retrieval, sentiment
from infinitypro.config import commands
from infinitypro.core.errors import Problem

WHAT = ("conversations", "dates", "optout", "intents", "sentiment", "retrieval")


class Command(commands.Command):
    help = "Measure the assistant: conversations, dates, optout, sentiment, retrieval FILE; intents --train FILE --test FILE."
    needs_database = False

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=WHAT)
        parser.add_argument("file", nargs="?", type=Path)
        parser.add_argument("--only", help="conversations: this script alone")
        parser.add_argument("--train", type=Path, help="intents: the file to train on")
        parser.add_argument("--test", type=Path, help="intents: the file to test on")
        parser.add_argument("--floor", type=float, help="exit with 1 below this share (0 to 1)")

    def run(self, **options: Any) -> Any:
        what, file = options["what"], options["file"]
        if what == "intents":
            train, test = _there(options["train"], "--train"), _there(options["test"], "--test")
            return intents.evaluate(train=train, test=test)
        path = _there(file, "FILE")
        if what == "conversations":
            with commands.database():
                return conversations.evaluate(path, only=options["only"])
        if what == "dates":
            return dates.evaluate(path)
        return {"optout": optout, "sentiment": sentiment, "retrieval": retrieval}[what].evaluate(test=path)

    def finish(self, data: Any, **options: Any) -> None:
        super().finish(data, **options)
        if options["floor"] is not None and share(data) < options["floor"]:
            sys.exit(1)

    def show(self, data: Any) -> None:
        for name, value in data.items():
            if name == "results":
                for result in value:
                    mark = "passed" if result["passed"] else f"FAILED: {result['why']}"
                    self.stdout.write(f"{result['id']}: {mark}")
            elif name != "failures":
                self.stdout.write(f"{name}: {value}")


def _there(path: Path | None, name: str) -> Path:
    if path is None or not path.is_file():
        raise Problem(f"{name} must name a file that is there, not {path}.")
    return path


def share(data: dict[str, Any]) -> float:
    """The share that a measure met."""
    if "passed" in data and "total" in data:
        return float(data["passed"] / max(1, data["total"]))
    return float(next((data[name] for name in ("accuracy", "share", "first") if name in data), 0.0))
