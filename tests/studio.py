"""A business with a member and a token, for tests of pages and of the API."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.test import Client

from infinitypro.accounts import services as accounts
from infinitypro.accounts.models import Membership, User, Workspace
from infinitypro.accounts.permissions import BuiltIn
from infinitypro.booking import offer
from infinitypro.booking.models import Appointment, Service, Staff
from infinitypro.business import file as business_file
from infinitypro.business import services as business
from infinitypro.channels import services as channels
from infinitypro.contacts import services as contacts
from infinitypro.core import tenancy
from infinitypro.core.tenancy.models import new_id
from infinitypro.inbox.models import Conversation, Message

FACTS = Path(__file__).parents[1] / "infinitypro" / "demo" / "business.yaml"
START = datetime(2026, 3, 10, 14, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Studio:
    """The demo's facts in a workspace of its own."""

    space: Workspace
    member: User
    token: str

    def client(self) -> Client:
        """A browser in which the member is signed in."""
        browser = Client(SERVER_NAME="localhost")
        browser.force_login(self.member)
        return browser

    def ask(self, path: str, **query: Any) -> Any:
        """The API's answer to this token."""
        return asks(path, token=self.token, **query)

    def path(self, rest: str = "") -> str:
        """An address below the workspace."""
        return f"/app/{self.space.slug}/{rest}"


def asks(path: str, *, token: str | None, **query: Any) -> Any:
    """The API's answer."""
    headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
    return Client(SERVER_NAME="localhost").get(f"/api/v1/{path}", query, headers=headers)


def open_studio(new_workspace: Callable[[], Workspace]) -> Studio:
    """A new business with one member and the demo's facts."""
    space = new_workspace()
    member = a_member(space)
    token = uuid4().hex
    accounts.keep_token(workspace=space, token=token, label="test")
    with tenancy.workspace(space.id):
        read = business_file.read(FACTS)
        business.load(file=read)
        offer.load(file=read)
    return Studio(space, member, token)


def a_member(space: Workspace) -> User:
    """Somebody who belongs to that workspace alone and has no password, whose hashing is slow by design."""
    user = User(email=f"{new_id().hex}@example.test", name="Maya Lindqvist")
    user.set_unusable_password()
    user.save()
    Membership.objects.create(user=user, workspace=space, built_in=BuiltIn.OWNER)
    return user


def a_contact(name: str | None = None, *, at: datetime = START) -> UUID:
    """A contact of the workspace that is entered."""
    found = contacts.find_or_make(addresses=[("phone", f"+1212{uuid4().int % 10**7:07}")], now=at).contact
    if name:
        found.name = name
        found.save()
    return found.id


def an_appointment(contact_id: UUID, start: datetime, *, staff: str = "Maya", **more: Any) -> UUID:
    """A row as it is, whatever the rules say; three quarters of an hour."""
    end = start + timedelta(minutes=45)
    values = {"status": "confirmed", "source": "test", "busy_start": start, "busy_end": end} | more
    return Appointment.objects.create(
        contact_id=contact_id,
        service=Service.objects.get(key="haircut"),
        staff=Staff.objects.get(name__startswith=staff),
        start_at=start,
        end_at=end,
        price=4800,
        currency="USD",
        made_at=START,
        changed_at=START,
        **values,
    ).id


def a_conversation(contact_id: UUID, *, at: datetime = START) -> Conversation:
    """A conversation of that contact on the workspace's channel."""
    number = str(tenancy.current().int % 10**12)
    channel = channels.connect(
        kind="whatsapp", name="Studio", external_id=number, credentials={"phone_number_id": number}
    )
    return Conversation.objects.create(
        contact_id=contact_id, channel=channel, last_message_at=at, status="open"
    )


def a_message(conversation: Conversation, text: str, *, at: datetime = START) -> Message:
    """What the customer wrote."""
    return Message.objects.create(
        conversation=conversation,
        contact_id=conversation.contact_id,
        direction="in",
        author="contact",
        kind="text",
        body=text,
        details={},
        at=at,
        received_at=at,
    )
