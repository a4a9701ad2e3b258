"""Writes what is offered: services, staff, time off and resources. Every change makes a new version of the facts."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from infinitypro.booking import offered
from infinitypro.booking.models import (
    Resource,
    ResourceUnit,
    Service,
    ServiceResource,
    Staff,
    StaffService,
    TimeOff,
)
from infinitypro.business import file as business_file
from infinitypro.business import problems, schema, spans
from infinitypro.business import queries as business_queries
from infinitypro.business import services as business
from infinitypro.business.schema import BusinessFile
from infinitypro.core import audit


@transaction.atomic
@audit.changes(offered.settings)
def load(*, file: BusinessFile) -> None:
    """Take over the file's services, staff and resources, by key or name; what it does not name is no longer offered.

    Nothing with appointments is ever deleted, and loading the same file twice changes nothing.
    """
    services = {entry.key: _save_service(entry, n) for n, entry in enumerate(file.services)}
    Service.objects.filter(key__in=services).update(is_bookable=True)
    Service.objects.exclude(key__in=services).update(is_bookable=False)
    zone = ZoneInfo(file.timezone)
    for position, entry in enumerate(file.staff):
        row = _save_person(entry, position)
        _does(row, [services[key] for key in entry.services or ()])
        _replace_time_off(row, entry.time_off, zone)
    names = [entry.name for entry in file.staff]
    Staff.objects.filter(name__in=names).update(is_active=True)
    Staff.objects.exclude(name__in=names).update(is_active=False)
    _load_resources(file, services)
    business.touch()


def _load_resources(file: BusinessFile, services: dict[str, Service]) -> None:
    needs = file.needs()
    for entry in file.resources:
        _needed_for(_save_units(entry.name, entry.count), [services[key] for key in needs[entry.name]])
    ServiceResource.objects.exclude(resource__name__in=needs).delete()


def _save_service(entry: schema.Service, position: int, row: Service | None = None) -> Service:
    row = row or Service.objects.filter(key=entry.key).first() or Service()
    for name in (
        "key",
        "name",
        "also",
        "minutes",
        "buffer_before",
        "buffer_after",
        "price",
        "price_from",
        "note",
    ):
        setattr(row, name, getattr(entry, name))
    row.position = position
    row.save()
    return row


def _save_person(entry: schema.Staff, position: int, row: Staff | None = None) -> Staff:
    row = row or Staff.objects.filter(name=entry.name).first() or Staff()
    row.name, row.position = entry.name, position
    row.hours = None if entry.hours is None else _written(entry.hours)
    row.breaks = _written(entry.breaks)
    row.does_everything = entry.services is None
    row.save()
    return row


def _written(week: schema.Week) -> dict[str, list[str]]:
    return {day: list(hours) for day, hours in week.by_day().items() if hours}


def _does(row: Staff, services: Iterable[Service]) -> None:
    wanted = {service.id for service in services}
    StaffService.objects.filter(staff=row).exclude(service_id__in=wanted).delete()
    known = set(StaffService.objects.filter(staff=row).values_list("service_id", flat=True))
    StaffService.objects.bulk_create(
        StaffService(staff=row, service_id=new) for new in sorted(wanted - known)
    )


def _replace_time_off(row: Staff, entries: Iterable[schema.TimeOff], zone: ZoneInfo) -> None:
    TimeOff.objects.filter(staff=row, is_from_file=True).delete()
    for entry in entries:
        start, end = _instants(entry, zone)
        # A file that was written here names what was put in by hand, too.
        TimeOff.objects.filter(staff=row, start_at=start, end_at=end).delete()
        TimeOff.objects.create(staff=row, start_at=start, end_at=end, reason=entry.reason, is_from_file=True)


def _instants(entry: schema.TimeOff, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Local days, last one inclusive, or local times, as instants."""
    end = entry.to if isinstance(entry.to, datetime) else entry.to + timedelta(days=1)
    return _instant(entry.from_, zone), _instant(end, zone)


def _instant(at: datetime | date, zone: ZoneInfo) -> datetime:
    clock = at.time() if isinstance(at, datetime) else time()
    day = at.date() if isinstance(at, datetime) else at
    return spans.from_minute(spans.minute_of(day, clock.hour * 60 + clock.minute, zone))


def _save_units(name: str, count: int) -> Resource:
    resource, _ = Resource.objects.get_or_create(name=name)
    have = set(ResourceUnit.objects.filter(resource=resource).values_list("number", flat=True))
    missing = (number for number in range(1, count + 1) if number not in have)
    ResourceUnit.objects.bulk_create(ResourceUnit(resource=resource, number=number) for number in missing)
    ResourceUnit.objects.filter(resource=resource, number__lte=count).update(is_active=True)
    ResourceUnit.objects.filter(resource=resource, number__gt=count).update(is_active=False)
    return resource


def _needed_for(resource: Resource, services: Iterable[Service]) -> None:
    wanted = {service.id for service in services}
    ServiceResource.objects.filter(resource=resource).exclude(service_id__in=wanted).delete()
    known = set(ServiceResource.objects.filter(resource=resource).values_list("service_id", flat=True))
    ServiceResource.objects.bulk_create(
        ServiceResource(resource=resource, service_id=new) for new in sorted(wanted - known)
    )


@transaction.atomic
@audit.changes(offered.settings)
def save_service(*, entry: schema.Service, service_id: UUID | None = None) -> Service:
    """The service as the entry describes it: a new one, or the one with that id, whose place stays."""
    row = Service.objects.get(id=service_id) if service_id else None
    if Service.objects.filter(key=entry.key).exclude(id__in=_ids(service_id)).exists():
        raise business_file.BadBusinessFile(
            [f'key: another service has the key "{entry.key}"; choose another']
        )
    saved = _save_service(entry, row.position if row else Service.objects.count(), row)
    business.touch()
    return saved


def _ids(row_id: UUID | None) -> list[UUID]:
    return [row_id] if row_id else []


@transaction.atomic
@audit.changes(offered.settings)
def set_bookable(*, service_id: UUID, is_bookable: bool) -> None:
    """Nothing; the service is offered from now on, or no longer, and its appointments stand."""
    Service.objects.filter(id=service_id).update(is_bookable=is_bookable)
    business.touch()


@transaction.atomic
@audit.changes(offered.settings)
def set_who_does(*, service_id: UUID, staff_ids: Collection[UUID]) -> None:
    """Nothing; of those who can be booked these do the service, and nobody else."""
    for row in Staff.objects.filter(is_active=True):
        does = row.does_everything or StaffService.objects.filter(staff=row, service_id=service_id).exists()
        if does == (row.id in staff_ids):
            continue
        if not does:
            StaffService.objects.create(staff=row, service_id=service_id)
        elif row.does_everything:
            row.does_everything = False
            row.save(update_fields=["does_everything"])
            _does(row, Service.objects.exclude(id=service_id))
        else:
            StaffService.objects.filter(staff=row, service_id=service_id).delete()
    business.touch()


@transaction.atomic
@audit.changes(offered.settings)
def set_needs(*, service_id: UUID, resource_ids: Collection[UUID]) -> None:
    """Nothing; the service needs a unit of each of these resources."""
    ServiceResource.objects.filter(service_id=service_id).exclude(resource_id__in=resource_ids).delete()
    known = set(ServiceResource.objects.filter(service_id=service_id).values_list("resource_id", flat=True))
    ServiceResource.objects.bulk_create(
        ServiceResource(service_id=service_id, resource_id=new) for new in sorted(set(resource_ids) - known)
    )
    business.touch()


@transaction.atomic
@audit.changes(offered.settings)
def save_staff(*, entry: schema.Staff, staff_id: UUID | None = None) -> Staff:
    """The member of staff as the entry describes them: a new one, or the one with that id. Raises BadBusinessFile."""
    row = Staff.objects.get(id=staff_id) if staff_id else None
    if found := list(_faults(entry, staff_id)):
        raise business_file.BadBusinessFile(found)
    saved = _save_person(entry, row.position if row else Staff.objects.count(), row)
    _does(saved, Service.objects.filter(key__in=entry.services or ()))
    business.touch()
    return saved


def _faults(entry: schema.Staff, staff_id: UUID | None) -> Iterator[str]:
    yield from problems.of_person("staff", entry)
    if Staff.objects.filter(name=entry.name).exclude(id__in=_ids(staff_id)).exists():
        yield f'name: somebody else is called "{entry.name}"; add an initial to tell them apart'
    known = set(Service.objects.values_list("key", flat=True))
    yield from (f'services: there is no service "{key}"' for key in entry.services or () if key not in known)


@transaction.atomic
@audit.changes(offered.settings)
def set_active(*, staff_id: UUID, is_active: bool) -> None:
    """Nothing; they can be booked from now on, or no longer, and their appointments stand."""
    Staff.objects.filter(id=staff_id).update(is_active=is_active)
    business.touch()


@transaction.atomic
@audit.changes(offered.settings)
def link_staff(*, staff_id: UUID, user_id: UUID | None) -> None:
    """Nothing; that member of staff is the person who logs in as that user."""
    Staff.objects.filter(id=staff_id).update(user_id=user_id)


@transaction.atomic
@audit.changes(offered.settings)
def add_time_off(*, staff_id: UUID, entry: schema.TimeOff) -> TimeOff:
    """The time off; appointments that lie in it stand, to be moved by a person."""
    zone = ZoneInfo(business_queries.profile().timezone)
    start, end = _instants(entry, zone)
    made = TimeOff.objects.create(staff_id=staff_id, start_at=start, end_at=end, reason=entry.reason)
    business.touch()
    return made


@transaction.atomic
@audit.changes(offered.settings)
def remove_time_off(*, time_off_id: UUID) -> None:
    """Nothing; they work as usual again."""
    TimeOff.objects.filter(id=time_off_id).delete()
    business.touch()


@transaction.atomic
@audit.changes(offered.settings)
def save_resource(*, entry: schema.Resource, resource_id: UUID | None = None) -> Resource:
    """The resource with so many units, needed for those services and no others: the one with that id, else by its name.

    Raises BadBusinessFile.
    """
    if resource_id:
        if Resource.objects.filter(name=entry.name).exclude(id=resource_id).exists():
            raise business_file.BadBusinessFile([f'name: another resource is called "{entry.name}"'])
        Resource.objects.filter(id=resource_id).update(name=entry.name)
    resource = _save_units(entry.name, entry.count)
    _needed_for(resource, Service.objects.filter(key__in=entry.needed_for))
    business.touch()
    return resource


@transaction.atomic
@audit.changes(offered.settings)
def retire_resource(*, resource_id: UUID) -> None:
    """Nothing; no service needs the resource any more, and appointments keep their units."""
    ServiceResource.objects.filter(resource_id=resource_id).delete()
    ResourceUnit.objects.filter(resource_id=resource_id).update(is_active=False)
    business.touch()
