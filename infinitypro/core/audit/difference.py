"""What a change of settings changed: the fields that differ, as they were and as they are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from infinitypro.core.vault import keyring

EMPTY: tuple[Any, ...] = (None, "", [], {}, False)


@dataclass(frozen=True)
class Secret:
    """A value of which only that it changed is ever told."""

    value: object = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Thing:
    """One thing that members set (a service, a channel …) as it stands now.

    Values are what JSON can hold, or a Secret. `subject_id` is the person whom all of it concerns, if any: what is told of
    it is sealed for them, and gone once their key is destroyed.
    """

    id: UUID
    kind: str
    name: str
    fields: Mapping[str, Any]
    subject_id: UUID = keyring.OWN


@dataclass(frozen=True)
class Change:
    """What became of one thing; `told` is what its entry says: `{"id", "kind", "name", "was", "fields"}`.

    `was` is "added", "changed" or "removed"; `fields` maps a name to `[before, after]`, a secret's name to null.
    """

    subject_id: UUID
    thing_id: UUID
    told: dict[str, Any]


def between(before: Iterable[Thing], after: Iterable[Thing]) -> list[Change]:
    """What became of each thing that is not as it was, those that are gone last."""
    was, now = {one.id: one for one in before}, {one.id: one for one in after}
    pairs = ((was.get(one), now.get(one)) for one in dict.fromkeys([*now, *was]))
    return [change for old, new in pairs if (change := _change(old, new))]


def _change(old: Thing | None, new: Thing | None) -> Change | None:
    about = new or old
    if about is None:
        return None
    fields = _fields(old.fields if old else {}, new.fields if new else {})
    if not fields and old and new:
        return None
    was = "changed" if old and new else "added" if new else "removed"
    told = {
        "id": str(about.id),
        "kind": about.kind,
        "name": (old or about).name,
        "was": was,
        "fields": fields,
    }
    return Change(about.subject_id, about.id, told)


def _fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in dict.fromkeys([*new, *old]):
        before, after = old.get(name), new.get(name)
        is_unset = (name not in old and after in EMPTY) or (name not in new and before in EMPTY)
        if before == after or is_unset:
            continue
        is_secret = isinstance(before, Secret) or isinstance(after, Secret)
        found[name] = None if is_secret else [before, after]
    return found
