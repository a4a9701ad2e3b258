"""Who may go where."""

from collections.abc import Iterable
from uuid import UUID

from infinitypro.accounts.models import ApiToken, Membership, User, Workspace
from infinitypro.accounts.tokens import digest
from infinitypro.core.vault import keyring


def workspace_for(*, user: User, slug: str) -> Workspace | None:
    """The workspace of that name if this person belongs to it."""
    return Workspace.objects.filter(slug=slug, memberships__user=user).first()


def workspaces_of(*, user: User) -> list[Workspace]:
    """The workspaces this person belongs to, by name."""
    return list(Workspace.objects.filter(memberships__user=user).order_by("slug"))


def members(*, workspace_id: UUID) -> list[User]:
    """The people of a workspace, the longest-serving first."""
    rows = Membership.objects.filter(workspace_id=workspace_id).select_related("user").order_by("id")
    return [row.user for row in rows]


def names(*, user_ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """What these people are called; those whose account was erased are missing."""
    found: dict[UUID, str] = {}
    for user in User.objects.filter(id__in=[user_id for user_id in user_ids if user_id]):
        try:
            found[user.id] = user.name
        except keyring.KeyDestroyed:
            continue
    return found


def by_token(*, token: str) -> ApiToken | None:
    """The living token, or None."""
    row = ApiToken.objects.select_related("workspace").filter(digest=digest(token), revoked_at=None)
    return row.first()
