"""The last look before a reply leaves: every figure in it must come from a fact, the diary or an act."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from infinitypro.assistant.facts import Facts
from infinitypro.assistant.moves import Booked, Cancelled, Result
from infinitypro.assistant.writing import formats
from infinitypro.assistant.writing.page import Claim, Page

_FIGURE = re.compile(r"\d|[$€£¥]|https?://|www\.|@")
_BOOKED = re.compile(r"\b(you're booked|it's booked|reservado\b)", re.IGNORECASE)
_DONE = re.compile(r"^(moved:|changed:|cancelled:|cambiado:|cancelado:)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What was verified and what was refused; a refused reply is not sent."""

    verified: tuple[str, ...]
    refused: tuple[str, ...]

    @property
    def is_good(self) -> bool:
        return not self.refused


def check(*, page: Page, results: Sequence[Result], last_reply: str) -> Verdict:
    """Verify a reply's claims against the facts and what was done, and that nothing else in it states a figure."""
    verified: list[str] = []
    refused: list[str] = []
    for claim in page.claims:
        (verified if _holds(claim, page.facts) else refused).append(
            f"{claim.kind} {claim.text} ({claim.source})"
        )
    refused += _unclaimed(page)
    refused += _unbacked(page.text, results)
    if page.text and page.text == last_reply:
        refused.append("the same reply as the last one")
    if not page.text:
        refused.append("an empty reply")
    return Verdict(verified=tuple(dict.fromkeys(verified)), refused=tuple(dict.fromkeys(refused)))


def _holds(claim: Claim, facts: Facts) -> bool:
    """Whether the source of a claim still says what the claim says."""
    place, _, key = claim.source.partition(":")
    if place == "service":
        return _is_of_service(claim, facts, key)
    if place == "staff":
        return facts.person(key).name.startswith(claim.text)
    if place == "faq":
        return any(
            faq.id == key and claim.text in {faq.answer.strip(), *map(str.strip, faq.translations.values())}
            for faq in facts.faqs
        )
    if place.startswith("business."):
        return str(getattr(facts, place.partition(".")[2])).strip() == claim.text
    if place == "booking.minimum_notice_minutes":
        return bool(claim.value == facts.minimum_notice_minutes)
    if place == "booking.cancel_until_hours":
        return bool(claim.value == facts.cancel_until_hours)
    if place == "services":
        return any(claim.value == service.size for service in facts.services)
    return place in {"diary", "hours", "customer", "contact.name", "booking.horizon_days"}


def _is_of_service(claim: Claim, facts: Facts, service_id: str) -> bool:
    service = facts.service(service_id)
    known = {"price": service.price or 0, "minutes": service.minutes}
    return (
        claim.value == known[claim.kind]
        if claim.kind in known
        else claim.text.casefold() in {service.name.casefold(), service.note.casefold()}
    )


def _unclaimed(page: Page) -> list[str]:
    """Figures, addresses and days in the text that no claim accounts for."""
    rest = page.text
    for text in sorted({claim.text for claim in page.claims}, key=len, reverse=True):
        rest = re.sub(re.escape(text.rstrip(".")), " ", rest, flags=re.IGNORECASE)
    days = formats.weekday_names(locale=page.locale)
    found = [f"a figure without a source: {match.group()}" for match in _FIGURE.finditer(rest)]
    found += [
        f"a day without a source: {day}" for day in days if re.search(rf"\b{day}\b", rest, re.IGNORECASE)
    ]
    return found


def _unbacked(text: str, results: Sequence[Result]) -> list[str]:
    """Words that say something was done, without it having been done."""
    found = []
    if _BOOKED.search(text) and not any(isinstance(result, Booked) for result in results):
        found.append("says that something is booked, and nothing was")
    if _DONE.search(text) and not any(isinstance(result, (Booked, Cancelled)) for result in results):
        found.append("says that something was done, and nothing was")
    return found
