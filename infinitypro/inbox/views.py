"""The inbox."""

import json
from collections.abc import Callable
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from infinitypro.accounts import access as asker
from infinitypro.accounts import queries as accounts
from infinitypro.accounts.access import MemberRequest, member, reading
from infinitypro.contacts import numbers
from infinitypro.contacts import queries as contacts
from infinitypro.core import clock, files
from infinitypro.core.templatetags.look import initials
from infinitypro.core.vault import keyring
from infinitypro.inbox import pages, presenting, queries, services, thread
from infinitypro.inbox.models import Conversation, File, Message


@member("conversations.view")
@require_GET
def list_(request: MemberRequest) -> HttpResponse:
    """The inbox without a conversation chosen; with `rows`, a page of rows alone."""
    filters = pages.Filters(request)
    context = {"listing": pages.listing(filters)}
    if "rows" in request.GET:
        return render(request, "inbox/_rows.html", {**context, "is_refresh": "before" not in request.GET})
    return render(request, "inbox/page.html", {**context, "conversation": None})


@member("conversations.view")
@require_GET
@reading
def conversation(request: MemberRequest, conversation: UUID) -> HttpResponse:
    """A conversation: alone for a click on a row or as it is now, else with the list beside it."""
    row = pages.find(request, conversation)
    if row.unread_count and not request.access.is_support:
        services.mark_read(conversation_id=row.id)
    context = pages.conversation_context(request, row)
    if request.headers.get("HX-Request-Type") == "partial":
        return render(request, "inbox/_conversation.html", context)
    return render(
        request,
        "inbox/page.html",
        {**context, "listing": pages.listing(pages.Filters(request), selected=conversation)},
    )


@member("conversations.view")
@require_GET
def earlier(request: MemberRequest, conversation: UUID) -> HttpResponse:
    """The stretch before a message."""
    row = pages.find(request, conversation)
    first = pages.message_or_none(row.id, request.GET.get("before"))
    if first is None:
        raise Http404("There is no such message.")
    desk = presenting.desk(me=request.user, now=clock.now())
    key = (first.at, first.id)
    found = queries.messages(conversation_id=row.id, limit=pages.STRETCH + 1, before=key)
    shown = list(reversed(found[: pages.STRETCH]))
    more = (
        f"{pages.addresses(request, row.id)('earlier')}?before={shown[0].id}"
        if len(found) > pages.STRETCH
        else None
    )
    context = {
        "may": pages.may(request, row),
        "conversation": presenting.header(row, desk=desk, members=[]),
        "entries": thread.entries(shown, row=row, desk=desk, why=pages.why_ids(shown)),
        "earlier_url": more,
    }
    return render(request, "inbox/_stretch.html", context)


@member("conversations.view")
@require_GET
def count(request: MemberRequest) -> HttpResponse:
    """How many conversations wait, for the rail."""
    url = reverse("inbox:count", args=[request.workspace.slug])
    waiting = queries.count_waiting(user_id=request.user.id)
    return render(request, "components/nav_count.html", {"count": waiting, "shell": {"inbox_count_url": url}})


@member("contacts.view")
@require_GET
def panel(request: MemberRequest, conversation: UUID) -> HttpResponse:
    """The contact beside the conversation."""
    row = pages.find(request, conversation)
    desk = presenting.desk(me=request.user, now=clock.now())
    known = contacts.addresses(contact_ids=[row.contact_id]).get(row.contact_id, [])
    address = next((numbers.spaced(value) for kind, value in known if kind == "phone"), "")
    missing = "No telephone number" if asker.sees("contacts.phone") else numbers.HIDDEN
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
                "address": address or missing,
                "fragments_url": reverse("booking:of_contact", args=[slug, row.contact_id])
                if request.access.may("calendar.view")
                else "",
                "about": [{"label": label, "value": value} for label, value in about if value],
                "timeline": [],
            }
        },
    )


@member("conversations.files")
@require_GET
@reading
def media(request: MemberRequest, conversation: UUID, message: UUID) -> HttpResponse:
    """A file of a message: opened by itself all but a picture is a download, though a page may play what is harmless."""
    pages.find(request, conversation)
    file = (
        File.objects.filter(message_id=message, message__conversation_id=conversation)
        .exclude(place="")
        .first()
    )
    if file is None:
        raise Http404("There is no such file.")
    try:
        content = files.get(file.place, workspace_id=request.workspace.id, file_id=file.id)
    except (FileNotFoundError, keyring.KeyDestroyed):
        raise Http404("The file is gone.") from None
    kind = file.content_type if file.is_inline else "application/octet-stream"
    response = HttpResponse(content, content_type=kind)
    if not kind.startswith("image/"):
        response.headers["Content-Disposition"] = 'attachment; filename="file"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-store"
    return response


# Acts


@member("conversations.reply")
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


@member("conversations.note")
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
    pages.find(request, conversation_id)
    try:
        act(request.POST.get("text", ""))
    except services.CannotSend as refused:
        return render(request, "inbox/_composer_error.html", {"error": str(refused)}, status=422)
    if not request.headers.get("HX-Request"):
        return redirect("inbox:conversation", request.workspace.slug, conversation_id)
    return _opened(request, pages.find(request, conversation_id))


def _opened(request: MemberRequest, row: Conversation) -> HttpResponse:
    return render(request, "inbox/_conversation.html", pages.conversation_context(request, row))


def _act(request: MemberRequest, conversation_id: UUID, words: str, undo: str = "") -> HttpResponse:
    """The conversation after an act, with words about it and, where it can be undone, the way back."""
    is_part = request.headers.get("HX-Request")
    try:
        row = queries.conversation(conversation_id=conversation_id)
    except Conversation.DoesNotExist:  # given away by somebody who sees only their own
        list_url = reverse("inbox:list", args=[request.workspace.slug])
        return HttpResponse(headers={"HX-Redirect": list_url}) if is_part else redirect(list_url)
    if not is_part:
        return redirect("inbox:conversation", request.workspace.slug, conversation_id)
    response = _opened(request, row)
    toast = {"text": words} | ({"undo": pages.addresses(request, row.id)(undo)} if undo else {})
    response.headers["HX-Trigger"] = json.dumps({"toast": toast})
    return response


@member("conversations.assign")
@require_POST
def assign(request: MemberRequest, conversation: UUID) -> HttpResponse:
    """Give the conversation to a member, or to nobody."""
    pages.find(request, conversation)
    asked = request.POST.get("member", "")
    able = accounts.members_who_may("conversations.reply", workspace_id=request.workspace.id)
    people = {str(one.id): one for one in able}
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


@member("conversations.assistant")
@require_POST
def take_over(request: MemberRequest, conversation: UUID) -> HttpResponse:
    """A member answers from now on."""
    pages.find(request, conversation)
    services.take_over(conversation_id=conversation, by=request.user.id, now=clock.now())
    return _act(request, conversation, "You answer now; the assistant keeps quiet.", "give_back")


@member("conversations.assistant")
@require_POST
def give_back(request: MemberRequest, conversation: UUID) -> HttpResponse:
    """The assistant answers again."""
    pages.find(request, conversation)
    services.give_back(conversation_id=conversation, by=request.user.id, now=clock.now())
    return _act(request, conversation, "The assistant answers from the next message on.", "take_over")


@member("conversations.close")
@require_POST
def resolve(request: MemberRequest, conversation: UUID) -> HttpResponse:
    """Nothing is left to do."""
    pages.find(request, conversation)
    services.set_status(conversation_id=conversation, status="resolved", by=request.user.id, now=clock.now())
    return _act(request, conversation, "Resolved.", "reopen")


@member("conversations.close")
@require_POST
def reopen(request: MemberRequest, conversation: UUID) -> HttpResponse:
    """There is something to do again."""
    pages.find(request, conversation)
    services.set_status(conversation_id=conversation, status="open", by=request.user.id, now=clock.now())
    return _act(request, conversation, "Open again.")


@member("conversations.close")
@require_POST
def snooze(request: MemberRequest, conversation: UUID) -> HttpResponse:
    """Out of sight until a moment."""
    pages.find(request, conversation)
    now = clock.now()
    choices = presenting.snooze_choices(presenting.desk(me=request.user, now=now))
    chosen = {choice.value: choice for choice in choices}.get(request.POST.get("until", ""))
    if chosen is None:
        raise Http404("There is no such choice.")
    services.set_status(
        conversation_id=conversation, status="snoozed", until=chosen.at, by=request.user.id, now=now
    )
    return _act(request, conversation, f"Snoozed: {chosen.text.lower()}.", "reopen")


@member("conversations.reply")
@require_POST
def retry(request: MemberRequest, conversation: UUID, message: UUID) -> HttpResponse:
    """Send a message that failed once more."""
    pages.find(request, conversation)
    if pages.message_or_none(conversation, str(message)) is None:
        raise Http404("There is no such message.")
    services.try_again(message_id=message, now=clock.now())
    return _act(request, conversation, "Sending it again.")
