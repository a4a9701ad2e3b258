"""People who log in, the workspaces they belong to, and the tokens that programs use."""

import unicodedata
from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models

from infinitypro.accounts import permissions
from infinitypro.accounts.permissions import BUILT_IN, BuiltIn, Grants
from infinitypro.core.tenancy.models import DirectoryModel, TenantModel
from infinitypro.core.vault.fields import ACCOUNT, WORKSPACE, SealedBytes, SealedJSON, SealedText

LONGEST_SUPPORT = timedelta(hours=72)


class UserManager(BaseUserManager["User"]):
    """Finds people by the address they log in with."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """The person with that login address, however it is capitalised."""
        return self.get(email__iexact=username or "")


class User(AbstractBaseUser, DirectoryModel):
    """A person who logs in."""

    reason = "found at the log-in, before a workspace is known; the name is sealed under the account's key"
    sealed_for = ACCOUNT

    email = models.EmailField(unique=True)
    name = SealedText("user.name")
    phone = SealedText("user.phone", null=True)
    bio = SealedText("user.bio", null=True)
    language = models.CharField(max_length=8, default="en")
    time_zone = models.CharField(max_length=64, default="UTC")
    muted = models.JSONField(default=list)  # the notices they do not want, as notices.py names them
    is_active = models.BooleanField(default=True)
    is_operator = models.BooleanField(default=False)  # runs the installation, and belongs to no workspace
    joined_at = models.DateTimeField(auto_now_add=True)
    of_age_at = models.DateTimeField(null=True)  # when they declared to be 16 or older
    opening = SealedJSON("user.opening", null=True)  # the business they signed up with, until it is opened

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return str(self.id)

    def set_password(self, raw_password: str | None) -> None:
        """The same password however a keyboard composes its letters (NIST SP 800-63B, 3.1.1.2)."""
        super().set_password(_composed(raw_password))

    def check_password(self, raw_password: str | None) -> bool:
        """Whether it is theirs."""
        return super().check_password(_composed(raw_password))


def _composed(password: str | None) -> str | None:
    return None if password is None else unicodedata.normalize("NFKC", password)


class Portrait(DirectoryModel):
    """A person's picture; it bears their id."""

    reason = "shown beside a person's name; sealed under the account's key"
    sealed_for = ACCOUNT

    picture = SealedBytes("user.picture")  # WebP


class Device(DirectoryModel):
    """A browser that somebody logged in with, known again by a cookie of which the hash is kept."""

    reason = "asked before anybody is logged in"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="devices")
    digest = models.BinaryField(max_length=32, unique=True)
    label = models.CharField(max_length=60)  # "Firefox on Windows"
    countries = models.JSONField(default=list)
    seen_at = models.DateTimeField()


class Workspace(DirectoryModel):
    """A business's own space; what it is called and all else about it lies in its own tables."""

    reason = "found by its slug, before a workspace is known"

    slug = models.SlugField(unique=True, max_length=60)
    is_demo = models.BooleanField(default=False)
    made_at = models.DateTimeField(auto_now_add=True)
    suspended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.slug


class Role(DirectoryModel):
    """A role that a workspace made for itself."""

    reason = "says what a member may do, before the workspace is entered; permissions by name, and the role's own name"

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="roles")
    name = models.CharField(max_length=60)
    kept_grants = models.JSONField(default=dict)  # permission -> scope

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "name"], name="accounts_one_role_of_a_name")
        ]


class Membership(DirectoryModel):
    """That a person belongs to a workspace, and as what."""

    reason = "says which workspaces a person may enter, and as what; ids only"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="memberships")
    built_in = models.CharField(
        max_length=10, choices=[(role.value, role.value) for role in BuiltIn], blank=True
    )
    role = models.ForeignKey(Role, null=True, on_delete=models.PROTECT, related_name="memberships")
    # Where `queries.memberships_of` asked: the people in their teams, and whether the person has a picture.
    teammates: list[UUID]
    has_picture: bool
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "workspace"], name="accounts_one_membership"),
            models.CheckConstraint(
                condition=models.Q(built_in="", role__isnull=False)
                | (~models.Q(built_in="") & models.Q(role__isnull=True)),
                name="accounts_one_role_each",
            ),
        ]

    def grants(self) -> Grants:
        """What they may do."""
        return permissions.read(self.role.kept_grants) if self.role else BUILT_IN[BuiltIn(self.built_in)]


class Invitation(DirectoryModel):
    """That somebody may join a workspace; their address is sealed under a key of its own."""

    reason = "found by its token's hash by whoever holds the link, before they have an account"
    sealed_for = ACCOUNT

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="invitations")
    digest = models.BinaryField(max_length=32, unique=True)
    email = SealedText("invitation.email")
    built_in = models.CharField(
        max_length=10, choices=[(role.value, role.value) for role in BuiltIn], blank=True
    )
    role = models.ForeignKey(Role, null=True, on_delete=models.CASCADE, related_name="invitations")
    invited_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()


class Team(DirectoryModel):
    """Members who see each other's conversations."""

    reason = "says how far a member's permissions reach; ids, and the team's name"

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="teams")
    name = models.CharField(max_length=60)
    members = models.ManyToManyField(Membership, through="TeamMember", related_name="teams")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "name"], name="accounts_one_team_of_a_name")
        ]


class TeamMember(DirectoryModel):
    """That a member is in a team."""

    reason = "says how far a member's permissions reach; ids only"

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.CASCADE)
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "membership"], name="accounts_once_in_a_team")]


class ApiToken(DirectoryModel):
    """A program's key to one workspace; only its hash is kept. A personal one reaches no further than its person."""

    reason = "found by its hash, before a workspace is known"

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="tokens")
    digest = models.BinaryField(max_length=32, unique=True)
    hint = models.CharField(max_length=24, blank=True)  # how it begins, to know it by
    label = models.CharField(max_length=80)
    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="tokens")  # whose it is
    kept_grants = models.JSONField(default=dict)  # permission -> scope
    expires_at = models.DateTimeField(null=True)
    is_tripwire = models.BooleanField(default=False)  # opens nothing, and sounds the alarm
    made_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class WorkspacePolicy(DirectoryModel):
    """How a workspace's members must log in."""

    reason = "asked before the workspace is entered"

    workspace = models.OneToOneField(Workspace, on_delete=models.CASCADE, related_name="policy")
    is_second_factor_required = models.BooleanField(default=False)
    is_sign_on_required = models.BooleanField(default=False)
    way_in = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+"
    )  # without sign-on
    session_hours = models.PositiveSmallIntegerField(null=True)
    domains = models.JSONField(default=list)  # of members' addresses; none: any


class SignInProvider(DirectoryModel):
    """A workspace's own sign-in (OpenID Connect), which opens that workspace alone. Its secret has a key of its own."""

    reason = "asked at the log-in, before a workspace is known"
    sealed_for = ACCOUNT

    workspace = models.OneToOneField(Workspace, on_delete=models.CASCADE, related_name="provider")
    issuer = models.URLField(max_length=500)
    client_id = models.CharField(max_length=191)
    secret = SealedText("provider.secret")


class ProvenDomain(DirectoryModel):
    """A domain that a workspace says is its own, and when it proved so by a record in the DNS."""

    reason = "asked at the log-in, before a workspace is known"

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="proven_domains")
    domain = models.CharField(max_length=253)
    token = models.CharField(max_length=64)
    proved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "domain"], name="accounts_one_claim_of_a_domain")
        ]


class AlertHook(TenantModel):
    """The address that a workspace wants called with its security alarms, and what the calls are signed with."""

    sealed_for = WORKSPACE

    url = SealedText("alert_hook.url")
    secret = SealedText("alert_hook.secret")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace_id"], name="accounts_one_alert_hook"),
        ]


class SupportGrant(DirectoryModel):
    """That an operator asked to look into a workspace, and what became of it."""

    class Scope(models.TextChoices):
        CONVERSATIONS = "conversations", "the conversations chosen"
        CONTACT = "contact", "one customer: their conversations and appointments"
        SETTINGS = "settings", "facts, services, channels and team, and nothing of a customer"
        ALL = "all", "everything that a viewer sees"

    reason = "lets an operator in, before the workspace is entered; ids only"

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="support_grants")
    operator_id = models.UUIDField()
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    scope = models.CharField(max_length=16, choices=Scope.choices, blank=True)  # nothing: not allowed
    conversation_ids = ArrayField(models.UUIDField(), default=list)
    contact_id = models.UUIDField(null=True)
    ends_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["operator_id", "workspace"], name="accounts_support_of")]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "operator_id"],
                condition=models.Q(decided_at=None, ended_at=None),
                name="accounts_asked_once",
            ),
            models.CheckConstraint(
                condition=models.Q(scope="")
                | models.Q(
                    decided_at__isnull=False,
                    ends_at__isnull=False,
                    ends_at__lte=models.F("decided_at") + LONGEST_SUPPORT,
                ),
                name="accounts_support_ends",
            ),
        ]


class SupportReason(TenantModel):
    """Why an operator asked; whatever they wrote may tell of somebody, so it is the workspace's."""

    sealed_for = WORKSPACE

    grant_id = models.UUIDField()
    text = SealedText("support.reason")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace_id", "grant_id"], name="accounts_one_reason")
        ]


class Switch(DirectoryModel):
    """What the operator switched off for the whole installation (see `switches`)."""

    reason = "belongs to no workspace"

    key = models.CharField(max_length=40, unique=True)
    is_on = models.BooleanField()
