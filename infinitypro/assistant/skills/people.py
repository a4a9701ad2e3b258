"""When a person must take over, whatever else the message says."""

from infinitypro.assistant.hearing import CERTAIN
from infinitypro.assistant.moves import PassOn
from infinitypro.assistant.skills.turn import Step, Turn
from infinitypro.assistant.state import replace
from infinitypro.assistant.understanding.retrieval import SURE

FAILED_TURNS = 2
_SURE = 0.85


def escalate(turn: Turn) -> Step | None:
    """The hand-over that this message asks for, or None."""
    reason = _reason(turn)
    if reason:
        return pass_on(turn, reason)
    faq = _handed_over_fact(turn)
    return pass_on(turn, "fact", faq_id=faq) if faq else None


def pass_on(turn: Turn, reason: str, *, faq_id: str | None = None) -> Step:
    """Hand over and keep quiet from then on."""
    dialogue = replace(turn.dialogue.settled(), is_handed_over=True, failures=0)
    return Step(
        moves=(PassOn(reason=reason, faq_id=faq_id),), dialogue=dialogue, why=(f"hand over: {reason}",)
    )


def _reason(turn: Turn) -> str:
    heard = turn.heard
    if heard.has("others") and not heard.safety:
        return ""
    if heard.safety:
        return "safety"
    if (
        heard.intent == "rights_request"
        and heard.confidence("rights_request") >= CERTAIN
        and heard.has("rights")
    ):
        return "rights"
    is_booking = bool(turn.dialogue.task) or (heard.confidence("book") >= CERTAIN and bool(heard.services))
    is_answering = is_booking and heard.is_informative and heard.sentiment != "negative"
    share = heard.confidence("complaint")
    is_main = heard.intent == "complaint" and share >= CERTAIN
    is_aside = heard.intent == "book" and bool(heard.services)
    floor = _SURE if is_aside else CERTAIN
    is_complaint = is_main or (share >= floor and heard.sentiment == "negative")
    if heard.is_angry or heard.has("insult") or (is_complaint and not is_answering):
        return "complaint"
    if heard.intent == "person" and heard.confidence("person") >= CERTAIN and not heard.asks_robot:
        return "asked"
    return ""


def _handed_over_fact(turn: Turn) -> str:
    """The fact that says a person takes it from there, when the message is about that one above all."""
    if not turn.heard.faqs:
        return ""
    best, share = turn.heard.faqs[0]
    is_handed = any(faq.id == best and faq.hand_over for faq in turn.facts.faqs)
    return best if is_handed and share >= SURE else ""
