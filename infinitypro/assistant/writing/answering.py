"""Answers from the facts, in the customer's language and the business's own words."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from infinitypro.assistant.facts import Facts, Faq, Hours, Interval
from infinitypro.assistant.moves import Answer
from infinitypro.assistant.writing import formats
from infinitypro.assistant.writing.page import Page

_SHOWN = 10
_CANCELLATION = re.compile(r"cancel", re.IGNORECASE)


def answer(result: Answer, page: Page) -> str:
    """Write the answer; what it asks for, or nothing."""
    return _TOPICS[result.topic](result, page) or ""


def cancellation_policy(facts: Facts) -> Faq | None:
    """The fact in which the business says what cancelling costs, if it has one."""
    return next((faq for faq in facts.faqs if _CANCELLATION.search(faq.question)), None)


def in_language(faq: Faq, language: str) -> str:
    """The answer in the customer's language where the business wrote one, else as it wrote it."""
    return faq.translations.get(language, faq.answer)


# ---- hours


def _hours(result: Answer, page: Page) -> str:
    if not result.days:
        _week(page)
    for day in result.days[:4]:
        if day == page.now.date():
            _today(page)
        else:
            _day(page, day)
    return ""


def _today(page: Page) -> None:
    today, hours = page.now.date(), page.facts.hours
    opened = hours.on(today)
    if not opened:
        _closed(page, today)
        return
    spans, clock = page.opened(opened), page.now.time()
    if hours.is_open(page.now):
        page.say("hours_today_open", opened=spans)
    elif any(clock < opens for opens, _ in opened):
        page.say("hours_today_later", opened=spans)
    else:
        page.say("hours_today_over", opened=spans, next=_next(page))


def _day(page: Page, day: date) -> None:
    opened = page.facts.hours.on(day)
    if opened:
        page.say("hours_day", day=page.day(day, source="hours"), opened=page.opened(opened))
    else:
        _closed(page, day)


def _closed(page: Page, day: date) -> None:
    reason = page.facts.hours.reason(day)
    if reason:
        page.say(
            "hours_closed_reason",
            day=page.day(day, source="hours"),
            reason=page.named(reason, source="hours"),
        )
    else:
        page.say("hours_closed", day=page.day(day, source="hours"))
    if day == page.now.date():
        page.say("hours_closed_next", next=_next(page))


def _next(page: Page) -> str:
    at = page.facts.hours.next_opening(page.now)
    return page.moment(at) if at else ""


def _week(page: Page) -> None:
    """Monday to Sunday, days with the same hours on one line; then the closed days that are near."""
    page.say("hours_week")
    monday = page.now.date() - timedelta(days=page.now.weekday())
    runs: list[tuple[list[date], tuple[Interval, ...]]] = []
    for ahead in range(7):
        day = monday + timedelta(days=ahead)
        opened = page.facts.hours.weekly.get(day.weekday(), ())
        if runs and runs[-1][1] == opened:
            runs[-1][0].append(day)
        else:
            runs.append(([day], opened))
    for days, opened in runs:
        names = formats.both([page.weekday(day).text for day in days], language=page.language)
        names = names[:1].upper() + names[1:]
        if opened:
            page.line(page.phrase("hours_line", day=names, opened=page.opened(opened)))
        else:
            page.line(page.phrase("hours_line_closed", day=names))
    _near_closures(page)


def _near_closures(page: Page) -> None:
    for ahead in range(8):
        day = page.now.date() + timedelta(days=ahead)
        if page.facts.hours.reason(day) and page.facts.hours.weekly.get(day.weekday()):
            _closed(page, day)


# ---- where


def _location(result: Answer, page: Page) -> str:
    if page.facts.address:
        page.say("location", address=page.named(page.facts.address, source="business.address"))
    else:
        page.say("location_unknown")
    if result.said == "nearby":
        page.say("nearby_unknown")
    return ""


def _contact(result: Answer, page: Page) -> str:
    facts, known = page.facts, False
    for key in ("phone", "email", "website"):
        value = getattr(facts, key)
        if value:
            page.say(f"contact_{key}", **{key: page.named(value, source=f"business.{key}")})
            known = True
    if not known:
        page.say("contact_none")
    return ""


# ---- services


def _price(result: Answer, page: Page) -> str:
    service = page.facts.service(result.service_id or "")
    name = page.service(service.id)
    if service.price is None:
        page.say("price_none", service=name)
    elif service.price == 0:
        page.say("price_zero", service=name)
    else:
        page.say("price_from" if service.price_from else "price", service=name, price=page.price(service))
    if service.note:
        page.say("note", note=page.named(service.note, source=f"service:{service.id}"))
    return ""


def _duration(result: Answer, page: Page) -> str:
    service = page.facts.service(result.service_id or "")
    is_spoken_of = any(claim.source == f"service:{service.id}" for claim in page.claims)
    if is_spoken_of:
        page.say("takes", minutes=page.minutes(service))
    else:
        page.say("duration", service=page.service(service.id), minutes=page.minutes(service))
    return ""


def _service(result: Answer, page: Page) -> str:
    service = page.facts.service(result.service_id or "")
    name, minutes = page.service(service.id), page.minutes(service)
    if service.price:
        key = "service_priced_from" if service.price_from else "service_priced"
        page.say(key, service=name, minutes=minutes, price=page.price(service))
    else:
        page.say("service_plain", service=name, minutes=minutes)
    if service.note:
        page.say("note", note=page.named(service.note, source=f"service:{service.id}"))
    return ""


def _who(result: Answer, page: Page) -> str:
    people = [page.person(person.id).text for person in page.facts.who_does(result.service_id or "")]
    key = "who_one" if len(people) == 1 else "who_many"
    page.say(
        key,
        people=formats.both(people, language=page.language),
        service=page.service(result.service_id or ""),
    )
    return ""


def _services(result: Answer, page: Page) -> str:
    names = [page.service(service.id).text for service in page.facts.services]
    key = "services_unsure" if result.said else "services"
    page.say(key, services=formats.both(names, language=page.language))
    return ""


def _too_many(result: Answer, page: Page) -> str:
    largest = int(result.said)
    page.say("too_many", count=page.number(largest, source="services"))
    return "other"


def _prices(result: Answer, page: Page) -> str:
    page.say("prices")
    for service in page.facts.services:
        name = page.service(service.id)
        if service.price is None:
            page.line(page.phrase("price_line_none", service=name))
        else:
            key = "price_line_from" if service.price_from else "price_line"
            page.line(page.phrase(key, service=name, price=page.price(service)))
    return ""


def _not_offered(result: Answer, page: Page) -> str:
    is_plain = result.said and all(letter.isalpha() or letter in " -'’" for letter in result.said)
    if is_plain and len(result.said) <= 40:
        page.say("not_offered", said=page.named(result.said, source="customer"))
    else:
        page.say("not_offered_plain")
    if len(page.facts.services) <= _SHOWN:
        names = [page.service(service.id).text for service in page.facts.services]
        page.say("services_instead", services=formats.both(names, language=page.language))
    return ""


# ---- the rest


def _faq(result: Answer, page: Page) -> str:
    faq = next(faq for faq in page.facts.faqs if faq.id == result.faq_id)
    quote_faq(page, faq)
    return ""


def quote_faq(page: Page, faq: Faq) -> None:
    """The business's own answer, introduced where it is in another language than the customer's."""
    if page.language not in faq.translations:
        _introduce(page)
    page.quote(in_language(faq, page.language), source=f"faq:{faq.id}")


def _introduce(page: Page) -> None:
    """Say whose words follow, where they are in another language than the customer's."""
    if page.language != page.facts.languages[0]:
        page.say("faq_frame")


def _note(result: Answer, page: Page) -> str:
    service = page.facts.service(result.service_id or "")
    _introduce(page)
    note = page.named(service.note, source=f"service:{service.id}")
    page.say("note_of", service=page.service(service.id), note=note)
    return ""


def _policy(result: Answer, page: Page) -> str:
    hours = page.facts.cancel_until_hours or 0
    page.say("policy_hours", hours=page.number(hours, source="booking.cancel_until_hours"))
    return ""


def _team(result: Answer, page: Page) -> str:
    people = [page.person(person.id).text for person in page.facts.staff]
    page.say("team", people=formats.both(people, language=page.language))
    return ""


def _staff(result: Answer, page: Page) -> str:
    names = [page.service(service.id).text for service in page.facts.what_does(result.staff_id or "")]
    page.say(
        "staff_does",
        person=page.person(result.staff_id or ""),
        services=formats.both(names, language=page.language),
    )
    return ""


def _staff_hours(result: Answer, page: Page) -> str:
    """When someone works: on the days asked about, else in the week."""
    person = page.facts.person(result.staff_id or "")
    hours = person.hours or page.facts.hours
    for day in result.days[:3]:
        spans = hours.on(day) if page.facts.hours.on(day) else ()
        if spans:
            page.say(
                "staff_on",
                person=page.person(person.id),
                day=page.day(day, source="hours"),
                opened=page.opened(spans),
            )
        else:
            page.say("not_staff_off", person=page.person(person.id), day=page.day(day, source="hours"))
    if not any(hours.on(day) for day in result.days):
        page.say("staff_week", person=page.person(person.id), days=_weekdays(hours, page))
    return ""


def _weekdays(hours: Hours, page: Page) -> str:
    monday = page.now.date() - timedelta(days=page.now.weekday())
    days = [monday + timedelta(days=number) for number in range(7) if hours.weekly.get(number)]
    return formats.both([page.weekday(day).text for day in days], language=page.language)


def _about(result: Answer, page: Page) -> str:
    _introduce(page)
    page.quote(page.facts.about, source="business.about")
    return ""


def _unknown(result: Answer, page: Page) -> str:
    page.say("unknown")
    return _offering(page)


def _near(result: Answer, page: Page) -> str:
    """What may be meant, with a reserve."""
    page.say("near")
    for option in result.options:
        answer(option, page)
    page.say("near_else")
    return _offering(page)


def _offering(page: Page) -> str:
    """A person's answer is on offer: yes or no."""
    page.button("yes", page.phrase("yes_please"))
    page.button("no", page.phrase("no_thanks"))
    return "other"


def _unknown_rest(result: Answer, page: Page) -> str:
    page.say("unknown_rest")
    return "other"


def _others(result: Answer, page: Page) -> str:
    page.say("others")
    return ""


_TOPICS: dict[str, Callable[[Answer, Page], str]] = {
    "hours": _hours,
    "location": _location,
    "contact": _contact,
    "price": _price,
    "duration": _duration,
    "service": _service,
    "who": _who,
    "services": _services,
    "prices": _prices,
    "not_offered": _not_offered,
    "faq": _faq,
    "policy": _policy,
    "team": _team,
    "staff": _staff,
    "staff_hours": _staff_hours,
    "unknown_rest": _unknown_rest,
    "too_many": _too_many,
    "about": _about,
    "note": _note,
    "near": _near,
    "unknown": _unknown,
    "others": _others,
}
