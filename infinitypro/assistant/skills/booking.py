"""A new appointment: what is still missing, or what to look for."""

from infinitypro.assistant.diary import Booking, Slot
from infinitypro.assistant.hearing import CERTAIN, LIKELY, Heard
from infinitypro.assistant.moments import Moment
from infinitypro.assistant.moves import Answer, Ask, ListOwn, Move, Seek, Take
from infinitypro.assistant.several import Part
from infinitypro.assistant.skills import gather
from infinitypro.assistant.skills.turn import Step, Turn
from infinitypro.assistant.state import Dialogue, replace
from infinitypro.assistant.wish import Wish

# What a message with a day and a time may be about besides a new appointment.
_ELSEWHERE = ("complaint", "cancel", "reschedule", "person", "my_appointments", "hours", "thanks", "price")


def is_wanted(turn: Turn) -> bool:
    """Whether the message starts a booking or carries one on."""
    heard, dialogue = turn.heard, turn.dialogue
    if dialogue.task == "book":
        return heard.is_informative or heard.intent == "book" or bool(choice(turn))
    if heard.confidence("book") >= CERTAIN or (heard.intent == "book" and heard.confidence("book") >= LIKELY):
        return True
    if _is_other_service(turn):
        return True
    if not heard.services:
        return _is_moment_alone(turn)
    is_plain = not heard.has("question") and heard.confidence("price", "faq", "complaint", "cancel") < CERTAIN
    is_whole = heard.when.has_day and bool(heard.when.times) and heard.has("requesting")
    if is_whole and heard.confidence("complaint", "reschedule") < CERTAIN and not heard.has("calling_off"):
        return True
    is_timed = not heard.when.is_empty and heard.intent in {"other", "confirm", "greeting", "reschedule"}
    return is_timed or (is_plain and len(heard.text.split()) <= 6)


def _is_moment_alone(turn: Turn) -> bool:
    """Whether a day and a time are named and nothing says that they are for anything but a new appointment."""
    heard = turn.heard
    is_asking = heard.confidence("faq") >= CERTAIN
    is_elsewhere = is_asking or heard.confidence(*_ELSEWHERE) >= LIKELY or heard.has("thanks", "bye")
    return heard.when.has_day and bool(heard.when.times) and not turn.own and not is_elsewhere


def book(turn: Turn) -> Step:
    """The next step towards an appointment."""
    slot = choice(turn)
    if slot and turn.dialogue.task == "book" and turn.dialogue.wish.service and not _changes_service(turn):
        return take(turn, slot)
    if turn.dialogue.task != "book":
        turn = _fresh(turn)
    if turn.heard.each:
        turn = _first_of_several(turn)
    old = turn.dialogue.wish
    heard = gather.in_week_of(turn.heard, old.days[0] if old.days else None)
    if old.replaces and not _is_timed(heard.when):
        heard = replace(heard, when=Moment())
    wish = gather.gather(wish=old, heard=heard, facts=turn.facts, offered=turn.dialogue.offered)
    wish = _with_service(wish, turn)
    queue = tuple(turn.heard.services[1:]) or turn.dialogue.queue
    dialogue = replace(turn.dialogue, task="book", wish=wish, queue=queue, offered=turn.dialogue.offered)
    return onward(replace_dialogue(turn, dialogue))


def _first_of_several(turn: Turn) -> Turn:
    """The first of several appointments with their own times; the others are kept for after it."""
    first, *rest = turn.heard.each
    later = tuple(
        gather.gather(wish=Wish(is_another=True), heard=_only(turn.heard, part), facts=turn.facts)
        for part in rest
    )
    dialogue = replace(turn.dialogue, later=later)
    return replace(turn, heard=_only(turn.heard, first), dialogue=dialogue)


def _only(heard: Heard, part: Part) -> Heard:
    """What was heard of one of several appointments."""
    staff = part.staff or (heard.staff if len(heard.staff) == 1 else ())
    return replace(heard, services=(part.service,), staff=staff, when=part.when, each=())


def choice(turn: Turn) -> Slot | None:
    """The one of the offered slots that is meant; a plain yes to the earliest ones means the first of them."""
    dialogue, heard = turn.dialogue, turn.heard
    slot = gather.chosen(offered=dialogue.offered, heard=heard)
    is_first = heard.is_yes and dialogue.wish.is_earliest and dialogue.offered and not heard.is_informative
    return slot or (dialogue.offered[0] if is_first else None)


def onward(turn: Turn) -> Step:
    """Ask for what the wish lacks, or look for times."""
    wish = turn.dialogue.wish
    missing = _missing(turn)
    if missing:
        return _ask(turn, missing)
    own = _already(turn)
    if own:
        dialogue = turn.dialogue.settled()
        return Step(
            moves=(ListOwn(only=(own.id,), is_already=True),),
            dialogue=dialogue,
            why=("the contact has this very appointment",),
        )
    is_firm = is_request(turn)
    dialogue = replace(turn.dialogue, offered=(), asked="", pending="")
    kind = "precise" if wish.is_precise else "open"
    why = f"{kind} wish: look into the book" + (
        ", book at once if it fits" if is_firm and wish.is_precise else ""
    )
    return Step(moves=(Seek(is_firm=is_firm),), dialogue=dialogue, why=(why,))


def take(turn: Turn, slot: Slot) -> Step:
    """Book the slot that was chosen or confirmed."""
    wish = turn.dialogue.wish
    if wish.service is None:
        raise ValueError("no service to book")
    move = Take(slot=slot, service_id=wish.service, moving=turn.dialogue.moving or None)
    return Step(moves=(move,), dialogue=turn.dialogue, why=("the customer chose this time",))


def is_request(turn: Turn) -> bool:
    """Whether the customer asks for the appointment itself, not whether there might be one."""
    heard, wish = turn.heard, turn.dialogue.wish
    return not (
        heard.has("availability", "amount") or wish.is_approximate or wish.is_inherited or wish.is_earliest
    )


def replace_dialogue(turn: Turn, dialogue: Dialogue) -> Turn:
    return Turn(
        heard=turn.heard,
        dialogue=dialogue,
        facts=turn.facts,
        own=turn.own,
        now=turn.now,
        is_name_known=turn.is_name_known,
    )


def _fresh(turn: Turn) -> Turn:
    """A new wish; "the same day" and "for that" still reach back to what was last spoken of."""
    old, heard = turn.dialogue.wish, turn.heard
    wish = Wish(count=old.count)
    if heard.when.is_same_day or (heard.when.is_same_time and not heard.when.has_day):
        wish = replace(wish, days=old.days)
    if heard.when.is_same_time:
        wish = replace(wish, times=old.times, ambiguous=old.ambiguous)
    if not heard.when.has_day and heard.when.times and turn.dialogue.topic_days[:1]:
        wish = replace(wish, days=turn.dialogue.topic_days[:1])
    if heard.has("pronoun") and not heard.staff and turn.dialogue.topic_staff:
        wish = replace(wish, staff=turn.dialogue.topic_staff)
    if heard.has("also") and heard.when.is_empty:
        wish = _right_after(wish, turn)
    elif _is_other_service(turn):
        wish = _instead(wish, turn)
    is_again = turn.dialogue.done[0] == "cancelled" and not heard.when.is_empty and bool(old.service)
    if is_again and not heard.services and not heard.unknown_service:
        staff = old.staff if turn.facts.has_person(old.staff) else None
        wish = replace(wish, service=old.service, staff=staff)
    elif not heard.services and not heard.unknown_service:
        topic = turn.dialogue.topic_service or (old.service if heard.has("also") else None)
        wish = replace(wish, service=topic if turn.facts.has_service(topic) else None)
    return replace_dialogue(turn, replace(turn.dialogue.settled(), wish=wish, task="book"))


def _is_other_service(turn: Turn) -> bool:
    """Whether something else is wanted instead of what was just booked ("oh wait, we're four")."""
    heard, dialogue = turn.heard, turn.dialogue
    row = next((row for row in turn.own if row.id == dialogue.done[1]), None)
    if row is None or dialogue.done[0] != "booked" or _is_timed(heard.when):
        return False
    is_size = turn.facts.is_by_size and heard.count not in {None, dialogue.wish.count}
    is_other = bool(heard.services) and row.service_id not in heard.services and heard.has("change")
    return is_size or is_other


def _is_timed(when: Moment) -> bool:
    """Whether another day or time is named ("we're four now" names none)."""
    return when.has_day or (when.has_time and not when.is_earliest)


def _instead(wish: Wish, turn: Turn) -> Wish:
    """The same time, and the same person where they do it, for another service."""
    row = next(row for row in turn.own if row.id == turn.dialogue.done[1])
    services = turn.heard.services
    is_able = bool(services) and row.staff_id in turn.facts.service(services[0]).staff
    return replace(
        wish,
        days=(row.start.date(),),
        times=(row.start.time().replace(tzinfo=None),),
        staff=row.staff_id if is_able else None,
        replaces=row.id,
    )


def _right_after(wish: Wish, turn: Turn) -> Wish:
    """ "And a beard trim too": after what was just booked, with the same person where they do it."""
    row = next((row for row in turn.own if row.id == turn.dialogue.done[1]), None)
    if row is None:
        return wish
    services = turn.heard.services
    is_able = not services or row.staff_id in turn.facts.service(services[0]).staff
    return replace(
        wish,
        days=(row.start.date(),),
        times=(row.end.time().replace(tzinfo=None),),
        is_approximate=True,
        staff=row.staff_id if is_able else None,
    )


def _changes_service(turn: Turn) -> bool:
    return bool(turn.heard.services) and turn.heard.services[0] != turn.dialogue.wish.service


def _with_service(wish: Wish, turn: Turn) -> Wish:
    """The service where only one can be meant: by who does it, or by how many come."""
    if turn.facts.is_by_size:
        return replace(wish, service=_for_party(wish, turn))
    if wish.service or turn.heard.unknown_service or turn.heard.service_options:
        return wish
    services = turn.facts.what_does(wish.staff) if wish.staff else turn.facts.services
    if len(turn.facts.services) == 1:
        services = turn.facts.services
    return replace(wish, service=services[0].id) if len(services) == 1 else wish


def _for_party(wish: Wish, turn: Turn) -> str | None:
    """The smallest that is large enough for as many as come."""
    sized = sorted((service.size or 0, service.id) for service in turn.facts.services)
    return next((service for size, service in sized if wish.count and size >= wish.count), None)


def largest_party(turn: Turn) -> int:
    """How many can come at most, where services are by size; else nought."""
    return max(service.size or 0 for service in turn.facts.services) if turn.facts.is_by_size else 0


def _missing(turn: Turn) -> str:
    wish, heard = turn.dialogue.wish, turn.heard
    if heard.unknown_service and not wish.service and not turn.facts.is_by_size:
        return "not_offered"
    if not wish.service:
        return ("too_many" if wish.count else "party") if turn.facts.is_by_size else "service"
    if not wish.has_day and (wish.times or not wish.has_time):
        return "date"
    return ""


def _ask(turn: Turn, missing: str) -> Step:
    about, pending = turn.heard.service_options if missing == "service" else (), ""
    moves: tuple[Move, ...] = (*_known_of_day(turn), Ask(key=missing, about=about))
    if missing == "not_offered":
        moves = (Answer(topic="not_offered", said=turn.heard.unknown_service), Ask(key="service"))
        missing = "service"
    if missing == "too_many":
        moves, missing = (Answer(topic="too_many", said=str(largest_party(turn))),), "other"
        pending = "pass_on"
    dialogue = replace(turn.dialogue, asked=missing, pending=pending, offered=())
    return Step(moves=moves, dialogue=dialogue, why=(f"the {missing} is still missing",))


def _known_of_day(turn: Turn) -> tuple[Move, ...]:
    """What can be said without the service of a day that was asked about: the hours, or when the person works."""
    heard, wish = turn.heard, turn.dialogue.wish
    if wish.service or len(heard.when.days) != 1 or not heard.has("question", "availability"):
        return ()
    if wish.staff and turn.facts.has_person(wish.staff):
        return (Answer(topic="staff_hours", staff_id=wish.staff, days=heard.when.days),)
    return (Answer(topic="hours", days=heard.when.days),)


def _already(turn: Turn) -> Booking | None:
    """The contact's own appointment at this very time, which is no stranger's."""
    wish = turn.dialogue.wish
    if not wish.is_precise or wish.is_another or turn.heard.has("also"):
        return None
    clock = wish.clock(turn.facts.hours.on(wish.days[0]))[0]
    for booking in turn.own:
        is_then = booking.start.date() == wish.days[0] and booking.start.time() == clock
        if is_then and booking.service_id == wish.service and wish.staff in {None, booking.staff_id}:
            return booking
    return None
