"""What every skill is given, and what it gives back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from infinitypro.assistant.diary import Booking
from infinitypro.assistant.facts import Facts
from infinitypro.assistant.hearing import Heard
from infinitypro.assistant.moves import Move
from infinitypro.assistant.state import Dialogue


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One turn: what was heard, where the conversation stands, what the business and the book say. `now` is local."""

    heard: Heard
    dialogue: Dialogue
    facts: Facts
    own: Sequence[Booking]
    now: datetime
    is_name_known: bool = True


@dataclass(frozen=True, kw_only=True)
class Step:
    """What a skill wants done, where the conversation stands then, and why."""

    moves: tuple[Move, ...]
    dialogue: Dialogue
    why: tuple[str, ...] = ()
