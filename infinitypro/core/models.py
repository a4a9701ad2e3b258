"""Django finds core's tables here."""

from infinitypro.core.jobs.models import FailedJob

__all__ = ["FailedJob"]
