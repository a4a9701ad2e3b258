"""How many labelled dates and times are read exactly, and how fast."""

from __future__ import annotations

import json
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from infinitypro.assistant.understanding import dates


def evaluate(path: Path) -> dict[str, Any]:
    """Shares of labels met (dates and times apart), texts passed, latency in milliseconds, and the failures.

    A line is `{"text", "now", "expect": {"date"?, "time"?}}`. What is measured is the day and time the text
    speaks of, wanted or not ("not tomorrow" speaks of tomorrow).
    """
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    tallies = {"date": [0, 0], "time": [0, 0]}
    failures, latencies = [], []
    for row in rows:
        now = datetime.fromisoformat(row["now"])
        begun = time.perf_counter()
        when = dates.read(row["text"], now=now)
        latencies.append((time.perf_counter() - begun) * 1000)
        got = spoken_of(when)
        for key, wanted in row["expect"].items():
            tallies[key][0] += 1
            tallies[key][1] += got.get(key) == wanted
        if any(got.get(key) != wanted for key, wanted in row["expect"].items()):
            failures.append({"text": row["text"], "expect": row["expect"], "got": got})
    return {
        "dates": _share(*tallies["date"]),
        "times": _share(*tallies["time"]),
        "passed": len(rows) - len(failures),
        "total": len(rows),
        "latency_ms": _latency(sorted(latencies)),
        "failures": failures,
    }


def spoken_of(when: dates.When) -> dict[str, str]:
    """The main day and time a text speaks of, as the labels write them."""
    got = {}
    if when.mentioned_dates:
        got["date"] = when.mentioned_dates[0].isoformat()
    if when.mentioned_times:
        got["time"] = when.mentioned_times[0].strftime("%H:%M")
    return got


def _share(total: int, met: int) -> dict[str, float]:
    return {"total": total, "met": met, "share": round(met / total, 4) if total else 1.0}


def _latency(ordered: list[float]) -> dict[str, float]:
    if not ordered:
        return {"p50": 0.0, "p99": 0.0, "max": 0.0}
    last = len(ordered) - 1
    return {
        "p50": round(ordered[last // 2], 3),
        "p99": round(ordered[int(last * 0.99)], 3),
        "max": round(ordered[last], 3),
    }
