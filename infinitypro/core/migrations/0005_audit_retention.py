import django.db.models
from django.db import migrations, models

import infinitypro.core.tenancy.models
import infinitypro.core.tenancy.scope

# The way out of the log for what is old: its beginning, up to a link. Who may call it cannot be kept from calling it without a
# signature, which the check then misses; but nothing of the last year goes, and never the end that the next link follows.
SQL = """
CREATE FUNCTION audit_prune(upto bigint) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    here uuid := nullif(current_setting('app.workspace', true), '')::uuid;
    gone bigint;
BEGIN
    IF upto >= (SELECT max(number) FROM core_auditlink WHERE workspace_id = here) THEN
        RAISE 'the end of the audit log is kept';
    END IF;
    IF EXISTS (
        SELECT 1 FROM core_auditlink l JOIN core_auditentry e ON e.workspace_id = here AND e.id = l.entry_id
        WHERE l.workspace_id = here AND l.number <= upto AND e.at > now() - interval '365 days'
    ) THEN
        RAISE 'the audit log of the last year is kept';
    END IF;
    DELETE FROM core_auditentry WHERE workspace_id = here
        AND id IN (SELECT entry_id FROM core_auditlink WHERE workspace_id = here AND number <= upto);
    GET DIAGNOSTICS gone = ROW_COUNT;
    DELETE FROM core_auditlink WHERE workspace_id = here AND number <= upto;
    RETURN gone;
END $$;
REVOKE ALL ON FUNCTION audit_prune FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0004_mail")]

    operations = [
        migrations.CreateModel(
            name="AuditPolicy",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=infinitypro.core.tenancy.models.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "workspace_id",
                    models.UUIDField(default=infinitypro.core.tenancy.scope.current, editable=False),
                ),
                ("kept_days", models.PositiveIntegerField()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("workspace_id",), name="core_audit_one_policy"),
                    models.CheckConstraint(
                        condition=django.db.models.Q(("kept_days__gte", 365)), name="core_audit_kept_a_year"
                    ),
                ],
            },
        ),
        migrations.RunSQL(SQL, "DROP FUNCTION audit_prune"),
    ]
