"""A trace in words that a member understands."""

from typing import Any

LABELS = {
    "intent": "Wanted",
    "language": "Language",
    "services": "Service",
    "staff": "Person",
    "name": "Name",
    "sentiment": "Mood",
    "safety": "Warning",
}
MOVES = {
    "Answer": "answered from your facts",
    "Ask": "asked for what was missing",
    "Seek": "looked for free times",
    "Take": "booked the time that was chosen",
    "Cancel": "saw to the cancellation",
    "Tell": "said something short",
    "ListOwn": "told the customer their own appointments",
    "PassOn": "handed over to a person",
}


def explain(trace: dict[str, Any]) -> dict[str, Any]:
    """For the template: what was understood, decided, used and checked."""
    return {
        "understood": [
            line for key, label in LABELS.items() if (line := _line(label, trace["understood"].get(key)))
        ],
        "decided": _decided(trace),
        "facts": [{"text": _words(fact), "url": None} for fact in trace.get("facts", [])],
        "checked": [_words(one) for one in trace.get("verified", [])] or None,
        "took_label": f"{sum(trace.get('milliseconds', {}).values()):.0f} ms",
    }


def _line(label: str, value: Any) -> dict[str, str] | None:
    if not value:
        return None
    words = ", ".join(map(_words, value)) if isinstance(value, list) else _words(value)
    return {"label": label, "value": words}


def _decided(trace: dict[str, Any]) -> str:
    done = [MOVES.get(move["move"], move["move"]) for move in trace.get("decided", [])]
    reasons = "; ".join(_words(why) for why in trace.get("why", []))
    sentence = ", then ".join(dict.fromkeys(done))
    text = f"It {sentence}" if sentence else ""
    return f"{text}, because {reasons}." if text and reasons else f"{text or reasons}."


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(_words(part) for part in value.values() if part not in (None, "", [], {}))
    return str(value).replace("_", " ")
