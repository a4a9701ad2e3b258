from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("inbox", "0002_client_id")]

    operations = [
        AddIndexConcurrently(
            model_name="conversation",
            index=models.Index(
                fields=["workspace_id", "assignee", "status", "-last_message_at", "-id"],
                condition=Q(assignee__isnull=False),
                name="inbox_of_member",
            ),
        ),
        AddIndexConcurrently(
            model_name="conversation",
            index=models.Index(
                fields=["workspace_id", "status", "-last_message_at", "-id"],
                condition=Q(assignee=None, is_assistant_on=False),
                name="inbox_of_nobody",
            ),
        ),
        AddIndexConcurrently(
            model_name="conversation",
            index=models.Index(
                fields=["workspace_id", "status", "-last_message_at", "-id"],
                condition=Q(is_assistant_on=True),
                name="inbox_of_assistant",
            ),
        ),
        AddIndexConcurrently(
            model_name="conversation",
            index=models.Index(
                fields=["workspace_id", "assignee", "status", "unread_count"],
                condition=Q(is_assistant_on=False),
                name="inbox_unread",
            ),
        ),
        RemoveIndexConcurrently(model_name="conversation", name="inbox_by_assignee"),
    ]
