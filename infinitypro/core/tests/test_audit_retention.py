"""Pruning the audit log: only what is old, only under a signature, and checkable ever after."""

import json
from datetime import timedelta
from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError
from django.core.management.base import OutputWrapper
from django.db import DatabaseError, IntegrityError, connection, transaction

from infinitypro.config import tasks
from infinitypro.config.management.commands.audit import Command
from infinitypro.core import audit, clock, jobs, tenancy
from infinitypro.core.audit import chain, checkpoints, retention
from infinitypro.core.audit.models import USUAL_DAYS, AuditEntry, AuditLink, AuditPolicy
from infinitypro.core.vault import keyring
from tests import line, reach, studio

OLD = timedelta(days=USUAL_DAYS + 1)
GONE = "and all before it are gone, and no signed line says that they were pruned"


@pytest.fixture(autouse=True)
def _own_files(tmp_path, monkeypatch):
    monkeypatch.setattr(checkpoints, "folder", lambda: tmp_path / "audit")


def report():
    return chain.verify(now=clock.now() + timedelta(hours=1)).as_dict()


def faults(space):
    with tenancy.workspace(space.id):
        return {fault["id"]: fault["reason"] for fault in report()["faults"]}


def as_superuser(statement, *values):
    with reach.superuser() as administrator:
        administrator.execute(statement, values)


@pytest.fixture
def aged(new_workspace):
    """A workspace with six entries older than it keeps them and five new ones, about a person; all linked and signed."""
    space = new_workspace()
    with tenancy.workspace(space.id):
        contact = studio.a_contact("Ana Flores")
        ages = [OLD] * 6 + [timedelta()] * 5
        entries = [
            audit.record("contact.read", subject_id=contact, now=clock.now() - age, name="Ana")
            for age in ages
        ]
        chain.link()
        chain.sign(now=clock.now())
    return space, [entry.id for entry in entries], contact


@pytest.fixture
def pruned(aged):
    """The same, pruned."""
    space, ids, contact = aged
    with tenancy.workspace(space.id):
        assert retention.prune(now=clock.now()) == 6
        chain.link()
    return space, ids[6:], contact


def test_what_is_old_goes_and_the_rest_stays_checkable(pruned):
    space, kept, _contact = pruned
    with tenancy.workspace(space.id):
        rows = list(AuditEntry.objects.order_by("id"))
        numbers = list(AuditLink.objects.order_by("number").values_list("number", flat=True))
        assert report() == {"ok": True, "checked": 6, "faults": []}
        assert retention.prune(now=clock.now()) == 0
    assert [row.id for row in rows[:5]] == kept
    assert numbers == [7, 8, 9, 10, 11, 12]
    with tenancy.workspace(space.id):
        last = AuditEntry.objects.latest("id")
        assert (last.actor, last.action, last.details) == ("system", "audit.pruned", {"up_to": 6})


ALTERED, REMOVED = "was altered or moved", "was removed"


@pytest.mark.parametrize("is_erased", [False, True])
@pytest.mark.parametrize(
    ("act", "found"),
    [
        ("UPDATE core_auditentry SET action = 'nothing' WHERE id = %(first)s", {0: ALTERED}),
        ("DELETE FROM core_auditentry WHERE id = %(first)s", {0: REMOVED}),
        (
            "UPDATE core_auditlink SET number = CASE entry_id WHEN %(second)s THEN -9 WHEN %(third)s THEN -8 END"
            " WHERE entry_id IN (%(second)s, %(third)s);"
            "UPDATE core_auditlink SET number = -number WHERE number < 0",
            {1: ALTERED, 2: ALTERED},
        ),
    ],
)
def test_what_was_altered_removed_or_moved_is_found_after_a_prune(pruned, act, found, is_erased):
    space, kept, contact = pruned
    if is_erased:
        keyring.destroy_subject(space.id, contact)
    assert faults(space) == {}
    named = {"first": f"'{kept[0]}'", "second": f"'{kept[1]}'", "third": f"'{kept[2]}'"}
    with reach.superuser() as administrator:
        administrator.execute(act % named)

    seen = faults(space)
    assert {place: seen.get(str(kept[place])) for place in found} == found


def test_a_beginning_that_went_without_a_signature_is_missed(aged):
    space, _ids, _contact = aged
    with tenancy.workspace(space.id):  # as the serving role can, past the program
        connection.cursor().execute("SELECT audit_prune(6)")
    assert faults(space) == {"number 6": GONE}


def test_more_than_was_signed_away_is_missed(pruned):
    space, kept, _contact = pruned
    as_superuser("DELETE FROM core_auditlink WHERE entry_id = %s", kept[0])
    as_superuser("DELETE FROM core_auditentry WHERE id = %s", kept[0])
    assert faults(space) == {"number 7": GONE}


def test_a_line_that_says_pruned_counts_only_with_our_signature(aged):
    space, _ids, _contact = aged
    file = checkpoints.folder() / f"{space.id}.jsonl"
    line = json.loads(file.read_text())
    with tenancy.workspace(space.id):
        sixth = AuditLink.objects.get(number=6)
        forged = {**line, "number": 6, "digest": bytes(sixth.digest).hex(), "pruned": "all up to here"}
        file.write_text(file.read_text() + json.dumps(forged) + "\n")
        connection.cursor().execute("SELECT audit_prune(6)")

    found = faults(space)
    assert found["number 6"] in (GONE, "is signed by somebody else")
    with tenancy.workspace(space.id):
        assert [fault["reason"] for fault in report()["faults"]] == [GONE, "is signed by somebody else"]


def test_a_chain_made_anew_after_a_prune_differs_from_what_was_signed(pruned):
    space, _kept, _contact = pruned
    with tenancy.workspace(space.id):
        chain.sign(now=clock.now())
    as_superuser("DELETE FROM core_auditlink WHERE workspace_id = %s AND number > 7", space.id)
    as_superuser("UPDATE core_auditentry SET action = 'nothing' WHERE workspace_id = %s", space.id)
    with tenancy.workspace(space.id):
        chain.link()
    reasons = list(faults(space).values())
    assert "is not what was signed: the chain was made anew" in reasons


def test_a_log_that_does_not_check_is_evidence_and_nothing_of_it_is_pruned(aged):
    space, ids, _contact = aged
    as_superuser("UPDATE core_auditentry SET action = 'nothing' WHERE id = %s", ids[2])
    with pytest.raises(jobs.Permanent), tenancy.workspace(space.id):
        retention.prune(now=clock.now())
    with tenancy.workspace(space.id):
        assert AuditEntry.objects.count() == 11
    assert list(faults(space)) == [str(ids[2])]


def test_the_end_of_the_chain_and_the_last_year_stay_whoever_asks(new_workspace):
    space = new_workspace()
    with tenancy.workspace(space.id):
        for age in (OLD, OLD, timedelta(days=364), OLD):
            audit.record("test.done", now=clock.now() - age)
        chain.link()
    for upto, why in ((3, "last year"), (4, "end of the audit log")):
        with (
            pytest.raises(DatabaseError, match=why),
            tenancy.workspace(space.id),
        ):
            connection.cursor().execute("SELECT audit_prune(%s)", [upto])
    with tenancy.workspace(space.id):
        assert retention.prune(now=clock.now()) == 2
        assert AuditEntry.objects.filter(action="test.done").count() == 2


def test_a_quiet_workspace_keeps_its_last_entry_for_the_next_link(new_workspace):
    space = new_workspace()
    with tenancy.workspace(space.id):
        for _ in range(3):
            audit.record("test.done", now=clock.now() - OLD)
        chain.link()
        assert retention.prune(now=clock.now()) == 2
        chain.link()
        assert report() == {"ok": True, "checked": 2, "faults": []}


def test_a_prune_that_does_not_commit_leaves_the_log_in_order(aged):
    space, _ids, _contact = aged

    def torn():
        with tenancy.workspace(space.id):
            retention.prune(now=clock.now())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        torn()
    with tenancy.workspace(space.id):
        assert report() == {"ok": True, "checked": 11, "faults": []}


def test_it_goes_in_parts(aged, monkeypatch):
    space, _ids, _contact = aged
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    tasks.prune_log(workspace_id=str(space.id))
    tasks.prune_log(workspace_id=str(space.id))
    with tenancy.workspace(space.id):
        assert AuditLink.objects.order_by("number").values_list("number", flat=True).first() == 5
        chain.link()
        assert report()["ok"]


def test_the_nightly_and_the_hourly_job_reach_every_workspace(aged):
    space, _ids, _contact = aged
    with tenancy.workspace(space.id):
        audit.record("test.done")
    line.begin()  # as a crash leaves it: an entry, and no job for it
    tasks.link_logs()
    tasks.prune_logs()
    line.work()
    with tenancy.workspace(space.id):
        assert AuditEntry.objects.filter(action="contact.read").count() == 5
        assert AuditEntry.objects.count() == AuditLink.objects.count() == 7
        assert report()["ok"]


def test_how_long_it_is_kept_is_a_year_at_least_and_its_change_is_told(workspace):
    assert retention.kept_days() == 1096
    retention.keep(days=366)
    (told,) = AuditEntry.objects.get().details["changes"]
    assert told["fields"] == {"kept_days": [1096, 366]}
    assert retention.kept_days() == 366
    with pytest.raises(ValueError, match="at least"):
        retention.keep(days=364)
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditPolicy.objects.update(kept_days=364)


def test_the_serving_role_reads_the_log_of_no_other_workspace_by_pruning(aged, new_workspace):
    space, _ids, _contact = aged
    with tenancy.workspace(new_workspace().id):
        assert retention.prune(now=clock.now()) == 0
    with reach.as_role("run") as run, pytest.raises(psycopg.errors.InsufficientPrivilege):
        run.execute("DELETE FROM core_auditlink")
    assert faults(space) == {}


@pytest.mark.parametrize("is_erased", [False, True])
def test_the_command_finds_it_after_a_prune_in_words_and_as_json(pruned, is_erased):
    space, kept, contact = pruned
    if is_erased:
        keyring.destroy_subject(space.id, contact)
    command = Command(stdout=StringIO())
    command.finish(command.run(workspace=space.slug), json=True)
    assert json.loads(command.stdout.getvalue()) == {"ok": True, "checked": 6, "faults": []}
    as_superuser("UPDATE core_auditentry SET place = '' WHERE id = %s", kept[1])
    as_superuser("UPDATE core_auditentry SET actor = 'member' WHERE id = %s", kept[1])
    as_superuser("DELETE FROM core_auditentry WHERE id = %s", kept[3])

    said = {}
    for form in (True, False):
        command.stdout = OutputWrapper(StringIO())
        with pytest.raises(CommandError) as error:
            command.finish(command.run(workspace=space.slug), json=form)
        assert error.value.returncode == 1
        said[form] = command.stdout.getvalue()
    assert json.loads(said[True]) == {
        "ok": False,
        "checked": 6,
        "faults": [{"id": str(kept[1]), "reason": ALTERED}, {"id": str(kept[3]), "reason": REMOVED}],
    }
    assert said[False].splitlines() == [
        "6 entries checked, 2 faults",
        f"{kept[1]} {ALTERED}",
        f"{kept[3]} {REMOVED}",
    ]
