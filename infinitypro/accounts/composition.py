"""Who belongs to the current workspace and as what, as the audit log compares it before and after a change."""

from collections.abc import Iterator

from infinitypro.accounts import queries
from infinitypro.accounts.models import ApiToken, Invitation, Role, SignInProvider, Team, WorkspacePolicy
from infinitypro.core import audit
from infinitypro.core.tenancy import scope

POLICY = ("is_second_factor_required", "is_sign_on_required", "session_hours", "domains")


def things() -> Iterator[audit.Thing]:
    """Every role, team, member and living token. What concerns a member is sealed for them."""
    workspace_id = scope.current()
    for role in Role.objects.filter(workspace_id=workspace_id).order_by("id"):
        fields = {"name": role.name, "may": role.kept_grants}
        yield audit.Thing(id=role.id, kind="role", name=role.name, fields=fields)
    for team in Team.objects.filter(workspace_id=workspace_id).order_by("id"):
        yield audit.Thing(id=team.id, kind="team", name=team.name, fields={"name": team.name})
    rows = queries.team(workspace_id=workspace_id)
    names = queries.names(user_ids=[row.user_id for row in rows])
    for row in rows:
        teams = sorted(one.name for one in row.teams.all())
        fields = {"role": row.role.name if row.role else row.built_in, "teams": teams}
        name = names.get(row.user_id, "a former member")
        yield audit.Thing(id=row.id, kind="member", name=name, fields=fields, subject_id=row.user_id)
    for token in ApiToken.objects.filter(workspace_id=workspace_id, revoked_at=None).order_by("id"):
        fields = {"label": token.label, "may": token.kept_grants, "expires_at": _said(token)}
        yield audit.Thing(id=token.id, kind="token", name=token.label, fields=fields)

    for sent in Invitation.objects.filter(workspace_id=workspace_id).select_related("role"):
        asked_for = {"role": sent.role.name if sent.role else sent.built_in}
        yield audit.Thing(id=sent.id, kind="invitation", name="Invitation", fields=asked_for)
    for policy in WorkspacePolicy.objects.filter(workspace_id=workspace_id):
        asked = {one: getattr(policy, one) for one in POLICY}
        yield audit.Thing(id=policy.id, kind="policy", name="Log-in policy", fields=asked)
    for provider in SignInProvider.objects.filter(workspace_id=workspace_id):
        known = {"issuer": provider.issuer, "client_id": provider.client_id}
        yield audit.Thing(id=provider.id, kind="provider", name="Sign-in provider", fields=known)


def _said(token: ApiToken) -> str | None:
    return token.expires_at.date().isoformat() if token.expires_at else None
