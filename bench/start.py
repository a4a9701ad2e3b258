"""How long `infinitypro up` takes until it is ready, and the memory of its own processes at rest."""

import time
from typing import Any

from bench import figures
from bench.installation import Installation

STARTS_ITS_OWN = True
TIMES = 3


def run() -> dict[str, Any]:
    """Seconds and megabytes."""
    place = Installation()
    try:
        first = place.start()
        stops = [place.stop()]
        again = []
        for _ in range(TIMES):
            again.append(place.start())
            time.sleep(3.0)
            memory = place.memory_megabytes()
            stops.append(place.stop())
        return {
            "the first time": figures.plain(first, "s"),
            "after the first time": figures.at_most(sorted(again)[TIMES // 2], 4, "s"),
            "to the end after SIGTERM, longest": figures.at_most(max(stops), 5, "s"),
            "web and two workers at rest": figures.at_most(memory, 260, "MB"),
        }
    finally:
        place.remove()
