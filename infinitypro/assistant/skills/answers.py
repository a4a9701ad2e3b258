"""Questions that the business's facts answer, several in one message."""

from datetime import date, timedelta

from infinitypro.assistant.hearing import ABOUT, CERTAIN, CONTACT, LIKELY, NOTE
from infinitypro.assistant.moves import Answer
from infinitypro.assistant.skills.turn import Turn
from infinitypro.assistant.understanding.retrieval import NEAR, SURE, SURER

_OWN_WORDS = {"faq", "note", "about", "contact"}
# Answers that say little, before which a fact that is only likely is worth telling.
_VAGUE = {"not_offered", "services", "service"}
LIKELY_NEAR, RATHER_NEAR = 0.15, 0.1


def answers(turn: Turn) -> tuple[Answer, ...]:
    """What to answer from the facts, in a sensible order, nothing twice."""
    if turn.heard.has("others"):
        return (Answer(topic="others"),)
    found = [
        *_hours(turn),
        *_location(turn),
        *_service(turn),
        *_facts(turn),
        *_staff(turn),
        *_carried(turn),
    ]
    found = _telling(turn, found)
    if found and all(answer.topic in _VAGUE for answer in found):
        near = nearest(turn, floor=SURER if turn.heard.unknown_service else LIKELY_NEAR)
        found = [] if near else found
    if found and turn.heard.has_open_question:
        found.append(Answer(topic="unknown_rest"))
    return tuple(dict.fromkeys(found))


def _telling(turn: Turn, found: list[Answer]) -> list[Answer]:
    """Without what goes without saying beside the business's own words, or beside the hours; and without the note of a
    service of which something else was asked."""
    if turn.heard.has("who", "price", "duration"):
        found = [answer for answer in found if answer.topic != "note"] or found
    topics = {answer.topic for answer in found}
    general = {"prices", "services", "not_offered"} if topics & (_OWN_WORDS | {"hours"}) else set()
    if topics & _OWN_WORDS or not turn.heard.services:
        general |= {"service"} if general else set()
        general |= {"price"} if general and not turn.heard.has("price", "amount") else set()
    return [answer for answer in found if answer.topic not in general]


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
    has_fact = any(share >= SURE for _, share in heard.faqs)
    if heard.services and not heard.when.is_empty and not heard.has("question"):
        return []
    said = "nearby" if turn.heard.has("nearby") and not has_fact else ""
    return [Answer(topic="location", said=said)] if is_asked else []


def _service(turn: Turn) -> list[Answer]:
    """Price, length, what there is, who does it."""
    heard = turn.heard
    found: list[Answer] = []
    wants_price = heard.confidence("price") >= LIKELY or (heard.has("price") and bool(heard.services))
    wants_length = heard.has("duration")
    is_naming = bool(heard.services) and not heard.has("question") and len(heard.text.split()) <= 6
    is_who_only = bool(heard.staff) and not heard.services and not heard.unknown_service
    share = heard.confidence("service_info")
    is_info = share >= LIKELY and (bool(heard.unknown_service) or share >= heard.confidence("faq"))
    wants_info = is_info and not is_naming and not is_who_only
    if heard.unknown_service and (wants_price or wants_info or wants_length) and not heard.services:
        return [Answer(topic="not_offered", said=heard.unknown_service)]
    for service in _services(turn):
        if wants_price:
            found.append(Answer(topic="price", service_id=service))
        if wants_length:
            found.append(Answer(topic="duration", service_id=service))
        if heard.has("who") and (wants_info or wants_price or bool(heard.services)):
            found.append(Answer(topic="who", service_id=service))
        elif wants_info and not wants_price and not wants_length:
            found.append(Answer(topic="service", service_id=service))
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


def _facts(turn: Turn) -> list[Answer]:
    """What the business says in its own words, where it fits well."""
    floor = SURER if turn.heard.unknown_service else SURE
    return [_said(key) for key, share in turn.heard.faqs if share >= floor and _may_mean(turn, key)]


def nearest(turn: Turn, *, floor: float = NEAR) -> Answer | None:
    """The fact that may be meant, or two where neither is much likelier, to be told with a reserve."""
    near = [(key, share) for key, share in turn.heard.faqs if share >= floor and _may_mean(turn, key)]
    if not near:
        return None
    handed = {faq.id for faq in turn.facts.faqs if faq.hand_over}
    best = [key for key, share in near[:2] if share >= near[0][1] / 2]
    if best[0] in handed:
        return _said(best[0])
    return Answer(topic="near", options=tuple(_said(key) for key in best if key not in handed))


def _may_mean(turn: Turn, key: str) -> bool:
    """Whether a note is not one of another service than is spoken of."""
    spoken = turn.heard.services or turn.heard.service_options
    return not key.startswith(NOTE) or not spoken or key.removeprefix(NOTE) in spoken


def _said(key: str) -> Answer:
    if key == CONTACT:
        return Answer(topic="contact")
    if key.startswith(NOTE):
        return Answer(topic="note", service_id=key.removeprefix(NOTE))
    return Answer(topic="about") if key == ABOUT else Answer(topic="faq", faq_id=key)


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


def _carried(turn: Turn) -> list[Answer]:
    """ "And Sunday?" goes on with the topic of the last answer."""
    heard, dialogue = turn.heard, turn.dialogue
    if dialogue.topic == "staff_hours" and heard.staff and not heard.services and not dialogue.task:
        days = heard.when.days or dialogue.topic_days
        return [Answer(topic="staff_hours", staff_id=heard.staff[0], days=days)]
    if dialogue.task or dialogue.topic != "hours" or not heard.when.days or heard.services:
        return []
    return [Answer(topic="hours", days=heard.when.days)] if not heard.when.times else []
