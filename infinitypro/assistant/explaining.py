"""A trace in words that a member understands."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, time
from typing import Any

from infinitypro.assistant.facts import Facts
from infinitypro.core import clock

LABELS = {
    "intent": "Wanted",
    "language": "Language",
    "services": "Service",
    "staff": "Person",
    "when": "When",
    "name": "Name",
    "sentiment": "Mood",
    "safety": "Warning",
}
WORDS = {
    "en": "English",
    "es": "Spanish",
    "book": "an appointment",
    "reschedule": "to move an appointment",
    "cancel": "to cancel an appointment",
    "my_appointments": "to know their appointments",
    "confirm": "to say yes",
    "faq": "to know something",
    "hours": "to know your hours",
    "location": "to know where you are",
    "price": "a price",
    "service_info": "to know about a service",
    "person": "a person",
    "complaint": "to complain",
    "greeting": "to say hello",
    "thanks": "to say thanks",
    "rights_request": "something about their personal data",
    "opt_out": "no more automated messages",
    "other": "something else",
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
#: where a fact lies: its name, the page that shows it, and what opening that page needs
PLACES = {
    "business": ("Business", "business:facts", "business.view"),
    "booking": ("Booking rules", "business:rules", "business.view"),
    "hours": ("Hours and holidays", "business:hours", "business.view"),
    "service": ("Service", "offer:services", "services.view"),
    "staff": ("Person", "offer:people", "services.view"),
    "faq": ("Question", "business:questions", "business.view"),
    "diary": ("The calendar", "booking:calendar", "calendar.view"),
    "contact": ("What the customer is called", "", ""),
    "customer": ("What the customer wrote", "", ""),
}


def explain(trace: Mapping[str, Any], *, facts: Facts, may: Callable[[str], bool]) -> dict[str, Any]:
    """For the template: what was understood, decided, used and checked; `page` of a fact is the name of its address, empty
    where `may` says that it may not be opened."""
    names = _names(facts)
    understood = dict(trace["understood"])
    understood["when"] = _when(understood.get("when") or {}, facts)
    lines = [(label, understood.get(key)) for key, label in LABELS.items()]
    return {
        "understood": [{"label": label, "value": _words(value, names)} for label, value in lines if value],
        "decided": _decided(trace),
        "facts": list(_places(trace.get("facts", []), names, may)),
        "checked": " · ".join(dict.fromkeys(map(_claim, trace.get("verified", [])))),
        "took_label": f"{sum(trace.get('milliseconds', {}).values()):.0f} ms",
    }


def _claim(verified: str) -> str:
    """`$48` of "price $48 (service:…)"."""
    return verified.rpartition(" (")[0].partition(" ")[2]


def _names(facts: Facts) -> dict[str, str]:
    services = {one.id: one.name for one in (*facts.services, *facts.former_services)}
    people = {one.id: one.name for one in (*facts.staff, *facts.former_staff)}
    return services | people | {faq.id: faq.question for faq in facts.faqs}


def _words(value: Any, names: Mapping[str, str]) -> str:
    if isinstance(value, list):
        return ", ".join(_words(part, names) for part in value)
    if isinstance(value, dict):
        return ", ".join(_words(part, names) for part in value.values() if part not in (None, "", [], {}))
    return names.get(str(value)) or WORDS.get(str(value)) or str(value).replace("_", " ")


def _when(found: Mapping[str, Any], facts: Facts) -> list[str]:
    region = facts.country or None
    days = [clock.say_day(date.fromisoformat(day), region=region) for day in found.get("days") or ()]
    times = [clock.say_time(time.fromisoformat(at), region=region) for at in found.get("times") or ()]
    return [*days, *times, *([found["part"]] if found.get("part") else [])]


def _decided(trace: Mapping[str, Any]) -> str:
    done = [MOVES.get(move["move"], move["move"]) for move in trace.get("decided", [])]
    sentence = ", then ".join(dict.fromkeys(done))
    reasons = "; ".join(str(why).replace("_", " ") for why in trace.get("why", []))
    if not sentence:
        return reasons
    return f"It {sentence} ({reasons})." if reasons else f"It {sentence}."


def _places(
    found: Iterable[str], names: Mapping[str, str], may: Callable[[str], bool]
) -> Iterable[dict[str, str]]:
    """Each place once: "service:<id>" is the service's name, "business.address" the business's address."""
    shown = set()
    for place in found:
        kind, _, rest = place.replace(":", ".", 1).partition(".")
        label, page, needs = PLACES.get(kind, (kind, "", ""))
        said = names.get(rest, rest.replace("_", " ") if kind in ("business", "booking") else "")
        text = f"{label}: {said}" if said else label
        if text not in shown:
            shown.add(text)
            yield {"text": text, "page": page if may(needs) else ""}
