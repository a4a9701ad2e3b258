"""What a start makes sure of before it lets anybody in."""

import pytest
from django.db import connection

from infinitypro.accounts import services as accounts
from infinitypro.config import commands, web
from infinitypro.core.errors import Misconfigured
from infinitypro.core.vault.models import Epoch
from infinitypro.intake import partitions

pytestmark = pytest.mark.usefixtures("own_databases")


def test_the_door_finds_the_days_it_writes_into():
    assert days() == 0

    web.make_ready(host="127.0.0.1")

    assert days() == partitions.AHEAD + 2


def days():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_inherits WHERE inhparent = 'intake_rawevent'::regclass")
        return cursor.fetchone()[0]


def test_a_demo_that_was_left_is_not_served_to_others():
    accounts.make_workspace(slug="demo", is_demo=True)
    web.make_ready(host="127.0.0.1")

    with pytest.raises(Misconfigured, match="infinitypro workspace remove demo"):
        web.make_ready(host="192.0.2.1")


def test_an_empty_keyring_beside_a_database_with_workspaces_stops_the_start(new_workspace):
    commands.open_keyring()
    new_workspace()
    Epoch.objects.all().delete()

    with pytest.raises(Misconfigured, match="KEYRING_URL"):
        commands.open_keyring()

    assert not Epoch.objects.exists()
