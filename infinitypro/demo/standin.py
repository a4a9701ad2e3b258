"""The stand-in vendor beside `up`: a process of its own, which nothing in the product can tell from the real one."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from infinitypro.core import home
from infinitypro.demo import prepare
from infinitypro.demo.settings import Settings
from infinitypro.demo.vendor import serve


def plan(*, port: int, certificate: Path | None = None) -> Callable[[], None] | None:
    """What runs the stand-in for a site on that port, or None where messages go to another (`WHATSAPP_API_URL`).

    Points this program's WhatsApp at the stand-in; to be called before it forks. `certificate` is the site's own where
    it serves TLS.
    """
    if os.environ.get("WHATSAPP_API_URL"):
        return None
    chosen = Settings(
        phone_number_id=prepare.PHONE_NUMBER_ID,
        access_token=home.secret("demo-vendor-token"),
        app_secret=settings.WHATSAPP_APP_SECRET,
        webhook_url=f"{'https' if certificate else 'http'}://127.0.0.1:{port}/hooks/whatsapp/",
        webhook_certificate=certificate,
        port=_free_port(),
    )
    settings.WHATSAPP_API_URL = settings.DEMO_VENDOR_URL = chosen.base_url
    return lambda: serve(chosen)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
