"""The audit log's page, and its export."""

from collections.abc import AsyncIterator
from uuid import UUID

from asgiref.sync import sync_to_async
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from infinitypro.accounts.access import MemberRequest, member, reading
from infinitypro.config import audit_rows
from infinitypro.config.audit_asked import ACTORS, Asked
from infinitypro.config.audit_words import GROUPS
from infinitypro.core import clock, pages, tenancy
from infinitypro.core.audit import queries, retention
from infinitypro.core.audit.queries import Which

PAGE = 50
YEARS = {"1": 366, "2": 731, "3": 1096, "5": 1827, "7": 2557, "10": 3653}  # in days, leap days included
TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


@member("audit.view")
@require_GET
def list_(request: MemberRequest) -> HttpResponse:
    """The latest entries; with `before`, those that follow."""
    asked, now = Asked(request), clock.now()
    found = queries.page(which=asked.which(), limit=PAGE + 1, before=asked.before)
    shown = audit_rows.Shown(found, members=asked.members, slug=asked.slug)
    more = found[PAGE - 1] if len(found) > PAGE else None
    key = f"{more.at.isoformat()}~{more.id}" if more else ""
    context = {
        "asked": asked,
        "rows": [shown.row(entry, place=asked.place, now=now) for entry in found[:PAGE]],
        "more_url": asked.address("list", before=key) if key else "",
        "people": [*asked.members.items(), *ACTORS.items()],
        "groups": list(GROUPS),
        "years": YEARS,
        "kept_days": retention.kept_days(),
        "csv_url": asked.address("export", form="csv"),
        "json_url": asked.address("export", form="json"),
    }
    return render(request, "config/audit_rows.html" if asked.before else "config/audit.html", context)


@member("audit.keep")
@require_POST
def keep(request: MemberRequest) -> HttpResponse:
    """How many years entries are kept; where that removes some, it is asked first whether that is meant."""
    days, now = YEARS.get(request.POST.get("years", "")), clock.now()
    if days is None:
        return HttpResponse("Choose one of the lengths of time.", status=pages.WRONG)
    years, count = request.POST["years"], retention.count_older(days=days, now=now)
    if count and "sure" not in request.POST:
        return render(request, "config/audit_keep.html", {"years": years, "count": count}, status=pages.WRONG)
    retention.keep(days=days)
    text = "Entries are kept for one year." if days == YEARS["1"] else f"Entries are kept for {years} years."
    return pages.moved_on(request, reverse("audit:list", args=[request.workspace.slug]), text)


@member("audit.export")
@require_GET
@reading
def export(request: MemberRequest) -> HttpResponseBase:
    """All entries that the filters leave, as CSV or JSON, sent while they are read."""
    form = request.GET.get("form", "")
    if form not in TYPES:
        raise Http404("It can be had as csv or json.")
    asked = Asked(request)
    name = f'attachment; filename="audit-{asked.slug}-{clock.now():%Y-%m-%d}.{form}"'
    return StreamingHttpResponse(
        _parts(request.workspace.id, asked, asked.which(), form),
        content_type=TYPES[form],
        headers={"Content-Disposition": name},
    )


async def _parts(workspace_id: UUID, asked: Asked, which: Which, form: str) -> AsyncIterator[str]:
    yield audit_rows.head() if form == "csv" else "["
    before: queries.Key | None = None
    is_first = True
    while True:
        text, before = await sync_to_async(_part)(workspace_id, asked, which, form, before)
        # An array's first member has no comma before it.
        yield text.removeprefix(",") if is_first else text
        if before is None:
            break
        is_first = False
    if form == "json":
        yield "\n]\n"


def _part(
    workspace_id: UUID, asked: Asked, which: Which, form: str, before: queries.Key | None
) -> tuple[str, queries.Key | None]:
    """The next few hundred entries as text, and where to go on; a transaction of its own."""
    with tenancy.workspace(workspace_id):
        found = queries.page(which=which, limit=queries.AT_A_TIME, before=before)
        shown = audit_rows.Shown(found, members=asked.members, slug=asked.slug)
        rows = [shown.exported(entry) for entry in found]
        text = shown.as_csv(rows) if form == "csv" else shown.as_json(rows)
    is_last = len(found) < queries.AT_A_TIME
    return text, None if is_last else (found[-1].at, found[-1].id)
