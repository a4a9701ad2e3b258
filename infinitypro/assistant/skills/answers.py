"""Questions that the business's facts answer, several in one message."""

from datetime import date, timedelta

from infinitypro.assistant.hearing import CERTAIN, LIKELY
from infinitypro.assistant.moves import Answer
from infinitypro.assistant.skills.turn import Turn

_FAIR_FAQ, _SURELY = 0.5, 0.9
_CLEAR_FAQ, _RATHER_CLEAR_FAQ, _VERY_CLEAR_FAQ = 0.6, 0.85, 0.95
_FACTS = {"service_info", "hours", "location", "price"}
_TASKS = {"book", "reschedule", "cancel", "my_appointments", "confirm"}


def answers(turn: Turn) -> tuple[Answer, ...]:
    """What to answer from the facts, in a sensible order, nothing twice."""
    if turn.heard.has("others"):
        return (Answer(topic="others"),)
    found = [
        *_hours(turn),
        *_location(turn),
        *_service(turn),
        *_faqs(turn),
        *_staff(turn),
        *_contact(turn),
        *_carried(turn),
    ]
    if any(answer.topic in {"faq", "hours"} for answer in found):
        is_aside = not turn.heard.services and not turn.heard.has("price", "duration")
        general = {"prices", "services"} | ({"service", "price"} if is_aside else set())
        found = [answer for answer in found if answer.topic not in general]
    if found and turn.heard.has_open_question:
        found.append(Answer(topic="unknown_rest"))
    return tuple(dict.fromkeys(found))


def _hours(turn: Turn) -> list[Answer]:
    heard = turn.heard
    if heard.staff:
        return []
    share = heard.confidence("hours")
    is_asked = share >= CERTAIN or (share >= LIKELY and heard.has("opening", "closing")) or _is_shut(turn)
    if not is_asked:
        return []
    return [Answer(topic="hours", days=_asked_days(turn))]


def _is_shut(turn: Turn) -> bool:
    """Whether anything at all is asked for on days on which the doors stay closed ("do you have classes on Sunday?")."""
    heard, hours = turn.heard, turn.facts.hours
    is_general = heard.has("question") and not heard.services and not turn.dialogue.task and not turn.own
    return is_general and bool(heard.when.days) and not any(hours.on(day) for day in heard.when.days)


def _asked_days(turn: Turn) -> tuple[date, ...]:
    when, today = turn.heard.when, turn.now.date()
    if when.days:
        return when.days
    if when.span and (when.span[1] - when.span[0]).days <= 3:
        first, last = when.span
        return tuple(first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
    return (today,) if turn.heard.has("still") else ()


def _location(turn: Turn) -> list[Answer]:
    is_asked = turn.heard.confidence("location") >= CERTAIN or (
        turn.heard.intent == "location" and turn.heard.confidence("location") >= LIKELY
    )
    heard = turn.heard
    has_fact = any(score >= _CLEAR_FAQ for _, score in heard.faqs)
    if heard.services and not heard.when.is_empty and not heard.has("question"):
        return []
    said = "nearby" if turn.heard.has("nearby") and not has_fact else ""
    return [Answer(topic="location", said=said)] if is_asked else []


def _service(turn: Turn) -> list[Answer]:
    """Price, length, what there is, who does it."""
    heard = turn.heard
    found: list[Answer] = []
    wants_price = heard.confidence("price") >= LIKELY
    wants_length = heard.has("duration")
    is_naming = bool(heard.services) and not heard.has("question") and len(heard.text.split()) <= 6
    is_who_only = bool(heard.staff) and not heard.services and not heard.unknown_service
    wants_info = heard.confidence("service_info") >= LIKELY and not is_naming and not is_who_only
    if heard.unknown_service and (wants_price or wants_info or wants_length) and not heard.services:
        return [Answer(topic="not_offered", said=heard.unknown_service)]
    for service in _services(turn):
        if wants_price:
            found.append(Answer(topic="price", service_id=service))
        if wants_length:
            found.append(Answer(topic="duration", service_id=service))
        if wants_info and not wants_price and not wants_length:
            found.append(Answer(topic="who" if heard.has("who") else "service", service_id=service))
    if not found and (wants_price or wants_info):
        said = "" if heard.has("services") or not heard.has("question") else "unsure"
        found.append(Answer(topic="prices") if wants_price else Answer(topic="services", said=said))
    return found


def _services(turn: Turn) -> tuple[str, ...]:
    if turn.heard.services or turn.heard.service_options:
        return (*turn.heard.services, *turn.heard.service_options)[:4]
    known = turn.dialogue.wish.service or turn.dialogue.topic_service
    if turn.facts.has_service(known) and known:
        return (known,)
    own = tuple(dict.fromkeys(row.service_id for row in turn.own))
    return own if turn.heard.has("mine") and not turn.heard.unknown_service else ()


def _faqs(turn: Turn) -> list[Answer]:
    heard = turn.heard
    if heard.intent in {"thanks", "greeting"} and not heard.has("question"):
        return []
    is_asked = heard.confidence("faq") >= LIKELY
    if heard.intent in _TASKS and not is_asked and not heard.has("question"):
        return []
    if heard.intent in _TASKS and heard.services and not is_asked:
        return []
    floor = _FAIR_FAQ if heard.intent == "faq" and heard.confidence("faq") >= _SURELY else _CLEAR_FAQ
    if heard.intent in _FACTS | _TASKS and not is_asked:
        is_free = heard.intent in _TASKS and not heard.services
        floor = _RATHER_CLEAR_FAQ if is_free else _VERY_CLEAR_FAQ
    return [Answer(topic="faq", faq_id=faq) for faq, score in heard.faqs[:3] if score >= floor]


def _staff(turn: Turn) -> list[Answer]:
    """Who there is, what someone does, when someone works."""
    heard = turn.heard
    is_hours = heard.confidence("hours") >= LIKELY
    is_about_days = heard.has("working", "opening") or not heard.when.is_empty
    is_days = heard.has("which_days") and heard.has("working") and not turn.dialogue.task
    if heard.staff and (is_days or (is_hours and is_about_days and not heard.services)):
        return [Answer(topic="staff_hours", staff_id=heard.staff[0], days=_asked_days(turn))]
    if heard.staff and heard.confidence("service_info") >= CERTAIN and not heard.services:
        return [Answer(topic="staff", staff_id=heard.staff[0])]
    if heard.has("team") and not heard.services and not turn.dialogue.task:
        return [Answer(topic="team")]
    return []


def _contact(turn: Turn) -> list[Answer]:
    return (
        [Answer(topic="contact")]
        if turn.heard.has("contact") and turn.heard.intent in {"other", "faq", "location"}
        else []
    )


def _carried(turn: Turn) -> list[Answer]:
    """ "And Sunday?" goes on with the topic of the last answer."""
    heard, dialogue = turn.heard, turn.dialogue
    if dialogue.topic == "staff_hours" and heard.staff and not heard.services and not dialogue.task:
        days = heard.when.days or dialogue.topic_days
        return [Answer(topic="staff_hours", staff_id=heard.staff[0], days=days)]
    if dialogue.task or dialogue.topic != "hours" or not heard.when.days or heard.services:
        return []
    return [Answer(topic="hours", days=heard.when.days)] if not heard.when.times else []
