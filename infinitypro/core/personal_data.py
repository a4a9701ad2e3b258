"""The declaration of every column that holds personal data: whose, why, how long, how it leaves and how it goes.

Each room has a `personal_data.py` with a tuple `COLUMNS`; a test compares them with the models, so that a new sealed or
personal column without a declaration fails.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Column:
    """One column that holds personal data."""

    model: str  # "inbox.Message"
    field: str
    subject: Literal["contact", "member", "workspace"]
    purpose: str
    kept: str  # how long, in words
    exported_as: str | None  # its name in an export; None where it only repeats another column
    erased_by: Literal[
        "key", "row", "clear"
    ]  # its key is destroyed, its row is deleted, or the column is emptied
    is_sealed: bool = True
    why_clear: str = ""


# What core's own tables hold.
COLUMNS = (
    Column(
        *("core.AuditEntry", "details", "contact", "to show who did what, and what it was before"),
        *("as long as the owner sets, a year at least", "audit log", "key"),
    ),
    Column(
        *("core.AuditEntry", "place", "member", "to notice a stranger's acts"),
        *("as long as the owner sets, a year at least", "audit log", "row", False),
        why_clear="a network, shared by hundreds",
    ),
    Column(
        *("core.OutgoingMail", "message", "member", "to be sent to them"),
        *("until it was sent, seven days at most", None, "key"),
    ),
    Column(
        *("core.SecurityEvent", "user_id", "member", "to tell them, and the owner, who came in"),
        *("a year", "security events", "row", False),
        why_clear="an id, found before a workspace is known",
    ),
    Column(
        *("core.SecurityEvent", "network", "member", "to notice a stranger"),
        *("a year", "security events", "row", False),
        why_clear="a network, shared by hundreds",
    ),
)
