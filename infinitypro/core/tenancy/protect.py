"""Puts every table behind its wall after migrations: row-level security, composite references, named grants.

It runs as the owner, after each `migrate`, and changes nothing that is already so. A table that it does not know gets no
grant, so a forgotten one cannot be read at all.
"""

from collections.abc import Iterator

from django.apps import apps
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

from infinitypro.core.tenancy.models import DirectoryModel, TenantModel

# Tables that libraries own; none holds what a customer wrote.
LIBRARY_TABLES = {
    "django_migrations": "Django: which migrations ran",
    "django_content_type": "Django: names of models",
    "django_session": "Django: members' sessions, found before a workspace is known",
    "auth_permission": "Django: names of permissions (unused)",
    "auth_group": "Django: groups (unused)",
    "auth_group_permissions": "Django: groups (unused)",
    "account_emailaddress": "allauth: login addresses",
    "account_emailconfirmation": "allauth: confirmations of login addresses",
    "mfa_authenticator": "allauth: second factors; what is secret in them is sealed",
    "socialaccount_socialaccount": "allauth: who is who at a sign-in provider",
    "socialaccount_socialapp": "allauth: providers (unused: ours are accounts' own)",
    "socialaccount_socialtoken": "allauth: providers' tokens (unused)",
    "usersessions_usersession": "allauth: where people are logged in",
    "procrastinate_jobs": "Procrastinate: jobs; arguments are ids",
    "procrastinate_events": "Procrastinate: what became of jobs",
    "procrastinate_workers": "Procrastinate: which workers live",
    "procrastinate_periodic_defers": "Procrastinate: periodic jobs",
}
TENANT_SETTING = "nullif(current_setting('app.workspace', true), '')::uuid"
WRITES = "SELECT, INSERT, UPDATE, DELETE"


def protect(*, using: str, run: str, backup: str | None) -> None:
    """Bring every table's security to what its model declares."""
    connection = connections[using]
    with connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
    _execute(connection, sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(_names(run, backup)))
    for model in _models(using):
        if issubclass(model, TenantModel):
            _wall(connection, model)
    for model in _models(using):
        if issubclass(model, TenantModel):
            _composite_references(connection, model)
    rights = dict.fromkeys(LIBRARY_TABLES, WRITES)
    rights |= {model._meta.db_table: getattr(model, "run_rights", WRITES) for model in _models(using)}
    for table in sorted(existing & rights.keys()):
        _grant(connection, table, rights[table], run, backup)
    for function in FUNCTIONS if using == "default" else ():
        _allow(connection, function, run)


# Functions that the running role may call; each is SECURITY DEFINER with a fixed search path.
FUNCTIONS = (
    *("intake_accept", "intake_make_partitions", "intake_drop_partitions"),
    *("audit_remove", "audit_prune", "security_prune"),
)


def _models(using: str) -> Iterator[type[models.Model]]:
    for model in apps.get_models(include_auto_created=True):
        in_keyring = model._meta.app_label == "vault"
        declared = issubclass(model, TenantModel | DirectoryModel) or in_keyring
        if (
            declared
            and in_keyring == (using == "keyring")
            and (model._meta.managed or _is_partitioned(model))
        ):
            yield model


def _is_partitioned(model: type[models.Model]) -> bool:
    return bool(getattr(model, "is_partitioned", False))


def _wall(connection: BaseDatabaseWrapper, model: type[models.Model]) -> None:
    table = sql.Identifier(model._meta.db_table)
    # Altering waits for every reader, and all others behind it: not where nothing changes.
    if not _exists(connection, _WALLED, model):
        for action in ("ENABLE", "FORCE"):
            _execute(connection, sql.SQL(f"ALTER TABLE {{}} {action} ROW LEVEL SECURITY").format(table))
    if not _exists(connection, _POLICY, model, "tenant"):
        _execute(
            connection,
            sql.SQL("CREATE POLICY tenant ON {} USING (workspace_id = {})").format(
                table, sql.SQL(TENANT_SETTING)
            ),
        )
    name = f"{model._meta.db_table}_tenant"
    if not _is_partitioned(model) and not _exists(connection, _CONSTRAINT, model, name):
        _execute(
            connection,
            sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} UNIQUE (workspace_id, id)").format(
                table, sql.Identifier(name)
            ),
        )


_WALLED = "SELECT 1 FROM pg_class WHERE relrowsecurity AND relforcerowsecurity AND oid = %s::regclass"
_POLICY = "SELECT 1 FROM pg_policy WHERE polrelid = %s::regclass AND polname = %s"
_CONSTRAINT = "SELECT 1 FROM pg_constraint WHERE conrelid = %s::regclass AND conname = %s"


def _composite_references(connection: BaseDatabaseWrapper, model: type[models.Model]) -> None:
    for field in model._meta.local_fields:
        target = field.related_model
        if not isinstance(field, models.ForeignKey) or isinstance(target, str) or target is None:
            continue
        name = f"{model._meta.db_table}_{field.column}_tenant"[:63]
        if not issubclass(target, TenantModel) or _exists(connection, _CONSTRAINT, model, name):
            continue
        _execute(
            connection,
            sql.SQL(
                "ALTER TABLE {} ADD CONSTRAINT {} FOREIGN KEY (workspace_id, {}) REFERENCES {} (workspace_id, id)"
                " DEFERRABLE INITIALLY DEFERRED"
            ).format(
                *(
                    sql.Identifier(word)
                    for word in (model._meta.db_table, name, field.column, target._meta.db_table)
                )
            ),
        )


def _grant(connection: BaseDatabaseWrapper, table: str, rights: str, run: str, backup: str | None) -> None:
    _execute(
        connection,
        sql.SQL(f"GRANT {rights} ON {{}} TO {{}}").format(sql.Identifier(table), sql.Identifier(run)),
    )
    if backup:
        _execute(
            connection,
            sql.SQL("GRANT SELECT ON {} TO {}").format(sql.Identifier(table), sql.Identifier(backup)),
        )
    with connection.cursor() as cursor:
        sequences = connection.introspection.get_sequences(cursor, table)
    for sequence in sequences:
        if sequence.get("name"):
            _execute(
                connection,
                sql.SQL("GRANT USAGE, SELECT ON SEQUENCE {} TO {}").format(
                    sql.Identifier(sequence["name"]), _names(run, backup)
                ),
            )


def _allow(connection: BaseDatabaseWrapper, function: str, run: str) -> None:
    """Let the running role call a function, in the name of the role that owns it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_userbyid(proowner) FROM pg_proc WHERE proname = %s", [function])
        (owner,) = cursor.fetchone()
    _execute(connection, sql.SQL("SET ROLE {}").format(sql.Identifier(owner)))
    try:
        grant = sql.SQL("GRANT EXECUTE ON FUNCTION {} TO {}")
        _execute(connection, grant.format(sql.Identifier(function), sql.Identifier(run)))
    finally:
        _execute(connection, sql.SQL("RESET ROLE"))


def _names(*roles: str | None) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(role) for role in roles if role)


def _exists(connection: BaseDatabaseWrapper, query: str, model: type[models.Model], *names: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(query, [model._meta.db_table, *names])
        return cursor.fetchone() is not None


def _execute(connection: BaseDatabaseWrapper, statement: sql.Composable) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
