-- Hours: whole weeks, days that differ, blocked times and steps; appointments stay, and whoever changes hears of those left outside.
begin;
\ir ../fixtures.inc
select plan(63);

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.join_clinic(:'alpha', 'staff@alpha.test', 'staff') as staff \gset
select tests.join_clinic(:'alpha', 'keeper@alpha.test', 'staff') as keeper \gset
select tests.join_clinic(:'beta', 'owner@beta.test', 'owner') as stranger \gset
update public.memberships set permissions = '{catalogue}' where user_id = :'keeper';
update public.tenants set time_zone = 'Europe/Bucharest' where id = :'alpha';
insert into public.clients (tenant_id, first_name, last_name) values (:'alpha', 'Ana', 'Pop') returning id as client \gset
insert into public.providers (tenant_id, name) values (:'alpha', 'Dr. One') returning id as one \gset
insert into public.providers (tenant_id, name) values (:'alpha', 'Dr. Two') returning id as two \gset
insert into public.providers (tenant_id, name) values (:'beta', 'Dr. Three') returning id as foreign_provider \gset
insert into public.resources (tenant_id, name) values (:'alpha', 'Chair 1') returning id as chair \gset
insert into public.services (tenant_id, name, duration_minutes) values (:'alpha', 'Filling', 60) returning id as service \gset
-- The next Tuesday at least a week ahead, and 10 o'clock on it.
select (date_trunc('week', now() at time zone 'Europe/Bucharest') + interval '15 days')::date as tuesday \gset
select (:'tuesday'::date + time '10:00') at time zone 'Europe/Bucharest' as ten \gset

create function tests.save_week(tenant uuid, provider uuid, resource uuid, hours text) returns text language sql as
$$ select tests.refusal(format('select public.save_working_hours(%L, %L, %L, %L)', tenant, provider, resource, hours)) $$;
create function tests.outside(tenant uuid, provider uuid, resource uuid, hours text) returns integer language sql as
$$ select (public.save_working_hours(tenant, provider, resource, hours::jsonb) ->> 'outside')::integer $$;
create function tests.save_days(tenant uuid, id uuid, fields jsonb) returns text language sql as
$$ select tests.refusal(format('select public.save_hours_exception(%L, %L, %L)', tenant, id, fields)) $$;
create function tests.block(tenant uuid, fields jsonb) returns text language sql as
$$ select tests.refusal(format('select public.block_time(%L, %L)', tenant, fields)) $$;
create function tests.steps(tenant uuid, service uuid, steps text) returns text language sql as
$$ select tests.refusal(format('select public.set_service_steps(%L, %L, %L)', tenant, service, steps)) $$;
create function tests.open_on(tenant uuid, subject uuid, day date) returns text language sql security definer as
$$ select (select string_agg(to_char(lower(r) at time zone 'Europe/Bucharest', 'HH24:MI') || '-' || to_char(upper(r) at time zone 'Europe/Bucharest', 'HH24:MI'), ' ' order by r)
   from unnest(o.during) r) from private.open_times(tenant, array[subject], day, day) o $$;
grant execute on all functions in schema tests to authenticated;

select tests.sign_in(:'staff');
select public.book_appointment(:'alpha', jsonb_build_object('client_id', :'client', 'provider_id', :'one', 'resource_ids', jsonb_build_array(:'chair'),
  'starts_at', :'ten'::timestamptz, 'ends_at', :'ten'::timestamptz + interval '1 hour')) ->> 'id' as visit \gset
select public.book_appointment(:'alpha', jsonb_build_object('client_id', :'client', 'provider_id', :'two',
  'starts_at', :'ten'::timestamptz + interval '4 hours', 'ends_at', :'ten'::timestamptz + interval '5 hours')) ->> 'id' as later \gset
-- In the evening on purpose: outside already, which no change of hours is to blame for.
select public.book_appointment(:'alpha', jsonb_build_object('client_id', :'client', 'provider_id', :'two',
  'starts_at', :'ten'::timestamptz + interval '10 hours', 'ends_at', :'ten'::timestamptz + interval '11 hours'), outside_hours => true) ->> 'id' as evening \gset

-- who
select is(tests.save_week(:'alpha', null, null, '[]'), 'PT403 catalogue_not_permitted', 'staff do not change hours');
select is(tests.save_days(:'alpha', null, '{}'), 'PT403 catalogue_not_permitted', 'nor days');
select is(tests.steps(:'alpha', :'service', '[]'), 'PT403 catalogue_not_permitted', 'nor steps');
select is(jsonb_array_length(public.get_hours(:'alpha') -> 'clinic'), 5, 'but read them');
select tests.sign_in(:'stranger');
select is(tests.refusal(format('select public.get_hours(%L)', :'alpha')), 'PT404 clinic_not_found', 'which strangers do not');
select is(tests.save_week(:'alpha', null, null, '[]'), 'PT404 clinic_not_found', 'let alone change them');
select is(tests.block(:'alpha', '{}'), 'PT404 clinic_not_found', 'or block time');
select tests.sign_in(:'keeper');

-- weeks
select is(tests.outside(:'alpha', :'one', null, '[{"weekday": 2, "opens": "09:00", "closes": "13:00"}, {"weekday": 2, "opens": "14:00", "closes": "24:00"}, {"weekday": 2, "opens": "10:15", "closes": "10:45", "is_break": true}]'),
  1, 'a visit in the new break is told of');
select is(tests.open_on(:'alpha', :'one', :'tuesday'), '09:00-10:15 10:45-13:00 14:00-00:00', 'a provider''s own week');
select is(tests.open_on(:'alpha', :'one', :'tuesday'::date + 1), null, 'is all of it');
select is(tests.open_on(:'alpha', :'two', :'tuesday'), '09:00-18:00', 'and nobody else''s');
select is((select starts_at from public.appointments where id = :'visit'), :'ten'::timestamptz, 'the visit stays where it was');
select is(tests.outside(:'alpha', :'one', null, '[]'), 0, 'without hours');
select is(tests.open_on(:'alpha', :'one', :'tuesday'::date + 1), '09:00-18:00', 'a provider keeps the clinic''s again');
select is(tests.outside(:'alpha', null, null, '[{"weekday": 2, "opens": "09:00", "closes": "12:00"}]'), 1, 'the clinic''s week counts for all who keep it');
select is(public.get_hours(:'alpha') -> 'clinic', '[{"opens": "09:00", "closes": "12:00", "weekday": 2, "is_break": false}]', 'and is told as it was given');
select is(tests.outside(:'alpha', null, null, '[{"weekday": 2, "opens": "09:00", "closes": "12:00"}]'), 0, 'what was outside before is not told again');
select is(tests.outside(:'alpha', null, :'chair', '[{"weekday": 2, "opens": "12:00", "closes": "18:00"}]'), 1, 'a chair has hours too');
select is(public.get_hours(:'alpha') -> 'resources' -> :'chair', '[{"opens": "12:00", "closes": "18:00", "weekday": 2, "is_break": false}]', 'of its own');
select is(tests.outside(:'alpha', null, :'chair', '[]'), 0, 'or is always there');
select is(tests.open_on(:'alpha', :'chair', :'tuesday'), '00:00-00:00', 'all day');
select is(tests.save_week(:'alpha', null, null, '[{"weekday": 1, "opens": "09:00", "closes": "12:00"}, {"weekday": 1, "opens": "11:55", "closes": "18:00"}]'), 'PT422 hours_overlap', 'hours do not overlap');
select is(tests.save_week(:'alpha', null, null, '[{"weekday": 1, "opens": "09:00", "closes": "12:00"}, {"weekday": 2, "opens": "09:00", "closes": "18:00"}]'), 'no refusal', 'those of two days do not');
select is(tests.save_week(:'alpha', null, null, '[{"weekday": 1, "opens": "09:00", "closes": "12:00"}, {"weekday": 1, "opens": "11:00", "closes": "13:00", "is_break": true}]'), 'PT422 hours_invalid', 'breaks are within');
select is(tests.save_week(:'alpha', null, null, '[{"weekday": 1, "opens": "09:00", "closes": "12:00"}, {"weekday": 1, "opens": "12:00", "closes": "15:00"}, {"weekday": 1, "opens": "11:30", "closes": "12:30", "is_break": true}]'), 'no refusal',
  'also of two that touch');
select is(tests.save_week(:'alpha', null, null, format('[{"weekday": 1, %s}]', broken)), 'PT422 hours_invalid', 'not ' || broken)
from unnest(array['"opens": "09:02", "closes": "12:00"', '"opens": "12:00", "closes": "12:00"', '"opens": "24:00", "closes": "24:05"', '"opens": "9:00", "closes": "12:00"', '"closes": "12:00"', '"opens": 9, "closes": 12']) broken;
select is(tests.save_week(:'alpha', null, null, '[{"weekday": 8, "opens": "09:00", "closes": "12:00"}]'), 'PT422 hours_invalid', 'nor on an eighth day');
select is(tests.save_week(:'alpha', null, null, '{}'), 'PT422 hours_invalid', 'nor without a list');
select is(tests.save_week(:'alpha', :'foreign_provider', null, '[]'), 'PT422 provider_unknown', 'nor for another clinic''s provider');
select is(tests.save_week(:'alpha', :'one', :'chair', '[]'), 'PT422 values_invalid', 'nor for two at once');
select is(jsonb_array_length(public.get_hours(:'alpha') -> 'clinic'), 3, 'what is refused changes nothing');
select tests.as_owner_of_database();
select is((select count(*) from public.audit_events where action = 'working_hours.saved'), 7::bigint, 'each change is one event, and what changes nothing is none');
select is((select target_label from public.audit_events where action = 'working_hours.saved' and target_id = :'one' limit 1), 'Dr. One', 'that names whose hours they are');

-- days that differ
select tests.sign_in(:'owner');
select tests.outside(:'alpha', null, null, '[{"weekday": 2, "opens": "09:00", "closes": "18:00"}]') \gset
select public.save_hours_exception(:'alpha', null, jsonb_build_object('first_day', :'tuesday', 'last_day', :'tuesday', 'note', ' Holiday ')) as days \gset
select is((:'days'::jsonb ->> 'outside')::integer, 2, 'the visits of a holiday are told of');
select is(:'days'::jsonb #>> '{exception,note}', 'Holiday', 'and the days as they were saved');
select :'days'::jsonb #>> '{exception,id}' as days_id \gset
select is(tests.open_on(:'alpha', :'one', :'tuesday'), null, 'nobody is there');
select is(tests.save_days(:'alpha', null, jsonb_build_object('provider_id', :'one', 'first_day', :'tuesday', 'last_day', :'tuesday', 'opens', '10:00', 'closes', '11:00')), 'no refusal',
  'but for one who keeps other hours');
select is(tests.open_on(:'alpha', :'one', :'tuesday'), '10:00-11:00', 'and is there for the visit');
select is(jsonb_array_length(public.get_hours(:'alpha') -> 'exceptions'), 2, 'both are listed');
select is(tests.save_days(:'alpha', :'days_id', '{"opens": "13:00", "closes": "16:00"}'), 'no refusal', 'days are changed by the fields given');
select is(tests.open_on(:'alpha', :'two', :'tuesday'), '13:00-16:00', 'and hold for who has none of their own');
select is(tests.save_days(:'alpha', :'days_id', '{"closes": null}'), 'PT422 hours_invalid', 'not half a time');
select is(tests.save_days(:'alpha', :'days_id', '{"last_day": "2020-01-01"}'), 'PT422 days_invalid', 'not backwards');
select is(tests.save_days(:'alpha', null, '{"first_day": "2027-02-30", "last_day": "2027-03-01"}'), 'PT422 days_invalid', 'not on a day there is not');
select is(tests.save_days(:'alpha', :'days_id', '{"tenant_id": null}'), 'PT422 values_invalid', 'not in another clinic');
select is(tests.save_days(:'alpha', gen_random_uuid(), '{}'), 'PT404 exception_not_found', 'not where there are none');
select is(public.delete_hours_exception(:'alpha', :'days_id'), '{"deleted": true, "outside": 0}', 'and back to the ordinary week');
select is(public.delete_hours_exception(:'alpha', :'days_id'), '{"deleted": false, "outside": 0}', 'once');

-- blocked times
select tests.sign_in(:'staff');
select public.block_time(:'alpha', jsonb_build_object('provider_id', :'one', 'title', 'Meeting', 'starts_at', :'ten'::timestamptz + interval '30 min', 'ends_at', :'ten'::timestamptz + interval '6 hours')) as blocked \gset
select is(jsonb_path_query_array(:'blocked'::jsonb, '$.in_the_way[*].id'), jsonb_build_array(:'visit'), 'whoever blocks a time hears what it covers');
select is(jsonb_path_query_array(public.block_time(:'alpha', jsonb_build_object('starts_at', :'ten'::timestamptz, 'ends_at', :'ten'::timestamptz + interval '1 day')), '$.in_the_way[*].id'),
  jsonb_build_array(:'visit', :'later', :'evening'), 'of everybody, when nobody is named');
select is(public.unblock_time(:'alpha', (:'blocked'::jsonb #>> '{blocked,id}')::uuid), '{"unblocked": true}', 'and takes it back');
select is(tests.block(:'alpha', jsonb_build_object('starts_at', :'ten'::timestamptz, 'ends_at', :'ten'::timestamptz)), 'PT422 blocked_time_invalid', 'not for no time');
select is(tests.block(:'alpha', jsonb_build_object('provider_id', :'foreign_provider', 'starts_at', :'ten'::timestamptz, 'ends_at', :'ten'::timestamptz + interval '1 day')), 'PT422 provider_unknown', 'not for another clinic''s provider');

-- steps
select tests.sign_in(:'keeper');
select is(public.set_service_steps(:'alpha', :'service', '[{"kind": "provider", "offset_minutes": 40, "duration_minutes": 20}, {"kind": "provider", "offset_minutes": 0, "duration_minutes": 10}]') -> 'steps' -> 0 -> 'offset_minutes',
  '0', 'steps of a service');
select is(tests.steps(:'alpha', :'service', '[{"kind": "chair", "offset_minutes": 45, "duration_minutes": 20}]'), 'PT422 steps_invalid', 'are within it');
select is(tests.steps(:'alpha', :'service', '[{"kind": "chair", "offset_minutes": 0, "duration_minutes": 20}, {"kind": "chair", "offset_minutes": 15, "duration_minutes": 20}]'), 'PT422 steps_invalid', 'and beside each other');
select results_eq(format('select kind, offset_minutes from public.service_steps where service_id = %L order by 2', :'service'), $$ values ('provider', 0), ('provider', 40) $$, 'what is refused changes nothing');
select tests.as_owner_of_database();
select is((select count(*) from public.audit_events where action = 'service.steps_changed' and target_label = 'Filling'), 1::bigint, 'and is no event');

select * from finish();
rollback;
