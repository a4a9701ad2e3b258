"""How often a stop is told from what is none, on lines of `{"text", "stop"}`."""

import time
from pathlib import Path

from infinitypro.assistant.evaluation import samples
from infinitypro.assistant.understanding import optout


def evaluate(*, test: Path) -> dict[str, object]:
    """Accuracy, what was missed, what was taken for a stop wrongly, and milliseconds a message."""
    rows = samples.read(test)
    began = time.perf_counter()
    said = [optout.is_stop(text) for text in samples.texts(rows)]
    spent = time.perf_counter() - began
    wrong = [row for row, stop in zip(rows, said, strict=True) if stop != row["stop"]]
    return {
        "total": len(rows),
        "accuracy": samples.share(len(rows) - len(wrong), len(rows)),
        "missed": [row["text"] for row in wrong if row["stop"]],
        "false_alarms": [row["text"] for row in wrong if not row["stop"]],
        "ms": round(1000 * spent / max(1, len(rows)), 3),
    }
