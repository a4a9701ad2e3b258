"""The contact's own appointments: tell them, move one, cancel one."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from infinitypro.assistant.diary import Booking, Slot
from infinitypro.assistant.hearing import CERTAIN, LIKELY, Heard
from infinitypro.assistant.moments import Moment
from infinitypro.assistant.moves import Ask, Cancel, ListOwn, Seek, Tell
from infinitypro.assistant.skills import booking, gather
from infinitypro.assistant.skills.turn import Step, Turn
from infinitypro.assistant.state import replace
from infinitypro.assistant.wish import Wish, read_hour

_BY = re.compile(
    r"\b(half an|an?|one|two|three|a couple of|una?|media|dos|tres|\d+)\s+(hours?|hrs?|minutes?|mins?|horas?|minutos?|"
    r"days?|weeks?|d[ií]as?|semanas?)\b",
    re.IGNORECASE,
)
_AMOUNTS = {
    "a": 1.0,
    "an": 1.0,
    "one": 1.0,
    "half an": 0.5,
    "a couple of": 2.0,
    "two": 2.0,
    "three": 3.0,
    "un": 1.0,
    "una": 1.0,
    "media": 0.5,
    "dos": 2.0,
    "tres": 3.0,
}
_HOURS = {"m": 1 / 60, "h": 1.0, "d": 24.0, "w": 168.0, "s": 168.0}
_SOONER = re.compile(r"\b(earlier|forward|sooner|before|antes|temprano|adelant\w+)\b", re.IGNORECASE)

# ---- telling


def is_asked_for(turn: Turn) -> bool:
    heard = turn.heard
    is_meant = heard.intent == "my_appointments" and heard.confidence("my_appointments") >= CERTAIN * 0.8
    is_own = any(row.service_id in heard.services for row in turn.own)
    is_likely = bool(turn.own) or heard.confidence("my_appointments") >= LIKELY
    return is_meant or (heard.has("own_query") and is_likely and (is_own or not heard.services))


def tell(turn: Turn) -> Step:
    """All of them, or those of the day or service that was named."""
    only = tuple(row.id for row in matching(turn.own, turn.heard, turn))
    dialogue = replace(turn.dialogue, topic="own", asked="")
    return Step(
        moves=(ListOwn(only=only),), dialogue=dialogue, why=("asks for the contact's own appointments",)
    )


def is_meant_by_day(turn: Turn) -> bool:
    """Whether something is asked of a day on which the contact has an appointment ("when must we be there on Friday?")."""
    heard = turn.heard
    is_open = heard.has("question") and not turn.dialogue.task and not heard.services
    return is_open and bool(heard.when.days) and bool(matching(turn.own, heard, turn))


def is_repeated(turn: Turn) -> bool:
    """Whether only that is said again which was just booked or moved."""
    heard, dialogue = turn.heard, turn.dialogue
    rows = [row for row in turn.own if row.id == dialogue.done[1]]
    if dialogue.task or heard.when.is_empty or heard.has("also", "question", "thanks", "bye", "change"):
        return False
    is_task = heard.intent in {"book", "confirm", "other"}
    return is_task and dialogue.done[0] in {"booked", "moved"} and bool(matching(rows, heard, turn))


def already(turn: Turn) -> Step:
    """It is in the book as it was said."""
    move = ListOwn(only=(turn.dialogue.done[1],), is_already=True)
    return Step(moves=(move,), dialogue=turn.dialogue, why=("says again what is booked already",))


# ---- cancelling


def is_cancelling(turn: Turn) -> bool:
    heard = turn.heard
    is_meant = heard.intent == "cancel" and heard.confidence("cancel") >= CERTAIN * 0.8
    return (is_meant or _is_given_up(turn)) and not heard.has("policy")


def _is_given_up(turn: Turn) -> bool:
    """Whether the contact cannot come to what they have, and names no other time."""
    heard, when = turn.heard, turn.heard.when
    own = {row.start.date() for row in turn.own}
    is_elsewhen = bool(when.times or when.span or when.day_shift) or not own.issuperset(when.days)
    is_likely = heard.confidence("cancel") >= CERTAIN and heard.has("cannot")
    return is_likely and bool(own) and not is_elsewhen and not heard.has("question")


def cancel(turn: Turn) -> Step:
    """Which one, when it is not clear; else asks for a yes."""
    if not turn.own:
        return _nothing(turn, "cancel")
    found = matching(turn.own, turn.heard, turn)
    if not found and _names_one(turn):
        return _mismatch(turn, "cancel")
    found = found or list(turn.own)
    if len(found) > 1 and turn.heard.has("all"):
        return propose_cancel(turn, found)
    return propose_cancel(turn, found) if len(found) == 1 else which(turn, found, task="cancel")


def propose_cancel(turn: Turn, rows: Sequence[Booking]) -> Step:
    ids = tuple(row.id for row in rows)
    dialogue = replace(
        turn.dialogue.settled(), task="cancel", candidates=ids, asked="confirm", pending="cancel"
    )
    move = Cancel(booking_ids=ids, is_confirmed=False)
    return Step(moves=(move,), dialogue=dialogue, why=("cancelling cannot be undone: ask for a yes",))


def which(turn: Turn, rows: Sequence[Booking], *, task: str) -> Step:
    """Several could be meant."""
    ids = tuple(row.id for row in rows)
    dialogue = replace(turn.dialogue, task=task, candidates=ids, asked="which", pending="", offered=())
    return Step(
        moves=(Ask(key="which", about=ids),),
        dialogue=dialogue,
        why=(f"{len(ids)} appointments could be meant",),
    )


def _nothing(turn: Turn, verb: str) -> Step:
    dialogue = replace(turn.dialogue.settled(), pending="start" if verb == "move" else "")
    return Step(
        moves=(Tell(what=f"nothing_to_{verb}"),), dialogue=dialogue, why=("the contact has no appointment",)
    )


def _mismatch(turn: Turn, verb: str) -> Step:
    """None like that, but there are others."""
    ids = tuple(row.id for row in turn.own)
    why = ("no appointment of the contact's is like that; there are others",)
    step = (
        propose_cancel(turn, turn.own)
        if len(ids) == 1 and verb == "cancel"
        else which(turn, turn.own, task=verb)
    )
    return Step(moves=(Tell(what="none_like_that"), *step.moves), dialogue=step.dialogue, why=why)


# ---- moving


def is_moving(turn: Turn) -> bool:
    """Whether an appointment is to be moved: said so, or "Saturday instead" about the one there is."""
    heard, dialogue = turn.heard, turn.dialogue
    if dialogue.task == "move":
        return heard.is_informative or heard.intent in {"reschedule", "book"} or bool(_choice(turn))
    if dialogue.task == "book":
        return False
    if heard.intent == "reschedule" and heard.confidence("reschedule") >= CERTAIN * 0.8:
        return True
    if _is_about_the_last(turn) or is_swapping(turn):
        return True
    is_other = any(service not in {row.service_id for row in turn.own} for service in heard.services)
    return (
        bool(turn.own)
        and heard.has("change")
        and not heard.when.is_empty
        and not is_other
        and not heard.has("also")
    )


def is_swapping(turn: Turn) -> bool:
    """Whether another day is wanted for what there is: "can't do Wednesday, Friday same time?"."""
    heard, when = turn.heard, turn.heard.when
    own = {row.start.date() for row in turn.own}
    has_other = any(day not in own for day in when.days) or bool(when.span or when.day_shift)
    is_other = any(service not in {row.service_id for row in turn.own} for service in heard.services)
    if not own or not has_other or is_other or turn.dialogue.task or heard.has("also", "calling_off"):
        return False
    is_given_up = heard.has("cannot") and (len(own) == 1 or bool(own & {*when.mentioned, *when.not_days}))
    return is_given_up or (when.is_same_time and not heard.services)


def _is_about_the_last(turn: Turn) -> bool:
    """Whether a message is about the appointment we just made or moved: "with Jonas", "Tuesday then"."""
    heard, dialogue = turn.heard, turn.dialogue
    row = next((row for row in turn.own if row.id == dialogue.done[1]), None)
    if row is None or dialogue.done[0] not in {"booked", "moved"} or heard.has("also", "thanks", "bye"):
        return False
    if heard.services:
        is_own = set(heard.services) <= {one.service_id for one in turn.own}
        return dialogue.done[0] == "moved" and is_own and not heard.when.is_empty
    if heard.when.is_empty:
        return bool(heard.staff)
    is_task = heard.intent in {"book", "reschedule", "other", "confirm"}
    is_whole = heard.when.has_day and bool(heard.when.times) and is_task
    return heard.has("rather") or (is_whole and not matching([row], heard, turn))


def move(turn: Turn) -> Step:
    """Find the new time for the one that is meant."""
    if turn.dialogue.task == "move" and turn.dialogue.moving:
        return _onward(turn)
    if not turn.own:
        return _nothing_to_move(turn)
    found = _meant(turn)
    if len(found) == 1:
        return moving(turn, found[0])
    return which(turn, found or turn.own, task="move")


def moving(turn: Turn, row: Booking) -> Step:
    """Start moving this one: same service and person unless said otherwise."""
    is_ours = turn.dialogue.wish.is_assigned and row.id == turn.dialogue.done[1]
    staff = None if is_ours else row.staff_id
    wish = Wish(service=row.service_id, staff=staff, is_assigned=is_ours, count=turn.dialogue.wish.count)
    if turn.dialogue.asked == "which" and not _says_to_when(turn.heard, row):
        wish = replace(
            turn.dialogue.wish, service=row.service_id, staff=turn.dialogue.wish.staff or row.staff_id
        )
    else:
        heard = gather.in_week_of(turn.heard, row.start.date())
        heard = replace(heard, when=_without_old(heard, row), services=())
        wish = gather.gather(wish=wish, heard=heard, facts=turn.facts)
        wish = _by_so_much(_same_time(wish, turn.heard, row), turn.heard.text, row)
        wish = _to_a_side(wish, turn.heard, row)
    if not wish.has_day and (wish.has_time or turn.heard.staff):
        wish = replace(wish, days=(row.start.date(),))
    if turn.heard.staff and not wish.has_time:
        wish = replace(wish, times=(row.start.time().replace(tzinfo=None),))
    dialogue = replace(turn.dialogue.settled(), task="move", moving=row.id, wish=wish)
    return _seek(booking.replace_dialogue(turn, dialogue))


def _says_to_when(heard: Heard, row: Booking) -> bool:
    """Whether more is said of when than the old day and time by which it was named."""
    return not _without_old(heard, row).is_empty


def _onward(turn: Turn) -> Step:
    slot = _choice(turn)
    if slot:
        return booking.take(turn, slot)
    heard = replace(turn.heard, services=()) if len(turn.heard.services) == 1 else turn.heard
    old = turn.dialogue.wish
    row = next((row for row in turn.own if row.id == turn.dialogue.moving), None)
    known = old.days or ((row.start.date(),) if row else ())
    heard = gather.in_week_of(heard, known[0] if known else None)
    wish = gather.gather(
        wish=turn.dialogue.wish, heard=heard, facts=turn.facts, offered=turn.dialogue.offered
    )
    if row and not wish.has_time:
        wish = _same_time(wish, heard, row)
    return _seek(booking.replace_dialogue(turn, replace(turn.dialogue, wish=wish)))


def _seek(turn: Turn) -> Step:
    wish = turn.dialogue.wish
    if not wish.has_day:
        dialogue = replace(turn.dialogue, asked="date", offered=())
        return Step(moves=(Ask(key="date_move"),), dialogue=dialogue, why=("to when is still missing",))
    is_wondering = bool(turn.heard.staff) and turn.heard.when.is_empty and turn.heard.has("question")
    seek = Seek(is_firm=booking.is_request(turn) and not is_wondering, moving=turn.dialogue.moving)
    dialogue = replace(turn.dialogue, offered=(), asked="", pending="")
    return Step(moves=(seek,), dialogue=dialogue, why=("look for the new time of the appointment",))


def _choice(turn: Turn) -> Slot | None:
    return booking.choice(turn)


def _nothing_to_move(turn: Turn) -> Step:
    is_known = bool(turn.heard.services) or turn.dialogue.done[0] == "cancelled"
    if is_known and not turn.heard.when.is_empty:
        return booking.book(turn)
    return _nothing(turn, "move")


def _meant(turn: Turn) -> list[Booking]:
    """Which appointments may be meant: by service or by its old day or time."""
    heard, done = turn.heard, turn.dialogue.done
    rows = [row for row in turn.own if not heard.services or row.service_id in heard.services] or list(
        turn.own
    )
    by_day = [row for row in rows if row.start.date() in (*heard.when.days, *heard.when.mentioned)]
    if by_day and len(by_day) < len(rows):
        return by_day
    recent = [row for row in rows if row.id == done[1]]
    return recent or rows


def _without_old(heard: Heard, row: Booking) -> Moment:
    """What was said of when, without the old day and time ("from Friday to Saturday")."""
    when = heard.when
    days = tuple(day for day in when.days if day != row.start.date())
    if not days and when.times:
        days = when.days
    times = tuple(at for at in when.times if len(when.times) == 1 or not _is_at(row.start, at))
    span = when.span if days or when.span else when.stretch
    return replace(when, days=days, span=span, times=times)


def _is_at(start: datetime, at: time) -> bool:
    return (at.hour % 12, at.minute) == (start.hour % 12, start.minute)


def _same_time(wish: Wish, heard: Heard, row: Booking) -> Wish:
    """A day alone: the old time of day is the first to try; "same time" insists on it."""
    if not wish.has_day or wish.has_time:
        return wish
    if wish.days and not wish.is_any_time:
        at = row.start.time().replace(tzinfo=None)
        return replace(wish, times=(at,), ambiguous=(), is_inherited=not heard.when.is_same_time)
    return wish


def _by_so_much(wish: Wish, text: str, row: Booking) -> Wish:
    """ "An hour later" and "back a week" count from the old start."""
    found = _BY.search(text)
    if not found or wish.times or wish.days:
        return wish
    amount = _AMOUNTS.get(found[1].casefold())
    hours = (float(found[1]) if amount is None else amount) * _HOURS[found[2][0].casefold()]
    is_back = _SOONER.search(text)
    start = row.start + timedelta(hours=-hours if is_back else hours)
    return replace(
        wish,
        days=(start.date(),),
        times=(start.time().replace(tzinfo=None),),
        ambiguous=(),
        is_earliest=False,
    )


def _to_a_side(wish: Wish, heard: Heard, row: Booking) -> Wish:
    """ "Any later?" means later that day than the appointment is now."""
    if not heard.when.shift or wish.times or wish.has_day:
        return wish
    at = row.start.time().replace(tzinfo=None)
    is_later = heard.when.shift == "later"
    day = (row.start.date(),)
    after = at.replace(minute=at.minute + 1) if at.minute < 59 else at
    return replace(wish, days=day, after=after if is_later else None, before=None if is_later else at)


# ---- which one is meant


def matching(rows: Sequence[Booking], heard: Heard, turn: Turn) -> list[Booking]:
    """The appointments that everything said fits; none when nothing was said of one."""
    if not _names_one(turn):
        return []
    found = list(rows)
    if heard.services:
        found = [row for row in found if row.service_id in heard.services]
    if heard.staff:
        found = [row for row in found if row.staff_id in heard.staff]
    if _days(heard):
        found = [row for row in found if row.start.date() in _days(heard)]
    elif heard.when.span:
        first, last = heard.when.span
        found = [row for row in found if first <= row.start.date() <= last]
    if heard.when.times:
        found = [row for row in found if _is_then(row, heard, turn)]
    return found


def picked(turn: Turn) -> list[Booking]:
    """The candidates that an answer to "which one?" names."""
    rows = [row for row in turn.own if row.id in turn.dialogue.candidates]
    if turn.heard.has("all"):
        return rows
    found = matching(rows, turn.heard, turn)
    if found:
        return found
    choice = turn.heard.choice
    return [rows[choice]] if choice is not None and -1 <= choice < len(rows) and rows else []


def _days(heard: Heard) -> tuple[date, ...]:
    return heard.when.days


def _names_one(turn: Turn) -> bool:
    heard = turn.heard
    return bool(heard.services or heard.staff or heard.when.days or heard.when.span or heard.when.times)


def _is_then(row: Booking, heard: Heard, turn: Turn) -> bool:
    when, opened = heard.when, turn.facts.hours.on(row.start.date())
    clock = [read_hour(at, ambiguous=when.ambiguous, opened=opened, part=when.part) for at in when.times]
    return row.start.time() in clock
