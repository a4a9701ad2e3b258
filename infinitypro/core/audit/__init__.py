"""Who did what: recorded beside what was done, and chained so that nothing in it can be altered unseen."""

from infinitypro.core.audit.difference import Secret, Thing
from infinitypro.core.audit.log import OPERATOR, Actor, acting, changes, network, one_act, record, record_read

__all__ = [
    "OPERATOR",
    "Actor",
    "Secret",
    "Thing",
    "acting",
    "changes",
    "network",
    "one_act",
    "record",
    "record_read",
]
