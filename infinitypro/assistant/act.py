"""Carries a decision out: looks into the diary, books, moves, cancels, and says what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from infinitypro.assistant import seeking
from infinitypro.assistant.diary import Booking, Diary, Refused, Slot
from infinitypro.assistant.facts import Facts
from infinitypro.assistant.moves import (
    Ask,
    Booked,
    Cancel,
    Cancelled,
    CancelProposed,
    ListOwn,
    Move,
    Offered,
    Own,
    Passed,
    PassOn,
    Proposed,
    Refusal,
    Result,
    Seek,
    Take,
    Tell,
)
from infinitypro.assistant.state import Dialogue, replace
from infinitypro.assistant.wish import Wish

_A_PAIR = 2


@dataclass(kw_only=True)
class Stage:
    """Where moves are carried out: `dialogue` and `did` grow as they are."""

    facts: Facts
    diary: Diary
    now: datetime
    dialogue: Dialogue
    is_name_known: bool = True
    did: list[str] = field(default_factory=list)

    def upcoming(self) -> list[Booking]:
        return list(self.diary.upcoming())


def act(*, moves: Sequence[Move], stage: Stage) -> list[Result]:
    """The results of the moves, in order."""
    results: list[Result] = []
    for move in moves:
        results += _one(move, stage)
    return results


def _one(move: Move, stage: Stage) -> list[Result]:
    if isinstance(move, Seek):
        return _seek(move, stage)
    if isinstance(move, Take):
        return _take(move, stage)
    if isinstance(move, Cancel):
        return [_cancel(move, stage)]
    if isinstance(move, ListOwn):
        return [_own(move, stage)]
    if isinstance(move, PassOn):
        return [_pass_on(move, stage)]
    if isinstance(move, Ask):
        return [_ask(move, stage)]
    return [move]


# ---- looking


def _seek(move: Seek, stage: Stage) -> list[Result]:
    wish = stage.dialogue.wish
    found = _found(move, stage)
    stage.did.append(
        f"looked into the diary: {len(found.exact)} exact, {len(found.options)} near"
        + (f", refused: {found.refusal.reason}" if found.refusal else "")
    )
    if found.refusal and found.refusal.reason == "staff_does_not":
        stage.dialogue = replace(stage.dialogue, wish=replace(wish, staff=None))
    if found.exact and move.is_firm and not found.refusal:
        slot = _preferred(found.exact, stage, move)
        return _take(Take(slot=slot, service_id=wish.service or "", moving=move.moving), stage)
    if found.exact:
        return [_propose(_preferred(found.exact, stage, move), move, stage, found.refusal)]
    return [_offer(found.options, move, stage, found.refusal)]


def _found(move: Seek, stage: Stage) -> seeking.Found:
    """What fits; where only the old time of day of a moved appointment does not, any time of that day will do."""
    wish = stage.dialogue.wish
    found = seeking.seek(
        facts=stage.facts,
        diary=stage.diary,
        now=stage.now,
        wish=wish,
        ignoring=move.moving or wish.replaces or None,
    )
    if found.exact or not wish.is_inherited:
        return found
    stage.dialogue = replace(stage.dialogue, wish=replace(wish, times=(), is_inherited=False))
    open_wish = stage.dialogue.wish
    return seeking.seek(
        facts=stage.facts, diary=stage.diary, now=stage.now, wish=open_wish, ignoring=move.moving
    )


def _preferred(slots: Sequence[Slot], stage: Stage, move: Seek) -> Slot:
    """The same person as before when something is moved, else the first who is free."""
    row = next((row for row in stage.upcoming() if row.id == move.moving), None)
    return next((slot for slot in slots if row and slot.staff_id == row.staff_id), slots[0])


def _propose(slot: Slot, move: Seek, stage: Stage, refusal: Refusal | None) -> Result:
    stage.dialogue = replace(
        stage.dialogue, offered=(slot,), asked="confirm", pending="move" if move.moving else "book"
    )
    return Proposed(
        slot=slot, service_id=stage.dialogue.wish.service or "", refusal=refusal, moving=move.moving
    )


def _offer(slots: Sequence[Slot], move: Seek, stage: Stage, refusal: Refusal | None) -> Result:
    wish = stage.dialogue.wish
    if len(slots) == 1 and not refusal:
        return _propose(slots[0], move, stage, None)
    is_one_day = len({slot.start.date() for slot in slots}) == 1
    asks = (
        "date"
        if not slots
        else "time"
        if is_one_day and not refusal and wish.has_day and not wish.is_earliest
        else "slot"
    )
    stage.dialogue = replace(stage.dialogue, offered=tuple(slots), asked=asks, pending="")
    return Offered(
        slots=tuple(slots),
        service_id=wish.service or "",
        refusal=refusal,
        asks=asks,
        moving=move.moving,
        is_earliest=wish.is_earliest and not refusal,
    )


# ---- booking


def _take(move: Take, stage: Stage) -> list[Result]:
    if not move.moving and not stage.is_name_known and not stage.dialogue.name:
        stage.dialogue = replace(stage.dialogue, offered=(move.slot,), asked="name", pending="book")
        return [Ask(key="name")]
    try:
        return _written(move, stage)
    except Refused as refused:
        stage.did.append(f"the diary refused it: {refused.obstacle.reason}")
        return [_lost(move, stage, refused.obstacle.reason)]


def _written(move: Take, stage: Stage) -> list[Result]:
    slot = move.slot
    if move.moving:
        old = next((row for row in stage.upcoming() if row.id == move.moving), None)
        booking = stage.diary.move(booking_id=move.moving, staff_id=slot.staff_id, start=slot.start)
        result = Booked(booking=booking, moved_from=old)
    else:
        booking = _book(move, stage)
        result = Booked(booking=booking)
    stage.did.append(f"{'moved' if move.moving else 'booked'} appointment {booking.id}")
    asked, queue, later = stage.dialogue.wish, stage.dialogue.queue, stage.dialogue.later
    stage.dialogue = _after(stage.dialogue, booking, is_moved=bool(move.moving))
    if later:
        stage.dialogue = replace(stage.dialogue, task="book", wish=later[0], later=later[1:])
        return [result, *_seek(Seek(is_firm=True), stage)]
    if queue:
        return [result, *_next(queue, booking, stage, is_pair=asked.count == _A_PAIR)]
    is_one_of_two = asked.count == _A_PAIR and not asked.is_another and not move.moving
    if is_one_of_two and not stage.facts.service(booking.service_id).size:
        return [result, *_other_half(booking, stage, asked.second)]
    return [result, *(_series(stage) if asked.is_series and not move.moving else [])]


def _book(move: Take, stage: Stage) -> Booking:
    """The new appointment; the one that it replaces goes first, and comes back where the new one cannot be."""
    slot = move.slot
    old = next((row for row in stage.upcoming() if row.id == stage.dialogue.wish.replaces), None)
    if old is None:
        return stage.diary.book(service_id=move.service_id, staff_id=slot.staff_id, start=slot.start)
    stage.diary.cancel(booking_id=old.id)
    try:
        booking = stage.diary.book(service_id=move.service_id, staff_id=slot.staff_id, start=slot.start)
    except Refused:
        stage.diary.book(service_id=old.service_id, staff_id=old.staff_id, start=old.start)
        raise
    stage.did.append(f"cancelled appointment {old.id} in its favour")
    return booking


def _series(stage: Stage) -> list[Result]:
    """One of many is booked: the team can arrange the rest."""
    stage.dialogue = replace(stage.dialogue, asked="other", pending="pass_on")
    return [Tell(what="series")]


def _other_half(booking: Booking, stage: Stage, second: str | None) -> list[Result]:
    """Two come and one is booked: the same with the other person who was named, else: what for the other?"""
    wish = _wish_at(Wish(is_another=True), booking)
    stage.dialogue = replace(stage.dialogue, task="book", wish=wish, asked="service")
    if second not in stage.facts.service(booking.service_id).staff or second == booking.staff_id:
        return [Ask(key="another")]
    stage.dialogue = replace(stage.dialogue, wish=replace(wish, service=booking.service_id, staff=second))
    return _seek(Seek(is_firm=False), stage)


def _after(dialogue: Dialogue, booking: Booking, *, is_moved: bool) -> Dialogue:
    """Settled, with the wish as it was booked, so that "same time" can refer to it."""
    wish = _wish_of(dialogue, booking)
    return replace(dialogue.settled(), wish=wish, done=("moved" if is_moved else "booked", booking.id))


def _wish_of(dialogue: Dialogue, booking: Booking) -> Wish:
    """The wish as the appointment has it."""
    is_assigned = dialogue.wish.is_assigned or not dialogue.wish.staff
    wish = _wish_at(dialogue.wish.without_when(), booking)
    return replace(wish, staff=booking.staff_id, is_assigned=is_assigned, replaces="")


def _wish_at(wish: Wish, booking: Booking) -> Wish:
    """The wish at the time of an appointment."""
    return replace(
        wish, days=(booking.start.date(),), times=(booking.start.time().replace(tzinfo=None),), ambiguous=()
    )


def _next(queue: Sequence[str], booking: Booking, stage: Stage, *, is_pair: bool) -> list[Result]:
    """The second service named in the same breath: at the same time where two people come and two are free, else right after
    the first, with the same person if they do it."""
    service_id = queue[0]
    at_once = _wish_at(Wish(service=service_id, is_another=True), booking)
    stage.dialogue = replace(stage.dialogue, task="book", wish=at_once, queue=tuple(queue[1:]))
    if is_pair and seeking.seek(facts=stage.facts, diary=stage.diary, now=stage.now, wish=at_once).exact:
        return _seek(Seek(is_firm=False), stage)
    staff = booking.staff_id if booking.staff_id in stage.facts.service(service_id).staff else None
    at = booking.end.time().replace(tzinfo=None)
    wish = Wish(service=service_id, staff=staff, days=(booking.start.date(),), times=(at,), is_another=True)
    stage.dialogue = replace(stage.dialogue, wish=wish)
    if not seeking.seek(facts=stage.facts, diary=stage.diary, now=stage.now, wish=wish).exact:
        stage.dialogue = replace(stage.dialogue, wish=replace(wish, times=(), after=at, is_earliest=True))
    return _seek(Seek(is_firm=False), stage)


def _lost(move: Take, stage: Stage, reason: str) -> Result:
    """Somebody was quicker: say so and offer what is near."""
    start = move.slot.start
    wish = replace(
        stage.dialogue.wish,
        service=move.service_id,
        staff=stage.dialogue.wish.staff,
        days=(start.date(),),
        times=(start.time().replace(tzinfo=None),),
        ambiguous=(),
    )
    stage.dialogue = replace(stage.dialogue, wish=wish)
    found = seeking.seek(facts=stage.facts, diary=stage.diary, now=stage.now, wish=wish, ignoring=move.moving)
    refusal = found.refusal or Refusal(
        reason=reason, day=start.date(), slot=move.slot, staff_id=move.slot.staff_id
    )
    options = found.exact[:1] or found.options
    return _offer(options, Seek(is_firm=False, moving=move.moving), stage, refusal)


# ---- the contact's own


def _cancel(move: Cancel, stage: Stage) -> Result:
    rows = tuple(row for row in stage.upcoming() if row.id in move.booking_ids)
    if not move.is_confirmed:
        limit = stage.facts.cancel_until_hours
        is_late = limit is not None and any(row.start - stage.now < timedelta(hours=limit) for row in rows)
        return CancelProposed(bookings=rows, is_late=is_late)
    for row in rows:
        stage.diary.cancel(booking_id=row.id)
        stage.did.append(f"cancelled appointment {row.id}")
    stage.dialogue = replace(stage.dialogue, done=("cancelled", rows[0].id if rows else ""))
    if len(rows) == 1:
        wish = Wish(service=rows[0].service_id, staff=rows[0].staff_id)
        stage.dialogue = replace(stage.dialogue, wish=_wish_at(wish, rows[0]))
    return Cancelled(bookings=rows, is_undo=move.is_undo)


def _own(move: ListOwn, stage: Stage) -> Result:
    rows = tuple(row for row in stage.upcoming() if not move.only or row.id in move.only)
    if not rows:
        stage.dialogue = replace(stage.dialogue, pending="start")
    return Own(bookings=rows, is_already=move.is_already)


def _ask(move: Ask, stage: Stage) -> Result:
    if move.key != "which":
        return move
    rows = tuple(row for row in stage.upcoming() if row.id in move.about)
    return Own(bookings=rows, asks="which", verb=stage.dialogue.task)


def _pass_on(move: PassOn, stage: Stage) -> Result:
    """When a person will be there, if nobody is now."""
    hours = stage.facts.hours
    if hours.is_open(stage.now):
        return Passed(reason=move.reason, faq_id=move.faq_id)
    return Passed(reason=move.reason, faq_id=move.faq_id, opens_at=hours.next_opening(stage.now))
