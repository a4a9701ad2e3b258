"""How long a workspace's audit log is kept, and the removal of what is older, under a signature.

A line outside the database says that everything up to a number of the chain was pruned, and the digest that the next link
follows. It is written first: where the removal then fails, the line says no more than that those links were right.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Exists, OuterRef

from infinitypro.core import audit, jobs
from infinitypro.core.audit import chain, checkpoints
from infinitypro.core.audit.models import LEAST_DAYS, USUAL_DAYS, AuditEntry, AuditLink, AuditPolicy
from infinitypro.core.tenancy import scope

AT_ONCE = 20_000  # entries that go in one transaction


def kept_days() -> int:
    """How many days the current workspace keeps an entry."""
    return AuditPolicy.objects.values_list("kept_days", flat=True).first() or USUAL_DAYS


def settings() -> Iterator[audit.Thing]:
    """The same for the audit log itself."""
    fields = {"kept_days": kept_days()}
    yield audit.Thing(id=scope.current(), kind="audit", name="Audit log", fields=fields)


@audit.changes(settings)
def keep(*, days: int) -> None:
    """Keep entries for so many days from now on; raises ValueError below a year."""
    if days < LEAST_DAYS:
        raise ValueError(f"The audit log is kept for at least {LEAST_DAYS} days.")
    AuditPolicy.objects.update_or_create(defaults={"kept_days": days})


def count_older(*, days: int, now: datetime) -> int:
    """How many entries are older than that."""
    return AuditEntry.objects.filter(at__lt=now - timedelta(days=days)).count()


def prune(*, now: datetime) -> int:
    """Remove the current workspace's entries that are older than it keeps them, some thousands at most; how many went.

    Raises Permanent, and removes nothing, where that part of the log is not as it was written: it is evidence then.
    """
    chain.lock()
    end = _end_of_the_old(now - timedelta(days=kept_days()))
    if end is None:
        return 0
    if chain.faults_up_to(number=end.number):
        raise jobs.Permanent("The audit log is not as it was written, so nothing of it was pruned.")
    audit.record("audit.pruned", now=now, up_to=end.number)
    checkpoints.write(
        workspace_id=scope.current(), number=end.number, digest=bytes(end.digest), now=now, is_prune=True
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_prune(%s)", [end.number])
        (count,) = cursor.fetchone()
    return int(count)


def _end_of_the_old(before: datetime) -> AuditLink | None:
    """The last link before the first whose entry is to be kept; the chain's own end stays in any case."""
    links = AuditLink.objects.order_by("number")
    first, last = links.first(), links.last()
    kept = Exists(AuditEntry.objects.filter(id=OuterRef("entry_id"), at__gte=before))
    next_ = links.filter(kept).values_list("number", flat=True).first()
    if first is None or last is None:
        return None
    end = min(next_ or last.number, last.number, first.number + AT_ONCE) - 1
    return links.filter(number=end).first()
