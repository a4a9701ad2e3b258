"""`infinitypro demo`: the demo business and how to get in."""

from typing import Any

from django.conf import settings

from infinitypro.config import commands
from infinitypro.demo import prepare


class Command(commands.Command):
    help = "Make the demo business where it is not there, and print how to get in."

    def run(self, **options: Any) -> Any:
        return prepare.prepare(url=settings.PUBLIC_URL).as_dict()
