-- What: which reminders are due when: planned as visits are booked, moved, confirmed and cancelled, and as rules change.
-- Who:  triggers; owners of a clinic change its rules.
-- Relies on: reminders and job_queue migrations.
--
-- Whoever changes an appointment or a client holds that row until the end of the transaction, and plans under the clinic's
-- shared lock; whoever changes the rules plans for all appointments under the exclusive one. So neither misses what the other does.

create or replace function private.plan_reminders(tenant_id uuid, appointment_ids uuid[] default null) returns void
language plpgsql
security definer
set search_path = ''
as $$
#variable_conflict use_column
declare
  zone text := (select t.time_zone from public.tenants t where t.id = plan_reminders.tenant_id);
  settings public.scheduling_settings;
  gone uuid[];
  reasons text[];
begin
  select * into settings from public.scheduling_settings s where s.tenant_id = plan_reminders.tenant_id;
  insert into public.reminder_deliveries as d (tenant_id, appointment_id, rule_id, channel, starts_at, due_at, state, reason)
  select w.tenant_id, w.appointment_id, w.rule_id, w.channel, w.starts_at, w.due_at,
    case when w.reason is null then 'scheduled' when w.reason = 'confirmed' then 'cancelled' else 'skipped' end, w.reason
  from (
    select v.tenant_id, v.id as appointment_id, r.id as rule_id, r.channel, v.starts_at, m.due_at,
      case
        when v.status = 'confirmed' and r.stop_if_confirmed then 'confirmed'
        when m.due_at <= now() and v.starts_at - make_interval(mins => r.minutes_before) > now() then 'quiet_hours'
        when m.due_at <= now() then 'too_late'
        else private.reminder_obstacle(row(c.*)::public.clients, r.channel)
      end as reason
    from public.appointments v
    -- One by one, by the key: after a large import the planner would walk through all clients for each.
    cross join lateral (select x.* from public.clients x where x.tenant_id = v.tenant_id and x.id = v.client_id offset 0) c
    join public.reminder_rules r on r.tenant_id = v.tenant_id and r.is_active
    cross join lateral (
      select private.reminder_moment(v.starts_at, r.minutes_before, zone, settings.quiet_from, settings.quiet_to) as due_at offset 0) m
    where v.tenant_id = plan_reminders.tenant_id and (appointment_ids is null or v.id = any (appointment_ids))
      and v.starts_at > now() and v.status in ('booked', 'confirmed')
  ) w
  on conflict (tenant_id, appointment_id, rule_id, starts_at) do update
  set due_at = excluded.due_at, state = excluded.state, reason = excluded.reason
  -- What went out, failed or is on its way stays what it is.
  where d.state in ('scheduled', 'cancelled', 'skipped')
    and (d.due_at, d.state, d.reason) is distinct from (excluded.due_at, excluded.state, excluded.reason)
    -- Due and not yet sent is the worker's business; and what was skipped for another reason was not too late.
    and not (coalesce(excluded.reason in ('too_late', 'quiet_hours'), false)
      and (d.state = 'skipped' or (d.state = 'scheduled' and d.due_at = excluded.due_at)));

  select array_agg(x.id), array_agg(x.reason) into gone, reasons
  from (
    select d.id, case when v.status = 'cancelled' then 'appointment_cancelled' when v.status not in ('booked', 'confirmed') then 'appointment_over'
      when v.starts_at <> d.starts_at then 'moved' else 'rule_off' end as reason
    from public.reminder_deliveries d
    cross join lateral (select x.* from public.appointments x where x.tenant_id = d.tenant_id and x.id = d.appointment_id offset 0) v
    where d.tenant_id = plan_reminders.tenant_id and d.state = 'scheduled' and (appointment_ids is null or d.appointment_id = any (appointment_ids))
      and (v.status not in ('booked', 'confirmed') or v.starts_at <> d.starts_at or not (d.is_manual or exists (
        select from public.reminder_rules r where r.tenant_id = d.tenant_id and r.id = d.rule_id and r.is_active)))
  ) x;
  update public.reminder_deliveries d set state = 'cancelled', reason = g.reason from unnest(gone, reasons) g (id, reason) where d.id = g.id;
end;
$$;

create or replace function private.queue_reminders() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  put_in uuid[];
  taken_out uuid[];
begin
  if tg_op = 'INSERT' then
    put_in := array(select n.id from new_rows n where n.state = 'scheduled');
  else
    -- Planned at each call, because a plan made for one row would compare five thousand with five thousand. With another count
    -- of attempts it is the job itself that settles its reminder.
    execute $query$
      select array_agg(n.id) filter (where n.state = 'scheduled' and (o.state <> 'scheduled' or o.due_at <> n.due_at)),
        array_agg(n.id) filter (where n.state in ('cancelled', 'skipped') and o.state = 'scheduled' and o.attempts = n.attempts)
      from new_rows n join old_rows o on o.id = n.id $query$ into put_in, taken_out;
  end if;
  -- As enqueue_job does it, but for the thousands of a whole clinic at once.
  insert into private.jobs as j (kind, payload, tenant_id, run_at, dedupe_key)
  select 'send-reminder', jsonb_build_object('delivery_id', d.id), d.tenant_id, d.due_at, 'send-reminder:' || d.id
  from public.reminder_deliveries d where d.id = any (put_in)
  on conflict (dedupe_key) where state = 'waiting' do update set run_at = excluded.run_at, attempts = 0, last_error = null;
  if taken_out is not null then
    perform private.cancel_jobs(array(select 'send-reminder:' || i.id from unnest(taken_out) i (id)));
  end if;
  return null;
end;
$$;

create or replace function private.plan_for_client() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  ids uuid[];
begin
  perform private.lock_reminder_plan(new.tenant_id, false);
  ids := array(select v.id from public.appointments v where v.tenant_id = new.tenant_id and v.client_id = new.id and v.starts_at > now());
  if ids <> '{}' then
    perform private.plan_reminders(new.tenant_id, ids);
  end if;
  return null;
end;
$$;
