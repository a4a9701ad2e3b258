"""How often the mood of a text is told, on lines of `{"text", "sentiment"}`."""

import time
from pathlib import Path

from infinitypro.assistant.evaluation import samples
from infinitypro.assistant.understanding import encoder, language, moods, views


def evaluate(*, test: Path) -> dict[str, object]:
    """Accuracy, recall of each mood, their mean, and milliseconds a message."""
    rows = samples.read(test)
    wanted = samples.column(rows, "sentiment")
    began = time.perf_counter()
    said = [_mood(text) for text in samples.texts(rows)]
    spent = time.perf_counter() - began
    recalls = {name: _recall(said, wanted, name) for name in (moods.NEGATIVE, moods.NEUTRAL, moods.POSITIVE)}
    present = [recall for name, recall in recalls.items() if name in wanted]
    return {
        "total": len(rows),
        "accuracy": samples.share(
            sum(got == want for got, want in zip(said, wanted, strict=True)), len(rows)
        ),
        "mean_recall": round(sum(present) / max(1, len(present)), 4),
        "recall": recalls,
        "ms": round(1000 * spent / max(1, len(rows)), 2),
    }


def _mood(text: str) -> str:
    spoken = language.of(text, fallback="en")
    return moods.read(text, vector=encoder.encode([views.for_encoder(text, spoken)])[0], language=spoken).name


def _recall(said: list[str], wanted: list[str], name: str) -> float:
    asked = [got for got, want in zip(said, wanted, strict=True) if want == name]
    return samples.share(asked.count(name), len(asked))
