"""What is offered, as the audit log compares it before and after a change."""

from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from infinitypro.booking.models import Resource, Service, Staff, TimeOff
from infinitypro.business import queries as business
from infinitypro.core import audit

_OF_SERVICE = (
    *("key", "name", "also", "minutes", "buffer_before", "buffer_after", "price", "price_from", "note"),
    *("is_bookable", "position"),
)
_OF_STAFF = ("name", "hours", "breaks", "is_active", "position")


def settings() -> Iterator[audit.Thing]:
    """Every service, resource and member of staff. What concerns one of staff is sealed for them."""
    services = {row.id: row for row in Service.objects.order_by("position", "id")}
    for service in services.values():
        fields = {name: getattr(service, name) for name in _OF_SERVICE}
        yield audit.Thing(id=service.id, kind="service", name=service.name, fields=fields)
    for resource in Resource.objects.order_by("id").prefetch_related("units", "needed_for"):
        needed = {one.service_id for one in resource.needed_for.all()}
        fields = {
            "name": resource.name,
            "count": sum(unit.is_active for unit in resource.units.all()),
            "needed_for": [services[one].name for one in services if one in needed],
        }
        yield audit.Thing(id=resource.id, kind="resource", name=resource.name, fields=fields)
    zone = ZoneInfo(business.place().zone)
    for person in Staff.objects.order_by("id").prefetch_related("services", "time_off"):
        does = {one.service_id for one in person.services.all()}
        named = [services[one].name for one in services if one in does]
        fields = {name: getattr(person, name) for name in _OF_STAFF} | {
            "services": ["everything"] if person.does_everything else named,
            "user_id": person.user_id and str(person.user_id),
            "time_off": [time_off(one, zone) for one in _in_order(person.time_off.all())],
        }
        yield audit.Thing(id=person.id, kind="staff", name=person.name, fields=fields, subject_id=person.id)


def _in_order(rows: Iterable[TimeOff]) -> list[TimeOff]:
    return sorted(rows, key=lambda row: (row.start_at, row.id))


def time_off(row: TimeOff, zone: ZoneInfo) -> dict[str, Any]:
    """As a business file writes it: local days where it is whole ones, else local times."""
    start, end = row.start_at.astimezone(zone), row.end_at.astimezone(zone)
    if start.time() == time() and end.time() == time():
        days = {"from": str(start.date()), "to": str(end.date() - timedelta(days=1))}
        return {**days, "reason": row.reason}
    return {"from": _wall(start), "to": _wall(end), "reason": row.reason}


def _wall(at: datetime) -> str:
    return at.replace(tzinfo=None).isoformat()
