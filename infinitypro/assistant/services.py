"""Answers a conversation: the assistant over the workspace's own rows. Call inside `tenancy.workspace(...)`."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from infinitypro.assistant import compose as composing
from infinitypro.assistant import loading, queries
from infinitypro.assistant.bookings import ContactDiary
from infinitypro.assistant.compose import ContactView, Outcome
from infinitypro.assistant.models import DialogueState, Trace
from infinitypro.assistant.state import Dialogue, replace
from infinitypro.contacts import services as contacts
from infinitypro.contacts.models import Contact
from infinitypro.core import statements
from infinitypro.inbox.models import Conversation, Message


def compose(*, conversation: Conversation, messages: Sequence[Message], now: datetime) -> Outcome:
    """The answer to the messages that wait; books, moves and cancels as it says, and keeps where the dialogue stands.

    The caller sends `text` with `buttons` when `kind` is reply or hand_over, hands over with `reason` and `summary` in
    the latter case, and passes the message it sent to `keep_trace`. Call it even while a person has the conversation: a
    stop is heard then too. Raises NoBusiness.
    """
    contact = conversation.contact
    facts = loading.facts()
    kept = queries.kept(conversation_id=conversation.id)
    before = _as_rows_say(Dialogue.from_json(kept.state if kept else None), conversation, contact)
    outcome = composing.compose(
        facts=facts,
        contact=ContactView(name=contact.name or ""),
        dialogue=before,
        messages=[message.body for message in messages],
        now=now,
        diary=ContactDiary(contact_id=contact.id, now=now, zone=facts.zone),
    )
    _keep(kept, conversation, outcome.dialogue, now)
    _learn(contact, outcome, now)
    return outcome


def keep_trace(*, message: Message, outcome: Outcome, now: datetime) -> None:
    """Keep with the sent message why it says what it says."""
    statements.insert(Trace(message=message, contact_id=message.contact_id, trace=outcome.trace, made_at=now))


def join_contact(*, gone: UUID, into: UUID) -> None:
    """Move what is kept of a contact to the one it turned out to be."""
    for model in (DialogueState, Trace):
        model.objects.filter(contact_id=gone).update(contact_id=into)


def _as_rows_say(dialogue: Dialogue, conversation: Conversation, contact: Contact) -> Dialogue:
    """Who has the conversation and whether the customer stopped us is for other rooms to say."""
    return replace(
        dialogue,
        is_handed_over=not conversation.is_assistant_on,
        is_stopped=contact.stopped_at is not None,
        language=dialogue.language or contact.language,
    )


def _keep(kept: DialogueState | None, conversation: Conversation, dialogue: Dialogue, now: datetime) -> None:
    row = kept or DialogueState(conversation=conversation, contact_id=conversation.contact_id)
    row.state, row.changed_at = dialogue.to_json(), now
    if kept:
        statements.update(row, "state", "changed_at")
    else:
        statements.insert(row)


def _learn(contact: Contact, outcome: Outcome, now: datetime) -> None:
    """What the contact's own record should know from now on."""
    if outcome.reason == "stopped" and outcome.kind == "reply":
        contacts.stop(contact_id=contact.id, now=now)
    if outcome.reason == "started":
        contacts.start_again(contact_id=contact.id)
    if outcome.name and outcome.name != contact.name:
        contacts.rename(contact_id=contact.id, name=outcome.name)
    if outcome.dialogue.language and outcome.dialogue.language != contact.language:
        contacts.set_language(contact_id=contact.id, language=outcome.dialogue.language)
