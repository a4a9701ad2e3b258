"""Model fields whose column holds a sealed value and whose attribute reads as the plain one.

    class Message(TenantModel):
        sealed_for = "contact_id"              # whose key seals this row
        body = SealedText("message.body")      # message.body is a str, the column is bytes

A value is sealed when the row is saved and opened when it is read. Filtering, `update` and `bulk_update` do not know the seal
and raise.
"""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NoReturn
from uuid import UUID

from django.core.exceptions import FieldError
from django.db import models

from infinitypro.core.vault import cipher, keyring

WORKSPACE = "workspace"  # `sealed_for` of rows that are no one person's: sealed with the workspace's own key
ACCOUNT = "account"  # `sealed_for` of people who log in: sealed with their account's key
DAY = "day"  # `sealed_for` of what only passes through: the key of the day it was `made_at`, destroyed seven days later


if TYPE_CHECKING:
    Bytes = models.BinaryField[Any, Any]
else:
    Bytes = models.BinaryField


class Sealed(bytes):
    """A value as the database holds it."""


class SealedAccess:
    """Opens the value when it is first read."""

    def __init__(self, field: "SealedField") -> None:
        self.field = field

    def __get__(self, row: models.Model | None, owner: type[models.Model]) -> Any:
        if row is None:
            return self
        if self.field.attname not in row.__dict__:
            row.refresh_from_db(fields=[self.field.attname])
        value = row.__dict__[self.field.attname]
        if isinstance(value, Sealed):
            value = self.field.open(row, value)
            row.__dict__[self.field.attname] = value
        return value

    def __set__(self, row: models.Model, value: Any) -> None:
        row.__dict__[self.field.attname] = value


class SealedField(Bytes):
    """What sealed fields have in common."""

    def __init__(self, label: str, *args: Any, **kwargs: Any) -> None:
        self.label = label
        super().__init__(*args, **{"editable": False, **kwargs})

    def deconstruct(self) -> Any:
        """For migrations."""
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("editable", None)
        return name, path, args, {**kwargs, "label": self.label}

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        """Put the opening attribute in place."""
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.attname, SealedAccess(self))

    def from_db_value(self, value: bytes | memoryview | None, *_context: Any) -> Sealed | None:
        """Mark what comes from the database as sealed."""
        return None if value is None else Sealed(value)

    def get_lookup(self, name: str) -> Any:
        """No lookup but `isnull`: equal values are sealed differently."""
        if name == "isnull":
            return super().get_lookup(name)
        raise FieldError(f"{self.name} is sealed and cannot be filtered by. Look it up by a blind index.")

    def pre_save(self, model_instance: models.Model, add: bool) -> Sealed | None:
        """The sealed value for the row's own place."""
        value = model_instance.__dict__.get(self.attname)
        if value is None or isinstance(value, Sealed):
            if value is not None:
                self._refuse_stranger(model_instance, value)
            return value
        return self.seal(model_instance, value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """Only sealed values reach the database."""
        if value is not None and not isinstance(value, Sealed):
            raise FieldError(f"{self.name} is sealed: set it on a row and save the row.")
        return super().get_db_prep_value(None if value is None else bytes(value), connection, prepared)

    def value_to_string(self, obj: models.Model) -> NoReturn:
        """Sealed fields are never serialised by Django."""
        raise FieldError(f"{self.name} is sealed and is exported through its room's declaration only.")

    def seal(self, row: Any, value: Any) -> Sealed:
        """`value` sealed for this field of this row."""
        key = _sealing_key(row)
        context = _context(row, self.label)
        return Sealed(cipher.seal(self.to_bytes(value), key=key.secret, key_id=key.id, context=context))

    def open(self, row: Any, value: Sealed) -> Any:
        """The plain value; raises KeyDestroyed or DoesNotOpen."""
        key = keyring.by_id(cipher.key_id(value))
        return self.from_bytes(cipher.open_(value, key=key.secret, context=_context(row, self.label)))

    def _refuse_stranger(self, row: Any, value: Sealed) -> None:
        if not keyring.is_of(cipher.key_id(value), _subject(row)):
            raise FieldError(
                f"{self.name} was sealed for another subject. Read it before the subject changes."
            )

    def to_bytes(self, value: Any) -> bytes:
        """How the plain value is written."""
        raise FieldError("Use SealedText, SealedJSON or SealedBytes.")

    def from_bytes(self, value: bytes) -> Any:
        """How it is read."""
        raise FieldError("Use SealedText, SealedJSON or SealedBytes.")


class SealedBytes(SealedField):
    """A small file."""

    def to_bytes(self, value: Any) -> bytes:
        """As it is."""
        return bytes(value)

    def from_bytes(self, value: bytes) -> bytes:
        """As it is."""
        return value


class SealedText(SealedField):
    """A text."""

    def to_bytes(self, value: Any) -> bytes:
        """UTF-8."""
        return str(value).encode("utf-8", "surrogatepass")

    def from_bytes(self, value: bytes) -> str:
        """UTF-8."""
        return value.decode("utf-8", "surrogatepass")


class SealedJSON(SealedField):
    """Anything JSON can hold. Set it anew to change it: a change inside it is not seen until the row is saved."""

    def to_bytes(self, value: Any) -> bytes:
        """Compact JSON."""
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")

    def from_bytes(self, value: bytes) -> Any:
        """The value again."""
        return json.loads(value)


def prefetch(rows: Iterable[models.Model]) -> None:
    """Open the keys of these rows' sealed values in one query, before they are read one by one."""
    keyring.prefetch(
        cipher.key_id(value) for row in rows for value in row.__dict__.values() if isinstance(value, Sealed)
    )


def _subject(row: Any) -> str:
    if row.sealed_for == WORKSPACE:
        return str(keyring.OWN)
    if row.sealed_for == DAY:
        return str(row.made_at.date())
    return str(row.id if row.sealed_for == ACCOUNT else getattr(row, row.sealed_for))


def _sealing_key(row: Any) -> keyring.Key:
    if row.sealed_for == ACCOUNT:
        return keyring.rooted_key("account", str(row.id))
    if row.sealed_for == DAY:
        return keyring.intake_key(row.made_at.date())
    if row.sealed_for == WORKSPACE:
        return keyring.subject_key(row.workspace_id, keyring.OWN, purpose="settings")
    return keyring.subject_key(row.workspace_id, getattr(row, row.sealed_for))


def _context(row: Any, label: str) -> bytes:
    workspace_id: UUID = getattr(row, "workspace_id", None) or cipher.NOBODY
    return cipher.associated(workspace_id=workspace_id, label=label, row_id=row.id)
