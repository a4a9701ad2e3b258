"""Making and dropping a day's partition waits for whoever reads the table, and everybody who comes later waits behind it,
the door first. While a copy of the data is drawn that would be for minutes: rather the job fails and comes again.
"""

from django.db import migrations

SQL = """
ALTER FUNCTION intake_make_partitions SET lock_timeout = '2s';
ALTER FUNCTION intake_drop_partitions SET lock_timeout = '2s';
"""
BACK = """
ALTER FUNCTION intake_make_partitions RESET lock_timeout;
ALTER FUNCTION intake_drop_partitions RESET lock_timeout;
"""


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial")]
    operations = [migrations.RunSQL(SQL, BACK)]
