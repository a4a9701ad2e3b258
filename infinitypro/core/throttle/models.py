"""Counters shared by all processes. What is counted is known by its fingerprint alone."""

from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django.db import models
from django.utils.crypto import salted_hmac

from infinitypro.core.tenancy.models import DirectoryModel


class Tally(DirectoryModel):
    """How often something was tried, and from when on it may be tried again.

    The table is unlogged: counters are not worth a write-ahead log, and after a crash counting begins anew.
    """

    reason = "asked before anybody is known; fingerprints and numbers only"

    kind = models.CharField(max_length=20)
    count = models.FloatField()
    at = models.DateTimeField()
    free_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="core_tally_by_time")]


if TYPE_CHECKING:
    Text = models.TextField[str, str]
else:
    Text = models.TextField


class Picture(Text):
    """So many bits, of which PostgreSQL makes unions and counts what is set."""

    BITS: ClassVar[int] = 4096

    def db_type(self, connection: Any) -> str:
        """PostgreSQL's type."""
        return f"bit({self.BITS})"


class Sight(DirectoryModel):
    """Roughly how many different things somebody saw since a moment: each sets one bit of a picture (linear counting)."""

    reason = "counts across workspaces' members and tokens; fingerprints and numbers only"

    since = models.DateTimeField()
    picture = Picture()


def fingerprint(kind: str, value: str) -> UUID:
    """What stands for a counted thing: nobody can tell an address from it without the installation's key."""
    return UUID(bytes=salted_hmac(f"throttle.{kind}", value, algorithm="sha256").digest()[:16])
