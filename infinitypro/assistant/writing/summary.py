"""What a member needs to know when a conversation is handed over, in two lines."""

from infinitypro.assistant.facts import Facts
from infinitypro.assistant.hearing import Heard
from infinitypro.assistant.moves import Passed
from infinitypro.assistant.state import Dialogue
from infinitypro.assistant.writing import formats

_REASONS = {
    "asked": "asks for a person",
    "safety": "may have a medical, legal or urgent problem",
    "complaint": "is unhappy",
    "rights": "makes a request about their data",
    "fact": "asks about something that a person handles",
    "late": "will be late",
    "failed": "was not understood twice in a row",
    "media": "sent something that only a person can look at",
    "question": "asks something the facts do not answer",
    "check": "would have got an answer that could not be verified",
}
_LONGEST = 300


def summarise(facts: Facts, name: str, heard: Heard, dialogue: Dialogue, passed: Passed) -> str:
    """Who, why, their own words, and what was under way."""
    who = name or dialogue.name or "The customer"
    words = " ".join(heard.text.split())[:_LONGEST]
    why = _REASONS.get(passed.reason, passed.reason)
    parts = [f"{who} {why}: “{words}”" if words else f"{who} {why}."]  # a picture has no words
    wish = _wish(facts, dialogue)
    if wish:
        parts.append(f"Spoken of before: {wish}.")
    return "\n".join(parts)


def _wish(facts: Facts, dialogue: Dialogue) -> str:
    wish = dialogue.wish
    parts = [facts.service(wish.service).name] if wish.service and facts.has_service(wish.service) else []
    if wish.staff:
        parts.append(f"with {facts.person(wish.staff).name}")
    parts += [formats.day(day, locale="en_US") for day in wish.days[:2]]
    parts += [formats.clock(at, language="en", country=facts.country) for at in wish.times[:1]]
    return ", ".join(parts)
