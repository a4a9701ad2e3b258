"""What happened to accounts and to the installation: noted, read, kept a year, and never changed."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from infinitypro.core import audit, clock
from infinitypro.core.audit import security
from infinitypro.core.audit.models import SecurityEvent
from infinitypro.core.tenancy.models import new_id
from tests import reach


def test_an_event_holds_ids_and_a_network_and_no_more(db):
    person, device = new_id(), uuid4()
    made = audit.note_security(
        "sign_in.failed", user_id=person, network="203.0.113.77", detail={"device": device, "attempts": 3}
    )
    found = SecurityEvent.objects.get(id=made.id)
    assert (found.kind, found.user_id, found.network) == ("sign_in.failed", person, "203.0.113.0/24")
    assert found.detail == {"device": str(device), "attempts": 3}
    wrong: Any = {"email": "ana@example.com"}
    with pytest.raises(TypeError, match="ids and numbers only"):
        audit.note_security("sign_in.failed", user_id=person, detail=wrong)
    assert SecurityEvent.objects.filter(user_id=person).count() == 1


def test_it_is_read_by_person_workspace_and_kind_a_page_at_a_time(db):
    ana, ben, space = new_id(), new_id(), new_id()
    for kind in ("sign_in.done", "password.changed", "sign_in.done"):
        audit.note_security(kind, user_id=ana)
    audit.note_security("sign_in.done", user_id=ben)
    removed = audit.note_security("workspace.removed", workspace_id=space)

    assert [row.kind for row in security.events(user_ids=[ana])] == [
        "sign_in.done",
        "password.changed",
        "sign_in.done",
    ]
    assert len(security.events(user_ids=[ana, ben], workspace_id=space)) == 5
    assert len(security.events(user_ids=[ana], kinds=["password.changed"])) == 1
    assert security.events(workspace_id=space, limit=1) == [removed]
    first, second = security.events(user_ids=[ana], limit=2)
    assert len(security.events(user_ids=[ana], before=(second.at, second.id))) == 1
    assert first.at >= second.at


def test_the_serving_role_can_neither_change_nor_delete_and_what_is_old_goes(db):
    person, now = new_id(), clock.now()
    for age in (1, 364, 366, 800):
        audit.note_security("sign_in.done", user_id=person, now=now - timedelta(days=age))
    with reach.as_role("run") as run:
        for act in ("DELETE FROM core_securityevent", "UPDATE core_securityevent SET kind = ''"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                run.execute(act)
            run.rollback()
    assert security.prune() >= 2
    assert len(security.events(user_ids=[person])) == 2
