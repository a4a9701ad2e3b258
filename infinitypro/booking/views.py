"""The calendar."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from infinitypro.accounts.access import MemberRequest, member
from infinitypro.booking import arranging, catalogue, forms, presenting, queries, services, timetable, wording
from infinitypro.booking.models import Appointment
from infinitypro.booking.refusals import Refused
from infinitypro.business import queries as business
from infinitypro.core import clock

VIEWS = ("day", "week")
LONGEST = timedelta(days=62)
EARLIEST, LATEST = date(1980, 1, 1), date(2200, 1, 1)
NEXT_SHOWN = 5


def _url(request: MemberRequest) -> presenting.Address:
    def address(name: str, *arguments: UUID) -> str:
        return reverse(f"booking:{name}", args=[request.workspace.slug, *arguments])

    return address


def _wall() -> wording.Wall:
    return wording.wall(now=clock.now())


# Looking


@member("calendar.view")
@require_GET
def calendar(request: MemberRequest) -> HttpResponse:
    """The page; it asks for its appointments by itself."""
    wall, url = _wall(), _url(request)
    known = _known()
    asked_view = request.GET.get("view", "")
    shown = {
        "events_url": url("events"),
        "new_url": url("new") if request.access.may("calendar.book") else "",
        "opens_url": _opens(request, url),
        "date": (_read_day(request.GET.get("date", "")) or wall.today).isoformat(),
        "today": wall.today.isoformat(),
        "hour": clock.local(wall.now, wall.zone).hour,
        "view": asked_view if asked_view in VIEWS else "day",
        "week_starts": wall.week_starts,
        "locale": str(clock.locale("en", region=wall.region)).replace("_", "-"),
        "clock": "h12" if wall.is_12_hours else "h23",
        "has_staff": bool(known and known.staff),
        "staff_url": reverse("offer:new_person", args=[request.workspace.slug])
        if request.access.may("services.staff")
        else "",
    }
    if known:
        shown["first_hour"], shown["last_hour"] = timetable.hours_shown(known)
    return render(request, "booking/calendar.html", {"calendar": shown})


def _known() -> catalogue.Catalogue | None:
    try:
        return catalogue.current()
    except business.NoBusiness:
        return None


def _opens(request: MemberRequest, url: presenting.Address) -> str:
    """What the dialog shows at once: an appointment, or the form to book for a contact."""
    try:
        if "open" in request.GET:
            return url("appointment", UUID(request.GET["open"]))
        if "contact" in request.GET and request.access.may("calendar.book"):
            return f"{url('new')}?{urlencode({'contact': UUID(request.GET['contact'])})}"
    except ValueError:
        pass
    return ""


def _read_day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if EARLIEST <= found <= LATEST else None


@member("calendar.view")
@require_GET
def events(request: MemberRequest) -> HttpResponse:
    """What is on the days from `start` up to but without `end`."""
    first, end = (_read_day(request.GET.get(name, "")) for name in ("start", "end"))
    if first is None or end is None or not timedelta() < end - first <= LONGEST:
        return JsonResponse({"error": "Ask for start and end as days, at most 62 apart."}, status=422)
    try:
        asked = timetable.days(first=first, end=end, now=clock.now())
    except business.NoBusiness as missing:
        return JsonResponse({"error": str(missing)}, status=422)
    return JsonResponse(timetable.grid(asked, url=_url(request)))


@member("calendar.view")
@require_GET
def appointment(request: MemberRequest, appointment: UUID) -> HttpResponse:
    """One appointment's details; as a page of its own, the calendar with them open."""
    row = _find(appointment)
    if not request.headers.get("HX-Request"):
        return redirect(_on_its_day(request, row, _wall()))
    return _details(request, row)


def _find(appointment_id: UUID) -> Appointment:
    try:
        return queries.appointment(appointment_id=appointment_id)
    except Appointment.DoesNotExist:
        raise Http404("There is no such appointment.") from None


def _on_its_day(request: MemberRequest, row: Appointment, wall: wording.Wall) -> str:
    day = clock.local(row.start_at, wall.zone).date().isoformat()
    return f"{_url(request)('calendar')}?{urlencode({'date': day, 'open': row.id})}"


def _details(request: MemberRequest, row: Appointment, *, error: str = "", words: str = "") -> HttpResponse:
    wall, url = _wall(), _url(request)
    conversation = presenting.conversation_of(row.contact_id)
    where = (
        reverse("inbox:conversation", args=[request.workspace.slug, conversation]) if conversation else None
    )
    shown = presenting.details(row, wall=wall, conversation_url=where)
    may_move = request.access.may("calendar.move") and presenting.can_move(row, wall=wall)
    acts = presenting.acts(row, name=shown["name"], wall=wall, url=url)
    context = {
        "appointment": shown,
        "acts": [act for act in acts if request.access.may(act["needs"])],
        "move_url": url("move", row.id) if may_move else "",
        "error": error,
    }
    response = render(request, "booking/_appointment.html", context, status=422 if error else 200)
    if words:
        response.headers["HX-Trigger"] = json.dumps({"toast": {"text": words}, "live:appointment": {}})
    return response


@member("calendar.view")
@require_GET
def of_contact(request: MemberRequest, contact: UUID) -> HttpResponse:
    """A contact's next appointments, for the panel beside a conversation."""
    wall, url = _wall(), _url(request)
    only = request.access.only
    if only is not None and contact not in only.contacts:
        raise Http404("There is no such contact.")
    found = queries.upcoming(contact_id=contact, now=wall.now)[:NEXT_SHOWN]
    shown = [
        {
            "service": row.service.name,
            "staff": row.staff.name,
            "when": wall.when_starts(row.start_at),
            "status": row.status,
            "status_text": presenting.status_text(row, wall=wall),
            "url": _on_its_day(request, row, wall),
        }
        for row in found
    ]
    context = {
        "appointments": shown,
        "calendar_url": url("calendar"),
        "book_url": f"{url('calendar')}?{urlencode({'contact': contact})}",
    }
    return render(request, "booking/_contact_appointments.html", context)


# Acts on one appointment


def _act(request: MemberRequest, appointment_id: UUID, act: Callable[[], object], words: str) -> HttpResponse:
    """The appointment after an act, or with the sentence that says why it could not be done."""
    row = _find(appointment_id)
    error = ""
    try:
        act()
    except services.NotChangeable as refused:
        error = str(refused)
    except Refused as refused:
        names = {one.id: one.name for one in queries.staff()}
        error = wording.why(refused, wall=_wall(), names=names)
    if not request.headers.get("HX-Request"):
        return redirect(_on_its_day(request, row, _wall()))
    return _details(request, _find(appointment_id), error=error, words="" if error else words)


@member("calendar.confirm")
@require_POST
def confirm(request: MemberRequest, appointment: UUID) -> HttpResponse:
    """A held appointment is fixed."""
    now = clock.now()
    return _act(
        request, appointment, lambda: services.confirm(appointment_id=appointment, now=now), "Confirmed."
    )


@member("calendar.confirm")
@require_POST
def done(request: MemberRequest, appointment: UUID) -> HttpResponse:
    """The contact came."""
    now = clock.now()
    return _act(
        request,
        appointment,
        lambda: services.mark_done(appointment_id=appointment, now=now),
        "Marked as done.",
    )


@member("calendar.confirm")
@require_POST
def no_show(request: MemberRequest, appointment: UUID) -> HttpResponse:
    """The contact did not come."""
    now = clock.now()
    return _act(
        request,
        appointment,
        lambda: services.mark_no_show(appointment_id=appointment, now=now),
        "Noted: did not come.",
    )


@member("calendar.cancel")
@require_POST
def cancel(request: MemberRequest, appointment: UUID) -> HttpResponse:
    """The time is free again."""
    now = clock.now()
    return _act(
        request,
        appointment,
        lambda: services.cancel(appointment_id=appointment, now=now, by="member"),
        "Cancelled. The time is free again.",
    )


# Booking and moving


@member("calendar.book")
@require_http_methods(["GET", "POST"])
def new(request: MemberRequest) -> HttpResponse:
    """The form to book for a contact, and the booking."""
    if not business.has_facts():
        raise Http404("There is nothing to book yet.")
    wall = _wall()
    if request.method == "GET":
        return _arrange(request, arranging.draft(request.GET.dict(), wall=wall), wall)
    asked = arranging.draft(request.POST.dict(), wall=wall)
    form = forms.New(request.POST, services=forms.services(), **_choices(asked, wall))
    if not form.is_valid():
        return _arrange(request, asked, wall, errors=_errors(form))
    said = form.cleaned_data
    return _arranged(
        request,
        asked,
        wall,
        lambda: services.check_and_book(
            contact_id=said["contact"],
            service_id=UUID(said["service"]),
            staff_id=form.staff_id(),
            start=said["start"],
            now=wall.now,
            source="member",
            note=said["note"] or None,
        ),
        "Booked",
    )


@member("calendar.move")
@require_http_methods(["GET", "POST"])
def move(request: MemberRequest, appointment: UUID) -> HttpResponse:
    """The form for another time, and the move."""
    row, wall = _find(appointment), _wall()
    if request.method == "GET":
        return _arrange(request, arranging.draft(request.GET.dict(), wall=wall, moving=row), wall)
    asked = arranging.draft(request.POST.dict(), wall=wall, moving=row)
    form = forms.When(request.POST, **_choices(asked, wall))
    if not form.is_valid():
        return _arrange(request, asked, wall, errors=_errors(form))
    return _arranged(
        request,
        asked,
        wall,
        lambda: services.reschedule(
            appointment_id=row.id,
            start=form.cleaned_data["start"],
            now=wall.now,
            by="member",
            staff_id=form.staff_id(),
        ),
        "Moved",
    )


def _choices(asked: arranging.Draft, wall: wording.Wall) -> dict[str, Any]:
    zone = catalogue.current().shop.hours.zone
    return {"people": forms.people(service_id=asked.service_id), "zone": zone, "today": wall.today}


def _errors(form: forms.When) -> dict[str, str]:
    return {name: str(found[0]) for name, found in form.errors.items()}


def _arrange(
    request: MemberRequest,
    asked: arranging.Draft,
    wall: wording.Wall,
    *,
    errors: dict[str, str] | None = None,
) -> HttpResponse:
    if not request.headers.get("HX-Request") and not errors:
        where = {"open": asked.moving.id} if asked.moving else {"contact": asked.contact_id or ""}
        return redirect(f"{_url(request)('calendar')}?{urlencode(where)}")
    shown = arranging.context(asked, wall=wall, url=_url(request), errors=errors)
    return render(request, "booking/_arrange.html", shown, status=422 if errors else 200)


def _arranged(
    request: MemberRequest,
    asked: arranging.Draft,
    wall: wording.Wall,
    act: Callable[[], Appointment],
    verb: str,
) -> HttpResponse:
    """The appointment as it was made or moved, or the form again with the reason and what is free instead."""
    try:
        row = _find(act().id)
    except services.NotChangeable as refused:
        return _arrange(request, asked, wall, errors={"typed": str(refused)})
    except Refused as refused:
        shown = arranging.refused(refused, asked, wall=wall, url=_url(request))
        return render(request, "booking/_arrange.html", shown, status=422)
    if not request.headers.get("HX-Request"):
        return redirect(_on_its_day(request, row, wall))
    words = f"{verb}: {wall.near_day(row.start_at)}, {wall.time(row.start_at)}, with {row.staff.name}."
    return _details(request, row, words=words)
