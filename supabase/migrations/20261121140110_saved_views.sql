-- What: filters of lists under a name, so that "not seen for a year" is one click for everybody at the clinic.
-- Who:  every member of the clinic.
-- Relies on: tenancy and audit migrations. What a filter means is known to the page it belongs to.

create table public.saved_views (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  page text not null check (page in ('clients', 'tasks')),
  name text not null check (name = btrim(name) and name <> '' and length(name) <= 60),
  filter jsonb not null default '{}' check (jsonb_typeof(filter) = 'object' and length(filter::text) <= 4000),
  created_at timestamptz not null default now(),
  created_by uuid default auth.uid(),
  updated_at timestamptz not null default now(),
  unique (tenant_id, id),
  foreign key (tenant_id, created_by) references public.memberships (tenant_id, user_id)
);
comment on table public.saved_views is 'Filters of lists that a clinic has given names.';
comment on column public.saved_views.filter is 'What the page restores: search, filter and order. An object of 4,000 characters at most.';
create unique index saved_views_name_idx on public.saved_views (tenant_id, page, lower(name));
create index saved_views_created_by_idx on public.saved_views (tenant_id, created_by);

alter table public.saved_views enable row level security;
create policy "members read their clinic's views" on public.saved_views for select to authenticated
  using (tenant_id = any ((select private.tenant_ids())::uuid[]));
create policy "members add views to their clinic" on public.saved_views for insert to authenticated
  with check (tenant_id = any ((select private.tenant_ids())::uuid[]));
create policy "members edit their clinic's views" on public.saved_views for update to authenticated
  using (tenant_id = any ((select private.tenant_ids())::uuid[]))
  with check (tenant_id = any ((select private.tenant_ids())::uuid[]));
create policy "members delete their clinic's views" on public.saved_views for delete to authenticated
  using (tenant_id = any ((select private.tenant_ids())::uuid[]));
grant select, delete on public.saved_views to authenticated;
grant insert (tenant_id, page, name, filter) on public.saved_views to authenticated;
grant update (name, filter) on public.saved_views to authenticated;
grant select, insert, update, delete on public.saved_views to service_role;

create trigger touch_updated_at before update on public.saved_views for each row execute function private.touch_updated_at();
create trigger audit_change after insert or update or delete on public.saved_views
  for each row execute function private.audit_row_change('saved_view');
