"""The shape of a business file (see file.py): what may be written where, each value checked in its place."""

import re
import unicodedata
from datetime import date, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from babel import Locale
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from infinitypro.business import holiday, spans

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
LONGEST_DAY = 24 * 60


def slug(text: str) -> str:
    """The text in small letters, digits and hyphens: "Kids' haircut" becomes "kids-haircut"."""
    plain = (
        unicodedata.normalize("NFKD", text.replace("'", "").replace("’", ""))
        .encode("ascii", "ignore")
        .decode()
    )
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:63].strip("-")


def _is_slug(text: str) -> str:
    if not _SLUG.fullmatch(text):
        raise ValueError(
            f'"{text}" may hold only small letters, digits and hyphens; try "{slug(text) or "my-business"}"'
        )
    return text


def _is_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        raise ValueError(f'"{name}" is not a time zone; write one like "America/New_York"') from None
    return name


def _is_currency(code: str) -> str:
    if code.upper() not in Locale("en").currencies:
        raise ValueError(f'"{code}" is not a currency; write its three letters, like "USD" or "EUR"')
    return code.upper()


def _is_language(code: str) -> str:
    if code.lower().split("-")[0] not in Locale("en").languages:
        raise ValueError(f'"{code}" is not a language; write its code, like "en" or "es"')
    return code.lower()


def _is_text(value: Any) -> Any:
    """Postcodes and telephone numbers without quotes arrive as numbers."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _one_or_more(value: Any) -> Any:
    if value is None or value == "" or (isinstance(value, str) and value.strip().lower() == "closed"):
        return []
    return [value] if isinstance(value, str) else value


def _span(text: str) -> str:
    return str(spans.read(text))


def _days(value: Any) -> Any:
    return {str(day).lower(): hours for day, hours in value.items()} if isinstance(value, dict) else value


def _moment(value: Any) -> Any:
    """A day stays a day: left to itself pydantic may read it as midnight."""
    if not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value) if len(value) == len("2026-12-24") else datetime.fromisoformat(value)
    except ValueError:
        raise ValueError(
            f'"{value}" is not a date or time; write it like "2026-12-24" or "2026-12-24T15:00"'
        ) from None


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Text = Annotated[str, BeforeValidator(_is_text)]
Texts = Annotated[list[Text], BeforeValidator(_listed)]
Name = Annotated[str, BeforeValidator(_is_text), Field(min_length=1, max_length=200)]
Key = Annotated[str, BeforeValidator(_is_text), AfterValidator(_is_slug)]
Spans = Annotated[list[Annotated[str, AfterValidator(_span)]], BeforeValidator(_one_or_more)]
_MOST = 1_000_000  # more minutes or hours than anybody means, and less than a column holds
Moment = Annotated[datetime | date, BeforeValidator(_moment)]
Minutes = Annotated[int, Field(ge=0, le=LONGEST_DAY)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)

    @model_validator(mode="before")
    @classmethod
    def _without_blanks(cls, value: Any) -> Any:
        """A name with nothing after it says nothing."""
        return (
            {name: part for name, part in value.items() if part is not None}
            if isinstance(value, dict)
            else value
        )


class _Week(_Part):
    model_config = ConfigDict(extra="forbid", frozen=True)

    monday: Spans = []
    tuesday: Spans = []
    wednesday: Spans = []
    thursday: Spans = []
    friday: Spans = []
    saturday: Spans = []
    sunday: Spans = []

    def by_day(self) -> dict[str, list[str]]:
        """Each weekday's spans, as written."""
        return {day: list(getattr(self, day)) for day in spans.DAYS}

    def week(self) -> spans.Week:
        """The same as spans, sorted."""
        return spans.read_week(self.by_day())


Week = Annotated[_Week, BeforeValidator(_days)]


class Address(_Part):
    street: Annotated[Text, Field(max_length=200)] = ""
    city: Annotated[Text, Field(max_length=120)] = ""
    region: Annotated[Text, Field(max_length=120)] = ""
    postcode: Annotated[Text, Field(max_length=20)] = ""
    country: Annotated[Text, Field(max_length=60)] = ""


class Closed(_Part):
    """What closes the business besides its week: a rule of holidays, a day, or days from … to inclusive."""

    rule: str | None = None
    observed: bool = True
    on: date | None = Field(default=None, alias="date")
    from_: date | None = Field(default=None, alias="from")
    to: date | None = None
    reason: Text = ""

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        """A bare date or the bare name of a rule will do."""
        if isinstance(value, datetime | date):
            return {"date": value}
        if isinstance(value, str):
            return {"date": value} if re.fullmatch(r"\d{4}-\d\d-\d\d", value) else {"rule": value}
        return value

    @model_validator(mode="after")
    def _one_way(self) -> "Closed":
        if sum(map(bool, (self.rule, self.on, self.from_))) != 1:
            raise ValueError('give one of "rule", "date", or "from" with "to"')
        if self.from_ and (not self.to or self.to < self.from_):
            raise ValueError('"from" needs a "to" that is not before it')
        return self


class TimeOff(_Part):
    """When a member of staff is away: whole days, first to last inclusive, or local times (to: exclusive)."""

    from_: Moment = Field(alias="from")
    to: Moment
    reason: Annotated[Text, Field(max_length=200)] = ""

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        if isinstance(value, str | date):
            value = {"date": value}
        if isinstance(value, dict) and "date" in value:
            value = {**value, "from": value["date"], "to": value["date"]}
            value.pop("date")
        if isinstance(value, dict) and "from" in value:
            value = {**value, "to": value.get("to", value["from"])}
        return value

    @model_validator(mode="after")
    def _forward(self) -> "TimeOff":
        if any(isinstance(at, datetime) and at.tzinfo for at in (self.from_, self.to)):
            raise ValueError("write local times, without an offset")
        start, end = self.from_, self.to
        if isinstance(start, datetime) != isinstance(end, datetime):
            raise ValueError('"from" and "to" must both be dates, or both have a time')
        if start > end or (isinstance(start, datetime) and start == end):
            raise ValueError('"to" must come after "from"')
        return self


class BookingRules(_Part):
    minimum_notice_minutes: Annotated[int, Field(ge=0, le=_MOST)] = 60
    horizon_days: Annotated[int, Field(ge=1, le=730)] = 60
    slot_step_minutes: Annotated[int, Field(ge=1, le=LONGEST_DAY)] = 15
    cancel_until_hours_before: Annotated[int, Field(ge=0, le=_MOST)] = 0


class Service(_Part):
    key: Key
    name: Name
    also: Texts = []
    minutes: Annotated[int, Field(ge=1, le=LONGEST_DAY)]
    buffer_before: Minutes = 0
    buffer_after: Minutes = 0
    price: Annotated[int, Field(ge=0, le=2_000_000_000)] | None = None
    price_from: bool = False
    note: Text = ""
    resources: Texts = []

    @model_validator(mode="before")
    @classmethod
    def _key_from_name(cls, value: Any) -> Any:
        if isinstance(value, dict) and "name" in value and "key" not in value:
            return {**value, "key": slug(str(value["name"]))}
        return value


class Staff(_Part):
    name: Name
    services: Texts | None = None
    hours: Week | None = None
    breaks: Week = _Week()
    time_off: list[TimeOff] = []


class Resource(_Part):
    name: Name
    count: Annotated[int, Field(ge=1, le=200)] = 1
    needed_for: Texts = []


class Faq(_Part):
    q: Name
    a: Annotated[Text, Field(min_length=1)]
    hand_over: bool = False


Languages = Annotated[
    list[Annotated[str, AfterValidator(_is_language)]], Field(min_length=1), BeforeValidator(_listed)
]


class Facts(_Part):
    """What a business says of itself, without what it offers."""

    name: Name
    timezone: Annotated[str, AfterValidator(_is_zone)]
    currency: Annotated[str, AfterValidator(_is_currency)]
    hours: Week
    kind: Annotated[Text, Field(max_length=60)] = ""
    languages: Languages = ["en"]
    phone: Annotated[Text, Field(max_length=60)] = ""
    email: Annotated[Text, Field(max_length=254)] = ""
    website: Annotated[Text, Field(max_length=500)] = ""
    address: Address = Address()
    about: Text = ""
    closed_on: list[Closed] = []
    booking: BookingRules = BookingRules()
    faqs: list[Faq] = []

    def rules(self) -> tuple[holiday.Rule, ...]:
        """The public holidays named in closed_on."""
        named = (entry for entry in self.closed_on if entry.rule)
        return tuple(
            holiday.rule(e.rule or "", observed=e.observed, home=self.address.country) for e in named
        )


class BusinessFile(Facts):
    """All of a business: what it says of itself, what it offers, who does it and with what."""

    workspace: Key
    services: list[Service]
    staff: list[Staff]
    resources: list[Resource] = []

    def needs(self) -> dict[str, list[str]]:
        """For each resource's name the keys of the services that need it, from either side of the file."""
        return {
            resource.name: [
                service.key
                for service in self.services
                if service.key in resource.needed_for or resource.name in service.resources
            ]
            for resource in self.resources
        }
