"""The vault's jobs."""

from infinitypro.core import clock, jobs
from infinitypro.core.vault import rotation


# Safe to run twice: a rotation that was cut short is finished, one that is under way is left alone.
@jobs.task(name="vault.rotate", cron="17 * * * *")
def rotate() -> None:
    """Begin a new epoch when the old one is nearly seven days old."""
    rotation.rotate_if_due(now=clock.now())
