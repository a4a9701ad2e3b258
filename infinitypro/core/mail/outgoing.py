"""Keeps mail sealed until its job sends it."""

from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused
from uuid import UUID

from django.core.mail import EmailMessage
from django.db import transaction

from infinitypro.core import clock, jobs
from infinitypro.core.errors import Problem
from infinitypro.core.mail.models import OutgoingMail

KEPT = timedelta(days=7)  # as long as the day's key
PERMANENT = 500


class NotSent(Problem):
    """The mail server did not take a message; it is tried again."""


class Refused(jobs.Permanent):
    """The mail server wants nothing for that address."""


# Safe to run twice: what was sent is gone. Only where the process dies in between does a message go out again.
@jobs.task(name="mail.deliver", priority=jobs.Priority.DELIVER)
def deliver(*, mail_id: str) -> None:
    """Send one message and forget it. Raises NotSent, Refused."""
    row = OutgoingMail.objects.filter(id=UUID(mail_id)).first()
    if row is None:
        return
    said = row.message
    try:
        EmailMessage(said["subject"], said["text"], to=[said["to"]]).send()
    except (SMTPException, OSError) as error:
        if _is_final(error):
            row.delete()
            raise Refused("The mail server refused the address.") from None
        raise NotSent(f"The mail server did not take a message ({type(error).__name__}).") from None
    row.delete()


def _is_final(error: Exception) -> bool:
    """Whether the server will have nothing for that address, now or later (RFC 5321: replies of 500 and above)."""
    if not isinstance(error, SMTPRecipientsRefused):
        return False
    return all(code >= PERMANENT for code, _said in error.recipients.values())


# Safe to run twice: it forgets what is old.
@jobs.task(name="mail.forget", cron="20 3 * * *")
def forget() -> None:
    """Drop what could not be sent for a week: its key is gone by then."""
    OutgoingMail.objects.filter(made_at__lt=clock.now() - KEPT).delete()


@transaction.atomic
def send(*, to: str, subject: str, text: str, now: datetime) -> None:
    """Have one message sent once the transaction commits; a subject that holds a name is put on one line."""
    message = {"to": to, "subject": " ".join(subject.split()), "text": text}
    row = OutgoingMail.objects.create(made_at=now, message=message)
    jobs.enqueue(deliver, mail_id=row.id)
