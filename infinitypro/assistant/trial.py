"""One message answered without a channel: the booking it may make and the contact it is for are taken back."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from infinitypro.assistant import compose, loading
from infinitypro.assistant.bookings import ContactDiary
from infinitypro.assistant.state import Dialogue
from infinitypro.contacts import services as contacts
from infinitypro.core import tenancy
from infinitypro.core.tenancy.models import new_id


def ask(
    *, workspace_id: UUID, text: str, name: str, now: datetime, local_now: datetime | None = None
) -> dict[str, Any]:
    """What would be answered, with the whole trace; `local_now` sets another clock, the business's own."""
    with tenancy.workspace(workspace_id):
        facts = loading.facts()
        if local_now is not None:
            now = local_now.replace(tzinfo=ZoneInfo(str(facts.zone)))
        found = contacts.find_or_make(addresses=[("trial", str(new_id()))], name=name, now=now)
        outcome = compose.compose(
            facts=facts,
            contact=compose.ContactView(name=name),
            dialogue=Dialogue(),
            messages=[text],
            now=now,
            diary=ContactDiary(contact_id=found.contact.id, now=now, zone=facts.zone),
        )
        transaction.set_rollback(True)
    return {
        "kind": outcome.kind,
        "text": outcome.text,
        "buttons": [title for _key, title in outcome.buttons],
        "asks": outcome.asks,
        "reason": outcome.reason,
        "summary": outcome.summary,
        "trace": outcome.trace,
    }
