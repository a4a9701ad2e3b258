"""Forgetting people who log in, with their keys."""

from datetime import datetime, timedelta
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef

from infinitypro.accounts import devices
from infinitypro.accounts.models import (
    ApiToken,
    Device,
    Invitation,
    Membership,
    Portrait,
    User,
    WorkspacePolicy,
)
from infinitypro.core.vault import keyring

UNPROVEN_KEPT = timedelta(days=1)  # meanwhile nobody else can change to their address


@transaction.atomic
def remove_if_homeless(*, user_id: UUID) -> bool:
    """Whether the person belonged to no workspace any more; then their account and its key are gone."""
    if Membership.objects.filter(user_id=user_id).exists():
        return False
    keyring.destroy_rooted("account", str(user_id))
    Invitation.objects.filter(invited_by=user_id).update(invited_by=None)
    WorkspacePolicy.objects.filter(way_in=user_id).update(way_in=None)
    for model in (EmailAddress, Authenticator, SocialAccount, UserSession, Device, ApiToken):
        model.objects.filter(user_id=user_id).delete()
    Portrait.objects.filter(id=user_id).delete()
    rows = User.objects.filter(id=user_id)
    rows._raw_delete(rows.db)  # what a workspace keeps of its members went with the workspace
    return True


def forget_unproven(*, before: datetime) -> int:
    """How many people were forgotten who signed up before that time and never proved their address theirs."""
    proven = EmailAddress.objects.filter(user_id=OuterRef("id"), verified=True)
    found = User.objects.filter(~Exists(proven), opening__isnull=False, last_login=None, joined_at__lt=before)
    return sum(remove_if_homeless(user_id=user.id) for user in found.order_by("id"))


def forget_sessions(*, now: datetime) -> None:
    """Forget the sessions that ended, and devices that were not seen for two years."""
    Session.objects.filter(expire_date__lt=now).delete()
    living = Session.objects.filter(session_key=OuterRef("session_key"))
    UserSession.objects.filter(~Exists(living)).delete()
    Device.objects.filter(seen_at__lt=now - devices.KEPT).delete()
