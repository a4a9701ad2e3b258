"""Reading the audit log."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from infinitypro.core.audit.models import AuditEntry

AT_A_TIME = 500
Key = tuple[datetime, UUID]  # where a page ended


@dataclass(frozen=True)
class Hit:
    """What a search stands for: entries with one of these; a network only where one is given."""

    actions: tuple[str, ...]
    actors: tuple[UUID, ...]
    objects: tuple[UUID, ...]
    place: str

    def condition(self) -> Q:
        """For a filter."""
        found = Q(action__in=self.actions) | Q(actor_id__in=self.actors) | Q(object_id__in=self.objects)
        return found | Q(place=self.place) if self.place else found


@dataclass(frozen=True)
class Which:
    """Which entries: of an actor (an id, or a kind), of these actions, on an object, from one moment up to another."""

    actor: str = ""
    actions: tuple[str, ...] = ()
    object_id: UUID | None = None
    hit: Hit | None = None
    start: datetime | None = None
    end: datetime | None = None

    def condition(self) -> Q:
        """For a filter."""
        found = self.hit.condition() if self.hit else Q()
        if self.actor in AuditEntry.Kind.values:
            found &= Q(actor=self.actor)
        elif self.actor:
            found &= Q(actor_id=UUID(self.actor))
        if self.actions:
            found &= Q(action__in=self.actions)
        if self.object_id:
            found &= Q(object_id=self.object_id)
        if self.start:
            found &= Q(at__gte=self.start)
        return found & Q(at__lt=self.end) if self.end else found


def page(*, which: Which, limit: int, before: Key | None = None) -> list[AuditEntry]:
    """Entries, the newest first, before the row that the (at, id) key names."""
    rows = AuditEntry.objects.filter(which.condition())
    if before:
        at, row_id = before
        rows = rows.filter(Q(at__lt=at) | Q(at=at, id__lt=row_id), at__lte=at)
    return list(rows.order_by("-at", "-id")[:limit])
