"""The accounts' jobs."""

from infinitypro.accounts import erasure, stuffing, team
from infinitypro.core import clock, jobs


# Safe to run twice: what was forgotten is gone.
@jobs.task(name="accounts.forget_invitations", cron="50 3 * * *")
def forget_invitations() -> None:
    """Forget the addresses of people who never answered an invitation."""
    team.forget_invitations(now=clock.now())


# Safe to run twice: who was forgotten is gone.
@jobs.task(name="accounts.forget_unproven", cron="40 * * * *")
def forget_unproven() -> None:
    """Forget who signed up and did not prove their address within a day."""
    erasure.forget_unproven(before=clock.now() - erasure.UNPROVEN_KEPT)


# Safe to run twice: what ended is gone.
@jobs.task(name="accounts.forget_sessions", cron="50 3 * * *")
def forget_sessions() -> None:
    """Forget sessions that ended."""
    erasure.forget_sessions(now=clock.now())


# Safe to run twice: the same alarm is sounded once an hour.
@jobs.task(name="accounts.look_for_stuffing")
def look_for_stuffing() -> None:
    """Look whether passwords are tried at many accounts."""
    stuffing.look(now=clock.now())
