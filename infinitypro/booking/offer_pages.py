"""What the pages of the offer share."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from infinitypro.accounts.access import MemberRequest
from infinitypro.business import editing
from infinitypro.business import services as business
from infinitypro.business.models import Profile
from infinitypro.core import clock, pages


def address(request: MemberRequest, name: str, *arguments: Any) -> str:
    """A page of the offer."""
    return reverse(f"offer:{name}", args=[request.workspace.slug, *arguments])


def show(request: MemberRequest, page: str, *, known: str, status: int = 200, **context: Any) -> HttpResponse:
    """A page, or its part where only that was asked for."""
    layout = "business/_part.html" if pages.is_part(request) else "business/known.html"
    shared = {"layout": layout, "known": known, "slug": request.workspace.slug}
    name = page if "/" in page else f"booking/offer/{page}.html"
    return render(request, name, shared | context, status=status)


def locked(request: MemberRequest) -> Profile:
    """The business, held until this request is over."""
    profile = business.lock()
    if profile is None:
        raise Http404("There are no facts yet.")
    return profile


def note(request: MemberRequest, thing: Any) -> None:
    """Remember who changed a thing."""
    business.note_edit(thing=str(thing), member_id=request.user.id, now=clock.now())


def undo_address(request: MemberRequest, data: dict[str, Any]) -> str:
    """Where a message's Undo posts to, or nothing where there is too much to carry."""
    token = editing.undo(data)
    return f"{address(request, 'undo')}?{urlencode({'was': token})}" if token else ""


def is_overtaken(request: MemberRequest, thing: Any, form: Any, now: dict[str, Any]) -> bool:
    """Whether somebody else was faster; the form then says who, and what stands there now."""
    if form.cleaned_data == now or not editing.is_overtaken(request, now):
        return False
    for text in (editing.overtaken(str(thing), me=request.user.id), *editing.differences(form, now)):
        form.add_error(None, text)
    return True
