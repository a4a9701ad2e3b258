from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inbox", "0003_tabs")]
    operations = [
        migrations.AddField(model_name="message", name="retry_at", field=models.DateTimeField(null=True))
    ]
