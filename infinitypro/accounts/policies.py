"""What a workspace asks of its members' log-ins, held against a session at each page, and against their own tokens."""

import time
from typing import Any
from urllib.parse import urlencode

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse

from infinitypro.accounts import sign_on
from infinitypro.accounts.models import ApiToken, Membership, User, WorkspacePolicy

BEGAN = "began"  # in a session: when its person logged in
SECONDS_IN_HOUR = 3600
SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class Barred(PermissionDenied):
    """Somebody may not come in as they do; says what to do about it."""


class FactorWanted(Barred):
    """They have no second factor."""


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
    _hold_address(policy, request.user)
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
        raise FactorWanted("This workspace lets people in only with something besides their password.")


def hold_token(token: ApiToken) -> None:
    """Nothing; raises Barred where a personal token's person could not log in as the workspace wants it."""
    policy: WorkspacePolicy | None = getattr(token.workspace, "policy", None)
    if policy is None or token.user is None:
        return
    _hold_address(policy, token.user)
    needs_sign_on = policy.is_sign_on_required and token.user_id != policy.way_in_id
    if not needs_sign_on and not policy.is_second_factor_required:
        return
    if sign_on.is_linked(workspace=token.workspace, user=token.user):
        return
    if needs_sign_on:
        raise Barred(
            "This workspace lets people in through its sign-in provider alone. Log in by it once; your tokens then work."
        )
    if not _authenticators(token.user).exists():
        raise Barred(
            "This workspace asks for a second factor. Set one up in your account; your tokens then work."
        )


def has_just_begun(request: Any) -> bool:
    """Whether whoever asks told us who they are minutes ago, to log in; what a provider said of them does not count."""
    records = request.session.get(sign_on.RECORDS, [])
    is_by_provider = any(record.get("method") == sign_on.BY_PROVIDER for record in records)
    age = time.time() - float(request.session.get(BEGAN, 0))
    return not is_by_provider and 0 <= age < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def _hold_address(policy: WorkspacePolicy, user: User) -> None:
    if policy.domains and user.email.rpartition("@")[2].lower() not in policy.domains:
        raise Barred(f"This workspace takes only addresses of {', '.join(policy.domains)}.")


def _authenticators(user: User) -> QuerySet[Authenticator]:
    return Authenticator.objects.filter(user=user, type__in=SECOND_FACTORS)


def _age(request: Any) -> float:
    now = time.time()
    return now - float(request.session.get(BEGAN, now))


def _has_second_factor(request: Any) -> bool:
    """Whether this log-in used one, or one was set up since."""
    records = request.session.get(sign_on.RECORDS, [])
    if any(record.get("method") == "mfa" for record in records):
        return True
    return _authenticators(request.user).exists()
