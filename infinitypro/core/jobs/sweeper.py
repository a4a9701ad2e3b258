"""Gives the jobs of dead workers back."""

import asyncio
import logging

from procrastinate import exceptions

from infinitypro.core import clock
from infinitypro.core.jobs import engine

logger = logging.getLogger(__name__)

EVERY_SECONDS = 5.0
# Another job of its mark may wait by now, beside which this one could not be put back.
FREE_MARK = "UPDATE procrastinate_jobs SET queueing_lock = NULL WHERE id = %(id)s"


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
            await manager.retry_job(job=job, retry_at=clock.now())
            count += 1
        except exceptions.ConnectorException:
            continue  # another sweeper was first
    return count
