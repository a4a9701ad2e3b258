"""The pages about one's own account that are not allauth's."""

from uuid import UUID

from allauth.account.forms import ResetPasswordForm
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from infinitypro.accounts import not_me, queries, services, sessions
from infinitypro.accounts.forms import ProfileForm
from infinitypro.accounts.models import User
from infinitypro.core import pages


class OwnRequest(HttpRequest):
    """A request of somebody who is signed in."""

    user: User


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
    sessions.shut_out(user=claim.user, since=claim.since)
    form = ResetPasswordForm({"email": claim.user.email})
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
