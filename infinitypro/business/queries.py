"""Reads what a business says of itself."""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from infinitypro.business import holiday, spans
from infinitypro.business.hours import Closure, OpeningHours
from infinitypro.business.models import Edit, Faq, Profile
from infinitypro.business.schema import Closed
from infinitypro.core import audit, tenancy
from infinitypro.core.errors import Problem

_REMEMBERED = 256


class NoBusiness(Problem):
    """The workspace has no business facts yet; load a business file."""


@dataclass(frozen=True)
class Facts:
    """Everything a business says of itself, as of one version; shared between callers, so read it only."""

    profile: Profile
    hours: OpeningHours
    faqs: tuple[Faq, ...]


_known: OrderedDict[UUID, tuple[UUID, Facts]] = OrderedDict()


def version() -> UUID:
    """Names the present state of the workspace's facts; every change to them makes another. Raises NoBusiness."""
    with (
        connection.cursor() as cursor
    ):  # asked at every turn: a third of what the same costs through a queryset
        cursor.execute("SELECT version FROM business_profile WHERE workspace_id = %s", [tenancy.current()])
        row = cursor.fetchone()
    if row is None:
        raise NoBusiness("This workspace has no business facts yet. Load a business file.")
    return UUID(str(row[0]))


def profile() -> Profile:
    """The workspace's business, freshly read. Raises NoBusiness."""
    found = Profile.objects.first()
    if found is None:
        raise NoBusiness("This workspace has no business facts yet. Load a business file.")
    return found


def faqs() -> list[Faq]:
    """Questions with their answers, in the business's order."""
    return list(Faq.objects.order_by("position", "id"))


def facts() -> Facts:
    """All of it, remembered for as long as nothing changes: one small query. Raises NoBusiness."""
    workspace_id, now_version = tenancy.current(), version()
    known = _known.get(workspace_id)
    if known and known[0] == now_version:
        return known[1]
    row = profile()
    found = Facts(row, opening_hours(row), tuple(faqs()))
    _known[workspace_id] = (now_version, found)
    while len(_known) > _REMEMBERED:
        _known.popitem(last=False)
    return found


def opening_hours(profile: Profile) -> OpeningHours:
    """When that business is open."""
    entries = [Closed.model_validate(entry) for entry in profile.closed_on]
    return OpeningHours(
        zone=ZoneInfo(profile.timezone),
        week=spans.read_week(profile.hours),
        closures=tuple(_closure(entry) for entry in entries if not entry.rule),
        rules=tuple(
            holiday.rule(entry.rule, observed=entry.observed, home=profile.country)
            for entry in entries
            if entry.rule
        ),
    )


def _closure(entry: Closed) -> Closure:
    first = entry.on or entry.from_ or date.min
    return Closure(first, entry.to or first, entry.reason)


def as_plain(profile: Profile) -> dict[str, object]:
    """What the business says of itself in the form of a business file, its answers left out."""
    same = (
        "name",
        "kind",
        "timezone",
        "currency",
        "languages",
        "phone",
        "email",
        "website",
        "about",
        "hours",
    )
    return {
        **{name: getattr(profile, name) for name in same},
        "address": {name: getattr(profile, name) for name in ADDRESS},
        "closed_on": profile.closed_on,
        "booking": {name: getattr(profile, name) for name in RULES},
    }


ADDRESS = ("street", "city", "region", "postcode", "country")
RULES = ("minimum_notice_minutes", "horizon_days", "slot_step_minutes", "cancel_until_hours_before")


@dataclass(frozen=True)
class Place:
    """What every page needs to speak of a business and its time."""

    name: str
    zone: str
    region: str


def place() -> Place:
    """The business's name, zone and country; UTC where it has no facts yet."""
    found = Profile.objects.only("name", "timezone", "country").first()
    if found is None:
        return Place(name="", zone="UTC", region="US")
    return Place(name=found.name, zone=found.timezone, region=found.country or "US")


def settings() -> Iterator[audit.Thing]:
    """The business and its answers as the audit log compares them."""
    for row in Profile.objects.all():
        plain = as_plain(row) | {name: getattr(row, name) for name in (*ADDRESS, *RULES)}
        fields = {name: plain[name] for name in plain if name not in ("address", "booking")}
        yield audit.Thing(id=row.id, kind="business", name=row.name, fields=fields)
    for faq in Faq.objects.order_by("position", "id"):
        names = ("question", "answer", "is_handed_over", "position")
        fields = {name: getattr(faq, name) for name in names}
        yield audit.Thing(id=faq.id, kind="answer", name=faq.question, fields=fields)


def faq(*, faq_id: UUID) -> Faq:
    """One question. Raises Faq.DoesNotExist."""
    return Faq.objects.get(id=faq_id)


def last_edit(*, thing: str) -> Edit | None:
    """Who changed that thing last on its page, and when."""
    return Edit.objects.filter(thing=thing).first()


def has_facts() -> bool:
    """Whether the workspace says anything of itself yet."""
    return Profile.objects.exists()
