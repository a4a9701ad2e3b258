"""The operator's view of jobs: what waits, what gave up, and running one again."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from infinitypro.core import clock
from infinitypro.core.errors import Problem
from infinitypro.core.jobs.models import FailedJob


@dataclass(frozen=True)
class Queue:
    """How the queue stands."""

    waiting: int  # due, or to be tried again
    planned: int  # for a time to come
    running: int
    failed: int
    oldest_seconds: float  # how long the oldest job that is due has waited

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def state() -> Queue:
    """How the queue stands now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE status = 'todo' AND NOT is_planned), count(*) FILTER (WHERE is_planned),"
            " count(*) FILTER (WHERE status = 'doing'), count(*) FILTER (WHERE status = 'failed')"
            " FROM (SELECT status, status = 'todo' AND attempts = 0 AND coalesce(scheduled_at > now(), false)"
            " AS is_planned FROM procrastinate_jobs) j"
        )
        waiting, planned, running, failed = cursor.fetchone()
        cursor.execute(
            "SELECT coalesce(max(extract(epoch FROM now() - greatest(e.at, j.scheduled_at))), 0) FROM ("
            " SELECT id, scheduled_at FROM procrastinate_jobs WHERE status = 'todo'"
            " AND (scheduled_at IS NULL OR scheduled_at <= now()) ORDER BY id LIMIT 1) j"
            " JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred'"
        )
        (oldest,) = cursor.fetchone()
    seconds = max(0.0, float(oldest))
    return Queue(waiting=waiting, planned=planned, running=running, failed=failed, oldest_seconds=seconds)


def is_unread(*, name: str, before: datetime) -> bool:
    """Whether a due job of that name, enqueued before a moment, has not been done yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM procrastinate_jobs j"
            " JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred'"
            " WHERE j.task_name = %s AND j.status IN ('todo', 'doing') AND e.at < %s"
            " AND (j.scheduled_at IS NULL OR j.scheduled_at <= now()))",
            [name, before],
        )
        return bool(cursor.fetchone()[0])


def failures(*, limit: int = 100, before: datetime | None = None) -> list[FailedJob]:
    """The jobs that gave up, newest first."""
    rows = FailedJob.objects.order_by("-failed_at", "-id")
    return list((rows.filter(failed_at__lt=before) if before else rows)[:limit])


def run_again(*, job_id: int) -> UUID | None:
    """Put a job that gave up back into the queue, and say whose workspace's it is; raises Problem when there is none."""
    with transaction.atomic():
        gone, _ = FailedJob.objects.filter(job_id=job_id).delete()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM procrastinate_jobs WHERE id = %s AND status = 'failed' FOR UPDATE", [job_id]
            )
            if not gone or cursor.fetchone() is None:
                raise Problem(f"No failed job has the number {job_id}. `infinitypro jobs` lists them.")
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = 'todo', attempts = 0, scheduled_at = %s, worker_id = NULL"
                " WHERE id = %s RETURNING args->>'workspace_id'",
                [clock.now(), job_id],
            )
            (workspace_id,) = cursor.fetchone()
            cursor.execute(
                "SELECT pg_notify('procrastinate_any_queue_v1', %s)",
                ['{"type": "job_inserted", "job_id": 0}'],
            )
    return UUID(workspace_id) if workspace_id else None
