"""Reading the audit log."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from infinitypro.core.audit.models import AuditEntry

AT_A_TIME = 500


@dataclass(frozen=True)
class Which:
    """Which entries: of an actor (an id, or a kind), of these actions, from one moment up to another."""

    actor: str = ""
    actions: tuple[str, ...] = ()
    start: datetime | None = None
    end: datetime | None = None

    def condition(self) -> Q:
        """For a filter."""
        found = Q()
        if self.actor in AuditEntry.Kind.values:
            found &= Q(actor=self.actor)
        elif self.actor:
            found &= Q(actor_id=UUID(self.actor))
        if self.actions:
            found &= Q(action__in=self.actions)
        if self.start:
            found &= Q(at__gte=self.start)
        return found & Q(at__lt=self.end) if self.end else found


def page(*, which: Which, limit: int, before: tuple[datetime, UUID] | None = None) -> list[AuditEntry]:
    """Entries, the newest first, before the row that the (at, id) key names."""
    rows = AuditEntry.objects.filter(which.condition())
    if before:
        at, row_id = before
        rows = rows.filter(Q(at__lt=at) | Q(at=at, id__lt=row_id), at__lte=at)
    return list(rows.order_by("-at", "-id")[:limit])


def every(*, which: Which) -> Iterator[AuditEntry]:
    """All of them, the newest first, a few hundred in memory at a time."""
    before = None
    while found := page(which=which, limit=AT_A_TIME, before=before):
        yield from found
        before = found[-1].at, found[-1].id
