"""Chooses what to do about a turn: a person first, then what was pending, then answers and the task."""

from infinitypro.assistant.hearing import CERTAIN
from infinitypro.assistant.moves import Answer, Ask, ListOwn, Move, Seek, Tell
from infinitypro.assistant.skills import answers, appointments, booking, pending, people
from infinitypro.assistant.skills.turn import Step, Turn
from infinitypro.assistant.state import replace

_CLEAR, _PLAINLY = 0.6, 0.75
_BOOKING_KEYS = {"service", "staff", "date", "time", "slot", "name", "party", "confirm"}


def decide(turn: Turn) -> Step:
    """The moves for this turn in the order they are said, the dialogue after them, and why."""
    step = people.escalate(turn) or pending.settle(turn) or _talk(turn)
    return step if step.dialogue.is_handed_over else _counted(turn, step)


def _talk(turn: Turn) -> Step:
    said = answers.answers(turn)
    if not said and _is_delayed(turn):
        return people.pass_on(turn, "late")
    task = _task(turn, said)
    if said:
        return _answered(turn, said, None if task and _is_vain(task, turn) else task)
    if (task is None or _is_vain(task, turn)) and appointments.is_meant_by_day(turn):
        return appointments.tell(turn)
    if task is None or _is_vain(task, turn):
        near = answers.nearest(turn, floor=answers.RATHER_NEAR)
        if near:
            return _near(turn, near)
    return task or _small_talk(turn) or _failed(turn)


def _is_vain(step: Step, turn: Turn) -> bool:
    """Whether a task leads nowhere: nothing to move or cancel, or a booking of nothing in particular."""
    is_nothing = not turn.own and all(isinstance(move, (Tell, ListOwn)) for move in step.moves)
    when = turn.heard.when
    is_bare = not turn.heard.services and not turn.dialogue.task and not (when.has_day and when.times)
    return is_nothing or (is_bare and step.dialogue.asked == "service")


def _near(turn: Turn, answer: Answer) -> Step:
    """A fact that may be the answer, with the offer to ask a person, or one that a person answers; a failed turn."""
    if answer.topic != "near":
        return people.pass_on(turn, "fact", faq_id=answer.faq_id)
    failures = turn.dialogue.failures + 1
    dialogue = replace(turn.dialogue, failures=failures, pending="pass_on")
    return Step(moves=(answer,), dialogue=dialogue, why=("the nearest fact, with a reserve",))


def _is_delayed(turn: Turn) -> bool:
    """Whether somebody will be late for what they have today."""
    is_today = any(row.start.date() == turn.now.date() for row in turn.own)
    return is_today and turn.heard.has("delayed") and turn.heard.intent not in {"reschedule", "cancel"}


def _task(turn: Turn, said: tuple[Answer, ...]) -> Step | None:
    """The step of the task that the message starts or carries on."""
    heard = turn.heard
    if heard.has("bye") and not heard.services and not heard.has("question"):
        return None
    if appointments.is_cancelling(turn) and not appointments.is_swapping(turn):
        return _cancelled(turn)
    if appointments.is_asked_for(turn):
        return appointments.tell(turn)
    if appointments.is_repeated(turn):
        return appointments.already(turn)
    if appointments.is_moving(turn):
        return appointments.move(turn)
    if any(answer.topic in {"hours", "not_offered", "staff_hours"} for answer in said):
        return None
    is_aside = bool(said) and not turn.dialogue.task and not heard.services
    if is_aside and heard.confidence("book") < _PLAINLY:
        return None
    return booking.book(turn) if booking.is_wanted(turn) else None


def _cancelled(turn: Turn) -> Step:
    """Cancelling in the middle of a booking that is not made yet lets go of it."""
    is_other = bool(turn.heard.services) and not set(turn.heard.services) & {
        row.service_id for row in turn.own
    }
    is_bare = not turn.heard.is_informative and not turn.own
    if turn.dialogue.task == "book" and (is_bare or is_other):
        return Step(
            moves=(Tell(what="dropped"),), dialogue=turn.dialogue.settled(), why=("lets go of the booking",)
        )
    return appointments.cancel(turn)


def _answered(turn: Turn, said: tuple[Answer, ...], task: Step | None) -> Step:
    """The answers, then the task goes on: the question that is still open is asked again."""
    service = (
        next((answer.service_id for answer in said if answer.service_id), "") or turn.dialogue.topic_service
    )
    days = next((answer.days for answer in said if answer.days), ())
    dialogue = replace(
        task.dialogue if task else turn.dialogue,
        topic=said[-1].topic,
        topic_service=service,
        topic_days=days,
        topic_staff=next((answer.staff_id for answer in said if answer.staff_id), ""),
    )
    if any(answer.topic == "unknown_rest" for answer in said) and not dialogue.task:
        dialogue = replace(dialogue, pending="pass_on")
    moves: tuple[Move, ...] = said
    why = tuple(f"answer from the facts: {answer.topic}" for answer in said)
    if task:
        return Step(moves=(*moves, *task.moves), dialogue=dialogue, why=(*why, *task.why))
    again = _again(turn)
    return Step(
        moves=(*moves, *again), dialogue=dialogue, why=(*why, *(["ask again what is open"] if again else []))
    )


def _again(turn: Turn) -> tuple[Move, ...]:
    """The open question, once more."""
    dialogue = turn.dialogue
    if not dialogue.asked or dialogue.task not in {"book", "move"}:
        return ()
    if dialogue.offered and dialogue.asked in {"slot", "time"}:
        return (Seek(is_firm=False, moving=dialogue.moving or None),)
    if dialogue.asked == "confirm" and dialogue.offered:
        return (Ask(key="confirm_again"),)
    return (Ask(key=dialogue.asked),)


def _small_talk(turn: Turn) -> Step | None:
    """Greetings, thanks, goodbyes and the question whether this is a person."""
    heard, dialogue = turn.heard, turn.dialogue
    if not heard.text.strip():
        return None
    if heard.asks_robot:
        return _tell(turn, "robot", *_again(turn))
    if not any(letter.isalnum() for letter in heard.text) and not heard.is_yes and not heard.is_no:
        is_glad = heard.sentiment == "positive" and dialogue.turn > 0
        return _tell(turn, "fine" if is_glad else "greet", *_again(turn))
    is_thanks = heard.intent == "thanks" and heard.confidence("thanks") >= _CLEAR
    if is_thanks or heard.has("thanks"):
        return _tell(turn, "bye_thanks" if heard.has("bye") else "thanks")
    if heard.has("bye") and not heard.has("question"):
        return _tell(turn, "bye")
    if heard.intent == "greeting" and heard.confidence("greeting") >= CERTAIN:
        return _tell(turn, "greet", *_again(turn))
    if not heard.has("question") and appointments.matching(turn.own, heard, turn):
        return _tell(turn, "see_you")
    if (heard.is_yes or heard.is_no) and not dialogue.asked and not heard.has("question"):
        return _tell(turn, "fine")
    return None


def _tell(turn: Turn, what: str, *moves: Move) -> Step:
    return Step(moves=(Tell(what=what), *moves), dialogue=turn.dialogue, why=(f"small talk: {what}",))


def _failed(turn: Turn) -> Step:
    """Nothing that we can answer: say so; the second time in a row a person takes over."""
    failures = turn.dialogue.failures + 1
    if failures >= people.FAILED_TURNS:
        return people.pass_on(turn, "failed" if turn.heard.text.strip() else "media")
    near = answers.nearest(turn)
    if near and turn.heard.text.strip():
        return _near(turn, near)
    dialogue = replace(turn.dialogue, failures=failures)
    if not turn.heard.text.strip():
        return Step(moves=(Tell(what="media"),), dialogue=dialogue, why=("there is no text to read",))
    if turn.heard.is_yes and turn.dialogue.offered:
        return Step(moves=_again(turn), dialogue=turn.dialogue, why=("a yes to several: ask which",))
    if turn.dialogue.asked in _BOOKING_KEYS and turn.dialogue.task:
        return Step(
            moves=(Tell(what="unclear"), *_again(turn)), dialogue=dialogue, why=("not understood: ask again",)
        )
    if turn.heard.has("question"):
        dialogue = replace(dialogue, asked="other", pending="pass_on")
        return Step(
            moves=(Answer(topic="unknown"),), dialogue=dialogue, why=("no fact answers this: say so",)
        )
    return Step(
        moves=(Tell(what="rephrase"),), dialogue=replace(dialogue, asked="other"), why=("not understood",)
    )


def _counted(turn: Turn, step: Step) -> Step:
    """A turn that got somewhere ends the count of failed ones."""
    has_failed = step.dialogue.failures > turn.dialogue.failures
    return step if has_failed else replace(step, dialogue=replace(step.dialogue, failures=0))
