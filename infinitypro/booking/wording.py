"""Times, money and refusals of the booking room in a member's words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from babel import Locale
from babel.numbers import format_currency, get_currency_precision

from infinitypro.booking import refusals
from infinitypro.booking.refusals import Refused
from infinitypro.business import queries as business
from infinitypro.core import clock

HALVES = (" am", " pm")


@dataclass(frozen=True)
class Wall:
    """The clock on the business's wall, and how it is read out there."""

    zone: str
    region: str
    now: datetime

    @property
    def today(self) -> date:
        """The business's date."""
        return clock.local(self.now, self.zone).date()

    def local_day(self, moment: datetime) -> date:
        """The business's date at that moment."""
        return clock.local(moment, self.zone).date()

    @property
    def is_12_hours(self) -> bool:
        """Whether the hours are counted to twelve."""
        return self.time(datetime(2026, 1, 1, 13, tzinfo=self.now.tzinfo)).endswith(HALVES)

    @property
    def week_starts(self) -> int:
        """0 for Sunday, 1 for Monday, as the region's calendars have it."""
        first: Locale = clock.locale("en", region=self.region)
        return (int(first.first_week_day) + 1) % 7

    def time(self, moment: datetime) -> str:
        """`3:00 pm` or `15:00`."""
        return clock.say_time(moment, zone=self.zone, region=self.region)

    def bare(self, moment: datetime) -> str:
        """`3:00` or `15:00`, beside a scale that tells which half of the day it is."""
        return self.time(moment).removesuffix(" am").removesuffix(" pm")

    def span(self, start: datetime, end: datetime) -> str:
        """`3:00 – 3:45 pm`."""
        first, last = self.time(start), self.time(end)
        is_same_half = first[-3:] in HALVES and first[-3:] == last[-3:]
        return f"{first[:-3] if is_same_half else first} – {last}"

    def bare_span(self, start: datetime, end: datetime) -> str:
        """`3:00 – 3:45`."""
        return f"{self.bare(start)} – {self.bare(end)}"

    def hours(self, start: datetime, end: datetime) -> str:
        """`9 – 5` or `9:30 – 17`: when somebody works, in as few signs as will do."""
        return " – ".join(self.bare(at).removesuffix(":00").removeprefix("0") or "0" for at in (start, end))

    def day(self, moment: datetime | date) -> str:
        """`Saturday 14 March`, with the year when it is another."""
        return clock.say_day(moment, zone=self.zone, region=self.region, today=self.today)

    def near_day(self, moment: datetime) -> str:
        """`Today`, `Tomorrow`, `Saturday 14 March`."""
        ahead = (clock.local(moment, self.zone).date() - self.today).days
        return {0: "Today", 1: "Tomorrow"}.get(ahead) or self.day(moment)

    def when_starts(self, start: datetime) -> str:
        """`Saturday 14 March, 3:00 pm`."""
        return f"{self.day(start)}, {self.time(start)}"

    def when(self, start: datetime, end: datetime) -> str:
        """`Saturday 14 March, 3:00 – 3:45 pm`."""
        return f"{self.day(start)}, {self.span(start, end)}"


def wall(*, now: datetime) -> Wall:
    """The business's clock."""
    place = business.place()
    return Wall(zone=place.zone, region=place.region, now=now)


def price(amount: int | None, *, currency: str, region: str) -> str:
    """`$48`, without decimals that are noughts; nothing where no price is known."""
    if amount is None:
        return ""
    digits = get_currency_precision(currency)
    form = None if amount % 10**digits else "¤#,##0"
    return format_currency(
        amount / 10**digits,
        currency,
        format=form,
        locale=clock.locale("en", region=region),
        currency_digits=form is None,
    )


def why(refused: Refused, *, wall: Wall, names: Mapping[UUID, str]) -> str:
    """Why a time cannot be booked, in one or two sentences."""
    match refused:
        case refusals.Closed():
            reason = f" ({refused.shut.reason})" if refused.shut.reason else ""
            return f"The business is closed on {wall.day(refused.day)}{reason}."
        case refusals.OutsideHours():
            opened = " and ".join(wall.span(*span) for span in refused.opened)
            ends = "would end after closing time" if refused.ends_late else "is outside opening hours"
            return f"That {ends}: {wall.day(refused.day)} is open {opened}." if opened else f"That {ends}."
        case refusals.NotOffered():
            return "This service is not offered any more. Choose another one."
        case refusals.StaffDoesNotDoIt():
            return f"{_name(refused.staff_id, names)} does not do this. {_able(refused.able, names)}"
        case refusals.PersonRefused():
            return f"{_of_person(refused, wall, names)} {_free(refused.free, names)}".strip()
    return str(refused)


def _of_person(refused: refusals.PersonRefused, wall: Wall, names: Mapping[UUID, str]) -> str:
    who = _name(refused.staff_id, names) if refused.staff_id else ""
    match refused:
        case refusals.SlotTaken(is_resource=True):
            return "What this service needs is in use then."
        case refusals.OnBreak():
            return f"That would run into {who or 'a'}{'’s' if who else ''} break, {_span(refused, wall)}."
        case refusals.Away():
            return f"{who or 'Whoever does this'} is away then."
        case refusals.StaffNotWorking():
            worked = " and ".join(wall.span(*span) for span in refused.worked)
            when = f"only {worked}" if worked else f"not on {wall.day(refused.day)}"
            return f"{who} works {when}." if who else "Nobody who does this works for all of that time."
    return f"{who} has somebody then." if who else "Everybody who does this has somebody then."


def _span(refused: refusals.OnBreak, wall: Wall) -> str:
    return wall.span(refused.start, refused.end)


def _name(staff_id: UUID | None, names: Mapping[UUID, str]) -> str:
    return names.get(staff_id, "That person") if staff_id else "Nobody"


def _able(able: tuple[UUID, ...], names: Mapping[UUID, str]) -> str:
    known = [names[who] for who in able if who in names]
    return f"{_list(known)} {'does' if len(known) == 1 else 'do'}." if known else ""


def _free(free: tuple[UUID, ...], names: Mapping[UUID, str]) -> str:
    known = [names[who] for who in free if who in names]
    return f"{_list(known)} {'is' if len(known) == 1 else 'are'} free at that time." if known else ""


def _list(words: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))
