-- What: who waits for an earlier time and what suits them, the offers made to them, and the clinic's rules of offering.
-- Who:  every member reads; functions alone write; owners change the rules.
-- Relies on: job_queue, working_hours, appointments, saving_clients and clinic_country migrations.

alter table public.scheduling_settings
  add column automatic_offers boolean not null default true,
  add column offer_minutes integer not null default 60 check (offer_minutes between 10 and 1440),
  add column offer_notice_minutes integer not null default 120 check (offer_notice_minutes between 0 and 10080),
  add column quiet_from time not null default '20:00',
  add column quiet_to time not null default '08:00';
comment on column public.scheduling_settings.automatic_offers is 'A time that becomes free is offered to the waiting list without anybody''s doing.';
comment on column public.scheduling_settings.offer_minutes is 'How long an offered time is kept for the one it was offered to.';
comment on column public.scheduling_settings.offer_notice_minutes is 'Times nearer than this are not offered any more.';
comment on column public.scheduling_settings.quiet_from is 'From then on, in the clinic''s zone, nobody is written to by a program; until quiet_to, over midnight when that is earlier. No quiet hours when both are the same.';
grant update (automatic_offers, offer_minutes, offer_notice_minutes, quiet_from, quiet_to) on public.scheduling_settings to authenticated;

create table public.waitlist_entries (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  client_id uuid not null,
  service_id uuid not null,
  weekdays smallint[] not null default '{}' check (weekdays <@ '{1,2,3,4,5,6,7}'),
  day_parts text[] not null default '{}' check (day_parts <@ '{morning,afternoon,evening}'),
  from_time time,
  to_time time,
  earliest_day date,
  latest_day date,
  priority text not null default 'normal' check (priority in ('normal', 'high')),
  note text not null default '' check (length(note) <= 1000),
  want_offers boolean not null default true,
  state text not null default 'waiting' check (state in ('waiting', 'offered', 'booked', 'closed')),
  last_offered_at timestamptz,
  closed_at timestamptz,
  appointment_id uuid,
  revision integer not null default 1,
  created_at timestamptz not null default now(),
  created_by uuid default auth.uid(),
  updated_at timestamptz not null default now(),
  unique (tenant_id, id),
  foreign key (tenant_id, client_id) references public.clients (tenant_id, id),
  foreign key (tenant_id, service_id) references public.services (tenant_id, id) on delete cascade,
  foreign key (tenant_id, appointment_id) references public.appointments (tenant_id, id) on delete set null (appointment_id),
  foreign key (tenant_id, created_by) references public.memberships (tenant_id, user_id),
  check (num_nonnulls(from_time, to_time) = 0 or from_time < to_time),
  check (earliest_day <= latest_day),
  check ((state in ('booked', 'closed')) = (closed_at is not null))
);
comment on table public.waitlist_entries is 'A client who waits for a time to become free.';
comment on column public.waitlist_entries.weekdays is 'ISO 8601, 1 is Monday; none means any.';
comment on column public.waitlist_entries.day_parts is 'When the visit may begin: before 12, from 12 to 17, from 17 on; with from_time either will do, and without both any time.';
comment on column public.waitlist_entries.from_time is 'With to_time: within which the whole visit suits.';
comment on column public.waitlist_entries.want_offers is 'False: the clinic calls instead of having offers written.';
comment on column public.waitlist_entries.last_offered_at is 'After an offer nobody is written to for a day.';
comment on column public.waitlist_entries.appointment_id is 'What came of it.';
comment on column public.waitlist_entries.revision is 'Counts the changes, so that two people who edit at once notice each other.';
-- The order of lists and, mostly, of offers.
create index waitlist_entries_order_idx on public.waitlist_entries
  (tenant_id, (case state when 'waiting' then 0 when 'offered' then 0 else 1 end), (case priority when 'high' then 0 else 1 end), created_at, id);
create index waitlist_entries_client_idx on public.waitlist_entries (tenant_id, client_id);
create index waitlist_entries_service_idx on public.waitlist_entries (tenant_id, service_id);
create index waitlist_entries_appointment_idx on public.waitlist_entries (tenant_id, appointment_id);
create index waitlist_entries_created_by_idx on public.waitlist_entries (tenant_id, created_by);

create table public.waitlist_providers (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  entry_id uuid not null,
  provider_id uuid not null,
  unique (tenant_id, id),
  unique (tenant_id, entry_id, provider_id),
  foreign key (tenant_id, entry_id) references public.waitlist_entries (tenant_id, id) on delete cascade,
  foreign key (tenant_id, provider_id) references public.providers (tenant_id, id) on delete cascade
);
comment on table public.waitlist_providers is 'Whom those who wait want to see; anybody who has no row here.';
create index waitlist_providers_provider_idx on public.waitlist_providers (tenant_id, provider_id);

create table public.waitlist_offers (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  entry_id uuid not null,
  provider_id uuid,
  resource_ids uuid[] not null default '{}',
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  opening_ends_at timestamptz not null,
  hold_id uuid,
  token_hash text,
  expires_at timestamptz not null,
  state text not null default 'open' check (state in ('open', 'claimed', 'declined', 'expired', 'withdrawn')),
  ended_at timestamptz,
  mail_outcome text not null default 'waiting' check (mail_outcome in ('waiting', 'sent', 'failed', 'not_configured')),
  mail_error text check (length(mail_error) <= 400),
  sent_at timestamptz,
  appointment_id uuid,
  created_at timestamptz not null default now(),
  created_by uuid default auth.uid(),
  unique (tenant_id, id),
  unique (token_hash),
  foreign key (tenant_id, entry_id) references public.waitlist_entries (tenant_id, id) on delete cascade,
  foreign key (tenant_id, provider_id) references public.providers (tenant_id, id) on delete cascade,
  foreign key (tenant_id, hold_id) references public.holds (tenant_id, id) on delete set null (hold_id),
  foreign key (tenant_id, appointment_id) references public.appointments (tenant_id, id) on delete set null (appointment_id),
  foreign key (tenant_id, created_by) references public.memberships (tenant_id, user_id),
  check (starts_at < ends_at and ends_at <= opening_ends_at),
  check ((state = 'open') = (ended_at is null)),
  check ((mail_outcome = 'sent') = (sent_at is not null))
);
comment on table public.waitlist_offers is 'A time offered to somebody who waits, and kept for them until the offer ends.';
comment on column public.waitlist_offers.resource_ids is 'Chairs and rooms the time is in, kept for the record when the hold is gone.';
comment on column public.waitlist_offers.opening_ends_at is 'Until when the time that became free reaches: what is offered to the next in turn.';
comment on column public.waitlist_offers.token_hash is 'SHA-256 of the token in the link; null until the e-mail is written.';
comment on column public.waitlist_offers.created_by is 'Null when it was made by itself.';
create unique index waitlist_offers_open_idx on public.waitlist_offers (tenant_id, entry_id) where state = 'open';
create index waitlist_offers_entry_idx on public.waitlist_offers (tenant_id, entry_id, created_at desc);
create index waitlist_offers_provider_idx on public.waitlist_offers (tenant_id, provider_id);
create index waitlist_offers_hold_idx on public.waitlist_offers (tenant_id, hold_id);
create index waitlist_offers_appointment_idx on public.waitlist_offers (tenant_id, appointment_id);
create index waitlist_offers_created_by_idx on public.waitlist_offers (tenant_id, created_by);

do $$
declare
  name text;
begin
  foreach name in array array['waitlist_entries', 'waitlist_providers', 'waitlist_offers'] loop
    execute format('alter table public.%I enable row level security', name);
    execute format('create policy "members read their clinic''s %1$s" on public.%1$I for select to authenticated
      using (tenant_id = any ((select private.tenant_ids())::uuid[]))', name);
    execute format('grant select, insert, update, delete on public.%I to service_role', name);
  end loop;
end;
$$;
grant select on public.waitlist_entries, public.waitlist_providers to authenticated;
-- All but the hash of the link.
grant select (id, tenant_id, entry_id, provider_id, resource_ids, starts_at, ends_at, opening_ends_at, hold_id, expires_at, state, ended_at,
  mail_outcome, mail_error, sent_at, appointment_id, created_at, created_by) on public.waitlist_offers to authenticated;

create function private.count_waitlist_revision() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.revision := old.revision + 1;
  new.updated_at := now();
  return new;
end;
$$;
comment on function private.count_waitlist_revision() is 'Trigger: counts the changes of a waiting list entry. Merging clients moves entries without a count.';
create trigger count_revision before update on public.waitlist_entries for each row
  when (coalesce(current_setting('chairside.keep_times', true), '') <> 'on')
  execute function private.count_waitlist_revision();

create trigger audit_change after insert or delete or update of client_id, service_id, weekdays, day_parts, from_time, to_time, earliest_day, latest_day,
  priority, note, want_offers, closed_at on public.waitlist_entries
  for each row when (coalesce(current_setting('chairside.keep_times', true), '') <> 'on')
  execute function private.audit_row_change('waitlist_entry', 'closed_at:closed');
create trigger audit_change after insert or delete or update of state on public.waitlist_offers
  for each row execute function private.audit_row_change('waitlist_offer', 'insert:made', 'ended_at:ended');

create function private.record_waitlist_activity() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.record_activity(
    new.tenant_id, new.client_id,
    case when tg_op = 'UPDATE' and new.state = 'closed' then 'waitlist_left' else 'waitlist_joined' end, 'waitlist_entry', new.id,
    (select s.name from public.services s where s.tenant_id = new.tenant_id and s.id = new.service_id));
  return null;
end;
$$;
comment on function private.record_waitlist_activity() is 'Trigger: a client was put on the waiting list, or taken off it.';
create trigger record_new after insert on public.waitlist_entries for each row execute function private.record_waitlist_activity();
create trigger record_closed after update on public.waitlist_entries for each row
  when ((new.state = 'closed') <> (old.state = 'closed')) execute function private.record_waitlist_activity();

create function private.record_offer_activity() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.record_activity(
    e.tenant_id, e.client_id, case new.state when 'open' then 'slot_offered' else 'slot_declined' end, 'waitlist_offer', new.id, s.name,
    jsonb_build_object('starts_at', new.starts_at))
  from public.waitlist_entries e join public.services s on s.tenant_id = e.tenant_id and s.id = e.service_id
  where e.tenant_id = new.tenant_id and e.id = new.entry_id;
  return null;
end;
$$;
comment on function private.record_offer_activity() is 'Trigger: a client was offered a time, or declined it. What was claimed is an appointment.';
create trigger record_new after insert on public.waitlist_offers for each row execute function private.record_offer_activity();
create trigger record_declined after update on public.waitlist_offers for each row
  when (new.state = 'declined' and old.state <> 'declined') execute function private.record_offer_activity();

-- Offers go with their entry.
insert into private.client_erasure_rules (source, client_column, treatment, emptied) values ('public.waitlist_entries', 'client_id', 'delete', null);
select private.guard_client_references();

-- for all who write to clients ------------------------------------------------------------------------------------

create function private.quiet_until(tenant_id uuid, moment timestamptz) returns timestamptz
language plpgsql
stable
set search_path = ''
as $$
declare
  rules public.scheduling_settings;
  time_zone text;
  clock timestamp;
begin
  select s.* into rules from public.scheduling_settings s where s.tenant_id = quiet_until.tenant_id;
  select t.time_zone into time_zone from public.tenants t where t.id = quiet_until.tenant_id;
  clock := moment at time zone time_zone;
  if rules.quiet_from < rules.quiet_to and clock::time >= rules.quiet_from and clock::time < rules.quiet_to
    or rules.quiet_from > rules.quiet_to and clock::time < rules.quiet_to
  then
    return (clock::date + rules.quiet_to) at time zone time_zone;
  elsif rules.quiet_from > rules.quiet_to and clock::time >= rules.quiet_from then
    return (clock::date + 1 + rules.quiet_to) at time zone time_zone;
  end if;
  return null;
end;
$$;
comment on function private.quiet_until(uuid, timestamptz) is 'When the clinic''s quiet hours end; null when it is not quiet at that moment.';

create function private.clinic_language(tenant_id uuid) returns text
language plpgsql
stable
set search_path = ''
as $$
begin
  return (select case when t.country in ('RO', 'MD') then 'ro' else 'en' end from public.tenants t where t.id = clinic_language.tenant_id);
end;
$$;
comment on function private.clinic_language(uuid) is 'The language in which programs write to a clinic''s clients: en or ro.';
