"""The workspace's business as the assistant needs it, remembered for as long as nothing in it changes."""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from datetime import date, time
from uuid import UUID

from infinitypro.assistant.facts import Facts, Faq, Hours, Interval, Person, Service
from infinitypro.booking import models as booking_models
from infinitypro.booking import queries as booking
from infinitypro.business import models as business_models
from infinitypro.business import queries as business
from infinitypro.business import spans
from infinitypro.business.hours import OpeningHours
from infinitypro.core import tenancy

_REMEMBERED = 256
_known: OrderedDict[UUID, tuple[UUID, Facts]] = OrderedDict()


class Closures(Mapping[date, str]):
    """The days on which the business is closed besides its week, with the reason; asked, never listed."""

    def __init__(self, hours: OpeningHours) -> None:
        self._hours = hours

    def __getitem__(self, day: date) -> str:
        shut = self._hours.reason_closed(day)
        if shut is None or shut.kind == "weekday":
            raise KeyError(day)
        return shut.reason

    def __iter__(self) -> Iterator[date]:
        return iter(())

    def __len__(self) -> int:
        return 0


def facts() -> Facts:
    """Everything the workspace says of itself. Raises NoBusiness."""
    workspace_id, version = tenancy.current(), business.version()
    known = _known.get(workspace_id)
    if known and known[0] == version:
        return known[1]
    found = _read(business.facts())
    _known[workspace_id] = (version, found)
    while len(_known) > _REMEMBERED:
        _known.popitem(last=False)
    return found


def _read(said: business.Facts) -> Facts:
    profile = said.profile
    return Facts(
        name=profile.name,
        timezone=profile.timezone,
        currency=profile.currency,
        kind=profile.kind,
        country=profile.country if len(profile.country) == len("US") else "",
        languages=tuple(profile.languages),
        phone=profile.phone,
        email=profile.email,
        website=profile.website,
        address=_address(profile),
        about=profile.about,
        hours=Hours(weekly=_weekly(said.hours.week), closed=Closures(said.hours)),
        services=tuple(_service(row) for row in booking.services()),
        staff=tuple(_person(row) for row in booking.staff()),
        former_services=tuple(
            _service(row) for row in booking.services(all_of_them=True) if not row.is_bookable
        ),
        former_staff=tuple(_person(row) for row in booking.staff(all_of_them=True) if not row.is_active),
        faqs=tuple(_faq(row) for row in said.faqs),
        minimum_notice_minutes=profile.minimum_notice_minutes,
        horizon_days=profile.horizon_days,
        cancel_until_hours=profile.cancel_until_hours_before or None,
    )


def _service(row: booking_models.Service) -> Service:
    return Service(
        id=str(row.id),
        key=row.key,
        name=row.name,
        also=tuple(row.also),
        minutes=row.minutes,
        price=row.price,
        price_from=row.price_from,
        note=row.note,
        staff=tuple(str(who) for who in booking.who_does(service_id=row.id)),
    )


def _person(row: booking_models.Staff) -> Person:
    hours = None if row.hours is None else Hours(weekly=_weekly(spans.read_week(row.hours)))
    return Person(id=str(row.id), name=row.name, hours=hours)


def _faq(row: business_models.Faq) -> Faq:
    return Faq(id=str(row.id), question=row.question, answer=row.answer, hand_over=row.is_handed_over)


def _weekly(week: spans.Week) -> dict[int, tuple[Interval, ...]]:
    return {
        day: tuple((_clock(span.start), _clock(span.end)) for span in found) for day, found in enumerate(week)
    }


def _clock(minute: int) -> time:
    """The time of day; 24:00 and what lies past it is early the next day."""
    return time(minute // 60 % 24, minute % 60)


def _address(profile: business_models.Profile) -> str:
    """One line, as people write it."""
    place = " ".join(part for part in (profile.region, profile.postcode) if part)
    return ", ".join(part for part in (profile.street, profile.city, place) if part)
