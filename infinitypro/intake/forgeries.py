"""Counts requests with a wrong signature, by network and in memory alone: the door is no place to wait for a database.

Nothing that is validly signed is ever counted, held up or refused for it.
"""

import time
from dataclasses import dataclass, field

from infinitypro.accounts import alarms
from infinitypro.accounts.throttling import network_of
from infinitypro.core import clock

WITHIN = 600.0  # seconds
MANY = 100
NETWORKS = 10_000
ALARM = "alarm.hooks"


@dataclass
class Forgeries:
    """How many came from each network since a moment."""

    _seen: dict[str, tuple[float, int]] = field(default_factory=dict)

    def note(self, address: str) -> int:
        """How many came from there within ten minutes, this one included."""
        network, now = network_of(address), time.monotonic()
        since, count = self._seen.get(network, (now, 0))
        if since < now - WITHIN:
            since, count = now, 0
        if len(self._seen) >= NETWORKS and network not in self._seen:
            self._seen.clear()
        self._seen[network] = (since, count + 1)
        return count + 1


def sound(network: str, count: int) -> None:
    """Sound the installation's alarm: whom forgeries are meant for stands in what nobody signed."""
    alarms.sound(ALARM, network=network, detail={"count": count}, now=clock.now())
