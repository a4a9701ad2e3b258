"""What every table of a workspace's data is built on."""

from typing import Any, ClassVar, Self, TypeVar
from uuid import UUID

from django.db import models
from uuid_utils.compat import uuid7

from infinitypro.core.tenancy import scope

Model = TypeVar("Model", bound=models.Model)


def new_id() -> UUID:
    """A UUIDv7: rows made later sort later."""
    return uuid7()


class TenantQuerySet(models.QuerySet[Model]):
    """Rows of the current workspace."""


class TenantManager(models.Manager[Model]):
    """Finds rows of the current workspace only; raises NoWorkspace where none is set."""

    def get_queryset(self) -> models.QuerySet[Model]:
        """The current workspace's rows."""
        return super().get_queryset().filter(workspace_id=scope.current())


class TenantModel(models.Model):
    """A row that belongs to one workspace. `protect` puts it under row-level security when migrations have run.

    A subclass's Meta extends `TenantModel.Meta`. References to other tenant rows are plain ForeignKeys; a composite
    constraint over (workspace_id, reference) is added beside each.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace_id = models.UUIDField(default=scope.current, editable=False)

    objects: ClassVar[TenantManager[Self]] = TenantManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"
        default_manager_name = "objects"


class DirectoryModel(models.Model):
    """A row that must be found before a workspace is known: ids, hashes and settings that are no person's.

    It is not under row-level security; `reason` says why, and the structural test lists it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reason: ClassVar[str] = ""

    class Meta:
        abstract = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not cls.reason:
            raise TypeError(f"{cls.__name__} lies outside row-level security and must say why in `reason`.")
