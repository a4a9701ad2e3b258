"""The pages on which a business says what it is, when it is open, what it asks of bookings, and what it answers."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from infinitypro.accounts.access import MemberRequest, member
from infinitypro.business import closures, editing, forms, queries, services, week
from infinitypro.business.file import BadBusinessFile
from infinitypro.business.models import Faq, Profile
from infinitypro.core import clock, pages

SAVED = {
    "facts": "Saved. The assistant knows from the next message on.",
    "hours": "The hours are saved.",
    "rules": "The booking rules are saved.",
}


def address(request: MemberRequest, name: str, *arguments: Any) -> str:
    """A page of this room."""
    return reverse(f"business:{name}", args=[request.workspace.slug, *arguments])


def show(request: MemberRequest, page: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """A page, or its part where only that was asked for."""
    layout = "business/_part.html" if pages.is_part(request) else "business/known.html"
    shared = {"layout": layout, "known": page, "slug": request.workspace.slug}
    return render(request, f"business/{page}.html", shared | context, status=status)


def _profile(request: MemberRequest) -> Profile | None:
    if request.method == "POST":
        return services.lock()
    try:
        return queries.profile()
    except queries.NoBusiness:
        return None


def _done(request: MemberRequest, page: str, text: str, *, undo: str = "") -> HttpResponse:
    """The page after something was saved."""
    if not pages.is_part(request):
        return pages.moved_on(request, address(request, page), text)
    return pages.toasted(_PAGES[page](request), text, undo=undo)


def _note(request: MemberRequest, thing: str) -> None:
    services.note_edit(thing=thing, member_id=request.user.id, now=clock.now())


def _undo(request: MemberRequest, page: str, changes: dict[str, Any]) -> str:
    token = editing.undo({"page": page, "changes": changes})
    return f"{address(request, 'undo')}?{urlencode({'was': token})}" if token else ""


def _before(profile: Profile, changes: Mapping[str, object]) -> dict[str, Any]:
    plain = queries.as_plain(profile)
    return {name: plain[name] for name in changes}


# The business, and the booking rules


@member("business.view", change="business.facts")
@require_http_methods(["GET", "POST"])
def facts(request: MemberRequest) -> HttpResponse:
    """What the business is, and how it is reached."""
    return _form_page(request, "facts", forms.BusinessForm)


@member("business.view", change="business.rules")
@require_http_methods(["GET", "POST"])
def rules(request: MemberRequest) -> HttpResponse:
    """What the business asks of bookings."""
    return _form_page(request, "rules", forms.RulesForm)


def _form_page(
    request: MemberRequest, page: str, kind: type[forms.BusinessForm] | type[forms.RulesForm]
) -> HttpResponse:
    profile = _profile(request)
    if profile is None:
        return show(request, "none", known=page)
    if request.method == "GET":
        return _show_form(request, page, kind)
    now = kind.plain(profile)
    form = kind(request.POST, initial=now)
    if form.is_valid() and not _is_overtaken(request, page, form, now):
        before = _before(profile, form.changes())
        try:
            services.update(changes=form.changes())
        except BadBusinessFile as bad:
            editing.put_faults(form, bad.problems, field_of=kind.field_of)
        else:
            _note(request, page)
            return _done(request, page, SAVED[page], undo=_undo(request, page, before))
    known = editing.seen(now) if form.non_field_errors() else request.POST.get("seen", "")
    return show(request, page, status=pages.WRONG, form=form, seen=known, **_lists())


def _show_form(
    request: MemberRequest, page: str, kind: type[forms.BusinessForm] | type[forms.RulesForm]
) -> HttpResponse:
    now = kind.plain(queries.profile())
    return show(request, page, form=kind(initial=now), seen=editing.seen(now), **_lists())


def _is_overtaken(request: MemberRequest, thing: str, form: forms.Form, now: dict[str, Any]) -> bool:
    """Whether somebody else was faster; the form then says who, and what stands there now."""
    if form.cleaned_data == now or not editing.is_overtaken(request, now):
        return False
    for text in (editing.overtaken(thing, me=request.user.id), *editing.differences(form, now)):
        form.add_error(None, text)
    return True


def _lists() -> dict[str, Any]:
    return {"zones": forms.zones(), "currencies": forms.currencies()}


@member("business.view")
@require_POST
def undo(request: MemberRequest) -> HttpResponse:
    """Put back what a token says was there before."""
    data = editing.undone(request.GET.get("was", ""))
    page = data.get("page") if data else None
    if data is None or page not in _PAGES or services.lock() is None:
        return HttpResponse(status=404)
    request.access.require(f"business.{page}")
    services.update(changes=data["changes"])
    _note(request, page)
    return _done(request, page, "It is as it was.")


# Hours and holidays


@member("business.view", change="business.hours")
@require_http_methods(["GET", "POST"])
def hours(request: MemberRequest) -> HttpResponse:
    """When the business is open in an ordinary week, and when it is closed besides."""
    profile = _profile(request)
    if profile is None:
        return show(request, "none", known="hours")
    if request.method == "GET":
        return _show_hours(request)
    days, seen = week.posted(request.POST, prefix="hours"), request.POST.get("seen", "")
    if week.steps(days, request.POST, prefix="hours"):
        return _show_hours(request, days=days, seen=seen, is_typed=True)
    wanted, problem = week.written(days), ""
    if not week.has_errors(days) and wanted != profile.hours and editing.is_overtaken(request, profile.hours):
        problem, seen = editing.overtaken("hours", me=request.user.id), editing.seen(profile.hours)
        problem = f"{problem} Saved now: {week.say(profile.hours)}."
    elif not week.has_errors(days):
        before = {"hours": profile.hours}
        try:
            services.update(changes={"hours": wanted})
        except BadBusinessFile as bad:
            rest = week.put_faults(days, bad.problems, place="hours")
            problem = " ".join(editing.sentence(one)[1] for one in rest)
        else:
            _note(request, "hours")
            return _done(request, "hours", SAVED["hours"], undo=_undo(request, "hours", before))
    return _show_hours(request, status=pages.WRONG, days=days, problem=problem, seen=seen)


def _show_hours(request: MemberRequest, **context: Any) -> HttpResponse:
    profile = queries.profile()
    place = queries.place()
    shown: dict[str, Any] = {
        "days": week.shown(profile.hours),
        "seen": editing.seen(profile.hours),
        "closed": [
            {"text": text, "detail": detail, "seen": editing.seen(entry)}
            for entry, text, detail in closures.shown(profile, region=place.region, today=_today(place))
        ],
        "close_form": forms.ClosedForm(prefix="closed"),
        "holidays_form": forms.HolidaysForm(prefix="holidays", initial={"observed": True}),
        "rules": closures.suggested(profile.country),
        "zone": profile.timezone,
    }
    return show(request, "hours", **(shown | context))


def _today(place: queries.Place) -> Any:
    return clock.local(clock.now(), place.zone).date()


@member("business.hours")
@require_POST
def close(request: MemberRequest) -> HttpResponse:
    """One more day, or days, on which the business is closed."""
    return _add_closed(request, forms.ClosedForm(request.POST, prefix="closed"), "close_form")


@member("business.hours")
@require_POST
def holidays(request: MemberRequest) -> HttpResponse:
    """One more country whose public holidays are kept."""
    return _add_closed(request, forms.HolidaysForm(request.POST, prefix="holidays"), "holidays_form")


def _add_closed(
    request: MemberRequest, form: forms.ClosedForm | forms.HolidaysForm, name: str
) -> HttpResponse:
    profile = services.lock()
    if profile is None:
        raise Http404("There are no facts yet.")
    if form.is_valid():
        before = list(profile.closed_on)
        try:
            services.update(changes={"closed_on": [*before, form.entry()]})
        except BadBusinessFile as bad:
            editing.put_faults(form, bad.problems, field_of=form.field_of)
        else:
            _note(request, "closures")
            text = closures.said(form.entry())
            return _done(request, "hours", text, undo=_undo(request, "hours", {"closed_on": before}))
    return _show_hours(request, status=pages.WRONG, **{name: form})


@member("business.hours")
@require_POST
def open_again(request: MemberRequest) -> HttpResponse:
    """The business is no longer closed then."""
    profile = services.lock()
    if profile is None:
        raise Http404("There are no facts yet.")
    before = list(profile.closed_on)
    rest = [entry for entry in before if editing.seen(entry) != request.POST.get("seen")]
    if len(rest) == len(before):
        return _done(request, "hours", "Somebody else has removed this already.")
    services.update(changes={"closed_on": rest})
    _note(request, "closures")
    return _done(request, "hours", "Removed.", undo=_undo(request, "hours", {"closed_on": before}))


# Questions and answers


@member("business.view")
@require_http_methods(["GET"])
def questions(request: MemberRequest) -> HttpResponse:
    """What customers ask, with the business's own answers."""
    return _show_questions(request)


def _show_questions(request: MemberRequest, *, status: int = 200, **editor: Any) -> HttpResponse:
    if not Profile.objects.exists():
        return show(request, "none", known="questions")
    return show(request, "questions", status=status, rows=queries.faqs(), **editor)


@member("business.questions")
@require_http_methods(["GET", "POST"])
def question(request: MemberRequest, question: UUID) -> HttpResponse:
    """One question being edited: alone for htmx, else in its list."""
    if request.method == "POST":
        services.lock()
    row = _question(question)
    now = forms.QuestionForm.plain(row)
    if request.method == "GET":
        if "cancel" in request.GET:
            return _show_row(request, row)
        return _edit_question(request, row, forms.QuestionForm(initial=now), seen=editing.seen(now))
    form = forms.QuestionForm(request.POST)
    if form.is_valid() and not _is_overtaken(request, str(row.id), form, now):
        try:
            row = services.update_faq(faq_id=row.id, **form.cleaned_data)
        except BadBusinessFile as bad:
            editing.put_faults(form, bad.problems, field_of=form.field_of)
        else:
            _note(request, str(row.id))
            if pages.is_part(request):
                return pages.toasted(_show_row(request, row), "The answer is saved.")
            return pages.moved_on(request, address(request, "questions"), "The answer is saved.")
    known = editing.seen(now) if form.non_field_errors() else request.POST.get("seen", "")
    return _edit_question(request, row, form, seen=known, status=pages.WRONG)


def _question(question_id: UUID) -> Faq:
    try:
        return queries.faq(faq_id=question_id)
    except Faq.DoesNotExist:
        raise Http404("There is no such question.") from None


def _show_row(request: MemberRequest, row: Faq) -> HttpResponse:
    return render(request, "business/_question.html", {"row": row, "slug": request.workspace.slug})


def _edit_question(
    request: MemberRequest, row: Faq, form: forms.QuestionForm, *, seen: str, status: int = 200
) -> HttpResponse:
    if not pages.is_part(request):
        return _show_questions(request, status=status, editing=row.id, form=form, seen=seen)
    context = {"row": row, "form": form, "seen": seen, "slug": request.workspace.slug}
    return render(request, "business/_question_edit.html", context, status=status)


@member("business.questions")
@require_http_methods(["GET", "POST"])
def new_question(request: MemberRequest) -> HttpResponse:
    """One more question."""
    if request.method == "GET":
        return _show_questions(request, new=forms.QuestionForm())
    form = forms.QuestionForm(request.POST)
    if services.lock() is not None and form.is_valid():
        try:
            services.add_faq(**form.cleaned_data)
        except BadBusinessFile as bad:
            editing.put_faults(form, bad.problems, field_of=form.field_of)
        else:
            return _done(request, "questions", "The question is added.")
    return _show_questions(request, status=pages.WRONG, new=form)


@member("business.questions")
@require_POST
def move_question(request: MemberRequest, question: UUID) -> HttpResponse:
    """One place up or down."""
    services.lock()
    services.move_faq(faq_id=_question(question).id, by=-1 if request.POST.get("to") == "up" else 1)
    if pages.is_part(request):
        return _show_questions(request, moved=question, moved_to=request.POST.get("to"))
    return redirect(address(request, "questions"))


@member("business.questions")
@require_POST
def remove_question(request: MemberRequest, question: UUID) -> HttpResponse:
    """The question is gone; for ten minutes it can be put back."""
    services.lock()
    row = _question(question)
    place = [one.id for one in queries.faqs()].index(row.id)
    token = editing.undo({**forms.QuestionForm.plain(row), "place": place})
    services.remove_faq(faq_id=row.id)
    back = f"{address(request, 'question_back')}?{urlencode({'was': token})}" if token else ""
    return _done(request, "questions", "The question is removed.", undo=back)


@member("business.questions")
@require_POST
def question_back(request: MemberRequest) -> HttpResponse:
    """A question that was removed stands where it stood."""
    data = editing.undone(request.GET.get("was", ""))
    if data is None or "question" not in data or services.lock() is None:
        return HttpResponse(status=404)
    place = data.pop("place")
    row = services.add_faq(**data)
    services.move_faq(faq_id=row.id, by=place - len(queries.faqs()) + 1)
    return _done(request, "questions", "The question is back.")


_PAGES: dict[str, Callable[[MemberRequest], HttpResponse]] = {
    "facts": lambda request: _show_form(request, "facts", forms.BusinessForm),
    "rules": lambda request: _show_form(request, "rules", forms.RulesForm),
    "hours": _show_hours,
    "questions": _show_questions,
}
