-- What: the queue of one-off work: jobs that wait for their time, are leased to a worker, tried again when they fail, and set
--       aside as dead when trying does not help.
-- Who:  functions of the database put jobs in; service_role (Edge Function run-jobs) claims and settles them; pg_cron calls it
--       in every minute in which something is due.
-- Relies on: tenancy and jobs migrations.
--
-- A job runs at least once, not exactly once: a worker that dies after its work and before finish_job leaves a job that runs
-- again. Handlers therefore look whether there is still something to do, and mails carry an idempotency key.

create table private.jobs (
  id uuid primary key default gen_random_uuid(),
  kind text not null check (kind ~ '^[a-z][a-z0-9]*(-[a-z0-9]+)*$' and length(kind) <= 60),
  tenant_id uuid references public.tenants (id),
  payload jsonb not null default '{}' check (jsonb_typeof(payload) = 'object' and octet_length(payload::text) <= 16384),
  dedupe_key text check (length(dedupe_key) between 1 and 200),
  run_at timestamptz not null default now(),
  state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'dead', 'cancelled')),
  attempts integer not null default 0 check (attempts >= 0),
  max_attempts integer not null default 8 check (max_attempts between 1 and 100),
  lease_until timestamptz,
  lease_token uuid,
  last_error text check (length(last_error) <= 500),
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  -- When it may be taken: at its time, or when the lease of a worker that never came back has run out.
  due_at timestamptz not null generated always as (coalesce(lease_until, run_at)) stored,
  -- Clinics take turns; work that belongs to none is one more that does.
  lane uuid not null generated always as (coalesce(tenant_id, '00000000-0000-0000-0000-000000000000')) stored,
  constraint jobs_lease_check check ((state = 'running') = (lease_token is not null) and (state = 'running') = (lease_until is not null)),
  constraint jobs_finished_check check ((state in ('done', 'dead', 'cancelled')) = (finished_at is not null))
);
comment on table private.jobs is
  'One-off work. payload holds ids and settings, never names or addresses: rows outlive what they are about. Of one dedupe_key at most one job waits and one runs. Jobs of clinics that are not active wait.';
create unique index jobs_dedupe_idx on private.jobs (dedupe_key) where state = 'waiting';
create index jobs_running_idx on private.jobs (dedupe_key) where state = 'running';
create index jobs_abandoned_idx on private.jobs (lease_until) where state = 'running';
create index jobs_due_idx on private.jobs (lane, due_at) where state in ('waiting', 'running');
create index jobs_dead_idx on private.jobs (finished_at desc) where state = 'dead';
create index jobs_settled_idx on private.jobs (finished_at) where state in ('done', 'cancelled');

-- putting in and taking out ----------------------------------------------------------------------------------------

create function private.enqueue_job(
  kind text, payload jsonb, tenant_id uuid default null, run_at timestamptz default now(), dedupe_key text default null)
returns uuid
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
declare
  job_id uuid;
begin
  insert into private.jobs as j (kind, payload, tenant_id, run_at, dedupe_key)
  values (enqueue_job.kind, coalesce(enqueue_job.payload, '{}'), enqueue_job.tenant_id, coalesce(enqueue_job.run_at, now()), enqueue_job.dedupe_key)
  on conflict (dedupe_key) where state = 'waiting' do update
  set payload = excluded.payload, run_at = excluded.run_at, attempts = 0, last_error = null
  where j.kind = excluded.kind and j.tenant_id is not distinct from excluded.tenant_id
  returning j.id into job_id;
  if job_id is null then
    raise exception 'The key % belongs to a job of another kind or clinic.', enqueue_job.dedupe_key;
  end if;
  return job_id;
end;
$$;
comment on function private.enqueue_job(text, jsonb, uuid, timestamptz, text) is
  'Puts a job in, in the caller''s transaction, and returns its id. A job of the same dedupe_key that still waits is replaced: payload, run_at and attempts. Keys are shared by all clinics, so they hold the id of what the job is about.';

create function private.cancel_job(dedupe_key text) returns boolean
language plpgsql
set search_path = ''
as $$
declare
  is_out boolean;
begin
  update private.jobs j set state = 'cancelled', finished_at = now()
  where j.dedupe_key = cancel_job.dedupe_key and j.state = 'waiting';
  is_out := found;
  -- What a worker is doing cannot be stopped, but it is not done a second time.
  update private.jobs j set state = 'cancelled', finished_at = now(), lease_token = null, lease_until = null
  where j.dedupe_key = cancel_job.dedupe_key and j.state = 'running';
  return is_out;
end;
$$;
comment on function private.cancel_job(text) is
  'Takes the job of this key out: true when one was waiting. One that is running is not tried again, but may still do its work.';

-- what is due ------------------------------------------------------------------------------------------------------

create function private.due_jobs(most integer) returns table (id uuid, lane uuid, due_at timestamptz)
language sql
stable
set search_path = ''
begin atomic
  with lanes as materialized (
    select l.lane
    from (select t.id as lane from public.tenants t where t.status = 'active' union all select '00000000-0000-0000-0000-000000000000') l
    cross join lateral (
      select j.due_at from private.jobs j
      where j.lane = l.lane and j.state in ('waiting', 'running') and j.due_at <= now()
        and not exists (select from private.jobs r where r.dedupe_key = j.dedupe_key and r.state = 'running' and r.id <> j.id)
      order by j.due_at limit 1) oldest
    order by oldest.due_at limit most
  )
  select j.id, j.lane, j.due_at
  from lanes l cross join lateral (
    select j.id, j.lane, j.due_at from private.jobs j
    where j.lane = l.lane and j.state in ('waiting', 'running') and j.due_at <= now()
      and not exists (select from private.jobs r where r.dedupe_key = j.dedupe_key and r.state = 'running' and r.id <> j.id)
    order by j.due_at limit most) j;
end;
comment on function private.due_jobs(integer) is
  'What a worker may take now: at most so many of each lane, of the lanes that have waited longest; nothing while another job of the same dedupe_key is under way. Clinics that are not active have none.';

create function private.dispatch_jobs() returns bigint
language plpgsql
set search_path = ''
as $$
begin
  if exists (select from private.due_jobs(1)) then
    return private.dispatch('run-jobs');
  end if;
  return null;
end;
$$;
comment on function private.dispatch_jobs() is 'Calls the worker when something is due. A minute that was missed loses nothing.';

-- for the Edge Function alone --------------------------------------------------------------------------------------

create function private.claim_jobs(max_jobs integer) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  claimed jsonb;
begin
  max_jobs := least(greatest(coalesce(max_jobs, 10), 1), 100);
  -- A job that takes its worker down with it every time ends as any other that keeps failing. One that has a newer job of its
  -- key behind it makes way.
  update private.jobs j
  set state = a.outcome, finished_at = now(), lease_token = null, lease_until = null, last_error = 'The worker never came back.'
  from (
    select d.id, case when exists (select from private.jobs w where w.dedupe_key = d.dedupe_key and w.state = 'waiting')
      then 'cancelled' else 'dead' end as outcome
    from private.jobs d
    where d.state = 'running' and d.lease_until <= now()
      and (d.attempts >= d.max_attempts or exists (select from private.jobs w where w.dedupe_key = d.dedupe_key and w.state = 'waiting'))
    order by d.lease_until limit 100
    for update of d skip locked) a
  where j.id = a.id;
  with due as materialized (
    select d.id, d.due_at, row_number() over (partition by d.lane order by d.due_at, d.id) as turn
    -- More than is wanted, because others may be taking the first of them at this moment.
    from private.due_jobs(max_jobs * 4) d
  ), picked as materialized (
    select j.id
    from due d join private.jobs j on j.id = d.id
    -- Another worker may have been quicker.
    where j.state in ('waiting', 'running') and j.due_at <= now()
    order by d.turn, d.due_at, d.id
    limit max_jobs
    for update of j skip locked
  ), taken as (
    update private.jobs j
    set state = 'running', attempts = j.attempts + 1, lease_token = gen_random_uuid(), lease_until = clock_timestamp() + interval '3 minutes'
    from picked p where j.id = p.id
    returning j.*
  )
  select coalesce(jsonb_agg(jsonb_build_object(
    'id', t.id, 'kind', t.kind, 'tenant_id', t.tenant_id, 'payload', t.payload, 'attempts', t.attempts, 'lease_token', t.lease_token)
    order by t.run_at, t.id), '[]')
  into claimed
  from taken t;
  return claimed;
end;
$$;
create function public.claim_jobs(max_jobs integer default 10) returns jsonb language sql set search_path = ''
return private.claim_jobs(max_jobs);
comment on function public.claim_jobs(integer) is
  'Service role: up to max_jobs (1–100) jobs that are due, the clinics taking turns, oldest first, leased for three minutes: [{ id, kind, tenant_id, payload, attempts, lease_token }].';

create function private.lock_leased_job(job_id uuid, lease_token uuid) returns private.jobs
language plpgsql
set search_path = ''
as $$
declare
  job private.jobs;
begin
  select * into job from private.jobs j where j.id = job_id and j.lease_token = lock_leased_job.lease_token for update;
  if job.id is null then
    perform private.refuse(409, 'lease_lost', 'This job is no longer yours.');
  end if;
  return job;
end;
$$;
comment on function private.lock_leased_job(uuid, uuid) is 'The job, locked, for the worker that holds its lease; else 409 lease_lost.';

create function private.finish_job(job_id uuid, lease_token uuid) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  job private.jobs := private.lock_leased_job(job_id, lease_token);
begin
  update private.jobs j set state = 'done', finished_at = now(), lease_token = null, lease_until = null, last_error = null where j.id = job.id;
  return jsonb_build_object('state', 'done');
end;
$$;
create function public.finish_job(job_id uuid, lease_token uuid) returns jsonb language sql set search_path = ''
return private.finish_job(job_id, lease_token);
comment on function public.finish_job(uuid, uuid) is 'Service role: the job is done: { state }. 409 lease_lost when it was cancelled or has gone to another worker.';

create function private.retry_delay(attempts integer) returns interval
language sql
volatile
set search_path = ''
return interval '1 minute' + random() * (least(interval '1 minute' * power(3, least(attempts, 10)), interval '6 hours') - interval '1 minute');
comment on function private.retry_delay(integer) is
  'How long a job rests after so many attempts: anything from a minute to 3 minutes, then 9, 27 … at most 6 hours, so that what failed together does not come back together.';

create function private.fail_job(job_id uuid, lease_token uuid, error text, retry_after_seconds integer, is_final boolean) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  job private.jobs := private.lock_leased_job(job_id, lease_token);
  reason text := left(coalesce(nullif(btrim(error), ''), 'No reason was given.'), 500);
  outcome text := case when coalesce(is_final, false) or job.attempts >= job.max_attempts then 'dead' else 'waiting' end;
  wait interval := case when retry_after_seconds is null then private.retry_delay(job.attempts)
    else make_interval(secs => least(greatest(retry_after_seconds, 0), 86400)) end;
begin
  begin
    update private.jobs j
    set state = outcome, last_error = reason, lease_token = null, lease_until = null,
        run_at = case when outcome = 'waiting' then now() + wait else j.run_at end,
        finished_at = case when outcome = 'dead' then now() end
    where j.id = job.id;
  exception when unique_violation then
    -- A newer job of the same key is waiting already: it takes this one's place.
    outcome := 'cancelled';
    update private.jobs j set state = outcome, last_error = reason, lease_token = null, lease_until = null, finished_at = now() where j.id = job.id;
  end;
  return jsonb_build_object('state', outcome, 'run_at', case when outcome = 'waiting' then now() + wait end);
end;
$$;
create function public.fail_job(
  job_id uuid, lease_token uuid, error text, retry_after_seconds integer default null, is_final boolean default false)
returns jsonb language sql set search_path = ''
return private.fail_job(job_id, lease_token, error, retry_after_seconds, is_final);
comment on function public.fail_job(uuid, uuid, text, integer, boolean) is
  'Service role: the job failed: { state: waiting|dead|cancelled, run_at }. It is tried again after retry_after_seconds (up to a day) or a random pause that grows; dead after the last attempt or when is_final; cancelled when a newer one of its key waits. error must hold no secrets and no personal data. 409 lease_lost.';

grant execute on function
  private.claim_jobs(integer), public.claim_jobs(integer),
  private.finish_job(uuid, uuid), public.finish_job(uuid, uuid),
  private.fail_job(uuid, uuid, text, integer, boolean), public.fail_job(uuid, uuid, text, integer, boolean)
  to service_role;

-- keeping it small -------------------------------------------------------------------------------------------------

create function private.forget_jobs() returns bigint
language plpgsql
set search_path = ''
as $$
declare
  forgotten bigint;
begin
  delete from private.jobs j where j.state in ('done', 'cancelled') and j.finished_at < now() - interval '30 days';
  get diagnostics forgotten = row_count;
  return forgotten;
end;
$$;
comment on function private.forget_jobs() is 'Removes jobs that were done or cancelled more than 30 days ago and returns how many. Dead ones stay until somebody has looked at them.';

select private.schedule_job('jobs', '* * * * *', 'select private.dispatch_jobs()');
select private.schedule_job('forget-jobs', '0 1 * * *', 'select private.forget_jobs()');
