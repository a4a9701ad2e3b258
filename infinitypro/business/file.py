"""The business file: one YAML page that says what a business is, offers and when (see demo/business.yaml).

A file needs only workspace, name, timezone, currency, hours, services and staff. `read` checks all of it and
says every problem in a sentence with its place; `dump` writes a file that reads back as the same business.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from yaml.constructor import ConstructorError

from infinitypro.business import problems
from infinitypro.business.schema import BusinessFile, Facts

Part = TypeVar("Part", bound=BaseModel)


class _Loader(yaml.SafeLoader):
    """Leaves dates as text: YAML stops at the first impossible one and cannot say where it stands."""

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        """What a node stands for; raises ConstructorError, with its place, also where the library raises what Python did."""
        try:
            return super().construct_object(node, deep)
        except (ValueError, LookupError, ArithmeticError, AttributeError, TypeError) as error:
            raise ConstructorError(None, None, "this value is none of its kind", node.start_mark) from error


class BadBusinessFile(ValueError):
    """Raised for a file that cannot be used; `problems` holds a sentence for each thing to mend."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("\n".join(sentences))
        self.problems = sentences


def read(source: Path | str) -> BusinessFile:
    """The business in a file (a path) or a text of YAML; raises BadBusinessFile with every problem found."""
    text = source.read_text(encoding="utf-8") if isinstance(source, Path) else source
    try:
        found = _Loader(text).get_single_data()
    except yaml.YAMLError as error:
        raise BadBusinessFile([problems.of_yaml(error)]) from None
    except RecursionError:
        raise BadBusinessFile(["the file: it is nested far deeper than a business file is"]) from None
    return parse(found)


def parse(found: object) -> BusinessFile:
    """The business in plain data as YAML or JSON gives it; raises BadBusinessFile with every problem."""
    if not isinstance(found, dict):
        raise BadBusinessFile(['the file: it holds no facts; start it with a line like "name: My business"'])
    misspelt = problems.misspelt(found, BusinessFile)
    try:
        file = BusinessFile.model_validate(found)
    except ValidationError as error:
        raise BadBusinessFile(misspelt + problems.of_schema(error)) from None
    sentences = misspelt + problems.across(file)
    if sentences:
        raise BadBusinessFile(sentences)
    return file


def check_part(shape: type[Part], found: Mapping[str, object]) -> Part:
    """One part of a file (a service, a question, …) in plain data, checked by itself; raises BadBusinessFile."""
    try:
        return shape.model_validate(found)
    except ValidationError as error:
        raise BadBusinessFile(problems.of_schema(error)) from None


def check(found: Mapping[str, object]) -> Facts:
    """What a business says of itself, in plain data, checked; raises BadBusinessFile with every problem."""
    facts = check_part(Facts, found)
    if sentences := problems.of_facts(facts):
        raise BadBusinessFile(sentences)
    return facts


def dump(file: BusinessFile) -> str:
    """The file as YAML, without what only repeats a default; `read` gives the same business back."""
    plain = file.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    ordered = {"workspace": plain.pop("workspace"), **plain}
    return yaml.safe_dump(ordered, sort_keys=False, allow_unicode=True, width=110)
