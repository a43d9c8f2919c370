-- Visits in numbers: the dashboard's cards, a client's counters, and what an export says of them.
begin;
\ir ../fixtures.inc
select plan(20);

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.join_clinic(:'alpha', 'staff@alpha.test', 'staff') as staff \gset
select tests.join_clinic(:'beta', 'owner@beta.test', 'owner') as stranger \gset
update public.tenants set time_zone = 'Europe/Bucharest' where id = :'alpha';
insert into public.clients (tenant_id, first_name, last_name) values (:'alpha', 'Ana', 'Pop') returning id as client \gset
insert into public.clients (tenant_id, first_name, last_name) values (:'alpha', 'Ion', 'Rus') returning id as other \gset
insert into public.clients (tenant_id, first_name, last_name) values (:'beta', 'Other', 'Clinic') returning id as foreign_client \gset
insert into public.providers (tenant_id, name) values (:'alpha', 'Dr. One') returning id as one \gset
insert into public.providers (tenant_id, name) values (:'alpha', 'Dr. Idle') returning id as idle \gset
insert into public.providers (tenant_id, name) values (:'beta', 'Dr. Foreign') returning id as foreign_provider \gset
insert into public.services (tenant_id, name) values (:'alpha', 'Filling') returning id as service \gset
-- Every day from 0 to 24, so that it does not matter when this runs; one hour of it is a break.
delete from public.working_hours where tenant_id = :'alpha';
insert into public.working_hours (tenant_id, weekday, opens, closes) select :'alpha', d, '00:00', '24:00' from generate_series(1, 7) d;
insert into public.working_hours (tenant_id, weekday, opens, closes, is_break) select :'alpha', d, '05:00', '06:00', true from generate_series(1, 7) d;

create function tests.visit(
  tenant uuid, client uuid, provider uuid, service uuid, start timestamptz, status text default 'booked', is_late boolean default false)
returns void language sql as
$$ insert into public.appointments (tenant_id, client_id, provider_id, service_id, starts_at, ends_at, status, cancelled_by, is_late_cancel)
   values (tenant, client, provider, service, start, start + interval '90 min', status, case when status = 'cancelled' then 'client' end, is_late) $$;
-- The beginning of a day, n days from today where the clinic is.
create function tests.day(n integer) returns timestamptz language sql as
$$ select (date_trunc('day', now() at time zone 'Europe/Bucharest') + make_interval(days => n)) at time zone 'Europe/Bucharest' $$;
create function tests.five() returns timestamptz language sql as
$$ select (date_trunc('day', now() at time zone 'Europe/Bucharest') + interval '5 hours') at time zone 'Europe/Bucharest' $$;
grant execute on all functions in schema tests to authenticated;
select tests.visit(:'alpha', :'client', :'one', :'service', tests.day(-1) + interval '10 hours', 'completed');
select tests.visit(:'alpha', :'client', :'one', :'service', tests.day(-2) + interval '10 hours', 'no_show');
select tests.visit(:'alpha', :'client', :'one', :'service', tests.day(-2) + interval '14 hours', 'cancelled', true);
select tests.visit(:'alpha', :'client', :'one', :'service', tests.day(-2) + interval '16 hours', 'cancelled');
select tests.visit(:'alpha', :'client', :'one', :'service', tests.day(-9) + interval '10 hours', 'completed');
select tests.visit(:'alpha', :'other', :'one', :'service', tests.day(-9) + interval '12 hours', 'no_show');
select tests.visit(:'alpha', :'client', :'one', :'service', tests.day(1) + interval '10 hours', 'confirmed');
select tests.visit(:'alpha', :'client', :'one', :'service', tests.day(2) + interval '10 hours', 'cancelled');
-- Today: somebody sits in the chair however long, somebody comes at the end of the day.
select tests.visit(:'alpha', :'other', :'one', :'service', tests.day(0), 'in_chair');
select tests.visit(:'alpha', :'other', null, null, tests.day(1) - interval '1 second', 'booked');
select tests.visit(:'beta', :'foreign_client', :'foreign_provider', null, tests.day(-1) + interval '10 hours', 'no_show');

select tests.sign_in(:'stranger');
select is(tests.refusal(format('select public.client_visits(%L, %L)', :'alpha', :'client')), 'PT404 clinic_not_found', 'nobody counts another clinic''s visits');
select is(tests.refusal(format('select public.client_visits(%L, %L)', :'beta', :'client')), 'PT404 client_not_found', 'nor another clinic''s client');

select tests.sign_in(:'staff');
select public.client_visits(:'alpha', :'client') as counts \gset
select is(:'counts'::jsonb - array['last_visit_at', 'next_visit_at'], '{"upcoming": 1, "completed": 2, "no_shows": 1, "late_cancels": 1}', 'a client''s visits are counted');
select is((:'counts'::jsonb ->> 'last_visit_at')::timestamptz, tests.day(-1) + interval '10 hours', 'the last one is the last completed');
select is((:'counts'::jsonb ->> 'next_visit_at')::timestamptz, tests.day(1) + interval '10 hours', 'the next one is not one that was cancelled');
insert into public.clients (tenant_id, first_name, last_name) values (:'alpha', 'New', 'Client') returning id as fresh \gset
select is(public.client_visits(:'alpha', :'fresh'),
  '{"upcoming": 0, "completed": 0, "no_shows": 0, "late_cancels": 0, "last_visit_at": null, "next_visit_at": null}', 'nothing is counted as nothing');

select public.dashboard(:'alpha', 7) as week \gset
select is(:'week'::jsonb #> '{today,statuses}', '{"booked": 1, "in_chair": 1}', 'today is counted by status');
select is((select jsonb_agg(n #> '{client,last_name}') from jsonb_array_elements(:'week'::jsonb #> '{today,next}') n), '["Rus", "Rus"]', 'who is there and who comes is next');
select is(:'week'::jsonb #>> '{today,next,0,service}', 'Filling', 'with the service');
select is(:'week'::jsonb #>> '{today,next,1,provider}', null, 'and with nobody where nobody is needed');
select is((:'week'::jsonb -> 'visits') - array['by_day', 'before'], '{"due": 4, "no_shows": 1, "late_cancels": 1}', 'visits that were cancelled in time were not due');
select is(:'week'::jsonb #> '{visits,before}', '{"due": 2, "no_shows": 1, "late_cancels": 0}', 'the days before are beside it');
select is(jsonb_array_length(:'week'::jsonb #> '{visits,by_day}'), 7, 'every day is there');
select is((select d - 'day' from jsonb_array_elements(:'week'::jsonb #> '{visits,by_day}') d where d ->> 'day' = (tests.day(-2) at time zone 'Europe/Bucharest')::date::text),
  '{"due": 2, "no_shows": 1, "late_cancels": 1}', 'with what was missed on it');

-- Six whole days and today so far, without an hour of each.
select is((:'week'::jsonb #>> '{utilisation,open_minutes}')::bigint,
  2 * ((extract(epoch from now() - tests.day(-6)) - 6 * 3600
    - greatest(0, least(3600, extract(epoch from now() - tests.five()))))::bigint / 60),
  'open are the hours of all providers without breaks');
select is((select (p ->> 'booked_minutes')::integer from jsonb_array_elements(:'week'::jsonb #> '{utilisation,by_provider}') p where p ->> 'id' = :'one'),
  (90 + least(90, extract(epoch from now() - tests.day(0))::bigint / 60))::integer, 'booked is what took place, today''s until now');
select is((select (p ->> 'booked_minutes')::integer from jsonb_array_elements(:'week'::jsonb #> '{utilisation,by_provider}') p where p ->> 'id' = :'idle'),
  0, 'a provider without visits is there with none');
reset role;
insert into public.blocked_times (tenant_id, provider_id, starts_at, ends_at) values (:'alpha', :'idle', tests.day(-2), tests.day(-1));
select tests.sign_in(:'staff');
select is((select (p ->> 'open_minutes')::bigint from jsonb_array_elements(:'week'::jsonb #> '{utilisation,by_provider}') p where p ->> 'id' = :'idle')
    - (select (p ->> 'open_minutes')::bigint from jsonb_array_elements(public.dashboard(:'alpha', 7) #> '{utilisation,by_provider}') p where p ->> 'id' = :'idle'),
  extract(epoch from tests.day(-1) - tests.day(-2))::bigint / 60 - 60, 'a blocked day is not open');

select tests.sign_in(:'owner');
select is((select jsonb_agg(v -> 'status' order by v ->> 'starts_at') from jsonb_array_elements(public.client_record(:'alpha', :'client') -> 'appointments') v),
  '["completed", "no_show", "cancelled", "cancelled", "completed", "confirmed", "cancelled"]', 'a client''s record has their visits');
select is(public.client_record(:'alpha', :'client') #>> '{appointments,0,service}', 'Filling', 'with the service');
select * from finish();
rollback;
