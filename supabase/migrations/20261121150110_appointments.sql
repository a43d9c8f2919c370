-- What: appointments, the times of providers and chairs they take (allocations), and times kept for a while (holds).
-- Who:  every member reads; functions alone write, because every write has to look at what is there under a lock.
-- Relies on: working_hours, client_details, activities and status_transitions migrations.
--
-- Two blocking allocations of one provider or chair never overlap: the exclusion constraint says so to everybody, the SQL editor
-- included. The functions lock providers and chairs in the order of their ids first (lock_subjects), so that nobody meets the
-- constraint or a deadlock, and everybody hears what is in the way.

create table public.service_steps (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  service_id uuid not null,
  kind text not null check (kind in ('provider', 'chair', 'room', 'equipment')),
  offset_minutes integer not null check (offset_minutes between 0 and 715),
  duration_minutes integer not null check (duration_minutes between 5 and 720),
  unique (tenant_id, id),
  foreign key (tenant_id, service_id) references public.services (tenant_id, id) on delete cascade
);
comment on table public.service_steps is 'When during a service a provider, chair, room or piece of equipment is needed. Without a step of its kind it is needed all the time.';
create index service_steps_service_idx on public.service_steps (tenant_id, service_id, kind, offset_minutes);

create table public.appointments (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  client_id uuid not null,
  service_id uuid,
  provider_id uuid,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  status text not null default 'booked'
    check (status in ('booked', 'confirmed', 'arrived', 'in_chair', 'completed', 'cancelled', 'no_show')),
  status_reason text check (length(status_reason) <= 500),
  status_changed_at timestamptz not null default now(),
  status_changed_by uuid default auth.uid(),
  confirmed_at timestamptz,
  arrived_at timestamptz,
  in_chair_at timestamptz,
  completed_at timestamptz,
  cancelled_at timestamptz,
  no_show_at timestamptz,
  cancelled_by text check (cancelled_by in ('client', 'clinic')),
  is_late_cancel boolean not null default false,
  is_overbooked boolean not null default false,
  note text not null default '' check (length(note) <= 2000),
  source text not null default 'staff' check (source in ('staff', 'series', 'waitlist')),
  series_id uuid,
  occurrence_at timestamptz,
  is_exception boolean not null default false,
  revision integer not null default 1,
  created_at timestamptz not null default now(),
  created_by uuid default auth.uid(),
  updated_at timestamptz not null default now(),
  unique (tenant_id, id),
  foreign key (tenant_id, client_id) references public.clients (tenant_id, id),
  foreign key (tenant_id, service_id) references public.services (tenant_id, id),
  foreign key (tenant_id, provider_id) references public.providers (tenant_id, id),
  foreign key (tenant_id, status_changed_by) references public.memberships (tenant_id, user_id),
  foreign key (tenant_id, created_by) references public.memberships (tenant_id, user_id),
  check (starts_at < ends_at and ends_at <= starts_at + interval '1 day'),
  check ((status = 'cancelled') = (cancelled_by is not null)),
  check (not is_late_cancel or cancelled_by = 'client'),
  check ((series_id is null) = (occurrence_at is null))
);
comment on table public.appointments is 'A client''s visit.';
comment on column public.appointments.provider_id is 'The main provider; null when none is needed.';
comment on column public.appointments.starts_at is 'Without buffers, as the client knows it.';
comment on column public.appointments.is_late_cancel is 'The client cancelled within the clinic''s late_cancel_hours.';
comment on column public.appointments.is_overbooked is 'Booked over something that was there, on purpose.';
comment on column public.appointments.occurrence_at is 'When the series would have it (RECURRENCE-ID of RFC 5545), whenever it is now.';
comment on column public.appointments.is_exception is 'Changed by itself, so that changes to the series leave it alone.';
comment on column public.appointments.revision is 'Counts the changes, so that two people who edit at once notice each other.';
create index appointments_calendar_idx on public.appointments (tenant_id, starts_at, id);
create index appointments_client_idx on public.appointments (tenant_id, client_id, starts_at desc, id desc);
create index appointments_provider_idx on public.appointments (tenant_id, provider_id, starts_at);
create index appointments_service_idx on public.appointments (tenant_id, service_id);
create unique index appointments_series_idx on public.appointments (tenant_id, series_id, occurrence_at);
create index appointments_status_changed_by_idx on public.appointments (tenant_id, status_changed_by);
create index appointments_created_by_idx on public.appointments (tenant_id, created_by);

create table public.holds (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  service_id uuid,
  provider_id uuid,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  created_by uuid default auth.uid(),
  unique (tenant_id, id),
  foreign key (tenant_id, service_id) references public.services (tenant_id, id) on delete cascade,
  foreign key (tenant_id, provider_id) references public.providers (tenant_id, id) on delete cascade,
  foreign key (tenant_id, created_by) references public.memberships (tenant_id, user_id),
  check (starts_at < ends_at and ends_at <= starts_at + interval '1 day')
);
comment on table public.holds is 'A time kept for somebody who is about to book it. It is nothing any more once it has expired, whether or not it has been swept away.';
create index holds_calendar_idx on public.holds (tenant_id, starts_at);
create index holds_service_idx on public.holds (tenant_id, service_id);
create index holds_provider_idx on public.holds (tenant_id, provider_id);
create index holds_created_by_idx on public.holds (tenant_id, created_by);
-- What the sweep of every minute looks for over all clinics.
create unique index holds_expiry_idx on public.holds (expires_at, id);

create table public.allocations (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  appointment_id uuid,
  hold_id uuid,
  provider_id uuid,
  resource_id uuid,
  subject_id uuid not null generated always as (coalesce(provider_id, resource_id)) stored,
  during tstzrange not null check (lower_inc(during) and not upper_inc(during) and lower(during) is not null and upper(during) is not null),
  blocking boolean not null default true,
  is_overbooked boolean not null default false,
  unique (tenant_id, id),
  foreign key (tenant_id, appointment_id) references public.appointments (tenant_id, id) on delete cascade,
  foreign key (tenant_id, hold_id) references public.holds (tenant_id, id) on delete cascade,
  foreign key (tenant_id, provider_id) references public.providers (tenant_id, id),
  foreign key (tenant_id, resource_id) references public.resources (tenant_id, id),
  check (num_nonnulls(appointment_id, hold_id) = 1),
  check (num_nonnulls(provider_id, resource_id) = 1),
  check (not (blocking and is_overbooked)),
  constraint allocations_no_overlap exclude using gist (tenant_id with =, subject_id with =, during with &&) where (blocking)
);
comment on table public.allocations is 'The time of one provider or chair that an appointment or a hold takes, buffers included.';
comment on column public.allocations.subject_id is 'The provider or resource.';
comment on column public.allocations.blocking is 'Two blocking ones of one subject never overlap. False for what was overbooked, and for what has been given up: cancelled, not shown up.';
comment on column public.allocations.is_overbooked is 'Not blocking, and still taken: nobody else is offered this time.';
create index allocations_overbooked_idx on public.allocations using gist (tenant_id, subject_id, during) where (is_overbooked);
create index allocations_appointment_idx on public.allocations (tenant_id, appointment_id);
create index allocations_hold_idx on public.allocations (tenant_id, hold_id);
create index allocations_provider_idx on public.allocations (tenant_id, provider_id);
create index allocations_resource_idx on public.allocations (tenant_id, resource_id);

-- What happened to one appointment is its history.
create index activities_subject_idx on public.activities (tenant_id, subject_id, occurred_at desc, id desc);

do $$
declare
  name text;
begin
  foreach name in array array['service_steps', 'appointments', 'holds', 'allocations'] loop
    execute format('alter table public.%I enable row level security', name);
    execute format('create policy "members read their clinic''s %1$s" on public.%1$I for select to authenticated
      using (tenant_id = any ((select private.tenant_ids())::uuid[]))', name);
    execute format('grant select on public.%I to authenticated', name);
    execute format('grant select, insert, update, delete on public.%I to service_role', name);
  end loop;
end;
$$;

-- statuses ---------------------------------------------------------------------------------------------------------

alter table private.status_transitions drop constraint status_transitions_entity_check;
alter table private.status_transitions add constraint status_transitions_entity_check
  check (entity in ('tenant', 'user', 'member', 'super_admin', 'appointment'));
alter table private.status_transitions drop constraint status_transitions_performed_by_check;
alter table private.status_transitions add constraint status_transitions_performed_by_check check (
  performed_by <@ array['super_admin', 'owner', 'member', 'client', 'invited_person', 'service_role', 'tenant_deletion', 'tenant_restore',
    'user_deletion', 'user_restore']
  and performed_by <> '{}');
insert into private.status_transitions (entity, from_status, to_status, verb, performed_by, needs_reason, note) values
  ('appointment', 'booked', 'confirmed', 'confirmed', '{member,client}', false, 'By telephone, or by the link in a reminder.'),
  ('appointment', 'booked', 'arrived', 'arrived', '{member}', false, 'The client is in the waiting room.'),
  ('appointment', 'booked', 'cancelled', 'cancelled', '{member,client}', false, 'Its time is free again. Late when within the clinic''s hours for that.'),
  ('appointment', 'booked', 'no_show', 'missed', '{member}', false, 'From the time it begins.'),
  ('appointment', 'confirmed', 'booked', 'unconfirmed', '{member}', false, 'Confirmed by mistake, or moved.'),
  ('appointment', 'confirmed', 'arrived', 'arrived', '{member}', false, 'The client is in the waiting room.'),
  ('appointment', 'confirmed', 'cancelled', 'cancelled', '{member,client}', false, 'Its time is free again. Late when within the clinic''s hours for that.'),
  ('appointment', 'confirmed', 'no_show', 'missed', '{member}', false, 'From the time it begins.'),
  ('appointment', 'arrived', 'in_chair', 'seated', '{member}', false, 'The treatment begins.'),
  ('appointment', 'arrived', 'booked', 'not_arrived', '{member}', false, 'Arrived by mistake.'),
  ('appointment', 'arrived', 'cancelled', 'cancelled', '{member}', false, 'Left before the treatment.'),
  ('appointment', 'in_chair', 'completed', 'completed', '{member}', false, 'The treatment is over.'),
  ('appointment', 'in_chair', 'arrived', 'not_seated', '{member}', false, 'Seated by mistake.'),
  ('appointment', 'completed', 'in_chair', 'reopened', '{member}', false, 'Completed by mistake.'),
  ('appointment', 'cancelled', 'booked', 'rebooked', '{member}', false, 'Only while its time is still free.'),
  ('appointment', 'no_show', 'booked', 'rebooked', '{member}', false, 'Missed by mistake. Only while its time is still free.'),
  ('appointment', 'no_show', 'arrived', 'arrived', '{member}', false, 'Came late. Only while its time is still free.');

create trigger guard_status before update on public.appointments for each row
  when (new.status is distinct from old.status) execute function private.guard_status('appointment');

create function private.count_appointment_revision() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.revision := old.revision + 1;
  new.updated_at := now();
  return new;
end;
$$;
comment on function private.count_appointment_revision() is 'Trigger: counts the changes of an appointment. Merging clients moves appointments without a count.';
create trigger count_revision before update on public.appointments for each row
  when (coalesce(current_setting('chairside.keep_times', true), '') <> 'on')
  execute function private.count_appointment_revision();

create trigger audit_change after insert or delete or update of client_id, service_id, provider_id, starts_at, ends_at, status, is_overbooked, note
  on public.appointments for each row when (coalesce(current_setting('chairside.keep_times', true), '') <> 'on')
  execute function private.audit_row_change('appointment', 'insert:booked', 'starts_at:moved', 'ends_at:moved', 'provider_id:moved', 'client_id:given_to');

create function private.record_appointment_activity() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  service text := coalesce((select s.name from public.services s where s.tenant_id = new.tenant_id and s.id = new.service_id), '');
  kind text;
  details jsonb := jsonb_build_object('starts_at', new.starts_at);
begin
  if tg_op = 'INSERT' then
    kind := 'appointment_booked';
  elsif new.client_id <> old.client_id then
    kind := 'appointment_booked';
  elsif new.starts_at <> old.starts_at or new.provider_id is distinct from old.provider_id then
    kind := 'appointment_moved';
    details := details || jsonb_build_object('from', old.starts_at);
  else
    kind := 'appointment_' || (
      select t.verb from private.status_transitions t where t.entity = 'appointment' and t.from_status = old.status and t.to_status = new.status);
  end if;
  perform private.record_activity(new.tenant_id, new.client_id, kind, 'appointment', new.id, service, details);
  return null;
end;
$$;
comment on function private.record_appointment_activity() is 'Trigger: an appointment was booked, moved, or changed its status: its history, and the client''s timeline.';
create trigger record_new after insert on public.appointments for each row execute function private.record_appointment_activity();
create trigger record_activity after update on public.appointments for each row
  when (new.status is distinct from old.status or new.starts_at <> old.starts_at or new.provider_id is distinct from old.provider_id
    or new.client_id <> old.client_id)
  execute function private.record_appointment_activity();

insert into private.client_erasure_rules (source, client_column, treatment, emptied) values
  ('public.appointments', 'client_id', 'empty', '{"note": "", "status_reason": null}');
select private.guard_client_references();
