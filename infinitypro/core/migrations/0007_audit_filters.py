from django.db import migrations, models

from infinitypro.core.postgres.indexes import AddIndex


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("core", "0006_security_events")]

    operations = [
        AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["workspace_id", "actor_id", "-at", "-id"], name="core_audit_by_actor"),
        ),
        AddIndex(
            model_name="auditentry",
            index=models.Index(
                fields=["workspace_id", "object_id", "-at", "-id"], name="core_audit_by_object"
            ),
        ),
        AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["workspace_id", "action"], name="core_audit_by_action"),
        ),
    ]
