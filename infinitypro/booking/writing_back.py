"""The workspace as a business file again, as it stands now."""

from collections import defaultdict
from uuid import UUID

from infinitypro.booking.models import Resource, Service, ServiceResource, Staff, StaffService, TimeOff
from infinitypro.business import file as business_file
from infinitypro.business import queries as business
from infinitypro.business.schema import BusinessFile
from infinitypro.core import clock

_SERVICE = ("key", "name", "also", "minutes", "buffer_before", "buffer_after", "price", "price_from", "note")


def as_file(*, workspace: str) -> BusinessFile:
    """What is offered now, under that name of the workspace; loading it elsewhere makes the same business.

    Raises BadBusinessFile where the workspace has no service or nobody on its staff yet.
    """
    profile = business.profile()
    services = list(Service.objects.filter(is_bookable=True).order_by("position", "name", "id"))
    keys = {row.id: row.key for row in services}
    return business_file.parse(
        {
            **business.as_plain(profile),
            "workspace": workspace,
            "services": [{name: getattr(row, name) for name in _SERVICE} for row in services],
            "staff": _staff(keys, profile.timezone),
            "resources": _resources(keys),
            "faqs": [
                {"q": faq.question, "a": faq.answer, "hand_over": faq.is_handed_over}
                for faq in business.faqs()
            ],
        }
    )


def _staff(keys: dict[UUID, str], zone: str) -> list[dict[str, object]]:
    does = defaultdict(set)
    for staff_id, service_id in StaffService.objects.values_list("staff_id", "service_id"):
        does[staff_id].add(service_id)
    away = defaultdict(list)
    for row in TimeOff.objects.order_by("start_at", "id"):
        away[row.staff_id].append(_time_off(row, zone))
    return [
        {
            "name": row.name,
            "services": None if row.does_everything else [keys[one] for one in keys if one in does[row.id]],
            "hours": row.hours,
            "breaks": row.breaks,
            "time_off": away[row.id],
        }
        for row in Staff.objects.filter(is_active=True).order_by("position", "name", "id")
    ]


def _time_off(row: TimeOff, zone: str) -> dict[str, object]:
    """Local times; whole days come out as from midnight to midnight, which means the same."""
    start, end = (clock.local(at, zone).replace(tzinfo=None).isoformat() for at in (row.start_at, row.end_at))
    return {"from": start, "to": end, "reason": row.reason}


def _resources(keys: dict[UUID, str]) -> list[dict[str, object]]:
    needed = defaultdict(set)
    for resource_id, service_id in ServiceResource.objects.values_list("resource_id", "service_id"):
        needed[resource_id].add(service_id)
    return [
        {
            "name": row.name,
            "count": max(1, sum(unit.is_active for unit in row.units.all())),
            "needed_for": [key for service_id, key in keys.items() if service_id in needed[row.id]],
        }
        for row in Resource.objects.order_by("name", "id").prefetch_related("units")
    ]
