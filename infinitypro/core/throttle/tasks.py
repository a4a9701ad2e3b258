"""Forgetting old counters."""

from datetime import timedelta

from infinitypro.core import clock, jobs
from infinitypro.core.throttle.models import Sight, Tally

KEPT = timedelta(days=2)  # longer than any limit remembers


# Safe to run twice: it forgets what is old.
@jobs.task(name="throttle.sweep", cron="*/15 * * * *")
def sweep() -> None:
    """Remove counters that nothing was added to for two days."""
    before = clock.now() - KEPT
    Tally.objects.filter(at__lt=before).delete()
    Sight.objects.filter(since__lt=before).delete()
