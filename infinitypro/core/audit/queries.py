"""Reading the audit log."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q

from infinitypro.core.audit.models import AuditEntry
from infinitypro.core.tenancy import scope

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
    """Which entries: of an actor (an id, or a kind), of these actions and those that begin so, on an object, from one
    moment up to another."""

    actor: str = ""
    actions: tuple[str, ...] = ()
    prefix: str = ""
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
            begun = Q(action__startswith=self.prefix) if self.prefix else Q()
            found &= Q(action__in=self.actions) | begun
        if self.object_id:
            found &= Q(object_id=self.object_id)
        if self.start:
            found &= Q(at__gte=self.start)
        return found & Q(at__lt=self.end) if self.end else found


# One step of the index for each who ever acted, however much each did.
_ACTORS = """
WITH RECURSIVE found AS (
    (SELECT actor_id FROM core_auditentry WHERE workspace_id = %(here)s AND actor_id IS NOT NULL ORDER BY actor_id LIMIT 1)
    UNION ALL
    SELECT (SELECT e.actor_id FROM core_auditentry e WHERE e.workspace_id = %(here)s AND e.actor_id > found.actor_id
            ORDER BY e.actor_id LIMIT 1)
    FROM found WHERE found.actor_id IS NOT NULL
)
SELECT actor_id FROM found WHERE actor_id IS NOT NULL
"""


def actors() -> set[UUID]:
    """Everybody and every program that ever acted in the current workspace."""
    with connection.cursor() as cursor:
        cursor.execute(_ACTORS, {"here": scope.current()})
        return {row[0] for row in cursor.fetchall()}


def page(*, which: Which, limit: int, before: Key | None = None) -> list[AuditEntry]:
    """Entries, the newest first, before the row that the (at, id) key names."""
    rows = AuditEntry.objects.filter(which.condition())
    if before:
        at, row_id = before
        rows = rows.filter(Q(at__lt=at) | Q(at=at, id__lt=row_id), at__lte=at)
    return list(rows.order_by("-at", "-id")[:limit])
