"""People: who is booked, when they work, what they do, and when they are away."""

from datetime import date, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from infinitypro.accounts.access import MemberRequest, member
from infinitypro.booking import offer, offer_pages, offered, queries
from infinitypro.booking.models import Service, Staff, StaffService, TimeOff
from infinitypro.booking.offer_forms import AwayForm, PersonForm
from infinitypro.business import editing, schema, week
from infinitypro.business import file as business_file
from infinitypro.business import queries as business
from infinitypro.business.file import BadBusinessFile
from infinitypro.business.models import Profile
from infinitypro.core import clock, pages
from infinitypro.core.templatetags.look import initials


@member("services.view")
@require_GET
def people(request: MemberRequest) -> HttpResponse:
    """Everybody who is booked, and who was."""
    return _list(request)


def _list(request: MemberRequest) -> HttpResponse:
    if not Profile.objects.exists():
        return offer_pages.show(request, "business/none.html", known="people")
    rows = [_line(row) for row in queries.staff(all_of_them=True)]
    return offer_pages.show(request, "people", known="people", rows=rows)


def _line(row: Staff) -> dict[str, Any]:
    count = StaffService.objects.filter(staff=row, service__is_bookable=True).count()
    away = TimeOff.objects.filter(staff=row, end_at__gt=clock.now()).order_by("start_at", "id").first()
    services = "every service" if row.does_everything else f"{count} service{'' if count == 1 else 's'}"
    hours = "whenever the business is open" if row.hours is None else week.say(row.hours) or "no hours yet"
    return {
        "id": row.id,
        "name": row.name,
        "initials": initials(row.name),
        "services": services,
        "hours": hours,
        "away": _say_away(away) if away else "",
        "is_active": row.is_active,
    }


def _say_away(row: TimeOff) -> str:
    place = business.place()
    plain = offered.time_off(row, ZoneInfo(place.zone))
    today = clock.local(clock.now(), place.zone).date()
    first = _say_moment(plain["from"], place.region, today)
    last = _say_moment(plain["to"], place.region, today)
    if "T" in plain["to"] and plain["to"][:10] == plain["from"][:10]:
        last = last.rpartition(", ")[2]
    text = first if first == last else f"{first} to {last}"
    return f"{text} ({row.reason})" if row.reason else text


def _say_moment(text: str, region: str, today: date) -> str:
    day, _, at = text.partition("T")
    said = clock.say_day(date.fromisoformat(day), region=region, today=today)
    return f"{said}, {clock.say_time(time.fromisoformat(at), region=region)}" if at else said


# One person


@member("services.staff")
@require_http_methods(["GET", "POST"])
def new_person(request: MemberRequest) -> HttpResponse:
    """Somebody more."""
    if not Profile.objects.exists():
        return offer_pages.show(request, "business/none.html", known="people")
    return _page(request, None)


@member("services.view", change="services.staff")
@require_http_methods(["GET", "POST"])
def person(request: MemberRequest, person: UUID) -> HttpResponse:
    """Somebody's name, hours, breaks, services and time off."""
    return _page(request, _find(person))


def _find(staff_id: UUID) -> Staff:
    try:
        return Staff.objects.get(id=staff_id)
    except Staff.DoesNotExist:
        raise Http404("There is no such person.") from None


def _page(request: MemberRequest, row: Staff | None) -> HttpResponse:
    if request.method == "GET":
        return _show(request, row)
    offer_pages.locked(request)
    if row is not None:
        row.refresh_from_db()
    form = PersonForm(request.POST, offered=_offered())
    hours = week.posted(request.POST, prefix="hours")
    breaks = week.posted(request.POST, prefix="breaks")
    typed: dict[str, Any] = {
        "form": form,
        "hours": hours,
        "breaks": breaks,
        "seen": request.POST.get("seen", ""),
    }
    grown = [
        week.steps(days, request.POST, prefix=name) for name, days in (("hours", hours), ("breaks", breaks))
    ]
    if any(grown):
        form.errors.clear()
        return _show(request, row, is_typed=True, **typed)
    entry = _entry(form, hours, breaks)
    if entry is not None and not _is_overtaken(request, row, form, hours, breaks):
        try:
            saved = offer.save_staff(
                entry=business_file.check_part(schema.Staff, entry), staff_id=row.id if row else None
            )
        except BadBusinessFile as bad:
            _put_faults(form, hours, breaks, bad.problems)
        else:
            return _saved(request, saved, is_new=row is None)
    if row is not None and form.non_field_errors():
        typed["seen"] = editing.seen(_state(row))
    return _show(request, row, status=pages.WRONG, **typed)


def _entry(form: PersonForm, hours: list[week.Day], breaks: list[week.Day]) -> dict[str, Any] | None:
    """What was typed, as a business file writes it; None where it is not complete."""
    written, rests = week.written(hours), week.written(breaks)
    is_whole = form.is_valid()
    if (
        not is_whole
        or week.has_errors(breaks)
        or (form.cleaned_data["has_own_hours"] and week.has_errors(hours))
    ):
        return None
    return form.entry(hours=written, breaks=rests)


def _put_faults(form: PersonForm, hours: list[week.Day], breaks: list[week.Day], problems: list[str]) -> None:
    plain = [problem.removeprefix("staff.") for problem in problems]
    rest = week.put_faults(hours, plain, place="hours")
    rest = week.put_faults(breaks, rest, place="breaks")
    editing.put_faults(form, rest, field_of=form.field_of)


def _is_overtaken(
    request: MemberRequest, row: Staff | None, form: PersonForm, hours: list[week.Day], breaks: list[week.Day]
) -> bool:
    if row is None:
        return False
    now, given = _state(row), form.cleaned_data
    typed = form.entry(hours=week.written(hours), breaks=week.written(breaks))
    if typed == now or not editing.is_overtaken(request, now):
        return False
    form.add_error(None, editing.overtaken(str(row.id), me=request.user.id))
    if given["name"] != now["name"]:
        form.add_error(None, f"Name is now “{now['name']}”.")
    form.add_error(
        None, f"Hours are now: {'the business’s' if now['hours'] is None else week.say(now['hours'])}."
    )
    return True


def _state(row: Staff) -> dict[str, Any]:
    """Somebody as a business file writes them, time off left out."""
    does = set(StaffService.objects.filter(staff=row).values_list("service_id", flat=True))
    keys = [one.key for one in _offered() if one.id in does]
    return {
        "name": row.name,
        "services": None if row.does_everything else keys,
        "hours": row.hours,
        "breaks": row.breaks,
    }


def _offered() -> list[Service]:
    return [row for row in queries.services(all_of_them=True) if row.is_bookable]


def _saved(request: MemberRequest, row: Staff, *, is_new: bool) -> HttpResponse:
    offer_pages.note(request, row.id)
    text = f"{row.name} is added and can be booked." if is_new else f"{row.name} is saved."
    if is_new or not pages.is_part(request):
        return _moved(request, offer_pages.address(request, "person", row.id), text)
    return pages.toasted(_show(request, row), text)


def _moved(request: MemberRequest, url: str, text: str) -> HttpResponse:
    response = pages.moved_on(request, url, text)
    if not pages.is_part(request):
        return response
    answer = HttpResponse(status=200)  # htmx would follow a redirect into the part it asked for
    answer.headers["HX-Redirect"] = url
    return answer


def _show(request: MemberRequest, row: Staff | None, *, status: int = 200, **typed: Any) -> HttpResponse:
    state = _state(row) if row else {"name": "", "services": None, "hours": None, "breaks": {}}
    initial = {
        "name": state["name"],
        "has_own_hours": int(state["hours"] is not None),
        "does_everything": int(state["services"] is None),
        "services": state["services"] or [],
    }
    profile = business.profile()
    context: dict[str, Any] = {
        "person": row,
        "form": PersonForm(initial=initial, offered=_offered()),
        "hours": week.shown(profile.hours if state["hours"] is None else state["hours"]),
        "breaks": week.shown(state["breaks"]),
        "seen": editing.seen(state),
        "away_form": AwayForm(prefix="away"),
        "away": _away(row) if row else [],
        "business_hours": week.say(profile.hours),
    }
    return offer_pages.show(request, "person", known="people", status=status, **(context | typed))


def _away(row: Staff) -> list[dict[str, Any]]:
    found = TimeOff.objects.filter(staff=row, end_at__gt=clock.now()).order_by("start_at", "id")
    return [{"id": one.id, "text": _say_away(one)} for one in found]


@member("services.staff")
@require_POST
def active(request: MemberRequest, person: UUID) -> HttpResponse:
    """They can be booked, or no longer; their appointments stand."""
    offer_pages.locked(request)
    row = _find(person)
    offer.set_active(staff_id=row.id, is_active=request.POST.get("to") == "on")
    if not pages.is_part(request):
        return redirect(offer_pages.address(request, "people"))
    row.refresh_from_db()
    text = (
        f"{row.name} can be booked."
        if row.is_active
        else f"{row.name} is no longer booked. Appointments stand."
    )
    return pages.toasted(_list(request), text)


# Time off


@member("services.away")
@require_POST
def away(request: MemberRequest, person: UUID) -> HttpResponse:
    """They are away then; appointments that lie in it stand, to be moved by a person."""
    offer_pages.locked(request)
    row, form = _find(person), AwayForm(request.POST, prefix="away")
    if not form.is_valid():
        return _show(request, row, status=pages.WRONG, away_form=form)
    try:
        entry = business_file.check_part(schema.TimeOff, form.entry())
    except BadBusinessFile as bad:
        editing.put_faults(form, bad.problems, field_of=form.field_of)
        return _show(request, row, status=pages.WRONG, away_form=form)
    made = offer.add_time_off(staff_id=row.id, entry=entry)
    return _away_done(request, row, f"{row.name} is away {_say_away(made)}.{_clashes(made)}")


def _clashes(made: TimeOff) -> str:
    """How many appointments lie in it: nobody moves them by themselves."""
    found = queries.between(start=made.start_at, end=made.end_at, now=clock.now(), staff_id=made.staff_id)
    if not found:
        return ""
    return (
        f" {len(found)} appointment{'s lie' if len(found) > 1 else ' lies'} in it: move them in the calendar."
    )


@member("services.away")
@require_POST
def back(request: MemberRequest, person: UUID, time_off: UUID) -> HttpResponse:
    """They are not away then."""
    offer_pages.locked(request)
    row = _find(person)
    offer.remove_time_off(time_off_id=time_off)
    return _away_done(request, row, f"{row.name} works then as usual.")


def _away_done(request: MemberRequest, row: Staff, text: str) -> HttpResponse:
    if not pages.is_part(request):
        return pages.moved_on(request, offer_pages.address(request, "person", row.id), text)
    return pages.toasted(_show(request, row), text)
