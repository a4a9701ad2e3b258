"""Troubles that a test can order from the stand-in, and what it remembers for them."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any

JOURNAL_KEPT = 100_000


@dataclass(slots=True)
class Faults:
    """`failures` meet the next sends in turn; the rest stays until changed."""

    failures: deque[dict[str, Any]] = field(default_factory=deque)
    slow_seconds: float = 0.0
    drops_statuses: bool = False
    journal: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=JOURNAL_KEPT))

    def order(self, wish: dict[str, Any]) -> None:
        """Take an order: `fail`, a list of failures, `slow_seconds`, `drop_statuses`, `clear`.

        A failure has `times`, and is refused with `status`, Meta's `code` and `retry_after`. With `later` it
        is accepted and its status says failed; with `loses_answer` it is obeyed and the answer is broken.
        """
        if wish.get("clear"):
            self.failures.clear()
            self.slow_seconds, self.drops_statuses = 0.0, False
        for failure in wish.get("fail", []):
            self.failures.extend([failure] * int(failure.get("times", 1)))
        self.slow_seconds = float(wish.get("slow_seconds", self.slow_seconds))
        self.drops_statuses = bool(wish.get("drop_statuses", self.drops_statuses))

    def next(self) -> dict[str, Any] | None:
        """What the send that is here now has to meet."""
        return self.failures.popleft() if self.failures else None

    def show(self) -> dict[str, Any]:
        """How things stand."""
        return {
            "failures": list(self.failures),
            "slow_seconds": self.slow_seconds,
            "drop_statuses": self.drops_statuses,
            "journal": len(self.journal),
        }
