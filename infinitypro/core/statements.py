"""Statements that are said many times a second: worked out by the ORM once, then said again with other values.

A QuerySet is built and compiled anew at each use, which takes four times as long as its statement. What the line says for
every message is declared once instead, with `Given` where a value goes:

    _WAITING = Select(lambda: Message.objects.filter(conversation_id=Given("conversation_id"), is_answered=False))
    _WAITING.all(conversation_id=row.id)

The workspace is the one that is set when the statement is said.
"""

from collections.abc import Callable, Iterable
from functools import cached_property, lru_cache
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, models
from django.db.models import query as querysets
from django.db.models.expressions import Expression
from django.db.models.sql import UpdateQuery
from psycopg import sql

from infinitypro.core.tenancy import scope
from infinitypro.core.tenancy.models import TenantModel

Row = TypeVar("Row", bound=models.Model)


class Given(Expression):
    """Stands in a query for a value that each call names."""

    def __init__(self, name: str, output_field: Any = None) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """A placeholder, with itself as the value until there is one."""
        return "%s", [self]


class IsAny(models.Func):
    """Whether a column is one of the values of a list."""

    template, arg_joiner = "%(expressions)s)", " = ANY("
    output_field = models.BooleanField()


class _Statement:
    """SQL with the values that it was compiled with, some of them to be given."""

    def __init__(self, words: str, values: Iterable[Any]) -> None:
        self.words, self._values = words, tuple(values)

    def values(self, given: dict[str, Any]) -> list[Any]:
        return [self._value(value, given) for value in self._values]

    @staticmethod
    def _value(value: Any, given: dict[str, Any]) -> Any:
        if isinstance(value, Given):
            return given[value.name]
        return scope.current() if value == scope.ANY else value


class Select(Generic[Row]):
    """A query for rows, `select_related`, `only` and annotations included; `build` is called once."""

    def __init__(self, build: Callable[[], models.QuerySet[Row]]) -> None:
        self._build = build

    def all(self, **given: Any) -> list[Row]:
        """The rows."""
        statement, read = self._compiled
        with connection.cursor() as cursor:
            cursor.execute(statement.words, statement.values(given))
            return [read(row) for row in cursor.fetchall()]

    def first(self, **given: Any) -> Row | None:
        """The first row, if any."""
        return next(iter(self.all(**given)), None)

    @cached_property
    def _compiled(self) -> tuple[_Statement, Callable[[Any], Row]]:
        with scope.any_workspace():
            compiler = self._build().query.get_compiler(DEFAULT_DB_ALIAS)
            statement = _Statement(*compiler.as_sql())
        return statement, _reader(compiler)


def _reader(compiler: Any) -> Callable[[Any], Any]:
    """Makes a model's row of a database's, as a QuerySet does."""
    kind, chosen = compiler.klass_info, compiler.select
    first, last = kind["select_fields"][0], kind["select_fields"][-1] + 1
    names = [column[0].target.attname for column in chosen[first:last]]
    populators: Any = querysets.get_related_populators
    related = populators(kind, chosen, DEFAULT_DB_ALIAS)
    converters = compiler.get_converters([column[0] for column in chosen])
    annotated = compiler.annotation_col_map

    def read(row: Any) -> Any:
        values = list(row)
        for place, (conversions, expression) in converters.items():
            for convert in conversions:
                values[place] = convert(values[place], expression, connection)
        found = kind["model"].from_db(DEFAULT_DB_ALIAS, names, values[first:last])
        for other in related:
            other.populate(values, found)
        for name, place in annotated.items():
            setattr(found, name, values[place])
        return found

    return read


class Update:
    """A change of the rows of a query; values are given, or expressions."""

    def __init__(self, build: Callable[[], models.QuerySet[Any]], **values: Any) -> None:
        self._build, self._values = build, values

    def __call__(self, **given: Any) -> int:
        """How many rows it changed."""
        return _run(self._statement.words, self._statement.values(given))

    @cached_property
    def _statement(self) -> _Statement:
        with scope.any_workspace():
            query: Any = self._build().query.chain(UpdateQuery)
            query.add_update_values(self._values)
            return _Statement(*query.get_compiler(DEFAULT_DB_ALIAS).as_sql())


def insert(row: TenantModel, *, unless_there: bool = False) -> bool:
    """Insert a row, no signals sent; whether it is new, where it may be there already."""
    fields = row._meta.local_concrete_fields
    names = tuple(field.attname for field in fields)
    values = [_to_save(row, field, is_new=True) for field in fields]
    is_new = _run(_insertion(type(row), names, unless_there), values) > 0
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    return is_new


def update(row: TenantModel, *names: str) -> None:
    """Save these fields of a row, no signals sent; raises DatabaseError where the row is gone."""
    fields = [row._meta.get_field(name) for name in names]
    values = [_to_save(row, field, is_new=False) for field in fields]
    if not _run(_change(type(row), names), [*values, scope.current(), row.pk]):
        raise DatabaseError(f"{type(row).__name__} {row.pk} is gone.")


def _run(words: str, values: list[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(words, values)
        return int(cursor.rowcount)


def _to_save(row: TenantModel, field: Any, *, is_new: bool) -> Any:
    return field.get_db_prep_save(field.pre_save(row, is_new), connection)


@lru_cache(maxsize=256)
def _insertion(model: type[TenantModel], names: tuple[str, ...], unless_there: bool) -> str:
    comma = sql.SQL(", ")
    columns, places = zip(*(_column(model, name) for name in names), strict=True)
    words = sql.SQL("INSERT INTO {} ({}) VALUES ({}){}").format(
        _table(model),
        comma.join(columns),
        comma.join(places),
        sql.SQL(" ON CONFLICT DO NOTHING" if unless_there else ""),
    )
    return words.as_string()


@lru_cache(maxsize=256)
def _change(model: type[TenantModel], names: tuple[str, ...]) -> str:
    changes = sql.SQL(", ").join(sql.SQL("{} = {}").format(*_column(model, name)) for name in names)
    words = sql.SQL("UPDATE {} SET {} WHERE workspace_id = %s AND id = %s")
    return words.format(_table(model), changes).as_string()


def _table(model: type[TenantModel]) -> sql.Identifier:
    return sql.Identifier(model._meta.db_table)


def _column(model: type[TenantModel], name: str) -> tuple[sql.Composable, sql.Composable]:
    """A column and where its value goes; some types name theirs."""
    field: Any = model._meta.get_field(name)
    make = getattr(field, "get_placeholder", None)
    return sql.Identifier(field.column), sql.SQL(make(None, None, connection) if make else "%s")
