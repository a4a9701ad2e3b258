"""Django finds core's tables here."""

from infinitypro.core.audit.models import AuditEntry, AuditLink, AuditPolicy, SecurityEvent
from infinitypro.core.jobs.models import FailedJob
from infinitypro.core.mail.models import OutgoingMail
from infinitypro.core.throttle.models import Sight, Tally

__all__ = [
    "AuditEntry",
    "AuditLink",
    "AuditPolicy",
    "FailedJob",
    "OutgoingMail",
    "SecurityEvent",
    "Sight",
    "Tally",
]
