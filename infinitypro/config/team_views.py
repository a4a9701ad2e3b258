"""The pages on which a workspace says who belongs to it and as what: members, invitations, teams and roles."""

from typing import Any
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from infinitypro.accounts import notices
from infinitypro.accounts import queries as accounts
from infinitypro.accounts import team as services
from infinitypro.accounts.access import MemberRequest, fresh, member
from infinitypro.accounts.models import Invitation, Membership, Role, Team, User
from infinitypro.accounts.permissions import BUILT_IN, ENTER, ROLE_WORDS, BuiltIn, covers, read
from infinitypro.business import queries as business
from infinitypro.config.team_forms import GrantsForm, InviteForm, MemberForm, RemoveForm, TeamForm
from infinitypro.core import clock, mail, pages
from infinitypro.core.errors import Problem
from infinitypro.core.templatetags.look import initials
from infinitypro.inbox import services as inbox

FORM = ["GET", "POST"]


def address(request: MemberRequest, name: str, *arguments: Any) -> str:
    """A page of the team's."""
    return reverse(f"team:{name}", args=[request.workspace.slug, *arguments])


def show(request: MemberRequest, page: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """A page."""
    return render(request, f"team/{page}.html", {"slug": request.workspace.slug, **context}, status=status)


def _people(request: MemberRequest) -> list[tuple[Membership, str]]:
    rows = accounts.team(workspace_id=request.workspace.id)
    names = accounts.names(user_ids=[row.user_id for row in rows])
    return [(row, names.get(row.user_id, "Somebody who left")) for row in rows]


def _member(request: MemberRequest, member_id: UUID) -> tuple[Membership, str]:
    for row, name in _people(request):
        if row.id == member_id:
            return row, name
    raise Http404("There is no such member.")


def _roles(request: MemberRequest) -> list[Role]:
    return list(Role.objects.filter(workspace=request.workspace).order_by("name"))


def _post(row: Membership | Invitation) -> str:
    return row.role.name if row.role else row.built_in.capitalize()


def _business(request: MemberRequest) -> str:
    return business.place().name or request.workspace.slug


def _tell(user: User, subject: str, text: str) -> None:
    """Write to somebody whose place in the workspace another changed."""
    if notices.is_wanted(user=user, event=notices.BELONGING, channel="email"):
        mail.send(to=user.email, subject=subject, text=text, now=clock.now())


def _offer(request: MemberRequest) -> dict[str, Any]:
    """The roles that whoever asks may give."""
    reachable = [role for role in _roles(request) if covers(request.access.grants, read(role.kept_grants))]
    return {"roles": reachable, "can_own": request.access.may("workspace.own")}


# Members and invitations


@member("team.view")
@require_GET
def members(request: MemberRequest) -> HttpResponse:
    """Who belongs here, and who is invited."""
    now, people = clock.now(), _people(request)
    pictured = accounts.pictured(user_ids=[row.user_id for row, _ in people])
    rows = [
        {
            "id": row.id,
            "name": name,
            "initials": initials(name),
            "picture_url": reverse("picture", args=[row.user_id]) if row.user_id in pictured else "",
            "email": row.user.email,
            "post": _post(row),
            "teams": ", ".join(one.name for one in row.teams.all()),
            "is_me": row.user_id == request.user.id,
        }
        for row, name in people
    ]
    invited = [
        {"id": row.id, "email": row.email, "post": _post(row), "days": (row.expires_at - now).days + 1}
        for row in services.invitations(workspace_id=request.workspace.id, now=now)
    ]
    return show(request, "members", rows=rows, invited=invited)


@member("team.invite")
@require_http_methods(FORM)
def invite(request: MemberRequest) -> HttpResponse:
    """Invite somebody; their link goes out by mail alone, for whoever opens it has shown that the address is theirs."""
    form = InviteForm(request.POST or None, **_offer(request))
    if request.method == "GET" or not form.is_valid():
        return show(request, "invite", form=form, status=pages.WRONG if form.is_bound else 200)
    email = form.cleaned_data["email"]
    if any(row.user.email == email for row, _ in _people(request)):
        form.add_error("email", "This person belongs to the workspace already.")
        return show(request, "invite", form=form, status=pages.WRONG)
    try:
        row, token = services.invite(by=request.access, email=email, post=form.chosen(), now=clock.now())
    except Problem as refused:
        form.add_error("post", str(refused))
        return show(request, "invite", form=form, status=pages.WRONG)
    link = urljoin(settings.PUBLIC_URL, reverse("invitation", args=[token]))
    name = _business(request)
    mail.send(
        to=email,
        subject=f"{request.user.name} invites you to {name}",
        text=f"{request.user.name} invites you to work with them in {name} on Infinity Pro.\n\n"
        f"Open this address within seven days to join:\n{link}\n\n"
        "If you expected nothing of the kind, do nothing.",
        now=clock.now(),
    )
    return show(request, "invited", email=row.email, post=_post(row))


@member("team.invite")
@require_POST
def take_back(request: MemberRequest, invitation: UUID) -> HttpResponse:
    """An invitation that is not meant any more."""
    row = Invitation.objects.filter(workspace=request.workspace, id=invitation).first()
    if row is None:
        raise Http404("There is no such invitation.")
    try:
        services.take_back(by=request.access, invitation=row)
    except Problem as refused:
        return pages.moved_on(request, address(request, "members"), str(refused))
    return pages.moved_on(request, address(request, "members"), "The invitation is taken back.")


@member("team.view", change="team.edit")
@require_http_methods(FORM)
def one(request: MemberRequest, member: UUID) -> HttpResponse:
    """A member's role and teams."""
    row, name = _member(request, member)
    teams = list(Team.objects.filter(workspace=request.workspace).order_by("name"))
    now = {
        "post": str(row.role_id) if row.role else row.built_in,
        "teams": [str(one.id) for one in row.teams.all()],
    }
    form = MemberForm(request.POST or None, teams=teams, initial=now, **_offer(request))
    if form.is_bound and form.is_valid():
        try:
            with transaction.atomic():
                if form.cleaned_data["post"] != now["post"]:
                    services.set_post(by=request.access, member=row, post=form.chosen())
                services.set_teams(
                    by=request.access, member=row, team_ids=map(UUID, form.cleaned_data.get("teams", []))
                )
            return pages.moved_on(request, address(request, "members"), f"{name} is changed.")
        except Problem as refused:
            form.add_error(None, str(refused))
    context = {
        "form": form,
        "id": row.id,
        "name": name,
        "email": row.user.email,
        "post": _post(row),
        "is_me": row.user_id == request.user.id,
        "is_owner": row.built_in == BuiltIn.OWNER,
        "is_reached": covers(request.access.grants, row.grants()),
        "words": "" if row.role else ROLE_WORDS[BuiltIn(row.built_in)],
    }
    return show(request, "member", status=pages.WRONG if form.is_bound else 200, **context)


@member("team.remove")
@require_http_methods(FORM)
def remove(request: MemberRequest, member: UUID) -> HttpResponse:
    """Take a member out; what they had open goes to whom one says."""
    row, name = _member(request, member)
    return _goes(request, row, name)


@member(ENTER)
@require_http_methods(FORM)
def leave(request: MemberRequest) -> HttpResponse:
    """Leave the workspace oneself."""
    row, name = next((row, name) for row, name in _people(request) if row.user_id == request.user.id)
    return _goes(request, row, name)


def _goes(request: MemberRequest, row: Membership, name: str) -> HttpResponse:
    is_me = row.user_id == request.user.id
    others = [(other, called) for other, called in _people(request) if other.id != row.id]
    form = RemoveForm(request.POST or None, people=others)
    if request.method == "POST" and form.is_valid():
        try:
            services.remove(by=request.access, member=row)
        except Problem as refused:
            form.add_error(None, str(refused))
        else:
            to = UUID(form.cleaned_data["to"]) if form.cleaned_data["to"] else None
            inbox.hand_on(leaver_id=row.user_id, to=to, by=request.user.id, now=clock.now())
            if not is_me:
                subject = f"You do not belong to {_business(request)} any more"
                _tell(row.user, subject, f"{request.user.name} took you out of {_business(request)}.")
            where = reverse("app") if is_me else address(request, "members")
            return pages.moved_on(request, where, "You have left." if is_me else f"{name} is removed.")
    context = {"form": form, "id": row.id, "name": name, "is_me": is_me}
    return show(request, "remove", status=pages.WRONG if request.method == "POST" else 200, **context)


@member("workspace.own")
@require_POST
@fresh
def hand_on(request: MemberRequest, member: UUID) -> HttpResponse:
    """Make another the owner, and oneself an admin."""
    row, name = _member(request, member)
    services.hand_on(by=request.access, member=row)
    subject = f"You own {_business(request)} now"
    _tell(row.user, subject, f"{request.user.name} made you the owner of {_business(request)}.")
    return pages.moved_on(request, address(request, "members"), f"{name} owns the workspace now.")


# Teams


@member("team.view")
@require_GET
def teams(request: MemberRequest) -> HttpResponse:
    """The teams."""
    names = {row.id: name for row, name in _people(request)}
    rows = Team.objects.filter(workspace=request.workspace).prefetch_related("members").order_by("name")
    shown = [
        {"id": row.id, "name": row.name, "people": ", ".join(names[one.id] for one in row.members.all())}
        for row in rows
    ]
    return show(request, "teams", rows=shown)


@member("team.edit")
@require_http_methods(FORM)
def new_team(request: MemberRequest) -> HttpResponse:
    """Make a team."""
    return _team(request, None)


@member("team.view", change="team.edit")
@require_http_methods(FORM)
def team_(request: MemberRequest, team: UUID) -> HttpResponse:
    """Change a team."""
    return _team(request, _find_team(request, team))


def _find_team(request: MemberRequest, team_id: UUID) -> Team:
    row = Team.objects.filter(workspace=request.workspace, id=team_id).first()
    if row is None:
        raise Http404("There is no such team.")
    return row


def _team(request: MemberRequest, row: Team | None) -> HttpResponse:
    now = {"name": row.name, "members": [str(one.id) for one in row.members.all()]} if row else {}
    form = TeamForm(request.POST or None, people=_people(request), initial=now)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            services.save_team(
                by=request.access,
                team=row,
                name=said["name"],
                member_ids=map(UUID, said["members"]),
            )
            return pages.moved_on(request, address(request, "teams"), f"{said['name']} is saved.")
        except services.NameTaken as taken:
            form.add_error("name", str(taken))
        except Problem as refused:
            form.add_error(None, str(refused))
    return show(request, "team", status=pages.WRONG if form.is_bound else 200, form=form, row=row)


@member("team.edit")
@require_POST
def remove_team(request: MemberRequest, team: UUID) -> HttpResponse:
    """Forget a team; its members stay."""
    row = _find_team(request, team)
    services.remove_team(team=row)
    return pages.moved_on(request, address(request, "teams"), f"{row.name} is removed.")


# Roles


@member("team.view")
@require_GET
def roles(request: MemberRequest) -> HttpResponse:
    """The roles that come with the program, and those the workspace made."""
    built_in = [{"key": role, "name": role.capitalize(), "words": ROLE_WORDS[role]} for role in BuiltIn]
    own = [{"id": row.id, "name": row.name, "count": len(row.kept_grants)} for row in _roles(request)]
    return show(request, "roles", built_in=built_in, own=own)


@member("team.roles")
@require_http_methods(FORM)
def new_role(request: MemberRequest) -> HttpResponse:
    """Make a role, from nothing or from one there is."""
    start = {str(row.id): read(row.kept_grants) for row in _roles(request)} | dict(BUILT_IN)
    like = start.get(request.GET.get("like", ""), BUILT_IN[BuiltIn.AGENT])
    return _role(request, None, GrantsForm.plain(like))


@member("team.view", change="team.roles")
@require_http_methods(FORM)
def role(request: MemberRequest, role: UUID) -> HttpResponse:
    """A role, to see and to change."""
    row = _find_role(request, role)
    return _role(request, row, {"name": row.name, **GrantsForm.plain(read(row.kept_grants))})


def _find_role(request: MemberRequest, role_id: UUID) -> Role:
    row = Role.objects.filter(workspace=request.workspace, id=role_id).first()
    if row is None:
        raise Http404("There is no such role.")
    return row


def _role(request: MemberRequest, row: Role | None, now: dict[str, Any]) -> HttpResponse:
    form = GrantsForm(request.POST or None, initial=now)
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.save_role(
                by=request.access, role=row, name=form.cleaned_data["name"], grants=form.grants()
            )
            return pages.moved_on(request, address(request, "roles"), f"{saved.name} is saved.")
        except services.NameTaken as taken:
            form.add_error("name", str(taken))
        except Problem as refused:
            form.add_error(None, str(refused))
    return show(request, "role", status=pages.WRONG if form.is_bound else 200, form=form, row=row)


@member("team.roles")
@require_POST
def remove_role(request: MemberRequest, role: UUID) -> HttpResponse:
    """Forget a role that nobody has."""
    row = _find_role(request, role)
    try:
        services.remove_role(by=request.access, role=row)
    except Problem as refused:
        return pages.moved_on(request, address(request, "role", row.id), str(refused))
    return pages.moved_on(request, address(request, "roles"), f"{row.name} is removed.")
