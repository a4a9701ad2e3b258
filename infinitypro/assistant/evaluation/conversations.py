"""Plays conversation scripts with a simulated customer and judges every reply."""

import logging
import re
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import yaml

from infinitypro.assistant import compose
from infinitypro.assistant.compose import ContactView, Outcome
from infinitypro.assistant.diary import Booking, Diary
from infinitypro.assistant.evaluation import truths, workspaces
from infinitypro.assistant.facts import Facts
from infinitypro.assistant.state import Dialogue

_PAUSE = timedelta(seconds=20)
_ASKED_AT_MOST = 2


class World(Protocol):
    """A fresh workspace for one script."""

    facts: Facts

    def diary(self, now: datetime) -> Diary:
        """The contact's view of the appointment book at a moment."""

    def give(self, *, service: str, staff: str, start: datetime, is_own: bool) -> None:
        """Put an appointment into the book before the conversation."""


Worlds = Callable[[Path | None, datetime, dict[str, Any]], AbstractContextManager[World]]


class Failed(Exception):
    """A script's expectation was not met."""


@dataclass(kw_only=True)
class Played:
    """A conversation under way."""

    world: World
    contact: ContactView
    now: datetime
    dialogue: Dialogue = field(default_factory=Dialogue)
    transcript: list[dict[str, str]] = field(default_factory=list)
    replies: list[str] = field(default_factory=list)
    is_handed_over: bool = False

    def say(self, messages: Sequence[str]) -> Outcome:
        """The outcome of a burst of messages; the clock goes on to the customer's next one."""
        self.transcript += [{"who": "customer", "text": text} for text in messages]
        diary = self.world.diary(self.now)
        outcome = compose.compose(
            facts=self.world.facts,
            contact=self.contact,
            dialogue=self.dialogue,
            messages=messages,
            now=self.now,
            diary=diary,
        )
        self._note(outcome)
        wrong = truths.untrue(
            outcome, facts=self.world.facts, diary=self.world.diary(self.now), said=self._said()
        )
        self.now += _PAUSE
        if wrong:
            raise Failed(wrong)
        return outcome

    def _note(self, outcome: Outcome) -> None:
        self.dialogue = Dialogue.from_json(outcome.dialogue.to_json())
        self.is_handed_over = self.is_handed_over or outcome.kind == "hand_over"
        if outcome.kind == "nothing":
            self.transcript.append({"who": "assistant", "text": ""})
            return
        entry = {"who": "assistant", "text": outcome.text, "asks": outcome.asks}
        self.transcript.append({key: value for key, value in entry.items() if value})
        if self.replies and self.replies[-1] == outcome.text:
            raise Failed(f"the same reply twice in a row: {outcome.text}")
        self.replies.append(outcome.text)

    def _said(self) -> str:
        return "\n".join(entry["text"] for entry in self.transcript if entry["who"] == "customer")


def evaluate(path: Path, *, only: str | None = None, worlds: Worlds = workspaces.worlds) -> dict[str, Any]:
    """Play the scripts of a file, each in a world of its own; what passed, and why the others did not."""
    scripts = [script for script in yaml.safe_load(path.read_text()) if only in {None, script["id"]}]
    results = [_played(script, path, worlds) for script in scripts]
    return {"passed": sum(row["passed"] for row in results), "total": len(results), "results": results}


def _played(script: dict[str, Any], path: Path, worlds: Worlds) -> dict[str, Any]:
    now = datetime.fromisoformat(script["now"])
    business = path.parent / script["business"] if script.get("business") else None
    contact = script.get("contact") or {}
    transcript: list[dict[str, str]] = []
    with worlds(business, now, contact) as world:
        played = Played(
            world=world,
            now=now.replace(tzinfo=world.facts.zone),
            transcript=transcript,
            contact=ContactView(name=contact.get("name", ""), phone=contact.get("phone", "")),
        )
        why = _judge(script, played)
    return {"id": script["id"], "passed": not why, "why": why, "transcript": transcript}


def _judge(script: dict[str, Any], played: Played) -> str:
    """Why the script failed, or nothing."""
    for row in (script.get("given") or {}).get("appointments", ()):
        start = datetime.fromisoformat(row["start"]).replace(tzinfo=played.now.tzinfo)
        played.world.give(
            service=row["service"], staff=row["staff"], start=start, is_own=row.get("who", "self") == "self"
        )
    try:
        _turns(script, played)
        _end(script.get("end") or {}, played)
    except Failed as failed:
        return str(failed)
    except Exception as error:
        logging.getLogger(__name__).exception("a script broke the program")
        return f"broke: {type(error).__name__}: {error}"
    return ""


def _turns(script: dict[str, Any], played: Played) -> None:
    answers, times = script.get("answers") or {}, dict.fromkeys(script.get("answers") or {}, 0)
    for turn in script["turns"]:
        turn = turn if isinstance(turn, dict) else {"says": turn}
        says = turn["says"] if isinstance(turn["says"], list) else [turn["says"]]
        outcome = played.say(says)
        _expect(turn.get("expect") or {}, outcome)
        while outcome.asks in answers and times[outcome.asks] < _ASKED_AT_MOST:
            times[outcome.asks] += 1
            outcome = played.say([str(answers[outcome.asks])])


def _expect(expect: dict[str, Any], outcome: Outcome) -> None:
    _texts(expect, outcome.text)
    found = {
        "asks": outcome.asks,
        "intent": outcome.trace.get("understood", {}).get("intent"),
        "hand_over": outcome.kind == "hand_over",
        "silent": outcome.kind == "nothing",
    }
    for key, value in found.items():
        if key in expect and expect[key] != value:
            raise Failed(f"{key} should be {expect[key]!r}, is {value!r}")


def _texts(expect: dict[str, Any], text: str) -> None:
    for pattern in expect.get("has", ()):
        if not re.search(pattern, text, re.IGNORECASE | re.DOTALL):
            raise Failed(f"lacks {pattern!r}: {text}")
    for pattern in expect.get("lacks", ()):
        if re.search(pattern, text, re.IGNORECASE | re.DOTALL):
            raise Failed(f"has {pattern!r}: {text}")


def _end(end: dict[str, Any], played: Played) -> None:
    _texts(end, "\n".join(played.replies))
    for key, value in (("hand_over", played.is_handed_over), ("stopped", played.dialogue.is_stopped)):
        if key in end and end[key] != value:
            raise Failed(f"at the end {key} should be {end[key]!r}, is {value!r}")
    if "appointments" in end:
        _appointments(end["appointments"], played)


def _appointments(expected: Sequence[dict[str, Any]], played: Played) -> None:
    facts = played.world.facts
    left = list(played.world.diary(played.now).upcoming())
    shown = "; ".join(_shown(row, facts) for row in left) or "none"
    for wanted in expected:
        row = next((row for row in left if _is(row, wanted, facts)), None)
        if row is None:
            raise Failed(f"no appointment {wanted}; there are: {shown}")
        left.remove(row)
    if left:
        raise Failed(f"appointments too many; there are: {shown}")


def _is(row: Booking, wanted: dict[str, Any], facts: Facts) -> bool:
    start = datetime.fromisoformat(wanted["start"])
    service, person = facts.service(row.service_id), facts.person(row.staff_id)
    is_service = wanted["service"] in {service.key, service.id, service.name}
    return (
        is_service
        and row.start.replace(tzinfo=None) == start
        and wanted.get("staff", person.name) == person.name
    )


def _shown(row: Booking, facts: Facts) -> str:
    return (
        f"{facts.service(row.service_id).name}, {facts.person(row.staff_id).name}, {row.start:%Y-%m-%d %H:%M}"
    )
