"""Where a workspace lets the operator look in, for a while, or does not."""

import re
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from infinitypro.accounts import queries as accounts
from infinitypro.accounts import support
from infinitypro.accounts.access import MemberRequest, fresh, member
from infinitypro.accounts.models import SupportGrant
from infinitypro.console import presenting
from infinitypro.core import clock, pages
from infinitypro.core.errors import Problem
from infinitypro.inbox import presenting as inbox_presenting
from infinitypro.inbox import queries as inbox
from infinitypro.inbox.models import Conversation

OFFERED = 20
HOURS = ((1, "an hour"), (8, "eight hours"), (24, "a day"), (72, "three days"))
IN_ADDRESS = re.compile(r"/inbox/([0-9a-f-]{36})/")


@member("security.grants")
@require_GET
def list_(request: MemberRequest) -> HttpResponse:
    """Who asks, and who looks."""
    return _show(request)


def _show(request: MemberRequest, *, problem: str = "", about: UUID | None = None) -> HttpResponse:
    now = clock.now()
    desk = inbox_presenting.desk(me=request.user, now=now)
    found = accounts.support(workspace_id=request.workspace.id, now=now)
    names = accounts.names(user_ids=[row.operator_id for row in found])
    reasons = support.reasons(grant_ids=[row.id for row in found])
    waiting = [row for row in found if row.decided_at is None]
    context = {
        "slug": request.workspace.slug,
        "running": [_row(row, names, reasons, desk) for row in found if row.decided_at],
        "waiting": [_row(row, names, reasons, desk) for row in waiting],
        "talks": _offered(desk) if waiting else [],
        "scopes": [{"value": value, "text": text} for value, text in SupportGrant.Scope.choices],
        "hours": HOURS,
        "problem": problem,
        "about": about,
        "typed": request.POST,
        "chosen": request.POST.getlist("conversation"),
    }
    return render(request, "console/grants.html", context, status=pages.WRONG if problem else 200)


def _row(
    row: SupportGrant, names: dict[UUID, str], reasons: dict[UUID, str], desk: inbox_presenting.Desk
) -> dict[str, Any]:
    return presenting.grant(row, now=desk.now) | {
        "name": names.get(row.operator_id, "An operator who has left"),
        "why": reasons.get(row.id, ""),
        "asked": _when(row.asked_at, desk),
        "ends": _when(row.ends_at, desk) if row.ends_at else "",
        "count": len(row.conversation_ids),
    }


def _when(moment: datetime, desk: inbox_presenting.Desk) -> str:
    return f"{desk.day(moment)}, {desk.time(moment)}"


def _offered(desk: inbox_presenting.Desk) -> list[dict[str, Any]]:
    """The latest conversations, to choose from."""
    return inbox_presenting.rows(inbox.conversations(limit=OFFERED), desk=desk, url=str)


@member("security.grants")
@require_POST
@fresh
def allow(request: MemberRequest, grant: UUID) -> HttpResponse:
    """Let them look."""
    _find(request, grant)
    post = request.POST
    talks = _chosen(request)
    try:
        support.allow(
            grant_id=grant,
            by=request.user.id,
            to=post.get("scope", ""),
            hours=int(post.get("hours", "0")) if post.get("hours", "").isdecimal() else 0,
            now=clock.now(),
            conversation_ids=[talk.id for talk in talks],
            contact_id=_one_contact(talks),
        )
    except Problem as problem:
        return _show(request, problem=str(problem), about=grant)
    return _done(request, "They may look now. You can end it here at any time.")


def _chosen(request: MemberRequest) -> list[Conversation]:
    """The conversations that were ticked, and those of the addresses that were pasted, as far as one sees them oneself."""
    named = [*request.POST.getlist("conversation"), *IN_ADDRESS.findall(request.POST.get("addresses", ""))]
    ids = set()
    for one in named:
        try:
            ids.add(UUID(one))
        except ValueError:
            continue
    return inbox.reached(conversation_ids=ids)


def _one_contact(talks: list[Conversation]) -> UUID | None:
    contacts = {talk.contact_id for talk in talks}
    return contacts.pop() if len(contacts) == 1 else None


@member("security.grants")
@require_POST
def refuse(request: MemberRequest, grant: UUID) -> HttpResponse:
    """Do not let them look."""
    _find(request, grant)
    try:
        support.refuse(grant_id=grant, by=request.user.id, now=clock.now())
    except Problem as problem:
        return _show(request, problem=str(problem), about=grant)
    return _done(request, "Refused. Nobody looks in.")


@member("security.grants")
@require_POST
def end(request: MemberRequest, grant: UUID) -> HttpResponse:
    """End it at once."""
    _find(request, grant)
    support.end(grant_id=grant, now=clock.now())
    return _done(request, "Ended. From now on they see nothing.")


def _find(request: MemberRequest, grant_id: UUID) -> None:
    if not SupportGrant.objects.filter(workspace_id=request.workspace.id, id=grant_id).exists():
        raise Http404("There is no such request.")


def _done(request: MemberRequest, text: str) -> HttpResponse:
    return pages.moved_on(request, reverse("support:list", args=[request.workspace.slug]), text)
