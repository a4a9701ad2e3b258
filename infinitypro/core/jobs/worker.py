"""The process that runs jobs."""

import asyncio
import logging
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import uvloop
from django.db import connections
from procrastinate.psycopg_connector import PsycopgConnector
from psycopg_pool import AsyncConnectionPool

from infinitypro.core import clock, logs
from infinitypro.core.jobs import engine, sweeper
from infinitypro.core.jobs.models import FailedJob

POLL_SECONDS = 0.25  # a job for later is found by polling
HEARTBEAT_SECONDS = 4.0
DEAD_AFTER_SECONDS = 14.0

logger = logging.getLogger(__name__)


def run(*, wait: bool = True) -> None:
    """Run jobs until SIGTERM, or with `wait=False` until none is due. Raises when the database goes away."""
    uvloop.run(_run(wait=wait))


async def _run(*, wait: bool) -> None:
    loop = asyncio.get_running_loop()
    threads = ThreadPoolExecutor(1, thread_name_prefix="job")  # one thread, so one connection, kept
    loop.set_default_executor(threads)
    connector = PsycopgConnector(
        kwargs=_connection_words(),
        pool_factory=_pool,
        configure=_single_statements,
        min_size=2,
        max_size=4,
        timeout=10.0,
    )
    with engine.app.replace_connector(connector) as app:
        async with app.open_async():
            sweeping = asyncio.create_task(sweeper.sweep_forever(DEAD_AFTER_SECONDS)) if wait else None
            try:
                await app.run_worker_async(
                    wait=wait,
                    concurrency=1,
                    name=f"worker-{os.getpid()}",
                    fetch_job_polling_interval=POLL_SECONDS,
                    update_heartbeat_interval=HEARTBEAT_SECONDS,
                    stalled_worker_timeout=DEAD_AFTER_SECONDS,
                    shutdown_graceful_timeout=10.0,
                    delete_jobs="successful",
                    install_signal_handlers=wait,
                    listen_notify=wait,
                    task_middleware=[_note_failure],
                )
            finally:
                if sweeping:
                    sweeping.cancel()
                await loop.run_in_executor(None, connections.close_all)


def _connection_words() -> dict[str, Any]:
    words = dict(connections["default"].get_connection_params())
    return {key: value for key, value in words.items() if key not in ("cursor_factory", "context")}


async def _single_statements(connection: psycopg.AsyncConnection[Any]) -> None:
    await connection.set_autocommit(
        True
    )  # the library says one statement at a time: BEGIN and COMMIT add nothing


def _pool(**arguments: Any) -> AsyncConnectionPool:
    # No check at each use: a connection that died ends the worker, and its parent starts another.
    return AsyncConnectionPool(**{**arguments, "check": None})


def _note_failure(call_next: Callable[[], Any], context: Any, worker: Any) -> Any:
    try:
        return call_next()
    except psycopg.OperationalError:
        raise
    except Exception as error:
        _close_broken()
        _free_mark(context.job)
        strategy = context.task.retry_strategy
        allowed = strategy.attempts if strategy else 1
        if engine.is_final(error, attempts_before=context.job.attempts, allowed=allowed):
            _record(context.job, error)
        else:
            logger.warning(
                "job %s (%s) failed and will be tried again: %s",
                context.job.id,
                context.job.task_name,
                logs.explain(error),
            )
        raise


def _free_mark(job: Any) -> None:
    """Only jobs that wait have a mark: with it, this one could not be put back beside another of its mark."""
    if job.queueing_lock is not None:
        with connections["default"].cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET queueing_lock = NULL WHERE id = %s", [job.id])


def _close_broken() -> None:
    for connection in connections.all():
        connection.close_if_unusable_or_obsolete()


def _record(job: Any, error: Exception) -> None:
    FailedJob.objects.update_or_create(
        job_id=job.id,
        defaults={
            "name": job.task_name,
            "arguments": job.task_kwargs,
            "why": logs.explain(error)[:400],
            "attempts": job.attempts + 1,
            "failed_at": clock.now(),
        },
    )
