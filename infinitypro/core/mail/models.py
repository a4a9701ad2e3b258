"""Mail that waits to be sent."""

from django.db import models

from infinitypro.core.tenancy.models import DirectoryModel
from infinitypro.core.vault.fields import DAY, SealedJSON


class OutgoingMail(DirectoryModel):
    """One message; gone once it was sent."""

    reason = "goes to people before a workspace is known, or to none; sealed with the day's key"
    sealed_for = DAY

    made_at = models.DateTimeField()
    message = SealedJSON("mail.message")  # to, subject, text
