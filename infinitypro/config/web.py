"""The web process."""

import asyncio
import signal
from typing import Any

import uvloop
from django.conf import settings
from django.db import connections
from granian.constants import Interfaces, SSLProtocols
from granian.server.embed import Server

from infinitypro.config import asgi, tls
from infinitypro.core import clock
from infinitypro.demo import prepare
from infinitypro.intake import partitions

POOL = {"min_size": 1, "max_size": 12, "timeout": 10, "max_idle": 300}
STREAMS_END_WITHIN = 3


def run(*, host: str, port: int, pair: tls.Pair | None = None) -> None:
    """Serve until SIGTERM or SIGINT; with a certificate TLS 1.3 and nothing else."""
    use_pool()
    # Granian wakes the loop from a thread of its own, which costs asyncio a system call each time.
    uvloop.run(_serve(host, port, pair))


def make_ready(*, host: str) -> None:
    """What has to hold before anybody is let in; raises Misconfigured where a public start would serve the demo."""
    prepare.refuse_leftovers(host=host)
    partitions.make(today=clock.now().date())


def use_pool() -> None:
    """Share connections between requests, each of which runs in a thread of its own."""
    for alias in settings.DATABASES:
        connections[alias].close()
        wanted = connections.settings[alias]
        wanted["OPTIONS"] = {**wanted.get("OPTIONS", {}), "pool": dict(POOL)}
        wanted["CONN_MAX_AGE"] = 0
        del connections[alias]


async def _serve(host: str, port: int, pair: tls.Pair | None) -> None:
    application = asgi.make()
    server = Server(
        application,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        websockets=False,
        log_enabled=False,
        backlog=1024,
        backpressure=512,
        ssl_cert=pair.certificate if pair else None,
        ssl_key=pair.key if pair else None,
        ssl_protocol_min=SSLProtocols.tls13,
    )
    server.workers_kill_timeout = STREAMS_END_WITHIN
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    serving = asyncio.create_task(server.serve())
    waiting = asyncio.create_task(stopped.wait())
    await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
    application.end_streams()
    stop: Any = server.stop
    stop()
    waiting.cancel()
    await serving
