-- The rules are only worth something if a careless migration breaks them: each case here is one, tried and rolled back.
begin;
\ir rules.inc
select plan(15);

create function tests.broken_by(migration text) returns text[] language plpgsql as
$$
declare
  broken text[];
begin
  begin
    execute migration;
    broken := array(select distinct v.rule from tests.violations() v order by 1);
    raise sqlstate 'UNDOO';
  exception when sqlstate 'UNDOO' then
    return broken;
  end;
end;
$$;

create function tests.good_table() returns text immutable language sql as
$$ select 'create table public.rooms (id uuid primary key default gen_random_uuid(), tenant_id uuid not null references public.tenants (id), client_id uuid,
     unique (tenant_id, id), foreign key (tenant_id, client_id) references public.clients (tenant_id, id) on delete set null (client_id));
   create index rooms_client_idx on public.rooms (tenant_id, client_id);
   comment on table public.rooms is ''Rooms.'';
   alter table public.rooms enable row level security;
   create policy "members read" on public.rooms for select to authenticated using (tenant_id = any ((select private.tenant_ids())::uuid[]));
   grant select on public.rooms to authenticated; grant select on public.rooms to service_role;' $$;

select is(tests.broken_by(tests.good_table()), '{}'::text[], 'a table made as the rules say breaks none');
select ok('rls_enabled' = any (tests.broken_by(tests.good_table() || 'alter table public.rooms disable row level security')), 'a table without RLS is found');
select is(tests.broken_by(tests.good_table() || 'drop policy "members read" on public.rooms;
  create policy "p" on public.rooms for select to authenticated using (tenant_id in (select unnest(private.tenant_ids())))'),
  array['policy_shape'], 'a policy of another shape is found');
select is(tests.broken_by(tests.good_table() || 'create policy "p" on public.rooms for select to authenticated using (true)'),
  array['policy_shape'], 'an additional open policy is found');
select is(tests.broken_by(tests.good_table() || 'create policy "p" on public.rooms for all using (tenant_id = any ((select private.tenant_ids())::uuid[]))'),
  array['policy_form'], 'a policy for all commands and all roles is found');
select is(tests.broken_by(tests.good_table() || 'alter table public.rooms add column doctor_id uuid references public.clients (id); create index on public.rooms (tenant_id); create index on public.rooms (doctor_id)'),
  array['tenant_index', 'tenant_reference'], 'a foreign key that lacks the tenant is found');
select is(tests.broken_by(tests.good_table() || 'alter table public.rooms add column seen_by uuid references auth.users (id)'),
  array['reference_index', 'tenant_reference'], 'a foreign key straight to a person, without an index, is found');
select is(tests.broken_by(tests.good_table() || 'alter table public.rooms drop constraint rooms_tenant_id_client_id_fkey;
  alter table public.rooms add foreign key (tenant_id, client_id) references public.clients (tenant_id, id) on delete set null'),
  array['set_null_keeps_tenant'], 'on delete set null that would clear the tenant is found');
select is(tests.broken_by('create table public.loose (id uuid primary key); alter table public.loose enable row level security; grant select on public.loose to service_role; comment on table public.loose is ''x'''),
  array['tenant_column'], 'a table that belongs to no clinic is found');
select is(tests.broken_by(tests.good_table() || 'grant update on public.rooms to authenticated'),
  array['column_grants', 'privileged_column'], 'a table-wide update grant is found');
select is(tests.broken_by(tests.good_table() || 'grant update (tenant_id) on public.rooms to authenticated'),
  array['privileged_column'], 'an update grant on tenant_id is found');
select is(tests.broken_by(tests.good_table() || 'grant select on public.rooms to anon'), array['no_anon_grant'], 'a grant to anon is found');
select is(tests.broken_by('create function public.peek() returns bigint language plpgsql security definer as ''begin return 1; end''; grant execute on function public.peek() to anon'),
  array['function_grant', 'public_function', 'public_function_comment', 'search_path'], 'an unlisted definer function in public is found');
select is(tests.broken_by('create view public.everyone as select * from public.profiles; grant select on public.everyone to service_role; comment on view public.everyone is ''x'''),
  array['view_as_invoker'], 'a view with the rights of its owner is found');
select ok('no_partition_in_public' = any (tests.broken_by('create table public.events (id uuid, at date) partition by range (at); create table public.events_2026 partition of public.events for values from (''2026-01-01'') to (''2027-01-01'')')),
  'a partition in public is found');
select * from finish();
rollback;
