"""Who belongs to a workspace and as what: inviting, joining, changing roles, leaving; teams, roles and tokens.

Nobody gives, changes or takes away what reaches further than they do themselves, and a workspace always keeps an owner.
"""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from infinitypro.accounts import composition, permissions, queries, tokens
from infinitypro.accounts.access import Access
from infinitypro.accounts.models import (
    ApiToken,
    Invitation,
    Membership,
    Role,
    Team,
    TeamMember,
    User,
    Workspace,
    WorkspacePolicy,
)
from infinitypro.accounts.permissions import API_PERMISSIONS, BUILT_IN, ENTER, BuiltIn, Grants, Scope
from infinitypro.core import audit, live
from infinitypro.core.errors import Problem
from infinitypro.core.vault import keyring

INVITATION_LASTS = timedelta(days=7)
INVITATION_KEPT = timedelta(days=30)


class BeyondYou(Problem):
    """Raised for an act on somebody, or with a role, that may do more than whoever asks."""


class LastOwner(Problem):
    """Raised where a workspace would be left without an owner."""


class NameTaken(Problem):
    """Raised for a second role or team of one name."""


class Over(Problem):
    """Raised for an invitation that somebody accepted, or took back, a moment ago."""


class InUse(Problem):
    """Raised for removing a role that somebody has."""


@dataclass(frozen=True)
class Post:
    """A role that somebody can be given: one that comes with the program, or one the workspace made."""

    built_in: BuiltIn | None = None
    role: Role | None = None

    def grants(self) -> Grants:
        """What it allows."""
        return (
            permissions.read(self.role.kept_grants)
            if self.role
            else BUILT_IN[self.built_in or BuiltIn.VIEWER]
        )

    @classmethod
    def of(cls, row: Invitation) -> "Post":
        """What an invitation is for."""
        return cls(role=row.role) if row.role else cls(built_in=BuiltIn(row.built_in))

    def columns(self) -> dict[str, object]:
        """As a membership or an invitation keeps it."""
        return {"built_in": self.built_in or "", "role": self.role}


def _require(by: Access, *needed: Grants) -> None:
    if not all(permissions.covers(by.grants, grants) for grants in needed):
        raise BeyondYou("This reaches further than your own role does. Ask an owner of the workspace.")


@contextmanager
def _no_wider(by: Access) -> Iterator[None]:
    """Around a change of teams: whoever asks sees no further by it, if their role reaches as far as their teams do."""
    before = by.colleagues()
    yield
    if Scope.TEAM not in by.grants.values() or by.user_id is None:
        return
    if not queries.teammates(workspace_id=by.workspace_id, user_id=by.user_id) <= before:
        raise BeyondYou("You would see conversations of people who are in no team of yours. Ask an owner.")


def _hold(member: Membership) -> None:
    """Hold the workspace's row, so that two owners who leave at once do not both go, and see the member as they are now."""
    Workspace.objects.select_for_update().get(id=member.workspace_id)
    try:
        member.refresh_from_db(fields=["built_in", "role"])
    except Membership.DoesNotExist:
        raise Problem("They do not belong to the workspace any more.") from None


def _require_another_owner(member: Membership) -> None:
    others = Membership.objects.filter(workspace_id=member.workspace_id, built_in=BuiltIn.OWNER)
    if member.built_in == BuiltIn.OWNER and not others.exclude(id=member.id).exists():
        raise LastOwner("A workspace needs an owner. Make somebody else an owner first.")


def _require_another_way_in(member: Membership) -> None:
    rows = WorkspacePolicy.objects.filter(workspace_id=member.workspace_id, is_sign_on_required=True)
    if rows.filter(way_in_id=member.user_id).exists():
        raise LastOwner("They keep the way in without single sign-on. Choose another owner for that first.")


# Joining


@transaction.atomic
@audit.changes(composition.things)
def invite(*, by: Access, email: str, post: Post, now: datetime) -> tuple[Invitation, str]:
    """An invitation and its token, which is told this once; an earlier one to that address is taken back."""
    _require(by, post.grants())
    for old in invitations(workspace_id=by.workspace_id, now=now):
        if old.email == email:
            take_back(by=by, invitation=old)
    token = secrets.token_urlsafe(32)
    row = Invitation(
        workspace_id=by.workspace_id,
        digest=tokens.digest(token),
        email=email,
        invited_by_id=by.user_id,
        made_at=now,
        expires_at=now + INVITATION_LASTS,
        **post.columns(),
    )
    row.save()
    return row, token


def invitations(*, workspace_id: UUID, now: datetime) -> list[Invitation]:
    """Those that can still be accepted, the newest first."""
    rows = Invitation.objects.filter(workspace_id=workspace_id, expires_at__gt=now)
    return list(rows.select_related("role").order_by("-id"))


def invitation(*, token: str, now: datetime) -> Invitation | None:
    """The invitation of a link, if it can still be accepted."""
    rows = Invitation.objects.select_related("workspace", "role")
    return rows.filter(digest=tokens.digest(token), expires_at__gt=now).first()


@audit.changes(composition.things)
def take_back(*, by: Access, invitation: Invitation) -> None:
    """Nobody joins with it any more, and the address is forgotten; raises BeyondYou."""
    _require(by, Post.of(invitation).grants())
    _forget(invitation)


def _forget(invitation: Invitation) -> None:
    # The key goes after that stands: else what stays could not be read.
    name = str(invitation.id)
    invitation.delete()
    transaction.on_commit(lambda: keyring.destroy_rooted("account", name))


@transaction.atomic
@audit.changes(composition.things)
def accept(*, invitation: Invitation, user: User) -> Membership:
    """The person belongs to the workspace now; whoever does already stays what they are. Raises Over."""
    if Invitation.objects.select_for_update().filter(id=invitation.id).first() is None:
        raise Over("This invitation is over.")
    member, _ = Membership.objects.get_or_create(
        user=user,
        workspace_id=invitation.workspace_id,
        defaults={"built_in": invitation.built_in, "role": invitation.role},
    )
    _forget(invitation)
    return member


def forget_invitations(*, now: datetime) -> None:
    """Forget addresses of people who never answered."""
    for row in Invitation.objects.filter(made_at__lt=now - INVITATION_KEPT):
        _forget(row)


# Being there


@transaction.atomic
@audit.changes(composition.things)
def set_post(*, by: Access, member: Membership, post: Post) -> None:
    """Give a member another role; raises BeyondYou, LastOwner."""
    _hold(member)
    _require(by, member.grants(), post.grants())
    if post.built_in != BuiltIn.OWNER:
        _require_another_owner(member)
    member.built_in, member.role = post.built_in or "", post.role
    member.save(update_fields=["built_in", "role"])


@transaction.atomic
def hand_on(*, by: Access, member: Membership) -> None:
    """Make the member an owner, and whoever asks an admin."""
    set_post(by=by, member=member, post=Post(built_in=BuiltIn.OWNER))
    others = Membership.objects.filter(workspace_id=by.workspace_id).exclude(id=member.id)
    if mine := others.filter(user_id=by.user_id or member.user_id).first():
        set_post(by=by, member=mine, post=Post(built_in=BuiltIn.ADMIN))


@transaction.atomic
@audit.changes(composition.things)
def remove(*, by: Access, member: Membership) -> None:
    """The person does not belong to the workspace any more, and their tokens for it are dead; raises BeyondYou,
    LastOwner."""
    _hold(member)
    if member.user_id != by.user_id:
        _require(by, member.grants())
    _require_another_owner(member)
    _require_another_way_in(member)
    ApiToken.objects.filter(workspace_id=member.workspace_id, user_id=member.user_id).delete()
    for row in Invitation.objects.filter(workspace_id=member.workspace_id, invited_by_id=member.user_id):
        _forget(row)  # whoever they meant to let in, nobody vouches for
    member.delete()
    live.publish(live.ACCESS, id=member.user_id)


@transaction.atomic
@audit.changes(composition.things)
def set_teams(*, by: Access, member: Membership, team_ids: Iterable[UUID]) -> None:
    """The member is in these teams and no others; raises BeyondYou."""
    wanted = set(
        Team.objects.filter(workspace_id=member.workspace_id, id__in=team_ids).values_list("id", flat=True)
    )
    with _no_wider(by):
        TeamMember.objects.filter(membership=member).exclude(team_id__in=wanted).delete()
        known = set(TeamMember.objects.filter(membership=member).values_list("team_id", flat=True))
        TeamMember.objects.bulk_create(
            TeamMember(workspace_id=member.workspace_id, team_id=team_id, membership=member)
            for team_id in wanted - known
        )


# Teams and roles


@transaction.atomic
@audit.changes(composition.things)
def save_team(*, by: Access, team: Team | None, name: str, member_ids: Iterable[UUID]) -> Team:
    """A team, new or changed; raises BeyondYou, NameTaken."""
    team = team or Team(workspace_id=by.workspace_id)
    team.name = name
    try:
        with transaction.atomic():
            team.save()
    except IntegrityError:
        raise NameTaken(f"There is a team named “{name}” already.") from None
    people = Membership.objects.filter(workspace_id=by.workspace_id, id__in=member_ids)
    wanted = set(people.values_list("id", flat=True))
    with _no_wider(by):
        TeamMember.objects.filter(team=team).exclude(membership_id__in=wanted).delete()
        known = set(TeamMember.objects.filter(team=team).values_list("membership_id", flat=True))
        TeamMember.objects.bulk_create(
            TeamMember(workspace_id=by.workspace_id, team=team, membership_id=one) for one in wanted - known
        )
    return team


@audit.changes(composition.things)
def remove_team(*, team: Team) -> None:
    """Forget a team; its members stay."""
    team.delete()


@audit.changes(composition.things)
def save_role(*, by: Access, role: Role | None, name: str, grants: Mapping[str, Scope]) -> Role:
    """A role, new or changed; raises BeyondYou, NameTaken."""
    if name.strip().lower() in set(BuiltIn):
        raise NameTaken(f"There is a role named “{name}” already.")
    kept = permissions.completed(permissions.read({**grants, ENTER: Scope.ALL}))
    _require(by, kept, *([permissions.read(role.kept_grants)] if role else []))
    role = role or Role(workspace_id=by.workspace_id)
    role.name, role.kept_grants = name, dict(kept)
    try:
        with transaction.atomic():
            role.save()
    except IntegrityError:
        raise NameTaken(f"There is a role named “{name}” already.") from None
    return role


@audit.changes(composition.things)
def remove_role(*, by: Access, role: Role) -> None:
    """Forget a role that nobody has; raises BeyondYou, InUse."""
    _require(by, permissions.read(role.kept_grants))
    if role.memberships.exists() or role.invitations.exists():
        raise InUse(f"Somebody is “{role.name}”, or invited as such. Give them another role first.")
    role.delete()


# Tokens


@audit.changes(composition.things)
def make_token(
    *, by: Access, label: str, grants: Mapping[str, Scope], is_personal: bool, expires_at: datetime | None
) -> tuple[ApiToken, str]:
    """A token's row and the token, which is told this once; raises BeyondYou."""
    kept = {key: scope for key, scope in permissions.read(grants).items() if key in API_PERMISSIONS}
    _require(by, kept)
    token = tokens.new()
    row = ApiToken.objects.create(
        workspace_id=by.workspace_id,
        user_id=by.user_id if is_personal else None,
        digest=tokens.digest(token),
        hint=token[: tokens.HINT],
        label=label,
        kept_grants=kept,
        expires_at=expires_at,
    )
    return row, token


def make_tripwire(*, workspace: Workspace) -> tuple[ApiToken, str]:
    """A token that opens nothing and sounds the alarm when it is used, and its row; it is told this once."""
    token = tokens.new()
    row = ApiToken.objects.create(
        workspace=workspace,
        digest=tokens.digest(token),
        hint=token[: tokens.HINT],
        label="Tripwire",
        is_tripwire=True,
    )
    return row, token


@audit.changes(composition.things)
def revoke_token(*, token: ApiToken, now: datetime) -> None:
    """Nobody gets in with it any more."""
    ApiToken.objects.filter(id=token.id, revoked_at=None).update(revoked_at=now)
