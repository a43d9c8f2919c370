-- What: the mailboxes of clinics: how they are reached, how they are getting on, and every run of the program that syncs them.
-- Who:  owners read and manage; every member sees name and state of the mailboxes (list_inbox_accounts); the Edge Functions
--       (service_role) store settings that they have tried out.
-- Relies on: credentials migration.
--
-- A row is its own place in the queue of the sync (syncing_mail migration): next_sync_at says when, the lease says who.

create table public.mail_accounts (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  address text not null check (address = lower(btrim(address)) and length(address) between 3 and 254),
  display_name text not null default '' check (length(display_name) <= 100),
  preset text not null check (preset in ('yahoo', 'gmail', 'icloud', 'generic', 'webhook')),
  username text not null default '' check (length(username) <= 254),
  imap_host text not null default '' check (length(imap_host) <= 253),
  imap_port integer not null default 993 check (imap_port between 1 and 65535),
  smtp_host text not null default '' check (length(smtp_host) <= 253),
  smtp_port integer not null default 465 check (smtp_port between 1 and 65535),
  send_via text not null default 'smtp' check (send_via in ('smtp', 'resend')),
  history_days integer not null default 90 check (history_days between 1 and 3650),
  interval_minutes integer not null default 10 check (interval_minutes between 1 and 1440),
  quiet_from time not null default '22:00',
  quiet_to time not null default '06:00',
  status text not null default 'active' check (status in ('active', 'paused', 'auth_error', 'suspended', 'removed')),
  revision integer not null default 1,
  -- how it is getting on
  next_sync_at timestamptz not null default now(),
  dispatched_at timestamptz,
  lease_until timestamptz,
  lease_token uuid,
  last_attempt_at timestamptz,
  last_synced_at timestamptz,
  fail_count integer not null default 0 check (fail_count >= 0),
  auth_fail_count integer not null default 0 check (auth_fail_count >= 0),
  last_error_code text check (last_error_code in ('auth', 'throttled', 'network', 'poisoned', 'permanent', 'lease_lost', 'internal')),
  last_error text check (length(last_error) <= 500),
  backlog integer not null default 0 check (backlog >= 0),
  created_at timestamptz not null default now(),
  created_by uuid,
  updated_at timestamptz not null default now(),
  removed_at timestamptz,
  unique (tenant_id, id),
  unique (tenant_id, address),
  foreign key (tenant_id, created_by) references public.memberships (tenant_id, user_id),
  check ((lease_until is null) = (lease_token is null)),
  check ((status = 'removed') = (removed_at is not null)),
  -- A webhook brings its mail by itself; everything else has to be fetched from somewhere.
  check ((preset = 'webhook') = (imap_host = ''))
);
comment on table public.mail_accounts is
  'Mailboxes of clinics. Their passwords are in private.credentials. A removed one stays for the mail that was kept of it, and comes to life again when its address is connected anew.';
comment on column public.mail_accounts.preset is 'The provider whose settings were taken; webhook: mail is brought by the inbound webhook instead of fetched.';
comment on column public.mail_accounts.send_via is 'smtp: the mailbox''s own server; resend: the platform''s account, for domains that are verified there.';
comment on column public.mail_accounts.history_days is 'How far back mail is fetched when the mailbox is connected.';
comment on column public.mail_accounts.status is
  'active; paused by an owner; auth_error: the password is refused; suspended: it failed too often; removed. Only active ones are synced.';
comment on column public.mail_accounts.dispatched_at is 'When the sync was last called for it; a call that was lost is made again.';
comment on column public.mail_accounts.lease_token is 'Whoever syncs it now; writes without it are refused. Worth nothing outside: only the functions may use it.';
comment on column public.mail_accounts.backlog is 'Messages that are still to be fetched, as of the last run.';
-- Over all clinics, for the dispatcher.
create unique index mail_accounts_due_idx on public.mail_accounts (next_sync_at, id) where status = 'active';
create index mail_accounts_created_by_idx on public.mail_accounts (tenant_id, created_by);

alter table public.mail_accounts enable row level security;
create policy "owners read their clinic's mailboxes" on public.mail_accounts for select to authenticated
  using (tenant_id = any ((select private.owned_tenant_ids())::uuid[]));
grant select on public.mail_accounts to authenticated;
grant select, insert, update, delete on public.mail_accounts to service_role;
create trigger audit_change after insert or delete or update of address, display_name, preset, username, imap_host, imap_port, smtp_host, smtp_port,
  send_via, history_days, interval_minutes, quiet_from, quiet_to, status
  on public.mail_accounts for each row execute function private.audit_row_change('mail_account', 'insert:connected', 'status:changed');

create table public.mail_runs (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  account_id uuid not null,
  cause text not null check (cause in ('schedule', 'member')),
  requested_by uuid,
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  outcome text check (outcome in ('done', 'more', 'failed', 'abandoned')),
  counts jsonb not null default '{}' check (jsonb_typeof(counts) = 'object'),
  error_code text,
  error text check (length(error) <= 500),
  lease_token uuid not null,
  unique (tenant_id, id),
  foreign key (tenant_id, account_id) references public.mail_accounts (tenant_id, id) on delete cascade,
  foreign key (tenant_id, requested_by) references public.memberships (tenant_id, user_id),
  check ((ended_at is null) = (outcome is null))
);
comment on table public.mail_runs is 'Every run of the mail sync, with its numbers. Of one mailbox never two at once. Kept for 30 days.';
comment on column public.mail_runs.outcome is 'done; more: stopped at its limits, goes on next time; failed; abandoned: its worker never came back.';
comment on column public.mail_runs.counts is '{ stored, known, flagged, moved, deleted, attachments, appended, poisoned, backlog }.';
create index mail_runs_account_idx on public.mail_runs (tenant_id, account_id, started_at desc, id desc);
create index mail_runs_requested_by_idx on public.mail_runs (tenant_id, requested_by);
create unique index mail_runs_old_idx on public.mail_runs (started_at, id);
create unique index mail_runs_open_idx on public.mail_runs (account_id) where ended_at is null;

alter table public.mail_runs enable row level security;
create policy "owners read the runs of their clinic's mail sync" on public.mail_runs for select to authenticated
  using (tenant_id = any ((select private.owned_tenant_ids())::uuid[]));
grant select on public.mail_runs to authenticated;
grant select, insert, update, delete on public.mail_runs to service_role;
