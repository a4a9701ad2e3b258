"""The appointment book as the assistant sees it: one contact's, at one moment, in the business's own time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, kw_only=True, order=True)
class Slot:
    """A start that is free, and whose; `start` is aware and local."""

    start: datetime
    staff_id: str


@dataclass(frozen=True, kw_only=True)
class Booking:
    """One of this contact's own appointments; times are aware and local."""

    id: str
    service_id: str
    staff_id: str
    start: datetime
    end: datetime


@dataclass(frozen=True, kw_only=True)
class Obstacle:
    """Why a start is not free, in one of the words of `moves.Refusal`; `spans` are the break's, or when the person works."""

    reason: str
    spans: tuple[tuple[datetime, datetime], ...] = ()


class Refused(Exception):
    """The book did not take it."""

    def __init__(self, obstacle: Obstacle) -> None:
        super().__init__(obstacle.reason)
        self.obstacle = obstacle


class Diary(Protocol):
    """Reads and writes of one contact; a write that cannot be raises Refused."""

    def openings(
        self,
        *,
        service_id: str,
        start: datetime,
        end: datetime,
        staff_id: str | None = None,
        ignoring: str | None = None,
    ) -> Sequence[Slot]:
        """Every free start within start <= t < end, in order."""

    def why_not(
        self, *, service_id: str, start: datetime, staff_id: str | None = None, ignoring: str | None = None
    ) -> Obstacle | None:
        """The most telling reason why a start is not free, or None when it is."""

    def upcoming(self) -> Sequence[Booking]:
        """The contact's own appointments from now on that are not cancelled, in order."""

    def book(self, *, service_id: str, staff_id: str, start: datetime) -> Booking: ...

    def move(self, *, booking_id: str, staff_id: str, start: datetime) -> Booking: ...

    def cancel(self, *, booking_id: str) -> None: ...
