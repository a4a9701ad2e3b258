"""Services and prices: a table whose rows are edited where they stand."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from infinitypro.accounts.access import MemberRequest, member
from infinitypro.booking import offer, offer_pages, queries
from infinitypro.booking.models import Resource, Service, ServiceResource, Staff, StaffService
from infinitypro.booking.offer_file import units
from infinitypro.booking.offer_forms import ServiceForm
from infinitypro.business import editing, money, schema
from infinitypro.business import file as business_file
from infinitypro.business.file import BadBusinessFile
from infinitypro.business.models import Profile
from infinitypro.core import pages
from infinitypro.core.templatetags.look import initials


@dataclass(frozen=True)
class Desk:
    """What the rows are shown with."""

    profile: Profile
    people: list[Staff]
    resources: list[Resource]
    who: Mapping[UUID, list[UUID]]
    needs: Mapping[UUID, list[UUID]]

    def form(self, *args: Any, **kwargs: Any) -> ServiceForm:
        """An empty, filled or posted form."""
        return ServiceForm(
            *args, currency=self.profile.currency, people=self.people, resources=self.resources, **kwargs
        )

    def plain(self, row: Service) -> dict[str, Any]:
        """What a row's form is filled with."""
        return ServiceForm.plain(
            row,
            currency=self.profile.currency,
            staff_ids=self.does(row.id),
            resource_ids=self.needs.get(row.id, []),
        )

    def does(self, service_id: UUID) -> list[UUID]:
        """Who does a service."""
        named = self.who.get(service_id, [])
        return [one.id for one in self.people if one.does_everything or one.id in named]

    def price(self, row: Service) -> str:
        """A price as customers read it."""
        if row.price is None:
            return ""
        text = money.say(row.price, currency=self.profile.currency, region=self.profile.country)
        return f"from {text}" if row.price_from else text


def _desk() -> Desk | None:
    profile = Profile.objects.first()
    if profile is None:
        return None
    who, needs = defaultdict(list), defaultdict(list)
    for service_id, staff_id in StaffService.objects.order_by("id").values_list("service_id", "staff_id"):
        who[service_id].append(staff_id)
    for service_id, resource_id in ServiceResource.objects.order_by("id").values_list(
        "service_id", "resource_id"
    ):
        needs[service_id].append(resource_id)
    people = [row for row in queries.staff(all_of_them=True) if row.is_active]
    return Desk(profile, people, [row for row in queries.resources() if units(row)], who, needs)


def _needed_desk() -> Desk:
    desk = _desk()
    if desk is None:
        raise Http404("There are no facts yet.")
    return desk


def _row(row: Service, desk: Desk) -> dict[str, Any]:
    does = desk.does(row.id)
    around = [row.buffer_before, row.minutes, row.buffer_after]
    said = [
        "also: " + ", ".join(row.also) if row.also else "",
        row.note,
        "nobody does it" if row.is_bookable and not does else "",
    ]
    return {
        "id": row.id,
        "name": row.name,
        "said": [text for text in said if text],
        "takes": " + ".join(str(part) for part in around if part) + " min",
        "price": desk.price(row),
        "people": [{"name": p.name, "initials": initials(p.name)} for p in desk.people if p.id in does],
        "is_bookable": row.is_bookable,
    }


@member("services.view")
@require_GET
def services(request: MemberRequest) -> HttpResponse:
    """All services with their prices."""
    return _show(request)


def _show(request: MemberRequest, *, status: int = 200, **editor: Any) -> HttpResponse:
    desk = _desk()
    if desk is None:
        return offer_pages.show(request, "business/none.html", known="services")
    rows = [_row(row, desk) for row in queries.services(all_of_them=True)]
    return offer_pages.show(request, "services", known="services", status=status, rows=rows, **editor)


@member("services.edit")
@require_http_methods(["GET", "POST"])
def service(request: MemberRequest, service: UUID) -> HttpResponse:
    """One service being edited: its row alone for htmx, else in the table."""
    if request.method == "POST":
        offer_pages.locked(request)
    desk, row = _needed_desk(), _find(service)
    now = desk.plain(row)
    if request.method == "GET":
        if "cancel" in request.GET:
            return _show_row(request, row, desk)
        return _edit(request, row, desk.form(initial=now), seen=editing.seen(now))
    form = desk.form(request.POST)
    if form.is_valid() and not offer_pages.is_overtaken(request, row.id, form, now):
        try:
            _save(form, row)
        except BadBusinessFile as bad:
            editing.put_faults(form, bad.problems, field_of=form.field_of)
        else:
            return _saved(request, row.id, now)
    known = editing.seen(now) if form.non_field_errors() else request.POST.get("seen", "")
    return _edit(request, row, form, seen=known, status=pages.WRONG)


def _find(service_id: UUID) -> Service:
    try:
        return Service.objects.get(id=service_id)
    except Service.DoesNotExist:
        raise Http404("There is no such service.") from None


def _save(form: ServiceForm, row: Service | None) -> Service:
    key = row.key if row else _free_key(form.cleaned_data["name"])
    entry = business_file.check_part(schema.Service, form.entry(key=key))
    saved = offer.save_service(entry=entry, service_id=row.id if row else None)
    offer.set_who_does(service_id=saved.id, staff_ids=[UUID(one) for one in form.cleaned_data["staff"]])
    offer.set_needs(service_id=saved.id, resource_ids=[UUID(one) for one in form.cleaned_data["needs"]])
    return saved


def _free_key(name: str) -> str:
    """A key that no service has: two services may be called the same in two languages, but not have one key."""
    base = schema.slug(name) or "service"
    taken = set(Service.objects.values_list("key", flat=True))
    keys = [base, *(f"{base[:58]}-{number}" for number in range(2, len(taken) + 3))]
    return next(key for key in keys if key not in taken)


def _saved(request: MemberRequest, service_id: UUID, before: dict[str, Any]) -> HttpResponse:
    offer_pages.note(request, service_id)
    desk, row = _needed_desk(), _find(service_id)
    text = _said(row, desk, before)
    if not pages.is_part(request):
        return pages.moved_on(request, offer_pages.address(request, "services"), text)
    data = {"service": str(row.id), "form": before, "after": editing.seen(desk.plain(row))}
    return pages.toasted(_show_row(request, row, desk), text, undo=offer_pages.undo_address(request, data))


def _said(row: Service, desk: Desk, before: dict[str, Any]) -> str:
    """What happened: the new price where it is one."""
    after = desk.plain(row)
    if (after["price"], after["price_from"]) == (before["price"], before["price_from"]):
        return f"{row.name} is saved."
    return f"{row.name} is now {desk.price(row)}." if desk.price(row) else f"{row.name} has no price now."


def _show_row(request: MemberRequest, row: Service, desk: Desk) -> HttpResponse:
    context = {"row": _row(row, desk), "slug": request.workspace.slug}
    return render(request, "booking/offer/_service.html", context)


def _edit(
    request: MemberRequest, row: Service, form: ServiceForm, *, seen: str, status: int = 200
) -> HttpResponse:
    if not pages.is_part(request):
        return _show(request, status=status, editing=row.id, form=form, seen=seen)
    context = {"row": row, "form": form, "seen": seen, "slug": request.workspace.slug}
    return render(request, "booking/offer/_service_edit.html", context, status=status)


@member("services.edit")
@require_http_methods(["GET", "POST"])
def new_service(request: MemberRequest) -> HttpResponse:
    """One more service."""
    if request.method == "GET":
        desk = _desk()
        blank = {"buffer_before": 0, "buffer_after": 0}
        return _show(request, new=desk.form(initial=blank) if desk else None)
    offer_pages.locked(request)
    form = _needed_desk().form(request.POST)
    if form.is_valid():
        try:
            row = _save(form, None)
        except BadBusinessFile as bad:
            editing.put_faults(form, bad.problems, field_of=form.field_of)
        else:
            offer_pages.note(request, row.id)
            text = f"{row.name} is added. It can be booked at once."
            if not pages.is_part(request):
                return pages.moved_on(request, offer_pages.address(request, "services"), text)
            return pages.toasted(_show(request), text)
    return _show(request, status=pages.WRONG, new=form)


@member("services.edit")
@require_POST
def bookable(request: MemberRequest, service: UUID) -> HttpResponse:
    """The service is offered, or no longer; its appointments stand."""
    offer_pages.locked(request)
    row = _find(service)
    offer.set_bookable(service_id=row.id, is_bookable=request.POST.get("to") == "on")
    if not pages.is_part(request):
        return redirect(offer_pages.address(request, "services"))
    row.refresh_from_db()
    text = (
        f"{row.name} can be booked."
        if row.is_bookable
        else f"{row.name} is no longer offered. Appointments stand."
    )
    data = {"service": str(row.id), "is_bookable": not row.is_bookable}
    response = _show_row(request, row, _needed_desk())
    return pages.toasted(response, text, undo=offer_pages.undo_address(request, data))


@member("services.edit")
@require_POST
def undo(request: MemberRequest) -> HttpResponse:
    """A service as it was before a change, unless somebody has changed it again."""
    data = editing.undone(request.GET.get("was", ""))
    if data is None or "service" not in data:
        return HttpResponse(status=404)
    offer_pages.locked(request)
    desk, row = _needed_desk(), _find(UUID(data["service"]))
    if "is_bookable" in data:
        offer.set_bookable(service_id=row.id, is_bookable=data["is_bookable"])
        return pages.toasted(_show(request), f"{row.name} is as it was.")
    form = desk.form(data["form"])
    if editing.seen(desk.plain(row)) != data["after"] or not form.is_valid():
        return pages.toasted(_show(request), f"{row.name} has been changed again since. Nothing was undone.")
    _save(form, row)
    offer_pages.note(request, row.id)
    return pages.toasted(_show(request), f"{row.name} is as it was.")
