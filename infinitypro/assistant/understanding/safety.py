"""What a person must see at once whatever else was said: harm to health, the law, danger. Wording in English and Spanish.

Ordinary speech borrows these words ("dying for a haircut", "my hair is killing me", "burning question"), so a word alone
never counts: a symptom needs a body, an emergency needs a fact.
"""

import re

from infinitypro.assistant import corpus
from infinitypro.assistant.understanding import words

_RULES = corpus.rules("safety")

_FIGURES = re.compile(_RULES["figures"])
_REASONS = tuple((name, re.compile(_RULES[name])) for name in ("medical", "urgent", "legal"))


def reason(text: str) -> str | None:
    """Why a person must see this ("medical", "urgent" or "legal"), or None."""
    plain = " ".join(_FIGURES.sub(" ", words.fold(text)).split())
    return next((name for name, pattern in _REASONS if pattern.search(plain)), None)
