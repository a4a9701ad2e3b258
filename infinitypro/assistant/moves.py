"""The words that decide, act and write share: what is to be done, and what came of it."""

from dataclasses import dataclass, field
from datetime import date, datetime

from infinitypro.assistant.diary import Booking, Slot
from infinitypro.assistant.facts import Interval

# ---- decided


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Say something that the facts hold; `topic` names the function in writing that says it; `options` are answers of
    which one may be meant (`topic` near)."""

    topic: str
    service_id: str | None = None
    staff_id: str | None = None
    faq_id: str | None = None
    days: tuple[date, ...] = ()
    said: str = ""
    options: tuple["Answer", ...] = ()


@dataclass(frozen=True, kw_only=True)
class Ask:
    """Ask for one thing; `key` is what the trace calls it."""

    key: str
    about: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Seek:
    """Look for times that fit the dialogue's wish; book at once when one fits exactly and `is_firm`."""

    is_firm: bool
    moving: str | None = None


@dataclass(frozen=True, kw_only=True)
class Take:
    """Book (or move to) this very slot: the customer chose or confirmed it."""

    slot: Slot
    service_id: str
    moving: str | None = None


@dataclass(frozen=True, kw_only=True)
class Cancel:
    """Cancel these appointments of the contact's."""

    booking_ids: tuple[str, ...]
    is_confirmed: bool
    is_undo: bool = False


@dataclass(frozen=True, kw_only=True)
class Tell:
    """Short talk without facts: greet, thanks, bye, dropped, kept, robot, unclear, stopped …"""

    what: str


@dataclass(frozen=True, kw_only=True)
class ListOwn:
    """Tell the contact their own appointments; `only` narrows it to some; `is_already` when they asked for that very one."""

    only: tuple[str, ...] = ()
    is_already: bool = False


@dataclass(frozen=True, kw_only=True)
class PassOn:
    """Hand the conversation to a person."""

    reason: str
    faq_id: str | None = None


Move = Answer | Ask | Seek | Take | Cancel | Tell | ListOwn | PassOn

# ---- what came of it


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Why the wish cannot be: closed outside_hours taken resource too_soon past beyond_horizon break staff_off staff_hours
    off_step staff_does_not full; `spans` are the break's, or the hours of the person on that day."""

    reason: str
    day: date | None = None
    slot: Slot | None = None
    staff_id: str | None = None
    opened: tuple[Interval, ...] = ()
    closed_reason: str = ""
    others: tuple[str, ...] = ()
    spans: tuple[tuple[datetime, datetime], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Booked:
    """It is in the book; `moved_from` when it was moved."""

    booking: Booking
    moved_from: Booking | None = None


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """One slot that fits: shall it be booked?"""

    slot: Slot
    service_id: str
    refusal: Refusal | None = None
    moving: str | None = None


@dataclass(frozen=True, kw_only=True)
class Offered:
    """Up to three free slots to choose from, with the reason why the wish itself could not be."""

    slots: tuple[Slot, ...]
    service_id: str
    refusal: Refusal | None = None
    asks: str = "slot"
    moving: str | None = None
    is_earliest: bool = False


@dataclass(frozen=True, kw_only=True)
class Cancelled:
    bookings: tuple[Booking, ...]
    is_undo: bool = False


@dataclass(frozen=True, kw_only=True)
class CancelProposed:
    """Cancelling asks for a yes; `is_late` when the free time is over."""

    bookings: tuple[Booking, ...]
    is_late: bool


@dataclass(frozen=True, kw_only=True)
class Own:
    """The contact's own appointments, to be told, or to choose one of (`asks`)."""

    bookings: tuple[Booking, ...]
    asks: str = ""
    verb: str = ""
    is_already: bool = False


@dataclass(frozen=True, kw_only=True)
class Passed:
    """A person takes over; `opens_at` says when one will be there if it is not now."""

    reason: str
    faq_id: str | None = None
    opens_at: datetime | None = None


Result = Answer | Ask | Tell | Booked | Proposed | Offered | Cancelled | CancelProposed | Own | Passed


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What to do, in order, and why, in plain words for the trace."""

    moves: tuple[Move, ...]
    why: tuple[str, ...] = field(default=())
