"""When does the customer mean? A grammar of dates and times as people write them, in English and Spanish.

Text becomes typed tokens (`tokens`, `lexicon`), tokens become items (`grammar` with `clock`, `days` and
`spans`), items become an answer (`relations`, `compose`) with days resolved on a calendar (`calendar`).
"""

from __future__ import annotations

from datetime import datetime

from infinitypro.assistant.understanding.dates import compose, grammar, tokens
from infinitypro.assistant.understanding.dates.specs import Item, TimeSpec
from infinitypro.assistant.understanding.dates.when import Option, When

__all__ = ["Option", "When", "read"]

_LONGEST = 2_000  # a longer message is read so far; nobody books in the third page


def read(text: str, *, now: datetime, language: str | None = None, expecting: str | None = None) -> When:
    """When the customer means, seen from the business's local time `now`.

    `language` ("en", "en-GB", "es" …) decides what the text itself leaves open: "en" and "en-US" read 3/4 as
    March 4, all else as 3 April. `expecting` is what was just asked: after "time" or "slot" a bare number may
    be an hour, after "date" a day of the month.
    """
    found, spoken = tokens.tokenise(text[:_LONGEST], language)
    is_day_first = spoken == "es" or language not in ("en", "en-US", "en_US")
    items = grammar.parse(found, grammar.Context(is_day_first))
    bare = {"time": "time", "slot": "time", "date": "date"}.get(expecting or "")
    if bare and not _has(items, bare):
        items = grammar.parse(found, grammar.Context(is_day_first, bare))
    return compose.compose(found, items, now=now)


def _has(items: list[Item], bare: str) -> bool:
    if bare == "time":
        return any(isinstance(item.spec, TimeSpec) for item in items)
    return any(not isinstance(item.spec, TimeSpec) for item in items)
