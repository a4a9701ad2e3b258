"""What the console shows: never a word that anybody wrote in a workspace."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Max, Q, Sum

from infinitypro.accounts.models import SupportGrant, Workspace
from infinitypro.console.models import Announcement, BrokenRequest
from infinitypro.core.jobs.models import FailedJob

PAGE = 50


@dataclass(frozen=True)
class Fault:
    """One kind of failure, and how often it was met."""

    name: str
    why: str
    count: int


@dataclass(frozen=True)
class Broken:
    """One way in which requests broke."""

    route: str
    why: str
    times: int
    latest: datetime
    workspaces: int  # how many of them met it


def workspaces(*, after: str = "", search: str = "") -> list[Workspace]:
    """Workspaces by name with their figures, one more than a page, after the one of that name."""
    rows = Workspace.objects.select_related("figures").filter(slug__gt=after)
    if search:
        rows = rows.filter(slug__startswith=search)
    return list(rows.order_by("slug")[: PAGE + 1])


def workspace(*, workspace_id: UUID) -> Workspace:
    """One workspace with its figures."""
    return Workspace.objects.select_related("figures").get(id=workspace_id)


def slugs(*, workspace_ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """The names in addresses of these workspaces."""
    return dict(
        Workspace.objects.filter(id__in=[one for one in workspace_ids if one]).values_list("id", "slug")
    )


def failed_by_workspace() -> Counter[str]:
    """How many jobs gave up, by the id of the workspace they were for."""
    rows = FailedJob.objects.values_list("arguments__workspace_id").annotate(Count("id"))
    return Counter({str(workspace_id): count for workspace_id, count in rows if workspace_id})


def faults(*, limit: int = 50) -> list[Fault]:
    """Why jobs gave up, the most frequent first."""
    rows = FailedJob.objects.values_list("name", "why").annotate(count=Count("id"))
    return [Fault(*row) for row in rows.order_by("-count", "name", "why")[:limit]]


def broken_by_workspace(*, now: datetime) -> Counter[UUID]:
    """How many requests broke yesterday and today (UTC), by their workspaces."""
    rows = BrokenRequest.objects.filter(day__gte=now.date() - timedelta(days=1)).exclude(workspace=None)
    return Counter(dict(rows.values_list("workspace_id").annotate(Sum("count"))))


def broken(*, limit: int = 100) -> list[Broken]:
    """In which ways requests broke within a month, the latest first."""
    rows = BrokenRequest.objects.values("route", "why")
    counted = rows.annotate(
        times=Sum("count"), latest=Max("last_at"), workspaces=Count("workspace", distinct=True)
    )
    return [Broken(**row) for row in counted.order_by("-latest", "route", "why")[:limit]]


def announced(*, workspace_id: UUID, now: datetime) -> list[Announcement]:
    """What stands above this workspace's pages now."""
    here = Q(workspace=None) | Q(workspace_id=workspace_id)
    return list(Announcement.objects.filter(here, ends_at__gt=now).order_by("made_at", "id"))


def announcements(*, now: datetime) -> list[Announcement]:
    """Everything that is shown somewhere now, the latest first."""
    rows = Announcement.objects.filter(ends_at__gt=now).select_related("workspace")
    return list(rows.order_by("-made_at", "-id"))


def grants(*, operator_id: UUID, workspace_id: UUID | None = None, limit: int = PAGE) -> list[SupportGrant]:
    """What this operator asked for and was given, the latest first."""
    rows = SupportGrant.objects.filter(operator_id=operator_id).select_related("workspace")
    if workspace_id:
        rows = rows.filter(workspace_id=workspace_id)
    return list(rows.order_by("-asked_at", "-id")[:limit])
