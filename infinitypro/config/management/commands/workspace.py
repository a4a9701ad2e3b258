"""`infinitypro workspace`: make a workspace from a business file, list, load, export and remove."""

import sys
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.core.management.base import CommandParser

from infinitypro.booking import wording
from infinitypro.business import file as business_file
from infinitypro.business import schema
from infinitypro.config import commands, workspaces
from infinitypro.core.errors import Problem


class Command(commands.Command):
    help = "Make a workspace from a business file; list, load, export or remove workspaces."
    has_json = False

    def arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
        create = acts.add_parser("create", help="a new workspace with its first member")
        create.add_argument("file", help="a business file")
        create.add_argument("--email", required=True, help="the first member's login address")
        create.add_argument("--name", required=True, help="what that person is called")
        create.add_argument("--slug", help="its name in addresses; else the file's")
        create.add_argument(
            "--password-stdin",
            action="store_true",
            help="read the password from standard input; else one is made",
        )
        acts.add_parser("list", help="every workspace")
        load = acts.add_parser("load", help="replace what a business says and offers")
        load.add_argument("slug")
        load.add_argument("file", help="a business file")
        export = acts.add_parser("export", help="print a workspace's business file")
        export.add_argument("slug")
        remove = acts.add_parser("remove", help="remove a workspace with all its data and keys, for good")
        remove.add_argument("slug")
        remove.add_argument("--yes", action="store_true", help="say that it is meant")
        for part in acts.choices.values():
            part.add_argument("--json", action="store_true", help="print one JSON document")

    def run(self, **options: Any) -> Any:
        return getattr(self, f"_{options['act']}")(**options)

    def _create(self, **options: Any) -> dict[str, Any]:
        file = workspaces.read(options["file"])
        slug = options["slug"] or file.workspace
        if schema.slug(slug) != slug:
            raise Problem(
                f"--slug may hold only small letters, digits and hyphens; try {schema.slug(slug)!r}."
            )
        password = sys.stdin.readline().rstrip("\n") if options["password_stdin"] else None
        made = workspaces.create(
            file=file, slug=slug, email=options["email"], name=options["name"], password=password
        )
        found = {
            "workspace": made.workspace,
            "name": made.name,
            "url": urljoin(settings.PUBLIC_URL, f"/app/{made.workspace}/inbox/"),
            "email": made.email,
            "password": made.password,
            "services": [_service(one, file) for one in file.services],
        }
        return {name: value for name, value in found.items() if value is not None}

    def _list(self, **options: Any) -> list[dict[str, Any]]:
        return workspaces.all_()

    def _load(self, **options: Any) -> dict[str, Any]:
        changes = workspaces.load(slug=options["slug"], file=workspaces.read(options["file"]))
        return {"workspace": options["slug"], "changes": changes}

    def _export(self, **options: Any) -> Any:
        file = workspaces.export(slug=options["slug"])
        if options["json"]:
            return file.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        return business_file.dump(file).rstrip("\n")

    def _remove(self, **options: Any) -> dict[str, Any]:
        workspaces.find(options["slug"])
        if not options["yes"]:
            raise Problem(
                f"This removes {options['slug']!r} with every conversation, contact and appointment, and its keys, so"
                " that no backup can bring them back. Say so with --yes."
            )
        return {"removed": options["slug"], "rows": workspaces.remove(slug=options["slug"])}

    def show(self, data: Any) -> None:
        if isinstance(data, list):
            for one in data:
                mark = "  (demo)" if one["is_demo"] else ""
                people = "1 member" if one["members"] == 1 else f"{one['members']} members"
                self.stdout.write(f"{one['slug']}: {one['name'] or 'no facts yet'}, {people}{mark}")
        elif isinstance(data, dict) and "url" in data:
            self.stdout.write(_welcome(data))
        elif isinstance(data, dict) and "changes" in data:
            for one in data["changes"]:
                gone = f"; no longer: {', '.join(one['gone'])}" if one["gone"] else ""
                self.stdout.write(f"{one['list']}: {one['total']}{gone}")
        else:
            super().show(data)


def _service(one: schema.Service, file: schema.BusinessFile) -> str:
    cost = wording.price(one.price, currency=file.currency, region=file.address.country)
    return f"{one.name}: {one.minutes} minutes, {cost or 'no price'}"


def _welcome(made: dict[str, Any]) -> str:
    """What was understood of the file, so that a price in the wrong unit is seen now, and how to get in."""
    secret = made.get("password", "the password that you know")
    services = "".join(f"    {one}\n" for one in made["services"])
    return (
        f"\n  {made['name']} offers\n\n{services}\n"
        f"  Inbox      {made['url']}  (once `infinitypro up` runs)\n"
        f"  Log in     {made['email']}  with  {secret}\n"
    )
