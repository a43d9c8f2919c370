-- The calendar's lists and the look for what is in the way at realistic size, in one of 10 clinics with 1,000 visits each.
begin;
\ir ../fixtures.inc
select plan(18);

insert into public.tenants (slug, name, max_seats) select 'clinic-' || n, 'Clinic ' || n, 10 from generate_series(1, 10) n;
select id as clinic from public.tenants where slug = 'clinic-7' \gset
select tests.join_clinic(:'clinic', 'owner@clinic.test', 'owner') as owner \gset
insert into public.clients (tenant_id, last_name) select t.id, 'Client ' || n from public.tenants t, generate_series(1, 50) n;
insert into public.providers (tenant_id, name) select t.id, 'Dr. ' || n from public.tenants t, generate_series(1, 5) n;
alter table public.appointments disable trigger user;
insert into public.appointments (tenant_id, client_id, provider_id, starts_at, ends_at)
select p.tenant_id, c.ids[1 + n % 50], p.id, s.starts_at, s.starts_at + interval '30 min'
from public.providers p
join (select tenant_id, array_agg(id) as ids from public.clients group by tenant_id) c on c.tenant_id = p.tenant_id,
  generate_series(1, 200) n, lateral (select timestamptz '2026-11-23 08:00Z' + make_interval(mins => n * 45) as starts_at) s;
alter table public.appointments enable trigger user;
insert into public.allocations (tenant_id, appointment_id, provider_id, during)
select v.tenant_id, v.id, v.provider_id, tstzrange(v.starts_at, v.ends_at) from public.appointments v;
insert into public.blocked_times (tenant_id, provider_id, starts_at, ends_at)
select v.tenant_id, v.provider_id, v.starts_at, v.ends_at from public.appointments v where extract(minute from v.starts_at) = 0;
select id as provider from public.providers where tenant_id = :'clinic' limit 1 \gset
select id as client from public.clients where tenant_id = :'clinic' limit 1 \gset
analyze public.appointments;
analyze public.allocations;
analyze public.blocked_times;

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
create temporary view day_plan as select tests.plan_of(format(
  'select * from public.appointments where tenant_id = %L and starts_at >= ''2026-11-25'' and starts_at < ''2026-11-26'' order by starts_at, id', :'clinic')) as plan;
select matches(plan, 'Index Scan (using|on) appointments_calendar_idx', 'a day of the calendar reads its index') from day_plan;
select doesnt_match(plan, 'Seq Scan on appointments', 'and no other visit') from day_plan;
select is((select count(*) from day_plan, regexp_matches(plan, '^ *InitPlan', 'gn')), 1::bigint, 'and computes the caller''s clinics once');
create temporary view client_plan as select tests.plan_of(format(
  'select * from public.appointments where tenant_id = %L and client_id = %L order by starts_at desc, id desc limit 21', :'clinic', :'client')) as plan;
select matches(plan, 'Index Scan using appointments_client_idx', 'a client''s visits are read from the newest') from client_plan;
select doesnt_match(plan, 'Seq Scan on appointments|Sort', 'without scanning or sorting') from client_plan;
select matches(tests.plan_of(format('select * from public.appointments where tenant_id = %L and provider_id = %L and starts_at > ''2026-11-25'' order by starts_at limit 10', :'clinic', :'provider')),
  'Index Scan using appointments_provider_idx', 'so are a provider''s in order');
select matches(tests.plan_of(format('select * from public.allocations where tenant_id = %L and appointment_id = %L', :'clinic', gen_random_uuid())),
  'allocations_appointment_idx', 'and the times of one visit by the visit');

-- what functions ask without the policies, which the overlap of ranges could not get past into an index
select tests.as_owner_of_database();
select matches(tests.plan_of(format('select * from public.blocked_times where tenant_id = %L and tstzrange(starts_at, ends_at) && tstzrange(''2026-11-25'', ''2026-11-26'')', :'clinic')),
  'blocked_times_during_idx', 'blocked times of a day are found by their range');
create temporary view taken_plan as select tests.plan_of(format(
  'select x.* from public.allocations x where x.tenant_id = %L and x.subject_id = %L and x.during && tstzrange(''2026-11-25 10:00Z'', ''2026-11-25 11:00Z'') and x.blocking', :'clinic', :'provider')) as plan;
select matches(plan, 'allocations_no_overlap', 'what is in the way is found by the constraint''s own index') from taken_plan;
select matches(plan, 'Index Cond: \(\(tenant_id = [^\n]*subject_id = [^\n]*during &&', 'by clinic, by whom and by when') from taken_plan;
select matches(tests.plan_of(format(
  'select x.* from public.allocations x where x.tenant_id = %L and x.subject_id = %L and x.during && tstzrange(''2026-11-25 10:00Z'', ''2026-11-25 11:00Z'') and x.is_overbooked', :'clinic', :'provider')),
  'allocations_overbooked_idx', 'what was overbooked by another, which holds nothing else');
select matches(tests.plan_of('select id from public.holds where expires_at <= now()'), 'holds_expiry_idx', 'and what has expired by when');

-- the functions themselves, by what they have read: above are their questions, here nobody can have forgotten to change one
create function tests.read_whole() returns bigint language sql volatile as
$$ select coalesce(sum(t.seq_scan), 0)::bigint from pg_stat_xact_user_tables t where t.relname in ('appointments', 'allocations', 'blocked_times') $$;
create function tests.reads_whole(statement text) returns bigint language plpgsql as
$$
declare
  before constant bigint := tests.read_whole();
begin
  execute statement;
  return tests.read_whole() - before;
end;
$$;
grant execute on function tests.read_whole(), tests.reads_whole(text) to authenticated;
select is(tests.reads_whole('select from public.appointments v where v.note = ''x'''), 1::bigint, 'what reads a whole table is seen');
select format('private.plan_allocations(%L, null, %L, null, ''2026-11-25 10:00Z'', ''2026-11-25 11:00Z'')', :'clinic', :'provider') as plan \gset
select is(tests.reads_whole(format('select private.list_obstacles(%L, %s, ''[2026-11-25 10:00Z,2026-11-25 11:00Z)'')', :'clinic', :'plan')), 0::bigint, 'the look for what is in the way does not');
select is(tests.reads_whole(format('select private.settle_overbooked(%L, %s)', :'clinic', :'plan')), 0::bigint, 'nor the one for whom times are free');
select is(tests.reads_whole(format('select private.visits_in_the_way(%L, %L, null, ''{[2026-11-25 10:00Z,2026-11-25 11:00Z),[2026-11-26 10:00Z,2026-11-26 11:00Z)}'')', :'clinic', :'provider')), 0::bigint,
  'nor that for what is covered');
select tests.sign_in(:'owner');
select is(tests.reads_whole(format('select public.list_calendar(%L, ''2026-11-25'', ''2026-11-26'')', :'clinic')), 0::bigint, 'nor the calendar');
select tests.as_owner_of_database();
select is(tests.reads_whole('select private.sweep_holds()'), 0::bigint, 'nor the sweep of holds');
select * from finish();
rollback;
