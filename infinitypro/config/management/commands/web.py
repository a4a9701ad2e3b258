"""`infinitypro web`: the web process alone."""

from typing import Any

from django.core.management.base import CommandParser

from infinitypro.config import commands, tls, web


class Command(commands.Command):
    help = "Run the web process alone (the workers run elsewhere)."
    has_json = False

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        tls.add_arguments(parser)

    def run(self, **options: Any) -> None:
        pair = tls.chosen(options, port=options["port"])
        web.make_ready(host=options["host"])
        web.run(host=options["host"], port=options["port"], pair=pair)
