"""A week's hours as a page asks for them: for each weekday any number of starts and ends."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.http import QueryDict

from infinitypro.business import editing, spans

_WHOLE_DAY = ("00:00", "00:00")
MOST_ROWS = 12


@dataclass
class Day:
    """One weekday's rows; `error` says what is wrong with them."""

    name: str
    rows: list[tuple[str, str]] = field(default_factory=list)
    error: str = ""
    is_grown: bool = False

    @property
    def label(self) -> str:
        """Monday."""
        return self.name.capitalize()


def shown(hours: Mapping[str, Iterable[str]]) -> list[Day]:
    """The week as a form shows it."""
    return [Day(name, [_row(text) for text in hours.get(name, ())]) for name in spans.DAYS]


def _row(text: str) -> tuple[str, str]:
    start, end = str(spans.read(text)).split("-")
    return start, "00:00" if end == "24:00" else end


def posted(data: QueryDict, *, prefix: str) -> list[Day]:
    """The week as it was typed, complete or not."""
    days = []
    for name in spans.DAYS:
        starts, ends = data.getlist(f"{prefix}-{name}-start"), data.getlist(f"{prefix}-{name}-end")
        rows = list(zip(starts, ends, strict=False))[:MOST_ROWS]
        days.append(Day(name, [(start.strip(), end.strip()) for start, end in rows]))
    return days


def steps(days: Sequence[Day], data: QueryDict, *, prefix: str) -> bool:
    """Whether the form asks for a row more or less; the row is put in or taken out."""
    more, less = data.get("more", ""), data.get("less", "")
    for day in days:
        if more == f"{prefix}-{day.name}" and len(day.rows) < MOST_ROWS:
            day.rows.append(("", ""))
            day.is_grown = True
        for index in range(len(day.rows)):
            if less == f"{prefix}-{day.name}-{index}":
                del day.rows[index]
                break
    return bool(more or less)


def written(days: Iterable[Day]) -> dict[str, list[str]]:
    """The week as a business file writes it; rows left empty are no hours. Days with half a row get their error."""
    hours = {}
    for day in days:
        rows = [row for row in day.rows if any(row)]
        if any(not all(row) for row in rows):
            day.error = "Give both a start and an end, or clear both."
        hours[day.name] = [_span(row) for row in rows if all(row)]
    return {name: texts for name, texts in hours.items() if texts}


def _span(row: tuple[str, str]) -> str:
    return "00:00-24:00" if row == _WHOLE_DAY else f"{row[0]}-{row[1]}"


def has_errors(days: Iterable[Day]) -> bool:
    """Whether any day is wrong."""
    return any(day.error for day in days)


def put_faults(days: Sequence[Day], problems: Iterable[str], *, place: str) -> list[str]:
    """Put problems of that place ("hours") beside their days; returns those that belong elsewhere."""
    rest = []
    for problem in problems:
        where, text = editing.sentence(problem)
        day = next((day for day in days if where.startswith(f"{place}.{day.name}")), None)
        if day is None:
            rest.append(problem)
        else:
            day.error = text
    return rest


def say(hours: Mapping[str, Sequence[str]]) -> str:
    """A week in a line: "Tue–Fri 10:00–19:00, Sat 09:00–17:00"."""
    groups: list[tuple[list[int], Sequence[str]]] = []
    for index, name in enumerate(spans.DAYS):
        texts = hours.get(name) or ()
        if texts and groups and groups[-1][0][-1] == index - 1 and list(groups[-1][1]) == list(texts):
            groups[-1][0].append(index)
        elif texts:
            groups.append(([index], texts))
    return ", ".join(
        f"{_days(days)} {' and '.join(t.replace('-', '–') for t in texts)}" for days, texts in groups
    )


def _days(indexes: Sequence[int]) -> str:
    first, last = (spans.DAYS[index][:3].capitalize() for index in (indexes[0], indexes[-1]))
    return first if first == last else f"{first}–{last}"
