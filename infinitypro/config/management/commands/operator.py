"""`infinitypro operator`: who runs this installation."""

from typing import Any
from urllib.parse import urljoin

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.management.base import CommandParser
from django.urls import reverse

from infinitypro.accounts import operators
from infinitypro.accounts.models import User
from infinitypro.config import commands
from infinitypro.core import clock


class Command(commands.Command):
    help = "Add, list or remove those who run this installation at /operator/."
    has_json = False

    def arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
        add = acts.add_parser(
            "add", help="a new operator; prints a link with which they choose a password, once"
        )
        add.add_argument("email", help="an address that nobody logs in with yet")
        add.add_argument("--name", default="", help="what workspaces see when they ask to look in")
        acts.add_parser("list", help="every operator")
        remove = acts.add_parser("remove", help="forget an operator and end what they were let see")
        remove.add_argument("email")
        for part in acts.choices.values():
            part.add_argument("--json", action="store_true", help="print one JSON document")

    def run(self, **options: Any) -> Any:
        return getattr(self, f"_{options['act']}")(**options)

    def _add(self, **options: Any) -> dict[str, str]:
        made = operators.add(email=options["email"], name=options["name"])
        return {"email": made.email, "url": urljoin(settings.PUBLIC_URL, _password_path(made))}

    def _list(self, **options: Any) -> list[dict[str, Any]]:
        return [_about(user) for user in operators.all_()]

    def _remove(self, **options: Any) -> dict[str, str]:
        operators.remove(email=options["email"], now=clock.now())
        return {"removed": options["email"]}

    def show(self, data: Any) -> None:
        if isinstance(data, list):
            for one in data:
                factors = ", ".join(one["second_factors"]) or "no second factor yet"
                self.stdout.write(f"{one['email']}: {factors}")
        elif "url" in data:
            self.stdout.write(
                f"\n  Choose a password within the hour, once:\n\n  {data['url']}\n\n"
                f"  Then log in at {urljoin(settings.PUBLIC_URL, operators.DOOR)} and set up a second factor.\n"
            )
        else:
            super().show(data)


def _password_path(user: User) -> str:
    once = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return reverse("account_reset_password_from_key", kwargs=once)


def _about(user: User) -> dict[str, Any]:
    return {
        "email": user.email,
        "added_at": user.joined_at.isoformat(),
        "last_login": user.last_login.isoformat() if user.last_login else None,
        "second_factors": sorted(operators.factors(user=user)),
    }
