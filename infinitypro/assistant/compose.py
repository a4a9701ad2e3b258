"""The whole of an answer: understand, decide, act, write, check. Each step is a module that can be read alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from infinitypro.assistant import act, check, decide, hearing
from infinitypro.assistant.diary import Diary
from infinitypro.assistant.facts import Facts
from infinitypro.assistant.hearing import Heard
from infinitypro.assistant.moves import Passed, Result, Tell
from infinitypro.assistant.skills.turn import Step, Turn
from infinitypro.assistant.state import Dialogue, replace
from infinitypro.assistant.trace import Trace
from infinitypro.assistant.understanding import optout
from infinitypro.assistant.wish import Wish
from infinitypro.assistant.writing import summary, write
from infinitypro.assistant.writing.page import Page

_GRAVE = {"complaint", "safety"}
_REWRITES = 4
LONGEST_READ = 4096  # letters of a burst: as many as WhatsApp lets a person write at once


@dataclass(frozen=True, kw_only=True)
class ContactView:
    """What the assistant knows of who writes."""

    name: str = ""
    phone: str = ""
    is_new: bool = True


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """`kind` is reply, hand_over or nothing; `buttons` are (key, title) of quick replies; `dialogue` is to be kept."""

    kind: str
    dialogue: Dialogue
    text: str = ""
    buttons: tuple[tuple[str, str], ...] = ()
    asks: str = ""
    reason: str = ""
    summary: str = ""
    name: str = ""
    trace: dict[str, Any] = field(default_factory=dict)


def compose(
    *,
    facts: Facts,
    contact: ContactView,
    dialogue: Dialogue,
    messages: Sequence[str],
    now: datetime,
    diary: Diary,
) -> Outcome:
    """The answer to a burst of messages; the diary is written where the answer says so."""
    messages = [message[:LONGEST_READ] for message in messages]
    text, now = "\n".join(_newest(messages)), now.astimezone(facts.zone)
    if any(optout.is_stop(message) for message in messages) and not _means_appointment(text, dialogue, diary):
        return _stopped(facts, dialogue, text, now)
    if dialogue.is_stopped and not hearing.is_start(text):
        return Outcome(kind="nothing", dialogue=dialogue, reason="stopped")
    if dialogue.is_stopped:
        return _spoken(facts, replace(dialogue, is_stopped=False, is_handed_over=False), text, now, "started")
    if dialogue.is_handed_over:
        return Outcome(kind="nothing", dialogue=dialogue, reason="a person has the conversation")
    trace = Trace()
    heard = hearing.hear(text=text, facts=facts, dialogue=dialogue, now=now)
    trace.heard(heard)
    return _answer(_Desk(facts=facts, contact=contact, now=now, diary=diary, trace=trace), heard, dialogue)


def _newest(messages: Sequence[str]) -> list[str]:
    """The last of the messages, as many as are read together."""
    left = LONGEST_READ
    found: list[str] = []
    for message in reversed(messages):
        left -= len(message)
        if left < 0:
            break
        found.insert(0, message)
    return found


def _means_appointment(text: str, dialogue: Dialogue, diary: Diary) -> bool:
    """ "Cancel" alone is a stop word, unless there is an appointment that it can mean."""
    is_bare = text.strip(" .!\n").casefold() in {"cancel", "cancelar"}
    return is_bare and not dialogue.is_stopped and (dialogue.task == "cancel" or bool(diary.upcoming()))


@dataclass(frozen=True, kw_only=True)
class _Desk:
    """What stays the same for the length of one answer."""

    facts: Facts
    contact: ContactView
    now: datetime
    diary: Diary
    trace: Trace


def _answer(desk: _Desk, heard: Heard, before: Dialogue) -> Outcome:
    before = _up_to_date(before, desk.facts)
    before = replace(
        before, language=heard.language, name=before.name or ("" if desk.contact.name else heard.name)
    )
    step = decide.decide(_turn(desk, heard, before))
    desk.trace.chose(step.moves, step.why)
    stage = act.Stage(
        facts=desk.facts,
        diary=desk.diary,
        now=desk.now,
        dialogue=step.dialogue,
        is_name_known=bool(desk.contact.name),
    )
    results = act.act(moves=step.moves, stage=stage)
    desk.trace.did = stage.did
    desk.trace.lap("act")
    page, asks = _written(desk, results, stage.dialogue, before)
    return _checked(desk, heard, step, results, replace(stage.dialogue, asked=asks), page)


def _up_to_date(dialogue: Dialogue, facts: Facts) -> Dialogue:
    """Without what the business no longer has: the customer may come back after weeks."""
    wish, is_known = dialogue.wish, facts.has_service
    if wish.service and not is_known(wish.service):
        return replace(dialogue.settled(), wish=Wish(), topic_service="")
    staff = wish.staff if facts.has_person(wish.staff) else None
    offered = tuple(slot for slot in dialogue.offered if facts.has_person(slot.staff_id))
    queue = tuple(service for service in dialogue.queue if is_known(service))
    later = tuple(wish for wish in dialogue.later if is_known(wish.service) and not wish.staff)
    later += tuple(wish for wish in dialogue.later if is_known(wish.service) and facts.has_person(wish.staff))
    who = dialogue.topic_staff if facts.has_person(dialogue.topic_staff) else ""
    topic = dialogue.topic_service if is_known(dialogue.topic_service) else ""
    return replace(
        dialogue,
        wish=replace(wish, staff=staff),
        offered=offered,
        queue=queue,
        later=later,
        topic_service=topic,
        topic_staff=who,
    )


def _turn(desk: _Desk, heard: Heard, dialogue: Dialogue) -> Turn:
    return Turn(
        heard=heard,
        dialogue=dialogue,
        facts=desk.facts,
        own=tuple(desk.diary.upcoming()),
        now=desk.now,
        is_name_known=bool(desk.contact.name or dialogue.name),
    )


def _written(
    desk: _Desk, results: Sequence[Result], dialogue: Dialogue, before: Dialogue
) -> tuple[Page, str]:
    """The page, worded anew until it is not the last reply again."""
    for attempt in range(_REWRITES):
        page = Page(facts=desk.facts, language=dialogue.language, now=desk.now, turn=dialogue.turn + attempt)
        is_said = any(isinstance(result, Tell) and result.what == "robot" for result in results)
        if not before.is_disclosed and not is_said:
            grave = any(isinstance(result, Passed) and result.reason in _GRAVE for result in results)
            write.disclose(page=page, contact_name=desk.contact.name, is_grave=grave)
        if attempt == _REWRITES - 1:
            page.say("once_more")
        asks = write.write(results=results, page=page, dialogue=dialogue)
        if page.text != before.last_reply:
            break
    desk.trace.lap("write")
    return page, asks


def _checked(
    desk: _Desk, heard: Heard, step: Step, results: Sequence[Result], dialogue: Dialogue, page: Page
) -> Outcome:
    """The reply when it holds, else a hand-over instead of it."""
    verdict = check.check(page=page, results=results, last_reply=dialogue.last_reply)
    trace = desk.trace
    trace.verified, trace.refused = list(verdict.verified), list(verdict.refused)
    trace.facts = sorted({claim.source for claim in page.claims})
    trace.lap("check")
    passed = next((result for result in results if isinstance(result, Passed)), None)
    if not verdict.is_good:
        page, passed = _withheld(desk, dialogue), Passed(reason="check")
        dialogue = replace(dialogue.settled(), is_handed_over=True)
    trace.asks = "" if passed else dialogue.asked
    kept = replace(
        dialogue,
        last_reply=page.text,
        turn=dialogue.turn + 1,
        is_disclosed=True,
        asked="" if passed else dialogue.asked,
    )
    return Outcome(
        kind="hand_over" if passed else "reply",
        dialogue=kept,
        text=page.text,
        buttons=tuple(page.buttons),
        asks=trace.asks,
        reason=passed.reason if passed else "",
        name=kept.name,
        summary=summary.summarise(desk.facts, desk.contact.name, heard, step.dialogue, passed)
        if passed
        else "",
        trace=trace.to_json(),
    )


def _withheld(desk: _Desk, dialogue: Dialogue) -> Page:
    page = Page(facts=desk.facts, language=dialogue.language, now=desk.now, turn=dialogue.turn)
    write.write(results=[Passed(reason="check")], page=page, dialogue=dialogue)
    return page


def _stopped(facts: Facts, dialogue: Dialogue, text: str, now: datetime) -> Outcome:
    """One confirmation, then silence; nothing has looked at the text but the list of stop words."""
    if dialogue.is_stopped:
        return Outcome(kind="nothing", dialogue=dialogue, reason="stopped")
    return _spoken(facts, replace(dialogue.settled(), is_stopped=True), text, now, "stopped")


def _spoken(facts: Facts, dialogue: Dialogue, text: str, now: datetime, what: str) -> Outcome:
    """A fixed sentence, without anything having been understood."""
    language = dialogue.language or hearing.language_of(text, facts)
    page = Page(facts=facts, language=language, now=now, turn=dialogue.turn)
    write.write(results=[Tell(what=what)], page=page, dialogue=dialogue)
    kept = replace(dialogue, language=language, last_reply=page.text, turn=dialogue.turn + 1)
    intent = "opt_out" if what == "stopped" else "other"
    trace = Trace(understood={"intent": intent}, why=(f"the customer wrote {what.removesuffix('ed')}",))
    return Outcome(kind="reply", dialogue=kept, text=page.text, reason=what, trace=trace.to_json())
