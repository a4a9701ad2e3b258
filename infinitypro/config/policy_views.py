"""How a workspace's members log in: what is asked of them, its own sign-in provider, and the domains it proved."""

from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from infinitypro.accounts import composition, policies, sign_on
from infinitypro.accounts import queries as accounts
from infinitypro.accounts.access import MemberRequest, fresh, member, member_outside
from infinitypro.accounts.models import ProvenDomain, SignInProvider, WorkspacePolicy
from infinitypro.accounts.permissions import BuiltIn
from infinitypro.config.policy_forms import DomainForm, PolicyForm, ProviderForm
from infinitypro.core import audit, clock, pages, tenancy
from infinitypro.core.errors import Problem

POLICY = "security.policy"
OWNS = "workspace.own"  # whoever says who signs people in could come in as anybody
FORM = ["GET", "POST"]


def _address(request: MemberRequest) -> str:
    return reverse("policy:policy", args=[request.workspace.slug])


def _form(request: MemberRequest, standing: WorkspacePolicy | None, has_provider: bool) -> PolicyForm:
    rows = [row for row in accounts.team(workspace_id=request.workspace.id) if row.built_in == BuiltIn.OWNER]
    names = accounts.names(user_ids=[row.user_id for row in rows])
    kinds = policies.SECOND_FACTORS
    return PolicyForm(
        request.POST if request.method == "POST" else None,
        initial=PolicyForm.initial_of(standing),
        owners=[(str(row.user_id), names.get(row.user_id, row.user.email)) for row in rows],
        addresses=[request.user.email, *(row.user.email for row in rows)],
        has_second_factor=Authenticator.objects.filter(user=request.user, type__in=kinds).exists(),
        has_provider=has_provider,
    )


def _show(request: MemberRequest, page: str, *, status: int = 200, **about: Any) -> HttpResponse:
    about |= {"slug": request.workspace.slug}
    return render(request, f"policy/{page}.html", about, status=status)


@member(POLICY)
@require_http_methods(FORM)
@fresh
def policy(request: MemberRequest) -> HttpResponse:
    """What is asked of members, with the provider and the domains."""
    standing = WorkspacePolicy.objects.filter(workspace=request.workspace).first()
    row = SignInProvider.objects.filter(workspace=request.workspace).first()
    form = _form(request, standing, row is not None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        said["way_in_id"] = said.pop("way_in") or None
        with audit.changes(composition.things):
            WorkspacePolicy.objects.update_or_create(workspace=request.workspace, defaults=said)
        return pages.moved_on(request, _address(request), "Saved. It holds from the next page they open.")
    domains = ProvenDomain.objects.filter(workspace=request.workspace).order_by("domain")
    about = {
        "form": form,
        "provider": row,
        "domains": domains,
        "record": sign_on.RECORD,
        "claim": DomainForm(),
    }
    return _show(request, "policy", status=pages.WRONG if form.is_bound else 200, **about)


@member_outside(OWNS)
@require_http_methods(FORM)
def provider(request: MemberRequest) -> HttpResponse:
    """The workspace's provider; it is asked before it is kept."""
    row = SignInProvider.objects.filter(workspace=request.workspace).first()
    same = {"issuer": row.issuer, "client_id": row.client_id} if row else {}
    form = ProviderForm(request.POST if request.method == "POST" else None, initial=same, standing=same)
    if request.method == "POST" and form.is_valid() and _is_kept(request, form):
        return pages.moved_on(request, _address(request), "Saved. Connect your own account to it and try it.")
    back = request.build_absolute_uri(reverse("openid_connect_callback", args=[row.id.hex])) if row else ""
    with tenancy.workspace(request.workspace.id):  # the frame around the page shows what is in it
        status = pages.WRONG if form.is_bound else 200
        return _show(request, "provider", status=status, form=form, row=row, callback=back)


def _is_kept(request: MemberRequest, form: ProviderForm) -> bool:
    said = form.cleaned_data
    try:
        sign_on.look_up(issuer=said["issuer"])
    except Problem as problem:
        form.add_error("issuer", str(problem))
        return False
    with tenancy.workspace(request.workspace.id), audit.one_act():
        with audit.changes(composition.things):
            sign_on.set_provider(workspace=request.workspace, **said)
        audit.record("policy:provider")
    return True


@member(OWNS)
@require_POST
def remove_provider(request: MemberRequest) -> HttpResponse:
    """Forget the provider; then nobody can be asked to log in by it."""
    with audit.changes(composition.things):
        sign_on.remove_provider(workspace=request.workspace)
    WorkspacePolicy.objects.filter(workspace=request.workspace).update(is_sign_on_required=False)
    return pages.moved_on(request, _address(request), "Removed.")


@member(OWNS)
@require_POST
def claim(request: MemberRequest) -> HttpResponse:
    """Say that a domain is the workspace's."""
    form = DomainForm(request.POST)
    if not form.is_valid():
        return pages.moved_on(request, _address(request), " ".join(map(str, form.errors["domain"])))
    sign_on.claim(workspace=request.workspace, domain=form.cleaned_data["domain"])
    return pages.moved_on(request, _address(request), "Put the record into your DNS, then check it.")


def _domain(request: MemberRequest, domain_id: UUID) -> ProvenDomain:
    found = ProvenDomain.objects.filter(workspace=request.workspace, id=domain_id).first()
    if found is None:
        raise Http404("There is no such domain.")
    return found


@member_outside(OWNS)
@require_POST
def check(request: MemberRequest, domain: UUID) -> HttpResponse:
    """Ask the DNS whether the domain is the workspace's."""
    row = _domain(request, domain)
    if not sign_on.prove(row=row, now=clock.now()):
        said = f"The record is not there yet. It can take an hour; {row.domain} was asked just now."
        return pages.moved_on(request, _address(request), said)
    with tenancy.workspace(request.workspace.id):
        audit.record("policy:check", object_id=row.id)
    return pages.moved_on(request, _address(request), f"{row.domain} is proved to be yours.")


@member(OWNS)
@require_POST
def remove_domain(request: MemberRequest, domain: UUID) -> HttpResponse:
    """Take a domain back."""
    _domain(request, domain).delete()
    return pages.moved_on(request, _address(request), "Removed.")
