"""The page of API tokens: one's own, and the workspace's for whoever may make those."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from infinitypro.accounts import team
from infinitypro.accounts.access import MemberRequest, fresh, member
from infinitypro.accounts.models import ApiToken
from infinitypro.accounts.permissions import ENTER, PERMISSIONS
from infinitypro.business import queries as business
from infinitypro.config.team_forms import TokenForm
from infinitypro.config.team_views import FORM, address, show
from infinitypro.core import clock, pages
from infinitypro.core.errors import Problem

SHARED = "security.tokens"


def _reached(request: MemberRequest) -> Q:
    """The tokens that whoever asks may see and end."""
    return Q(user=request.user) | (Q(user=None) if request.access.may(SHARED) else Q(pk__in=()))


@member(ENTER)
@require_GET
def tokens(request: MemberRequest) -> HttpResponse:
    """The living tokens."""
    now, place = clock.now(), business.place()
    found = ApiToken.objects.filter(
        _reached(request), workspace=request.workspace, revoked_at=None, is_tripwire=False
    )

    def day(moment: Any) -> str:
        return clock.say_in_list(moment, zone=place.zone, now=now, region=place.region) if moment else ""

    rows = [
        {
            "id": row.id,
            "label": row.label,
            "hint": row.hint,
            "whose": "Yours" if row.user_id else "The workspace's",
            "may": ", ".join(PERMISSIONS[key].words for key in row.kept_grants if key in PERMISSIONS),
            "used": day(row.last_used_at),
            "ends": day(row.expires_at),
            "is_over": row.expires_at is not None and row.expires_at <= now,
        }
        for row in found.order_by("-id")
    ]
    return show(request, "tokens", rows=rows)


@member(ENTER)
@require_http_methods(FORM)
@fresh
def new_token(request: MemberRequest) -> HttpResponse:
    """Make a token; it is shown this once."""
    form = TokenForm(request.POST or None, can_share=request.access.may(SHARED))
    if request.method == "POST" and form.is_valid():
        days = form.cleaned_data["lasts"]
        try:
            row, token = team.make_token(
                by=request.access,
                label=form.cleaned_data["name"],
                grants=form.grants(),
                is_personal=form.is_for_person(),
                expires_at=clock.now() + timedelta(days=int(days)) if days else None,
            )
            return show(request, "token_made", label=row.label, token=token)
        except Problem as refused:
            form.add_error(None, str(refused))
    return show(request, "token", status=pages.WRONG if form.is_bound else 200, form=form)


@member(ENTER)
@require_POST
def revoke_token(request: MemberRequest, token: UUID) -> HttpResponse:
    """End a token at once."""
    found = ApiToken.objects.filter(_reached(request), workspace=request.workspace, id=token).first()
    if found is None:
        raise Http404("There is no such token.")
    team.revoke_token(token=found, now=clock.now())
    return pages.moved_on(request, address(request, "tokens"), f"{found.label} is revoked.")
