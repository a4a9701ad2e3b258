"""Who did what: recorded beside what was done, and chained so that nothing in it can be altered unseen."""

from infinitypro.core.audit.log import Actor, acting, network, record, record_read

__all__ = ["Actor", "acting", "network", "record", "record_read"]
