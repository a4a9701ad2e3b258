"""Gives the jobs of dead workers back."""

import asyncio
import logging

from procrastinate import exceptions

from infinitypro.core import clock
from infinitypro.core.jobs import engine
from infinitypro.core.tenancy.models import new_id

logger = logging.getLogger(__name__)

EVERY_SECONDS = 5.0
# Another job of its mark may wait by now, beside which this one could not be put back.
FREE_MARK = "UPDATE procrastinate_jobs SET queueing_lock = NULL WHERE id = %(id)s"

# A job that takes its worker with it each time would else go on for ever, and hold the others up.
MOST_DEATHS = 12
GIVE_UP = """
WITH job AS (
    UPDATE procrastinate_jobs SET status = 'failed', attempts = attempts + 1, worker_id = NULL
    WHERE id = %(job_id)s AND status = 'doing' RETURNING id, task_name, args, attempts
)
INSERT INTO core_failedjob (id, job_id, name, arguments, why, attempts, failed_at)
SELECT %(id)s, id, task_name, args, 'The worker that ran it died.', attempts, now() FROM job
"""


async def sweep_forever(dead_after: float) -> None:
    """Sweep every few seconds until cancelled."""
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        try:
            await sweep(dead_after)
        except exceptions.ConnectorException:
            logger.warning("sweeping for dead workers failed; it is tried again in %s s", EVERY_SECONDS)


async def sweep(dead_after: float) -> int:
    """Put jobs whose worker has been silent for that many seconds back; returns how many."""
    manager = engine.app.job_manager
    await manager.prune_stalled_workers(dead_after)
    count = 0
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=dead_after):
        try:
            await manager.connector.execute_query_async(FREE_MARK, id=job.id)
            if job.attempts + 1 >= MOST_DEATHS:
                await manager.connector.execute_query_async(GIVE_UP, id=new_id(), job_id=job.id)
                continue
            await manager.retry_job(job=job, retry_at=clock.now())
            count += 1
        except exceptions.ConnectorException:
            continue  # another sweeper was first
    return count
