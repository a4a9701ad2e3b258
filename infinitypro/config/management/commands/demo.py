"""`infinitypro demo`: the demo business and how to get in."""

from typing import Any

from django.conf import settings

from infinitypro.config import commands
from infinitypro.demo import prepare


class Command(commands.Command):
    help = "Make the demo business where it is not there, and print how to get in."

    def run(self, **options: Any) -> Any:
        return prepare.prepare(url=settings.PUBLIC_URL).as_dict()

    def show(self, data: Any) -> None:
        access = prepare.Access(**data)
        self.stdout.write(f"{prepare.greeting(access)}  API token  {access.api_token}\n")
