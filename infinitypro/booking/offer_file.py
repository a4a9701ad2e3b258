"""The whole business as a file: written from what stands here, and compared with one that is about to be taken over."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from infinitypro.booking import offer, offered
from infinitypro.booking import queries as booking
from infinitypro.booking.models import Resource, Service, ServiceResource, Staff, StaffService, TimeOff
from infinitypro.business import queries as business
from infinitypro.business import services as business_services
from infinitypro.business.schema import BusinessFile


def written(*, slug: str) -> BusinessFile:
    """The business as it stands, in the form that `load` takes over. Raises business.queries.NoBusiness."""
    profile = business.profile()
    zone = ZoneInfo(profile.timezone)
    bookable = [row for row in booking.services(all_of_them=True) if row.is_bookable]
    found = {
        **business.as_plain(profile),
        "workspace": slug,
        "faqs": [
            {"q": row.question, "a": row.answer, "hand_over": row.is_handed_over} for row in business.faqs()
        ],
        "services": [_service(row) for row in bookable],
        "staff": [_person(row, bookable, zone) for row in booking.staff()],
        "resources": [_resource(row, bookable) for row in booking.resources() if units(row)],
    }
    return BusinessFile.model_validate(found)


def _service(row: Service) -> dict[str, Any]:
    same = ("key", "name", "also", "minutes", "buffer_before", "buffer_after", "price", "price_from", "note")
    return {name: getattr(row, name) for name in same}


def _person(row: Staff, bookable: Iterable[Service], zone: ZoneInfo) -> dict[str, Any]:
    does = set(StaffService.objects.filter(staff=row).values_list("service_id", flat=True))
    away = TimeOff.objects.filter(staff=row).order_by("start_at", "id")
    return {
        "name": row.name,
        "services": None if row.does_everything else [one.key for one in bookable if one.id in does],
        "hours": row.hours,
        "breaks": row.breaks,
        "time_off": [offered.time_off(one, zone) for one in away],
    }


def units(row: Resource) -> int:
    """How many of a resource there are."""
    return sum(unit.is_active for unit in row.units.all())


def _resource(row: Resource, bookable: Iterable[Service]) -> dict[str, Any]:
    needed = set(ServiceResource.objects.filter(resource=row).values_list("service_id", flat=True))
    return {
        "name": row.name,
        "count": units(row),
        "needed_for": [one.key for one in bookable if one.id in needed],
    }


def load(*, file: BusinessFile) -> None:
    """Take over all of a file: what the business says of itself, and what it offers."""
    business_services.load(file=file)
    offer.load(file=file)


@dataclass(frozen=True)
class Change:
    """What a file would do to one list of the business."""

    title: str
    total: int
    new: tuple[str, ...]
    gone: tuple[str, ...]


def changes(file: BusinessFile) -> list[Change]:
    """What taking over the file would do, list by list."""
    services = {row.key: row.name for row in booking.services(all_of_them=True) if row.is_bookable}
    given = {entry.key: entry.name for entry in file.services}
    people = [row.name for row in booking.staff(all_of_them=True) if row.is_active]
    return [
        _change("Services", list(given), given, list(services), services),
        _named("People", [entry.name for entry in file.staff], people),
        _named(
            "Resources",
            [entry.name for entry in file.resources],
            [r.name for r in booking.resources() if units(r)],
        ),
        _named(
            "Questions and answers",
            [entry.q for entry in file.faqs],
            [row.question for row in business.faqs()],
        ),
    ]


def _named(title: str, after: Sequence[str], before: Sequence[str]) -> Change:
    names = dict(zip([*after, *before], [*after, *before], strict=True))
    return _change(title, after, names, before, names)


def _change(
    title: str,
    after: Sequence[str],
    new_names: dict[str, str],
    before: Sequence[str],
    old_names: dict[str, str],
) -> Change:
    return Change(
        title,
        len(after),
        tuple(new_names[key] for key in after if key not in before),
        tuple(old_names[key] for key in before if key not in after),
    )
