"""Where a conversation stands between two messages."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from typing import Any

from infinitypro.assistant.diary import Slot
from infinitypro.assistant.wish import Wish

__all__ = ["Dialogue", "replace"]


@dataclass(frozen=True, kw_only=True)
class Dialogue:
    """`task` is book, move or cancel, or empty; `asked` is the key of our last question; `pending` what a yes would do.

    `queue` are services that follow on what is being booked, `later` are wishes with times of their own.
    `done` is what we last did in this conversation (`booked` or `moved` or `cancelled`, and of which appointment).
    """

    language: str = ""
    is_disclosed: bool = False
    is_stopped: bool = False
    is_handed_over: bool = False
    task: str = ""
    wish: Wish = field(default_factory=Wish)
    queue: tuple[str, ...] = ()
    later: tuple[Wish, ...] = ()
    moving: str = ""
    candidates: tuple[str, ...] = ()
    offered: tuple[Slot, ...] = ()
    asked: str = ""
    pending: str = ""
    done: tuple[str, str] = ("", "")
    topic: str = ""
    topic_service: str = ""
    topic_days: tuple[date, ...] = ()
    topic_staff: str = ""
    failures: int = 0
    name: str = ""
    last_reply: str = ""
    turn: int = 0

    def to_json(self) -> dict[str, Any]:
        """Plain data; what is empty is left out."""
        data = {row.name: getattr(self, row.name) for row in fields(self) if getattr(self, row.name)}
        data["wish"] = self.wish.to_json()
        data["later"] = [wish.to_json() for wish in self.later]
        data["topic_days"] = [day.isoformat() for day in self.topic_days]
        data["offered"] = [[slot.start.isoformat(), slot.staff_id] for slot in self.offered]
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | None) -> "Dialogue":
        """The dialogue kept in `data`; what a later version no longer knows is dropped."""
        known = {
            key: _rich(key, value) for key, value in (data or {}).items() if key in cls.__dataclass_fields__
        }
        return cls(**known)

    def settled(self) -> "Dialogue":
        """Nothing under way any more; the wish stays, so that "actually at 11" still means something."""
        return replace(
            self, task="", moving="", candidates=(), offered=(), asked="", pending="", queue=(), later=()
        )


def _rich(key: str, value: Any) -> Any:
    if key == "wish":
        return Wish.from_json(value)
    if key == "later":
        return tuple(map(Wish.from_json, value))
    if key == "topic_days":
        return tuple(date.fromisoformat(day) for day in value)
    if key == "offered":
        return tuple(
            Slot(start=datetime.fromisoformat(start), staff_id=staff_id) for start, staff_id in value
        )
    return tuple(value) if isinstance(value, list) else value
