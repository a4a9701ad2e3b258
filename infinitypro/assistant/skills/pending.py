"""The answer to our own last question: a yes, a no, a name, which one, "forget it"."""

import re

from infinitypro.assistant.hearing import CERTAIN, Heard
from infinitypro.assistant.moves import Ask, Cancel, ListOwn, Tell
from infinitypro.assistant.skills import appointments, booking, gather, people
from infinitypro.assistant.skills.turn import Step, Turn
from infinitypro.assistant.state import replace
from infinitypro.assistant.wish import Wish

_NAME = re.compile(r"^[^\W\d_][\w'’.\- ]{0,60}$")


def settle(turn: Turn) -> Step | None:
    """The step that answers what was pending, or None when the message is about something else."""
    if turn.heard.is_abandoning:
        return _abandon(turn)
    if turn.dialogue.asked == "which":
        return _which(turn)
    if turn.dialogue.asked == "name":
        return _name(turn)
    if turn.dialogue.pending:
        return _confirmed(turn) or _refused(turn)
    if turn.dialogue.asked in {"slot", "time"} and turn.dialogue.offered:
        return _none_of_them(turn)
    return None


def _abandon(turn: Turn) -> Step | None:
    """ "Forget it": what is under way is dropped; what was just booked in this conversation is cancelled."""
    dialogue = turn.dialogue
    if dialogue.task == "cancel":
        return Step(
            moves=(Tell(what="kept"),), dialogue=dialogue.settled(), why=("no longer wants to cancel",)
        )
    if dialogue.task == "move":
        return Step(
            moves=(Tell(what="kept"),), dialogue=dialogue.settled(), why=("no longer wants to move it",)
        )
    if dialogue.task == "book":
        clean = replace(dialogue.settled(), wish=dialogue.wish.without_when())
        return Step(
            moves=(Tell(what="dropped"),), dialogue=clean, why=("the customer let go of the booking",)
        )
    verb, booking_id = dialogue.done
    if verb == "booked" and any(row.id == booking_id for row in turn.own):
        move = Cancel(booking_ids=(booking_id,), is_confirmed=True, is_undo=True)
        clean = replace(dialogue.settled(), done=("", ""))
        return Step(moves=(move,), dialogue=clean, why=("takes back what was booked a moment ago",))
    if verb == "moved" and any(row.id == booking_id for row in turn.own) and not turn.heard.is_informative:
        return Step(
            moves=(ListOwn(only=(booking_id,)),),
            dialogue=dialogue.settled(),
            why=("it was moved already: say to when",),
        )
    if turn.heard.is_informative:
        return None
    return Step(moves=(Tell(what="dropped"),), dialogue=dialogue.settled(), why=("nothing to let go of",))


def _which(turn: Turn) -> Step | None:
    found = appointments.picked(turn)
    if not found and turn.heard.is_no:
        return Step(moves=(Tell(what="kept"),), dialogue=turn.dialogue.settled(), why=("none of them",))
    if not found:
        return None
    if turn.dialogue.task == "cancel":
        return appointments.propose_cancel(turn, found)
    return appointments.moving(turn, found[0]) if len(found) == 1 else None


def _name(turn: Turn) -> Step | None:
    """The name that we asked for; then the booking goes on where it stood."""
    if turn.heard.is_no and not turn.heard.is_informative:
        return _other_time(turn)
    name = turn.heard.name or _bare_name(turn.heard)
    if not name or not turn.dialogue.offered:
        return None
    dialogue = replace(turn.dialogue, name=name, asked="")
    return booking.take(booking.replace_dialogue(turn, dialogue), dialogue.offered[0])


def _bare_name(heard: Heard) -> str:
    """A short text of words only is the name itself."""
    text = heard.text.strip().rstrip(".!")
    is_name = _NAME.match(text) and len(text.split()) <= 4 and not heard.is_yes and not heard.is_no
    return text if is_name and not heard.has("question") else ""


def _confirmed(turn: Turn) -> Step | None:
    heard, dialogue = turn.heard, turn.dialogue
    if dialogue.pending == "cancel":
        return _cancel_confirmed(turn)
    if not heard.is_yes:
        return None
    if dialogue.pending == "pass_on":
        return people.pass_on(turn, "question")
    if dialogue.pending == "start":
        fresh = replace(dialogue.settled(), wish=Wish(), task="book")
        return booking.onward(booking.replace_dialogue(turn, fresh))
    if not dialogue.offered or _changes(turn):
        return None
    return booking.take(turn, dialogue.offered[0])


def _cancel_confirmed(turn: Turn) -> Step | None:
    heard, dialogue = turn.heard, turn.dialogue
    if heard.is_no or heard.has("keep"):
        return None
    if heard.is_yes or (
        heard.intent in {"cancel", "confirm"} and heard.confidence("cancel", "confirm") >= CERTAIN
    ):
        move = Cancel(booking_ids=dialogue.candidates, is_confirmed=True)
        return Step(moves=(move,), dialogue=dialogue.settled(), why=("the customer said yes to cancelling",))
    return None


def _none_of_them(turn: Turn) -> Step | None:
    """None of the offered times suits, and nothing else was said."""
    is_no = turn.heard.is_no or turn.heard.has("none_suit")
    return _other_time(turn) if is_no and not turn.heard.is_informative else None


def _changes(turn: Turn) -> bool:
    """A yes with something else in it ("yes but at 11"): what was proposed is not what is wanted."""
    slot = turn.dialogue.offered[0]
    heard = turn.heard
    if heard.services and turn.dialogue.wish.service not in heard.services:
        return True
    named = bool(heard.when.times or heard.when.days or heard.staff)
    return named and gather.chosen(offered=(slot,), heard=heard) is None


def _refused(turn: Turn) -> Step | None:
    heard, dialogue = turn.heard, turn.dialogue
    is_no = heard.is_no or (dialogue.pending == "cancel" and heard.has("keep"))
    if not is_no or heard.is_informative:
        return None
    if dialogue.pending == "cancel":
        return Step(moves=(Tell(what="kept"),), dialogue=dialogue.settled(), why=("said no to cancelling",))
    if dialogue.pending in {"pass_on", "start"}:
        return Step(
            moves=(Tell(what="fine"),),
            dialogue=replace(dialogue.settled(), failures=0),
            why=("needs no person",),
        )
    return _other_time(turn)


def _other_time(turn: Turn) -> Step:
    """Start anew with when; what, with whom and for how many stay."""
    wish = turn.dialogue.wish.without_when()
    clean = replace(turn.dialogue, wish=wish, offered=(), pending="", asked="date")
    return Step(moves=(Ask(key="what_else"),), dialogue=clean, why=("said no to what was proposed",))
