"""Who may go where."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet

from infinitypro.accounts import permissions
from infinitypro.accounts.models import ApiToken, Membership, Portrait, SupportGrant, User
from infinitypro.accounts.permissions import Grants
from infinitypro.accounts.tokens import digest
from infinitypro.core import statements
from infinitypro.core.statements import Given
from infinitypro.core.vault import keyring


def _with_teammates() -> QuerySet[Membership]:
    rows = Membership.objects.filter(user_id=Given("user_id")).select_related("workspace__policy", "role")
    mates = Membership.objects.filter(
        workspace_id=OuterRef("workspace_id"), teams__members__user_id=Given("user_id")
    )
    found = {
        "teammates": ArraySubquery(mates.values("user_id")),  # declared with the model
        "has_picture": Exists(Portrait.objects.filter(id=Given("user_id"))),
    }
    return rows.annotate(**found).order_by("workspace__slug")


_MEMBERSHIPS = statements.Select(_with_teammates)


def memberships_of(*, user: User) -> list[Membership]:
    """What this person is in each of their workspaces, by the workspaces' names, each with their `teammates` and whether
    the person `has_picture`; one query, for every page asks."""
    return _MEMBERSHIPS.all(user_id=user.id)


def teammates(*, workspace_id: UUID, user_id: UUID) -> frozenset[UUID]:
    """Who is in a team with this person, the person among them."""
    shared = Membership.objects.filter(workspace_id=workspace_id, teams__members__user_id=user_id)
    return frozenset({user_id, *shared.values_list("user_id", flat=True)})


def members(*, workspace_id: UUID) -> list[User]:
    """The people of a workspace, the longest-serving first."""
    rows = Membership.objects.filter(workspace_id=workspace_id).select_related("user").order_by("id")
    return [row.user for row in rows]


def members_who_may(permission: str, *, workspace_id: UUID) -> list[User]:
    """Those of them who may do that, the longest-serving first."""
    rows = Membership.objects.filter(workspace_id=workspace_id).select_related("user", "role").order_by("id")
    return [row.user for row in rows if permission in row.grants()]


def team(*, workspace_id: UUID) -> list[Membership]:
    """The members of a workspace with their people, roles and teams, the longest-serving first."""
    rows = Membership.objects.filter(workspace_id=workspace_id).select_related("user", "role")
    return list(rows.prefetch_related("teams").order_by("id"))


def count_members(*, workspace_id: UUID) -> int:
    """How many people belong to a workspace."""
    return Membership.objects.filter(workspace_id=workspace_id).count()


def names(*, user_ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """What these people are called; those whose account was erased are missing."""
    found: dict[UUID, str] = {}
    for user in User.objects.filter(id__in=[user_id for user_id in user_ids if user_id]):
        try:
            found[user.id] = user.name
        except keyring.KeyDestroyed:
            continue
    return found


def by_token(*, token: str, now: datetime) -> ApiToken | None:
    """The living token, or None."""
    rows = ApiToken.objects.select_related("workspace__policy", "user").filter(
        digest=digest(token), revoked_at=None
    )
    return rows.exclude(expires_at__lte=now).first()


def grants_of(*, token: ApiToken) -> Grants:
    """What a token may do; a personal one no more than its person now may, and nothing once they have left."""
    own = permissions.read(token.kept_grants)
    if token.user_id is None:
        return own
    rows = Membership.objects.filter(workspace_id=token.workspace_id, user_id=token.user_id)
    membership = rows.select_related("role").first()
    return permissions.narrowed(own, membership.grants()) if membership else {}


def token_labels(*, token_ids: Iterable[UUID]) -> dict[UUID, str]:
    """What these tokens are called."""
    return dict(ApiToken.objects.filter(id__in=list(token_ids)).values_list("id", "label"))


def picture(*, user_id: UUID) -> bytes | None:
    """A person's picture as WebP, or None."""
    found = Portrait.objects.filter(id=user_id).first()
    return None if found is None else found.picture


def pictured(*, user_ids: Iterable[UUID]) -> set[UUID]:
    """Those of these people who have a picture."""
    return set(Portrait.objects.filter(id__in=list(user_ids)).values_list("id", flat=True))


def is_colleague(*, user: User, other_id: UUID) -> bool:
    """Whether the other is this person or shares a workspace with them."""
    shared = Membership.objects.filter(user_id=other_id, workspace__memberships__user=user)
    return other_id == user.id or shared.exists()


def support_for(*, operator_id: UUID, slug: str, now: datetime) -> SupportGrant | None:
    """What lets this operator look into that workspace now, if anything does; of several the latest."""
    rows = SupportGrant.objects.filter(_runs(now), operator_id=operator_id, workspace__slug=slug)
    return rows.select_related("workspace").order_by("-decided_at", "-id").first()


def support(*, workspace_id: UUID, now: datetime) -> list[SupportGrant]:
    """Whom of the operators the workspace lets look now, and who has asked and waits; the latest first."""
    waits = Q(decided_at=None, ended_at=None)
    rows = SupportGrant.objects.filter(_runs(now) | waits, workspace_id=workspace_id)
    return list(rows.select_related("workspace").order_by("-asked_at", "-id"))


def _runs(now: datetime) -> Q:
    return ~Q(scope="") & Q(ended_at=None, ends_at__gt=now)
