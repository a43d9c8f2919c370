-- What: reminders of appointments: a clinic's rules, its quiet hours, what goes out for which visit, and the links in them.
-- Who:  every member reads rules and deliveries; owners write rules by functions; links are nobody's to read.
-- Relies on: appointments and working_hours migrations.
--
-- A rule fires once for an appointment at a time: the unique key of reminder_deliveries says so. Due are reminders outside the
-- clinic's quiet hours only: what would fall into them waits for their end, or goes out before them when that is too late.

alter table public.scheduling_settings
  add column if not exists quiet_from time not null default '20:00',
  add column if not exists quiet_to time not null default '08:00',
  add column contact_phone text not null default '' check (contact_phone = btrim(contact_phone) and length(contact_phone) <= 40),
  add column contact_address text not null default '' check (contact_address = btrim(contact_address) and length(contact_address) <= 200);
comment on column public.scheduling_settings.quiet_from is 'From then on, in the clinic''s zone, nobody is written to by a program; until quiet_to, over midnight when that is earlier. No quiet hours when both are the same.';
comment on column public.scheduling_settings.contact_phone is 'What clients are told to call, as it is to be read.';
comment on column public.scheduling_settings.contact_address is 'Where clients come to, as it is to be read.';
grant update (quiet_from, quiet_to, contact_phone, contact_address) on public.scheduling_settings to authenticated;

create table public.reminder_rules (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  channel text not null check (channel in ('email', 'sms')),
  minutes_before integer not null check (minutes_before between 15 and 20160),
  is_active boolean not null default true,
  stop_if_confirmed boolean not null default false,
  extra_text text not null default '' check (extra_text = btrim(extra_text) and length(extra_text) <= 500),
  created_at timestamptz not null default now(),
  created_by uuid default auth.uid(),
  unique (tenant_id, id),
  unique (tenant_id, channel, minutes_before),
  foreign key (tenant_id, created_by) references public.memberships (tenant_id, user_id)
);
comment on table public.reminder_rules is 'How long before a visit a clinic reminds its clients, and how.';
comment on column public.reminder_rules.stop_if_confirmed is 'Clients who have confirmed are left in peace.';
comment on column public.reminder_rules.extra_text is 'A line of the clinic''s own in the message.';
create index reminder_rules_created_by_idx on public.reminder_rules (tenant_id, created_by);

create table public.reminder_deliveries (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  appointment_id uuid not null,
  rule_id uuid,
  is_manual boolean not null default false,
  channel text not null check (channel in ('email', 'sms')),
  starts_at timestamptz not null,
  due_at timestamptz not null,
  state text not null check (state in ('scheduled', 'sending', 'sent', 'failed', 'cancelled', 'skipped')),
  reason text check (reason in (
    'moved', 'appointment_cancelled', 'appointment_over', 'confirmed', 'rule_off',
    'no_consent', 'no_email', 'no_phone', 'client_archived', 'clinic_inactive', 'too_late', 'quiet_hours', 'superseded',
    'mail_not_configured', 'sms_not_configured', 'refused', 'unavailable', 'outcome_unknown')),
  attempts integer not null default 0,
  last_error text not null default '' check (length(last_error) <= 500),
  begun_at timestamptz,
  sent_at timestamptz,
  provider_message_id text,
  content jsonb,
  requested_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (tenant_id, id),
  unique (tenant_id, appointment_id, rule_id, starts_at),
  foreign key (tenant_id, appointment_id) references public.appointments (tenant_id, id) on delete cascade,
  foreign key (tenant_id, rule_id) references public.reminder_rules (tenant_id, id) on delete set null (rule_id),
  foreign key (tenant_id, requested_by) references public.memberships (tenant_id, user_id),
  check ((state in ('failed', 'cancelled', 'skipped')) = (reason is not null)),
  check ((state = 'sent') = (sent_at is not null)),
  check ((state = 'sending') = (content is not null))
);
comment on table public.reminder_deliveries is 'A reminder that is to be sent, was sent, or is not going to be, and why.';
comment on column public.reminder_deliveries.is_manual is 'Somebody pressed "send now": no rule, no quiet hours.';
comment on column public.reminder_deliveries.starts_at is 'The time it tells: an appointment that moves gets new reminders.';
comment on column public.reminder_deliveries.due_at is 'When it goes out, quiet hours observed.';
comment on column public.reminder_deliveries.reason is 'Why it failed, was cancelled or skipped.';
comment on column public.reminder_deliveries.begun_at is 'When it was first tried.';
comment on column public.reminder_deliveries.content is 'What the message says, kept while it is being sent, so that a second try sends the very same message.';
create index reminder_deliveries_rule_idx on public.reminder_deliveries (tenant_id, rule_id);
create index reminder_deliveries_requested_by_idx on public.reminder_deliveries (tenant_id, requested_by);
create index reminder_deliveries_open_idx on public.reminder_deliveries (tenant_id, due_at) where state in ('scheduled', 'sending');
create unique index reminder_deliveries_manual_idx on public.reminder_deliveries (tenant_id, appointment_id, channel)
  where is_manual and state in ('scheduled', 'sending');

create table private.appointment_links (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  appointment_id uuid not null,
  purpose text not null check (purpose in ('visit')),
  token_hash text not null unique check (token_hash ~ '^[0-9a-f]{64}$'),
  starts_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  created_at timestamptz not null default now(),
  foreign key (tenant_id, appointment_id) references public.appointments (tenant_id, id) on delete cascade
);
comment on table private.appointment_links is 'Links by which a client answers a reminder: one appointment each, known by the SHA-256 of its token alone.';
comment on column private.appointment_links.starts_at is 'The time the client was told. The link is good for no other.';
create index appointment_links_appointment_idx on private.appointment_links (tenant_id, appointment_id);
create index appointment_links_expiry_idx on private.appointment_links (expires_at);

alter table public.reminder_rules enable row level security;
create policy "members read their clinic's reminder rules" on public.reminder_rules for select to authenticated
  using (tenant_id = any ((select private.tenant_ids())::uuid[]));
grant select on public.reminder_rules to authenticated;
grant select, insert, update, delete on public.reminder_rules to service_role;
alter table public.reminder_deliveries enable row level security;
create policy "members read their clinic's reminder deliveries" on public.reminder_deliveries for select to authenticated
  using (tenant_id = any ((select private.tenant_ids())::uuid[]));
-- Not what a message says of a client on its way.
grant select (id, tenant_id, appointment_id, rule_id, is_manual, channel, starts_at, due_at, state, reason, attempts, last_error, begun_at,
  sent_at, provider_message_id, requested_by, created_at, updated_at) on public.reminder_deliveries to authenticated;
grant select, insert, update, delete on public.reminder_deliveries to service_role;
create trigger touch_updated_at before update on public.reminder_deliveries for each row execute function private.touch_updated_at();
create trigger audit_change after insert or update or delete on public.reminder_rules
  for each row execute function private.audit_row_change('reminder_rule');

-- when a reminder is due ---------------------------------------------------------------------------------------------

create type private.quiet_time as (begins_at timestamptz, ends_at timestamptz);
comment on type private.quiet_time is 'The quiet hours of one night.';

create function private.quiet_time_at(moment timestamptz, time_zone text, quiet_from time, quiet_to time) returns private.quiet_time
language plpgsql
immutable
set search_path = ''
as $$
declare
  here constant timestamp := moment at time zone time_zone;
  first_day date := here::date;
  is_overnight constant boolean := quiet_from > quiet_to;
begin
  if quiet_from = quiet_to
    or (is_overnight and here::time >= quiet_to and here::time < quiet_from)
    or (not is_overnight and (here::time < quiet_from or here::time >= quiet_to))
  then
    return null;
  end if;
  if is_overnight and here::time < quiet_to then
    first_day := first_day - 1;
  end if;
  -- Where clocks change in the quiet hours, a wall clock time may name a moment on the wrong side.
  return row(
    least((first_day + quiet_from) at time zone time_zone, moment),
    greatest((first_day + case when is_overnight then 1 else 0 end + quiet_to) at time zone time_zone, moment))::private.quiet_time;
end;
$$;
comment on function private.quiet_time_at(timestamptz, text, time, time) is 'The quiet hours a moment falls into, in the clinic''s zone; null when it falls into none.';

create function private.reminder_moment(starts_at timestamptz, minutes_before integer, time_zone text, quiet_from time, quiet_to time)
returns timestamptz
language plpgsql
immutable
set search_path = ''
as $$
declare
  wanted constant timestamptz := starts_at - make_interval(mins => minutes_before);
  quiet constant private.quiet_time := private.quiet_time_at(wanted, time_zone, quiet_from, quiet_to);
begin
  return case
    when quiet.ends_at is null then wanted
    when quiet.ends_at <= starts_at - interval '1 hour' then quiet.ends_at
    else quiet.begins_at
  end;
end;
$$;
comment on function private.reminder_moment(timestamptz, integer, text, time, time) is
  'When a reminder so many minutes before a visit goes out: at that time, or else at the end of the quiet hours if that is an hour before the visit, or else at their beginning.';
