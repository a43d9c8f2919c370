-- What: which reminders are due when: planned as visits are booked, moved, confirmed and cancelled, and as rules change.
-- Who:  triggers; owners of a clinic change its rules.
-- Relies on: reminders and job_queue migrations.
--
-- Whoever changes an appointment or a client holds that row until the end of the transaction, and plans under the clinic's
-- shared lock; whoever changes the rules plans for all appointments under the exclusive one. So neither misses what the other does.

create function private.lock_reminder_plan(tenant_id uuid, is_exclusive boolean) returns void
language plpgsql
set search_path = ''
as $$
begin
  if is_exclusive then
    perform pg_advisory_xact_lock(hashtextextended('reminders ' || tenant_id::text, 0));
  else
    perform pg_advisory_xact_lock_shared(hashtextextended('reminders ' || tenant_id::text, 0));
  end if;
end;
$$;
comment on function private.lock_reminder_plan(uuid, boolean) is 'Until the end of the transaction: rules do not change while appointments are planned, nor the other way round.';

create function private.reminder_obstacle(client public.clients, channel text) returns text
language plpgsql
stable
set search_path = ''
as $$
begin
  return case
    when client.archived_at is not null or client.merged_into is not null then 'client_archived'
    when not client.consent_reminders then 'no_consent'
    when channel = 'email' and client.email is null then 'no_email'
    when channel = 'sms' and private.reminder_number(client) is null then 'no_phone'
  end;
end;
$$;
create function private.reminder_number(client public.clients) returns text
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select i.normalised from public.client_identifiers i
    where i.tenant_id = client.tenant_id and i.client_id = client.id and i.kind = 'phone' and i.normalised is not null
    order by i.is_primary desc, i.created_at, i.id limit 1);
end;
$$;
comment on function private.reminder_obstacle(public.clients, text) is 'Why a client is not to be reminded this way; null when nothing is in the way.';
comment on function private.reminder_number(public.clients) is 'The number a client gets text messages at, E.164; null when there is none.';

create function private.plan_reminders(tenant_id uuid, appointment_ids uuid[] default null) returns void
language plpgsql
security definer
set search_path = ''
as $$
#variable_conflict use_column
declare
  zone text := (select t.time_zone from public.tenants t where t.id = plan_reminders.tenant_id);
  settings public.scheduling_settings;
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
      select private.reminder_moment(v.starts_at, r.minutes_before, zone, settings.quiet_from, settings.quiet_to) as due_at) m
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

  update public.reminder_deliveries d
  set state = 'cancelled',
      reason = case when v.status = 'cancelled' then 'appointment_cancelled' when v.status not in ('booked', 'confirmed') then 'appointment_over'
        when v.starts_at <> d.starts_at then 'moved' else 'rule_off' end
  from public.appointments v
  where d.tenant_id = plan_reminders.tenant_id and d.state = 'scheduled' and (appointment_ids is null or d.appointment_id = any (appointment_ids))
    and v.tenant_id = d.tenant_id and v.id = d.appointment_id
    and (v.status not in ('booked', 'confirmed') or v.starts_at <> d.starts_at or not (d.is_manual or exists (
      select from public.reminder_rules r where r.tenant_id = d.tenant_id and r.id = d.rule_id and r.is_active)));
end;
$$;
comment on function private.plan_reminders(uuid, uuid[]) is
  'Brings the reminders of these appointments, or of all of the clinic to come, in line with rules, quiet hours and clients. Twice is once.';

-- every scheduled reminder is a job ----------------------------------------------------------------------------------

create function private.cancel_jobs(dedupe_keys text[]) returns void
language plpgsql
set search_path = ''
as $$
begin
  update private.jobs j set state = 'cancelled', finished_at = now(), lease_token = null, lease_until = null
  from (select k.dedupe_key from unnest(dedupe_keys) k (dedupe_key)) k
  where j.dedupe_key = k.dedupe_key and j.state in ('waiting', 'running');
end;
$$;
comment on function private.cancel_jobs(text[]) is 'Takes the jobs of many keys out, as cancel_job does of one.';

create function private.queue_reminders() returns trigger
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
  perform private.enqueue_job('send-reminder', jsonb_build_object('delivery_id', d.id), d.tenant_id, d.due_at, 'send-reminder:' || d.id)
  from public.reminder_deliveries d where d.id = any (put_in);
  if taken_out is not null then
    perform private.cancel_jobs(array(select 'send-reminder:' || i.id from unnest(taken_out) i (id)));
  end if;
  return null;
end;
$$;
comment on function private.queue_reminders() is 'Trigger: a scheduled reminder has a job that waits for its time, and no other has.';
create trigger queue_new after insert on public.reminder_deliveries
  referencing new table as new_rows for each statement execute function private.queue_reminders();
create trigger queue_changed after update on public.reminder_deliveries
  referencing old table as old_rows new table as new_rows for each statement execute function private.queue_reminders();

-- what sets planning off ---------------------------------------------------------------------------------------------

create function private.plan_for_appointments() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  clinic record;
begin
  for clinic in
    select n.tenant_id, array_agg(n.id) as ids, array_agg(n.client_id) as client_ids
    from new_rows n
    where n.starts_at > now() or exists (
      select from public.reminder_deliveries d where d.tenant_id = n.tenant_id and d.appointment_id = n.id and d.state = 'scheduled')
    group by n.tenant_id order by n.tenant_id
  loop
    -- A consent that is being given at this moment is waited for.
    perform from public.clients c
    where c.tenant_id = clinic.tenant_id and c.id = any (clinic.client_ids) order by c.id for no key update;
    perform private.lock_reminder_plan(clinic.tenant_id, false);
    perform private.plan_reminders(clinic.tenant_id, clinic.ids);
  end loop;
  return null;
end;
$$;
comment on function private.plan_for_appointments() is 'Trigger: plans the reminders of new appointments.';
create trigger plan_reminders after insert on public.appointments
  referencing new table as new_rows for each statement execute function private.plan_for_appointments();

create function private.replan_for_appointments() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  clinic record;
begin
  -- Planned at each call: see queue_reminders.
  for clinic in execute $query$
    select n.tenant_id, array_agg(n.id) as ids, array_agg(n.client_id) as client_ids,
      array_agg(n.id) filter (where n.client_id <> o.client_id) as given_ids
    from new_rows n join old_rows o on o.id = n.id
    where (n.starts_at, n.status, n.client_id) is distinct from (o.starts_at, o.status, o.client_id)
    group by n.tenant_id order by n.tenant_id $query$
  loop
    -- A visit that now is another client's: the first one's link shows nothing of it. Merging keeps the person.
    if clinic.given_ids is not null and coalesce(current_setting('chairside.keep_times', true), '') <> 'on' then
      update private.appointment_links l set revoked_at = now()
      where l.tenant_id = clinic.tenant_id and l.appointment_id = any (clinic.given_ids) and l.revoked_at is null;
    end if;
    perform from public.clients c
    where c.tenant_id = clinic.tenant_id and c.id = any (clinic.client_ids) order by c.id for no key update;
    perform private.lock_reminder_plan(clinic.tenant_id, false);
    perform private.plan_reminders(clinic.tenant_id, clinic.ids);
  end loop;
  return null;
end;
$$;
comment on function private.replan_for_appointments() is 'Trigger: plans again for appointments that moved, changed their status or their client.';
create trigger replan_reminders after update on public.appointments
  referencing old table as old_rows new table as new_rows for each statement execute function private.replan_for_appointments();

create function private.plan_for_client() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  ids uuid[];
begin
  if new.erased_at is distinct from old.erased_at then
    -- A provider's refusal may quote the address.
    update public.reminder_deliveries d set last_error = ''
    from public.appointments v
    where d.tenant_id = new.tenant_id and v.tenant_id = d.tenant_id and v.id = d.appointment_id and v.client_id = new.id and d.last_error <> '';
  end if;
  perform private.lock_reminder_plan(new.tenant_id, false);
  ids := array(select v.id from public.appointments v where v.tenant_id = new.tenant_id and v.client_id = new.id and v.starts_at > now());
  if ids <> '{}' then
    perform private.plan_reminders(new.tenant_id, ids);
  end if;
  return null;
end;
$$;
comment on function private.plan_for_client() is 'Trigger: a client agreed or no longer does, or is reached otherwise.';
create trigger plan_reminders after update of consent_reminders, email, phone, archived_at, merged_into, erased_at on public.clients for each row
  when ((new.consent_reminders, new.email, new.phone, new.archived_at, new.merged_into, new.erased_at)
    is distinct from (old.consent_reminders, old.email, old.phone, old.archived_at, old.merged_into, old.erased_at))
  execute function private.plan_for_client();

create function private.plan_for_clinic() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  clinic_id uuid := to_jsonb(coalesce(new, old)) ->> case tg_table_name when 'tenants' then 'id' else 'tenant_id' end;
begin
  perform private.lock_reminder_plan(clinic_id, true);
  if tg_table_name = 'tenants' then
    if old.status <> 'active' then
      -- What fell due in the meantime is not made up for.
      update public.reminder_deliveries d set state = 'skipped', reason = 'clinic_inactive'
      where d.tenant_id = clinic_id and d.state = 'scheduled' and d.due_at <= now();
    end if;
  end if;
  perform private.plan_reminders(clinic_id);
  return null;
end;
$$;
comment on function private.plan_for_clinic() is 'Trigger: rules, quiet hours or zone of a clinic changed, or it is active again: all its reminders are planned again.';
create trigger plan_reminders after insert or delete or update of minutes_before, is_active, stop_if_confirmed on public.reminder_rules
  for each row execute function private.plan_for_clinic();
create trigger plan_reminders after update of quiet_from, quiet_to on public.scheduling_settings for each row
  when ((new.quiet_from, new.quiet_to) is distinct from (old.quiet_from, old.quiet_to)) execute function private.plan_for_clinic();
create trigger plan_reminders after update of time_zone, status on public.tenants for each row
  when (new.time_zone <> old.time_zone or (new.status = 'active' and old.status <> 'active')) execute function private.plan_for_clinic();
