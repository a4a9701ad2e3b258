"""What a workspace asks of its members' log-ins, held against a session at each page."""

import time
from typing import Any
from urllib.parse import urlencode

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse

from infinitypro.accounts import sign_on
from infinitypro.accounts.models import Membership, WorkspacePolicy

BEGAN = "began"  # in a session: when its person logged in
SECONDS_IN_HOUR = 3600
SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def opened(request: Any, memberships: list[Membership]) -> list[Membership]:
    """Those of a person's memberships that this session opens."""
    one = request.session.get(sign_on.OPENS)
    return [row for row in memberships if one in (None, str(row.workspace_id))]


def hold(request: Any, membership: Membership) -> None:
    """Nothing; raises Http404, PermissionDenied or a redirect where the session is not as the workspace wants it."""
    if not opened(request, [membership]):
        raise Http404("This session does not open that workspace.")
    policy: WorkspacePolicy | None = getattr(membership.workspace, "policy", None)
    if policy is None:
        return
    if policy.domains and request.user.email.rpartition("@")[2].lower() not in policy.domains:
        raise PermissionDenied(f"This workspace takes only addresses of {', '.join(policy.domains)}.")
    is_by_sign_on = sign_on.OPENS in request.session
    if policy.session_hours and _age(request) > policy.session_hours * SECONDS_IN_HOUR:
        logout(request)
        raise ImmediateHttpResponse(
            redirect(f"{reverse('account_login')}?{urlencode({'next': request.path})}")
        )
    if policy.is_sign_on_required and not is_by_sign_on and request.user.id != policy.way_in_id:
        where = urlencode({"workspace": membership.workspace.slug})
        raise ImmediateHttpResponse(redirect(f"{reverse('sign-on')}?{where}"))
    if policy.is_second_factor_required and not is_by_sign_on and not _has_second_factor(request):
        messages.warning(request, "This workspace asks for a second factor. Set one up to go on.")
        raise ImmediateHttpResponse(redirect("mfa_index"))


def _age(request: Any) -> float:
    now = time.time()
    return now - float(request.session.get(BEGAN, now))


def _has_second_factor(request: Any) -> bool:
    """Whether this log-in used one, or one was set up since."""
    records = request.session.get(sign_on.RECORDS, [])
    if any(record.get("method") == "mfa" for record in records):
        return True
    return Authenticator.objects.filter(user=request.user, type__in=SECOND_FACTORS).exists()
