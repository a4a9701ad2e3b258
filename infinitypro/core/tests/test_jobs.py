import asyncio
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction
from procrastinate import periodic
from procrastinate.manager import JobManager

from infinitypro.core import clock, jobs
from infinitypro.core.errors import Problem
from infinitypro.core.jobs import desk, engine, sweeper, worker
from infinitypro.core.jobs.models import FailedJob
from infinitypro.core.tenancy.models import new_id
from tests import reach

RAN: list[str] = []


@jobs.task(name="test.note")
def note(*, mark: str) -> None:
    RAN.append(mark)


@jobs.task(name="test.refuse")
def refuse(*, mark: str) -> None:
    raise jobs.Permanent("The number does not exist. Check it.")


@jobs.task(name="test.stumble", attempts=2)
def stumble(*, mark: str) -> None:
    raise ValueError(f"a customer wrote {mark}")


@jobs.task(name="test.row", in_a_row=3)
def row(*, mark: str) -> None:
    RAN.append(mark)
    if mark == "broken":
        raise ValueError(mark)


def _fetched(monkeypatch):
    """Counts how often the library fetches a job."""
    found = []
    fetch = JobManager.fetch_job

    async def counted(*words, **more):
        job = await fetch(*words, **more)
        found.append(job.task_kwargs.get("mark") if job else None)
        return job

    monkeypatch.setattr(JobManager, "fetch_job", counted)
    return found


def test_jobs_in_a_row_are_fetched_once_and_in_order(own_databases, monkeypatch):
    fetched = _fetched(monkeypatch)
    RAN.clear()
    for number in range(5):
        jobs.enqueue(row, mark=str(number))
    jobs.enqueue(note, priority=jobs.Priority.DELIVER, mark="first")

    worker.run(wait=False)

    assert RAN == ["first", "0", "1", "2", "3", "4"]
    assert [mark for mark in fetched if mark] == ["first", "0", "3"]


def test_a_job_that_fails_in_a_row_comes_back_and_takes_nobody_with_it(own_databases):
    RAN.clear()
    for mark in ("a", "broken", "b"):
        jobs.enqueue(row, mark=mark)

    worker.run(wait=False)

    assert sorted(set(RAN)) == ["a", "b", "broken"]
    assert RAN.count("b") == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT args->>'mark', attempts FROM procrastinate_jobs")
        assert cursor.fetchall() == [("broken", 1)]


def test_a_job_runs_after_its_cause_committed_and_not_when_it_rolled_back(db):
    kept, lost = str(new_id()), str(new_id())
    jobs.enqueue(note, mark=kept)
    with transaction.atomic():
        jobs.enqueue(note, mark=lost)
        transaction.set_rollback(True)

    worker.run(wait=False)

    assert kept in RAN
    assert lost not in RAN


def test_jobs_of_one_statement_are_announced_once_and_each_is_recorded_once(db):
    with reach.as_role("owner") as listener, connection.cursor() as cursor:
        listener.autocommit = True
        listener.execute("LISTEN procrastinate_any_queue_v1")
        listener.execute('LISTEN "procrastinate_queue_v1#default"')
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name)"
            " SELECT 'default', 'test.note' FROM generate_series(1, 50) RETURNING id"
        )
        ids = [row[0] for row in cursor.fetchall()]
        heard = [notice.channel for notice in listener.notifies(timeout=0.5)]
        cursor.execute(
            "SELECT job_id, type::text FROM procrastinate_events WHERE job_id = ANY(%s) ORDER BY job_id",
            [ids],
        )
        recorded = cursor.fetchall()
        cursor.execute("DELETE FROM procrastinate_jobs WHERE id = ANY(%s)", [ids])

    assert sorted(heard) == ["procrastinate_any_queue_v1", "procrastinate_queue_v1#default"]
    assert recorded == [(number, "deferred") for number in ids]


def test_what_has_its_time_does_not_wait_and_what_failed_does(own_databases):
    jobs.enqueue(note, mark="planned", at=clock.now() + timedelta(minutes=5))
    jobs.enqueue(note, mark="due")
    jobs.enqueue(stumble, mark="failed")
    assert (desk.state().waiting, desk.state().planned) == (2, 1)
    worker.run(wait=False)
    assert (desk.state().waiting, desk.state().planned) == (1, 1)


def test_once_keeps_a_second_job_from_waiting_and_leaves_the_transaction_usable(db):
    mark = str(new_id())
    with transaction.atomic():
        assert jobs.enqueue(note, once=mark, mark=mark)
        assert not jobs.enqueue(note, once=mark, mark=mark)
        assert jobs.enqueue(note, mark=mark)

    worker.run(wait=False)

    assert RAN.count(mark) == 2


def test_a_job_that_gave_up_is_listed_with_its_reason_and_can_be_run_again(db):
    mark = str(new_id())
    jobs.enqueue(refuse, mark=mark)

    worker.run(wait=False)

    failed = FailedJob.objects.get(arguments__mark=mark)
    assert failed.why == "The number does not exist. Check it."
    desk.run_again(job_id=failed.job_id)
    assert not FailedJob.objects.filter(job_id=failed.job_id).exists()
    with pytest.raises(Problem):
        desk.run_again(job_id=failed.job_id)
    worker.run(wait=False)
    assert FailedJob.objects.filter(job_id=failed.job_id).exists()


def test_a_failure_is_tried_again_later_and_its_reason_repeats_nothing_that_anybody_wrote(db):
    mark = str(new_id())
    jobs.enqueue(stumble, mark=mark)

    worker.run(wait=False)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET scheduled_at = now() WHERE args->>'mark' = %s RETURNING status, attempts",
            [mark],
        )
        assert cursor.fetchone() == ("todo", 1)
    worker.run(wait=False)

    failed = FailedJob.objects.get(arguments__mark=mark)
    assert failed.attempts == 2
    assert failed.why.startswith("builtins.ValueError")
    assert mark not in failed.why


@jobs.task(name="test.stumble_beside_another", attempts=3)
def stumble_beside_another(*, mark: str) -> None:
    jobs.enqueue(stumble_beside_another, at=clock.now() + timedelta(hours=1), once=mark, mark=mark)
    raise ValueError("not now")


def test_a_job_that_fails_while_another_of_its_mark_waits_is_put_back_all_the_same(db):
    mark = str(new_id())
    jobs.enqueue(stumble_beside_another, once=mark, mark=mark)

    worker.run(wait=False)

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT status::text, attempts FROM procrastinate_jobs WHERE args->>'mark' = %s ORDER BY id",
            [mark],
        )
        assert cursor.fetchall() == [("todo", 1), ("todo", 0)]


def test_the_job_of_a_dead_worker_runs_again(db):
    mark = str(new_id())
    jobs.enqueue(note, mark=mark)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') RETURNING id"
        )
        (dead,) = cursor.fetchone()
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE args->>'mark' = %s",
            [dead, mark],
        )

    async def sweep() -> int:
        return await sweeper.sweep(14)

    assert asyncio.run(sweep()) == 1
    worker.run(wait=False)

    assert mark in RAN


def test_a_job_whose_workers_die_of_it_gives_up_and_is_listed(db):
    mark = new_id().hex
    with reach.superuser() as admin:
        (dead,) = admin.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 minute') RETURNING id"
        ).fetchone() or (0,)
        (job,) = admin.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, worker_id, attempts, args)"
            " VALUES ('default', 'test.note', 'doing', %s, %s, jsonb_build_object('mark', %s::text)) RETURNING id",
            [dead, sweeper.MOST_DEATHS - 1, mark],
        ).fetchone() or (0,)

    async def sweep() -> int:
        return await sweeper.sweep(14)

    assert asyncio.run(sweep()) == 0
    worker.run(wait=False)

    assert mark not in RAN
    failed = FailedJob.objects.get(job_id=job)
    assert (failed.name, failed.arguments, failed.attempts) == ("test.note", {"mark": mark}, 12)
    assert failed.why == "The worker that ran it died."
    desk.run_again(job_id=job)
    worker.run(wait=False)
    assert mark in RAN


def test_a_job_with_a_timetable_is_queued_once_for_each_time_however_many_workers_there_are(db):
    registered = engine.app.periodic_registry.periodic_tasks
    assert {"vault.rotate", "intake.housekeeping"} <= {name for name, _id in registered}
    due = periodic.PeriodicRegistry()
    for key, task in registered.items():
        if key[0] == "intake.housekeeping":
            due.periodic_tasks[key] = task
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'intake.housekeeping'")

    async def two_workers() -> None:
        for _ in range(2):
            deferrer = periodic.PeriodicDeferrer(registry=due, max_delay=7200)
            await deferrer.defer_jobs(deferrer.get_previous_tasks(at=time.time() + 3600))

    asyncio.run(two_workers())

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'intake.housekeeping'")
        assert cursor.fetchone() == (1,)
    worker.run(wait=False)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'intake.housekeeping'")
        assert cursor.fetchone() == (0,)
