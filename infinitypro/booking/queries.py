"""Reads what can be booked, when, and what has been booked."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from uuid import UUID

from django.db.models import Q, QuerySet

from infinitypro.accounts import access as asker
from infinitypro.booking import catalogue, diary, judge, roster
from infinitypro.booking.catalogue import Catalogue
from infinitypro.booking.models import Appointment, Resource, Service, Staff, Status, TimeOff
from infinitypro.booking.refusals import NotOffered, Opening, Refused
from infinitypro.booking.roster import Job, Person, Rules, Taken
from infinitypro.business import spans
from infinitypro.core import pages, statements
from infinitypro.core.statements import Given

LIVE = (Status.TENTATIVE, Status.CONFIRMED)
_ALTERNATIVES = 3
_APART_MINUTES = 30
_DAYS_BEFORE, _DAYS_AFTER, _FURTHEST_DAYS = 1, 7, 800
_OTHER_DAY, _EARLIER_DAY = 240, 60
_FIRST_LOOK_DAYS = 4


def services(*, all_of_them: bool = False) -> list[Service]:
    """Services in the business's order: those that can be booked, or all."""
    if not all_of_them:
        return list(catalogue.current().services)
    return list(Service.objects.order_by("position", "name", "id"))


def staff(*, all_of_them: bool = False) -> list[Staff]:
    """Members of staff in the business's order: those who are active, or all."""
    if not all_of_them:
        return list(catalogue.current().staff)
    return list(Staff.objects.order_by("position", "name", "id"))


def resources() -> list[Resource]:
    """Rooms, chairs and machines, by name, with their units."""
    return list(Resource.objects.order_by("name", "id").prefetch_related("units", "needed_for"))


def time_off(*, start: datetime, end: datetime) -> list[TimeOff]:
    """Everybody's time off that touches the time from start to end."""
    found = TimeOff.objects.filter(start_at__lt=end, end_at__gt=start)
    return list(found.order_by("start_at", "id").select_related("staff"))


def who_does(*, service_id: UUID) -> list[UUID]:
    """The ids of the members of staff who do a service; none when it is not offered."""
    job = catalogue.current().jobs.get(service_id)
    return [person.id for person in job.people] if job else []


def openings(
    *,
    service_id: UUID,
    start: datetime,
    end: datetime,
    now: datetime,
    staff_id: UUID | None = None,
    ignoring: UUID | None = None,
    limit: int | None = None,
) -> list[Opening]:
    """Times from start up to end at which customers can book the service, each with everybody who is free then.

    Minimum notice, horizon, holidays, breaks, buffers, resources and holds are all taken into account; `ignoring` is an
    appointment that is about to move. With a limit only the first are looked for. Raises NotOffered.
    """
    known = catalogue.current()
    job = job_of(known, service_id)
    first, horizon = known.shop.bookable(now)
    window = max(first, spans.to_minute_up(start)), min(horizon, spans.to_minute_up(end))
    if window[0] >= window[1]:
        return []
    parts = [window] if limit is None else _nearest_first(window)
    found = (
        opening
        for part in parts
        for opening in _found(known, job, job.only(staff_id), _taken_around(job, part, now, ignoring), part)
    )
    return list(islice(found, limit))


def _nearest_first(window: spans.Interval) -> Iterator[spans.Interval]:
    """The window in parts of four days, eight, sixteen …: who wants the first few rarely needs the second part."""
    start, reach = window[0], _FIRST_LOOK_DAYS * spans.DAY
    while start < window[1]:
        yield start, min(start + reach, window[1])
        start, reach = start + reach, reach * 2


def why_not(
    *,
    service_id: UUID,
    staff_id: UUID | None,
    start: datetime,
    now: datetime,
    ignoring: UUID | None = None,
) -> Refused | None:
    """The reason for which a customer cannot have that time, with alternatives; None when they can."""
    known = catalogue.current()
    job = known.jobs.get(service_id)
    if job is None:
        return NotOffered(service_id)
    wish = judge.Wish(known.shop, job, staff_id, start, now)
    found = judge.judge(wish, taken_for(wish, ignoring))
    return with_alternatives(wish, found, ignoring) if isinstance(found, Refused) else None


def taken_for(wish: judge.Wish, ignoring: UUID | None) -> Taken:
    """What is taken on the day of a wish, and as far beyond as the service reaches."""
    day, zone, need = wish.day, wish.shop.hours.zone, wish.job.need
    first = spans.minute_of(day, 0, zone) - need.before
    last = spans.minute_of(day, spans.DAY, zone) + need.minutes + need.after
    return diary.taken(job=wish.job, window=(first, last), now=wish.now, ignoring=ignoring)


def job_of(known: Catalogue, service_id: UUID) -> Job:
    """The service as it is swept. Raises NotOffered."""
    job = known.jobs.get(service_id)
    if job is None:
        raise NotOffered(service_id)
    return job


def _taken_around(job: Job, window: spans.Interval, now: datetime, ignoring: UUID | None) -> Taken:
    reach = job.need.minutes + job.need.before + job.need.after
    return diary.taken(job=job, window=(window[0] - reach, window[1] + reach), now=now, ignoring=ignoring)


def _found(
    known: Catalogue, job: Job, people: Sequence[Person], busy: Taken, window: spans.Interval
) -> Iterator[Opening]:
    length = timedelta(minutes=job.need.minutes)
    for start, staff_ids in roster.find(known.shop, job, people, busy, window):
        at = spans.from_minute(start)
        yield Opening(at, at + length, staff_ids)


def with_alternatives(wish: judge.Wish, refused: Refused, ignoring: UUID | None) -> Refused:
    """The refusal with up to three real openings near the wish, of the one asked for where they do the service."""
    staff_id = wish.staff_id if wish.job.only(wish.staff_id) else None
    day = timedelta(days=1)
    find = partial(openings, service_id=wish.job.id, now=wish.now, staff_id=staff_id, ignoring=ignoring)
    near = find(start=wish.start - day * _DAYS_BEFORE, end=wish.start + day * _DAYS_AFTER)
    chosen = _spread(sorted(near, key=lambda opening: _distance(wish, opening)))
    if not chosen:
        chosen = find(start=wish.now, end=wish.now + day * _FURTHEST_DAYS, limit=_ALTERNATIVES)
    refused.alternatives = tuple(sorted(chosen, key=lambda opening: opening.start))
    return refused


def _distance(wish: judge.Wish, opening: Opening) -> tuple[int, datetime]:
    """How far an opening is from the wish, as people feel it: the same hour of another day is near."""
    zone = wish.shop.hours.zone
    wished, found = wish.start.astimezone(zone), opening.start.astimezone(zone)
    minutes = abs((found.hour - wished.hour) * 60 + found.minute - wished.minute)
    days = (found.date() - wished.date()).days
    return minutes + abs(days) * _OTHER_DAY + (_EARLIER_DAY if days < 0 else 0), opening.start


def _spread(nearest_first: Iterable[Opening]) -> list[Opening]:
    """The first few that do not lie within half an hour of one another."""
    chosen: list[Opening] = []
    for opening in nearest_first:
        if all(abs(opening.start - other.start) >= timedelta(minutes=_APART_MINUTES) for other in chosen):
            chosen.append(opening)
        if len(chosen) == _ALTERNATIVES:
            break
    return chosen


def reach() -> Q:
    """Whose appointments whoever asks may see: everybody's, or those of the customers they were let look at."""
    access = asker.current()
    return Q() if access is None or access.only is None else Q(contact_id__in=access.only.contacts)


def appointment(*, appointment_id: UUID) -> Appointment:
    """One appointment with its service and staff. Raises Appointment.DoesNotExist, also for one whoever asks may not see."""
    return _with_names().filter(reach()).get(id=appointment_id)


def upcoming(*, contact_id: UUID, now: datetime) -> list[Appointment]:
    """A contact's appointments that are not over, held ones included, in order."""
    return _UPCOMING.all(contact_id=contact_id, now=now)


_UPCOMING = statements.Select(
    lambda: (
        _live(Given("now"))
        .filter(contact_id=Given("contact_id"), end_at__gt=Given("now"))
        .order_by("start_at", "id")
    )
)


def between(
    *, start: datetime, end: datetime, now: datetime, staff_id: UUID | None = None, all_of_them: bool = False
) -> list[Appointment]:
    """Appointments that touch the time from start to end, in order; cancelled ones and run-out holds only on request."""
    found = (
        _with_names()
        if all_of_them
        else _with_names().exclude(status=Status.CANCELLED).exclude(_run_out(now))
    )
    if staff_id:
        found = found.filter(staff_id=staff_id)
    near = found.filter(reach(), start_at__gt=start - diary.LONGEST, start_at__lt=end, end_at__gt=start)
    return list(near.order_by("start_at", "id"))


def page(
    *,
    limit: int,
    after: pages.Key | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    status: str | None = None,
    contact_id: UUID | None = None,
) -> list[Appointment]:
    """Appointments by (start_at, id), with names, after the row that the (start, id) key names.

    `start` and `end` narrow it to those that start from the one up to the other.
    """
    asked = {"start_at__gte": start, "start_at__lt": end, "status": status, "contact_id": contact_id}
    given = {name: value for name, value in asked.items() if value is not None}
    found = Appointment.objects.filter(reach(), **given)
    if after:
        at, row_id = after
        found = found.filter(Q(start_at__gt=at) | Q(start_at=at, id__gt=row_id), start_at__gte=at)
    # Not joined to their names: under row-level security the planner expects next to nothing of a join, and sorts all.
    return list(found.prefetch_related("service", "staff").order_by("start_at", "id")[:limit])


def is_late_to_cancel(appointment: Appointment, *, rules: Rules, now: datetime) -> bool:
    """Whether it is too late to cancel free of charge."""
    return now > appointment.start_at - timedelta(hours=rules.cancel_hours)


def rules() -> Rules:
    """What the business asks of bookings."""
    return catalogue.current().shop.rules


def run_out_holds(now: datetime) -> QuerySet[Appointment]:
    """Tentative appointments whose hold is over."""
    return Appointment.objects.filter(_run_out(now))


def _run_out(now: datetime | Given) -> Q:
    return Q(status=Status.TENTATIVE, held_until__isnull=False, held_until__lte=now)


def _live(now: datetime | Given) -> QuerySet[Appointment]:
    return _with_names().filter(status__in=LIVE).exclude(_run_out(now))


def _with_names() -> QuerySet[Appointment]:
    return Appointment.objects.select_related("service", "staff")


def count() -> int:
    """How many appointments there are, past and cancelled ones included."""
    return Appointment.objects.count()
