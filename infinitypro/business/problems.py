"""What is wrong with a business file, said so that its author can mend it: place, fault, what to write."""

import types
from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any, Union, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from infinitypro.business import holiday, spans
from infinitypro.business.schema import BusinessFile, Facts, Staff

_EXPECTED = {
    "extra_forbidden": "we do not know this name",
    "missing": "is missing; it is needed",
    "string_type": "must be text",
    "string_too_short": "must not be empty",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number (a price is in minor units: 4800 for 48.00)",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "list_type": "must be a list",
    "dict_type": "must be a set of names with values",
    "model_type": "must be a set of names with values",
    "model_attributes_type": "must be a set of names with values",
    "too_short": "must not be empty",
    "date_from_datetime_parsing": 'is not a date; write it like "2026-12-24"',
    "date_parsing": 'is not a date; write it like "2026-12-24"',
    "date_type": 'is not a date; write it like "2026-12-24"',
    "date_from_datetime_inexact": 'must be a date without a time, like "2026-12-24"',
    "datetime_from_date_parsing": 'is not a date or time; write it like "2026-12-24" or "2026-12-24T15:00"',
}
_BELOW_ZERO = {"price": "a price cannot be below zero"}


def of_yaml(error: yaml.YAMLError) -> str:
    """The sentence for a text that is not YAML at all."""
    if isinstance(error, yaml.reader.ReaderError):
        return f"the file: it holds a sign that no text has (number {error.character}, after {error.position} others)"
    mark = getattr(error, "problem_mark", None)
    where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "the file"
    return f"{where}: this cannot be read as YAML ({getattr(error, 'problem', None) or 'no more is known'})"


def of_schema(error: ValidationError) -> list[str]:
    """A sentence for each value that does not fit its place."""
    found: dict[str, str] = {}
    for detail in error.errors():
        found.setdefault(_place(detail["loc"]), _fault(detail))
    return [f"{place}: {fault}" for place, fault in found.items()]


def _place(loc: tuple[int | str, ...]) -> str:
    """services[2].price; the kinds that pydantic tried (date, datetime) are not part of the place."""
    path = ""
    for step in loc:
        if isinstance(step, int):
            path += f"[{step}]"
        elif step not in ("date", "datetime") or not path.endswith((".from", ".to")):
            path += f".{step}" if path else step
    return path or "the file"


def _fault(detail: ErrorDetails) -> str:
    kind, limits = detail["type"], detail.get("ctx", {})
    if kind == "value_error":
        return str(limits["error"])
    if kind == "greater_than_equal":
        name = str(detail["loc"][-1])
        if limits["ge"] == 0:
            return _BELOW_ZERO.get(name, "cannot be below zero")
        return f"must be at least {limits['ge']}"
    if kind == "less_than_equal":
        return f"must be at most {limits['le']}"
    if kind in ("string_too_long", "too_long"):
        return f"must not be longer than {limits['max_length']} letters"
    return _EXPECTED.get(kind, detail["msg"])


def misspelt(found: dict[Any, Any], model: type[BaseModel], place: str = "") -> list[str]:
    """A sentence for each name that nearly is one we know; names of another kind are left alone."""
    known = {field.alias or name: field.annotation for name, field in model.model_fields.items()}
    sentences = []
    for name, value in found.items():
        where = f"{place}.{name}" if place else str(name)
        near = _near(str(name).lower(), known)
        if str(name).lower() in known:
            sentences += _misspelt_inside(value, known[str(name).lower()], where)
        elif near and near[0] not in found:
            sentences.append(f'{where}: we do not know this name; did you mean "{near[0]}"?')
    return sentences


def _near(name: str, known: Iterable[str]) -> list[str]:
    short = [one for one in known if one.startswith(name)] if len(name) >= len("mon") else []
    return get_close_matches(name, known, n=1, cutoff=0.8) or short


def _misspelt_inside(value: object, annotation: Any, place: str) -> list[str]:
    model = _model_in(annotation)
    if model and isinstance(value, dict):
        return misspelt(value, model, place)
    if model and isinstance(value, list):
        parts = [(index, part) for index, part in enumerate(value) if isinstance(part, dict)]
        return [say for index, part in parts for say in misspelt(part, model, f"{place}[{index}]")]
    return []


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (list, Union, types.UnionType) or hasattr(annotation, "__metadata__"):
        return next((model for part in get_args(annotation) if (model := _model_in(part))), None)
    return None


def across(file: BusinessFile) -> list[str]:
    """A sentence for each thing that fits its own place but not the rest of the file."""
    return [
        *_needed(file),
        *of_facts(file),
        *_repeated("services", "key", (service.key for service in file.services)),
        *_repeated("staff", "name", (person.name for person in file.staff)),
        *_repeated("resources", "name", (resource.name for resource in file.resources)),
        *_unknown_names(file),
        *(say for index, person in enumerate(file.staff) for say in of_person(f"staff[{index}]", person)),
    ]


def of_facts(facts: Facts) -> list[str]:
    """The same for what a business says of itself."""
    return [*_rules(facts), *_overlaps("hours", facts.hours.week()), *_never_open(facts)]


def _needed(file: BusinessFile) -> Iterator[str]:
    if not file.services:
        yield "services: at least one service is needed"
    if not file.staff:
        yield "staff: at least one person is needed"


def _never_open(file: Facts) -> Iterator[str]:
    if not any(file.hours.week()):
        yield 'hours: no day has opening hours; write at least one, like monday: ["09:00-17:00"]'


def _rules(file: Facts) -> Iterator[str]:
    for index, entry in enumerate(file.closed_on):
        try:
            if entry.rule:
                holiday.rule(entry.rule, home=file.address.country)
        except holiday.UnknownRule as error:
            yield f"closed_on[{index}].rule: {error}"


def _repeated(where: str, field: str, names: Iterable[str]) -> Iterator[str]:
    for name, times in Counter(names).items():
        if times > 1:
            yield f'{where}: "{name}" is there {times} times; give each its own {field}'


def _unknown_names(file: BusinessFile) -> Iterator[str]:
    services = [service.key for service in file.services]
    resources = [resource.name for resource in file.resources]
    for index, person in enumerate(file.staff):
        yield from _unknown(f"staff[{index}].services", person.services or [], services, "service key")
    for index, resource in enumerate(file.resources):
        yield from _unknown(f"resources[{index}].needed_for", resource.needed_for, services, "service key")
    for index, service in enumerate(file.services):
        yield from _unknown(f"services[{index}].resources", service.resources, resources, "resource")


def _unknown(place: str, names: list[str], known: list[str], what: str) -> Iterator[str]:
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f'did you mean "{near[0]}"?' if near else f"known are: {', '.join(known) or 'none'}"
            yield f'{place}: "{name}" is no {what} of this file; {hint}'


def of_person(place: str, person: Staff) -> Iterator[str]:
    """The same for a member of staff's hours and breaks."""
    if person.hours is not None:
        yield from _overlaps(f"{place}.hours", person.hours.week())
    yield from _overlaps(f"{place}.breaks", person.breaks.week())


def _overlaps(place: str, week: spans.Week) -> Iterator[str]:
    for day, first, second in spans.overlaps(week):
        yield f'{place}.{day}: "{first}" and "{second}" overlap; join them or move one'
