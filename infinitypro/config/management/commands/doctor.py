"""`infinitypro doctor`: what is wrong with this installation, in sentences."""

import shutil
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from infinitypro.accounts.models import Workspace
from infinitypro.channels import queries as channels
from infinitypro.channels.models import UnknownRoute
from infinitypro.config import commands
from infinitypro.core import clock, home, tenancy
from infinitypro.core.jobs import desk
from infinitypro.core.postgres import address
from infinitypro.demo import prepare
from infinitypro.intake import queries as intake

LATE_SECONDS = 120
LITTLE_SPACE = 1024**3


class Command(commands.Command):
    help = "Look for what is wrong and say what to do. Exits with 0 whatever it finds."

    def run(self, **options: Any) -> dict[str, Any]:
        findings = [*_keys(), *_queue(), *_space(), *_door(), *_address(), *_channels()]
        return {"ok": not any(one["level"] == "bad" for one in findings), "findings": findings}

    def show(self, data: Any) -> None:
        for one in data["findings"]:
            self.stdout.write(f"{one['level']:5} {one['what']}")
        count = len(data["findings"])
        counted = "1 finding." if count == 1 else f"{count} findings."
        self.stdout.write(counted if count else "Nothing is wrong.")


Finding = dict[str, str]


def _finding(level: str, what: str) -> Finding:
    return {"level": level, "what": what}


def _keys() -> Iterator[Finding]:
    if not (home.path() / "secrets").exists():
        yield _finding(
            "bad", f"{home.path()} holds no secrets. Set INFINITYPRO_HOME to the installation's own folder."
        )
    yield _finding(
        "warn",
        "The root key lies on this machine alone. Copy the files secrets/root-* to a safe place after each rotation:"
        " without them nothing that was sealed can be opened.",
    )


def _queue() -> Iterator[Finding]:
    queue = desk.state()
    if queue.oldest_seconds > LATE_SECONDS:
        yield _finding(
            "bad", f"A job has waited for {queue.oldest_seconds:.0f} seconds. Are the workers running?"
        )
    if queue.failed:
        yield _finding(
            "warn", f"{queue.failed} jobs gave up. `infinitypro jobs` lists them with their reasons."
        )


def _space() -> Iterator[Finding]:
    free = shutil.disk_usage(home.path()).free
    if free < LITTLE_SPACE:
        yield _finding("bad", f"Only {free // 1024**2} MB are free where {home.path()} lies.")


def _door() -> Iterator[Finding]:
    today = clock.now().date()
    for row in UnknownRoute.objects.filter(day=today):
        yield _finding(
            "warn", f"{row.count} events came today for {row.kind} channels that nobody has connected."
        )
    if address.is_embedded() and not settings.WHATSAPP_APP_SECRET:
        yield _finding(
            "warn", "WHATSAPP_APP_SECRET is not set: no WhatsApp event is taken at /hooks/whatsapp/."
        )


def _address() -> Iterator[Finding]:
    public = urlsplit(settings.PUBLIC_URL)
    if public.scheme == "http" and public.hostname not in prepare.LOOPBACK:
        yield _finding(
            "bad",
            f"The site is public at {settings.PUBLIC_URL}: passwords and messages travel in the clear."
            " Serve TLS (--tls-cert, --tls-key, or a proxy) and set PUBLIC_URL to the https address.",
        )


def _channels() -> Iterator[Finding]:
    for space in Workspace.objects.order_by("slug"):
        with tenancy.workspace(space.id):
            for silence in channels.silences(now=clock.now()):
                hours = (clock.now() - silence.since).total_seconds() / 3600
                yield _finding(
                    "warn",
                    f"{space.slug}: nothing has come in on {silence.channel.name} for {hours:.0f} hours, which is unusual.",
                )
            for one in channels.all_():
                if one.is_on and one.trouble:
                    yield _finding("warn", f"{space.slug}: {one.name}: {one.trouble}")
            if count := intake.count_not_understood():
                yield _finding(
                    "warn",
                    f"{space.slug}: {count} events were not understood in full. `infinitypro events` lists them.",
                )
