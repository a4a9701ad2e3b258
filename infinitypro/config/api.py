"""The REST API, read side: `/api/v1/`. A token opens one workspace."""

import functools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI, Query, Schema
from ninja.errors import AuthenticationError, ValidationError
from pydantic import AfterValidator, AwareDatetime, Field

from infinitypro.accounts import exports, policies
from infinitypro.accounts import queries as accounts
from infinitypro.accounts.access import Access, Suspended, asking
from infinitypro.accounts.permissions import PERMISSIONS
from infinitypro.booking import queries as booking
from infinitypro.booking.models import Appointment
from infinitypro.config.api_shapes import (
    AppointmentPage,
    ContactOut,
    ContactPage,
    ConversationOut,
    ConversationPage,
    MessagePage,
    OpeningPage,
)
from infinitypro.config.api_token import Token, TooMany
from infinitypro.contacts import queries as contacts
from infinitypro.contacts.models import Contact
from infinitypro.core import audit, clock, pages, tenancy
from infinitypro.core.audit.models import AuditEntry
from infinitypro.core.errors import Problem
from infinitypro.inbox import presenting
from infinitypro.inbox import queries as inbox
from infinitypro.inbox.models import Conversation, Message

LONGEST_WINDOW = timedelta(days=62)
LARGEST_PAGE = 200
EARLIEST, LATEST = datetime(1980, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


api = NinjaAPI(
    title="Infinity Pro",
    version="1",
    description="Read a workspace's conversations, contacts and appointments. Lists are pages of `items`; follow `next`.",
    auth=Token(),
    urls_namespace="api",
)


def _within_reason(moment: datetime) -> datetime:
    if not EARLIEST <= moment <= LATEST:
        raise ValueError("must lie between the years 1980 and 2200")
    return moment


# Zones and lengths of time can be reckoned with here without leaving what the calendar of computers knows.
Moment = Annotated[AwareDatetime, AfterValidator(_within_reason)]


class BadCursor(Problem):
    """`cursor` is not one that a list gave out."""


@api.exception_handler(AuthenticationError)
def not_known(request: HttpRequest, error: Any) -> HttpResponse:
    """Who asks has to say so."""
    said = {"error": "Send a valid API token: Authorization: Bearer <token>."}
    return JsonResponse(said, status=401, headers={"WWW-Authenticate": "Bearer"})


@api.exception_handler(PermissionDenied)
def not_allowed(request: HttpRequest, error: Any) -> HttpResponse:
    """The token may do other things."""
    said = "This token may not do that. Make one with the permission."
    told = isinstance(error, Suspended | policies.Barred)
    return JsonResponse({"error": str(error) if told else said}, status=403)


@api.exception_handler(Http404)
def not_found(request: HttpRequest, error: Any) -> HttpResponse:
    """There is no such thing in this workspace."""
    return JsonResponse({"error": "There is no such thing in this workspace."}, status=404)


@api.exception_handler(ValidationError)
def not_valid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """What is wrong with the request, parameter by parameter."""
    problems = [
        {"where": ".".join(str(part) for part in one["loc"][1:]), "what": one["msg"]} for one in error.errors
    ]
    return JsonResponse({"error": "The request is not valid.", "problems": problems}, status=422)


@api.exception_handler(TooMany)
def too_many(request: HttpRequest, error: TooMany) -> HttpResponse:
    """How long to wait."""
    return JsonResponse({"error": str(error)}, status=429, headers={"Retry-After": str(error.seconds)})


@api.exception_handler(Problem)
def refused(request: HttpRequest, error: Problem) -> HttpResponse:
    """A sentence that says what to do."""
    return JsonResponse({"error": str(error)}, status=422)


class PageQuery(Schema):
    """Which page of a list."""

    cursor: str = Field("", max_length=120, description="`next` of the page before; empty for the first page")
    limit: int = Field(50, ge=1, le=LARGEST_PAGE)

    def key(self) -> pages.Key | None:
        """The last row's (time, id); raises BadCursor."""
        found = pages.key(self.cursor)
        if self.cursor and found is None:
            raise BadCursor("`cursor` must be the `next` of an earlier page, unchanged.")
        return found


class ConversationQuery(PageQuery):
    """Which conversations."""

    status: str = Field("any", pattern="^(open|snoozed|resolved|any)$")


class AppointmentQuery(PageQuery):
    """Which appointments."""

    start: Moment | None = None
    end: Moment | None = None
    status: str = Field("any", pattern="^(tentative|confirmed|cancelled|done|no_show|any)$")
    contact_id: UUID | None = None


class AvailabilityQuery(Schema):
    """Free times of which service, with whom, when."""

    service: str = Field(max_length=63, description="the service's key")
    start: Moment | None = None
    end: Moment | None = None
    staff: str = Field("", max_length=200, description="a person's name; empty for anybody")


def page(
    rows: list[Any], limit: int, at: Callable[[Any], datetime], show: Callable[[Any], Any]
) -> dict[str, Any]:
    """`rows` (one more than asked for, where there is more) as a page."""
    more = rows[limit - 1] if len(rows) > limit else None
    return {"items": [show(row) for row in rows[:limit]], "next": more and _cursor(at(more), more.id)}


def _cursor(at: datetime, row_id: UUID) -> str:
    # With Z and not +00:00: a plus sign that nobody encoded comes back as a space.
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat()}Z~{row_id}"


class Operation:
    """An operation of the API behind its permission, in one transaction of the token's workspace.

    That it looked stands in the audit log.
    """

    def __init__(self, view: Callable[..., Any], *, permission: str) -> None:
        functools.update_wrapper(self, view)
        self.view = view
        self.permission = PERMISSIONS[permission].key

    def __call__(self, request: Any, **asked: Any) -> Any:
        """What the operation answers; raises PermissionDenied for a token that may not."""
        token, match = request.auth, request.resolver_match
        grants = accounts.grants_of(token=token)
        access = Access(token.workspace_id, token.user_id, grants, self.permission)
        if token.workspace.suspended_at:
            raise Suspended
        access.require(self.permission)
        policies.hold_token(token)
        place = audit.network(request.META.get("REMOTE_ADDR", ""))
        actor = audit.Actor(AuditEntry.Kind.PROGRAM, token.id, place)
        with tenancy.workspace(token.workspace_id), audit.acting(actor), asking(access):
            named = next((value for value in match.kwargs.values() if isinstance(value, UUID)), None)
            audit.record_read(match.view_name, object_id=named)
            answer = self.view(request, **asked)
            shown = [row["id"] for row in answer.get("items", ()) if "id" in row]
            exports.note(things=[named] if named else shown, token_id=token.id)
            return answer


def allowed(permission: str) -> Callable[[Callable[..., Any]], Operation]:
    """For an operation: a token without the permission gets 403."""
    return lambda view: Operation(view, permission=permission)


@api.get("/conversations/", response=ConversationPage, summary="Conversations")
@allowed("conversations.view")
def conversations(request: HttpRequest, asked: Query[ConversationQuery]) -> Any:
    """Conversations by their last message, the latest first."""
    found = inbox.conversations(status=asked.status, limit=asked.limit + 1, before=asked.key())
    return page(found, asked.limit, lambda row: row.last_message_at, show_conversation)


def show_conversation(row: Conversation) -> dict[str, Any]:
    """For JSON."""
    return {
        "id": row.id,
        "contact_id": row.contact_id,
        "channel": row.channel.kind,
        "status": row.status,
        "assignee_id": row.assignee_id,
        "is_assistant_on": row.is_assistant_on,
        "hand_over_reason": row.hand_over_reason,
        "unread_count": row.unread_count,
        "last_message_at": row.last_message_at,
    }


@api.get("/conversations/{uuid:conversation_id}/", response=ConversationOut, summary="A conversation")
@allowed("conversations.view")
def conversation(request: HttpRequest, conversation_id: UUID) -> Any:
    """One conversation."""
    return show_conversation(_conversation(conversation_id))


def _conversation(conversation_id: UUID) -> Conversation:
    try:
        return inbox.conversation(conversation_id=conversation_id)
    except Conversation.DoesNotExist:
        raise Http404 from None


@api.get(
    "/conversations/{uuid:conversation_id}/messages/",
    response=MessagePage,
    summary="Messages of a conversation",
)
@allowed("conversations.view")
def messages(request: HttpRequest, conversation_id: UUID, asked: Query[PageQuery]) -> Any:
    """What customer and business said to each other, the latest first; notes stay inside the team."""
    row = _conversation(conversation_id)
    found = inbox.messages(
        conversation_id=row.id, limit=asked.limit + 1, before=asked.key(), only_spoken=True
    )
    return page(found, asked.limit, lambda message: message.at, show_message)


def show_message(row: Message) -> dict[str, Any]:
    """For JSON."""
    is_out = row.direction == Message.Direction.OUT
    return {
        "id": row.id,
        "conversation_id": row.conversation_id,
        "direction": row.direction,
        "author": row.author,
        "kind": row.kind,
        "text": "" if row.deleted_at else presenting.said(row),
        "status": row.status if is_out else None,
        "failure": row.failure,
        "at": row.at,
        "sent_at": row.sent_at,
        "delivered_at": row.delivered_at,
        "read_at": row.read_at,
    }


@api.get("/contacts/", response=ContactPage, summary="Contacts")
@allowed("contacts.view")
def contact_list(request: HttpRequest, asked: Query[PageQuery]) -> Any:
    """Contacts by when they were last seen, the latest first."""
    found = contacts.page(limit=asked.limit + 1, before=asked.key(), which=inbox.known_contacts())
    addresses = contacts.addresses(contact_ids=[row.id for row in found])
    return page(found, asked.limit, lambda row: row.last_seen_at, lambda row: show_contact(row, addresses))


@api.get("/contacts/{uuid:contact_id}/", response=ContactOut, summary="A contact")
@allowed("contacts.view")
def contact(request: HttpRequest, contact_id: UUID) -> Any:
    """One contact."""
    row = inbox.known_contact(contact_id=contact_id)
    if row is None:
        raise Http404
    return show_contact(row, contacts.addresses(contact_ids=[row.id]))


def show_contact(row: Contact, addresses: dict[UUID, list[tuple[str, str]]]) -> dict[str, Any]:
    """For JSON."""
    return {
        "id": row.id,
        "name": row.name,
        "addresses": [{"kind": kind, "value": value} for kind, value in addresses.get(row.id, [])],
        "language": row.language,
        "is_stopped": row.stopped_at is not None,
        "last_seen_at": row.last_seen_at,
    }


@api.get("/appointments/", response=AppointmentPage, summary="Appointments")
@allowed("calendar.view")
def appointments(request: HttpRequest, asked: Query[AppointmentQuery]) -> Any:
    """Appointments in order of their start, of all times unless `start` and `end` narrow it."""
    found = booking.page(
        limit=asked.limit + 1,
        after=asked.key(),
        start=asked.start,
        end=asked.end,
        status=None if asked.status == "any" else asked.status,
        contact_id=asked.contact_id,
    )
    return page(found, asked.limit, lambda row: row.start_at, show_appointment)


def show_appointment(row: Appointment) -> dict[str, Any]:
    """For JSON."""
    return {
        "id": row.id,
        "contact_id": row.contact_id,
        "service": row.service.key,
        "staff": row.staff.name,
        "start": row.start_at,
        "end": row.end_at,
        "status": row.status,
        "source": row.source,
        "price": row.price,
    }


@api.get("/availability/", response=OpeningPage, summary="Free times of a service")
@allowed("calendar.view")
def availability(request: HttpRequest, asked: Query[AvailabilityQuery]) -> Any:
    """Free starts between `start` (now) and `end` (30 days on), at most 62 days."""
    now = clock.now()
    begin = asked.start or now
    finish = min(asked.end or begin + timedelta(days=30), begin + LONGEST_WINDOW)
    chosen = next((row for row in booking.services() if row.key == asked.service), None)
    people = {row.id: row.name for row in booking.staff()}
    person = next((row_id for row_id, name in people.items() if name == asked.staff), None)
    if chosen is None or (asked.staff and person is None):
        raise Http404
    found = booking.openings(service_id=chosen.id, start=begin, end=finish, now=now, staff_id=person)
    items = [
        {
            "start": one.start,
            "end": one.end,
            "staff": [people[who] for who in one.staff_ids if who in people],
        }
        for one in found
    ]
    return {"items": items, "next": None}
