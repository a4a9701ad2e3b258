"""The days of raw events: there when they are needed, and made and dropped in nobody's way."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.db.utils import OperationalError

from infinitypro.intake import accept, partitions
from tests import line, reach

pytestmark = pytest.mark.usefixtures("own_databases")


def test_while_a_copy_is_drawn_the_days_wait_and_the_door_does_not():
    """Whoever waits to make or drop one has everybody wait who comes later."""
    line.begin()
    failed = []

    def keep():
        try:
            partitions.keep(today=accept.today() + timedelta(days=1))
        except OperationalError as error:
            failed.append(str(error))
        finally:
            connections.close_all()

    with reach.superuser() as admin, admin.transaction():
        admin.execute("LOCK TABLE intake_rawevent IN ACCESS SHARE MODE")
        keeping = threading.Thread(target=keep)
        keeping.start()
        keeping.join(6)
        is_waiting = keeping.is_alive()
    keeping.join()

    assert not is_waiting
    assert "lock timeout" in failed[0]
