"""That the inbox's lists read what they show and not all there is, under row-level security."""

import json
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.db import connection

from conftest import make_workspace
from infinitypro.accounts.models import User
from infinitypro.channels import services as channels
from infinitypro.contacts.models import Contact
from infinitypro.core import tenancy
from infinitypro.core.postgres import schema
from infinitypro.core.tenancy.models import new_id
from infinitypro.inbox import queries
from infinitypro.inbox.models import Conversation
from tests import plans, studio

TABS = ("all", "mine", "unassigned", "assistant")
COUNT = 2_400
PAGE = 50
READ_AT_MOST = 5 * PAGE  # a page of each status, and those of them that are shown


@pytest.fixture(scope="module")
def crowd(django_db_setup: None) -> Any:
    """A business with many conversations of each kind, two of whose members have some."""
    made = studio.open_studio(make_workspace)
    with tenancy.workspace(made.space.id):
        fill(made.member, studio.a_member(made.space))
    with schema.as_owner(), connection.cursor() as cursor:  # as autovacuum does
        cursor.execute("ANALYZE inbox_conversation, contacts_contact")
    return made


def fill(*members: User) -> None:
    channel = channels.connect(kind="whatsapp", name="Crowd", external_id=new_id().hex, credentials={})
    people = [Contact(id=new_id(), made_at=studio.START, last_seen_at=studio.START) for _ in range(COUNT)]
    Contact.objects.bulk_create(people)
    kinds = list(product(Conversation.Status.values, (*members, None), (True, False), (0, 2)))
    Conversation.objects.bulk_create(
        (
            Conversation(
                contact=person,
                channel=channel,
                status=kinds[n % len(kinds)][0],
                assignee=kinds[n % len(kinds)][1],
                is_assistant_on=kinds[n % len(kinds)][2],
                unread_count=kinds[n % len(kinds)][3],
                last_message_at=studio.START
                + timedelta(minutes=n * 7919 % COUNT // 3),  # threes share a time
            )
            for n, person in enumerate(people)
        ),
        batch_size=400,
    )


@pytest.mark.parametrize("status", queries.STATUSES)
@pytest.mark.parametrize("tab", TABS)
def test_a_page_of_the_list_reads_little_more_than_it_shows(crowd, tab, status):
    which = queries.tab(tab, user_id=crowd.member.id)
    with tenancy.workspace(crowd.space.id), plans.heard("inbox_conversation", "contacts_contact") as found:
        first = queries.conversations(which=which, status=status, limit=PAGE)
        key = first[-1].last_message_at, first[-1].id
        queries.conversations(which=which, status=status, limit=PAGE, before=key)
    assert len(first) == PAGE
    assert len(found) == 8
    assert max(map(plans.rows_read, found)) <= READ_AT_MOST, json.dumps(found, indent=1)


def test_what_waits_for_a_member_is_counted_from_what_is_unread(crowd):
    with tenancy.workspace(crowd.space.id), plans.heard("inbox_conversation") as found:
        count = queries.count_waiting(user_id=crowd.member.id)
        expected = [
            row
            for row in Conversation.objects.all()
            if row.assignee_id in (crowd.member.id, None)
            and not row.is_assistant_on
            and row.unread_count
            and row.status in queries.WAITING
        ]
    assert count == len(expected) == COUNT // 12
    assert plans.rows_read(found[0]) <= 2 * count, json.dumps(found[0], indent=1)


@pytest.mark.parametrize("status", queries.STATUSES)
@pytest.mark.parametrize("tab", TABS)
def test_page_after_page_shows_each_conversation_once_and_the_latest_first(crowd, tab, status):
    which = queries.tab(tab, user_id=crowd.member.id)
    shown, key = [], None
    with tenancy.workspace(crowd.space.id):
        while page := queries.conversations(which=which, status=status, limit=500, before=key):
            shown += [(row.last_message_at, row.id) for row in page]
            key = shown[-1]
        rows = Conversation.objects.filter(which, status__in=queries.STATUSES[status])
        expected = sorted(rows.values_list("last_message_at", "id"), reverse=True)
    assert shown == expected
