"""An entry of the audit log as the page shows it, and as it leaves."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse

from infinitypro.accounts import queries as accounts
from infinitypro.business import queries as business
from infinitypro.config import audit_changes, audit_words
from infinitypro.config.audit_asked import ACTORS
from infinitypro.config.audit_changes import Money
from infinitypro.core import clock
from infinitypro.core.audit.models import AuditEntry
from infinitypro.core.vault import fields as vault

COLUMNS = (
    *("at", "who", "actor", "actor_id", "network", "action", "what", "object_id", "changes", "id"),
    "is_erased",
)
KINDS = {"token": "a program", "operator": "support"}
FORMULA = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
)  # what makes a spreadsheet take a cell for a formula (OWASP: CSV injection)


class Shown:
    """What the entries of a page share."""

    def __init__(self, entries: Iterable[AuditEntry], *, members: Mapping[str, str], slug: str) -> None:
        entries = list(entries)
        vault.prefetch(entries)
        found = accounts.names(
            user_ids=_actors(entries, "member", "operator") - {UUID(one) for one in members}
        )
        labels = accounts.token_labels(token_ids=_actors(entries, "token"))
        self._names = {**members, **{str(who): name for who, name in (found | labels).items()}}
        self._money: Money = audit_changes.money()
        self._slug = slug

    def row(self, entry: AuditEntry, *, place: business.Place, now: datetime) -> dict[str, Any]:
        """For the page."""
        today = clock.local(now, place.zone).date()
        day = clock.local(entry.at, place.zone).date()
        changes = audit_changes.of(entry)
        return {
            "id": entry.id,
            "at": entry.at,
            "day": clock.say_short_day(day, today=today, region=place.region),
            "time": clock.say_time(entry.at, zone=place.zone, region=place.region),
            "who": self._who(entry),
            "what": audit_words.say(entry.action),
            "place": entry.place,
            "url": self._url(entry),
            "about": entry.object_id,
            "changes": audit_changes.told(changes or (), money=self._money),
            "is_erased": changes is None,
        }

    def exported(self, entry: AuditEntry) -> dict[str, Any]:
        """For a file."""
        changes = audit_changes.of(entry)
        return {
            "at": entry.at.isoformat(),
            "who": self._who(entry),
            "actor": entry.actor,
            "actor_id": str(entry.actor_id or ""),
            "network": entry.place,
            "action": entry.action,
            "what": audit_words.say(entry.action),
            "object_id": str(entry.object_id or ""),
            "changes": changes or [],
            "id": str(entry.id),
            "is_erased": changes is None,
        }

    def _who(self, entry: AuditEntry) -> str:
        name = self._names.get(str(entry.actor_id))
        if entry.actor == "member":
            return name or "Somebody who has left"
        kind = KINDS.get(entry.actor)
        return f"{name} ({kind})" if name and kind else ACTORS[entry.actor]

    def _url(self, entry: AuditEntry) -> str:
        action = entry.action.removeprefix(audit_words.LOOKED)
        is_conversation = action.startswith("inbox:") and entry.object_id
        return reverse("inbox:conversation", args=[self._slug, entry.object_id]) if is_conversation else ""

    def as_csv(self, rows: Iterable[dict[str, Any]]) -> str:
        """Lines of a table, each cell as text that no spreadsheet computes."""
        text = io.StringIO()
        writer = csv.writer(text)
        for row in rows:
            changes = audit_changes.as_text(audit_changes.told(row["changes"], money=self._money))
            writer.writerow([_cell(value) for value in (row | {"changes": changes}).values()])
        return text.getvalue()

    def as_json(self, rows: Iterable[dict[str, Any]]) -> str:
        """The members of an array, each after a comma."""
        return "".join(f",\n{json.dumps(row, ensure_ascii=False)}" for row in rows)


def _actors(entries: Iterable[AuditEntry], *kinds: str) -> set[UUID]:
    return {one.actor_id for one in entries if one.actor in kinds and one.actor_id}


def _cell(value: Any) -> str:
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def head() -> str:
    """The table's first line."""
    return ",".join(COLUMNS) + "\r\n"
