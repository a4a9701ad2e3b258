"""What a password must be (NIST SP 800-63B), and how it is kept."""

import re

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from infinitypro.accounts.models import User, Workspace

SHORTEST = 10
SHORTEST_WORD = 3
OWN_LETTERS = 6  # what must be left of a password without the words that tell of its person
OURS = ("infinity", "infinitypro")


class Argon2(Argon2PasswordHasher):
    """Argon2id in 19 MiB, as OWASP's password storage sheet has it: many people may log in at once."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1


class LongEnough:
    """Refuses short passwords; nothing is asked of what they are made of."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raises ValidationError."""
        if len(password) < SHORTEST:
            raise ValidationError(
                f"Use at least {SHORTEST} characters. A few words in a row are easy to keep."
            )

    def get_help_text(self) -> str:
        """What a form says beside the field."""
        return f"At least {SHORTEST} characters; a few words in a row are easy to keep."


class Uncommon(CommonPasswordValidator):
    """Refuses the 20,000 that are tried first."""

    def get_error_message(self) -> str:
        """What is wrong."""
        return "This password is common, so it is tried first. Choose another."

    def get_help_text(self) -> str:
        """Nothing: it concerns few."""
        return ""


class NotAboutThem:
    """Refuses passwords that are little more than the person's own name, address or business."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raises ValidationError."""
        if isinstance(user, User):
            refuse_telling(password, words=[user.email, str(user.name or ""), *_businesses(user)])

    def get_help_text(self) -> str:
        """Nothing: it concerns few."""
        return ""


def refuse_telling(password: str, *, words: list[str]) -> None:
    """Raise ValidationError where hardly anything of the password is left without these words."""
    known = {part for word in words for part in re.split(r"[\W_]+", word.casefold())} | set(OURS)
    left = password.casefold()
    for part in sorted(known, key=len, reverse=True):
        if len(part) >= SHORTEST_WORD:
            left = left.replace(part, "")
    if len(re.sub(r"[\W_]", "", left)) < min(OWN_LETTERS, len(password)) and left != password.casefold():
        raise ValidationError("This is easy to guess from your name, address or business. Choose another.")


def _businesses(user: User) -> list[str]:
    if user._state.adding:
        return []
    return list(Workspace.objects.filter(memberships__user=user).values_list("slug", flat=True))
