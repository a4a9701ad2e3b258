"""What the databases are made of, asked of PostgreSQL's own catalogue and not of the models alone."""

import importlib
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.db import connections, models
from psycopg import sql

from infinitypro.core.errors import Misconfigured
from infinitypro.core.postgres import address, schema
from infinitypro.core.tenancy import protect
from infinitypro.core.tenancy.models import DirectoryModel, TenantModel
from infinitypro.core.vault.fields import SealedField
from tests import reach

ALIASES = ("default", "keyring")
RUN = address.EMBEDDED_ROLES["run"]
# A column of one of these names speaks of a person wherever it stands.
TELLING = {
    *("name", "email", "phone", "address", "username", "note", "body", "text", "reason", "birthday"),
    *("ip", "user_agent", "cancel_reason", "summary", "question", "answer", "details", "vendor_id"),
}
# Clear columns with such a name that hold nothing of a person.
NOBODYS = {
    "accounts.Role.name": "what a workspace calls a role",
    "accounts.Team.name": "what a workspace calls a team",
    "console.Announcement.text": "what the operator says to everybody",
    "core.FailedJob.name": "the job's name",
    "channels.Channel.name": "what the business calls its channel",
    "channels.ChannelNotice.summary": "our sentence about the channel",
    "booking.Service.name": "what the business sells",
    "booking.Service.note": "what the business says of what it sells",
    "booking.Resource.name": "a room or a machine",
    "business.Faq.question": "published by the business",
    "business.Faq.answer": "published by the business",
}


def ask(query: str, *values: Any, alias: str = "default") -> list[tuple[Any, ...]]:
    with reach.superuser(alias) as connection:
        return connection.execute(query, values or None).fetchall()


def tenant_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models(include_auto_created=True) if issubclass(model, TenantModel)]


TABLES = (
    "SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity, c.relispartition FROM pg_class c"
    " JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')"
    " AND n.nspname NOT LIKE 'pg_toast%'"
)


def test_every_table_is_behind_its_wall_or_declared_as_lying_outside_it(db):
    tenants = {model._meta.db_table for model in tenant_models()}
    directories = {
        model._meta.db_table: model.reason
        for model in apps.get_models(include_auto_created=True)
        if issubclass(model, DirectoryModel)
    }
    for name, is_on, is_forced, is_partition in ask(TABLES):
        if name in tenants:
            assert (is_on, is_forced) == (True, True), name
        elif not is_partition:
            assert directories.get(name) or protect.LIBRARY_TABLES.get(name), f"{name} is declared nowhere"
    assert tenants <= {row[0] for row in ask(TABLES)}


def test_the_keyring_holds_its_own_tables_and_nothing_else(db):
    own = {model._meta.db_table for model in apps.get_app_config("vault").get_models()}

    assert {row[0] for row in ask(TABLES, alias="keyring")} - {"django_migrations"} == own
    assert not own & {row[0] for row in ask(TABLES)}


def test_every_wall_lets_through_the_rows_of_the_set_workspace_alone(db):
    policies = ask(
        "SELECT tablename, policyname, roles::text[], cmd, qual, with_check FROM pg_policies ORDER BY 1, 2"
    )
    by_table: dict[str, set[str]] = {}
    for table, name, roles, _command, condition, check in policies:
        by_table.setdefault(table, set()).add(name)
        if name == "tenant":
            assert roles == ["public"]
            assert condition.startswith(
                "(workspace_id = (NULLIF(current_setting('app.workspace'::text, true)"
            )
            assert check is None  # the condition holds for what is written too
        else:
            assert roles == [address.DOOR_ROLE], f"{table}.{name}"
    assert set(by_table) == {model._meta.db_table for model in tenant_models()}
    assert all("tenant" in names for names in by_table.values())


def test_no_partition_can_be_reached_by_its_name(db):
    partitions = [name for name, _on, _forced, is_partition in ask(TABLES) if is_partition]
    if not partitions:
        connections["default"].cursor().execute("SELECT intake_make_partitions(current_date, 2)")
        partitions = [name for name, _on, _forced, is_partition in ask(TABLES) if is_partition]

    assert partitions
    for partition in partitions:
        for right in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"):
            assert not ask("SELECT has_table_privilege(%s, %s, %s)", RUN, partition, right)[0][0], partition


def test_every_reference_between_tenant_rows_carries_the_workspace(db):
    for model in tenant_models():
        for field in model._meta.local_fields:
            target: Any = field.related_model
            if not isinstance(field, models.ForeignKey) or not issubclass(target, TenantModel):
                continue
            found = ask(
                "SELECT (SELECT array_agg(a.attname::text ORDER BY k.n) FROM unnest(c.conkey) WITH ORDINALITY k(num, n)"
                " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.num), c.convalidated"
                " FROM pg_constraint c WHERE contype = 'f' AND conrelid = %s::regclass AND confrelid = %s::regclass",
                model._meta.db_table,
                target._meta.db_table,
            )
            assert (["workspace_id", field.column], True) in found, f"{model._meta.label}.{field.name}"


def test_every_reference_in_the_catalogue_between_tenant_tables_is_composite_too(db):
    tenants = {model._meta.db_table for model in tenant_models()}
    references = ask(
        "SELECT conrelid::regclass::text, confrelid::regclass::text, conkey, cardinality(conkey) FROM pg_constraint"
        " WHERE contype = 'f' AND conparentid = 0"
    )
    pairs = [(one, other, columns) for one, other, columns, _n in references if {one, other} <= tenants]
    composite = {(one, other, columns[1]) for one, other, columns in pairs if len(columns) == 2}
    for one, other, columns in pairs:
        assert (one, other, columns[-1]) in composite, f"{one} -> {other}"


def test_every_unique_key_of_a_tenant_table_carries_the_workspace(db):
    indexes = ask(
        "SELECT c.relname, i.relname, x.indisprimary, ARRAY(SELECT a.attname::text FROM pg_attribute a"
        "  WHERE a.attrelid = c.oid AND a.attnum = ANY (x.indkey::int2[])) FROM pg_index x"
        " JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid WHERE x.indisunique"
    )
    tenants = {model._meta.db_table for model in tenant_models()}
    for table, index, is_primary, columns in indexes:
        if table in tenants and not is_primary:
            assert "workspace_id" in columns, index


@pytest.mark.parametrize("alias", ALIASES)
def test_the_serving_role_owns_nothing_and_cannot_make_anything(db, alias):
    role = ask(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication FROM pg_roles WHERE rolname = %s",
        RUN,
    )
    owned = "SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = %s"
    memberships = "SELECT count(*) FROM pg_auth_members WHERE member = %s::regrole"

    assert role == [(False,) * 5]
    assert ask(owned, RUN, alias=alias) == [(0,)]
    assert ask(memberships, RUN) == [(0,)]
    assert ask("SELECT has_schema_privilege(%s, 'public', 'CREATE')", RUN, alias=alias) == [(False,)]
    assert ask("SELECT count(*) FROM pg_default_acl", alias=alias) == [(0,)]
    with reach.as_role("run", alias) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("CREATE TABLE public.mine (id integer)")


def test_the_serving_role_may_write_no_raw_event_itself(db):
    with reach.as_role("run") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("INSERT INTO intake_rawevent DEFAULT VALUES")


def test_functions_with_others_rights_have_a_fixed_path_and_are_not_for_everybody(db):
    functions = ask(
        "SELECT p.proname, coalesce(p.proconfig, '{}'), has_function_privilege('public', p.oid, 'EXECUTE')"
        " FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        " WHERE p.prosecdef AND n.nspname NOT IN ('pg_catalog', 'information_schema')"
    )
    assert {name for name, _settings, _public in functions} == set(protect.FUNCTIONS)
    for name, settings, is_public in functions:
        assert "search_path=public, pg_temp" in settings, name
        assert not is_public, name


def test_views_look_with_the_eyes_of_who_asks(db):
    views = ask(
        "SELECT c.relname, coalesce(c.reloptions, '{}') FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE c.relkind IN ('v', 'm') AND n.nspname = 'public'"
    )
    for name, options in views:
        assert "security_invoker=true" in options, name


def test_the_door_role_cannot_log_in_and_its_rights_are_not_inherited(db):
    assert ask(
        "SELECT rolcanlogin, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = %s", address.DOOR_ROLE
    ) == [(False, False, False)]
    members = ask(
        "SELECT pg_get_userbyid(member), inherit_option FROM pg_auth_members WHERE roleid = %s::regrole",
        address.DOOR_ROLE,
    )
    owner = address.EMBEDDED_ROLES["owner"]
    assert all(inherits is False for member, inherits in members if member == owner)


@pytest.mark.parametrize("name", list(address.NAMES.values()))
def test_the_databases_are_closed_to_roles_that_were_not_named(db, name):
    for right in ("CONNECT", "CREATE", "TEMPORARY"):
        assert ask("SELECT has_database_privilege('public', %s, %s)", name, right) == [(False,)]
    assert ask("SELECT has_database_privilege(%s, %s, 'CREATE')", RUN, name) == [(False,)]


@pytest.mark.parametrize("role", ["owner", "bootstrap"])
def test_the_program_refuses_to_serve_as_more_than_the_serving_role(db, monkeypatch, role):
    administrator = address.embedded("default", user=address.SUPERUSER, kept_as="postgres-bootstrap")
    powerful = address.of("default", role="owner") if role == "owner" else administrator
    monkeypatch.setattr(address, "of", lambda *_names, **_more: powerful)

    with pytest.raises(Misconfigured, match="DATABASE_OWNER_URL"):
        schema.refuse_power()


def test_the_program_serves_as_the_serving_role(db):
    schema.refuse_power()


def test_the_backup_role_reads_every_row_and_writes_none(workspace):
    tables = [name for name, *_rest in ask(TABLES)]
    with reach.as_role("backup") as connection:
        for table in tables:
            connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
        assert connection.execute(
            "SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        ).fetchone() == (False, True)
    for table in tables:
        for right in ("INSERT", "UPDATE", "DELETE", "TRUNCATE"):
            assert ask(
                "SELECT has_table_privilege(%s, %s, %s)",
                address.EMBEDDED_ROLES["backup"],
                f'"{table}"',
                right,
            ) == [(False,)]


def test_the_backup_role_has_no_way_into_the_keyring(db):
    keyring = address.NAMES["keyring"]
    assert ask(
        "SELECT has_database_privilege(%s, %s, 'CONNECT')", address.EMBEDDED_ROLES["backup"], keyring
    ) == [(False,)]


# Personal data


def declared() -> dict[tuple[str, str], Any]:
    found: dict[tuple[str, str], Any] = {}
    for config in apps.get_app_configs():
        if not config.name.startswith("infinitypro."):
            continue
        try:
            module = importlib.import_module(f"{config.name}.personal_data")
        except ModuleNotFoundError:
            continue
        for column in getattr(module, "COLUMNS", ()):
            assert (column.model, column.field) not in found, (
                f"{column.model}.{column.field} is declared twice"
            )
            found[column.model, column.field] = column
    return found


def test_every_declared_column_is_there_and_sealed_where_it_says_so(db):
    for (label, name), column in declared().items():
        field = apps.get_model(label)._meta.get_field(name)
        if label != "intake.RawEvent":  # its body is sealed at the door, which knows no models
            assert isinstance(field, SealedField) == column.is_sealed, f"{label}.{name}"
        assert column.is_sealed or column.why_clear, f"{label}.{name} is clear and does not say why"


def test_every_column_that_can_hold_personal_data_is_declared(db):
    known = {f"{label}.{name}" for label, name in declared()}
    columns = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if issubclass(model, TenantModel | DirectoryModel)
        for field in model._meta.local_fields
        if isinstance(field, SealedField | models.EmailField) or field.name in TELLING
    }
    assert columns - known - NOBODYS.keys() == set()


def test_a_sealed_field_has_a_label_of_its_own(db):
    labels = [
        field.label
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, SealedField)
    ]
    assert len(labels) == len(set(labels))
