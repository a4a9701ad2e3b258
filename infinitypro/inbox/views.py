"""The inbox."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from infinitypro.accounts import queries as accounts
from infinitypro.accounts.access import MemberRequest, member
from infinitypro.contacts import queries as contacts
from infinitypro.core import clock, files
from infinitypro.core.templatetags.look import initials
from infinitypro.inbox import presenting, queries, services, thread
from infinitypro.inbox.models import Conversation, File, Message

PAGE = 50
STRETCH = 60
TABS = (("all", "All"), ("mine", "Mine"), ("unassigned", "Unassigned"), ("assistant", "Assistant"))
STATUSES = (("open", "Open"), ("snoozed", "Snoozed"), ("resolved", "Resolved"), ("any", "All"))
EMPTY = {
    "all": ("No conversations yet", "When a customer writes, you see it here at once."),
    "mine": ("Nothing is yours", "Conversations that you take over or that are assigned to you stand here."),
    "unassigned": ("Nobody waits", "What the assistant hands over and nobody has taken stands here."),
    "assistant": ("The assistant has nothing to do", "Conversations that it answers by itself stand here."),
}


class Filters:
    """Which conversations a member looks at, from the query of the address."""

    def __init__(self, request: MemberRequest) -> None:
        self.request = request
        self.tab = self._one("tab", TABS)
        self.status = self._one("status", STATUSES)

    def _one(self, name: str, known: tuple[tuple[str, str], ...]) -> str:
        asked = self.request.GET.get(name, "")
        return asked if asked in dict(known) else known[0][0]

    def which(self) -> Q:
        """As a condition."""
        return queries.tab(self.tab, user_id=self.request.user.id) & queries.status(self.status)

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


@member
@require_GET
def list_(request: MemberRequest) -> HttpResponse:
    """The inbox without a conversation chosen; with `rows`, a page of rows alone."""
    filters = Filters(request)
    context = {"listing": _listing(filters)}
    if "rows" in request.GET:
        return render(request, "inbox/_rows.html", context)
    return render(request, "inbox/page.html", {**context, "conversation": None})


def _listing(filters: Filters, *, selected: UUID | None = None) -> dict[str, Any]:
    before = filters.request.GET.get("before", "")
    key = tuple(before.split("~")) if before.count("~") == 1 else None
    desk = presenting.desk(me=filters.request.user, now=clock.now())
    found = queries.conversations(which=filters.which(), limit=PAGE + 1, before=key)  # type: ignore[arg-type]
    shown = found[:PAGE]
    title, text = EMPTY[filters.tab]
    last = shown[-1] if len(found) > PAGE else None
    return {
        "tabs": [_tab(filters, name, label) for name, label in TABS],
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
        "empty": {"title": title, "text": text},
    }


def _tab(filters: Filters, name: str, label: str) -> dict[str, Any]:
    count = None
    if name in ("mine", "unassigned"):
        which = queries.tab(name, user_id=filters.request.user.id) & queries.status("open")
        count = queries.count(which=which) or None
    return {
        "text": label,
        "url": filters.address("list", tab=name),
        "count": count,
        "is_current": name == filters.tab,
    }


@member
@require_GET
def conversation(request: MemberRequest, conversation: UUID) -> HttpResponse:
    """A conversation: alone for a click on a row, else with the list beside it."""
    row = _find(conversation)
    if row.unread_count:
        services.mark_read(conversation_id=row.id)
    context = _conversation(request, row)
    if request.headers.get("HX-Request-Type") == "partial":
        return render(request, "inbox/_conversation.html", context)
    return render(
        request, "inbox/page.html", {**context, "listing": _listing(Filters(request), selected=conversation)}
    )


def _find(conversation_id: UUID) -> Conversation:
    try:
        return queries.conversation(conversation_id=conversation_id)
    except Conversation.DoesNotExist:
        raise Http404("There is no such conversation.") from None


def _conversation(request: MemberRequest, row: Conversation) -> dict[str, Any]:
    desk = presenting.desk(me=request.user, now=clock.now())
    people = accounts.members(workspace_id=request.workspace.id)
    return {
        "list_url": Filters(request).address("list"),
        "conversation": presenting.header(row, desk=desk, members=people),
        "composer": presenting.composer(row, desk=desk),
        **_messages(request, row, desk),
    }


def _messages(request: MemberRequest, row: Conversation, desk: presenting.Desk) -> dict[str, Any]:
    """The last stretch, or from the first message that the page shows on."""
    since = _message_or_none(row.id, request.POST.get("from") or request.GET.get("from"))
    found = queries.messages(
        conversation_id=row.id, limit=STRETCH + 1 if since is None else 1000, since=since
    )
    has_more = since is None and len(found) > STRETCH
    shown = list(reversed(found[:STRETCH] if since is None else found))
    first = shown[0] if shown else None
    address = _addresses(request, row.id)
    return {
        "entries": thread.entries(shown, row=row, desk=desk, why=_why_ids(shown)),
        "from_id": first.id if first else None,
        "refresh_url": address("messages") + (f"?from={first.id}" if first else ""),
        "earlier_url": f"{address('earlier')}?before={first.id}" if first and has_more else None,
    }


def _why_ids(shown: list[Message]) -> set[UUID]:
    return {message.id for message in shown if message.author == Message.Author.ASSISTANT}


def _addresses(request: MemberRequest, conversation_id: UUID) -> Callable[[str], str]:
    return lambda name: reverse(f"inbox:{name}", args=[request.workspace.slug, conversation_id])


def _message_or_none(conversation_id: UUID, message_id: str | None) -> Message | None:
    try:
        return queries.message(conversation_id=conversation_id, message_id=UUID(message_id or ""))
    except (ValueError, Message.DoesNotExist):
        return None


@member
@require_GET
def messages(request: MemberRequest, conversation: UUID) -> HttpResponse:
    """What was said, from a message on, as it is now."""
    row = _find(conversation)
    if row.unread_count:
        services.mark_read(conversation_id=row.id)
    return _said(request, row)


def _said(request: MemberRequest, row: Conversation) -> HttpResponse:
    desk = presenting.desk(me=request.user, now=clock.now())
    head = presenting.header(row, desk=desk, members=[])
    return render(request, "inbox/_messages.html", {"conversation": head, **_messages(request, row, desk)})


@member
@require_GET
def earlier(request: MemberRequest, conversation: UUID) -> HttpResponse:
    """The stretch before a message."""
    row = _find(conversation)
    first = _message_or_none(row.id, request.GET.get("before"))
    if first is None:
        raise Http404("There is no such message.")
    desk = presenting.desk(me=request.user, now=clock.now())
    key = (first.at.isoformat(), str(first.id))
    found = queries.messages(conversation_id=row.id, limit=STRETCH + 1, before=key)
    shown = list(reversed(found[:STRETCH]))
    more = f"{_addresses(request, row.id)('earlier')}?before={shown[0].id}" if len(found) > STRETCH else None
    context = {
        "conversation": presenting.header(row, desk=desk, members=[]),
        "entries": thread.entries(shown, row=row, desk=desk, why=_why_ids(shown)),
        "earlier_url": more,
    }
    return render(request, "inbox/_stretch.html", context)


@member
@require_GET
def count(request: MemberRequest) -> HttpResponse:
    """How many conversations wait, for the rail."""
    url = reverse("inbox:count", args=[request.workspace.slug])
    waiting = queries.count_waiting(user_id=request.user.id)
    return render(request, "components/nav_count.html", {"count": waiting, "shell": {"inbox_count_url": url}})


@member
@require_GET
def panel(request: MemberRequest, conversation: UUID) -> HttpResponse:
    """The contact beside the conversation."""
    row = _find(conversation)
    desk = presenting.desk(me=request.user, now=clock.now())
    people = contacts.identities(contact_id=row.contact_id)
    address = next((one.value for one in people if one.kind == "phone"), "")
    name = presenting.name_of(row.contact, address)
    about = [
        ("Language", {"en": "English", "es": "Spanish"}.get(row.contact.language, "")),
        ("First seen", desk.day(row.contact.made_at)),
        ("Messages", "Asked for no more automated messages" if row.contact.stopped_at else ""),
        ("Handed over", row.hand_over_summary or ""),
    ]
    slug = request.workspace.slug
    return render(
        request,
        "inbox/_panel.html",
        {
            "panel": {
                "name": name,
                "initials": initials(name),
                "address": address,
                "fragments_url": reverse("booking:of_contact", args=[slug, row.contact_id]),
                "about": [{"label": label, "value": value} for label, value in about if value],
                "timeline": [],
            }
        },
    )


@member
@require_GET
def media(request: MemberRequest, conversation: UUID, message: UUID) -> HttpResponse:
    """A file of a message: what is harmless may be shown in a page, the rest is a download."""
    file = (
        File.objects.filter(message_id=message, message__conversation_id=conversation)
        .exclude(place="")
        .first()
    )
    if file is None:
        raise Http404("There is no such file.")
    try:
        content = files.get(file.place, workspace_id=request.workspace.id, file_id=file.id)
    except FileNotFoundError:
        raise Http404("The file is gone.") from None
    kind = file.content_type if file.is_inline else "application/octet-stream"
    response = HttpResponse(content, content_type=kind)
    if not file.is_inline:
        response.headers["Content-Disposition"] = 'attachment; filename="file"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-store"
    return response


# Acts


@member
@require_POST
def reply(request: MemberRequest, conversation: UUID) -> HttpResponse:
    """Send what a member wrote."""
    return _write(
        request,
        conversation,
        lambda text: services.send(
            conversation_id=conversation,
            author=Message.Author.MEMBER,
            member_id=request.user.id,
            text=text,
            now=clock.now(),
            client_id=_client_id(request),
        ),
    )


@member
@require_POST
def note(request: MemberRequest, conversation: UUID) -> HttpResponse:
    """Keep a note for the team."""
    return _write(
        request,
        conversation,
        lambda text: services.add_note(
            conversation_id=conversation,
            member_id=request.user.id,
            text=text,
            now=clock.now(),
            client_id=_client_id(request),
        ),
    )


def _client_id(request: MemberRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("client_id", ""))
    except ValueError:
        return None


def _write(request: MemberRequest, conversation_id: UUID, act: Callable[[str], object]) -> HttpResponse:
    row = _find(conversation_id)
    try:
        act(request.POST.get("text", ""))
    except services.CannotSend as refused:
        return render(request, "inbox/_composer_error.html", {"error": str(refused)}, status=422)
    if not request.headers.get("HX-Request"):
        return redirect("inbox:conversation", request.workspace.slug, conversation_id)
    return _said(request, row)


def _act(request: MemberRequest, conversation_id: UUID, words: str, undo: str = "") -> HttpResponse:
    """The conversation after an act, with words about it and, where it can be undone, the way back."""
    row = _find(conversation_id)
    if not request.headers.get("HX-Request"):
        return redirect("inbox:conversation", request.workspace.slug, conversation_id)
    response = render(request, "inbox/_conversation.html", _conversation(request, row))
    toast = {"text": words} | ({"undo": _addresses(request, row.id)(undo)} if undo else {})
    response.headers["HX-Trigger"] = json.dumps({"toast": toast})
    return response


@member
@require_POST
def assign(request: MemberRequest, conversation: UUID) -> HttpResponse:
    """Give the conversation to a member, or to nobody."""
    _find(conversation)
    asked = request.POST.get("member", "")
    people = {str(one.id): one for one in accounts.members(workspace_id=request.workspace.id)}
    if asked and asked not in people:
        raise Http404("There is no such member.")
    services.assign(
        conversation_id=conversation,
        assignee_id=people[asked].id if asked else None,
        by=request.user.id,
        now=clock.now(),
    )
    return _act(
        request, conversation, f"Assigned to {people[asked].name}." if asked else "Assigned to nobody."
    )


@member
@require_POST
def take_over(request: MemberRequest, conversation: UUID) -> HttpResponse:
    """A member answers from now on."""
    _find(conversation)
    services.take_over(conversation_id=conversation, by=request.user.id, now=clock.now())
    return _act(request, conversation, "You answer now; the assistant keeps quiet.", "give_back")


@member
@require_POST
def give_back(request: MemberRequest, conversation: UUID) -> HttpResponse:
    """The assistant answers again."""
    _find(conversation)
    services.give_back(conversation_id=conversation, by=request.user.id, now=clock.now())
    return _act(request, conversation, "The assistant answers from the next message on.", "take_over")


@member
@require_POST
def resolve(request: MemberRequest, conversation: UUID) -> HttpResponse:
    """Nothing is left to do."""
    _find(conversation)
    services.set_status(conversation_id=conversation, status="resolved", by=request.user.id, now=clock.now())
    return _act(request, conversation, "Resolved.", "reopen")


@member
@require_POST
def reopen(request: MemberRequest, conversation: UUID) -> HttpResponse:
    """There is something to do again."""
    _find(conversation)
    services.set_status(conversation_id=conversation, status="open", by=request.user.id, now=clock.now())
    return _act(request, conversation, "Open again.")


@member
@require_POST
def snooze(request: MemberRequest, conversation: UUID) -> HttpResponse:
    """Out of sight until a moment."""
    _find(conversation)
    now = clock.now()
    choices = presenting.snooze_choices(presenting.desk(me=request.user, now=now))
    chosen = {choice.value: choice for choice in choices}.get(request.POST.get("until", ""))
    if chosen is None:
        raise Http404("There is no such choice.")
    services.set_status(
        conversation_id=conversation, status="snoozed", until=chosen.at, by=request.user.id, now=now
    )
    return _act(request, conversation, f"Snoozed: {chosen.text.lower()}.", "reopen")


@member
@require_POST
def retry(request: MemberRequest, conversation: UUID, message: UUID) -> HttpResponse:
    """Send a message that failed once more."""
    _find(conversation)
    if _message_or_none(conversation, str(message)) is None:
        raise Http404("There is no such message.")
    services.try_again(message_id=message, now=clock.now())
    return _act(request, conversation, "Sending it again.")
