"""The accounts' jobs."""

from infinitypro.accounts import team
from infinitypro.core import clock, jobs


# Safe to run twice: what was forgotten is gone.
@jobs.task(name="accounts.forget_invitations", cron="50 3 * * *")
def forget_invitations() -> None:
    """Forget the addresses of people who never answered an invitation."""
    team.forget_invitations(now=clock.now())
