"""Turns results into a reply: each kind of result has one function here or in answering.py."""

from collections.abc import Callable, Sequence
from typing import Any

from infinitypro.assistant.diary import Booking, Slot
from infinitypro.assistant.moves import (
    Answer,
    Ask,
    Booked,
    Cancelled,
    CancelProposed,
    Offered,
    Own,
    Passed,
    Proposed,
    Result,
    Tell,
)
from infinitypro.assistant.state import Dialogue
from infinitypro.assistant.writing import answering, formats, refusing
from infinitypro.assistant.writing.page import Page

_SERVICES_SHOWN = 12


def write(*, results: Sequence[Result], page: Page, dialogue: Dialogue) -> str:
    """Write all results on the page; the key of what the reply asks for, or nothing."""
    asks = ""
    for result in results:
        asks = _WRITERS[type(result)](result, page, dialogue) or asks
    return asks


def disclose(*, page: Page, contact_name: str, is_grave: bool) -> None:
    """Say, in the first message, that this is an automated assistant."""
    business = page.named(page.facts.name, source="business.name")
    if is_grave:
        page.say("disclose_plain", business=business)
        return
    first = contact_name.split()[0] if contact_name.split() else ""
    hello = page.phrase("hello")
    page.say(
        "disclose",
        hello=f"{hello} {page.named(first, source='contact.name')}" if first else hello,
        business=business,
    )


def price_part(page: Page, service_id: str) -> str:
    """The price after what is booked or proposed (", $48"), if there is one."""
    service = page.facts.service(service_id)
    if service.price is None:
        return ""
    return page.phrase("price_of_from" if service.price_from else "price_of", price=page.price(service))


def described(
    page: Page, row: Slot | Booking, service_id: str, *, is_full: bool = True, is_bare: bool = False
) -> dict[str, Any]:
    """What, with whom and when, for a phrase."""
    return {
        "service": page.service(service_id),
        "who": page.with_person(row),
        "moment": page.moment(row.start, is_full=is_full, is_bare=is_bare),
    }


# ---- booking


def _booked(result: Booked, page: Page, dialogue: Dialogue) -> str:
    booking = result.booking
    parts = described(page, booking, booking.service_id)
    if result.moved_from and result.moved_from.start == booking.start and parts["who"]:
        page.say("moved_person", old=page.person(result.moved_from.staff_id), **parts)
        return ""
    if result.moved_from:
        page.say("moved", old=page.moment(result.moved_from.start, is_full=True, is_bare=True), **parts)
        return ""
    page.say("booked", price=price_part(page, booking.service_id), **parts)
    note = page.facts.service(booking.service_id).note
    if note:
        page.say("note", note=page.named(note, source=f"service:{booking.service_id}"))
    page.say("booked_after")
    return ""


def _proposed(result: Proposed, page: Page, dialogue: Dialogue) -> str:
    if result.refusal:
        refusing.say_why(page, result.refusal, result.service_id)
    parts = described(page, result.slot, result.service_id, is_full=False)
    if result.moving:
        page.say("proposed_move", **parts)
    else:
        page.say("proposed", price=price_part(page, result.service_id), **parts)
    page.button("yes", page.phrase("yes_move" if result.moving else "yes_book"))
    page.button("other", page.phrase("other_time"))
    return "confirm"


def _offered(result: Offered, page: Page, dialogue: Dialogue) -> str:
    if result.refusal:
        refusing.say_why(page, result.refusal, result.service_id)
    if not result.slots:
        page.say("nothing_near")
        return "date"
    if result.is_earliest:
        _say_earliest(page, result)
    else:
        _say_times(page, result)
    for slot in result.slots:
        page.button(slot.start.isoformat(), _title(page, slot, result.slots))
    return result.asks


def _say_earliest(page: Page, result: Offered) -> None:
    first, *rest = result.slots
    page.say("offer_earliest", **described(page, first, result.service_id, is_full=False))
    if rest:
        page.say(
            "offer_more",
            clocks=formats.both([page.clock(slot.start).text for slot in rest], language=page.language),
        )
    page.say("which_slot")


def _say_times(page: Page, result: Offered) -> None:
    days = {slot.start.date() for slot in result.slots}
    people = {slot.staff_id for slot in result.slots}
    if len(days) == 1:
        key = "offer_near" if result.refusal else "offer_day"
        clocks = _clocks(page, result.slots, is_who=len(people) > 1)
        who = page.with_person(result.slots[0]) if len(people) == 1 else ""
        page.say(key, day=page.day(days.pop()), clocks=clocks, who=who)
    else:
        page.say("or_else" if result.refusal else "offer_lines")
        for slot in result.slots:
            moment = page.moment(slot.start, is_bare=True)
            page.line(page.phrase("offer_line", moment=moment, who=page.with_person(slot)))
    page.say("which_time" if result.asks == "time" else "which_slot")


def _clocks(page: Page, slots: Sequence[Slot], *, is_who: bool) -> str:
    """Times of one day to choose from, each with its person where they differ."""
    if not is_who:
        return formats.either([page.clock(slot.start).text for slot in slots], language=page.language)
    by_person: dict[str, list[Slot]] = {}
    for slot in slots:
        by_person.setdefault(slot.staff_id, []).append(slot)
    groups = [
        f"{_clocks(page, own, is_who=False)} {page.with_person(own[0])}".strip() for own in by_person.values()
    ]
    return ", ".join(groups)


def _title(page: Page, slot: Slot, slots: Sequence[Slot]) -> str:
    """A button's words: only what tells it from the others."""
    clock = page.spoken_clock(slot.start)
    title = clock
    if len({other.start.date() for other in slots}) > 1:
        title = f"{formats.weekday_short(slot.start.date(), locale=page.locale)}, {clock}"
    elif len({other.staff_id for other in slots}) > 1 and page.is_person_telling(slot.staff_id):
        title = f"{clock} {page.facts.person(slot.staff_id).short}"
    return title


# ---- asking


def _ask(result: Ask, page: Page, dialogue: Dialogue) -> str:
    if result.key == "service":
        return _ask_service(page, result.about)
    writer = _ASKS.get(result.key)
    if writer:
        return writer(page, dialogue)
    page.say(f"ask_{result.key}")
    return result.key


def _ask_service(page: Page, options: Sequence[str]) -> str:
    """Which service: among those that the words may mean, or all."""
    services = [service for service in page.facts.services if service.id in options] or list(
        page.facts.services
    )
    names = [page.service(service.id).text for service in services]
    if options:
        page.say("ask_service_which", services=formats.either(names, language=page.language))
    else:
        if len(services) <= _SERVICES_SHOWN:
            page.say("ask_service_list", services=formats.both(names, language=page.language))
        page.say("ask_service")
    for service in services if len(services) <= 3 else ():
        page.button(service.id, service.name)
    return "service"


def _ask_date(page: Page, dialogue: Dialogue) -> str:
    service = dialogue.wish.service
    if service:
        page.say("ask_date", service=page.service(service))
    else:
        page.say("ask_date_plain")
    return "date"


def _ask_date_move(page: Page, dialogue: Dialogue) -> str:
    page.say("ask_date_move")
    return "date"


def _ask_name(page: Page, dialogue: Dialogue) -> str:
    if dialogue.offered and dialogue.wish.service:
        page.say("ask_name", **described(page, dialogue.offered[0], dialogue.wish.service, is_full=False))
    else:
        page.say("ask_name_again")
    return "name"


def _ask_again(page: Page, dialogue: Dialogue) -> str:
    slot, service = dialogue.offered[0], dialogue.wish.service or ""
    key = "confirm_again_move" if dialogue.pending == "move" else "confirm_again"
    page.say(key, **described(page, slot, service, is_full=False))
    return "confirm"


def _ask_another(page: Page, dialogue: Dialogue) -> str:
    page.say("ask_another")
    return "service"


def _ask_when(page: Page, dialogue: Dialogue) -> str:
    page.say("what_else")
    return "date"


_ASKS: dict[str, Callable[[Page, Dialogue], str]] = {
    "date": _ask_date,
    "date_move": _ask_date_move,
    "name": _ask_name,
    "confirm_again": _ask_again,
    "what_else": _ask_when,
    "another": _ask_another,
}

# ---- the contact's own


def _own(result: Own, page: Page, dialogue: Dialogue) -> str:
    if not result.bookings:
        page.say("own_none")
        return "confirm"
    if len(result.bookings) == 1 and not result.asks:
        row = result.bookings[0]
        page.say("already" if result.is_already else "own_one", **described(page, row, row.service_id))
        return ""
    page.say("own_many")
    for row in result.bookings:
        page.line(page.phrase("own_line", **described(page, row, row.service_id, is_bare=True)))
        if result.asks:
            page.button(
                row.id,
                f"{formats.weekday_short(row.start.date(), locale=page.locale)} "
                f"{page.facts.service(row.service_id).name}",
            )
    if result.asks:
        page.say(f"ask_which_{result.verb or 'cancel'}")
    return result.asks


def _list(page: Page, rows: Sequence[Booking]) -> str:
    items = [
        page.phrase("own_line", **described(page, row, row.service_id)).removeprefix("– ") for row in rows
    ]
    return formats.both(items, language=page.language)


def _cancel_proposed(result: CancelProposed, page: Page, dialogue: Dialogue) -> str:
    if len(result.bookings) == 1:
        row = result.bookings[0]
        page.say("cancel_one", **described(page, row, row.service_id))
    else:
        page.say("cancel_many", list=_list(page, result.bookings))
    if result.is_late:
        _say_late(page)
    page.say("cancel_it" if len(result.bookings) == 1 else "cancel_them")
    page.button("yes", page.phrase("yes_cancel"))
    page.button("no", page.phrase("keep_it"))
    return "confirm"


def _say_late(page: Page) -> None:
    """That the free time is over, and what the business says about that in its own words."""
    hours = page.facts.cancel_until_hours or 0
    page.say("cancel_late", hours=page.number(hours, source="booking.cancel_until_hours"))
    policy = answering.cancellation_policy(page.facts)
    if policy:
        page.say("cancel_policy")
        page.quote(answering.in_language(policy, page.language), source=f"faq:{policy.id}")


def _cancelled(result: Cancelled, page: Page, dialogue: Dialogue) -> str:
    if len(result.bookings) > 1:
        page.say("cancelled_many", list=_list(page, result.bookings))
        return ""
    for row in result.bookings:
        page.say("cancelled_undo" if result.is_undo else "cancelled", **described(page, row, row.service_id))
    return ""


# ---- people and small talk


def _passed(result: Passed, page: Page, dialogue: Dialogue) -> str:
    faq = next((faq for faq in page.facts.faqs if faq.id == result.faq_id), None)
    if faq:
        answering.quote_faq(page, faq)
    page.say(f"passed_{result.reason}")
    if result.reason == "safety":
        page.say("passed_safety_urgent")
        if page.facts.phone and not result.opens_at:
            page.say("passed_safety_call", phone=page.named(page.facts.phone, source="business.phone"))
    if result.opens_at:
        page.say("person_at", next=page.moment(result.opens_at))
    return ""


def _tell(result: Tell, page: Page, dialogue: Dialogue) -> str:
    business = page.named(page.facts.name, source="business.name")
    page.say(result.what, business=business)
    return {"rephrase": "other", "nothing_to_move": "confirm", "series": "other"}.get(result.what, "")


def _answer(result: Answer, page: Page, dialogue: Dialogue) -> str:
    return answering.answer(result, page)


_WRITERS: dict[type, Callable[[Any, Page, Dialogue], str]] = {
    Booked: _booked,
    Proposed: _proposed,
    Offered: _offered,
    Ask: _ask,
    Own: _own,
    CancelProposed: _cancel_proposed,
    Cancelled: _cancelled,
    Passed: _passed,
    Tell: _tell,
    Answer: _answer,
}
