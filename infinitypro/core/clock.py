"""Time: stored in UTC, spoken in the workspace's zone, rendered here and nowhere else."""

import functools
import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel import Locale, localedata
from babel.dates import (
    format_date,
    format_interval,
    format_skeleton,
    format_time,
    get_day_names,
    match_skeleton,
)

DEFAULT_REGION = {"en": "US", "es": "US"}
NARROW_SPACE = "\u202f"


def now() -> datetime:
    """This moment in UTC; read at the edge and passed in."""
    return datetime.now(UTC)


def local(moment: datetime, zone: str) -> datetime:
    """The moment as a clock on the wall of that zone shows it."""
    return moment.astimezone(ZoneInfo(zone))


@functools.lru_cache(maxsize=256)
def locale(language: str, *, region: str | None = None) -> Locale:
    """How a language is written in a region (`US`, `ES` …)."""
    name = f"{language}_{(region or DEFAULT_REGION.get(language, 'US')).upper()}"
    return Locale.parse(name if localedata.exists(name) else language)


def say_time(
    moment: datetime | time, *, zone: str = "UTC", language: str = "en", region: str | None = None
) -> str:
    """`3:00 pm` or `15:00`, as the locale writes it."""
    at = local(moment, zone).time() if isinstance(moment, datetime) else moment
    text = format_time(at, format="short", locale=locale(language, region=region)).replace(NARROW_SPACE, " ")
    return text.replace(" AM", " am").replace(" PM", " pm").replace("\xa0", " ")


def say_day(
    day: datetime | date,
    *,
    zone: str = "UTC",
    language: str = "en",
    region: str | None = None,
    today: date | None = None,
) -> str:
    """`Saturday 14 March`; with the year when it is not the year of `today`."""
    on = local(day, zone).date() if isinstance(day, datetime) else day
    where = locale(language, region=region)
    skeleton = "yMMMMEEEEd" if today is not None and on.year != today.year else "MMMMEEEEd"
    return str(format_date(on, _day_pattern(where, skeleton), locale=where))


@functools.lru_cache(maxsize=256)
def _day_pattern(where: Locale, skeleton: str) -> str:
    """How that locale writes a day; to find it takes ten times as long as to use it."""
    known = where.datetime_skeletons
    pattern = known[match_skeleton(skeleton, known)].pattern
    # The nearest pattern that a locale lists may be shorter than the one asked for; its order is what counts.
    return re.sub("E+", "EEEE", re.sub("MMM+", "MMMM", pattern))


def say_days(first: date, last: date, *, language: str = "en", region: str | None = None) -> str:
    """`9 – 15 March 2026`: days from one to another."""
    where = locale(language, region=region)
    return str(format_interval(first, last, skeleton="yMMMMd", locale=where)).replace("\u2009", " ")


def say_short_day(day: date, *, today: date, language: str = "en", region: str | None = None) -> str:
    """`Today`, `Mon`, `12 Feb` (`Feb 12`) or `12 Feb 2025`: a day in a list."""
    where = locale(language, region=region)
    if day == today:
        return "Today" if language == "en" else "Hoy"
    if timedelta(0) < today - day < timedelta(days=7):
        return str(get_day_names("abbreviated", locale=where)[day.weekday()])
    return str(format_skeleton("MMMd" if day.year == today.year else "yMMMd", day, locale=where))


def say_in_list(
    moment: datetime, *, zone: str, now: datetime, language: str = "en", region: str | None = None
) -> str:
    """A time in a list: the hour today, the weekday this week, else the day."""
    day, today = local(moment, zone).date(), local(now, zone).date()
    if day == today:
        return say_time(moment, zone=zone, language=language, region=region)
    return say_short_day(day, today=today, language=language, region=region)
