"""Who did what: recorded beside what was done, and chained so that nothing in it can be altered unseen."""

from infinitypro.core.audit.difference import Secret, Thing
from infinitypro.core.audit.log import (
    Actor,
    acting,
    by_operator,
    changes,
    network,
    one_act,
    record,
    record_read,
)
from infinitypro.core.audit.security import note_security

__all__ = [
    "Actor",
    "Secret",
    "Thing",
    "acting",
    "by_operator",
    "changes",
    "network",
    "note_security",
    "one_act",
    "record",
    "record_read",
]
