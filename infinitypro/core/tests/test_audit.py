"""The audit log: what is recorded, and that nothing in it can be altered unseen."""

import json
from datetime import timedelta
from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError
from django.db import connection
from psycopg import sql

from infinitypro.config.management.commands.audit import Command
from infinitypro.contacts.models import Contact
from infinitypro.core import audit, clock, tenancy
from infinitypro.core.audit import chain, checkpoints
from infinitypro.core.audit.models import AuditEntry, AuditLink
from infinitypro.core.tenancy.models import new_id
from infinitypro.core.vault import keyring
from tests import reach, studio


@pytest.fixture(autouse=True)
def _own_files(tmp_path, monkeypatch):
    monkeypatch.setattr(checkpoints, "folder", lambda: tmp_path / "audit")


def report():
    return chain.verify(now=clock.now() + timedelta(hours=1)).as_dict()


def five_acts():
    entries = [audit.record("test.done", number=number) for number in range(5)]
    assert chain.link() == 5
    return entries


def as_superuser(statement, *values):
    """What somebody does who owns the server; sees it only once this test's transaction ended."""
    with reach.superuser() as administrator:
        administrator.execute(statement, values)


def test_an_act_names_its_actor_and_only_its_network(workspace):
    member = new_id()
    with audit.acting(audit.Actor("member", member, audit.network("203.0.113.77"))):
        entry = audit.record("facts.changed", before=1, after=2)
    found = AuditEntry.objects.get(id=entry.id)

    assert (found.actor, found.actor_id, found.place) == ("member", member, "203.0.113.0/24")
    assert found.details == {"before": 1, "after": 2}
    assert audit.network("2001:db8:1:2:3::9") == "2001:db8:1::/48"
    assert audit.network("not an address") == ""


def test_links_are_added_once_and_in_order(workspace):
    entries = five_acts()
    audit.record("test.done")

    assert chain.link() == 1
    assert chain.link() == 0
    assert [one.number for one in AuditLink.objects.order_by("number")] == [1, 2, 3, 4, 5, 6]
    assert [one.entry_id for one in AuditLink.objects.order_by("number")][:5] == [one.id for one in entries]
    assert report() == {"ok": True, "checked": 6, "faults": []}


def test_the_serving_role_can_neither_change_nor_delete(workspace):
    with reach.as_role("run") as run:
        for table in ("core_auditentry", "core_auditlink"):
            for act in ("DELETE FROM {}", "UPDATE {} SET workspace_id = workspace_id"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    run.execute(sql.SQL(act).format(sql.Identifier(table)))
                run.rollback()


@pytest.fixture
def committed(new_workspace):
    """A workspace whose five entries are linked and committed."""
    space = new_workspace()
    with tenancy.workspace(space.id):
        contact = studio.a_contact("Ana Flores")
        entries = [audit.record("contact.read", subject_id=contact, name="Ana Flores") for _ in range(5)]
        chain.link()
        chain.sign(now=clock.now())
    return space, [entry.id for entry in entries], contact


ALTERED, REMOVED = "was altered or moved", "was removed"


@pytest.mark.parametrize("is_erased", [False, True])
@pytest.mark.parametrize(
    ("act", "faults"),
    [
        ("UPDATE core_auditentry SET action = 'nothing' WHERE id = %(third)s", {2: ALTERED}),
        ("UPDATE core_auditentry SET at = at + interval '1 day' WHERE id = %(third)s", {2: ALTERED}),
        ("DELETE FROM core_auditentry WHERE id = %(third)s", {2: REMOVED}),
        (
            "UPDATE core_auditlink SET number = CASE entry_id WHEN %(second)s THEN -3 WHEN %(third)s THEN -2 END"
            " WHERE entry_id IN (%(second)s, %(third)s);"
            "UPDATE core_auditlink SET number = -number WHERE number < 0",
            {1: ALTERED, 2: ALTERED},
        ),
    ],
)
def test_what_was_altered_removed_or_moved_is_found_also_after_the_person_was_erased(
    committed, act, faults, is_erased
):
    space, ids, contact = committed
    if is_erased:
        keyring.destroy_subject(space.id, contact)
    named = {"second": f"'{ids[1]}'", "third": f"'{ids[2]}'"}
    with reach.superuser() as administrator:
        administrator.execute(act % named)

    with tenancy.workspace(space.id):
        found = report()

    assert not found["ok"]
    seen = {fault["id"]: fault["reason"] for fault in found["faults"]}
    assert {place: seen.get(str(ids[place])) for place in faults} == faults


def test_a_chain_that_was_made_anew_differs_from_what_was_signed(committed):
    space, _ids, _contact = committed
    as_superuser("DELETE FROM core_auditlink WHERE workspace_id = %s", space.id)
    as_superuser("UPDATE core_auditentry SET action = 'nothing' WHERE workspace_id = %s", space.id)
    with tenancy.workspace(space.id):
        chain.link()
        found = report()

    assert [fault["reason"] for fault in found["faults"]] == [
        "is not what was signed: the chain was made anew"
    ]


def test_an_end_that_was_cut_off_is_missed_and_a_forged_line_is_known(committed):
    space, ids, _contact = committed
    as_superuser("DELETE FROM core_auditlink WHERE entry_id = %s", ids[4])
    as_superuser("DELETE FROM core_auditentry WHERE id = %s", ids[4])
    file = checkpoints.folder() / f"{space.id}.jsonl"
    line = json.loads(file.read_text())
    file.write_text(file.read_text() + json.dumps({**line, "number": 4}) + "\n")

    with tenancy.workspace(space.id):
        reasons = [fault["reason"] for fault in report()["faults"]]

    assert reasons == ["was signed and is gone from the chain", "is signed by somebody else"]


def test_an_entry_that_went_past_the_program_has_no_place(committed):
    space, ids, _contact = committed
    as_superuser(
        "INSERT INTO core_auditentry (id, workspace_id, at, actor, place, action, subject_id)"
        " SELECT gen_random_uuid(), workspace_id, at, actor, place, action, subject_id FROM core_auditentry WHERE id = %s",
        ids[0],
    )
    with tenancy.workspace(space.id):
        assert [fault["reason"] for fault in report()["faults"]] == ["has no place in the chain"]


def test_the_command_says_what_it_found_and_ends_with_one(committed):
    space, ids, _contact = committed
    command = Command(stdout=StringIO())
    assert command.run(workspace=space.slug) == {"ok": True, "checked": 5, "faults": []}
    as_superuser("DELETE FROM core_auditentry WHERE id = %s", ids[0])

    with pytest.raises(CommandError) as error:
        command.finish(command.run(workspace=space.slug), json=True)

    assert error.value.returncode == 1
    said = json.loads(command.stdout.getvalue())
    assert said["faults"] == [{"id": str(ids[0]), "reason": "was removed"}]


def test_what_a_member_changes_and_reads_stands_in_the_log_once(new_workspace):
    made = studio.open_studio(new_workspace)
    with tenancy.workspace(made.space.id):
        talk = studio.a_conversation(studio.a_contact("Ana Flores"))
    browser = made.client()

    for _ in range(2):
        assert browser.get(made.path(f"inbox/{talk.id}/")).status_code == 200
    assert browser.post(made.path(f"inbox/{talk.id}/note/"), {"text": "vip"}).status_code < 400
    assert browser.post(made.path(f"inbox/{talk.id}/note/"), {"text": ""}).status_code == 422
    assert made.ask("contacts/").status_code == 200

    with tenancy.workspace(made.space.id):
        entries = list(AuditEntry.objects.exclude(actor="system").order_by("id"))
    assert [(row.actor, row.action, row.object_id) for row in entries] == [
        ("member", "inbox:conversation", talk.id),
        ("member", "inbox:note", talk.id),
        ("token", "api:contact_list", None),
    ]
    assert entries[0].actor_id == made.member.id


def test_the_log_of_one_workspace_is_not_there_in_another(new_workspace):
    with tenancy.workspace(new_workspace().id):
        five_acts()
    with tenancy.workspace(new_workspace().id):
        assert AuditEntry.objects.count() == 0
        assert report()["checked"] == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM core_auditentry")
        assert cursor.fetchone()[0] == 0


def test_a_contact_erased_takes_the_details_along_and_leaves_the_act(committed):
    space, ids, contact = committed
    keyring.destroy_subject(space.id, contact)
    with tenancy.workspace(space.id):
        Contact.objects.filter(id=contact).delete()
        entry = AuditEntry.objects.get(id=ids[0])
        assert entry.action == "contact.read"
        with pytest.raises(keyring.KeyDestroyed):
            _ = entry.details
        assert report()["ok"]


def test_a_workspace_that_is_removed_takes_its_log_along_and_no_other(committed, new_workspace):
    space, _ids, _contact = committed
    other = new_workspace()
    with tenancy.workspace(other.id):
        five_acts()
    with tenancy.workspace(space.id):
        assert chain.remove() == 5
        assert (AuditEntry.objects.count(), AuditLink.objects.count()) == (0, 0)
        assert report() == {"ok": True, "checked": 0, "faults": []}
    with tenancy.workspace(other.id):
        assert report() == {"ok": True, "checked": 5, "faults": []}
