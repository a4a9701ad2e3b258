"""Whose data a piece of code may see: one workspace at a time, in Python and in SQL alike."""

from infinitypro.core.tenancy.scope import NoWorkspace, OtherWorkspace, current, only_read, workspace

__all__ = ["NoWorkspace", "OtherWorkspace", "current", "only_read", "workspace"]
