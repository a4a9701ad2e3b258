"""What a change of settings says on the audit log's page: old and new, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from infinitypro.accounts.permissions import PERMISSIONS
from infinitypro.booking import wording
from infinitypro.business import queries as business
from infinitypro.business import spans, week
from infinitypro.core.audit.models import AuditEntry
from infinitypro.core.vault import keyring

NOTHING = "nothing"
LABELS = {
    "is_on": "connected",
    "is_active": "works here",
    "is_bookable": "can be booked",
    "is_handed_over": "a person answers",
    "also": "other names",
    "price_from": "price is the least",
    "user_id": "log-in",
    "closed_on": "closed on",
    "slot_step_minutes": "minutes between offered times",
    "cancel_until_hours_before": "hours before which customers may cancel",
    "kept_days": "days it is kept",
    "expires_at": "lasts until",
    "may": "may do",
}
WAS = {"added": "added", "removed": "removed", "changed": ""}


@dataclass(frozen=True)
class Line:
    """One field; `is_secret` where only that it changed is known."""

    label: str
    before: str
    after: str
    is_secret: bool = False


@dataclass(frozen=True)
class Told:
    """What became of one thing."""

    name: str
    was: str  # "added", "removed", or nothing where it was changed
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Money:
    """How prices are written."""

    currency: str
    region: str


def money() -> Money:
    """The current workspace's."""
    try:
        profile = business.profile()
    except business.NoBusiness:
        return Money("USD", "US")
    return Money(profile.currency, profile.country or "US")


def of(entry: AuditEntry) -> list[dict[str, Any]] | None:
    """What the entry changed, as it is kept; None where it was erased with the person whom it concerned."""
    try:
        found: list[dict[str, Any]] = (entry.details or {}).get("changes", [])
    except keyring.KeyDestroyed:
        return None
    return found


def told(changes: Iterable[Mapping[str, Any]], *, money: Money) -> list[Told]:
    """The same for people."""
    return [Told(one["name"], WAS[one["was"]], tuple(_lines(one["fields"], money))) for one in changes]


def as_text(found: Iterable[Told]) -> str:
    """The same in one text, for a cell of a table."""
    return "; ".join(f"{one.name}{_gap(one.was)}: {', '.join(map(_as_text, one.lines))}" for one in found)


def _gap(word: str) -> str:
    return f" {word}" if word else ""


def _as_text(line: Line) -> str:
    return f"{line.label} changed" if line.is_secret else f"{line.label} {line.before} → {line.after}"


def _lines(fields: Mapping[str, Any], money: Money) -> Iterable[Line]:
    for name, pair in fields.items():
        label = LABELS.get(name, name.replace("_", " "))
        if pair is None:
            yield Line(label, "", "", is_secret=True)
        else:
            before, after = _apart(*pair)
            yield Line(label, _say(name, before, money), _say(name, after, money))


def _apart(before: Any, after: Any) -> tuple[Any, Any]:
    """Of two lists only what one has and the other has not, unless their order alone differs; of two weeks only such days."""
    if isinstance(before, dict) and isinstance(after, dict):
        differing = [key for key in dict.fromkeys([*before, *after]) if before.get(key) != after.get(key)]
        was, now = ({key: one[key] for key in differing if key in one} for one in (before, after))
        return was, now
    if not (isinstance(before, list) and isinstance(after, list)):
        return before, after
    gone, new = [one for one in before if one not in after], [one for one in after if one not in before]
    return (gone, new) if gone or new else (before, after)


def _say(name: str, value: Any, money: Money) -> str:
    if value in (None, "", [], {}):
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name == "price" and isinstance(value, int):
        return wording.price(value, currency=money.currency, region=money.region) or str(value)
    if name == "position":
        return str(value + 1)
    if name == "may":
        return ", ".join(
            f"{PERMISSIONS[key].words} ({scope})" for key, scope in value.items() if key in PERMISSIONS
        )
    if isinstance(value, dict):
        is_week = value.keys() <= set(spans.DAYS)
        return week.say(value) if is_week else ", ".join(f"{key}: {one}" for key, one in value.items())
    if isinstance(value, list):
        return ", ".join(_entry(one) if isinstance(one, dict) else str(one) for one in value)
    return str(value)


def _entry(value: Mapping[str, Any]) -> str:
    """Days off, or a rule about holidays."""
    said = {key: str(one).replace("T", " ") for key, one in value.items() if one}
    days = " to ".join(said[key] for key in ("date", "from", "to") if key in said)
    rest = [said[key] for key in ("rule", "reason") if key in said]
    lieu = "without days off in lieu" if value.get("observed") is False else ""
    return ", ".join(one for one in (days, *rest, lieu) if one)
