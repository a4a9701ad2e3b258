"""People who log in, the workspaces they belong to, and the tokens that programs use."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from infinitypro.core.tenancy.models import DirectoryModel
from infinitypro.core.vault.fields import ACCOUNT, SealedText


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
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return str(self.id)


class Workspace(DirectoryModel):
    """A business's own space; what it is called and all else about it lies in its own tables."""

    reason = "found by its slug, before a workspace is known"

    slug = models.SlugField(unique=True, max_length=60)
    is_demo = models.BooleanField(default=False)
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.slug


class Membership(DirectoryModel):
    """That a person belongs to a workspace."""

    reason = "says which workspaces a person may enter; ids only"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="memberships")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "workspace"], name="accounts_one_membership")]


class ApiToken(DirectoryModel):
    """A program's key to one workspace; only its hash is kept."""

    reason = "found by its hash, before a workspace is known"

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="tokens")
    digest = models.BinaryField(max_length=32, unique=True)
    label = models.CharField(max_length=80)
    made_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
