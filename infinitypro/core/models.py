"""Django finds core's tables here."""

from infinitypro.core.audit.models import AuditEntry, AuditLink
from infinitypro.core.jobs.models import FailedJob

__all__ = ["AuditEntry", "AuditLink", "FailedJob"]
