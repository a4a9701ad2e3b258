"""The audit log's chain while several write and link at the same time."""

import threading
from datetime import timedelta

import pytest
from django.db import connections

from infinitypro.core import audit, clock, tenancy
from infinitypro.core.audit import chain, checkpoints, retention
from infinitypro.core.audit.models import USUAL_DAYS, AuditLink
from tests import line


@pytest.fixture(autouse=True)
def _own_files(tmp_path, monkeypatch):
    monkeypatch.setattr(checkpoints, "folder", lambda: tmp_path / "audit")


def together(*acts):
    """Do these at the same time, each on connections of its own; raises what one of them raised."""
    gate, errors = threading.Barrier(len(acts)), []

    def run(act):
        gate.wait()
        try:
            act()
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if errors:
        raise errors[0]


def write(space, count):
    for number in range(count):
        with tenancy.workspace(space.id):
            audit.record("test.done", number=number)


def link(space, times):
    for _ in range(times):
        with tenancy.workspace(space.id):
            chain.link()


def check(space):
    with tenancy.workspace(space.id):
        chain.link()
        numbers = list(AuditLink.objects.order_by("number").values_list("number", flat=True))
        return numbers, chain.verify(now=clock.now() + timedelta(hours=1)).as_dict()


def test_entries_that_come_while_others_are_linked_are_linked_once(new_workspace):
    space = new_workspace()
    writers = [lambda: write(space, 20)] * 3
    linkers = [lambda: link(space, 15)] * 2
    together(*writers, *linkers)

    assert check(space) == (list(range(1, 61)), {"ok": True, "checked": 60, "faults": []})


def test_no_act_waits_for_another_ones_transaction_and_each_is_linked(new_workspace):
    space = new_workspace()
    is_written, is_over = threading.Event(), threading.Event()

    def slow():
        with tenancy.workspace(space.id):
            audit.record("test.slow")
            is_written.set()
            assert is_over.wait(10)

    def quick():
        assert is_written.wait(10)
        write(space, 1)
        is_over.set()

    line.begin()
    together(slow, quick)
    line.work()

    with tenancy.workspace(space.id):
        assert AuditLink.objects.count() == 2


def test_an_entry_that_commits_late_follows_those_that_were_linked_before_it(new_workspace):
    space = new_workspace()
    is_written, is_linked = threading.Event(), threading.Event()

    def late():
        with tenancy.workspace(space.id):
            audit.record("test.late")
            is_written.set()
            assert is_linked.wait(10)

    def early():
        assert is_written.wait(10)
        write(space, 3)
        link(space, 1)
        is_linked.set()

    together(late, early)

    assert check(space) == ([1, 2, 3, 4], {"ok": True, "checked": 4, "faults": []})


def test_a_prune_and_a_link_at_once_leave_one_chain(new_workspace):
    space, old = new_workspace(), clock.now() - timedelta(days=USUAL_DAYS + 1)
    with tenancy.workspace(space.id):
        for _ in range(20):
            audit.record("test.done", now=old)
        chain.link()
    write(space, 5)

    def prune():
        with tenancy.workspace(space.id):
            retention.prune(now=clock.now())

    together(prune, prune, lambda: link(space, 5), lambda: write(space, 5))

    numbers, found = check(space)
    assert numbers[0] in (20, 21)  # the last of the old goes too where a newer one was linked first
    assert numbers == list(range(numbers[0], numbers[-1] + 1))
    assert found == {"ok": True, "checked": len(numbers), "faults": []}
