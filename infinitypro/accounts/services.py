"""Making people, workspaces and tokens."""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import transaction

from infinitypro.accounts import sign_on, tokens
from infinitypro.accounts.models import ApiToken, Membership, Portrait, User, Workspace
from infinitypro.accounts.permissions import API_PERMISSIONS, BUILT_IN, BuiltIn
from infinitypro.core.errors import Problem

TOKEN_USE_NOTED_EVERY = timedelta(minutes=1)


def make_workspace(*, slug: str, is_demo: bool = False) -> Workspace:
    """A new workspace; raises Problem when the name is taken."""
    if Workspace.objects.filter(slug=slug).exists():
        raise Problem(f"There is a workspace named {slug!r} already. Choose another name.")
    return Workspace.objects.create(slug=slug, is_demo=is_demo)


@transaction.atomic
def make_person(*, email: str, name: str, password: str, of_age_at: datetime | None = None) -> User:
    """A new account whose address is known to be theirs; when they declared to be of age, where they were asked."""
    user = User(email=email.lower(), name=name, of_age_at=of_age_at)
    user.set_password(password)
    user.save()
    EmailAddress.objects.create(user_id=user.id, email=user.email, verified=True, primary=True)
    return user


@transaction.atomic
def make_member(
    *, workspace: Workspace, email: str, name: str, password: str, role: BuiltIn = BuiltIn.OWNER
) -> User:
    """The person with that login address as a member of the workspace, made where there is none."""
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        user = make_person(email=email, name=name, password=password)
    elif not user.check_password(password):
        user.set_password(password)
        user.save(update_fields=["password"])
    join(workspace=workspace, user=user, role=role)
    return user


def join(*, workspace: Workspace, user: User, role: BuiltIn) -> None:
    """Make the person a member of the workspace; whoever is one already keeps their role."""
    Membership.objects.get_or_create(user=user, workspace=workspace, defaults={"built_in": role})


@transaction.atomic
def add_member(*, workspace: Workspace, email: str, name: str, password: str | None) -> User:
    """The person with that login address as a member; without a password they keep the one they have."""
    if password is not None:
        return make_member(workspace=workspace, email=email, name=name, password=password)
    user = User.objects.get(email__iexact=email)
    join(workspace=workspace, user=user, role=BuiltIn.OWNER)
    return user


@transaction.atomic
def change_profile(
    *,
    user: User,
    name: str,
    bio: str,
    language: str,
    time_zone: str,
    muted: list[str],
    picture: bytes | None,
    is_picture_removed: bool,
) -> None:
    """Take over what a person says of themselves; without a picture the one they have stays, unless it is removed."""
    user.name, user.bio, user.language, user.time_zone, user.muted = name, bio, language, time_zone, muted
    user.save(update_fields=["name", "bio", "language", "time_zone", "muted"])
    if picture is not None:
        Portrait(id=user.id, picture=picture).save()
    elif is_picture_removed:
        Portrait.objects.filter(id=user.id).delete()


def has_another_way_in(*, user: User, than: str) -> bool:
    """Whether the person can get into their account without that provider; a workspace's opens that workspace alone."""
    others = SocialAccount.objects.filter(user=user, provider=sign_on.GOOGLE).exclude(provider=than).exists()
    keys = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).exists()
    return user.has_usable_password() or keys or others


def keep_token(*, workspace: Workspace, token: str, label: str) -> ApiToken:
    """Let this token, which is well known, read the workspace; only its hash is kept."""
    grants = {key: scope for key, scope in BUILT_IN[BuiltIn.VIEWER].items() if key in API_PERMISSIONS}
    return ApiToken.objects.get_or_create(
        digest=tokens.digest(token),
        defaults={"workspace": workspace, "label": label, "kept_grants": grants},
    )[0]


def note_token_use(*, token: ApiToken, now: datetime) -> None:
    """Record that a token was used, to the minute."""
    due = now - TOKEN_USE_NOTED_EVERY
    if token.last_used_at is None or token.last_used_at <= due:
        ApiToken.objects.filter(id=token.id).exclude(last_used_at__gt=due).update(last_used_at=now)
