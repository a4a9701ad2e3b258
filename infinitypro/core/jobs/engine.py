"""Declaring jobs and enqueuing them. The one place that knows the library that runs them."""

import enum
import functools
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Protocol

import orjson
import procrastinate
from django.db import connection, transaction
from procrastinate import retry
from procrastinate.contrib.django.django_connector import DjangoConnector

from infinitypro.core import clock
from infinitypro.core.errors import Problem

QUEUE = "default"
LONGEST_WAIT = timedelta(minutes=30)

# Said on Django's own connection, so that a job commits or rolls back with its cause, inside a worker too. As the door's
# function does, and not through the library's: there a conflict aborts the transaction unless it stands in a savepoint.
_ENQUEUE = (
    "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, queueing_lock, args, scheduled_at)"
    " VALUES (%s, %s, %s, %s, %s::jsonb, %s) ON CONFLICT DO NOTHING"
)
_chance = random.SystemRandom()
app = procrastinate.App(connector=DjangoConnector(alias="default"))


class Priority(enum.IntEnum):
    """What goes first. Answers are not kept waiting by what comes in, nor deliveries by answers."""

    DELIVER = 30
    ANSWER = 20
    INGEST = 10
    BACKGROUND = 0


class Permanent(Problem):
    """Raised from a job that no retry can help."""


class Job(Protocol):
    """A declared job."""

    name: str
    priority: int

    def __call__(self, **ids: Any) -> None:
        """Run it here and now."""


class Backoff(retry.BaseRetryStrategy):
    """Waits 2, 4, 8 … seconds with some jitter, at most half an hour; gives up after `attempts` or a permanent error."""

    def __init__(self, attempts: int) -> None:
        self.attempts = attempts

    def get_retry_decision(self, *, exception: BaseException, job: Any) -> retry.RetryDecision | None:
        """When to try again, or None to give up."""
        if is_final(exception, attempts_before=job.attempts, allowed=self.attempts):
            return None
        wait: timedelta | None = getattr(exception, "retry_after", None)
        return retry.RetryDecision(retry_at=clock.now() + (wait or backoff(job.attempts)))


def is_final(exception: BaseException, *, attempts_before: int, allowed: int) -> bool:
    """Whether this failure ends the job."""
    is_permanent = isinstance(exception, Permanent) or bool(getattr(exception, "permanent", False))
    return is_permanent or attempts_before + 1 >= allowed


def backoff(attempts_before: int) -> timedelta:
    """How long to wait after so many failures before this one."""
    seconds = min(2.0 ** (attempts_before + 1), LONGEST_WAIT.total_seconds())
    return timedelta(seconds=seconds * _chance.uniform(0.8, 1.2))


def task(
    *,
    name: str,
    priority: Priority = Priority.BACKGROUND,
    attempts: int = 12,
    cron: str | None = None,
    in_a_row: int = 1,
) -> Callable[[Callable[..., None]], Job]:
    """Declares a job: a function of ids that may run twice. Failures are retried unless they are permanent.

    With `cron` it also runs at those times (UTC), once however many workers there are; a time at which no worker lived is
    passed over. Up to `in_a_row` jobs of it that are due one after the other share the cost of being fetched; such a job
    is one transaction.
    """

    def declare(function: Callable[..., None]) -> Job:
        @app.task(name=name, queue=QUEUE, priority=int(priority), retry=Backoff(attempts), pass_context=False)
        @functools.wraps(function)
        def run(**ids: Any) -> None:
            if cron:
                ids.pop("timestamp", None)  # the time it was due, which the library adds
            function(**ids)
            for _ in range(in_a_row - 1):
                if not _run_next(name, function):
                    break

        run.priority = int(priority)
        if cron:
            declared: Any = run
            app.periodic(cron=cron, queueing_lock=f"cron:{name}")(declared)
        job: Job = run
        return job

    return declare


# What the library would fetch next, if it is of that task and has not failed before.
_TAKE_NEXT = (
    "DELETE FROM procrastinate_jobs WHERE id = (SELECT id FROM procrastinate_jobs WHERE status = 'todo' AND queue_name = %s"
    " AND (scheduled_at IS NULL OR scheduled_at <= now()) ORDER BY priority DESC, id LIMIT 1 FOR UPDATE SKIP LOCKED)"
    " AND task_name = %s AND attempts = 0 RETURNING args"
)


def _run_next(name: str, function: Callable[..., None]) -> bool:
    """Run the next job that is due if it is one of this task; one that fails is back in the queue, to fail by itself."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_TAKE_NEXT, [QUEUE, name])
            found = cursor.fetchone()
            if found:
                function(**orjson.loads(found[0]))
    except Exception:
        return False
    return found is not None


def enqueue(
    job: Job,
    *,
    at: datetime | None = None,
    once: str | None = None,
    priority: Priority | None = None,
    **ids: Any,
) -> bool:
    """Run the job after the current transaction commits, or at `at`; True if it was enqueued.

    With `once`, nothing is enqueued while a job of that mark waits (one that runs already does not count).
    Ids are UUIDs or numbers; what people wrote has no place here.
    """
    arguments = {key: value if isinstance(value, int) else str(value) for key, value in ids.items()}
    order = int(priority if priority is not None else job.priority)
    with connection.cursor() as cursor:
        cursor.execute(_ENQUEUE, [QUEUE, job.name, order, once, orjson.dumps(arguments).decode(), at])
        return bool(cursor.rowcount)
