-- What: the platform at a glance in one round trip: counts, seats, sign-ups, health, latest events.
-- Who:  active super-admins.
-- Relies on: platform_search and audit migrations; pg_cron where the platform has it.
--
-- Each line of health is one function that answers { key, state, detail }; private.platform_health() lists them. A domain that
-- brings a line of its own replaces that function or its placeholder here.

create index profiles_status_idx on public.profiles (status);
create index profiles_created_idx on public.profiles (created_at);
create index memberships_active_idx on public.memberships (tenant_id) where status = 'active';
create index invitations_undelivered_idx on public.invitations (token_issued_at) where delivery in ('failed', 'not_configured');

-- health -----------------------------------------------------------------------------------------------------------

create function private.health(key text, state text, detail jsonb default null) returns jsonb
language sql
immutable
set search_path = ''
return jsonb_build_object('key', key, 'state', state, 'detail', detail);
comment on function private.health(text, text, jsonb) is
  'One line of the platform''s health. state: ok, warning (look at it), problem (act now), not_available (this stack or version has nothing to watch).';

create function private.invitation_mail_health() returns jsonb
language sql
stable
set search_path = ''
begin atomic
  select private.health('invitation_mail',
    case when m.failed > 0 then 'problem' when m.not_configured > 0 then 'warning' else 'ok' end,
    jsonb_build_object('failed', m.failed, 'not_configured', m.not_configured, 'days', 7))
  from (
    select count(*) filter (where i.delivery = 'failed') as failed, count(*) filter (where i.delivery = 'not_configured') as not_configured
    from public.invitations i
    where i.delivery in ('failed', 'not_configured') and i.token_issued_at > now() - interval '7 days'
  ) m;
end;
comment on function private.invitation_mail_health() is 'Invitations of the last seven days whose e-mail did not go out.';

create function private.audit_chain_health(status jsonb) returns jsonb
language sql
stable
set search_path = ''
return private.health('audit_chain',
  -- Events are sealed every minute.
  case
    when (status ->> 'oldest_unsealed_at')::timestamptz < now() - interval '1 hour' then 'problem'
    when (status ->> 'oldest_unsealed_at')::timestamptz < now() - interval '10 minutes' then 'warning'
    else 'ok'
  end,
  jsonb_build_object('unsealed', status -> 'unsealed', 'oldest_unsealed_at', status -> 'oldest_unsealed_at',
    'sealed_through', status -> 'sealed_through'));
comment on function private.audit_chain_health(jsonb) is 'Whether events join the hash chain in time. Takes the answer of private.audit_status().';

create function private.audit_anchor_health(status jsonb) returns jsonb
language sql
stable
set search_path = ''
return private.health('audit_anchor',
  case
    -- The first one is made in the first night.
    when jsonb_typeof(status -> 'last_anchor') is distinct from 'object' then 'not_available'
    when (status #>> '{last_anchor,day}')::date < (now() at time zone 'UTC')::date - 1 then 'problem'
    when status #>> '{last_anchor,delivery}' = 'failed' then 'problem'
    when status #>> '{last_anchor,delivery}' = 'not_configured' then 'warning'
    -- Nobody has come for it: the Vault is not set up, or the function is not deployed.
    when status #>> '{last_anchor,delivery}' = 'pending' and (status #>> '{last_anchor,created_at}')::timestamptz < now() - interval '1 hour'
      then 'warning'
    else 'ok'
  end,
  case when jsonb_typeof(status -> 'last_anchor') = 'object' then jsonb_build_object(
    'day', status #> '{last_anchor,day}', 'delivery', status #> '{last_anchor,delivery}',
    'delivery_error', status #> '{last_anchor,delivery_error}', 'chains', status #> '{last_anchor,chains}') end);
comment on function private.audit_anchor_health(jsonb) is
  'Whether there is an anchor of today or yesterday and it has left the database. Takes the answer of private.audit_status().';

create function private.scheduled_jobs_health() returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  recent record;
begin
  if to_regclass('cron.job_run_details') is null then
    return private.health('scheduled_jobs', 'not_available');
  end if;
  -- The table has no index but its key, so only the newest runs are looked at. As text, because it may not exist.
  execute $query$
    with runs as materialized (
      select r.jobid, r.runid, r.status, r.start_time
      from (select * from cron.job_run_details d order by d.runid desc limit 20000) r
      where r.start_time > now() - interval '24 hours'
    ), last_runs as (
      select distinct on (r.jobid) r.jobid, r.status from runs r where r.status in ('succeeded', 'failed') order by r.jobid, r.runid desc
    )
    select
      (select count(*) from cron.job) as jobs,
      (select count(*) from runs) as runs,
      (select count(*) from runs r where r.status = 'failed') as failed,
      (select max(r.start_time) from runs r) as last_run_at,
      (select coalesce(jsonb_agg(coalesce(j.jobname, j.jobid::text) order by j.jobid), '[]')
       from last_runs l join cron.job j on j.jobid = l.jobid where l.status = 'failed') as failing
  $query$ into recent;
  return private.health('scheduled_jobs',
    case
      when recent.failing <> '[]' then 'problem'
      when recent.failed > 0 then 'warning'
      else 'ok'
    end,
    jsonb_build_object('jobs', recent.jobs, 'runs', recent.runs, 'failed', recent.failed, 'failing', recent.failing,
      'last_run_at', recent.last_run_at, 'hours', 24));
end;
$$;
comment on function private.scheduled_jobs_health() is
  'Runs of pg_cron in the last 24 hours: a problem when a job''s latest run failed, a warning when an earlier one did.';

create function private.mail_sync_health() returns jsonb
language sql
stable
set search_path = ''
return private.health('mail_sync', 'not_available');
comment on function private.mail_sync_health() is 'Placeholder until there are mailboxes to sync.';

create function private.record_sync_health() returns jsonb
language sql
stable
set search_path = ''
return private.health('record_sync', 'not_available');
comment on function private.record_sync_health() is 'Placeholder until there are records to sync.';

create function private.platform_health() returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  audit jsonb := private.audit_status();
begin
  return jsonb_build_array(
    private.invitation_mail_health(),
    private.scheduled_jobs_health(),
    private.audit_chain_health(audit),
    private.audit_anchor_health(audit),
    private.mail_sync_health(),
    private.record_sync_health()
  );
end;
$$;
comment on function private.platform_health() is 'All lines of the platform''s health, in the order in which they are shown.';

-- counts -----------------------------------------------------------------------------------------------------------

create function private.count_recently_seen(since timestamptz) returns bigint
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  -- The Auth service writes refreshed_at without a zone. Converted here, because in the query it would be for every row (7 or 23 ms).
  since_utc constant timestamp := since at time zone 'UTC';
begin
  return (
    select count(*)
    from (
      select u.id from auth.users u where u.last_sign_in_at >= since
      union
      select s.user_id from auth.sessions s where s.refreshed_at >= since_utc or s.created_at >= since
    ) seen
  );
end;
$$;
comment on function private.count_recently_seen(timestamptz) is 'How many people signed in or kept a session alive since then.';

create function private.daily_sign_ups(days integer) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  today date := (now() at time zone 'UTC')::date;
  first_day date := today - (days - 1);
  since timestamptz := first_day::timestamp at time zone 'UTC';
begin
  return (
    select jsonb_agg(jsonb_build_object('day', d.day, 'users', coalesce(p.count, 0), 'clinics', coalesce(t.count, 0)) order by d.day)
    from (select first_day + n as day from generate_series(0, days - 1) n) d
    left join (
      select (x.created_at at time zone 'UTC')::date as day, count(*) from public.profiles x where x.created_at >= since group by 1
    ) p on p.day = d.day
    left join (
      select (x.created_at at time zone 'UTC')::date as day, count(*) from public.tenants x where x.created_at >= since group by 1
    ) t on t.day = d.day
  );
end;
$$;
comment on function private.daily_sign_ups(integer) is 'New people and clinics of the last so many days (UTC, today included), a line for every day, oldest first.';

create function private.admin_overview() returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  none constant jsonb := jsonb_build_object('active', 0, 'suspended', 0, 'deleted', 0);
begin
  perform private.require_super_admin();
  return jsonb_build_object(
    'tenants', none || coalesce((
      select jsonb_object_agg(c.status, c.count) from (select t.status, count(*) from public.tenants t group by t.status) c), '{}'),
    'users', none || coalesce((
      select jsonb_object_agg(c.status, c.count) from (select p.status, count(*) from public.profiles p group by p.status) c), '{}'),
    'active_users_7d', private.count_recently_seen(now() - interval '7 days'),
    -- A deleted clinic's members are disabled, so its seats count for neither.
    'seats', jsonb_build_object(
      'allocated', (select coalesce(sum(t.max_seats), 0) from public.tenants t where t.status <> 'deleted'),
      'used', (select count(*) from public.memberships m where m.status = 'active') + (
        select count(*) from public.invitations i join public.tenants t on t.id = i.tenant_id and t.status <> 'deleted'
        where i.used_at is null and i.revoked_at is null and i.expires_at > now())),
    'sign_ups', private.daily_sign_ups(90),
    'health', private.platform_health(),
    'recent_events', public.admin_list_audit_events(page_size => 10) -> 'events'
  );
end;
$$;
create function public.admin_overview() returns jsonb language sql stable set search_path = ''
return private.admin_overview();
comment on function public.admin_overview() is
  'Super-admin: { tenants, users: counts by status, active_users_7d, seats: { allocated, used }, sign_ups: [{ day, users, clinics }] of 90 days (UTC), health: [{ key, state, detail }], recent_events: the newest ten }.';
grant execute on function private.admin_overview(), public.admin_overview() to authenticated;
