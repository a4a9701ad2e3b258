"""`infinitypro up`: everything, in the foreground."""

import socket
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.db import connections

from infinitypro.assistant.understanding import encoder
from infinitypro.channels import base
from infinitypro.config import commands, tls, web
from infinitypro.config.supervise import Child, Supervisor
from infinitypro.core.errors import Misconfigured
from infinitypro.core.jobs import worker
from infinitypro.core.postgres import address, embedded, schema
from infinitypro.demo import prepare, standin


class Command(commands.Command):
    help = "Run everything in the foreground: PostgreSQL where none is given, the web, the workers."
    needs_database = False
    has_json = False

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        tls.add_arguments(parser)
        parser.add_argument("--demo", action="store_true", help="with the demo business and its telephone")

    def run(self, **options: Any) -> None:
        host, port, is_demo = options["host"], options["port"], options["demo"]
        _refuse_taken(host, port)
        pair = tls.chosen(options, port=port)
        if is_demo:
            prepare.refuse_in_public(host=host)
        server = embedded.hold() if address.is_embedded() else None
        try:
            if server is not None:
                schema.migrate()
            schema.refuse_power()
            commands.open_keyring()
            web.make_ready(host=host)
            children = [Child("web", lambda: web.run(host=host, port=port, pair=pair))]
            children += [Child(f"worker {n + 1}", worker.run) for n in range(settings.WORKERS)]
            if is_demo:
                access = prepare.prepare(url=f"{'https' if pair else 'http'}://localhost:{port}")
                if play := standin.plan(port=port, certificate=pair.certificate if pair else None):
                    children.append(Child("stand-in vendor", play))
                self.stdout.write(prepare.greeting(access))
                self.stdout.flush()  # into a file or a pipe it would come when all of this has ended
            warm()
            connections.close_all()
            Supervisor(children=children, server=server).run()
        finally:
            if server is not None:
                server.release()


def warm() -> None:
    """Load before forking what every process would load for itself."""
    encoder.encode(["hello"])
    base.http()


def _refuse_taken(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Misconfigured(
                f"Port {port} on {host} cannot be used ({error.strerror}). Choose another with --port."
            ) from error
