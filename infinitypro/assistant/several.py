"""Several appointments in one breath, each with its own time ("a cut on Friday at 2 and a shave on Sunday at 11")."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from infinitypro.assistant.moments import Moment
from infinitypro.assistant.understanding import understand, vocabulary

_JOINT = re.compile(r"\s*(?:[,;\n]|\b(?:and|then|plus|y|luego|adem[aá]s)\b)\s*", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Part:
    """One of the appointments: what, with whom if anybody was named, and when."""

    service: str
    staff: tuple[str, ...] = ()
    when: Moment


def parts(text: str, *, vocabulary: vocabulary.Vocabulary, read: Callable[[str], Moment]) -> tuple[Part, ...]:
    """The appointments in their order; none unless there are several, each with one service and a time."""
    found = []
    for piece in _pieces(text, vocabulary):
        services, staff = understand.named(piece, vocabulary=vocabulary)
        when = read(piece)
        if len(services) != 1 or len(when.times) != 1:
            return ()
        found.append(Part(service=services[0], staff=staff, when=when))
    return tuple(_dated(part, found) for part in found) if len(found) > 1 else ()


def _pieces(text: str, vocabulary: vocabulary.Vocabulary) -> list[str]:
    """The text in stretches that each name a service; what names none belongs to the one before."""
    pieces: list[str] = []
    has_service = False
    for stretch in _JOINT.split(text):
        names_one = bool(understand.named(stretch, vocabulary=vocabulary)[0])
        if pieces and not (names_one and has_service):
            pieces[-1] += f", {stretch}"
        else:
            pieces.append(stretch)
            has_service = False
        has_service = has_service or names_one
    return pieces


def _dated(part: Part, all_parts: list[Part]) -> Part:
    """With the day that was named for another, where none was for this one ("at 2 and at 4 on Friday")."""
    days = next((other.when.days for other in all_parts if other.when.days), ())
    return part if part.when.has_day else replace(part, when=replace(part.when, days=days))
