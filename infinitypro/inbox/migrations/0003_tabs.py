from django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

from infinitypro.core.postgres.indexes import AddIndex


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("inbox", "0002_client_id")]

    operations = [
        AddIndex(
            model_name="conversation",
            index=models.Index(
                fields=["workspace_id", "assignee", "status", "-last_message_at", "-id"],
                condition=Q(assignee__isnull=False),
                name="inbox_of_member",
            ),
        ),
        AddIndex(
            model_name="conversation",
            index=models.Index(
                fields=["workspace_id", "status", "-last_message_at", "-id"],
                condition=Q(assignee=None, is_assistant_on=False),
                name="inbox_of_nobody",
            ),
        ),
        AddIndex(
            model_name="conversation",
            index=models.Index(
                fields=["workspace_id", "status", "-last_message_at", "-id"],
                condition=Q(is_assistant_on=True),
                name="inbox_of_assistant",
            ),
        ),
        AddIndex(
            model_name="conversation",
            index=models.Index(
                fields=["workspace_id", "assignee", "status", "unread_count"],
                condition=Q(is_assistant_on=False),
                name="inbox_unread",
            ),
        ),
        RemoveIndexConcurrently(model_name="conversation", name="inbox_by_assignee"),
    ]
