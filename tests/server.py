"""A plugin loaded before Django is set up: a home and a PostgreSQL of the test run's own, shared by its processes."""

import os
import shutil
import tempfile
from typing import Any

import pytest

from infinitypro.core import home
from infinitypro.core.postgres import embedded

OUTSIDE = (
    "DATABASE_URL",
    "KEYRING_URL",
    "WHATSAPP_API_URL",
    "PUBLIC_URL",
    "WHATSAPP_APP_SECRET",
    "WHATSAPP_VERIFY_TOKEN",
    "TRUSTED_PROXIES",
    "OUTBOUND_ALLOW",
    "SECURITY_CONTACT",
    "METRICS_TOKEN",
)
_SERVER = pytest.StashKey[Any]()

if "PYTEST_XDIST_WORKER" not in os.environ:
    for variable in OUTSIDE:
        os.environ.pop(variable, None)
    os.environ["INFINITYPRO_HOME"] = tempfile.mkdtemp(prefix="ip-")
    home.prepare_secrets()


def pytest_configure(config: pytest.Config) -> None:
    """Start the server once, in the process that hands out the tests."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        config.stash[_SERVER] = embedded.hold(durable=False)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server and forget its home."""
    if (server := config.stash.get(_SERVER, None)) is not None:
        server.release()
        shutil.rmtree(os.environ["INFINITYPRO_HOME"], ignore_errors=True)
