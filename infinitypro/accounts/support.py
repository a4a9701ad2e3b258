"""Support grants: an operator asks to look, the workspace lets them for a while, or does not. Inside the workspace."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from infinitypro.accounts import notices, queries
from infinitypro.accounts.models import LONGEST_SUPPORT, SupportGrant, SupportReason, Workspace
from infinitypro.core import audit, live, mail
from infinitypro.core.errors import Problem
from infinitypro.core.tenancy import scope
from infinitypro.core.vault import fields

LONGEST_REASON = 1000


def ask(*, operator_id: UUID, reason: str, now: datetime) -> SupportGrant:
    """Ask to look in; raises Problem without a reason, and where this operator has asked already."""
    said = reason.strip()
    if not said:
        raise Problem("Say why you ask: the owner decides by it.")
    if len(said) > LONGEST_REASON:
        raise Problem(f"Say it in {LONGEST_REASON} characters at the most.")
    waiting = SupportGrant.objects.filter(
        workspace_id=scope.current(), operator_id=operator_id, decided_at=None, ended_at=None
    )
    if waiting.exists():
        raise Problem("You have asked already, and nobody has answered yet.")
    made = SupportGrant.objects.create(workspace_id=scope.current(), operator_id=operator_id, asked_at=now)
    SupportReason.objects.create(grant_id=made.id, text=said)
    _tell(now)
    return made


def _tell(now: datetime) -> None:
    """Write to whoever may answer; what was asked they read in the workspace, not in a mail."""
    space = Workspace.objects.get(id=scope.current())
    link = f"{settings.PUBLIC_URL}{reverse('support:list', args=[space.slug])}"
    for one in queries.team(workspace_id=space.id):
        is_wanted = notices.is_wanted(user=one.user, event=notices.SUPPORT_ASKS, channel="email")
        if is_wanted and "security.grants" in one.grants():
            subject = f"Support asks to look into {space.slug}"
            text = f"{subject}. Read why, and let them or refuse:\n{link}\n"
            mail.send(to=one.user.email, subject=subject, text=text, now=now)


def _given() -> Iterator[audit.Thing]:
    """What operators may look at, for the audit log."""
    rows = SupportGrant.objects.filter(workspace_id=scope.current(), ended_at=None).exclude(scope="")
    names = queries.names(user_ids=[row.operator_id for row in rows])
    for row in rows:
        fields = {
            "operator": names.get(row.operator_id, ""),
            "may_see": row.get_scope_display(),
            "conversations": [str(one) for one in row.conversation_ids],
            "customer": str(row.contact_id or ""),
            "until": f"{row.ends_at:%Y-%m-%d %H:%M} UTC",
        }
        yield audit.Thing(id=row.id, kind="support", name="Support's access", fields=fields)


@audit.changes(_given)
def allow(
    *,
    grant_id: UUID,
    by: UUID,
    to: str,
    hours: int,
    now: datetime,
    conversation_ids: Iterable[UUID] = (),
    contact_id: UUID | None = None,
) -> None:
    """Let whoever asked look for so many hours; raises Problem where it cannot be."""
    chosen = sorted(set(conversation_ids)) if to == SupportGrant.Scope.CONVERSATIONS else []
    customer = contact_id if to == SupportGrant.Scope.CONTACT else None
    if to not in SupportGrant.Scope.values:
        raise Problem("Choose what may be looked at.")
    if to == SupportGrant.Scope.CONVERSATIONS and not chosen:
        raise Problem("Choose at least one conversation.")
    if to == SupportGrant.Scope.CONTACT and customer is None:
        raise Problem("Choose a conversation of the customer.")
    if not timedelta() < timedelta(hours=hours) <= LONGEST_SUPPORT:
        raise Problem("Choose a time of 72 hours at the most.")
    _answer(
        grant_id,
        decided_at=now,
        decided_by=by,
        scope=to,
        conversation_ids=chosen,
        contact_id=customer,
        ends_at=now + timedelta(hours=hours),
    )


def refuse(*, grant_id: UUID, by: UUID, now: datetime) -> None:
    """Let nobody in; raises Problem where the request was answered already."""
    _answer(grant_id, decided_at=now, decided_by=by, ended_at=now)


def _answer(grant_id: UUID, **answer: object) -> None:
    waiting = _own(grant_id).filter(decided_at=None, ended_at=None)
    if not waiting.update(**answer):
        raise Problem("This request was answered or taken back already.")


def end(*, grant_id: UUID, now: datetime) -> None:
    """From now on nobody looks in with it; a request that waits is taken back."""
    found = _own(grant_id).filter(ended_at=None).first()
    if found is None:
        return
    _own(grant_id).update(ended_at=now)
    live.publish(live.ACCESS, id=found.operator_id)


def reasons(*, grant_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Why these were asked for."""
    rows = list(SupportReason.objects.filter(grant_id__in=list(grant_ids)))
    fields.prefetch(rows)
    return {row.grant_id: row.text for row in rows}


def _own(grant_id: UUID) -> QuerySet[SupportGrant]:
    return SupportGrant.objects.filter(workspace_id=scope.current(), id=grant_id)
