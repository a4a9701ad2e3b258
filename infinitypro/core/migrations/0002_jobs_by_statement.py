"""Jobs are announced and recorded once a statement instead of once a row.

The library's triggers send two notices and insert one row for each job, which was more than half of what the
database spent on a webhook. Its own migrations may replace or rename them: then both do the work, which costs time and harms nothing.
"""

from django.db import migrations

SQL = """
CREATE FUNCTION core_jobs_inserted() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO procrastinate_events (job_id, type)
    SELECT id, 'deferred' FROM inserted WHERE status = 'todo';
    PERFORM pg_notify(channel, '{"type": "job_inserted", "job_id": 0}')
    FROM (
        SELECT 'procrastinate_any_queue_v1' FROM inserted WHERE status = 'todo'
        UNION
        SELECT 'procrastinate_queue_v1#' || queue_name FROM inserted WHERE status = 'todo'
    ) AS notice(channel);
    RETURN NULL;
END;
$$;
CREATE TRIGGER core_jobs_inserted AFTER INSERT ON procrastinate_jobs
    REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION core_jobs_inserted();
ALTER TABLE procrastinate_jobs DISABLE TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1;
ALTER TABLE procrastinate_jobs DISABLE TRIGGER procrastinate_trigger_status_events_insert_v1;
"""
BACK = """
ALTER TABLE procrastinate_jobs ENABLE TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1;
ALTER TABLE procrastinate_jobs ENABLE TRIGGER procrastinate_trigger_status_events_insert_v1;
DROP TRIGGER core_jobs_inserted ON procrastinate_jobs;
DROP FUNCTION core_jobs_inserted;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial"), ("procrastinate", "0041_post_retry_failed_job")]
    operations = [migrations.RunSQL(SQL, BACK)]
