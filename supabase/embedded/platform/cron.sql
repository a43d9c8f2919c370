-- What: pg_cron, created by the superuser and handed to postgres as on a hosted project.
-- Who: postgres schedules and reads jobs; the API roles see nothing.

create extension pg_cron with schema pg_catalog;
grant usage on schema cron to postgres with grant option;
grant all on all functions in schema cron to postgres with grant option;
grant all on all tables in schema cron to postgres with grant option;
revoke all on table cron.job from postgres;
grant select on table cron.job to postgres with grant option;
