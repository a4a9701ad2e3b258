"""Resources: rooms, chairs and machines that some services need."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from infinitypro.accounts.access import MemberRequest, member
from infinitypro.booking import offer, offer_pages, queries
from infinitypro.booking.models import Resource, Service, ServiceResource
from infinitypro.booking.offer_file import units
from infinitypro.booking.offer_forms import ResourceForm
from infinitypro.business import editing, schema
from infinitypro.business import file as business_file
from infinitypro.business.file import BadBusinessFile
from infinitypro.business.models import Profile
from infinitypro.core import pages


@member("services.view")
@require_GET
def resources(request: MemberRequest) -> HttpResponse:
    """All resources in use."""
    return _show(request)


def _show(request: MemberRequest, *, status: int = 200, **editor: Any) -> HttpResponse:
    if not Profile.objects.exists():
        return offer_pages.show(request, "business/none.html", known="resources")
    rows = [_row(row) for row in queries.resources() if units(row)]
    return offer_pages.show(request, "resources", known="resources", status=status, rows=rows, **editor)


def _row(row: Resource) -> dict[str, Any]:
    keys = _keys(row)
    names = [one.name for one in _offered() if one.key in keys]
    return {"id": row.id, "name": row.name, "count": units(row), "needed_for": ", ".join(names)}


def _offered() -> list[Service]:
    return [row for row in queries.services(all_of_them=True) if row.is_bookable]


def _keys(row: Resource) -> list[str]:
    found = ServiceResource.objects.filter(resource=row, service__is_bookable=True)
    return list(found.order_by("service__position", "service_id").values_list("service__key", flat=True))


def _find(resource_id: UUID) -> Resource:
    try:
        return Resource.objects.get(id=resource_id)
    except Resource.DoesNotExist:
        raise Http404("There is no such resource.") from None


@member("services.resources")
@require_http_methods(["GET", "POST"])
def resource(request: MemberRequest, resource: UUID) -> HttpResponse:
    """One resource being edited."""
    if request.method == "POST":
        offer_pages.locked(request)
    row = _find(resource)
    now = ResourceForm.plain(row, keys=_keys(row))
    if request.method == "GET":
        if "cancel" in request.GET:
            return _show_row(request, row)
        return _edit(request, row, ResourceForm(initial=now, offered=_offered()), seen=editing.seen(now))
    form = ResourceForm(request.POST, offered=_offered())
    if form.is_valid() and not offer_pages.is_overtaken(request, row.id, form, now) and _save(form, row):
        offer_pages.note(request, row.id)
        text = f"{form.cleaned_data['name']} is saved."
        if pages.is_part(request):
            return pages.toasted(_show_row(request, _find(resource)), text)
        return pages.moved_on(request, offer_pages.address(request, "resources"), text)
    known = editing.seen(now) if form.non_field_errors() else request.POST.get("seen", "")
    return _edit(request, row, form, seen=known, status=pages.WRONG)


def _save(form: ResourceForm, row: Resource | None) -> bool:
    """Whether it could be saved; if not, the form says why."""
    try:
        entry = business_file.check_part(schema.Resource, form.cleaned_data)
        offer.save_resource(entry=entry, resource_id=row.id if row else None)
    except BadBusinessFile as bad:
        editing.put_faults(form, bad.problems, field_of=form.field_of)
        return False
    return True


def _show_row(request: MemberRequest, row: Resource) -> HttpResponse:
    context = {"row": _row(row), "slug": request.workspace.slug}
    return render(request, "booking/offer/_resource.html", context)


def _edit(
    request: MemberRequest, row: Resource, form: ResourceForm, *, seen: str, status: int = 200
) -> HttpResponse:
    if not pages.is_part(request):
        return _show(request, status=status, editing=row.id, form=form, seen=seen)
    context = {"row": row, "form": form, "seen": seen, "slug": request.workspace.slug}
    return render(request, "booking/offer/_resource_edit.html", context, status=status)


@member("services.resources")
@require_http_methods(["GET", "POST"])
def new_resource(request: MemberRequest) -> HttpResponse:
    """One more resource."""
    if request.method == "GET":
        return _show(request, new=ResourceForm(initial={"count": 1}, offered=_offered()))
    offer_pages.locked(request)
    form = ResourceForm(request.POST, offered=_offered())
    if form.is_valid() and _is_new(form) and _save(form, None):
        text = f"{form.cleaned_data['name']} is added."
        if not pages.is_part(request):
            return pages.moved_on(request, offer_pages.address(request, "resources"), text)
        return pages.toasted(_show(request), text)
    return _show(request, status=pages.WRONG, new=form)


def _is_new(form: ResourceForm) -> bool:
    name = form.cleaned_data["name"]
    if any(row.name == name and units(row) for row in queries.resources()):
        form.add_error("name", f"There is a resource called “{name}” already.")
        return False
    return True


@member("services.resources")
@require_POST
def remove(request: MemberRequest, resource: UUID) -> HttpResponse:
    """No service needs it any more."""
    offer_pages.locked(request)
    row = _find(resource)
    offer.retire_resource(resource_id=row.id)
    text = f"{row.name} is removed. No service needs it any more."
    if not pages.is_part(request):
        return pages.moved_on(request, offer_pages.address(request, "resources"), text)
    return pages.toasted(_show(request), text)
