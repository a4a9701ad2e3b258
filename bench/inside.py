"""Runs a section that wants Django and a migrated database, on a home of its own."""

import importlib
import os
from typing import Any

import django

from infinitypro.core import home


def run_section(name: str) -> Any:
    """The section's figures."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "infinitypro.config.settings"
    home.prepare_secrets()
    django.setup()
    commands = importlib.import_module("infinitypro.config.commands")
    with commands.database():
        return importlib.import_module(f"bench.{name}").run()
