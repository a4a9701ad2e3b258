"""The page "Security": what happened to this workspace's accounts and tokens, what was done by itself, what to do now."""

import secrets
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from infinitypro.accounts import alarm_words, team
from infinitypro.accounts import queries as accounts
from infinitypro.accounts.access import MemberRequest, member
from infinitypro.accounts.models import AlertHook, ApiToken
from infinitypro.accounts.security_words import ACTS, EVENTS, GROUPS, WORDS
from infinitypro.business import queries as business
from infinitypro.config.team_forms import PlainForm
from infinitypro.core import clock, outbound, pages
from infinitypro.core.audit import queries as audited
from infinitypro.core.audit import security
from infinitypro.core.audit.models import AuditEntry, SecurityEvent

PAGE = 50
SECRET_BYTES = 32


class AlertForm(PlainForm):
    """Where alarms are sent besides people's mailboxes."""

    url = forms.CharField(
        label="Address",
        max_length=500,
        required=False,
        help_text="It gets each alarm as JSON, signed. Empty: nothing is sent.",
        widget=forms.TextInput(attrs={"type": "url", "placeholder": "https://", "inputmode": "url"}),
    )

    def clean_url(self) -> str:
        """An https address, or nothing; what the operator lists may be called otherwise."""
        url: str = self.cleaned_data["url"]
        if url and not outbound.is_sealed_in_transit(url):
            raise forms.ValidationError("This is not an address that we call. It begins with https://.")
        return url


@member("security.view")
@require_GET
def list_(request: MemberRequest) -> HttpResponse:
    """The latest; with `before`, what follows."""
    return _page(request)


@member("security.view", change="security.tokens")
@require_POST
def tripwire(request: MemberRequest) -> HttpResponse:
    """Make a token that nobody should use; it is shown this once."""
    row, token = team.make_tripwire(workspace=request.workspace)
    return _page(request, made=token, made_id=row.id)


@member("security.view", change="security.tokens")
@require_POST
def remove_tripwire(request: MemberRequest, token: UUID) -> HttpResponse:
    """End a tripwire: its use is then one of an unknown token."""
    found = _tripwires(request).filter(id=token).first()
    if found is None:
        raise Http404("There is no such tripwire.")
    team.revoke_token(token=found, now=clock.now())
    return pages.moved_on(request, reverse("security:list", args=[request.workspace.slug]), "It is removed.")


@member("security.view", change="security.policy")
@require_POST
def alerts(request: MemberRequest) -> HttpResponse:
    """Have alarms sent to an address, signed with a secret that is shown this once."""
    form = AlertForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form, status=pages.WRONG)
    AlertHook.objects.all().delete()
    if not form.cleaned_data["url"]:
        url = reverse("security:list", args=[request.workspace.slug])
        return pages.moved_on(request, url, "Alarms go to people's mailboxes alone.")
    secret = secrets.token_urlsafe(SECRET_BYTES)
    AlertHook.objects.create(url=form.cleaned_data["url"], secret=secret)
    return _page(request, secret=secret)


def _tripwires(request: MemberRequest) -> Any:
    rows = ApiToken.objects.filter(workspace=request.workspace, is_tripwire=True, revoked_at=None)
    return rows.order_by("id")


def _page(request: MemberRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    what = request.GET.get("what", "") if request.GET.get("what") in GROUPS else ""
    before = pages.key(request.GET.get("before", ""))
    people = {one.user_id: one.user.name for one in accounts.team(workspace_id=request.workspace.id)}
    found = _latest(request, what, before, people)
    hook = AlertHook.objects.first()
    context = {
        "what": what,
        "groups": list(GROUPS),
        "rows": [_row(one, people) for one in found[:PAGE]],
        "more_url": _more(request, what, found),
        "tripwires": list(_tripwires(request)),
        "form": AlertForm(initial={"url": hook.url if hook else ""}),
        **more,
    }
    template = "config/security_rows.html" if before else "config/security.html"
    return render(request, template, context, status=status)


def _latest(
    request: MemberRequest, what: str, before: pages.Key | None, people: dict[UUID, str]
) -> list[SecurityEvent | AuditEntry]:
    """What happened to the people and to the workspace, and what its members did, in one row by time."""
    kinds = set(GROUPS[what]) if what else set(WORDS)
    events, acts = kinds & set(EVENTS), kinds & set(ACTS)
    found: list[SecurityEvent | AuditEntry] = []
    if events:
        space = request.workspace.id
        found += security.events(
            user_ids=people, workspace_id=space, kinds=events, limit=PAGE + 1, before=before
        )
    if acts:
        which = audited.Which(actions=tuple(acts))
        found += audited.page(which=which, limit=PAGE + 1, before=before)
    return sorted(found, key=lambda one: (one.at, one.id), reverse=True)[: PAGE + 1]


def _more(request: MemberRequest, what: str, found: list[SecurityEvent | AuditEntry]) -> str:
    if len(found) <= PAGE:
        return ""
    last = found[PAGE - 1]
    asked = {"before": f"{last.at.isoformat()}~{last.id}"} | ({"what": what} if what else {})
    return f"{reverse('security:list', args=[request.workspace.slug])}?{urlencode(asked)}"


def _named(user_id: UUID, people: dict[UUID, str]) -> str:
    """Members, and whoever was one."""
    if user_id not in people:
        people |= {user_id: "Somebody who has left"} | accounts.names(user_ids=[user_id])
    return people[user_id]


def _row(one: SecurityEvent | AuditEntry, people: dict[UUID, str]) -> dict[str, Any]:
    place, now = business.place(), clock.now()
    row: dict[str, Any] = {
        "at": one.at,
        "time": clock.say_in_list(one.at, zone=place.zone, now=now, region=place.region),
    }
    if isinstance(one, AuditEntry):
        who = _named(one.actor_id, people) if one.actor_id else "The system"
        return row | {"who": who, "what": WORDS[one.action], "network": one.place}
    if one.kind in alarm_words.ALARMS:
        return row | {"alarm": alarm_words.of(one), "network": one.network}
    who = _named(one.user_id, people) if one.user_id else "Somebody"
    return row | {"who": who, "what": WORDS[one.kind], "network": one.network}
