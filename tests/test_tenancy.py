"""One business never sees, names or touches what is another's: in SQL, in Django, and from end to end."""

import threading

import psycopg
import pytest
from django.apps import apps
from django.db import DataError, IntegrityError, connection, transaction

from infinitypro.accounts.models import Workspace
from infinitypro.contacts.models import Contact, Identity
from infinitypro.core import tenancy
from infinitypro.core.postgres import schema
from infinitypro.core.tenancy.models import TenantModel, new_id
from infinitypro.core.vault import blind
from infinitypro.inbox.models import Conversation, Message, Reaction
from tests import line, reach

MAYA = line.person("12125550111", "US.1234567890", "Maya Lindqvist")


def tenant_tables():
    return sorted(model._meta.db_table for model in apps.get_models() if issubclass(model, TenantModel))


@pytest.fixture
def two(new_workspace):
    """Two businesses with the same customer, who wrote the same to both."""
    line.begin()
    both = [line.business(new_workspace()) for _ in range(2)]
    for own in both:
        wanted = line.said(MAYA, "wamid.SAME", 1, text="hello")
        image = line.said(MAYA, "wamid.PIC", 2, type="image", image={"id": "77", "mime_type": "image/png"})
        smile = {"message_id": "wamid.SAME", "emoji": "👍"}
        reaction = line.said(MAYA, "wamid.RE", 3, type="reaction", reaction=smile)
        early = line.status("wamid.UNKNOWN", "read", 4)
        notice = line.change(own.number_id, {"event": "UPGRADE"}, "phone_number_quality_update")
        changes = [line.change(own.number_id, value) for value in (wanted, image, reaction, early)]
        assert line.post(line.body(*changes, notice)).status_code == 200
    line.work()
    return both


def about(statement, *names):
    """The statement with these names in its places."""
    return psycopg.sql.SQL(statement).format(*map(psycopg.sql.Identifier, names))


def counts(workspace_id, cursor):
    found = {}
    for table in tenant_tables():
        cursor.execute(about("SELECT count(*) FROM {} WHERE workspace_id = %s", table), [workspace_id])
        found[table] = cursor.fetchone()[0]
    return found


def test_sql_under_one_workspaces_setting_sees_nothing_of_another_in_any_table(two):
    one, other = two
    with reach.superuser() as admin, admin.cursor() as cursor:
        there = counts(other.workspace_id, cursor)
    busy = {"contacts_contact", "contacts_identity", "inbox_message", "inbox_conversation", "inbox_reaction"}
    busy |= {"inbox_earlynews", "inbox_file", "channels_channel", "channels_channelnotice", "intake_rawevent"}
    assert all(there[table] for table in busy)

    with reach.as_role("run") as sql, sql.cursor() as cursor:
        cursor.execute("SELECT set_config('app.workspace', %s, false)", [str(one.workspace_id)])
        for table in tenant_tables():
            cursor.execute(
                about("SELECT count(*) FROM {} WHERE workspace_id <> %s", table), [one.workspace_id]
            )
            assert cursor.fetchone() == (0,), table
        assert not any(counts(other.workspace_id, cursor).values())
        assert all(counts(one.workspace_id, cursor)[table] for table in busy)


@pytest.mark.parametrize("setting", [None, "", "00000000-0000-0000-0000-000000000000"])
def test_sql_without_a_setting_sees_nothing_at_all(two, setting):
    with reach.as_role("run") as sql, sql.cursor() as cursor:
        if setting is not None:
            cursor.execute("SELECT set_config('app.workspace', %s, false)", [setting])
        for table in tenant_tables():
            cursor.execute(about("SELECT count(*) FROM {}", table))
            assert cursor.fetchone() == (0,), table


def test_sql_under_one_workspaces_setting_cannot_change_delete_or_plant_anothers_rows(two):
    one, other = two
    with other.entered():
        contact = Contact.objects.get()
    with reach.as_role("run") as sql:
        sql.execute("SELECT set_config('app.workspace', %s, false)", [str(one.workspace_id)])
        assert (
            sql.execute("UPDATE contacts_contact SET language = 'xx' WHERE id = %s", [contact.id]).rowcount
            == 0
        )
        assert sql.execute("DELETE FROM contacts_contact WHERE id = %s", [contact.id]).rowcount == 0
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            sql.execute(
                "INSERT INTO channels_channelhour (id, workspace_id, channel_id, hour, count)"
                " VALUES (gen_random_uuid(), %s, %s, now(), 1)",
                [other.workspace_id, other.channel_id],
            )
    with other.entered():
        assert Contact.objects.get().language == contact.language


def test_a_row_cannot_be_carried_into_another_workspace(two):
    one, other = two
    with reach.as_role("run") as sql:
        sql.execute("SELECT set_config('app.workspace', %s, false)", [str(one.workspace_id)])
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            sql.execute("UPDATE contacts_contact SET workspace_id = %s", [other.workspace_id])


def test_rows_of_two_workspaces_cannot_reference_each_other_even_by_sql(two):
    one, other = two
    with other.entered():
        theirs = {
            "contacts_contact": Contact.objects.get().id,
            "channels_channel": other.channel_id,
            "inbox_conversation": Conversation.objects.get().id,
            "inbox_message": Message.objects.get(kind="image").id,
        }
    references = {
        ("inbox_conversation", "contact_id", "contacts_contact"),
        ("inbox_conversation", "channel_id", "channels_channel"),
        ("inbox_message", "conversation_id", "inbox_conversation"),
        ("inbox_message", "contact_id", "contacts_contact"),
        ("inbox_file", "message_id", "inbox_message"),
        ("inbox_reaction", "contact_id", "contacts_contact"),
        ("contacts_identity", "contact_id", "contacts_contact"),
        ("channels_channelnotice", "channel_id", "channels_channel"),
    }
    for table, column, target in sorted(references):
        with reach.as_role("run") as sql:
            sql.execute("SELECT set_config('app.workspace', %s, false)", [str(one.workspace_id)])
            sql.execute("SET CONSTRAINTS ALL IMMEDIATE")
            assert sql.execute(about("SELECT 1 FROM {}", table)).fetchone()
            with pytest.raises(psycopg.errors.ForeignKeyViolation):
                sql.execute(about("UPDATE {} SET {} = %s", table, column), [theirs[target]])


def test_rows_of_two_workspaces_cannot_reference_each_other_in_django(two):
    one, other = two
    with other.entered():
        contact = Contact.objects.get()
    with pytest.raises(IntegrityError), one.entered():
        Identity.objects.create(
            contact_id=contact.id, kind="email", fingerprint=b"x" * 16, value="a@b.c", made_at=line.NOON
        )


def test_the_same_customer_of_two_businesses_is_two_people(two):
    seen = []
    for own in two:
        with own.entered():
            contact, row = Contact.objects.get(), Conversation.objects.get()
            marks = {bytes(identity.fingerprint) for identity in Identity.objects.all()}
            marks |= {bytes(message.vendor_mark or b"") for message in Message.objects.filter(direction="in")}
            marks |= {bytes(reaction.target_mark) for reaction in Reaction.objects.all()}
            seen.append(({contact.id, row.id}, marks))
            assert contact.name == "Maya Lindqvist"
            assert Message.objects.filter(conversation=row, direction="in").count() == 2
    assert not seen[0][0] & seen[1][0]
    assert not seen[0][1] & seen[1][1]
    one, other = (own.workspace_id for own in two)
    assert blind.index("identity.phone", "+1", workspace_id=one) != blind.index(
        "identity.phone", "+1", workspace_id=other
    )


def test_a_sealed_value_of_one_business_does_not_open_in_the_other(two):
    one, other = two
    with other.entered():
        stolen = Contact.objects.values_list("name", flat=True).get()
    with one.entered():
        contact = Contact.objects.get()
        contact.name = stolen
        with pytest.raises(Exception, match="sealed for another place"):
            _ = contact.name


def test_an_unscoped_query_raises_and_reads_nothing(db):
    for model in apps.get_models():
        if issubclass(model, TenantModel):
            with pytest.raises(tenancy.NoWorkspace):
                model._default_manager.all()
            with pytest.raises(tenancy.NoWorkspace):
                model._base_manager.all()
    with pytest.raises(tenancy.NoWorkspace):
        Contact(made_at=line.NOON)


def test_another_workspace_cannot_be_entered_inside_one(new_workspace):
    one, other = new_workspace().id, new_workspace().id
    with tenancy.workspace(one):
        with pytest.raises(tenancy.OtherWorkspace), tenancy.workspace(other):
            raise AssertionError("it was entered")
        with tenancy.workspace(one):
            assert tenancy.current() == one
        assert setting() == str(one)


def test_leaving_a_workspace_leaves_no_setting_behind(new_workspace):
    one = new_workspace().id
    with tenancy.workspace(one):
        pass
    assert setting() == ""

    with pytest.raises(ZeroDivisionError), tenancy.workspace(one):
        raise ZeroDivisionError
    assert setting() == ""
    with pytest.raises(tenancy.NoWorkspace):
        tenancy.current()


def test_leaving_a_workspace_inside_an_outer_transaction_leaves_no_setting_either(new_workspace):
    one, other = new_workspace().id, new_workspace().id
    with transaction.atomic():
        with tenancy.workspace(one):
            pass
        assert setting() == ""
        with pytest.raises(ZeroDivisionError), tenancy.workspace(one):
            raise ZeroDivisionError
        assert setting() == ""
        with tenancy.workspace(other):
            assert setting() == str(other)


def test_a_transaction_that_failed_in_sql_leaves_no_setting_behind(new_workspace):
    workspace_id = new_workspace().id
    with pytest.raises(DataError), tenancy.workspace(workspace_id), connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")
    assert setting() == ""
    assert Workspace.objects.exists()


def test_what_a_workspace_is_in_one_thread_it_is_not_in_another(new_workspace):
    seen = []

    def look():
        try:
            tenancy.current()
        except tenancy.NoWorkspace:
            seen.append("nothing")

    with tenancy.workspace(new_workspace().id):
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
    assert seen == ["nothing"]


def test_the_walls_stand_again_after_they_are_built_again(db):
    before = structure()
    schema.migrate()

    assert structure() == before


def structure():
    with reach.superuser() as admin:
        return admin.execute(
            "SELECT conname, conrelid::regclass::text FROM pg_constraint UNION ALL"
            " SELECT polname, polrelid::regclass::text FROM pg_policy UNION ALL"
            " SELECT relname, relacl::text FROM pg_class ORDER BY 1, 2"
        ).fetchall()


def setting():
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('app.workspace', true), '')")
        return cursor.fetchone()[0]


def test_new_ids_sort_by_their_making(db):
    ids = [new_id() for _ in range(100)]
    assert ids == sorted(ids)
