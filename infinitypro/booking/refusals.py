"""Why a time cannot be booked: one exception a reason, each with what is needed to explain it.

`alternatives` are up to three real openings near the wish. The texts are for members and logs and name nobody;
what a customer is told is the assistant's to word.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from infinitypro.business.hours import Shut
from infinitypro.core.errors import Problem


class Opening(NamedTuple):
    """A time at which a service can start, with the members of staff who are free for it, by name."""

    start: datetime
    end: datetime
    staff_ids: tuple[UUID, ...]


@dataclass(eq=False)
class Refused(Problem):
    """What all refusals have in common."""

    alternatives: tuple[Opening, ...] = field(default=(), kw_only=True)

    def __str__(self) -> str:
        return (self.__doc__ or "").splitlines()[0]


@dataclass(eq=False)
class NotOffered(Refused):
    """The service is not offered."""

    service_id: UUID


@dataclass(eq=False)
class StaffDoesNotDoIt(Refused):
    """That member of staff does not do the service; `able` do."""

    staff_id: UUID
    able: tuple[UUID, ...]


@dataclass(eq=False)
class TooSoon(Refused):
    """The time is past, or nearer than the business's notice allows."""

    earliest: datetime
    is_past: bool


@dataclass(eq=False)
class BeyondHorizon(Refused):
    """The day is further ahead than the business takes bookings for."""

    last_day: date


@dataclass(eq=False)
class Closed(Refused):
    """The business does not open on that day."""

    day: date
    shut: Shut


@dataclass(eq=False)
class OutsideHours(Refused):
    """The business is open that day, but not for all of that time."""

    day: date
    opened: tuple[tuple[datetime, datetime], ...]
    ends_late: bool


@dataclass(eq=False)
class OffStep(Refused):
    """The business starts at other minutes of the hour."""

    step_minutes: int


@dataclass(eq=False)
class PersonRefused(Refused):
    """Nobody who was asked for can do it then; `free` are others who could, at that very time."""

    staff_id: UUID | None
    free: tuple[UUID, ...] = field(default=(), kw_only=True)


@dataclass(eq=False)
class StaffNotWorking(PersonRefused):
    """The one asked for, or with no one asked for anybody who does it, does not work for all of that time.

    `worked` is when they work on that day.
    """

    day: date
    worked: tuple[tuple[datetime, datetime], ...] = ()


@dataclass(eq=False)
class OnBreak(PersonRefused):
    """It would run into a break, which lasts from `start` to `end`."""

    start: datetime
    end: datetime


@dataclass(eq=False)
class Away(PersonRefused):
    """The member of staff has time off from `start` to `end`."""

    start: datetime
    end: datetime


@dataclass(eq=False)
class SlotTaken(PersonRefused):
    """Somebody else has the time, or every unit of a resource that the service needs."""

    is_resource: bool = False
