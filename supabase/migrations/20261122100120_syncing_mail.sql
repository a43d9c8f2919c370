-- What: which mailbox is synced when and by whom: due ones are called in turn, a worker takes a lease, and what it did is on record.
-- Who:  pg_cron dispatches; the Edge Function mail-sync (service_role) claims, extends and finishes; owners read the health.
-- Relies on: managing_mail_accounts, jobs migrations.
--
-- The dispatcher names the mailbox and the worker takes the lease: a call that is lost costs a minute. Whatever the worker
-- writes names the lease, so that one that was thought dead cannot write any more (fencing).

create table private.mail_sync_settings (
  is_only boolean primary key default true check (is_only),
  batch_limit integer not null default 5 check (batch_limit between 1 and 500),
  lease_minutes integer not null default 3 check (lease_minutes between 1 and 30),
  most_failures integer not null default 12 check (most_failures between 1 and 100),
  most_auth_failures integer not null default 3 check (most_auth_failures between 1 and 100)
);
comment on table private.mail_sync_settings is
  'How the mail sync works on this platform: mailboxes called a minute, length of a lease, and after how many failures in a row a mailbox is left alone.';
insert into private.mail_sync_settings default values;

create function private.due_mail_accounts(most integer) returns table (id uuid, tenant_id uuid)
language sql
stable
set search_path = ''
begin atomic
  select d.id, d.tenant_id
  from (
    -- The first of each clinic come before the second of any: a clinic with fifty mailboxes does not keep the others waiting.
    select a.id, a.tenant_id, a.last_attempt_at, row_number() over (partition by a.tenant_id order by a.last_attempt_at nulls first, a.id) as turn
    from public.mail_accounts a join public.tenants t on t.id = a.tenant_id and t.status = 'active'
    where a.status = 'active' and a.preset <> 'webhook' and a.next_sync_at <= now()
      and (a.lease_until is null or a.lease_until <= now())
      and (a.dispatched_at is null or a.dispatched_at <= now() - interval '50 seconds')
  ) d
  order by d.turn, d.last_attempt_at nulls first, d.id
  limit most;
end;
comment on function private.due_mail_accounts(integer) is
  'Mailboxes whose turn it is: due, not leased, not called a moment ago, of active clinics; the clinics taking turns, least recently synced first.';

create function private.dispatch_mail_syncs() returns integer
language plpgsql
set search_path = ''
as $$
declare
  account record;
  calls integer := 0;
begin
  -- A worker that never came back: its run is closed before the next one begins.
  update public.mail_runs r set ended_at = now(), outcome = 'abandoned', error_code = 'lease_lost', error = 'The worker never came back.'
  from public.mail_accounts a
  where r.ended_at is null and a.id = r.account_id and (a.lease_token is distinct from r.lease_token or a.lease_until <= now());
  for account in
    with due as materialized (select d.id from private.due_mail_accounts((select s.batch_limit from private.mail_sync_settings s)) d),
    locked as materialized (select a.id from public.mail_accounts a join due using (id) for no key update of a skip locked)
    update public.mail_accounts a set dispatched_at = now() from locked l where a.id = l.id returning a.id
  loop
    perform private.dispatch('mail-sync', jsonb_build_object('account_id', account.id));
    calls := calls + 1;
  end loop;
  return calls;
end;
$$;
comment on function private.dispatch_mail_syncs() is 'Calls the worker once for each mailbox whose turn it is, as many as batch_limit allows. Returns how many.';

create function private.quiet_end(account public.mail_accounts, moment timestamptz) returns timestamptz
language plpgsql
stable
set search_path = ''
as $$
declare
  zone text := (select t.time_zone from public.tenants t where t.id = account.tenant_id);
  local timestamp := moment at time zone zone;
  clock time := local::time;
begin
  if account.quiet_from = account.quiet_to
    or not (case when account.quiet_from < account.quiet_to then clock >= account.quiet_from and clock < account.quiet_to
      else clock >= account.quiet_from or clock < account.quiet_to end)
  then
    return null;
  end if;
  return ((local::date + case when clock < account.quiet_to then 0 else 1 end) + account.quiet_to) at time zone zone;
end;
$$;
comment on function private.quiet_end(public.mail_accounts, timestamptz) is
  'When the quiet hours of a mailbox end, where its clinic is; null when it is not quiet. Equal times mean no quiet hours.';

-- for the Edge Function alone --------------------------------------------------------------------------------------

create function private.claim_mail_account(account_id uuid, cause text, actor_id uuid) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  account public.mail_accounts;
  run public.mail_runs;
  quiet_until timestamptz;
  minutes integer := (select s.lease_minutes from private.mail_sync_settings s);
begin
  select a.* into account from public.mail_accounts a join public.tenants t on t.id = a.tenant_id and t.status = 'active'
  where a.id = claim_mail_account.account_id and a.status <> 'removed' and a.preset <> 'webhook' for no key update of a;
  if account.id is null then
    perform private.refuse(404, 'mail_account_not_found', 'There is no such mailbox.');
  elsif account.status <> 'active' then
    return jsonb_build_object('skipped', replace(account.status, '_', '-'));
  elsif account.lease_until > now() then
    return jsonb_build_object('skipped', 'already-syncing');
  end if;
  if cause = 'schedule' then
    if account.next_sync_at > now() then
      return jsonb_build_object('skipped', 'not-due');
    end if;
    quiet_until := private.quiet_end(account, now());
    if quiet_until is not null then
      -- Spread, or all mailboxes would come at the same minute of the morning.
      update public.mail_accounts a set next_sync_at = quiet_until + random() * make_interval(mins => least(a.interval_minutes, 10)) where a.id = account.id;
      return jsonb_build_object('skipped', 'quiet-hours', 'until', quiet_until);
    end if;
  end if;
  update public.mail_runs r set ended_at = now(), outcome = 'abandoned', error_code = 'lease_lost', error = 'The worker never came back.'
  where r.account_id = account.id and r.ended_at is null;
  update public.mail_accounts a
  set lease_token = gen_random_uuid(), lease_until = clock_timestamp() + make_interval(mins => minutes), last_attempt_at = now()
  where a.id = account.id returning * into account;
  insert into public.mail_runs (tenant_id, account_id, cause, requested_by, lease_token)
  values (account.tenant_id, account.id, claim_mail_account.cause, actor_id, account.lease_token)
  returning * into run;
  return jsonb_build_object(
    'run_id', run.id, 'lease_token', account.lease_token,
    'account', to_jsonb(account) - array['lease_token', 'dispatched_at'],
    'folders', private.mail_folders_json(account.id),
    'credential', private.read_credential(account.tenant_id, 'mail_accounts', account.id, 'password'));
end;
$$;
create function public.claim_mail_account(account_id uuid, cause text, actor_id uuid default null) returns jsonb language sql set search_path = ''
return private.claim_mail_account(account_id, cause, actor_id);
comment on function public.claim_mail_account(uuid, text, uuid) is
  'Service role: takes the lease of a mailbox for a run (cause schedule or member) and returns { run_id, lease_token, account, folders, credential }; or { skipped: quiet-hours|already-syncing|not-due|paused|auth-error|suspended }. 404 mail_account_not_found.';

create function private.require_mail_lease(account_id uuid, lease_token uuid) returns public.mail_accounts
language plpgsql
set search_path = ''
as $$
declare
  account public.mail_accounts;
begin
  select a.* into account from public.mail_accounts a join public.tenants t on t.id = a.tenant_id and t.status = 'active'
  where a.id = account_id and a.lease_token = require_mail_lease.lease_token and a.lease_until > now() for no key update of a;
  if account.id is null then
    perform private.refuse(409, 'lease_lost', 'This mailbox is no longer yours.');
  end if;
  return account;
end;
$$;
comment on function private.require_mail_lease(uuid, uuid) is 'The mailbox, locked, for the worker that holds its lease; else 409 lease_lost.';

create function private.extend_mail_lease(account_id uuid, lease_token uuid) returns timestamptz
language plpgsql
security definer
set search_path = ''
as $$
declare
  account public.mail_accounts := private.require_mail_lease(account_id, lease_token);
begin
  update public.mail_accounts a
  set lease_until = clock_timestamp() + make_interval(mins => (select s.lease_minutes from private.mail_sync_settings s))
  where a.id = account.id returning a.lease_until into account.lease_until;
  return account.lease_until;
end;
$$;
create function public.extend_mail_lease(account_id uuid, lease_token uuid) returns timestamptz language sql set search_path = ''
return private.extend_mail_lease(account_id, lease_token);
comment on function public.extend_mail_lease(uuid, uuid) is 'Service role: the lease lasts its full length again; returns until when. 409 lease_lost.';

create function private.mail_backoff(fail_count integer, error_code text) returns interval
language sql
volatile
set search_path = ''
return least(case when error_code in ('throttled', 'auth') then interval '5 minutes' else interval '1 minute' end * power(2, least(fail_count, 12)), interval '6 hours')
  * (0.5 + random() * 0.5);
comment on function private.mail_backoff(integer, text) is
  'How long a mailbox rests after so many failures in a row: doubling from a minute, or from five where the server asked for a pause, up to 6 hours; half of it by chance.';

create function private.finish_mail_sync(account_id uuid, lease_token uuid, result jsonb) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  account public.mail_accounts := private.require_mail_lease(account_id, lease_token);
  settings private.mail_sync_settings := (select s from private.mail_sync_settings s);
  outcome text := result ->> 'outcome';
  code text := result ->> 'error_code';
  reason text := left(result ->> 'error', 500);
  counts jsonb := coalesce(result -> 'counts', '{}');
  failures integer := 0;
  auth_failures integer := 0;
  state text := 'active';
begin
  if outcome is null or outcome not in ('done', 'more', 'failed') then
    perform private.refuse(422, 'values_invalid', 'A run is done, has more, or failed.', 'outcome');
  end if;
  if outcome = 'failed' then
    failures := account.fail_count + 1;
    auth_failures := case when code = 'auth' then account.auth_fail_count + 1 else 0 end;
    state := case when auth_failures >= settings.most_auth_failures then 'auth_error'
      when failures >= settings.most_failures or code = 'permanent' then 'suspended' else 'active' end;
  end if;
  update public.mail_accounts a
  set lease_token = null, lease_until = null, dispatched_at = null, fail_count = failures, auth_fail_count = auth_failures, status = state,
      last_error_code = case when outcome = 'failed' then code end, last_error = case when outcome = 'failed' then reason end,
      last_synced_at = case when outcome = 'failed' then a.last_synced_at else now() end,
      backlog = greatest(coalesce((counts ->> 'backlog')::integer, a.backlog), 0),
      next_sync_at = case outcome
        when 'failed' then now() + private.mail_backoff(failures, code)
        when 'more' then now()
        else now() + make_interval(mins => a.interval_minutes) end
  where a.id = account.id returning * into account;
  update public.mail_runs r
  set ended_at = now(), outcome = finish_mail_sync.result ->> 'outcome', counts = coalesce(finish_mail_sync.result -> 'counts', '{}'), error_code = code, error = reason
  where r.account_id = account.id and r.lease_token = finish_mail_sync.lease_token and r.ended_at is null;
  if state <> 'active' then
    perform private.record_event('mail_account.stopped', account.tenant_id, 'mail_account', account.id::text, account.address,
      details => jsonb_build_object('error_code', code), succeeded => false);
  end if;
  return jsonb_build_object('status', account.status, 'next_sync_at', account.next_sync_at);
end;
$$;
create function public.finish_mail_sync(account_id uuid, lease_token uuid, result jsonb) returns jsonb language sql set search_path = ''
return private.finish_mail_sync(account_id, lease_token, result);
comment on function public.finish_mail_sync(uuid, uuid, jsonb) is
  'Service role: ends a run with { outcome: done|more|failed, counts, error_code: auth|throttled|network|poisoned|permanent|internal, error }, which holds no secrets, gives the lease back and says when the next one is: { status, next_sync_at }. 409 lease_lost.';

-- sync now ---------------------------------------------------------------------------------------------------------

create function private.check_sync_now(account_id uuid) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  account public.mail_accounts;
begin
  select * into account from public.mail_accounts a
  where a.id = check_sync_now.account_id and a.tenant_id = any (private.tenant_ids()) and a.status <> 'removed' and a.preset <> 'webhook';
  if account.id is null then
    perform private.refuse(404, 'mail_account_not_found', 'There is no such mailbox.');
  end if;
  return jsonb_build_object('account_id', account.id, 'tenant_id', account.tenant_id);
end;
$$;
create function public.check_sync_now(account_id uuid) returns jsonb language sql stable set search_path = ''
return private.check_sync_now(account_id);
comment on function public.check_sync_now(uuid) is
  'Member: whether a mailbox is one of the caller''s clinic, for "sync now": { account_id, tenant_id }. 404 mail_account_not_found.';
grant execute on function private.check_sync_now(uuid), public.check_sync_now(uuid) to authenticated;
grant execute on function
  private.claim_mail_account(uuid, text, uuid), public.claim_mail_account(uuid, text, uuid),
  private.extend_mail_lease(uuid, uuid), public.extend_mail_lease(uuid, uuid),
  private.finish_mail_sync(uuid, uuid, jsonb), public.finish_mail_sync(uuid, uuid, jsonb)
  to service_role;

-- keeping it small, and showing it ---------------------------------------------------------------------------------

create function private.forget_mail_runs() returns bigint
language plpgsql
set search_path = ''
as $$
declare
  forgotten bigint;
begin
  delete from public.mail_runs r where r.started_at < now() - interval '30 days' and r.ended_at is not null;
  get diagnostics forgotten = row_count;
  return forgotten;
end;
$$;
comment on function private.forget_mail_runs() is 'Removes runs of more than 30 days ago and returns how many.';

create or replace function private.mail_sync_health() returns jsonb
language sql
stable
set search_path = ''
begin atomic
  select private.health('mail_sync',
    case
      when late.oldest < now() - interval '1 hour' then 'problem'
      when late.accounts > 0 or stopped.accounts > 0 then 'warning'
      else 'ok'
    end,
    jsonb_build_object('overdue', late.accounts, 'oldest_due_at', late.oldest, 'stopped', stopped.accounts, 'accounts', everybody.accounts))
  from (
    select count(*) as accounts, min(a.next_sync_at) as oldest
    from public.mail_accounts a join public.tenants t on t.id = a.tenant_id and t.status = 'active'
    where a.status = 'active' and a.preset <> 'webhook' and a.next_sync_at <= now() - interval '15 minutes') late,
    (select count(*) as accounts from public.mail_accounts a where a.status in ('auth_error', 'suspended')) stopped,
    (select count(*) as accounts from public.mail_accounts a where a.status = 'active') everybody;
end;
comment on function private.mail_sync_health() is
  'Whether mailboxes are synced in time: a problem when one has been due for an hour, a warning after a quarter of an hour or when some were stopped by errors.';

select private.schedule_job('mail-sync', '* * * * *', 'select private.dispatch_mail_syncs()');
select private.schedule_job('forget-mail-runs', '10 1 * * *', 'select private.forget_mail_runs()');
