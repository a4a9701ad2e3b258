"""Statements that are compiled once do what the ORM does, in whatever workspace is set."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError
from django.db.models import F
from django.db.models.functions import Least

from infinitypro.channels.models import Channel
from infinitypro.contacts.models import Contact
from infinitypro.core import statements, tenancy
from infinitypro.core.statements import Given
from infinitypro.core.tenancy.models import new_id
from infinitypro.inbox.models import Conversation

NOW = datetime(2026, 3, 10, 14, 0, tzinfo=UTC)
OF_CONTACT = statements.Select(
    lambda: (
        Conversation.objects.filter(contact_id=Given("contact_id"))
        .select_related("contact", "channel")
        .order_by("id")
    )
)
NAMED = statements.Select(lambda: Contact.objects.filter(statements.IsAny("id", Given("ids"))).only("id"))
READ = statements.Update(
    lambda: Conversation.objects.filter(id=Given("id"), unread_count__gt=0),
    unread_count=F("unread_count") - 1,
    last_message_at=Least("last_message_at", Given("at")),
)


def a_contact(name="Ana"):
    contact = Contact(name=name, made_at=NOW, last_seen_at=NOW)
    assert statements.insert(contact)
    return contact


def a_conversation(contact, **more):
    channel = Channel(kind="whatsapp", name="Number", external_id=new_id().hex, credentials={"a": "b"})
    channel.save()
    row = Conversation(contact=contact, channel=channel, last_message_at=NOW, **more)
    statements.insert(row)
    return row


def test_rows_are_read_with_what_belongs_to_them(workspace):
    contact = a_contact()
    made = a_conversation(contact, unread_count=2)

    found = OF_CONTACT.first(contact_id=contact.id)

    assert found == Conversation.objects.get(id=made.id)
    assert found.contact.name == "Ana"
    assert found.channel.credentials == {"a": "b"}
    assert found.unread_count == 2
    assert OF_CONTACT.first(contact_id=new_id()) is None


def test_a_statement_sees_the_workspace_that_is_set_when_it_is_said(new_workspace):
    with tenancy.workspace(new_workspace().id):
        contact = a_contact()
        a_conversation(contact)
        assert len(OF_CONTACT.all(contact_id=contact.id)) == 1
    with tenancy.workspace(new_workspace().id):
        assert OF_CONTACT.all(contact_id=contact.id) == []
        assert NAMED.all(ids=[contact.id]) == []
    with pytest.raises(tenancy.NoWorkspace):
        OF_CONTACT.all(contact_id=contact.id)


def test_a_list_of_values_is_given_as_one(workspace):
    rows = [a_contact(name) for name in ("Ana", "Bo", "Cy")]
    found = NAMED.all(ids=[rows[0].id, rows[2].id])
    assert {row.name for row in found} == {"Ana", "Cy"}


def test_a_value_that_is_not_given_is_missed(workspace):
    with pytest.raises(KeyError, match="contact_id"):
        OF_CONTACT.all()


def test_an_update_says_how_many_rows_it_changed(workspace):
    row = a_conversation(a_contact(), unread_count=1)
    earlier = NOW - timedelta(hours=1)

    assert READ(id=row.id, at=earlier) == 1
    assert READ(id=row.id, at=NOW) == 0

    row.refresh_from_db()
    assert (row.unread_count, row.last_message_at) == (0, earlier)


def test_only_the_named_fields_of_a_row_are_saved_and_sealed(workspace):
    contact = a_contact()
    contact.name, contact.language = "Bo", "es"

    statements.update(contact, "name")

    fresh = Contact.objects.get(id=contact.id)
    assert (fresh.name, fresh.language) == ("Bo", "")


def test_a_row_that_is_gone_cannot_be_saved(workspace):
    contact = a_contact()
    Contact.objects.all().delete()
    with pytest.raises(DatabaseError, match="is gone"):
        statements.update(contact, "name")


def test_a_row_that_is_there_is_left_as_it_is(workspace):
    made = a_conversation(a_contact(), unread_count=4)
    again = Conversation(contact=made.contact, channel=made.channel, last_message_at=NOW)

    assert not statements.insert(again, unless_there=True)

    assert Conversation.objects.get().unread_count == 4
