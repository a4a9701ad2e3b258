"""Sending while others write and send: nothing waits for longer than it has to, and no try is wasted."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connections

from infinitypro.inbox import delivery
from infinitypro.inbox import services as inbox
from infinitypro.inbox.tests.test_delivery import NOW, conversation, deliver, look, own, vendor, write
from tests import vendor as vendors

__all__ = ["own", "vendor"]  # fixtures


def test_a_failed_message_that_is_to_go_again_is_found_by_the_job_that_waits_already(own, vendor):
    vendor.answers = [vendors.refusal(131026)]
    message = write(own, "hello")
    deliver(own)
    row, said = conversation(own), []

    def work():
        said.append(delivery.deliver(workspace_id=own.workspace_id, conversation_id=row.id, now=NOW))
        connections.close_all()

    worker = threading.Thread(target=work)
    with own.entered():
        inbox.try_again(message_id=message.id, now=NOW)
        worker.start()
        time.sleep(0.3)
    worker.join()

    assert vendor.texts() == ["hello", "hello"]
    assert look(own, message)[0] == "sent"


def test_writing_more_while_the_vendor_is_busy_uses_up_no_tries(own, vendor):
    vendor.answers = [vendors.refusal(130429, 429)]
    first = write(own, "first")
    later = deliver(own)

    for n in range(10):
        write(own, str(n))
        assert deliver(own) == later

    assert vendor.texts() == ["first"]
    deliver(own, later.at)
    assert vendor.texts()[:3] == ["first", "first", "0"]
    assert look(own, first)[0] == "sent"


@pytest.mark.parametrize("answer", [None, vendors.refusal(131026)])
def test_what_is_written_while_another_is_on_its_way_goes_right_after_it(own, vendor, answer):
    """Two workers: the second finds the first's claim, and would come again only when that could be named no more."""
    write(own, "first")
    row = conversation(own)
    take, others = vendor.take, []

    def meanwhile(body):
        vendor.take = take
        write(own, "second")
        others.append(delivery.deliver(workspace_id=own.workspace_id, conversation_id=row.id, now=NOW))
        connections.close_all()
        taken = take(body)
        return answer or taken

    vendor.take = meanwhile
    more_wait = delivery.deliver(workspace_id=own.workspace_id, conversation_id=row.id, now=NOW)

    assert others == [delivery.Later(NOW + delivery.NAMED_WITHIN)]
    assert more_wait is True
    deliver(own)
    assert vendor.texts() == ["first", "second"]


def test_a_clock_that_was_set_back_an_hour_holds_nobody_up_for_an_hour(own, vendor):
    write(own, "before")
    deliver(own, NOW + timedelta(hours=1))
    write(own, "after")

    assert deliver(own) is False

    assert vendor.texts() == ["before", "after"]
