"""The audit log's page, and its export."""

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from infinitypro.accounts import queries as accounts
from infinitypro.accounts.access import MemberRequest, member, reading
from infinitypro.business import queries as business
from infinitypro.config.audit_words import GROUPS, WORDS
from infinitypro.core import clock
from infinitypro.core.audit import queries
from infinitypro.core.audit.models import AuditEntry

PAGE = 50
ACTORS = {"token": "A program", "operator": "The operator", "system": "The system"}
COLUMNS = ("at", "who", "actor", "actor_id", "network", "action", "what", "object_id", "id")


class _Asked:
    """The filters of a request; what makes no sense is as if it were not there."""

    def __init__(self, request: MemberRequest) -> None:
        self.slug = request.workspace.slug
        self.members = {
            str(user.id): user.name for user in accounts.members(workspace_id=request.workspace.id)
        }
        self.place = business.place()
        get = request.GET
        self.who = get.get("who", "") if get.get("who") in self.members | ACTORS else ""
        self.what = get.get("what", "") if get.get("what") in GROUPS else ""
        self.since, self.until = self._day(get.get("since")), self._day(get.get("until"))
        self.before = self._key(get.get("before", ""))

    def _day(self, text: str | None) -> datetime | None:
        try:
            day = datetime.fromisoformat(f"{text}T00:00")
        except ValueError:
            return None
        return day.replace(tzinfo=ZoneInfo(self.place.zone)) if day.year > 2000 else None

    @staticmethod
    def _key(text: str) -> tuple[datetime, UUID] | None:
        at, _, row_id = text.partition("~")
        try:
            found = datetime.fromisoformat(at), UUID(row_id)
        except ValueError:
            return None
        return found if found[0].tzinfo else None

    @property
    def is_narrowed(self) -> bool:
        return bool(self.who or self.what or self.since or self.until)

    def which(self) -> queries.Which:
        """For the query; `until` is the last day and not the first after it."""
        return queries.Which(
            actor=self.who,
            actions=tuple(GROUPS[self.what]) if self.what else (),
            start=self.since,
            end=self.until and self.until + timedelta(days=1),
        )

    def address(self, name: str, **more: str) -> str:
        """An address with these filters in it."""
        days = {"since": self.since, "until": self.until}
        asked = {"who": self.who, "what": self.what}
        asked |= {key: f"{day:%Y-%m-%d}" for key, day in days.items() if day}
        query = urlencode({key: value for key, value in (asked | more).items() if value})
        return f"{reverse(f'audit:{name}', args=[self.slug])}?{query}"


@member("audit.view")
@require_GET
def list_(request: MemberRequest) -> HttpResponse:
    """The latest entries; with `before`, those that follow."""
    asked = _Asked(request)
    found = queries.page(which=asked.which(), limit=PAGE + 1, before=asked.before)
    names, now = _names(asked, found), clock.now()
    rows = [_row(entry, names, asked, now) for entry in found[:PAGE]]
    more = found[PAGE - 1] if len(found) > PAGE else None
    key = f"{more.at.isoformat()}~{more.id}" if more else ""
    context = {
        "asked": asked,
        "rows": rows,
        "more_url": asked.address("list", before=key) if key else "",
        "people": [*asked.members.items(), *ACTORS.items()],
        "groups": list(GROUPS),
        "csv_url": asked.address("export", form="csv"),
        "json_url": asked.address("export", form="json"),
    }
    return render(request, "config/audit_rows.html" if asked.before else "config/audit.html", context)


@member("audit.export")
@require_GET
@reading
def export(request: MemberRequest) -> HttpResponse:
    """All entries that the filters leave, as CSV or JSON."""
    form = request.GET.get("form")
    if form not in ("csv", "json"):
        raise Http404("It can be had as csv or json.")
    asked = _Asked(request)
    found = list(queries.every(which=asked.which()))
    rows = _exported(found, _names(asked, found))
    name = f'attachment; filename="audit-{asked.slug}-{clock.now():%Y-%m-%d}.{form}"'
    if form == "json":
        content = json.dumps(list(rows), ensure_ascii=False, indent=1)
        return HttpResponse(content, content_type="application/json", headers={"Content-Disposition": name})
    response = HttpResponse(content_type="text/csv; charset=utf-8", headers={"Content-Disposition": name})
    writer = csv.DictWriter(response, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return response


def _names(asked: _Asked, entries: Iterable[AuditEntry]) -> dict[str, str]:
    """What the actors are called, those who left the workspace included."""
    gone = {entry.actor_id for entry in entries if entry.actor == "member"} - {
        UUID(one) for one in asked.members
    }
    return asked.members | {str(who): name for who, name in accounts.names(user_ids=gone).items()}


def _who(entry: AuditEntry, names: dict[str, str]) -> str:
    return ACTORS.get(entry.actor) or names.get(str(entry.actor_id), "Somebody who has left")


def _row(entry: AuditEntry, names: dict[str, str], asked: _Asked, now: datetime) -> dict[str, Any]:
    zone, region = asked.place.zone, asked.place.region
    today = clock.local(now, zone).date()
    day = clock.say_short_day(clock.local(entry.at, zone).date(), today=today, region=region)
    return {
        "id": entry.id,
        "at": entry.at,
        "day": day,
        "time": clock.say_time(entry.at, zone=zone, region=region),
        "who": _who(entry, names),
        "what": WORDS.get(entry.action, entry.action),
        "place": entry.place,
        "url": _url(entry, asked.slug),
    }


def _url(entry: AuditEntry, slug: str) -> str:
    is_conversation = entry.action.startswith("inbox:") and entry.object_id
    return reverse("inbox:conversation", args=[slug, entry.object_id]) if is_conversation else ""


def _exported(entries: Iterable[AuditEntry], names: dict[str, str]) -> Iterator[dict[str, str]]:
    for entry in entries:
        yield {
            "at": entry.at.isoformat(),
            "who": _who(entry, names),
            "actor": entry.actor,
            "actor_id": str(entry.actor_id or ""),
            "network": entry.place,
            "action": entry.action,
            "what": WORDS.get(entry.action, entry.action),
            "object_id": str(entry.object_id or ""),
            "id": str(entry.id),
        }
