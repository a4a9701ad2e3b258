"""What a web process makes sure of before it lets anybody in."""

import pytest
from django.db import connection

from infinitypro.accounts import services as accounts
from infinitypro.config import web
from infinitypro.core.errors import Misconfigured
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
