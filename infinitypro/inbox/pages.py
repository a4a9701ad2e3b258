"""What the inbox's pages are made of: the list, the open conversation, and the addresses of both."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q
from django.http import Http404
from django.urls import reverse

from infinitypro.accounts import queries as accounts
from infinitypro.accounts.access import MemberRequest
from infinitypro.accounts.permissions import PERMISSIONS, Grants, Scope
from infinitypro.core import clock, pages
from infinitypro.inbox import presenting, queries, thread
from infinitypro.inbox.models import Conversation, Message

PAGE = 50
STRETCH = 60
TABS = (("all", "All"), ("mine", "Mine"), ("unassigned", "Unassigned"), ("assistant", "Assistant"))
STATUSES = (("open", "Open"), ("snoozed", "Snoozed"), ("resolved", "Resolved"), ("any", "All"))
FIRST = ("No conversations yet", "When a customer writes to one of your channels, you see it here at once.")
FIRST_OF = {
    Scope.OWN: ("Nothing is yours", "Conversations that are assigned to you stand here."),
    Scope.TEAM: (
        "Nothing for your team",
        "Conversations of the people in your teams stand here, and those that nobody has.",
    ),
}
READ_ONLY = "Your role lets you read conversations, not answer them."
NOT_YET = {
    Scope.OWN: "You can write here once this conversation is assigned to you.",
    Scope.TEAM: "You can write here once this conversation is assigned to you or to somebody in your teams.",
}
EMPTY = {
    "all": ("Nothing is open", "All that stood here is resolved, or snoozed until later."),
    "mine": ("Nothing is yours", "Conversations that you take over or that are assigned to you stand here."),
    "unassigned": ("Nobody waits", "What the assistant hands over and nobody has taken stands here."),
    "assistant": ("The assistant has nothing to do", "Conversations that it answers by itself stand here."),
    "snoozed": ("Nothing is snoozed", "What you snooze waits here until its time."),
    "resolved": (
        "Nothing is resolved",
        "What you resolve stands here, and comes back when the customer writes.",
    ),
}


class Filters:
    """Which conversations a member looks at, from the query of the address."""

    def __init__(self, request: MemberRequest) -> None:
        self.request = request
        self.scope = request.access.scope("conversations.view")
        self.tabs = TABS[:1] if self.scope == Scope.OWN else TABS  # whose, where all are one's own?
        self.tab = self._one("tab", self.tabs)
        self.status = self._one("status", STATUSES)

    def _one(self, name: str, known: tuple[tuple[str, str], ...]) -> str:
        asked = self.request.GET.get(name, "")
        return asked if asked in dict(known) else known[0][0]

    def which(self) -> Q:
        """The tab as a condition."""
        return queries.tab(self.tab, user_id=self.request.user.id)

    def query(self, **changes: str) -> str:
        """As the query of an address."""
        chosen = {"tab": self.tab, "status": self.status} | changes
        kept = {name: value for name, value in chosen.items() if value not in ("all", "open", "")}
        if changes.get("status") == "any":
            kept["status"] = "any"
        return f"?{urlencode(kept)}" if kept else ""

    def address(self, name: str, *arguments: Any, **changes: str) -> str:
        """A page of this workspace with these filters."""
        return reverse(f"inbox:{name}", args=[self.request.workspace.slug, *arguments]) + self.query(
            **changes
        )


def listing(filters: Filters, *, selected: UUID | None = None) -> dict[str, Any]:
    """The column of conversations (see _list.html)."""
    desk = presenting.desk(me=filters.request.user, now=clock.now())
    found = queries.conversations(
        which=filters.which(),
        status=filters.status,
        limit=PAGE + 1,
        before=pages.key(filters.request.GET.get("before", "")),
    )
    shown = found[:PAGE]
    last = shown[-1] if len(found) > PAGE else None
    return {
        "tabs": _tabs(filters),
        "status_choices": [
            {"text": label, "url": filters.address("list", status=name), "is_current": name == filters.status}
            for name, label in STATUSES
        ],
        "status_text": dict(STATUSES)[filters.status],
        "rows": presenting.rows(
            shown, desk=desk, selected=selected, url=lambda one: filters.address("conversation", one)
        ),
        "more_url": last
        and filters.address("list", rows="1", before=f"{last.last_message_at.isoformat()}~{last.id}"),
        "refresh_url": filters.address("list", rows="1", selected=str(selected or "")),
        "empty": {} if shown else _empty(filters),
    }


def _empty(filters: Filters) -> dict[str, str]:
    """What stands where no row does: what one looks at and how to widen it, or how a first one comes."""
    if not queries.has_any():
        return _first_use(filters)
    title, text = EMPTY.get(filters.status) or EMPTY[filters.tab]
    if filters.tab != "all" and filters.status in EMPTY:
        text = f"You look at the tab {dict(TABS)[filters.tab]}. {text}"
    everything = filters.address("list", tab="all", status="any")
    return {"title": title, "text": text, "action_url": everything, "action_text": "Show all conversations"}


def _first_use(filters: Filters) -> dict[str, str]:
    title, text = FIRST_OF.get(filters.scope or Scope.ALL, FIRST)
    shown = {"title": title, "text": text}
    if (title, text) == FIRST and filters.request.access.may("channels.view"):
        shown["action_url"] = reverse("channels:list", args=[filters.request.workspace.slug])
        shown["action_text"] = "See your channels"
    return shown


def _tabs(filters: Filters) -> list[dict[str, Any]]:
    """The tabs; none where there is but one."""
    if len(filters.tabs) == 1:
        return []
    counted = {
        name: queries.tab(name, user_id=filters.request.user.id) & queries.status("open")
        for name in ("mine", "unassigned")
    }
    counts = queries.counts(**counted)
    return [_tab(filters, name, label, counts.get(name)) for name, label in filters.tabs]


def _tab(filters: Filters, name: str, label: str, count: int | None) -> dict[str, Any]:
    return {
        "text": label,
        "url": filters.address("list", tab=name),
        "count": count or None,
        "is_current": name == filters.tab,
    }


def find(request: MemberRequest, conversation_id: UUID) -> Conversation:
    """The conversation; raises Http404 for one they may not see, PermissionDenied where what they came for stops short
    of it."""
    try:
        row = queries.conversation(conversation_id=conversation_id)
    except Conversation.DoesNotExist:
        raise Http404("There is no such conversation.") from None
    asked = request.access.asked
    request.access.require_reach(asked, queries.reaches(row, permission=asked))
    return row


def may(request: MemberRequest, row: Conversation) -> Grants:
    """What the member may do with that conversation, and all else they may."""
    grants = request.access.grants
    return {
        key: scope
        for key, scope in grants.items()
        if not PERMISSIONS[key].is_scoped or queries.reaches(row, permission=key)
    }


def conversation_context(request: MemberRequest, row: Conversation) -> dict[str, Any]:
    """The open conversation (see _conversation.html)."""
    desk = presenting.desk(me=request.user, now=clock.now())
    people = accounts.members_who_may("conversations.reply", workspace_id=request.workspace.id)
    allowed = may(request, row)
    return {
        "may": allowed,
        "list_url": Filters(request).address("list"),
        "conversation": presenting.header(row, desk=desk, members=people),
        "composer": presenting.composer(row, desk=desk) | _writing(request, allowed),
        **messages_context(request, row, desk),
    }


def _writing(request: MemberRequest, allowed: Grants) -> dict[str, Any]:
    """What the member may write here, or why nothing. Nobody writes notes who could not read them afterwards."""
    can_reply = "conversations.reply" in allowed
    can_note = {"conversations.note", "contacts.notes"} <= allowed.keys()
    scope = request.access.scope("conversations.reply")
    refusal = "" if can_reply or can_note else NOT_YET.get(scope or Scope.ALL, READ_ONLY)
    return {"can_reply": can_reply, "can_note": can_note, "refusal": refusal}


def messages_context(request: MemberRequest, row: Conversation, desk: presenting.Desk) -> dict[str, Any]:
    """The last stretch, or from the first message that the page shows on."""
    since = message_or_none(row.id, request.POST.get("from") or request.GET.get("from"))
    found = queries.messages(
        conversation_id=row.id, limit=STRETCH + 1 if since is None else 1000, since=since
    )
    has_more = since is None and len(found) > STRETCH
    shown = list(reversed(found[:STRETCH] if since is None else found))
    first = shown[0] if shown else None
    address = addresses(request, row.id)
    return {
        "entries": thread.entries(shown, row=row, desk=desk, why=why_ids(shown)),
        "from_id": first.id if first else None,
        "refresh_url": Filters(request).address(
            "conversation", row.id, **({"from": str(first.id)} if first else {})
        ),
        "earlier_url": f"{address('earlier')}?before={first.id}" if first and has_more else None,
    }


def why_ids(shown: list[Message]) -> set[UUID]:
    """The messages whose trace can be opened."""
    return {message.id for message in shown if message.author == Message.Author.ASSISTANT}


def addresses(request: MemberRequest, conversation_id: UUID) -> Callable[[str], str]:
    """Addresses of a conversation's parts, by name."""
    return lambda name: reverse(f"inbox:{name}", args=[request.workspace.slug, conversation_id])


def message_or_none(conversation_id: UUID, message_id: str | None) -> Message | None:
    """The message of that conversation, if it is one."""
    try:
        return queries.message(conversation_id=conversation_id, message_id=UUID(message_id or ""))
    except (ValueError, Message.DoesNotExist):
        return None
