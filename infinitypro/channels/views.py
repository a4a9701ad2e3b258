"""Connecting channels, seeing how they are, trying them, and taking them away."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from infinitypro.accounts.access import MemberRequest, member, member_outside
from infinitypro.channels import queries, services
from infinitypro.channels.errors import ChannelError
from infinitypro.channels.forms import ChannelForm
from infinitypro.channels.models import Channel
from infinitypro.channels.registry import ADAPTERS
from infinitypro.core import clock, pages, tenancy
from infinitypro.core.errors import Problem

NOTICES = 3


def _address(request: MemberRequest, name: str, *arguments: Any) -> str:
    return reverse(f"channels:{name}", args=[request.workspace.slug, *arguments])


def _show(request: MemberRequest, page: str, *, status: int = 200, **context: Any) -> HttpResponse:
    layout = "channels/_part.html" if pages.is_part(request) else "channels/page.html"
    shared = {"layout": layout, "slug": request.workspace.slug}
    return render(request, f"channels/{page}.html", shared | context, status=status)


def _find(channel_id: UUID) -> Channel:
    try:
        return queries.get(channel_id=channel_id)
    except Channel.DoesNotExist:
        raise Http404("There is no such channel.") from None


# How they are


@member("channels.view")
@require_GET
def list_(request: MemberRequest) -> HttpResponse:
    """Every channel, with what is to be known of it."""
    return _show_list(request)


def _show_list(request: MemberRequest, **result: Any) -> HttpResponse:
    now = clock.now()
    silent = {silence.channel.id: silence for silence in queries.silences(now=now)}
    rows = [_row(channel, silent.get(channel.id), now) for channel in queries.all_()]
    kinds = [{"kind": kind, "label": adapter.LABEL} for kind, adapter in ADAPTERS.items()]
    return _show(request, "list", rows=rows, kinds=kinds, **result)


def _row(channel: Channel, silence: queries.Silence | None, now: datetime) -> dict[str, Any]:
    last = channel.last_inbound_at
    warning = ""
    if silence:
        usual = _span(silence.usual)
        warning = f"Nothing for {_span(now - silence.since)}; until now never more than {usual}."
    return {
        "id": channel.id,
        "name": channel.name,
        "kind": channel.kind,
        "label": ADAPTERS[channel.kind].LABEL,
        "external_id": channel.external_id,
        "is_on": channel.is_on,
        "state": _state(channel),
        "trouble": channel.trouble,
        "last": f"Last message {_span(now - last)} ago" if last else "No message yet",
        "last_at": last,
        "warning": warning,
        "notices": [_notice(one, now) for one in queries.notices(channel_id=channel.id, limit=NOTICES)],
    }


def _state(channel: Channel) -> tuple[str, str]:
    """In two words, with their tone: what is known, not what is hoped."""
    if not channel.is_on:
        return "Disconnected", ""
    if channel.trouble:
        return "Needs attention", "bad"
    is_proven = channel.tested_at or channel.last_inbound_at
    return ("Connected", "good") if is_proven else ("Not tried yet", "")


def _notice(notice: Any, now: datetime) -> dict[str, str]:
    tone = {"warn": "warn", "bad": "bad"}.get(notice.level, "")
    return {"text": notice.summary, "tone": tone, "when": f"{_span(now - notice.at)} ago"}


def _span(length: timedelta) -> str:
    """A length of time in one unit: "3 hours"."""
    minutes = max(0, int(length.total_seconds() // 60))
    for unit, size in (("day", 1440), ("hour", 60), ("minute", 1)):
        if minutes >= size:
            count = minutes // size
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "less than a minute"


# Setting up


@member("channels.edit")
@require_http_methods(["GET", "POST"])
def new(request: MemberRequest, kind: str) -> HttpResponse:
    """One more channel of that kind."""
    if kind not in ADAPTERS:
        raise Http404("There is no such kind of channel.")
    form = ChannelForm(request.POST or None, kind=kind)
    if request.method == "POST" and form.is_valid():
        channel = _connect(form, kind)
        if channel is not None:
            text = f"{channel.name} is saved. Now test it."
            return _moved(request, _address(request, "edit", channel.id), text)
    return _show_form(request, form, kind, status=pages.WRONG if request.method == "POST" else 200)


def _connect(form: ChannelForm, kind: str) -> Channel | None:
    credentials = form.credentials()
    external_id = services.external_id(kind=kind, credentials=credentials)
    if any(one.is_on for one in queries.all_() if (one.kind, one.external_id) == (kind, external_id)):
        form.add_error(ADAPTERS[kind].FIELDS[0].name, "You have connected this one already.")
        return None
    try:
        return services.connect(
            kind=kind, name=form.cleaned_data["name"], external_id=external_id, credentials=credentials
        )
    except Problem as problem:
        form.add_error(None, str(problem))
        return None


def _moved(request: MemberRequest, url: str, text: str) -> HttpResponse:
    response = pages.moved_on(request, url, text)
    if not pages.is_part(request):
        return response
    answer = HttpResponse()  # htmx would follow a redirect into the part it asked for
    answer.headers["HX-Redirect"] = url
    return answer


@member("channels.edit")
@require_http_methods(["GET", "POST"])
def edit(request: MemberRequest, channel: UUID) -> HttpResponse:
    """A channel's set-up, and what the vendor must be told."""
    row = _find(channel)
    if request.method == "GET":
        return _show_form(request, _filled(row), row.kind, row)
    form = ChannelForm(request.POST, kind=row.kind, kept=_kept(row))
    if not form.is_valid():
        return _show_form(request, form, row.kind, row, status=pages.WRONG)
    try:
        row = services.connect(
            kind=row.kind,
            name=form.cleaned_data["name"],
            external_id=row.external_id,
            credentials=form.credentials(),
        )
    except Problem as problem:
        form.add_error(None, str(problem))
        return _show_form(request, form, row.kind, row, status=pages.WRONG)
    if not pages.is_part(request):
        return pages.moved_on(request, _address(request, "edit", row.id), f"{row.name} is saved.")
    return pages.toasted(_show_form(request, _filled(row), row.kind, row), f"{row.name} is saved.")


def _kept(row: Channel) -> dict[str, str]:
    return {ADAPTERS[row.kind].FIELDS[0].name: row.external_id, **row.credentials}


def _filled(row: Channel) -> ChannelForm:
    return ChannelForm(initial={"name": row.name}, kind=row.kind, kept=_kept(row))


def _show_form(
    request: MemberRequest,
    form: ChannelForm,
    kind: str,
    row: Channel | None = None,
    *,
    status: int = 200,
    **result: Any,
) -> HttpResponse:
    context = {
        "form": form,
        "optional": form.optional(),
        "kind": kind,
        "label": ADAPTERS[kind].LABEL,
        "channel": row,
        "hook": _hook(row) if row else None,
    }
    return _show(request, "form", status=status, **context, **result)


def _hook(row: Channel) -> dict[str, Any]:
    """What the vendor's app must be told."""
    is_own = bool(row.credentials.get("app_secret"))
    path = f"/hooks/{row.kind}/{row.id}/" if is_own else f"/hooks/{row.kind}/"
    return {
        "is_own": is_own,
        "url": urljoin(settings.PUBLIC_URL, path),
        "verify_token": row.credentials.get("verify_token", "") if is_own else "",
    }


# Trying, and taking away


@member_outside("channels.test")
@require_POST
def test(request: MemberRequest, channel: UUID) -> HttpResponse:
    """What the vendor says of the channel. The vendor is asked outside of any transaction."""
    with tenancy.workspace(request.workspace.id):
        row = _find(channel)
        kind, credentials = row.kind, dict(row.credentials)
    try:
        health = services.test(kind=kind, credentials=credentials)
        is_good, text, is_verdict = health.is_ready, health.sentence, True
    except ChannelError as error:
        is_good, text, is_verdict = False, error.sentence, error.permanent
    with tenancy.workspace(request.workspace.id):
        if is_verdict:
            services.note_test(channel_id=channel, trouble="" if is_good else text, at=clock.now())
        result = {"id": channel, "is_good": is_good, "text": text}
        if request.POST.get("from") != "edit" or not request.access.may("channels.edit"):
            return _show_list(request, result=result)
        return _show_form(request, _filled(row), kind, row, result=result)


@member("channels.disconnect")
@require_http_methods(["GET", "POST"])
def disconnect(request: MemberRequest, channel: UUID) -> HttpResponse:
    """Asked first what it means; then nothing comes in or goes out any more."""
    row = _find(channel)
    if request.method == "GET":
        return _show(request, "disconnect", channel=row, label=ADAPTERS[row.kind].LABEL)
    services.disconnect(channel_id=row.id)
    text = f"{row.name} is disconnected."
    if not pages.is_part(request):
        return pages.moved_on(request, _address(request, "list"), text)
    return pages.toasted(_show_list(request), text)
