"""Says truthfully why a wish cannot be."""

from collections.abc import Callable

from infinitypro.assistant.facts import is_within
from infinitypro.assistant.moves import Refusal
from infinitypro.assistant.writing import formats
from infinitypro.assistant.writing.page import Page


def say_why(page: Page, refusal: Refusal, service_id: str) -> None:
    """One sentence with the reason."""
    _REASONS.get(refusal.reason, _full)(page, refusal, service_id)


def _closed(page: Page, refusal: Refusal, service_id: str) -> None:
    day = page.day(refusal.day, source="hours") if refusal.day else ""
    if refusal.closed_reason:
        page.say("not_closed_reason", day=day, reason=page.named(refusal.closed_reason, source="hours"))
    else:
        page.say("not_closed", day=day)


def _outside(page: Page, refusal: Refusal, service_id: str) -> None:
    if refusal.day is None:
        return _full(page, refusal, service_id)
    day, opened = page.day(refusal.day, source="hours"), page.opened(refusal.opened)
    slot = refusal.slot
    is_inside = slot and any(is_within(slot.start.time(), span) for span in refusal.opened)
    if is_inside:
        service = page.facts.service(service_id)
        page.say(
            "not_outside_hours_service",
            day=day,
            opened=opened,
            service=page.service(service_id),
            minutes=page.minutes(service),
        )
    else:
        page.say("not_outside_hours", day=day, opened=opened)
    return None


def _taken(page: Page, refusal: Refusal, service_id: str) -> None:
    if not refusal.slot:
        return _full(page, refusal, service_id)
    moment = page.moment(refusal.slot.start)
    if refusal.staff_id and page.is_person_telling(refusal.staff_id):
        page.say("not_taken_person", person=page.person(refusal.staff_id), moment=moment)
    else:
        page.say("not_taken", moment=moment)
    return None


def _too_soon(page: Page, refusal: Refusal, service_id: str) -> None:
    notice = page.facts.minimum_notice_minutes
    if not refusal.slot:
        return _full(page, refusal, service_id)
    moment = page.moment(refusal.slot.start)
    if notice and notice < 180:
        page.say(
            "not_too_soon", moment=moment, notice=page.number(notice, source="booking.minimum_notice_minutes")
        )
    else:
        page.say("not_too_soon_plain", moment=moment)
    return None


def _past(page: Page, refusal: Refusal, service_id: str) -> None:
    page.say("not_past_day")


def _beyond(page: Page, refusal: Refusal, service_id: str) -> None:
    if refusal.day:
        page.say(
            "not_beyond_horizon",
            day=page.day(refusal.day, source="booking.horizon_days", is_full=True, is_bare=True),
        )


def _break(page: Page, refusal: Refusal, service_id: str) -> None:
    if not refusal.slot or not refusal.day:
        return _full(page, refusal, service_id)
    if refusal.staff_id and refusal.spans:
        person, day = page.person(refusal.staff_id), page.day(refusal.day)
        page.say("not_break", person=person, day=day, span=_spans(page, refusal))
    else:
        page.say("not_break_any", moment=page.moment(refusal.slot.start), service=page.service(service_id))
    return None


def _spans(page: Page, refusal: Refusal) -> str:
    spans = [
        page.phrase("from_to", opens=page.clock(start), closes=page.clock(end))
        for start, end in refusal.spans
    ]
    return formats.both(spans, language=page.language)


def _staff_off(page: Page, refusal: Refusal, service_id: str) -> None:
    if refusal.staff_id and refusal.day:
        page.say("not_staff_off", person=page.person(refusal.staff_id), day=page.day(refusal.day))
    elif refusal.slot:
        page.say(
            "not_staff_off_any", moment=page.moment(refusal.slot.start), service=page.service(service_id)
        )
    else:
        _full(page, refusal, service_id)


def _staff_hours(page: Page, refusal: Refusal, service_id: str) -> None:
    if refusal.staff_id and refusal.day and refusal.spans:
        person, day = page.person(refusal.staff_id), page.day(refusal.day)
        page.say("not_staff_hours", person=person, day=day, span=_spans(page, refusal))
    elif refusal.slot:
        page.say(
            "not_staff_off_any", moment=page.moment(refusal.slot.start), service=page.service(service_id)
        )
    else:
        _full(page, refusal, service_id)


def _off_step(page: Page, refusal: Refusal, service_id: str) -> None:
    if refusal.slot:
        page.say("not_off_step", clock=page.clock(refusal.slot.start))


def _does_not(page: Page, refusal: Refusal, service_id: str) -> None:
    if not refusal.staff_id:
        return
    person, service = page.person(refusal.staff_id), page.service(service_id)
    others = [page.person(other).text for other in refusal.others]
    key = "not_staff_does_not_none"
    if others:
        key = "not_staff_does_not" if len(others) == 1 else "not_staff_does_not_many"
    page.say(key, person=person, service=service, others=formats.both(others, language=page.language))


def _resource(page: Page, refusal: Refusal, service_id: str) -> None:
    if refusal.slot:
        page.say("not_resource", moment=page.moment(refusal.slot.start), service=page.service(service_id))


def _full(page: Page, refusal: Refusal, service_id: str) -> None:
    if refusal.day and refusal.staff_id:
        page.say("not_full_person", person=page.person(refusal.staff_id), day=page.day(refusal.day))
    elif refusal.day:
        page.say("not_full_day", day=page.day(refusal.day))
    else:
        page.say("not_full_plain")


_REASONS: dict[str, Callable[[Page, Refusal, str], None]] = {
    "closed": _closed,
    "outside_hours": _outside,
    "taken": _taken,
    "too_soon": _too_soon,
    "past": _past,
    "beyond_horizon": _beyond,
    "break": _break,
    "staff_off": _staff_off,
    "staff_hours": _staff_hours,
    "staff_does_not": _does_not,
    "resource": _resource,
    "off_step": _off_step,
    "full": _full,
}
