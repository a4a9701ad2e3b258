"""The console's jobs."""

from uuid import UUID

from infinitypro.console import counting, errors
from infinitypro.core import clock, jobs

FIRST = UUID(int=0)


# Safe to run twice: a count replaces the one before.
@jobs.task(name="console.count", cron="*/5 * * * *")
def count() -> None:
    """Count every workspace."""
    request_counting(after=FIRST)


@jobs.task(name="console.forget_errors", cron="40 3 * * *")
def forget_errors() -> None:
    """Drop what broke more than a month ago."""
    errors.forget(now=clock.now())


def request_counting(*, after: UUID) -> None:
    """Have the workspaces after this one counted; at most one such job waits."""
    jobs.enqueue(count_next, once="console-count", after=after)


# Safe to run twice: a count replaces the one before.
@jobs.task(name="console.count_next")
def count_next(*, after: str) -> None:
    """Count some workspaces, and leave the rest to the next job."""
    last = counting.count_next(after=UUID(after), now=clock.now())
    if last:
        request_counting(after=last)
