"""The way into a workspace's pages: signed in, a member, allowed, and inside the workspace's transaction."""

import functools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase

from infinitypro.accounts import exports, operators, policies, queries, sign_on
from infinitypro.accounts.models import SupportGrant, User, Workspace
from infinitypro.accounts.permissions import ENTER, PERMISSIONS, SUPPORT, Grants, Scope
from infinitypro.core import audit, clock, tenancy
from infinitypro.core.audit.models import AuditEntry

SAFE = ("GET", "HEAD", "OPTIONS")
REFUSED = 400


@dataclass(frozen=True)
class Only:
    """The conversations, and the customers with all theirs, beyond which somebody sees none."""

    conversations: frozenset[UUID]
    contacts: frozenset[UUID]


@dataclass(frozen=True)
class Access:
    """What whoever asks may do in a workspace."""

    workspace_id: UUID
    user_id: UUID | None  # None: a program that acts for no person
    grants: Grants
    asked: str  # the permission they were let in with
    _colleagues: list[frozenset[UUID]] = field(default_factory=list, compare=False)
    is_support: bool = False  # an operator whom the workspace lets look, and change nothing
    only: Only | None = None

    def may(self, permission: str) -> bool:
        """Whether they may do that at all."""
        return permission in self.grants

    def scope(self, permission: str) -> Scope | None:
        """How far a permission reaches for them; None: not at all."""
        return self.grants.get(permission)

    def require(self, permission: str) -> None:
        """Nothing; raises PermissionDenied, with what is missing in words."""
        if permission not in self.grants:
            raise PermissionDenied(
                f"Your role does not let you {PERMISSIONS[permission].words}. "
                "An owner of the workspace can change your role."
            )

    def require_reach(self, permission: str, is_within: bool) -> None:
        """Nothing; raises PermissionDenied where the permission does not reach what it is used on."""
        if not is_within:
            raise PermissionDenied(
                f"Your role lets you {PERMISSIONS[permission].words} only where they are yours or your team's."
            )

    def colleagues(self) -> frozenset[UUID]:
        """The people in their teams, themselves among them; asked for once."""
        if not self._colleagues:
            self._colleagues.append(
                queries.teammates(workspace_id=self.workspace_id, user_id=self.user_id)
                if self.user_id
                else frozenset()
            )
        return self._colleagues[0]


_current: ContextVar[Access | None] = ContextVar("access", default=None)


def current() -> Access | None:
    """Who asks; None in jobs and commands, which nobody asked for and which may see all."""
    return _current.get()


def sees(permission: str) -> bool:
    """Whether whoever asks may have that at all."""
    access = current()
    return access is None or access.may(permission)


@contextmanager
def asking(access: Access) -> Iterator[None]:
    """While it lasts, what is read is read for these eyes."""
    mark = _current.set(access)
    try:
        yield
    finally:
        _current.reset(mark)


class MemberRequest(HttpRequest):
    """A request of a member, inside their workspace."""

    user: User
    workspace: Workspace
    workspaces: list[Workspace]  # all this person belongs to
    access: Access
    has_picture: bool
    support: SupportGrant | None  # what lets an operator in
    is_read_recorded: bool


class Suspended(PermissionDenied):
    """The operator paused the workspace."""

    def __init__(self) -> None:
        super().__init__(
            "This workspace is paused for now. Whatever customers write is kept, and nothing of yours is lost. "
            "Ask whoever runs this installation to resume it."
        )


def admit(request: Any, workspace: str, *, permission: str) -> None:
    """Give the request of somebody signed in its `workspaces`, `workspace` and `access`; raises Http404 for an outsider
    and PermissionDenied for a member without the permission.

    An operator is an outsider but for what a support grant of the workspace lets them look at.
    """
    request.support, request.has_picture = None, False
    if request.user.is_operator:
        _admit_support(request, workspace, permission)
        return
    mine = policies.opened(request, queries.memberships_of(user=request.user))
    found = next((one for one in mine if one.workspace.slug == workspace), None)
    if found is None:
        raise Http404("There is no such workspace for this person.")
    if found.workspace.suspended_at:
        raise Suspended
    policies.hold(request, found)
    request.workspaces, request.workspace = [one.workspace for one in mine], found.workspace
    request.has_picture = found.has_picture
    colleagues = frozenset({request.user.id, *found.teammates})
    request.access = Access(found.workspace_id, request.user.id, found.grants(), permission, [colleagues])
    request.access.require(permission)


def _admit_support(request: Any, slug: str, permission: str) -> None:
    grant = None
    if operators.is_proven(request):
        grant = queries.support_for(operator_id=request.user.id, slug=slug, now=clock.now())
    if grant is None or grant.workspace.suspended_at or permission not in SUPPORT[grant.scope]:
        raise Http404("No grant lets this operator look there.")
    if request.method not in SAFE:
        raise PermissionDenied("Support may look, and change nothing.")
    request.workspaces, request.workspace, request.support = [grant.workspace], grant.workspace, grant
    request.access = Access(
        grant.workspace_id,
        request.user.id,
        SUPPORT[grant.scope],
        permission,
        is_support=True,
        only=_only(grant),
    )


def _only(grant: SupportGrant) -> Only | None:
    match grant.scope:
        case SupportGrant.Scope.CONVERSATIONS:
            return Only(frozenset(grant.conversation_ids), frozenset())
        case SupportGrant.Scope.CONTACT:
            return Only(frozenset(), frozenset({grant.contact_id} if grant.contact_id else ()))
    return None


class MemberView:
    """A view at `/app/<workspace>/…` behind the way in: members alone reach it, each act under their name.

    `permission` is what looking needs and `change` what changing needs (anything but GET).
    """

    def __init__(self, view: Callable[..., HttpResponseBase], *, permission: str, change: str) -> None:
        functools.update_wrapper(self, view)
        self.view = view
        self.permission = PERMISSIONS[permission].key
        self.change = PERMISSIONS[change].key

    def __call__(self, request: Any, workspace: str, **rest: Any) -> HttpResponseBase:
        """The view's answer, or the log-in page for whoever is not signed in; raises as `admit` does."""
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        admit(request, workspace, permission=self.permission if request.method in SAFE else self.change)
        is_support = request.access.is_support
        if is_support and self.permission == ENTER:
            raise Http404("What is a member's own is nothing to an operator.")
        place = audit.network(request.META.get("REMOTE_ADDR", ""))
        kind = AuditEntry.Kind.OPERATOR if is_support else AuditEntry.Kind.MEMBER
        with audit.acting(audit.Actor(kind, request.user.id, place)), asking(request.access):
            response = self.view(request, **rest)
            if is_support:
                _record_look(request, response, rest)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


Guard = Callable[[Callable[..., HttpResponseBase]], MemberView]


def member(permission: str, *, change: str = "") -> Guard:
    """For views at `/app/<workspace>/…`: whoever is not signed in is sent to log in, an outsider gets 404, a member
    without the permission (where something is changed: without `change`, if it is given) 403.

    The view runs in one transaction of its workspace, gets `request.workspace` and `request.access`, and its answer is
    kept nowhere. What it changes stands in the audit log under the view's name.
    """

    def guard(view: Callable[..., HttpResponseBase]) -> MemberView:
        @functools.wraps(view)
        def inside(request: MemberRequest, **rest: Any) -> HttpResponseBase:
            with tenancy.workspace(request.workspace.id), audit.one_act():
                if request.access.is_support:
                    tenancy.only_read()
                response = view(request, **rest)
                _record(request, response, rest)
                return response

        return MemberView(inside, permission=permission, change=change or permission)

    return guard


def member_outside(permission: str, *, change: str = "") -> Guard:
    """The same for a view that calls out to others: it enters the workspace by itself, before and after the call, and
    records by itself what it changed."""

    def guard(view: Callable[..., HttpResponseBase]) -> MemberView:
        return MemberView(view, permission=permission, change=change or permission)

    return guard


def _record(request: MemberRequest, response: HttpResponseBase, named: Mapping[str, Any]) -> None:
    """Record what was changed, and who looked at what belongs to a customer."""
    if response.status_code >= REFUSED or request.access.is_support:
        return
    what, object_id = _act(request, named)
    if request.method not in SAFE:
        audit.record(what, object_id=object_id)
    elif getattr(request, "is_read_recorded", False) and audit.record_read(what, object_id=object_id):
        exports.note(things=[object_id] if object_id else [], user_id=request.user.id)


def _record_look(request: MemberRequest, response: HttpResponseBase, named: Mapping[str, Any]) -> None:
    """Record each look of an operator, before they have the answer."""
    if response.status_code < REFUSED:
        what, object_id = _act(request, named)
        with tenancy.workspace(request.workspace.id):
            audit.record(f"looked.{what}", object_id=object_id)


def _act(request: MemberRequest, named: Mapping[str, Any]) -> tuple[str, UUID | None]:
    what = request.resolver_match.view_name if request.resolver_match else ""
    return what, next((value for value in named.values() if isinstance(value, UUID)), None)


def reading(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """For a view, below `member`, that shows what customers wrote: who looked stands in the audit log."""

    @functools.wraps(view)
    def marked(request: MemberRequest, **rest: Any) -> HttpResponseBase:
        request.is_read_recorded = True
        return view(request, **rest)

    return marked


# For a view, below `member`, whose act could not be taken back: whoever asks says once more who they are, unless they did
# so a moment ago, and the act then goes on. A session that another provider opened cannot be asked by us.
fresh = reauthentication_required(
    allow_get=True, enabled=lambda request: sign_on.OPENS not in request.session
)
