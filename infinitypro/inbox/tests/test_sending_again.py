from datetime import timedelta

from django.db import connection

from infinitypro.core import clock, jobs
from infinitypro.core.tenancy.models import new_id
from infinitypro.inbox import delivery
from infinitypro.intake import tasks as intake


def test_a_message_is_not_sent_again_while_news_of_it_may_wait_to_be_read(db):
    _forget_news()
    claimed_at = clock.now() - timedelta(seconds=10)
    late = claimed_at + delivery.NAMED_WITHIN + timedelta(seconds=10)
    jobs.enqueue(intake.ingest, workspace_id=new_id(), day="2026-01-01", event_id=new_id())

    assert delivery._wait_for_name(claimed_at, late) == delivery.Later(late + delivery.READ_WITHIN)

    _forget_news()
    assert delivery._wait_for_name(claimed_at, late) is None
    assert delivery._wait_for_name(claimed_at, claimed_at) == delivery.Later(
        claimed_at + delivery.NAMED_WITHIN
    )


def _forget_news():
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'intake.ingest'")
