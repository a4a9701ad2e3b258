"""The operator's console: how workspaces are, and what can be done for them without reading a word of theirs."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from infinitypro.accounts import operators as accounts
from infinitypro.accounts import support as granting
from infinitypro.accounts import switches as switching
from infinitypro.accounts.models import SupportGrant
from infinitypro.accounts.operators import OperatorRequest, operator
from infinitypro.console import forms, presenting, queries, services
from infinitypro.console.models import Announcement
from infinitypro.core import clock, pages, tenancy
from infinitypro.core.audit import security
from infinitypro.core.errors import Problem
from infinitypro.core.jobs import desk

LOGGED = 100


def _moved_on(request: OperatorRequest, name: str, text: str, *arguments: str) -> HttpResponse:
    return pages.moved_on(request, reverse(f"operator:{name}", args=arguments), text)


# Workspaces


def _typed(request: OperatorRequest, name: str) -> str:
    """What stands in the address; PostgreSQL keeps no NUL, and so no name has one."""
    return request.GET.get(name, "").replace("\0", "")[:60]


@operator
@require_GET
def workspaces(request: OperatorRequest) -> HttpResponse:
    """Every workspace with its size and health, by name."""
    search, after = (_typed(request, name) for name in ("search", "after"))
    found = queries.workspaces(after=after, search=search)
    now = clock.now()
    failed, broken = queries.failed_by_workspace(), queries.broken_by_workspace(now=now)
    shown = found[: queries.PAGE]
    more = urlencode({"search": search, "after": shown[-1].slug}) if len(found) > queries.PAGE else ""
    context = {
        "rows": [presenting.workspace(space, failed=failed, broken=broken, now=now) for space in shown],
        "search": search,
        "more": more,
        "queue": desk.state(),
    }
    return render(request, "console/workspaces.html", context)


@operator
@require_GET
def workspace(request: OperatorRequest, workspace: str) -> HttpResponse:
    """One workspace: how it is, and what can be done."""
    return _show(request)


def _show(request: OperatorRequest, *, status: int = 200, **bound: Any) -> HttpResponse:
    workspace_id, now = request.workspace_id or UUID(int=0), clock.now()
    space = queries.workspace(workspace_id=workspace_id)
    mine = queries.grants(operator_id=request.user.id, workspace_id=workspace_id)
    failed, broken = queries.failed_by_workspace(), queries.broken_by_workspace(now=now)
    context = {
        "one": presenting.workspace(space, failed=failed, broken=broken, now=now),
        "grants": [presenting.grant(row, now=now) for row in mine],
        "has_asked": any(row.decided_at is None and row.ended_at is None for row in mine),
        "announced": queries.announced(workspace_id=workspace_id, now=now),
        "ask_form": forms.AskForm(),
        "announce_form": forms.AnnounceForm(),
    }
    return render(request, "console/workspace.html", context | bound, status=status)


@operator
@require_POST
def suspend(request: OperatorRequest, workspace: str) -> HttpResponse:
    """Pause a workspace."""
    services.suspend(workspace_id=request.workspace_id or UUID(int=0), now=clock.now())
    return _moved_on(
        request, "workspace", "Paused. Its members read that, and its assistant keeps quiet.", workspace
    )


@operator
@require_POST
def resume(request: OperatorRequest, workspace: str) -> HttpResponse:
    """Let a workspace go on."""
    services.resume(workspace_id=request.workspace_id or UUID(int=0))
    return _moved_on(request, "workspace", "It goes on.", workspace)


@operator
@require_POST
def ask(request: OperatorRequest, workspace: str) -> HttpResponse:
    """Ask a workspace to let one look in."""
    form = forms.AskForm(request.POST)
    try:
        if form.is_valid():
            with tenancy.workspace(request.workspace_id or UUID(int=0)):
                granting.ask(operator_id=request.user.id, reason=form.cleaned_data["reason"], now=clock.now())
            return _moved_on(request, "workspace", "Asked. You see here what they answer.", workspace)
    except Problem as problem:
        form.add_error("reason", str(problem))
    return _show(request, ask_form=form, status=pages.WRONG)


@operator
@require_POST
def announce(request: OperatorRequest, workspace: str) -> HttpResponse:
    """Show a sentence in one workspace."""
    form = forms.AnnounceForm(request.POST)
    if not form.is_valid():
        return _show(request, announce_form=form, status=pages.WRONG)
    _announce(form, request.workspace_id)
    return _moved_on(request, "workspace", "It stands above their pages.", workspace)


def _announce(form: forms.AnnounceForm, workspace_id: UUID | None) -> None:
    now, text = clock.now(), form.cleaned_data["text"]
    services.announce(workspace_id=workspace_id, text=text, ends_at=now + form.lasts(), now=now)


# Looking in


@operator
@require_GET
def support(request: OperatorRequest) -> HttpResponse:
    """What one asked for, was given, and can end."""
    now = clock.now()
    found = queries.grants(operator_id=request.user.id)
    return render(
        request, "console/support.html", {"rows": [presenting.grant(row, now=now) for row in found]}
    )


@operator
@require_POST
def end_support(request: OperatorRequest, grant: UUID) -> HttpResponse:
    """Stop looking, or take a request back."""
    found = SupportGrant.objects.filter(id=grant, operator_id=request.user.id).first()
    if found is None:
        raise Http404("There is no such grant.")
    request.workspace_id = found.workspace_id
    with tenancy.workspace(found.workspace_id):
        granting.end(grant_id=found.id, now=clock.now())
    return _moved_on(request, "support", "Ended.")


# Announcements


@operator
@require_GET
def announcements(request: OperatorRequest) -> HttpResponse:
    """What is shown above pages now."""
    return _show_announcements(request, forms.AnnounceForm())


def _show_announcements(
    request: OperatorRequest, form: forms.AnnounceForm, *, status: int = 200
) -> HttpResponse:
    context = {"rows": queries.announcements(now=clock.now()), "form": form}
    return render(request, "console/announcements.html", context, status=status)


@operator
@require_POST
def announce_to_all(request: OperatorRequest) -> HttpResponse:
    """Show a sentence in every workspace."""
    form = forms.AnnounceForm(request.POST)
    if not form.is_valid():
        return _show_announcements(request, form, status=pages.WRONG)
    _announce(form, None)
    return _moved_on(request, "announcements", "It stands above everybody's pages.")


@operator
@require_POST
def end_announcement(request: OperatorRequest, announcement: UUID) -> HttpResponse:
    """Show it no more."""
    found = Announcement.objects.filter(id=announcement).first()
    if found is None:
        raise Http404("There is no such announcement.")
    request.workspace_id = found.workspace_id
    services.end_announcement(announcement_id=found.id, now=clock.now())
    return _moved_on(request, "announcements", "It is shown no more.")


# The installation


@operator
@require_GET
def switches(request: OperatorRequest) -> HttpResponse:
    """What can be switched off for everybody."""
    off = switching.off()
    rows = [
        {"key": key, "is_on": key not in off, "about": known} for key, known in switching.SWITCHES.items()
    ]
    return render(request, "console/switches.html", {"rows": rows})


@operator
@require_POST
def turn(request: OperatorRequest, key: str) -> HttpResponse:
    """Switch something on or off."""
    if key not in switching.SWITCHES:
        raise Http404("There is no such switch.")
    is_on = request.POST.get("to") == "on"
    switching.turn(key=key, is_on=is_on)
    request.act = f"{key}_{'on' if is_on else 'off'}"
    title = switching.SWITCHES[key].title
    return _moved_on(request, "switches", f"{title} is {'on' if is_on else 'off'}.")


@operator
@require_GET
def jobs(request: OperatorRequest) -> HttpResponse:
    """Jobs that gave up, why, and how often."""
    rows = desk.failures()
    slugs = queries.slugs(workspace_ids=[presenting.workspace_of(row) for row in rows])
    context = {
        "queue": desk.state(),
        "faults": queries.faults(),
        "rows": [
            {"job": row, "slug": slugs.get(presenting.workspace_of(row) or UUID(int=0), "")} for row in rows
        ],
    }
    return render(request, "console/jobs.html", context)


@operator
@require_GET
def errors(request: OperatorRequest) -> HttpResponse:
    """In which ways requests broke, and how often."""
    return render(request, "console/errors.html", {"rows": queries.broken()})


@operator
@require_POST
def job_again(request: OperatorRequest, job: int) -> HttpResponse:
    """Run a job again that gave up."""
    try:
        request.workspace_id = desk.run_again(job_id=job)
    except Problem:
        raise Http404("There is no such job.") from None
    return _moved_on(request, "jobs", "It runs again.")


@operator
@require_GET
def log(request: OperatorRequest) -> HttpResponse:
    """What happened to accounts and to the installation, the latest first."""
    before = pages.key(request.GET.get("before", ""))
    found = security.events(limit=LOGGED + 1, before=before)
    shown = found[:LOGGED]
    people = {user.id: user.name for user in accounts.all_()}
    slugs = queries.slugs(workspace_ids=[row.workspace_id for row in shown])
    more = f"{shown[-1].at.isoformat()}~{shown[-1].id}" if len(found) > LOGGED else ""
    rows = [presenting.event(row, people=people, slugs=slugs) for row in shown]
    return render(
        request, "console/log.html", {"rows": rows, "more": urlencode({"before": more}) if more else ""}
    )
