-- The lists of the app at realistic size, as a member of one of 100 clinics: an index of the tenant, the clinics of the caller
-- computed once per statement, and no sequential scan.
begin;
\ir ../fixtures.inc
select plan(6);

insert into public.tenants (slug, name, max_seats) select 'clinic-' || n, 'Clinic ' || n, 10 from generate_series(1, 100) n;
select id as clinic from public.tenants where slug = 'clinic-7' \gset
select tests.join_clinic(:'clinic', 'owner@clinic.test', 'owner') as owner \gset
-- A hundred thousand events, activities and words would take longer than all other tests, and are not what is read here.
alter table public.clients disable trigger user;
drop index public.clients_name_key_idx;
insert into public.clients (tenant_id, first_name, last_name)
select t.id, 'First' || n, 'Last' || (n * 7919 % 1000) from public.tenants t, generate_series(1, 1000) n;
analyze public.clients;
analyze public.tenants;

create function tests.plan_of(statement text) returns text language plpgsql as
$$
declare
  line text;
  whole text := '';
begin
  for line in execute 'explain (costs off) ' || statement loop
    whole := whole || line || E'\n';
  end loop;
  return whole;
end;
$$;
grant execute on function tests.plan_of(text) to authenticated;
set local random_page_cost = 1.1;
select tests.sign_in(:'owner');

create temporary view list_plan as select tests.plan_of(format(
  'select * from public.clients where tenant_id = %L and archived_at is null order by sort_name, id limit 51', :'clinic')) as plan;
select matches(plan, 'Index (Only )?Scan using clients_list_idx', 'the client list reads its index') from list_plan;
select doesnt_match(plan, 'Seq Scan on clients|Sort', 'in order, without scanning or sorting') from list_plan;
select is((select count(*) from list_plan, regexp_matches(plan, '^ *InitPlan', 'gn')), 1::bigint, 'and computes the caller''s clinics once');

-- The form with >= outside the or: the plain (a > x or (a = x and id > y)) makes the planner gather and sort.
create temporary view page_plan as select tests.plan_of(format(
  'select * from public.clients where tenant_id = %L and archived_at is null and sort_name >= ''last5'' and (sort_name > ''last5'' or id > %L) order by sort_name, id limit 51', :'clinic', gen_random_uuid())) as plan;
select matches(plan, 'Index (Only )?Scan using clients_list_idx', 'a further page reads the index too') from page_plan;
select doesnt_match(plan, 'Seq Scan on clients|Sort', 'without scanning or sorting') from page_plan;

select matches(tests.plan_of('select id from public.clients order by sort_name limit 50'), 'clients_list_idx|Bitmap Index Scan', 'even without the tenant filter the policy is answered by an index');
select * from finish();
rollback;
