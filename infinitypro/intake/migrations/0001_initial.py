from django.db import migrations, models

SQL = """
CREATE TABLE intake_rawevent (
    id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    day date NOT NULL,
    channel_id uuid NOT NULL,
    contact_id uuid,
    digest bytea NOT NULL,
    body bytea NOT NULL,
    received_at timestamptz NOT NULL,
    ingested_at timestamptz,
    problem varchar(400) NOT NULL DEFAULT '',
    PRIMARY KEY (day, id),
    UNIQUE (day, workspace_id, digest)
) PARTITION BY RANGE (day);
CREATE INDEX intake_rawevent_contact ON intake_rawevent (workspace_id, contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX intake_rawevent_problem ON intake_rawevent (workspace_id, received_at) WHERE problem <> '';
ALTER TABLE intake_rawevent ENABLE ROW LEVEL SECURITY;
ALTER TABLE intake_rawevent FORCE ROW LEVEL SECURITY;
CREATE POLICY door_in ON intake_rawevent FOR INSERT TO infinitypro_door WITH CHECK (true);
CREATE POLICY door_out ON intake_rawevent FOR SELECT TO infinitypro_door USING (true);

GRANT USAGE ON SCHEMA public TO infinitypro_door;
GRANT INSERT, SELECT ON intake_rawevent TO infinitypro_door;
GRANT SELECT ON channels_channelroute TO infinitypro_door;
GRANT SELECT, INSERT, UPDATE ON channels_unknownroute TO infinitypro_door;
GRANT INSERT, SELECT ON procrastinate_jobs, procrastinate_events TO infinitypro_door;
GRANT USAGE ON SEQUENCE procrastinate_jobs_id_seq, procrastinate_events_id_seq TO infinitypro_door;

CREATE FUNCTION intake_accept(
    _day date, _ids uuid[], _kinds text[], _externals text[], _digests bytea[], _bodies bytea[]
) RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH piece AS (
        SELECT p.*, r.workspace_id, r.channel_id
        FROM unnest(_ids, _kinds, _externals, _digests, _bodies) AS p(id, kind, external_id, digest, body)
        LEFT JOIN channels_channelroute r ON r.kind = p.kind AND r.external_id = p.external_id
    ), stored AS (
        INSERT INTO intake_rawevent (id, workspace_id, day, channel_id, digest, body, received_at)
        SELECT id, workspace_id, _day, channel_id, digest, body, clock_timestamp() FROM piece WHERE workspace_id IS NOT NULL
        ON CONFLICT DO NOTHING
        RETURNING id, workspace_id
    ), queued AS (
        INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args)
        SELECT 'default', 'intake.ingest', 10,
               jsonb_build_object('workspace_id', workspace_id, 'day', _day, 'event_id', id)
        FROM stored
    ), unknown AS (
        INSERT INTO channels_unknownroute (id, kind, day, count)
        SELECT gen_random_uuid(), left(kind, 20), _day, count(*) FROM piece WHERE workspace_id IS NULL GROUP BY kind
        ON CONFLICT (kind, day) DO UPDATE SET count = channels_unknownroute.count + excluded.count
    )
    SELECT count(*) FROM stored
$$;
-- Vacuum of an empty queue table would leave a cached plan for the wrong sizes.
ALTER FUNCTION intake_accept SET plan_cache_mode = force_custom_plan;
REVOKE ALL ON FUNCTION intake_accept FROM PUBLIC;
GRANT CREATE ON SCHEMA public TO infinitypro_door;
ALTER FUNCTION intake_accept OWNER TO infinitypro_door;
REVOKE CREATE ON SCHEMA public FROM infinitypro_door;

CREATE FUNCTION intake_make_partitions(_from date, _days integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    _day date;
    _name text;
    _made integer := 0;
BEGIN
    IF _days NOT BETWEEN 1 AND 31 OR abs(_from - current_date) > 400 THEN
        RAISE 'partitions are made for a month at most, near today';
    END IF;
    FOR _day IN SELECT generate_series(_from, _from + _days - 1, interval '1 day')::date LOOP
        _name := 'intake_rawevent_' || to_char(_day, 'YYYYMMDD');
        IF to_regclass('public.' || _name) IS NULL THEN
            EXECUTE format('CREATE TABLE %I PARTITION OF intake_rawevent FOR VALUES FROM (%L) TO (%L)', _name, _day, _day + 1);
            _made := _made + 1;
        END IF;
    END LOOP;
    RETURN _made;
END;
$$;
REVOKE ALL ON FUNCTION intake_make_partitions FROM PUBLIC;

CREATE FUNCTION intake_drop_partitions(_before date) RETURNS date[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    _name text;
    _dropped date[] := '{}';
BEGIN
    IF _before > current_date - 6 THEN
        RAISE 'raw events are kept for seven days';
    END IF;
    FOR _name IN
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'intake_rawevent'::regclass AND c.relname < 'intake_rawevent_' || to_char(_before, 'YYYYMMDD')
    LOOP
        EXECUTE format('DROP TABLE %I', _name);
        _dropped := _dropped || to_date(right(_name, 8), 'YYYYMMDD');
    END LOOP;
    RETURN _dropped;
END;
$$;
REVOKE ALL ON FUNCTION intake_drop_partitions FROM PUBLIC;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("channels", "0001_initial"), ("procrastinate", "0041_post_retry_failed_job")]
    operations = [
        migrations.RunSQL(
            SQL,
            "DROP FUNCTION intake_accept; DROP FUNCTION intake_make_partitions; DROP FUNCTION intake_drop_partitions;"
            " DROP TABLE intake_rawevent",
            state_operations=[
                migrations.CreateModel(
                    name="RawEvent",
                    fields=[("id", models.UUIDField(primary_key=True, serialize=False))],
                    options={
                        "managed": False,
                        "db_table": "intake_rawevent",
                        "abstract": False,
                        "base_manager_name": "objects",
                        "default_manager_name": "objects",
                    },
                )
            ],
        )
    ]
