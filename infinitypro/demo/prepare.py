"""The demo business: its workspace, its member, its token and its channel, the same at each call."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from infinitypro.accounts import services as accounts
from infinitypro.accounts.models import Workspace
from infinitypro.booking import services as booking
from infinitypro.business import file
from infinitypro.business import queries as business
from infinitypro.business import services as business_services
from infinitypro.channels import services as channels
from infinitypro.core import home, tenancy
from infinitypro.core.errors import Misconfigured

SLUG = "demo"
EMAIL = "owner@demo.example"
PHONE_NUMBER_ID = "100200300400500"
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True)
class Access:
    """How to get in."""

    url: str
    workspace: str
    login: dict[str, str]
    api_token: str
    whatsapp: dict[str, str]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def refuse_in_public(*, host: str) -> None:
    """Raise Misconfigured where others than this machine's own people could reach the demo."""
    if host not in LOOPBACK or urlsplit(settings.PUBLIC_URL).hostname not in LOOPBACK:
        raise Misconfigured(
            "The demo is for this machine alone: its business, its log-in and its telephone are known to everybody."
            " Leave --demo away, or listen on 127.0.0.1 and unset PUBLIC_URL."
        )


def refuse_leftovers(*, host: str) -> None:
    """Raise Misconfigured where a public start would serve an earlier demo."""
    try:
        refuse_in_public(host=host)
    except Misconfigured as error:
        if Workspace.objects.filter(is_demo=True).exists():
            raise Misconfigured(
                "This installation holds the demo business, whose log-in must not be reached by others."
                " Remove it first: infinitypro workspace remove demo"
            ) from error


def prepare(*, url: str) -> Access:
    """The demo, made where it is not there yet. It starts without contacts, conversations or appointments."""
    refuse_in_public(host="localhost")
    password, token = home.secret("demo-password", length=9), home.secret("demo-api-token")
    space = Workspace.objects.filter(slug=SLUG).first()
    if space is None:
        space = accounts.make_workspace(slug=SLUG, is_demo=True)
    member = accounts.make_member(workspace=space, email=EMAIL, name="Maya Lindqvist", password=password)
    accounts.keep_token(workspace=space, token=token, label="The demo's token")
    with tenancy.workspace(space.id):
        if not business.has_facts():
            read = file.read(Path(__file__).with_name("business.yaml"))
            business_services.load(file=read)
            booking.load(file=read)
        channels.connect(
            kind="whatsapp",
            name="Harbor & Pine",
            external_id=PHONE_NUMBER_ID,
            credentials={
                "phone_number_id": PHONE_NUMBER_ID,
                "access_token": home.secret("demo-vendor-token"),
            },
        )
    return Access(
        url=url,
        workspace=SLUG,
        login={"email": member.email, "password": password},
        api_token=token,
        whatsapp={
            "phone_number_id": PHONE_NUMBER_ID,
            "app_secret": settings.WHATSAPP_APP_SECRET,
            "verify_token": settings.WHATSAPP_VERIFY_TOKEN,
        },
    )


def greeting(access: Access) -> str:
    """What the terminal says when the demo starts."""
    return (
        f"\n  Harbor & Pine Hair Studio is open: {access.url}\n\n"
        f"  Inbox      {access.url}/app/{access.workspace}/inbox/\n"
        f"  Log in     {access.login['email']}  with  {access.login['password']}\n"
        f"  Telephone  {access.url}/demo/phone/\n"
        f"  Mail       {access.url}/demo/mail/\n"
    )
