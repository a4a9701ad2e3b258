"""Work done after the request: jobs on PostgreSQL that commit, or roll back, with what caused them."""

from infinitypro.core.jobs.engine import Permanent, Priority, enqueue, task

__all__ = ["Permanent", "Priority", "enqueue", "task"]
