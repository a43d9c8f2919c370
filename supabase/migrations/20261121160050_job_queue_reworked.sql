-- What: the queue of one-off work: jobs that wait for their time, are leased to a worker, tried again when they fail, and set
--       aside as dead when trying does not help.
-- Who:  functions of the database put jobs in; service_role (Edge Function run-jobs) claims and settles them; pg_cron calls it
--       in every minute in which something is due.
-- Relies on: tenancy and jobs migrations.
--
-- A job runs at least once, not exactly once: a worker that dies after its work and before finish_job leaves a job that runs
-- again. Handlers therefore look whether there is still something to do, and mails carry an idempotency key.

-- keeping it small -------------------------------------------------------------------------------------------------

create or replace function private.forget_jobs() returns bigint
language plpgsql
set search_path = ''
as $$
declare
  -- Long enough to see what was done last month.
  keep_settled constant interval := '30 days'::interval;
  -- Nobody has looked at it for a quarter of a year: what it was about is over.
  keep_dead constant interval := '90 days'::interval;
  forgotten bigint;
  dead bigint;
begin
  delete from private.jobs j where j.state in ('done', 'cancelled') and j.finished_at < now() - keep_settled;
  get diagnostics forgotten = row_count;
  delete from private.jobs j where j.state = 'dead' and j.finished_at < now() - keep_dead;
  get diagnostics dead = row_count;
  return forgotten + dead;
end;
$$;
comment on function private.forget_jobs() is 'Removes jobs that were done or cancelled more than 30 days ago, and those that gave up more than 90 days ago. Returns how many.';
