-- What: what becomes of the queue, for the platform: a line of health, the dead jobs, and trying one of them again.
-- Who:  active super-admins.
-- Relies on: job_queue, platform_overview and audit migrations.

create or replace function private.admin_job_queue() returns jsonb
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
    'dead_count', (select count(*) from private.jobs j where j.state = 'dead'),
    'dead', coalesce((
      select jsonb_agg(jsonb_build_object(
        'id', d.id, 'kind', d.kind, 'tenant_slug', t.slug, 'attempts', d.attempts, 'last_error', d.last_error, 'finished_at', d.finished_at)
        order by d.finished_at desc, d.id)
      from (select * from private.jobs j where j.state = 'dead' order by j.finished_at desc, j.id limit 50) d
      left join public.tenants t on t.id = d.tenant_id), '[]'));
end;
$$;
comment on function public.admin_job_queue() is
  'Super-admin: { waiting, overdue: due for more than five minutes, oldest_due_at: of what is due, dead_count: how many have given up, dead: the newest fifty of them [{ id, kind, tenant_slug, attempts, last_error, finished_at }] }.';
