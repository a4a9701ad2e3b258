"""Those who run the installation: people of their own, in no workspace, who need a second factor for everything."""

import functools
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.account.authentication import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from infinitypro.accounts import erasure, support
from infinitypro.accounts.models import SupportGrant, User, Workspace
from infinitypro.core import audit, tenancy
from infinitypro.core.audit.models import AuditEntry
from infinitypro.core.errors import Problem

DOOR = "/operator/"
NO_FACTOR = "The console lets people in only with something besides their password."
SAFE = ("GET", "HEAD", "OPTIONS")
REFUSED = 400
APP, PASSKEY = Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN


def add(*, email: str, name: str) -> User:
    """A new operator, without a password; raises Problem where somebody has that address."""
    if User.objects.filter(email__iexact=email).exists():
        raise Problem(f"{email} has an account already. An operator needs an address of their own.")
    made = User(email=email.lower(), name=name or email.partition("@")[0], is_operator=True)
    made.set_unusable_password()
    with transaction.atomic():
        made.save()
        EmailAddress.objects.create(user_id=made.id, email=made.email, verified=True, primary=True)
        audit.note_security("operator.added", user_id=made.id)
    return made


def all_() -> list[User]:
    """Every operator, the first one first."""
    return list(User.objects.filter(is_operator=True).order_by("joined_at", "id"))


def remove(*, email: str, now: datetime) -> None:
    """Forget an operator and end what they were let see; raises Problem where there is none of that address."""
    found = User.objects.filter(email__iexact=email, is_operator=True).first()
    if found is None:
        raise Problem(f"No operator has the address {email}. `infinitypro operator list` shows them.")
    with transaction.atomic():
        for grant in SupportGrant.objects.filter(operator_id=found.id, ended_at=None):
            with tenancy.workspace(grant.workspace_id):
                support.end(grant_id=grant.id, now=now)
        audit.note_security("operator.removed", user_id=found.id)
        erasure.remove_if_homeless(user_id=found.id)


def factors(*, user: User) -> set[str]:
    """The second factors that a person has set up."""
    rows = Authenticator.objects.filter(user=user, type__in=(APP, PASSKEY))
    return set(rows.values_list("type", flat=True))


def is_at_own_door(request: HttpRequest, user: User) -> bool:
    """Whether the person logs in where they should: operators at the console, everybody else at the workspaces'."""
    return user.is_operator == request.path.startswith(DOOR)


def is_proven(request: Any) -> bool:
    """Whether this session belongs to an operator and was opened with a second factor that they still have."""
    return request.user.is_operator and _used_factor(request) and bool(factors(user=request.user))


def _used_factor(request: Any) -> bool:
    return any(one["method"] == "mfa" for one in get_authentication_records(request, request.user))


class OperatorRequest(HttpRequest):
    """A request of an operator."""

    user: User
    workspace_id: (
        UUID | None
    )  # of the workspace that an act touches; a view whose address names one finds it here
    act: str  # what an act is recorded as, where it is not the address's name


class OperatorView:
    """A view at `/operator/…`: for operators who have shown a second factor; each act stands in the installation's log,
    and in the workspace's own where it touches one."""

    def __init__(self, view: Callable[..., HttpResponse]) -> None:
        functools.update_wrapper(self, view)
        self.view = view

    def __call__(self, request: Any, **named: Any) -> HttpResponseBase:
        """The view's answer; raises Http404 for a member. Whoever is not signed in, or lacks a factor, is led to it."""
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), reverse("operator:sign_in"))
        if not request.user.is_operator:
            raise Http404("There is nothing here for this person.")
        if not is_proven(request):
            return _to_second_factor(request)
        response = self._answer(request, named)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    @transaction.atomic
    def _answer(self, request: Any, named: dict[str, Any]) -> HttpResponse:
        slug = named.get("workspace")
        request.workspace_id = _workspace_id(slug) if slug else None
        place = audit.network(request.META.get("REMOTE_ADDR", ""))
        with audit.acting(audit.Actor(AuditEntry.Kind.OPERATOR, request.user.id, place)):
            response = self.view(request, **named)
            if request.method not in SAFE and response.status_code < REFUSED:
                _record(request, place)
        return response


def operator(view: Callable[..., HttpResponse]) -> OperatorView:
    """For views at `/operator/…`."""
    return OperatorView(view)


def _workspace_id(slug: str) -> UUID:
    found = Workspace.objects.filter(slug=slug).values_list("id", flat=True).first()
    if found is None:
        raise Http404("There is no such workspace.")
    return found


def _to_second_factor(request: Any) -> HttpResponseBase:
    """To where a first factor is set up, or the one they have is shown."""
    known = factors(user=request.user)
    if not known:
        return render(request, "account/factor_wanted.html", {"exception": NO_FACTOR}, status=403)
    way = "mfa_reauthenticate" if APP in known else "mfa_reauthenticate_webauthn"
    return redirect_to_login(request.get_full_path(), reverse(way))


def _record(request: Any, place: str) -> None:
    act = f"operator.{getattr(request, 'act', request.resolver_match.url_name)}"
    audit.note_security(act, user_id=request.user.id, workspace_id=request.workspace_id, network=place)
    if request.workspace_id:
        with tenancy.workspace(request.workspace_id):
            audit.record(act)
