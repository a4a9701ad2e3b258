"""Whether what a reply asserts is true of the workspace: prices, free times, bookings, the address."""

import re

from infinitypro.assistant.compose import Outcome
from infinitypro.assistant.diary import Diary
from infinitypro.assistant.facts import Facts
from infinitypro.assistant.writing import formats

_AMOUNT = re.compile(r"(?:[$€£]\s?\d[\d.,]*\d|[$€£]\s?\d|\d(?:[\d.,]*\d)?\s?(?:€|US\$|EUR|USD))")
_BOOKED = re.compile(
    r"\b(you're booked|it's booked|^reservado|queda reservado)", re.IGNORECASE | re.MULTILINE
)


def untrue(outcome: Outcome, *, facts: Facts, diary: Diary, said: str) -> str:
    """The first thing that a reply says and that is not so, or nothing; `said` are the customer's own words."""
    return _amounts(outcome.text, facts, said) or _booked(outcome, diary) or _free(outcome, facts, diary)


def _amounts(text: str, facts: Facts, said: str) -> str:
    known = {_figure(amount) for faq in facts.faqs for amount in _AMOUNT.findall(faq.answer)}
    for service in facts.services:
        known.add(_figure(formats.money(service.price or 0, currency=facts.currency, locale="en_US")))
    for amount in _AMOUNT.findall(text):
        if _figure(amount) not in known and amount not in said:
            return f"an amount that is no fact: {amount}"
    return ""


def _figure(amount: str) -> str:
    digits = re.sub(r"[^\d.,]", "", amount).rstrip(".,")
    return re.sub(r"[.,]00$", "", digits).replace(",", ".")


def _booked(outcome: Outcome, diary: Diary) -> str:
    is_backed = any(row.id == outcome.dialogue.done[1] for row in diary.upcoming())
    if _BOOKED.search(outcome.text) and not is_backed:
        return f"says booked, and nothing is: {outcome.text}"
    return ""


def _free(outcome: Outcome, facts: Facts, diary: Diary) -> str:
    """Every time that was offered must really be free."""
    dialogue = outcome.dialogue
    if not dialogue.wish.service:
        return ""
    for slot in dialogue.offered:
        obstacle = diary.why_not(
            service_id=dialogue.wish.service,
            start=slot.start,
            staff_id=slot.staff_id,
            ignoring=dialogue.moving or dialogue.wish.replaces or None,
        )
        if obstacle:
            return f"offered and not free ({obstacle.reason}): {slot.start:%Y-%m-%d %H:%M} {facts.person(slot.staff_id).name}"
    return ""
