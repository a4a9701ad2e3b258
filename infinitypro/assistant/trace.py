"""Why this answer: what was understood, decided, done, used and verified, for a member to open."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime, time
from time import perf_counter
from typing import Any

from infinitypro.assistant.hearing import Heard
from infinitypro.assistant.moves import Move


@dataclass(kw_only=True)
class Trace:
    """Grows while an answer is made; `to_json` is what is kept with the message."""

    understood: dict[str, Any] = field(default_factory=dict)
    decided: list[dict[str, Any]] = field(default_factory=list)
    why: tuple[str, ...] = ()
    did: list[str] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    verified: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    asks: str = ""
    milliseconds: dict[str, float] = field(default_factory=dict)
    _since: float = field(default_factory=perf_counter)

    def heard(self, heard: Heard) -> None:
        """Note what was understood, what is empty left out."""
        self.understood = {
            key: value for key, value in plain(heard).items() if value not in (None, "", [], {}, False)
        }
        self.understood["intent"] = heard.intent
        self._lap("understand")

    def chose(self, moves: Sequence[Move], why: Sequence[str]) -> None:
        """Note the decision."""
        self.decided = [{"move": type(move).__name__, **plain(move)} for move in moves]
        self.why = tuple(why)
        self._lap("decide")

    def lap(self, step: str) -> None:
        """Note how long a step took, from the end of the last one."""
        self._lap(step)

    def to_json(self) -> dict[str, Any]:
        """Everything as plain data."""
        return {
            row.name: plain(getattr(self, row.name)) for row in fields(self) if not row.name.startswith("_")
        }

    def _lap(self, step: str) -> None:
        now = perf_counter()
        self.milliseconds[step] = round((now - self._since) * 1000, 2)
        self._since = now


def plain(value: Any) -> Any:
    """Dataclasses, dates and tuples as JSON can hold them."""
    if is_dataclass(value) and not isinstance(value, type):
        return {row.name: plain(getattr(value, row.name)) for row in fields(value)}
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    return value
