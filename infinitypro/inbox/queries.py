"""Reading conversations. Pages go by key: the last row's (time, id)."""

from collections.abc import Iterable
from typing import TypeVar
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Func, IntegerField, Q, QuerySet, prefetch_related_objects

from infinitypro.accounts import access as asker
from infinitypro.accounts.models import Workspace
from infinitypro.accounts.permissions import Scope
from infinitypro.contacts import queries as contacts
from infinitypro.contacts.models import Contact
from infinitypro.core import pages
from infinitypro.core.tenancy import scope
from infinitypro.core.vault import fields
from infinitypro.inbox.models import Conversation, File, Message, Reaction

Row = TypeVar("Row", Conversation, Message)
WAITING = (Conversation.Status.OPEN, Conversation.Status.PENDING)
STATUSES: dict[str, tuple[str, ...]] = {
    "open": WAITING,
    "snoozed": (Conversation.Status.SNOOZED,),
    "resolved": (Conversation.Status.RESOLVED,),
    "any": tuple(Conversation.Status),
}
MOST_COUNTED = 1000
LATEST_FIRST = ("-last_message_at", "-id")
SPOKEN = (Message.Direction.IN, Message.Direction.OUT)


def reach(permission: str = "conversations.view") -> Q:
    """Which conversations whoever asks may reach with a permission; all of them where nobody asks, as in jobs."""
    access = asker.current()
    if access is None:
        return Q()
    if access.only is not None and access.may(permission):
        return Q(id__in=access.only.conversations) | Q(contact_id__in=access.only.contacts)
    match access.scope(permission):
        case Scope.ALL:
            return Q()
        case Scope.TEAM:
            return Q(assignee_id__in=access.colleagues()) | Q(assignee=None)
        case Scope.OWN if access.user_id:  # a program that acts for nobody has none of its own
            return Q(assignee_id=access.user_id)
    return Q(pk__in=())


def reaches(row: Conversation, *, permission: str) -> bool:
    """The same for a conversation at hand."""
    access = asker.current()
    if access is None:
        return True
    match access.scope(permission):
        case Scope.ALL:
            return True
        case Scope.TEAM:
            return row.assignee_id is None or row.assignee_id in access.colleagues()
        case Scope.OWN:
            return row.assignee_id is not None and row.assignee_id == access.user_id
    return False


def tab(name: str, *, user_id: UUID) -> Q:
    """Which conversations a tab of the inbox shows."""
    match name:
        case "mine":
            return Q(assignee_id=user_id)
        case "unassigned":
            return Q(assignee=None, is_assistant_on=False)
        case "assistant":
            return Q(is_assistant_on=True)
    return Q()


def status(name: str) -> Q:
    """Which conversations a status shows."""
    return Q(status__in=STATUSES[name])


def conversations(
    *, limit: int, which: Q | None = None, status: str = "any", before: pages.Key | None = None
) -> list[Conversation]:
    """Conversations by their last message, newest first, their contacts with them, all keys opened."""
    rows = _after(Conversation.objects.filter(which or Q(), reach()), "last_message_at", before)
    # An index has each status in this order; asked for all at once they would have to be sorted. Contacts are not joined:
    # under row-level security the planner expects next to nothing of a join, and then reads all there is.
    first, *others = (rows.filter(status=one).order_by(*LATEST_FIRST)[:limit] for one in STATUSES[status])
    found = list(first.union(*others, all=True).order_by(*LATEST_FIRST)[:limit] if others else first)
    prefetch_related_objects(found, "contact", "channel")
    fields.prefetch([*found, *(row.contact for row in found)])
    return found


def _after(rows: QuerySet[Row], column: str, before: pages.Key | None) -> QuerySet[Row]:
    if before is None:
        return rows
    at, row_id = before
    earlier = Q(**{f"{column}__lt": at}) | Q(**{column: at, "id__lt": row_id})
    return rows.filter(earlier, **{f"{column}__lte": at})


def conversation(*, conversation_id: UUID) -> Conversation:
    """The conversation with its contact and channel; raises Conversation.DoesNotExist, also for one that whoever asks
    may not see."""
    return Conversation.objects.filter(reach()).select_related("contact", "channel").get(id=conversation_id)


def may_explain(*, message_id: UUID) -> bool:
    """Whether the message stands in a conversation that whoever asks may see, and have explained."""
    within = Conversation.objects.filter(reach(), reach("conversations.explain")).values("id")
    return Message.objects.filter(id=message_id, conversation_id__in=within).exists()


def known_contacts() -> Q:
    """Which contacts whoever asks may see: all, or those of the conversations that are theirs or their teams'."""
    access = asker.current()
    if access is None or access.scope("contacts.view") == Scope.ALL:
        return Q()
    return Q(id__in=Conversation.objects.filter(reach("contacts.view")).values("contact_id"))


def known_contact(*, contact_id: UUID) -> Contact | None:
    """That contact, where whoever asks may see them."""
    return next(iter(contacts.page(limit=1, which=Q(id=contact_id) & known_contacts())), None)


def reached(*, conversation_ids: Iterable[UUID]) -> list[Conversation]:
    """Those of these conversations that whoever asks may see."""
    return list(Conversation.objects.filter(reach(), id__in=list(conversation_ids)).order_by("id"))


def reached_ids() -> frozenset[UUID]:
    """The conversations that whoever asks may see; for those who were let look at a few."""
    return frozenset(Conversation.objects.filter(reach()).values_list("id", flat=True))


def counts(**which: Q) -> dict[str, int]:
    """How many conversations each condition holds for, counted up to a thousand; all in one query."""
    lists = (Conversation.objects.filter(one, reach()).values("id")[:MOST_COUNTED] for one in which.values())
    sizes = (Func(ArraySubquery(one), function="cardinality", output_field=IntegerField()) for one in lists)
    found = Workspace.objects.filter(id=scope.current()).values_list(*sizes).get()
    return dict(zip(which, found, strict=True))


def count_conversations() -> int:
    """How many conversations there are."""
    return Conversation.objects.count()


def count_messages() -> int:
    """How many messages there are."""
    return Message.objects.count()


def has_any() -> bool:
    """Whether anybody has ever written."""
    return Conversation.objects.filter(reach()).exists()


def count_waiting(*, user_id: UUID) -> int:
    """How many conversations have something that nobody has read, mine or nobody's, and are not the assistant's."""
    mine = Q(assignee_id=user_id) | Q(assignee=None)
    return counts(waiting=mine & Q(is_assistant_on=False, unread_count__gt=0, status__in=WAITING))["waiting"]


def messages_by_id(*, ids: Iterable[UUID | None]) -> dict[UUID, Message]:
    """These messages, their keys opened in one query."""
    found = {row.id: row for row in Message.objects.filter(id__in=[one for one in ids if one])}
    fields.prefetch(found.values())
    return found


def messages(
    *,
    conversation_id: UUID,
    limit: int,
    before: pages.Key | None = None,
    since: Message | None = None,
    only_spoken: bool = False,
) -> list[Message]:
    """What is in a conversation, newest first; with `since`, from that one on."""
    rows = Message.objects.filter(conversation_id=conversation_id)
    if only_spoken:
        rows = rows.filter(direction__in=SPOKEN)
    if not asker.sees("contacts.notes"):
        rows = rows.exclude(direction=Message.Direction.NOTE)
    if since is not None:
        rows = rows.filter(Q(at__gt=since.at) | Q(at=since.at, id__gte=since.id), at__gte=since.at)
    rows = _after(rows, "at", before).order_by("-at", "-id")
    found = list(rows[:limit])
    fields.prefetch(found)
    return found


def message(*, conversation_id: UUID, message_id: UUID) -> Message:
    """A message of that conversation; raises Message.DoesNotExist."""
    return Message.objects.get(conversation_id=conversation_id, id=message_id)


def reactions(*, contact_id: UUID, marks: Iterable[bytes | memoryview | None]) -> dict[bytes, list[Reaction]]:
    """The emoji on a contact's messages, by the messages' marks."""
    wanted = [mark for mark in marks if mark]
    found: dict[bytes, list[Reaction]] = {}
    rows = list(Reaction.objects.filter(contact_id=contact_id, target_mark__in=wanted).order_by("at", "id"))
    fields.prefetch(rows)
    for row in rows:
        if row.emoji:
            found.setdefault(bytes(row.target_mark), []).append(row)
    return found


def quoted(*, marks: Iterable[bytes | memoryview | None]) -> dict[bytes, Message]:
    """The messages that others answer, by mark."""
    wanted = [mark for mark in marks if mark]
    rows = list(Message.objects.filter(vendor_mark__in=wanted)) if wanted else []
    fields.prefetch(rows)
    return {bytes(row.vendor_mark or b""): row for row in rows}


def files(*, message_ids: Iterable[UUID]) -> dict[UUID, File]:
    """The files of messages."""
    rows = list(File.objects.filter(message_id__in=list(message_ids)))
    fields.prefetch(rows)
    return {row.message_id: row for row in rows}
