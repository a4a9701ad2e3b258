"""Whether a message ends (or resumes) automated messages: decided by rules alone, before any model sees the text.

Two ways to say it. A *keyword* is the whole message (CTIA Messaging Principles 5.1.2 and 47 CFR 64.1200(a)(10): STOP, END,
CANCEL, QUIT …). A *sentence* is any reasonable wording (the same rule asks for it): an order to cease plus what shall
cease, in one clause. A clause that only limits when or about what ("not after nine", "the one for Tuesday") is neither.
"""

import re

from infinitypro.assistant import corpus
from infinitypro.assistant.understanding import words

_RULES = corpus.rules("optout")
_LISTS = corpus.lists("optout")

_KEYWORDS = _LISTS["keywords"]
_PHRASES = frozenset(corpus.sections("rules/optout.txt")["phrases"])
_POLITE = _LISTS["polite"]
_RESUME = _LISTS["resume"]
_CLAUSE_END = re.compile(
    r"[.!?;,:\n]+|\s-\s|(?<=\w)\s+(?:and|but|y|pero|und|et|e)\s+(?=stop|don|no |ne |kein)"
)


_SENTENCES = re.compile(_RULES["sentences"])
_NOT_A_STOP = re.compile(_RULES["not_a_stop"])
# A limit in time or subject: the person wants other messages, not none.
_LIMITED = re.compile(_RULES["limited"])
_RESUME_SENTENCE = re.compile(_RULES["resume_sentence"])


def is_stop(text: str) -> bool:
    """Whether the message asks that automated messages end."""
    clauses = _clauses(text)
    if not clauses:
        return False
    if _is_keyword_message(clauses):
        return True
    return any(_ends_messages(clause) for clause in _sentences(text))


def is_start(text: str) -> bool:
    """Whether the message asks that automated messages begin again."""
    clauses = _clauses(text)
    left = [word for clause in clauses for word in clause if word not in _POLITE]
    if len(left) == 1 and left[0] in _RESUME:
        return True
    return any(_RESUME_SENTENCE.search(clause) and not _ends_messages(clause) for clause in _sentences(text))


def _sentences(text: str) -> list[str]:
    return [" ".join(clause.split()) for clause in _CLAUSE_END.split(words.fold(text)) if clause.strip()]


def _clauses(text: str) -> list[list[str]]:
    split = ([word.text for word in words.split(clause)] for clause in re.split(r"[.!?;,:\n]+", text))
    return [clause for clause in split if clause]


def _is_keyword_message(clauses: list[list[str]]) -> bool:
    """Whether nothing but a keyword and politeness was written; "cancel" alone must stand quite alone."""
    everything = [word for clause in clauses for word in clause]
    if everything == ["cancel"]:
        return True
    left = [_squeezed(word) for word in everything if word not in _POLITE]
    if " ".join(left) in _PHRASES or " ".join(everything) in _PHRASES:
        return True
    return bool(left) and all(word in _KEYWORDS and word != "cancel" for word in left)


def _squeezed(word: str) -> str:
    """ "stoppp" and a slip in a long keyword as the keyword itself."""
    plain = re.sub(r"(.)\1{2,}", r"\1", word)
    if plain in _KEYWORDS:
        return plain
    single = re.sub(r"(.)\1+", r"\1", word)
    if single in _KEYWORDS:
        return single
    near = [keyword for keyword in _KEYWORDS if len(keyword) >= 7 and words.is_near(plain, keyword)]
    return near[0] if near else plain


def _ends_messages(clause: str) -> bool:
    plain = re.sub(
        r"^(?:please|pls|plz|por favor|bitte|just|ok|hey|hi)\s+|\s+(?:please|pls|plz|por favor|bitte)$",
        "",
        clause,
    )
    if _NOT_A_STOP.search(plain) or _LIMITED.search(plain):
        return False
    return bool(_SENTENCES.search(plain))
