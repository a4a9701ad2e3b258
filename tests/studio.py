"""A business with a member and a token, for tests of pages and of the API."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from asgiref.sync import async_to_sync
from django.test import Client

from infinitypro.accounts import services as accounts
from infinitypro.accounts.models import Membership, Role, User, Workspace
from infinitypro.accounts.permissions import PERMISSIONS, BuiltIn, Scope
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

    def client(self, who: User | None = None) -> Client:
        """A browser in which the member is signed in, or somebody else."""
        browser = Client(SERVER_NAME="localhost")
        browser.force_login(who or self.member)
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


def a_member(
    space: Workspace, built_in: BuiltIn = BuiltIn.OWNER, *, grants: Mapping[str, str] | None = None
) -> User:
    """Somebody who belongs to that workspace alone and has no password, whose hashing is slow by design; with `grants` in a
    role of their own."""
    user = User(email=f"{new_id().hex}@example.test", name="Maya Lindqvist")
    user.set_unusable_password()
    user.save()
    role = Role.objects.create(workspace=space, name=str(user.id), kept_grants=grants) if grants else None
    Membership.objects.create(user=user, workspace=space, built_in="" if role else built_in, role=role)
    return user


def everything(but: str = "", **scopes: Scope) -> dict[str, str]:
    """Grants of all there is but one, or but a group ("contacts."); `conversations="own"` sets the scope of a group."""
    found = {key: Scope.ALL for key in PERMISSIONS if not but or not key.startswith(but)}
    return {key: scopes.get(key.partition(".")[0], scope) for key, scope in found.items()}


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


def another(like: Message, **more: Any) -> Message:
    """A message a minute after that one, of any kind."""
    values = {"direction": "in", "author": "contact", "kind": "text", "body": "", "details": {}} | more
    return Message.objects.create(
        conversation=like.conversation,
        contact_id=like.contact_id,
        at=like.at + timedelta(minutes=1),
        received_at=like.at,
        **values,
    )


def sent(response: Any) -> str:
    """All of an answer, also of one that is sent in parts."""

    async def read() -> bytes:
        return b"".join([part async for part in response])

    content = async_to_sync(read)() if response.streaming else response.content
    return bytes(content).decode()
