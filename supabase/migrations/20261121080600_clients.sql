-- What: a clinic's clients (patients and contacts): name, e-mail, phone.
-- Who:  every member of the clinic reads, adds and edits them; nobody deletes them.
-- Relies on: tenancy migration.

create table public.clients (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  first_name text not null default '' check (length(first_name) <= 100),
  last_name text not null default '' check (length(last_name) <= 100),
  email text check (email = lower(btrim(email)) and length(email) <= 254 and email ~ '^[^\s@]+@[^\s@]+$'),
  phone text check (phone = btrim(phone) and phone ~ '^[0-9+()./ -]{3,40}$'),
  sort_name text collate "und-x-icu" not null
    generated always as (lower(btrim(last_name || ' ' || first_name) collate "und-x-icu")) stored,
  created_at timestamptz not null default now(),
  created_by uuid default auth.uid(),
  updated_at timestamptz not null default now(),
  archived_at timestamptz,
  unique (tenant_id, id),
  foreign key (tenant_id, created_by) references public.memberships (tenant_id, user_id),
  constraint clients_name_required check (btrim(first_name || last_name) <> '')
);
comment on table public.clients is 'Patients and contacts of a clinic.';
comment on column public.clients.sort_name is 'Last name, then first, in lower case: the order of lists, paged by (sort_name, id). ICU, so that Ț follows T on every server.';
comment on column public.clients.created_by is 'The member who added the client; null when a program did.';

create index clients_list_idx on public.clients (tenant_id, sort_name, id);
create index clients_created_by_idx on public.clients (tenant_id, created_by);
create trigger touch_updated_at before update on public.clients for each row execute function private.touch_updated_at();

alter table public.clients enable row level security;
create policy "members read their clinic's clients" on public.clients for select to authenticated
  using (tenant_id = any ((select private.tenant_ids())::uuid[]));
create policy "members add clients to their clinic" on public.clients for insert to authenticated
  with check (tenant_id = any ((select private.tenant_ids())::uuid[]));
create policy "members edit their clinic's clients" on public.clients for update to authenticated
  using (tenant_id = any ((select private.tenant_ids())::uuid[]))
  with check (tenant_id = any ((select private.tenant_ids())::uuid[]));
grant select on public.clients to authenticated;
grant insert (tenant_id, first_name, last_name, email, phone) on public.clients to authenticated;
grant update (first_name, last_name, email, phone) on public.clients to authenticated;
grant select, insert, update, delete on public.clients to service_role;
