"""Writes appointments: book, hold, confirm, cancel, move. What is offered is written by offer.py."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from psycopg.errors import ExclusionViolation

from infinitypro.booking import catalogue, judge, offer, queries
from infinitypro.booking.catalogue import Catalogue
from infinitypro.booking.models import Appointment, AppointmentUnit, Status
from infinitypro.booking.refusals import Refused, SlotTaken
from infinitypro.booking.roster import Person, Taken
from infinitypro.business import spans
from infinitypro.core import live, tenancy
from infinitypro.core.errors import Problem

load = offer.load
BY_CUSTOMER = ("assistant", "booking_page")
_ONE_BOOKING_AT_A_TIME = 0x1F1F1702


class NotChangeable(Problem):
    """The appointment is cancelled or over, or its hold has run out, so it can no longer be changed."""


@transaction.atomic
def check_and_book(
    *,
    contact_id: UUID,
    service_id: UUID,
    staff_id: UUID | None,
    start: datetime,
    now: datetime,
    source: str,
    held_until: datetime | None = None,
    note: str | None = None,
) -> Appointment:
    """The booked appointment (held until `held_until` where one is given), or a refusal with alternatives.

    Without a `staff_id` whoever has the fewest appointments that day is chosen. What comes from customers (BY_CUSTOMER)
    keeps to minimum notice, horizon and step; members may book any time at which somebody works. Raises the
    exceptions in refusals.py.
    """
    known = _alone(now)
    wish = _wish(known, service_id, staff_id, start, now, source)
    person, taken = _chosen(wish, None)
    appointment = _new(known, wish, person, source, held_until)
    appointment.contact_id, appointment.note = contact_id, note
    _save(appointment, wish, taken, None)
    _changed(appointment)
    return appointment


@transaction.atomic
def reschedule(
    *,
    appointment_id: UUID,
    start: datetime,
    now: datetime,
    by: str,
    staff_id: UUID | None = None,
) -> Appointment:
    """The appointment at its new time; its old time is free in the same moment and never in its own way.

    Without a `staff_id` it stays with whom it was where they can, and otherwise goes to somebody else who can.
    Raises NotChangeable and the exceptions in refusals.py, and then changes nothing.
    """
    known = _alone(now)
    appointment = _changeable(appointment_id, now)
    wish = _wish(known, appointment.service_id, staff_id, start, now, by)
    person, taken = _chosen(wish, appointment.id, stays_with=appointment.staff_id)
    appointment.rescheduled_from = appointment.start_at
    _place(appointment, wish, person)
    _save(appointment, wish, taken, appointment.id)
    _changed(appointment)
    return appointment


@transaction.atomic
def confirm(*, appointment_id: UUID, now: datetime) -> Appointment:
    """The appointment, confirmed; its hold ends. Confirming twice changes nothing. Raises NotChangeable."""
    appointment = _changeable(appointment_id, now)
    if appointment.status == Status.CONFIRMED:
        return appointment
    appointment.status, appointment.held_until, appointment.changed_at = Status.CONFIRMED, None, now
    appointment.save(update_fields=["status", "held_until", "changed_at"])
    _changed(appointment)
    return appointment


@transaction.atomic
def cancel(*, appointment_id: UUID, now: datetime, by: str, reason: str = "") -> Appointment:
    """The appointment, cancelled, its time free at once. Cancelling twice changes nothing. Raises NotChangeable."""
    appointment = Appointment.objects.select_for_update().get(id=appointment_id)
    if appointment.status == Status.CANCELLED:
        return appointment
    if appointment.status not in queries.LIVE:
        raise NotChangeable("This appointment is over; it can no longer be cancelled.")
    appointment.cancelled_at, appointment.cancelled_by = now, by
    appointment.cancel_reason = reason or None
    _end(appointment, Status.CANCELLED, now)
    return appointment


@transaction.atomic
def mark_done(*, appointment_id: UUID, now: datetime) -> Appointment:
    """The appointment, done. Raises NotChangeable where it was cancelled, and SlotTaken where its time was given away."""
    appointment = Appointment.objects.select_for_update().get(id=appointment_id)
    if appointment.status == Status.CANCELLED:
        raise NotChangeable("This appointment was cancelled.")
    appointment.status, appointment.held_until, appointment.changed_at = Status.DONE, None, now
    try:
        with transaction.atomic():
            appointment.save(update_fields=["status", "held_until", "changed_at"])
    except IntegrityError as error:
        raise _as_taken(error, appointment.staff_id) from None
    _changed(appointment)
    return appointment


@transaction.atomic
def mark_no_show(*, appointment_id: UUID, now: datetime) -> Appointment:
    """The appointment as one whose contact did not come; its time is free for others. Raises NotChangeable."""
    appointment = Appointment.objects.select_for_update().get(id=appointment_id)
    if appointment.status == Status.CANCELLED:
        raise NotChangeable("This appointment was cancelled.")
    _end(appointment, Status.NO_SHOW, now)
    return appointment


@transaction.atomic
def move_to_contact(*, gone: UUID, into: UUID) -> None:
    """Nothing; the appointments of a contact who turned out to be another belong to that one."""
    for appointment in Appointment.objects.filter(contact_id=gone).select_for_update():
        Appointment.objects.filter(id=appointment.id).update(contact_id=into)
        _changed(appointment)


def _alone(now: datetime) -> Catalogue:
    """The catalogue, with nobody else booking in this workspace until the transaction ends and run-out holds gone.

    Two inserts that exclude each other would each wait for the other; one after the other they get their answer at
    once. Holds are cancelled here because the database's constraint does not know the time.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_ONE_BOOKING_AT_A_TIME, str(tenancy.current())]
        )
    for appointment in queries.run_out_holds(now).select_for_update(skip_locked=True):
        appointment.cancelled_at, appointment.cancelled_by = now, "hold"
        _end(appointment, Status.CANCELLED, now)
    return catalogue.current()


def _end(appointment: Appointment, status: Status, now: datetime) -> None:
    appointment.status, appointment.held_until, appointment.changed_at = status, None, now
    appointment.save()
    AppointmentUnit.objects.filter(appointment_id=appointment.id).delete()
    _changed(appointment)


def _wish(
    known: Catalogue, service_id: UUID, staff_id: UUID | None, start: datetime, now: datetime, source: str
) -> judge.Wish:
    job = queries.job_of(known, service_id)
    return judge.Wish(known.shop, job, staff_id, start, now, by_customer=source in BY_CUSTOMER)


def _chosen(
    wish: judge.Wish, ignoring: UUID | None, *, stays_with: UUID | None = None
) -> tuple[Person, Taken]:
    taken = queries.taken_for(wish, ignoring)
    found = judge.judge(wish, taken)
    if isinstance(found, Refused):
        raise queries.with_alternatives(wish, found, ignoring)
    return _fairest(wish, found, taken, stays_with), taken


def _fairest(wish: judge.Wish, free: Sequence[Person], taken: Taken, stays_with: UUID | None) -> Person:
    """Whoever it was before, else the one with the fewest appointments that day, else the first by name."""
    zone = wish.shop.hours.zone
    first, last = (spans.minute_of(wish.day + timedelta(days=n), 0, zone) for n in (0, 1))

    def load_of(person: Person) -> tuple[bool, int, str]:
        busy = taken.staff.get(person.id, ())
        return person.id != stays_with, sum(first <= start < last for start, _ in busy), person.name

    return min(free, key=load_of)


def _new(
    known: Catalogue, wish: judge.Wish, person: Person, source: str, held_until: datetime | None
) -> Appointment:
    appointment = Appointment(
        status=Status.TENTATIVE if held_until else Status.CONFIRMED,
        held_until=held_until,
        service_id=wish.job.id,
        price=wish.job.price,
        currency=known.profile.currency,
        source=source,
        made_at=wish.now,
    )
    _place(appointment, wish, person)
    return appointment


def _place(appointment: Appointment, wish: judge.Wish, person: Person) -> None:
    need = wish.job.need
    appointment.staff_id = person.id
    appointment.start_at = spans.from_minute(wish.minute)
    appointment.end_at = appointment.start_at + timedelta(minutes=need.minutes)
    appointment.busy_start = appointment.start_at - timedelta(minutes=need.before)
    appointment.busy_end = appointment.end_at + timedelta(minutes=need.after)
    appointment.changed_at = wish.now


def _save(appointment: Appointment, wish: judge.Wish, taken: Taken, ignoring: UUID | None) -> None:
    """The row and its units; should the database know better than the check, SlotTaken with fresh alternatives."""
    try:
        with transaction.atomic():
            AppointmentUnit.objects.filter(appointment_id=appointment.id).delete()
            appointment.save()
            for unit_id in judge.choose_units(wish.job, wish.minute, taken) or ():
                AppointmentUnit.objects.create(
                    appointment_id=appointment.id,
                    unit_id=unit_id,
                    busy_start=appointment.busy_start,
                    busy_end=appointment.busy_end,
                )
    except IntegrityError as error:
        refused = _as_taken(error, wish.staff_id)
        raise queries.with_alternatives(wish, refused, ignoring) from None


def _as_taken(error: IntegrityError, staff_id: UUID | None) -> SlotTaken:
    """The refusal that an exclusion constraint stands for; any other integrity error goes on."""
    if not isinstance(error.__cause__, ExclusionViolation):
        raise error
    return SlotTaken(staff_id, is_resource=error.__cause__.diag.constraint_name == "booking_unit_once")


def _changeable(appointment_id: UUID, now: datetime) -> Appointment:
    appointment = Appointment.objects.select_for_update().get(id=appointment_id)
    is_run_out = appointment.held_until is not None and appointment.held_until <= now
    if appointment.status not in queries.LIVE or is_run_out:
        raise NotChangeable("This appointment is cancelled or over; it can no longer be changed.")
    return appointment


def _changed(appointment: Appointment) -> None:
    """The one place that every change of an appointment passes, once it is written."""
    live.publish("appointment", id=appointment.id)
