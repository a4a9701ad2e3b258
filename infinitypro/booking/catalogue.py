"""A workspace's services, staff and resources as they are swept (roster.py), remembered for as long as they stand."""

from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from infinitypro.booking.models import (
    ResourceUnit,
    Service,
    ServiceResource,
    Staff,
    StaffService,
    TimeOff,
)
from infinitypro.booking.roster import Job, Person, Rules, Shop
from infinitypro.booking.sweep import Need
from infinitypro.business import queries as business
from infinitypro.business import spans
from infinitypro.business.models import Profile
from infinitypro.business.spans import Interval
from infinitypro.core import tenancy

_REMEMBERED = 256


@dataclass(frozen=True)
class Catalogue:
    """Everything that can be booked, as of one version of the facts; shared between callers, so read it only."""

    profile: Profile
    shop: Shop
    services: tuple[Service, ...]
    staff: tuple[Staff, ...]
    people: Mapping[UUID, Person]
    jobs: Mapping[UUID, Job]


_known: OrderedDict[UUID, tuple[UUID, Catalogue]] = OrderedDict()


def current() -> Catalogue:
    """The workspace's catalogue: one small query while nothing changes. Raises business.queries.NoBusiness."""
    workspace_id, version = tenancy.current(), business.version()
    known = _known.get(workspace_id)
    if known and known[0] == version:
        return known[1]
    found = _read()
    _known[workspace_id] = (version, found)
    while len(_known) > _REMEMBERED:
        _known.popitem(last=False)
    return found


def _read() -> Catalogue:
    facts = business.facts()
    services = tuple(Service.objects.filter(is_bookable=True).order_by("position", "name", "id"))
    staff = tuple(Staff.objects.filter(is_active=True).order_by("position", "name", "id"))
    away = _away()
    people = {row.id: _person(row, away.get(row.id, ())) for row in staff}
    return Catalogue(
        profile=facts.profile,
        shop=Shop(facts.hours, _rules(facts.profile)),
        services=services,
        staff=staff,
        people=people,
        jobs=_jobs(services, staff, people),
    )


def _rules(profile: Profile) -> Rules:
    return Rules(
        notice_minutes=profile.minimum_notice_minutes,
        horizon_days=profile.horizon_days,
        step_minutes=profile.slot_step_minutes,
        cancel_hours=profile.cancel_until_hours_before,
    )


def _person(row: Staff, away: Iterable[Interval]) -> Person:
    week = None if row.hours is None else spans.read_week(row.hours)
    return Person(row.id, row.name, week, spans.read_week(row.breaks), tuple(away))


def _away() -> dict[UUID, list[Interval]]:
    found = defaultdict(list)
    for staff_id, start, end in TimeOff.objects.order_by("start_at").values_list(
        "staff_id", "start_at", "end_at"
    ):
        found[staff_id].append((spans.to_minute(start), spans.to_minute_up(end)))
    return found


def _jobs(
    services: Iterable[Service], staff: Iterable[Staff], people: Mapping[UUID, Person]
) -> dict[UUID, Job]:
    does = set(StaffService.objects.values_list("staff_id", "service_id"))
    able = {
        service.id: tuple(
            people[row.id] for row in staff if row.does_everything or (row.id, service.id) in does
        )
        for service in services
    }
    needs = _needs()
    return {row.id: _job(row, able[row.id], needs.get(row.id, ())) for row in services}


def _job(row: Service, able: tuple[Person, ...], needs: Iterable[tuple[UUID, ...]]) -> Job:
    need = Need(row.minutes, row.buffer_before, row.buffer_after)
    return Job(row.id, row.key, row.name, need, able, tuple(needs), row.price)


def _needs() -> dict[UUID, list[tuple[UUID, ...]]]:
    """For each service the active units of each resource it needs."""
    units = defaultdict(list)
    for resource_id, unit_id in (
        ResourceUnit.objects.filter(is_active=True).order_by("number").values_list("resource_id", "id")
    ):
        units[resource_id].append(unit_id)
    found = defaultdict(list)
    pairs = ServiceResource.objects.order_by("resource_id").values_list("service_id", "resource_id")
    for service_id, resource_id in pairs:
        found[service_id].append(tuple(units[resource_id]))
    return found
