-- What: a mailbox that is done hands its place to the next one that is due; a clinic has half of the places at most; the
--       interval of a mailbox counts from when it was looked at.
-- Who:  pg_cron begins, the Edge Function mail-sync (service_role) goes on by finishing.
-- Relies on: syncing_mail migration.
--
-- The schedule looks once a minute, and a run has a limit. Were it for the schedule alone, a history of 10,000 messages would take
-- most of an hour and five mailboxes a minute would be all there is; this way as many are at work at once as may be, as long as
-- anything is due.

comment on table private.mail_sync_settings is
  'How the mail sync works on this platform: mailboxes at work at once, length of a lease, and after how many failures in a row a mailbox is left alone.';

create function private.mail_syncs_at_work() returns table (tenant_id uuid, mailboxes integer)
language sql
stable
set search_path = ''
begin atomic
  select a.tenant_id, count(*)::integer from public.mail_accounts a
  where a.lease_until > now() or (a.status = 'active' and a.next_sync_at <= now() and a.dispatched_at > now() - interval '50 seconds')
  group by a.tenant_id;
end;
comment on function private.mail_syncs_at_work() is 'How many mailboxes of each clinic are being synced, or were called a moment ago.';

create or replace function private.due_mail_accounts(most integer) returns table (id uuid, tenant_id uuid)
language sql
stable
set search_path = ''
begin atomic
  select d.id, d.tenant_id
  from (
    -- The first of each clinic come before the second of any: a clinic with fifty mailboxes does not keep the others waiting.
    select a.id, a.tenant_id, a.last_attempt_at,
      coalesce(w.mailboxes, 0) + row_number() over (partition by a.tenant_id order by a.last_attempt_at nulls first, a.id) as turn
    from public.mail_accounts a join public.tenants t on t.id = a.tenant_id and t.status = 'active'
    left join private.mail_syncs_at_work() w on w.tenant_id = a.tenant_id
    where a.status = 'active' and a.preset <> 'webhook' and a.next_sync_at <= now()
      and (a.lease_until is null or a.lease_until <= now())
      and (a.dispatched_at is null or a.dispatched_at <= now() - interval '50 seconds')
  ) d
  -- Nor does one whose mail servers hang.
  where d.turn <= (select (s.batch_limit + 1) / 2 from private.mail_sync_settings s)
  order by d.turn, d.last_attempt_at nulls first, d.id
  limit most;
end;
comment on function private.due_mail_accounts(integer) is
  'Mailboxes whose turn it is: due, not leased, not called a moment ago, of active clinics that have not half of the places already; the clinics taking turns, least recently synced first.';

create function private.call_mail_syncs(most integer) returns integer
language plpgsql
set search_path = ''
as $$
declare
  free integer := (select s.batch_limit from private.mail_sync_settings s) - (select coalesce(sum(w.mailboxes), 0) from private.mail_syncs_at_work() w);
  account record;
  calls integer := 0;
begin
  for account in
    with due as materialized (select d.id from private.due_mail_accounts(greatest(0, least(free, most))) d),
    locked as materialized (select a.id from public.mail_accounts a join due using (id) for no key update of a skip locked)
    update public.mail_accounts a set dispatched_at = now() from locked l where a.id = l.id returning a.id
  loop
    perform private.dispatch('mail-sync', jsonb_build_object('account_id', account.id));
    calls := calls + 1;
  end loop;
  return calls;
end;
$$;
comment on function private.call_mail_syncs(integer) is
  'Calls the worker once for each mailbox whose turn it is, as many as asked for and as batch_limit leaves places. Returns how many.';

create or replace function private.dispatch_mail_syncs() returns integer
language plpgsql
set search_path = ''
as $$
begin
  -- A worker that never came back: its run is closed before the next one begins.
  update public.mail_runs r set ended_at = now(), outcome = 'abandoned', error_code = 'lease_lost', error = 'The worker never came back.'
  from public.mail_accounts a
  where r.ended_at is null and a.id = r.account_id and (a.lease_token is distinct from r.lease_token or a.lease_until <= now());
  return private.call_mail_syncs((select s.batch_limit from private.mail_sync_settings s));
end;
$$;
comment on function private.dispatch_mail_syncs() is
  'Every minute: closes the runs of workers that never came back, and calls the worker for the mailboxes whose turn it is, as many as batch_limit leaves places. Returns how many.';

create or replace function private.finish_mail_sync(account_id uuid, lease_token uuid, result jsonb) returns jsonb
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
  progress bigint := (select coalesce(sum(c.value::bigint), 0) from jsonb_each_text(counts) c where c.key <> 'backlog');
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
        -- One that has more, and yet did nothing, does not go round and round.
        when 'more' then now() + case when progress > 0 then interval '0' else interval '1 minute' end
        -- The schedule looks once a minute. A little early, or it would always be the minute after the interval has passed.
        else greatest(now(), a.last_attempt_at + make_interval(mins => a.interval_minutes) - interval '20 seconds') end
  where a.id = account.id returning * into account;
  update public.mail_runs r
  set ended_at = now(), outcome = finish_mail_sync.result ->> 'outcome', counts = coalesce(finish_mail_sync.result -> 'counts', '{}'), error_code = code, error = reason
  where r.account_id = account.id and r.lease_token = finish_mail_sync.lease_token and r.ended_at is null;
  if state <> 'active' then
    perform private.record_event('mail_account.stopped', account.tenant_id, 'mail_account', account.id::text, account.address,
      details => jsonb_build_object('error_code', code), succeeded => false);
  end if;
  perform private.call_mail_syncs(1);
  return jsonb_build_object('status', account.status, 'next_sync_at', account.next_sync_at);
end;
$$;
