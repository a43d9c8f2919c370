-- What: what becomes of the queue, for the platform: a line of health, the dead jobs, and trying one of them again.
-- Who:  active super-admins.
-- Relies on: job_queue, platform_overview and audit migrations.

create function private.late_jobs(since interval) returns table (jobs bigint, oldest_due_at timestamptz)
language sql
stable
set search_path = ''
begin atomic
  -- Jobs of clinics that are not active wait because they should.
  select count(*), min(j.due_at)
  from private.jobs j left join public.tenants t on t.id = j.tenant_id
  where j.state in ('waiting', 'running') and j.due_at <= now() - since and (j.tenant_id is null or t.status = 'active');
end;
comment on function private.late_jobs(interval) is 'Jobs that have been due for so long, and since when the oldest has.';

create function private.job_queue_health() returns jsonb
language sql
stable
set search_path = ''
begin atomic
  select private.health('job_queue',
    -- The worker is called every minute; what is due for longer has nobody who comes for it.
    case
      when late.oldest_due_at < now() - interval '15 minutes' then 'problem'
      when late.jobs > 0 or dead.jobs > 0 then 'warning'
      else 'ok'
    end,
    jsonb_build_object('overdue', late.jobs, 'oldest_due_at', late.oldest_due_at, 'dead', dead.jobs, 'days', 7))
  from private.late_jobs(interval '5 minutes') late,
    (select count(*) as jobs from private.jobs j where j.state = 'dead' and j.finished_at > now() - interval '7 days') dead;
end;
comment on function private.job_queue_health() is
  'Whether jobs are done in time: a problem when one has been due for a quarter of an hour, a warning after five minutes or when one died in the last seven days.';

create or replace function private.platform_health() returns jsonb
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
    private.job_queue_health(),
    private.audit_chain_health(audit),
    private.audit_anchor_health(audit),
    private.mail_sync_health(),
    private.record_sync_health()
  );
end;
$$;

create function private.admin_job_queue() returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform private.require_super_admin();
  return jsonb_build_object(
    'waiting', (select count(*) from private.jobs j where j.state = 'waiting'),
    'overdue', (select late.jobs from private.late_jobs(interval '5 minutes') late),
    'oldest_due_at', (select late.oldest_due_at from private.late_jobs(interval '0') late),
    'dead', coalesce((
      select jsonb_agg(jsonb_build_object(
        'id', d.id, 'kind', d.kind, 'tenant_slug', t.slug, 'attempts', d.attempts, 'last_error', d.last_error, 'finished_at', d.finished_at)
        order by d.finished_at desc, d.id)
      from (select * from private.jobs j where j.state = 'dead' order by j.finished_at desc, j.id limit 50) d
      left join public.tenants t on t.id = d.tenant_id), '[]'));
end;
$$;
create function public.admin_job_queue() returns jsonb language sql stable set search_path = ''
return private.admin_job_queue();
comment on function public.admin_job_queue() is
  'Super-admin: { waiting, overdue: due for more than five minutes, oldest_due_at: of what is due, dead: the newest fifty [{ id, kind, tenant_slug, attempts, last_error, finished_at }] }.';

create function private.admin_retry_job(job_id uuid, reason text) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  job private.jobs;
begin
  perform private.require_super_admin();
  reason := private.require_reason(reason);
  select * into job from private.jobs j where j.id = job_id for update;
  if job.id is null then
    perform private.refuse(404, 'job_not_found', 'There is no such job.');
  elsif job.state <> 'dead' then
    perform private.refuse(409, 'job_not_dead', 'This job is not waiting for anybody to look at it.');
  end if;
  begin
    update private.jobs j set state = 'waiting', attempts = 0, run_at = now(), finished_at = null where j.id = job.id;
  exception when unique_violation then
    perform private.refuse(409, 'job_replaced', 'A newer job has taken the place of this one.');
  end;
  perform private.record_event('job.retried', job.tenant_id, 'job', job.id::text, job.kind, reason => reason);
  return jsonb_build_object('id', job.id, 'state', 'waiting');
end;
$$;
create function public.admin_retry_job(job_id uuid, reason text) returns jsonb language sql set search_path = ''
return private.admin_retry_job(job_id, reason);
comment on function public.admin_retry_job(uuid, text) is
  'Super-admin: lets a dead job start over, at once: { id, state }. 404 job_not_found; 409 job_not_dead, job_replaced; 422 reason_required.';

grant execute on function private.admin_job_queue(), public.admin_job_queue(),
  private.admin_retry_job(uuid, text), public.admin_retry_job(uuid, text) to authenticated;
