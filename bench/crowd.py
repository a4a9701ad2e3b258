"""Workspaces full of conversations, for what must not grow with them: real rows, sealed as the program seals them."""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connections, router
from django.db.models import Model
from psycopg import sql

from infinitypro.accounts.models import Workspace
from infinitypro.booking.models import Appointment, Service, Staff
from infinitypro.channels import services as channels
from infinitypro.contacts import services as contacts
from infinitypro.contacts.models import Contact, Identity
from infinitypro.core import tenancy
from infinitypro.core.tenancy.models import new_id
from infinitypro.core.vault import cipher, keyring
from infinitypro.core.vault.models import SubjectKey
from infinitypro.inbox.models import Conversation, File, Message, Reaction
from tests import studio

LONG, SHORT = 5_000, 20
BATCH = 400
SAID = "could I come on Saturday afternoon with Maya for a haircut please and what would that cost thanks"
WORDS = SAID.split()
STATUSES = ("open", "pending", "snoozed", "resolved")
SHARES = (70, 5, 10, 15)


@dataclass(frozen=True)
class Size:
    """How much there is: so many messages of so many contacts, some conversations being LONG, one SHORT."""

    messages: int
    contacts: int
    long_ones: int
    appointments: int


@dataclass(frozen=True)
class Crowd:
    """A business with that much in it, and the two conversations to look at."""

    studio: studio.Studio
    short: UUID
    long: UUID


def gather(size: Size, *, now: datetime) -> Crowd:
    """A workspace of that size."""
    made = studio.open_studio(lambda: Workspace.objects.create(slug=f"crowd-{new_id().hex}"))
    other = studio.a_member(made.space)
    chance = random.Random(size.messages)
    people = [new_id() for _ in range(size.contacts)]
    _make_keys(made.space.id, people)
    lengths = _lengths(size, chance)
    looked_at: dict[int, UUID] = {}
    with tenancy.workspace(made.space.id):
        credentials = {"phone_number_id": made.space.id.hex}
        channel = channels.connect(
            kind="whatsapp", name="Crowd", external_id=made.space.id.hex, credentials=credentials
        )
    for first in range(0, size.contacts, BATCH):
        part = slice(first, first + BATCH)
        with tenancy.workspace(made.space.id):
            talks = [
                _talk(contact_id, channel.id, (made.member.id, other.id), chance, now)
                for contact_id in people[part]
            ]
            _store(talks, lengths[part], chance)
            looked_at = {
                length: talk.id for talk, length in zip(talks, lengths[part], strict=True)
            } | looked_at
    with tenancy.workspace(made.space.id):
        _insert(list(_appointments(size.appointments, people, chance, now)))
    return Crowd(made, short=looked_at[SHORT], long=looked_at[LONG])


def _make_keys(workspace_id: UUID, people: Sequence[UUID]) -> None:
    """A key each, as the keyring makes them one by one."""
    wrapping = keyring.workspace_key(workspace_id)
    _insert(
        [
            SubjectKey(
                id=key_id,
                workspace_id=workspace_id,
                subject_id=subject_id,
                workspace_key_id=wrapping.id,
                wrapped=cipher.seal(
                    cipher.new_key(),
                    key=wrapping.secret,
                    key_id=wrapping.id,
                    context=workspace_id.bytes + key_id.bytes,
                ),
            )
            for subject_id in people
            if (key_id := new_id())
        ]
    )


def _lengths(size: Size, chance: random.Random) -> list[int]:
    special = [LONG] * size.long_ones + [SHORT]
    left, count = size.messages - sum(special), size.contacts - len(special)
    found = [chance.randint(5, 2 * left // count - 5) for _ in range(count)]
    found[-1] = max(found[-1] + left - sum(found), 1)
    return special + found


def _talk(
    contact_id: UUID, channel_id: UUID, members: tuple[UUID, UUID], chance: random.Random, now: datetime
) -> Conversation:
    at = now - timedelta(hours=chance.expovariate(1 / 3000))
    status = chance.choices(STATUSES, SHARES)[0]
    is_assistant_on = chance.random() < 0.5
    return Conversation(
        id=new_id(),
        contact_id=contact_id,
        channel_id=channel_id,
        status=status,
        snoozed_until=now + timedelta(days=2) if status == "snoozed" else None,
        assignee_id=None if is_assistant_on else chance.choice((None, *members)),
        is_assistant_on=is_assistant_on,
        handed_over_at=None if is_assistant_on else at,
        hand_over_summary=None if is_assistant_on else _words(chance, 12),
        is_upset=chance.random() < 0.05,
        last_message_at=at,
        last_message_id=new_id(),
        last_inbound_at=at,
        unread_count=chance.choice((0, 0, 1, 3)),
    )


def _store(talks: Sequence[Conversation], lengths: Sequence[int], chance: random.Random) -> None:
    people = [
        Contact(
            id=talk.contact_id,
            name=_words(chance, 2).title() if chance.random() < 0.9 else None,
            language="en",
            made_at=talk.last_message_at,
            last_seen_at=talk.last_message_at,
        )
        for talk in talks
    ]
    messages = [
        message
        for talk, length in zip(talks, lengths, strict=True)
        for message in _messages(talk, length, chance)
    ]
    liked = [message for message in messages if message.vendor_mark and chance.random() < 0.02]
    _insert(people)
    _insert([_identity(person, chance) for person in people])
    _insert(talks)
    _insert(messages)
    _insert([_file(message) for message in messages if message.kind == "image"])
    _insert([_reaction(message) for message in liked])


def _identity(person: Contact, chance: random.Random) -> Identity:
    number = f"+1{chance.randrange(2 * 10**9, 10**10)}{person.id.hex[-4:]}"
    mark = contacts.fingerprint("phone", number)
    return Identity(contact=person, kind="phone", fingerprint=mark, value=number, made_at=person.made_at)


def _messages(talk: Conversation, length: int, chance: random.Random) -> Iterator[Message]:
    """What was said, the last first; with notes, photos and messages that answer another."""
    answers = "assistant" if talk.is_assistant_on else "member"
    at, mark = talk.last_message_at, None
    for n in range(length):
        is_in, is_note = n % 2 == 1, n % 30 == 29
        said: dict[str, Any] = {"direction": "in", "author": "contact"}
        if not is_in:
            said = {"direction": "out", "author": answers, "sent_at": at, "delivered_at": at, "read_at": at}
        if is_note:
            said = {"direction": "note", "author": "member"}
        is_photo, answered, mark = (
            n % 20 == 9,
            mark if n % 10 == 5 else None,
            None if is_note else chance.randbytes(16),
        )
        yield Message(
            id=new_id() if n else talk.last_message_id,
            conversation_id=talk.id,
            contact_id=talk.contact_id,
            member_id=talk.assignee_id if said["author"] == "member" else None,
            kind="image" if is_photo else "text",
            body=_words(chance, chance.randint(3, 25)),
            details={"media": {"id": "1", "filename": "", "caption": ""}} if is_photo else {},
            vendor_id=f"wamid.{mark.hex()}" if mark else None,
            vendor_mark=mark,
            reply_to_mark=answered,
            at=at,
            received_at=at,
            **said,
        )
        at -= timedelta(minutes=chance.expovariate(1 / 300))


def _file(message: Message) -> File:
    return File(
        message=message,
        contact_id=message.contact_id,
        content_type="image/jpeg",
        is_inline=True,
        size=20_000,
        place="none",
        fetched_at=message.at,
    )


def _reaction(message: Message) -> Reaction:
    return Reaction(contact_id=message.contact_id, target_mark=message.vendor_mark, emoji="👍", at=message.at)


def _appointments(
    count: int, people: Sequence[UUID], chance: random.Random, now: datetime
) -> Iterator[Appointment]:
    """So many from the end of next week backwards, eight a day with each member of staff."""
    service, staff = Service.objects.get(key="haircut"), list(Staff.objects.order_by("id"))
    last = now.replace(hour=14, minute=0, second=0, microsecond=0) + timedelta(days=14)
    for n in range(count):
        start = last - timedelta(days=n // (8 * len(staff)), hours=-(n // len(staff) % 8))
        end = start + timedelta(minutes=service.minutes)
        yield Appointment(
            contact_id=chance.choice(people),
            service=service,
            staff=staff[n % len(staff)],
            start_at=start,
            end_at=end,
            busy_start=start,
            busy_end=end,
            status="confirmed" if start > now else chance.choice(("done", "no_show", "cancelled")),
            currency="USD",
            source="bench",
            made_at=start,
            changed_at=start,
        )


def _words(chance: random.Random, count: int) -> str:
    return " ".join(chance.choices(WORDS, k=count))


def _insert(rows: Sequence[Model]) -> None:
    """Store the rows, an array a column: `bulk_create` names each value of each row, which takes ten times as long."""
    if not rows:
        return
    fields = rows[0]._meta.concrete_fields
    using = connections[router.db_for_write(type(rows[0]))]
    columns = [[field.get_db_prep_save(field.pre_save(row, True), using) for row in rows] for field in fields]
    kinds = (re.sub(r"\(.*", "", field.db_type(using) or "") for field in fields)
    statement = sql.SQL("INSERT INTO {} ({}) SELECT * FROM unnest({})").format(
        sql.Identifier(rows[0]._meta.db_table),
        sql.SQL(", ").join([sql.Identifier(str(field.column)) for field in fields]),
        sql.SQL(", ").join(sql.SQL("%b::{}[]").format(sql.SQL(kind)) for kind in kinds),
    )
    with using.cursor() as cursor:
        cursor.execute(statement, columns)
