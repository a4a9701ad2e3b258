"""Mail: sealed while it waits, sent once, told of without a word of it."""

from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail as django_mail
from django.core.mail import EmailMessage
from django.db import transaction

from infinitypro.core import clock, home, mail
from infinitypro.core.jobs import worker
from infinitypro.core.jobs.models import FailedJob
from infinitypro.core.mail import folder, outgoing
from infinitypro.core.mail.models import OutgoingMail
from infinitypro.core.tenancy.models import new_id
from infinitypro.core.vault.fields import Sealed


@pytest.fixture
def address(db):
    return f"{new_id().hex}@example.test"


def send(address):
    mail.send(to=address, subject="Hello", text="A secret code", now=clock.now())


def sent_to(address):
    return [one for one in getattr(django_mail, "outbox", []) if address in one.to]


def test_a_message_waits_sealed_and_is_gone_once_sent(address):
    send(address)
    column: object = OutgoingMail.objects.values_list("message", flat=True).latest("id")
    assert isinstance(column, Sealed)
    assert address.encode() not in column
    row = OutgoingMail.objects.latest("id")

    worker.run(wait=False)

    (found,) = sent_to(address)
    assert (found.subject, found.body) == ("Hello", "A secret code")
    assert not OutgoingMail.objects.filter(id=row.id).exists()


def test_a_name_on_two_lines_does_not_keep_a_message_from_going(address):
    mail.send(to=address, subject="Ann\r\nBcc: x@y.test invites you", text="Come", now=clock.now())
    worker.run(wait=False)
    assert [one.subject for one in sent_to(address)] == ["Ann Bcc: x@y.test invites you"]


def test_nothing_is_sent_of_what_was_rolled_back(address):
    with transaction.atomic():
        send(address)
        transaction.set_rollback(True)
    worker.run(wait=False)
    assert sent_to(address) == []


def test_a_second_run_sends_nothing(address):
    send(address)
    row = OutgoingMail.objects.latest("id")
    worker.run(wait=False)
    outgoing.deliver(mail_id=str(row.id))
    assert len(sent_to(address)) == 1


def test_a_server_that_is_away_is_asked_again_and_one_that_refuses_is_not(address, monkeypatch):
    def fails(error):
        def send(self):
            raise error

        monkeypatch.setattr(EmailMessage, "send", send)

    send(address)
    row = OutgoingMail.objects.latest("id")
    fails(SMTPServerDisconnected("gone"))
    with pytest.raises(outgoing.NotSent):
        outgoing.deliver(mail_id=str(row.id))
    fails(SMTPRecipientsRefused({address: (450, b"later")}))
    with pytest.raises(outgoing.NotSent):
        outgoing.deliver(mail_id=str(row.id))
    assert OutgoingMail.objects.filter(id=row.id).exists()
    fails(SMTPRecipientsRefused({address: (550, address.encode())}))
    worker.run(wait=False)
    assert not OutgoingMail.objects.filter(id=row.id).exists()
    assert FailedJob.objects.get(arguments__mail_id=str(row.id)).why == "The mail server refused the address."


def test_what_could_not_be_sent_for_a_week_is_dropped(address):
    mail.send(to=address, subject="Hello", text="", now=clock.now() - timedelta(days=8))
    old = OutgoingMail.objects.latest("id")
    send(address)
    new = OutgoingMail.objects.latest("id")
    outgoing.forget()
    assert list(OutgoingMail.objects.filter(id__in=[old.id, new.id])) == [new]
    worker.run(wait=False)


def test_without_a_server_each_message_is_a_file_for_the_operator_alone(address):
    backend = folder.FolderBackend()
    backend.send_messages(
        [EmailMessage("One", "first", to=[address]), EmailMessage("Two", "é", to=[address])]
    )
    (newest, _) = folder.newest(at_most=2)
    assert (newest["Subject"], newest.get_content().strip(), newest["To"]) == ("Two", "é", address)
    for place in (home.path() / "mail").iterdir():
        assert place.stat().st_mode & 0o077 == 0
