"""Accepting an invitation: whoever holds its link joins, with the account they have or one made on the spot."""

from typing import Any

from allauth.account.utils import perform_login
from django import forms
from django.contrib.auth import password_validation
from django.db import IntegrityError, transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from infinitypro.accounts import passwords, services, team
from infinitypro.accounts.models import Invitation, User
from infinitypro.business import queries as business
from infinitypro.config.team_forms import PlainForm
from infinitypro.core import audit, clock, tenancy
from infinitypro.core.audit.models import AuditEntry

GONE = 410


class JoinForm(PlainForm):
    """What an account needs besides the address, which the link proves: it went there by mail and nowhere else."""

    name = forms.CharField(
        label="Your name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    password = forms.CharField(
        label="Choose a password",
        help_text=passwords.LongEnough().get_help_text(),
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    is_of_age = forms.BooleanField(
        label="I am 16 or older.", error_messages={"required": "Accounts are for people of 16 and older."}
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._email = email

    def clean_password(self) -> str:
        """The password, if it is one that is hard to guess."""
        found: str = self.cleaned_data["password"]
        password_validation.validate_password(
            found, User(email=self._email, name=self.cleaned_data.get("name", ""))
        )
        return found


@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: Any, token: str) -> HttpResponseBase:
    """The invitation's page, and joining."""
    found = team.invitation(token=token, now=clock.now())
    if found is None:
        return render(request, "team/invitation_gone.html", status=GONE)
    try:
        return _answer(request, found)
    except (IntegrityError, team.Over):  # a second click, or taken back in that very moment
        return redirect(request.path)


def _answer(request: Any, found: Invitation) -> HttpResponseBase:
    if request.user.is_authenticated:
        return _join_as(request, found)
    if User.objects.filter(email__iexact=found.email).exists():
        log_in = f"{reverse('account_login')}?{urlencode({'next': request.path})}"
        return _page(request, found, log_in_url=log_in)
    return _join_anew(request, found)


def _join_as(request: Any, found: Invitation) -> HttpResponse:
    if request.user.email != found.email:
        return _page(request, found, other=request.user.email)
    if request.method == "GET":
        return _page(request, found, is_me=True)
    _join(request, found, request.user)
    return redirect("app")


def _join_anew(request: Any, found: Invitation) -> HttpResponseBase:
    form = JoinForm(request.POST or None, email=found.email)
    if request.method == "GET" or not form.is_valid():
        return _page(request, found, form=form, status=422 if form.is_bound else 200)
    said = form.cleaned_data
    with transaction.atomic():
        user = services.make_person(
            email=found.email, name=said["name"], password=said["password"], of_age_at=clock.now()
        )
        _join(request, found, user)
    entered: HttpResponseBase = perform_login(request, user, email_verification="none")
    return entered


def _join(request: Any, found: Invitation, user: User) -> None:
    place = audit.network(request.META.get("REMOTE_ADDR", ""))
    workspace_id = found.workspace_id
    with (
        tenancy.workspace(workspace_id),
        audit.acting(audit.Actor(AuditEntry.Kind.MEMBER, user.id, place)),
    ):
        member = team.accept(invitation=found, user=user)
        audit.record("team:joined", object_id=member.id)


def _page(request: Any, found: Invitation, *, status: int = 200, **more: Any) -> HttpResponse:
    with tenancy.workspace(found.workspace_id):
        name = business.place().name or found.workspace.slug
    post = found.role.name if found.role else found.built_in.capitalize()
    context = {"name": name, "post": post, "email": found.email, **more}
    return render(request, "team/invitation.html", context, status=status)
