"""The pages about one's own account that are not allauth's."""

from uuid import UUID

from allauth.account.decorators import reauthentication_required
from allauth.account.forms import ResetPasswordForm
from allauth.account.views import PasswordResetFromKeyView
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from infinitypro.accounts import not_me, queries, services, sessions, sign_on
from infinitypro.accounts.forms import ProfileForm
from infinitypro.accounts.models import SignInProvider, User
from infinitypro.accounts.social import CONNECTING
from infinitypro.core import pages


class OwnRequest(HttpRequest):
    """A request of somebody who is signed in."""

    user: User


class NewPassword(PasswordResetFromKeyView):
    """Choosing a password by a link from the mail; an operator goes on to their own door."""

    def get_success_url(self) -> str:
        """Where to log in with it."""
        return reverse("operator:sign_in") if self.reset_user.is_operator else super().get_success_url()


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def profile(request: OwnRequest) -> HttpResponse:
    """What a person says of themselves and wants to be told."""
    form = (
        ProfileForm(request.POST, request.FILES) if request.method == "POST" else ProfileForm.of(request.user)
    )
    if request.method == "POST" and form.is_valid():
        services.change_profile(user=request.user, **form.profile())
        return pages.moved_on(request, request.path, "Saved.")
    about = {"form": form, "has_picture": queries.picture(user_id=request.user.id) is not None}
    return render(request, "account/profile.html", about, status=pages.WRONG if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def sessions_page(request: OwnRequest) -> HttpResponse:
    """Where a person is logged in; ends one of these sessions, all others, or all."""
    found = sessions.of(user=request.user)
    if request.method != "POST":
        return render(request, "account/sessions.html", {"sessions": found, "zone": request.user.time_zone})
    asked = request.POST.get("end", "")
    ended = [
        one
        for one in found
        if asked == "all" or (asked == "others" and not one.is_current) or asked == str(one.id)
    ]
    sessions.end(user=request.user, session_ids=[one.id for one in ended])
    if any(one.is_current for one in ended):
        logout(request)
        return redirect("account_login")
    return pages.moved_on(request, request.path, f"{len(ended)} ended.")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def not_me_page(request: HttpRequest, token: str) -> HttpResponse:
    """Where somebody says that a log-in was not theirs: every session ends, and a new password is needed."""
    claim = not_me.read(token)
    if claim is None:
        return render(request, "account/not_me.html", {"is_gone": True}, status=410)
    if request.method != "POST":
        return render(request, "account/not_me.html", {})
    sessions.shut_out(user=claim.user, since=claim.since, email=claim.email)
    form = ResetPasswordForm({"email": claim.email})
    if form.is_valid():
        form.save(request)
    return render(request, "account/not_me.html", {"is_done": True})


@login_required
@require_safe
def picture(request: OwnRequest, person: UUID) -> HttpResponse:
    """A person's picture, for themselves and their colleagues."""
    found = (
        queries.picture(user_id=person) if queries.is_colleague(user=request.user, other_id=person) else None
    )
    if found is None:
        raise Http404("There is no such picture for this person.")
    headers = {"Cache-Control": "private, max-age=300", "Content-Disposition": "inline"}
    return HttpResponse(found, content_type="image/webp", headers=headers)


@require_safe
@never_cache
def sign_on_page(request: HttpRequest) -> HttpResponse:
    """Where somebody names their workspace, to log in by its provider."""
    slug = request.GET.get("workspace", "").replace("\0", "").strip().lower()
    row = SignInProvider.objects.filter(workspace__slug=slug).first() if slug else None
    about = {"asked": slug, "way": None if row is None else sign_on.way(row)}
    return render(request, "account/sign_on.html", about)


@login_required
@require_safe
@never_cache
def providers(request: OwnRequest) -> HttpResponse:
    """The providers by which a person may log in, and those they could connect."""
    connected = {one.provider: one for one in SocialAccount.objects.filter(user=request.user)}
    rows = SignInProvider.objects.filter(workspace__memberships__user=request.user).order_by("id")
    ways = [*filter(None, [sign_on.google()]), *map(sign_on.way, rows)]
    found = [{"way": one, "account": connected.get(one.provider_id)} for one in ways]
    return render(request, "account/providers.html", {"providers": found})


@login_required
@require_POST
@reauthentication_required
def connect(request: OwnRequest, provider: str) -> HttpResponse:
    """The way to a provider, to be known there from then on. A link: our pages' policy lets no form lead elsewhere."""
    app = sign_on.app(provider)
    if app is None:
        raise Http404("There is no such provider.")
    request.session[CONNECTING] = provider
    return render(request, "account/connect.html", {"provider": app})


@login_required
@require_POST
@reauthentication_required
def disconnect(request: OwnRequest, provider: str) -> HttpResponse:
    """Take a provider away; the last way in stays."""
    if not services.has_another_way_in(user=request.user, than=provider):
        return pages.moved_on(request, reverse("providers"), "Set a password or add a passkey first.")
    SocialAccount.objects.filter(user=request.user, provider=provider).delete()
    return pages.moved_on(request, reverse("providers"), "Taken away.")
