"""Migrating: complete, out of everybody's way, and begun again where it was cut short."""

import threading
import time
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.commands import migrate
from django.db import connections

from infinitypro.core.postgres import schema
from tests import reach


def test_every_change_of_a_model_has_its_migration(db):
    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())


def test_nothing_is_locked_where_nothing_changes(db):
    """A program that starts while a copy of the data is drawn would else wait, and the line behind it."""
    with reach.superuser() as admin, admin.transaction():
        for (table,) in admin.execute(
            "SELECT oid::regclass::text FROM pg_class WHERE relrowsecurity"
        ).fetchall():
            admin.execute(f"LOCK TABLE {table} IN ACCESS SHARE MODE")
        migrating = in_background(schema.migrate)
        migrating.join(10)
        is_held_up = migrating.is_alive()
    migrating.join()

    assert not is_held_up


def test_who_waits_for_a_migration_does_not_hold_it_up(db):
    """An index that is built beside the work waits for every statement that is under way, this one's too."""
    entered = []

    def wait():
        with schema._alone():
            entered.append(True)

    with reach.superuser() as admin:
        admin.execute("SELECT pg_advisory_lock(%s)", [schema.LOCK])
        waiting = in_background(wait)
        time.sleep(0.3)
        try:
            admin.execute("CREATE INDEX CONCURRENTLY built_beside ON inbox_message (at)")
        finally:
            admin.execute("DROP INDEX IF EXISTS built_beside")
            admin.execute("SELECT pg_advisory_unlock(%s)", [schema.LOCK])
            waiting.join()

    assert entered == [True]


@pytest.mark.usefixtures("own_databases")
def test_a_migration_that_was_cut_short_while_it_built_indexes_is_begun_again():
    with schema.as_owner():
        call_command(migrate.Command(), "inbox", "0002", verbosity=0)
    with reach.superuser() as admin:
        admin.execute("CREATE INDEX inbox_of_member ON inbox_conversation (id)")
        admin.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'inbox_of_member'::regclass")

    schema.migrate()

    with reach.superuser() as admin:
        found = admin.execute(
            "SELECT indisvalid, indnkeyatts FROM pg_index WHERE indexrelid = 'inbox_of_member'::regclass"
        ).fetchall()
    assert found == [(True, 5)]


def in_background(work):
    def run():
        try:
            work()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread
