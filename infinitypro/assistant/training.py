"""`python -m infinitypro.assistant.training`: makes what the assistant has learnt, unless nothing changed since.

The result lies in a git-ignored folder. Light on purpose: it runs at every set-up and mostly finds nothing to do.
"""

import hashlib
import subprocess
import sys
from pathlib import Path

_HERE = Path(__file__).parent
_TRAINED = _HERE / "understanding" / "trained"
_STAMP = _TRAINED / "stamp"
_LEARNS_FROM = (
    *(
        "encoder",
        "gloss",
        "heads",
        "intents",
        "language",
        "lexical",
        "mask",
        "moods",
        "onnx_weights",
        "retrieval",
    ),
    *("services", "views", "words"),
)
_MADE = (
    "encoder.npy",
    "words.npy",
    "word_scales.npy",
    "tokenizer.json",
    "intents.head",
    "moods.head",
    "faqs.npy",
)


def main() -> int:
    """Teaches when sentences or code have changed since the last time, else returns at once."""
    wanted = fingerprint()
    if is_fresh(wanted):
        return 0
    sys.stderr.write("Teaching the assistant its first words …\n")
    done = subprocess.run([sys.executable, "-m", "infinitypro.assistant.teaching"], check=False)
    if done.returncode == 0:
        _STAMP.write_text(wanted, "utf-8")
    return done.returncode


def is_fresh(wanted: str) -> bool:
    """Whether what was learnt is there and belongs to this fingerprint."""
    made = all((_TRAINED / name).exists() for name in _MADE)
    return made and _STAMP.exists() and _STAMP.read_text("utf-8") == wanted


def fingerprint() -> str:
    """A hash of the sentences and of the code that learns from them."""
    digest = hashlib.sha256()
    code = [_HERE / "understanding" / f"{name}.py" for name in _LEARNS_FROM]
    for path in (*sorted(_HERE.glob("corpus/*.txt")), *code, _HERE / "teaching.py"):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    sys.exit(main())
