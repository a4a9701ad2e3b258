"""A long audit log: what is seldom in it is found without reading all of it, and it leaves in parts."""

from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync

from conftest import make_workspace
from infinitypro.core import clock, tenancy
from infinitypro.core.audit import queries
from infinitypro.core.audit.queries import Hit, Which
from infinitypro.core.tenancy.models import new_id
from tests import plans, reach, studio

LONG = 20_000
SELDOM, OBJECT = new_id(), new_id()
FILL = """
INSERT INTO core_auditentry (id, workspace_id, at, actor, actor_id, place, action, object_id, subject_id)
SELECT gen_random_uuid(), %(space)s, now() - g * interval '5 minutes', 'member',
    CASE WHEN g %% 4000 = 7 THEN %(seldom)s ELSE gen_random_uuid() END, '198.51.100.0/24',
    CASE WHEN g %% 5000 = 9 THEN 'channels:edit' ELSE 'inbox:reply' END,
    CASE WHEN g %% 2000 = 3 THEN %(object)s ELSE gen_random_uuid() END, '00000000-0000-0000-0000-000000000000'
FROM generate_series(1, %(long)s) g
"""


@pytest.fixture(scope="module")
def long(django_db_setup):
    space = make_workspace()
    with reach.superuser() as administrator:
        values = {"space": space.id, "seldom": SELDOM, "object": OBJECT, "long": LONG}
        administrator.execute(FILL, values)
        administrator.execute("ANALYZE core_auditentry")
    return studio.Studio(space, studio.a_member(space), "")


@pytest.mark.parametrize(
    ("which", "count"),
    [
        (Which(), 51),
        (Which(actor=str(SELDOM)), 5),
        (Which(actor=str(new_id())), 0),
        (Which(object_id=OBJECT), 10),
        (Which(actions=("channels:edit", "channels:new")), 4),
        (Which(hit=Hit(("channels:edit",), (SELDOM,), (OBJECT,), "")), 19),
        (Which(start=clock.now() - timedelta(days=30), end=clock.now() - timedelta(days=29)), 51),
    ],
)
def test_a_filter_reads_about_as_much_as_it_finds(long, which, count):
    with tenancy.workspace(long.space.id), plans.heard("core_auditentry") as heard:
        assert len(queries.page(which=which, limit=51)) == count
    assert plans.rows_read(heard[0]) <= 3 * count + 5


def test_an_export_is_sent_while_it_is_read(long):
    response = long.client().get(long.path("audit/export/"), {"form": "csv"})

    async def lengths():
        return [part.count(b"\n") async for part in response]

    parts = async_to_sync(lengths)()
    assert sum(parts) == LONG + 2  # the head, and that it was exported
    assert max(parts) == queries.AT_A_TIME
