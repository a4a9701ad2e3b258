"""The chain over a workspace's audit log, and its check.

A link's digest covers the digest before it and everything that is stored of its entry, sealed details as they are: it can be
checked without any key, also after a person in it was erased. Whoever can write to the database could make the whole chain
anew, so where it ends is signed every few minutes (Ed25519) and written to a file outside.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef

from infinitypro.core import locks, statements
from infinitypro.core.audit import checkpoints
from infinitypro.core.audit.checkpoints import Signed
from infinitypro.core.audit.models import AuditEntry, AuditLink
from infinitypro.core.tenancy import scope

START = bytes(32)
CHECKPOINT_EVERY = timedelta(minutes=5)
AT_A_TIME = 500
LATEST_COMMIT = timedelta(hours=1)  # an entry is seen this long after its own time, at the most
LINKED_WITHIN = timedelta(minutes=1)
COLUMNS = ("id", "workspace_id", "at", "actor", "actor_id", "place", "action", "object_id", "subject_id")


@dataclass(frozen=True)
class Fault:
    """What is wrong with the log, and with which entry or, where there is none, which number of the chain."""

    id: str
    reason: str


@dataclass(frozen=True)
class Report:
    """The outcome of a check."""

    checked: int
    faults: tuple[Fault, ...]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        faults = [{"id": fault.id, "reason": fault.reason} for fault in self.faults]
        return {"ok": not faults, "checked": self.checked, "faults": faults}


def digest(*, before: bytes, number: int, entry: AuditEntry) -> bytes:
    """32 bytes that stand for the entry at that place of the chain."""
    found = hashlib.sha256(before + number.to_bytes(8, "big"))
    stored = [_as_bytes(entry.__dict__[name]) for name in COLUMNS]
    for part in (*stored, bytes(entry.__dict__["details"] or b"")):
        found.update(len(part).to_bytes(8, "big") + part)
    return found.digest()


def _as_bytes(value: Any) -> bytes:
    return (value.isoformat() if isinstance(value, datetime) else str(value)).encode()


def lock() -> None:
    """Nobody else adds or removes links of the current workspace until the transaction ends."""
    locks.take([hashlib.sha256(b"audit" + scope.current().bytes).digest()])


def link() -> int:
    """Add links for the entries that have none, in the order of their ids; returns how many."""
    lock()
    last = AuditLink.objects.order_by("-number").first()
    number, before = (last.number, bytes(last.digest)) if last else (0, START)
    count = 0
    for entry in _unlinked(last):
        number, count = number + 1, count + 1
        before = digest(before=before, number=number, entry=entry)
        statements.insert(AuditLink(number=number, entry_id=entry.id, digest=before))
    return count


def _unlinked(last: AuditLink | None) -> Iterator[AuditEntry]:
    rows = AuditEntry.objects.filter(~Exists(AuditLink.objects.filter(entry_id=OuterRef("id")))).order_by(
        "id"
    )
    newest = last and AuditEntry.objects.filter(id=last.entry_id).first()
    if newest:
        rows = rows.filter(at__gte=newest.at - LATEST_COMMIT)
    return rows.iterator(chunk_size=AT_A_TIME)


def sign(*, now: datetime) -> None:
    """Write where the chain ends, signed, beside the database."""
    last = AuditLink.objects.order_by("-number").first()
    if last:
        checkpoints.write(
            workspace_id=scope.current(), number=last.number, digest=bytes(last.digest), now=now
        )


def remove() -> int:
    """Remove the current workspace's whole log, with what was signed of it; returns how many entries went."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_remove()")
        (count,) = cursor.fetchone()
    checkpoints.remove(workspace_id=scope.current())
    return int(count)


def verify(*, now: datetime) -> Report:
    """Check the current workspace's log against its chain, and the chain against what was signed.

    Where its beginning was pruned, the check starts at the signed line that says so.
    """
    signatures = list(checkpoints.read(workspace_id=scope.current()))
    first, before, faults = _beginning(signatures)
    faults += [*_of_links(first, before), *_of_checkpoints(signatures, first), *_of_strangers(now)]
    return Report(AuditLink.objects.count(), tuple(faults))


def faults_up_to(*, number: int) -> list[Fault]:
    """What is wrong with the links up to that number, and with their entries."""
    signatures = list(checkpoints.read(workspace_id=scope.current()))
    first, before, faults = _beginning(signatures)
    return [*faults, *_of_links(first, before, upto=number)]


def _beginning(signatures: Iterable[Signed]) -> tuple[int, bytes | None, list[Fault]]:
    """The number of the first link, the digest that it must follow (None: no line tells), and what is wrong with that."""
    first = AuditLink.objects.order_by("number").values_list("number", flat=True).first()
    if first is None or first == 1:
        return 1, START, []
    for signed in signatures:
        if signed.is_genuine and signed.is_prune and signed.number == first - 1:
            return first, signed.digest, []
    reason = "and all before it are gone, and no signed line says that they were pruned"
    return first, None, [Fault(f"number {first - 1}", reason)]


def _pairs(upto: int | None) -> Iterator[tuple[AuditLink, AuditEntry | None]]:
    """Each link with its entry, a few hundred at a time."""
    number = 0
    rows = AuditLink.objects.filter(number__lte=upto) if upto else AuditLink.objects.all()
    while links := list(rows.filter(number__gt=number).order_by("number")[:AT_A_TIME]):
        entries = AuditEntry.objects.in_bulk([one.entry_id for one in links])
        yield from ((one, entries.get(one.entry_id)) for one in links)
        number = links[-1].number


def _of_links(expected: int, before: bytes | None, *, upto: int | None = None) -> Iterator[Fault]:
    for one, entry in _pairs(upto):
        found = bytes(one.digest)
        if one.number != expected:
            yield Fault(f"number {expected}", "is missing from the chain")
        elif entry and before and digest(before=before, number=one.number, entry=entry) != found:
            yield Fault(str(one.entry_id), "was altered or moved")
        if entry is None:
            yield Fault(str(one.entry_id), "was removed")
        before, expected = found, one.number + 1


def _of_strangers(now: datetime) -> Iterator[Fault]:
    """Entries that nothing chained in time: whoever added them did not go through the program."""
    unlinked = AuditEntry.objects.filter(~Exists(AuditLink.objects.filter(entry_id=OuterRef("id"))))
    for entry_id in unlinked.filter(at__lt=now - LINKED_WITHIN).order_by("id").values_list("id", flat=True):
        yield Fault(str(entry_id), "has no place in the chain")


def _of_checkpoints(signatures: Iterable[Signed], first: int) -> Iterator[Fault]:
    """What lies before the first link was pruned, and was checked then."""
    kept = {one.number: bytes(one.digest) for one in _signed_links(signatures)}
    for signed in signatures:
        name = f"number {signed.number}"
        if not signed.is_genuine:
            yield Fault(name, "is signed by somebody else")
        elif signed.number < first:
            continue
        elif signed.number not in kept:
            yield Fault(name, "was signed and is gone from the chain")
        elif kept[signed.number] != signed.digest:
            yield Fault(name, "is not what was signed: the chain was made anew")


def _signed_links(signatures: Iterable[Signed]) -> Iterable[AuditLink]:
    return AuditLink.objects.filter(number__in=[signed.number for signed in signatures])
