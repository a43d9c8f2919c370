-- Free times: where somebody is there and has nothing else, on the clinic's grid, and nothing that could not be booked.
begin;
\ir ../fixtures.inc
select plan(58);

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.join_clinic(:'alpha', 'staff@alpha.test', 'staff') as staff \gset
select tests.join_clinic(:'beta', 'owner@beta.test', 'owner') as stranger \gset
update public.tenants set time_zone = 'Europe/Bucharest' where id = :'alpha';
update public.scheduling_settings set slot_minutes = 30, horizon_days = 730 where tenant_id = :'alpha';
insert into public.clients (tenant_id, last_name) values (:'alpha', 'Pop') returning id as client \gset
insert into public.providers (tenant_id, name, sort) values (:'alpha', 'Dr. One', 1) returning id as one \gset
insert into public.providers (tenant_id, name, sort) values (:'alpha', 'Dr. Two', 2) returning id as two \gset
insert into public.providers (tenant_id, name) values (:'beta', 'Dr. Three') returning id as foreign_provider \gset
insert into public.resources (tenant_id, name) values (:'alpha', 'Chair 1') returning id as chair \gset
insert into public.resources (tenant_id, name) values (:'alpha', 'Chair 2') returning id as chair_two \gset
insert into public.resources (tenant_id, name, kind) values (:'alpha', 'X-ray', 'equipment') returning id as x_ray \gset
insert into public.resources (tenant_id, name) values (:'beta', 'Chair 3') returning id as foreign_chair \gset
insert into public.services (tenant_id, name, duration_minutes) values (:'alpha', 'Filling', 60) returning id as service \gset
insert into public.services (tenant_id, name) values (:'beta', 'Filling') returning id as foreign_service \gset
insert into public.service_providers (tenant_id, service_id, provider_id) values (:'alpha', :'service', :'one'), (:'alpha', :'service', :'two');
-- A Tuesday at least a week ahead: 9 to 12 for everybody, Dr. Two from 10.
select ((date_trunc('week', now() at time zone 'Europe/Bucharest') + interval '15 days')::date) as day \gset
delete from public.working_hours where tenant_id = :'alpha';
insert into public.working_hours (tenant_id, weekday, opens, closes) values (:'alpha', 2, '09:00', '12:00');
insert into public.working_hours (tenant_id, provider_id, weekday, opens, closes) values (:'alpha', :'two', 2, '10:00', '12:00');

create function tests.at(day date, local time) returns timestamptz language sql as $$ select (day + local) at time zone 'Europe/Bucharest' $$;
-- '09:00 One, 09:30 Two': the local time and the last word of the provider's name.
create function tests.told(answer jsonb) returns text language sql security definer as
$$ select coalesce(string_agg(to_char((s.e ->> 'starts_at')::timestamptz at time zone 'Europe/Bucharest', 'HH24:MI') || ' ' || right(p.name, 3), ', ' order by s.n), '')
   from jsonb_array_elements(answer -> 'slots') with ordinality s (e, n) left join public.providers p on p.id::text = s.e ->> 'provider_id' $$;
create function tests.chairs(answer jsonb) returns text language sql security definer as
$$ select string_agg(coalesce((select string_agg(r.name, '+' order by i.n) from jsonb_array_elements_text(s.e -> 'resource_ids') with ordinality i (id, n) join public.resources r on r.id::text = i.id), '-'), ', ' order by s.n)
   from jsonb_array_elements(answer -> 'slots') with ordinality s (e, n) $$;
create function tests.book(tenant uuid, service uuid, provider uuid, resources uuid[], client uuid, start timestamptz, minutes integer) returns text language sql as
$$ select tests.refusal(format('select public.book_appointment(%L, %L)', tenant, jsonb_build_object('client_id', client, 'service_id', service,
     'provider_id', provider, 'resource_ids', to_jsonb(resources), 'starts_at', start, 'ends_at', start + make_interval(mins => minutes)))) $$;
grant execute on all functions in schema tests to authenticated;

-- who may ask what
select tests.sign_out();
select is(tests.refusal(format('select public.find_free_slots(%L, %L)', :'alpha', :'service')), '42501 ', 'a visitor asks nothing');
select tests.sign_in(:'stranger');
select is(tests.refusal(format('select public.find_free_slots(%L, %L)', :'alpha', :'service')), 'PT404 clinic_not_found', 'nor does another clinic');
select is(tests.refusal(format('select public.next_free_slots(%L, %L)', :'alpha', :'service')), 'PT404 clinic_not_found', 'in neither way');
select is(tests.refusal(format('select private.free_slots(%L, %L, null, null, tstzrange(now(), now() + interval ''9 days''), null, 1)', :'alpha', :'service')), '42501 ',
  'and what asks nobody is not theirs to call');
select tests.sign_in(:'staff');
select is(tests.refusal(format('select public.find_free_slots(%L, %L)', :'alpha', :'foreign_service')), 'PT404 service_not_found', 'another clinic''s service is none');
select is(tests.refusal(format('select public.find_free_slots(%L, null)', :'alpha')), 'PT404 service_not_found', 'one has to be named');
select is(tests.refusal(format('select public.find_free_slots(%L, %L, days => 0)', :'alpha', :'service')), 'PT422 period_invalid', 'no days');
select is(tests.refusal(format('select public.find_free_slots(%L, %L, days => 93)', :'alpha', :'service')), 'PT422 period_invalid', 'too many days');
select is(tests.refusal(format('select public.find_free_slots(%L, %L, days => null)', :'alpha', :'service')), 'PT422 period_invalid', 'no number of days');
select is(tests.refusal(format('select public.find_free_slots(%L, %L, first_day => ''infinity'')', :'alpha', :'service')), 'PT422 period_invalid', 'from no day there is');
select is(tests.refusal(format('select public.find_free_slots(%L, %L, array[%L]::uuid[])', :'alpha', :'service', :'foreign_provider')), 'PT422 provider_unknown', 'another clinic''s provider');
select is(tests.refusal(format('select public.find_free_slots(%L, %L, null, array[%L]::uuid[])', :'alpha', :'service', :'foreign_chair')), 'PT422 resource_unknown', 'or chair');
select is(tests.refusal(format('select public.find_free_slots(%L, %L, array[null]::uuid[])', :'alpha', :'service')), 'PT422 provider_unknown', 'or nobody');
select is(tests.refusal(format('select public.find_free_slots(%L, %L, duration_minutes => 4)', :'alpha', :'service')), 'PT422 duration_invalid', 'shorter than an appointment is');
select is(tests.refusal(format('select public.next_free_slots(%L, %L, duration_minutes => 721)', :'alpha', :'service')), 'PT422 duration_invalid', 'or longer');

-- hours and grid
select is(tests.told(public.find_free_slots(:'alpha', :'service', first_day => :'day', days => 1)),
  '09:00 One, 09:30 One, 10:00 One, 10:00 Two, 10:30 One, 10:30 Two, 11:00 One, 11:00 Two', 'every half hour at which the visit fits in, in order of time and of providers');
select is(tests.told(public.find_free_slots(:'alpha', :'service', array[:'two']::uuid[], first_day => :'day', days => 1)), '10:00 Two, 10:30 Two, 11:00 Two', 'of one provider');
select is(tests.told(public.find_free_slots(:'alpha', :'service', array[:'two']::uuid[], first_day => :'day', days => 1, duration_minutes => 90)), '10:00 Two, 10:30 Two', 'of another length');
select is(tests.told(public.find_free_slots(:'alpha', :'service', '{}', first_day => :'day', days => 1)), '', 'of none of them');
select is(public.find_free_slots(:'alpha', :'service', first_day => :'day', days => 1, page_size => 8) ->> 'is_capped', 'false', 'eight are all');
select is(public.find_free_slots(:'alpha', :'service', first_day => :'day', days => 1, page_size => 7) ->> 'is_capped', 'true', 'seven are not');
select is(tests.told(public.find_free_slots(:'alpha', :'service', first_day => :'day', days => 1, page_size => 4)), '09:00 One, 09:30 One, 10:00 One, 10:00 Two', 'and no more than asked for, the first ones');
select is(public.find_free_slots(:'alpha', :'service', first_day => :'day', days => 1, duration_minutes => 90) #> '{slots,0}',
  jsonb_build_object('starts_at', tests.at(:'day', '09:00'), 'ends_at', tests.at(:'day', '10:30'), 'provider_id', :'one', 'resource_ids', '[]'::jsonb), 'each with its end, its provider and its places');
select is(jsonb_array_length(public.find_free_slots(:'alpha', :'service', first_day => :'day', days => 8) -> 'slots'), 16, 'the same a week later');

-- what is in the way
select tests.book(:'alpha', :'service', :'one', null, :'client', tests.at(:'day', '10:00'), 30);
select is(tests.told(public.find_free_slots(:'alpha', :'service', array[:'one']::uuid[], first_day => :'day', days => 1)), '09:00 One, 10:30 One, 11:00 One', 'not over an appointment');
select public.hold_slot(:'alpha', null, :'one', null, tests.at(:'day', '11:30'), tests.at(:'day', '12:00')) ->> 'hold_id' as hold \gset
select is(tests.told(public.find_free_slots(:'alpha', :'service', array[:'one']::uuid[], first_day => :'day', days => 1)), '09:00 One, 10:30 One', 'nor over a hold');
select tests.as_owner_of_database();
update public.holds set expires_at = now() - interval '1 second' where id = :'hold';
select tests.sign_in(:'staff');
select is(tests.told(public.find_free_slots(:'alpha', :'service', array[:'one']::uuid[], first_day => :'day', days => 1)), '09:00 One, 10:30 One, 11:00 One', 'but over one that has expired');
select is(tests.book(:'alpha', :'service', :'one', null, :'client', tests.at(:'day', '11:00'), 60), 'no refusal', 'which can be booked');
select tests.sign_in(:'owner');
select public.book_appointment(:'alpha', jsonb_build_object('client_id', :'client', 'provider_id', :'one', 'starts_at', tests.at(:'day', '10:15'), 'ends_at', tests.at(:'day', '10:45')), overbook => true) ->> 'id' as over \gset
select public.set_appointment_status(:'alpha', (select id from public.appointments where starts_at = tests.at(:'day', '10:00')), 'cancelled') ->> 'id' as gone \gset
select is(tests.told(public.find_free_slots(:'alpha', :'service', array[:'one']::uuid[], first_day => :'day', days => 1)), '09:00 One', 'nor over what was booked over, though that is gone');
select tests.as_owner_of_database();
delete from public.appointments where tenant_id = :'alpha';
insert into public.blocked_times (tenant_id, provider_id, starts_at, ends_at) values (:'alpha', :'one', tests.at(:'day', '09:00'), tests.at(:'day', '09:45'));
insert into public.working_hours (tenant_id, provider_id, weekday, opens, closes, is_break) values (:'alpha', :'two', 2, '11:00', '11:10', true);
select tests.sign_in(:'staff');
select is(tests.told(public.find_free_slots(:'alpha', :'service', first_day => :'day', days => 1)), '10:00 One, 10:00 Two, 10:30 One, 11:00 One', 'not in a meeting, nor in a break');
select tests.as_owner_of_database();
insert into public.blocked_times (tenant_id, starts_at, ends_at) values (:'alpha', tests.at(:'day', '10:00'), tests.at(:'day', '10:30'));
insert into public.hours_exceptions (tenant_id, provider_id, first_day, last_day, opens, closes) values (:'alpha', :'two', :'day', :'day', '08:30', '09:30');
select tests.sign_in(:'staff');
select is(tests.told(public.find_free_slots(:'alpha', :'service', first_day => :'day', days => 1)), '08:30 Two, 10:30 One, 11:00 One', 'nobody while the clinic is blocked, and other hours on a day that differs');
select tests.as_owner_of_database();
delete from public.blocked_times where tenant_id = :'alpha';
delete from public.hours_exceptions where tenant_id = :'alpha';
delete from public.working_hours where tenant_id = :'alpha' and is_break;

-- places
select tests.sign_in(:'staff');
select is(tests.chairs(public.find_free_slots(:'alpha', :'service', array[:'one']::uuid[], first_day => :'day', days => 1, page_size => 1)), '-', 'nothing but a provider is needed');
select tests.book(:'alpha', null, null, array[:'chair']::uuid[], :'client', tests.at(:'day', '09:00'), 90);
select tests.book(:'alpha', null, null, array[:'x_ray']::uuid[], :'client', tests.at(:'day', '11:30'), 30);
select is(tests.told(public.find_free_slots(:'alpha', :'service', array[:'one']::uuid[], array[:'chair']::uuid[], :'day', 1)), '10:30 One, 11:00 One', 'a chair named is needed');
select is(tests.told(public.find_free_slots(:'alpha', :'service', array[:'one']::uuid[], array[:'chair', :'x_ray']::uuid[], :'day', 1)), '10:30 One', 'with all that is named');
select tests.as_owner_of_database();
insert into public.service_resources (tenant_id, service_id, resource_id) values (:'alpha', :'service', :'chair'), (:'alpha', :'service', :'chair_two'), (:'alpha', :'service', :'x_ray');
select tests.sign_in(:'staff');
select is(tests.chairs(public.find_free_slots(:'alpha', :'service', array[:'one']::uuid[], null, :'day', 1)), 'Chair 2+X-ray, Chair 2+X-ray, Chair 2+X-ray, Chair 1+X-ray',
  'else one of each kind, the first that is free');
select is(tests.told(public.find_free_slots(:'alpha', :'service', array[:'one']::uuid[], '{}', :'day', 1)), '09:00 One, 09:30 One, 10:00 One, 10:30 One, 11:00 One', 'or none, when an empty list says so');
select tests.as_owner_of_database();
update public.resources set archived_at = now() where id = :'chair_two';
select tests.sign_in(:'staff');
select is(tests.told(public.find_free_slots(:'alpha', :'service', array[:'one']::uuid[], null, :'day', 1)), '10:30 One', 'what is archived is not free');
select is(tests.told(public.find_free_slots(:'alpha', :'service', array[:'one']::uuid[], array[:'chair_two']::uuid[], :'day', 1)), '', 'though it be named');
select tests.as_owner_of_database();
update public.resources set archived_at = now() where id = :'chair';
select tests.sign_in(:'staff');
select is(tests.told(public.find_free_slots(:'alpha', :'service', array[:'one']::uuid[], null, :'day', 1)), '', 'nor does a service need no chair because all are archived');
select tests.as_owner_of_database();
delete from public.service_resources where tenant_id = :'alpha';
delete from public.appointments where tenant_id = :'alpha';
update public.providers set archived_at = now() where id = :'two';
select tests.sign_in(:'staff');
select is(tests.told(public.find_free_slots(:'alpha', :'service', array[:'one', :'two']::uuid[], null, :'day', 1)), '09:00 One, 09:30 One, 10:00 One, 10:30 One, 11:00 One', 'nobody archived either');
select tests.as_owner_of_database();
update public.services set archived_at = now() where id = :'service';
select tests.sign_in(:'staff');
select is(tests.told(public.find_free_slots(:'alpha', :'service', first_day => :'day', days => 1)), '', 'and no archived service');
select tests.as_owner_of_database();
update public.services set archived_at = null where id = :'service';
update public.providers set archived_at = null where id = :'two';

-- buffers and steps
update public.services set buffer_before_minutes = 15, buffer_after_minutes = 30 where id = :'service';
select tests.sign_in(:'staff');
select is(tests.told(public.find_free_slots(:'alpha', :'service', array[:'one']::uuid[], first_day => :'day', days => 1)), '09:00 One, 09:30 One, 10:00 One, 10:30 One, 11:00 One', 'buffers reach out of the hours');
select tests.book(:'alpha', null, :'one', null, :'client', tests.at(:'day', '10:30'), 5);
select is(tests.told(public.find_free_slots(:'alpha', :'service', array[:'one']::uuid[], first_day => :'day', days => 1)), '09:00 One, 11:00 One', 'and not over an appointment');
select tests.as_owner_of_database();
insert into public.service_steps (tenant_id, service_id, kind, offset_minutes, duration_minutes) values (:'alpha', :'service', 'provider', 0, 15), (:'alpha', :'service', 'provider', 45, 15);
select tests.sign_in(:'staff');
select is(tests.told(public.find_free_slots(:'alpha', :'service', array[:'one']::uuid[], first_day => :'day', days => 1)), '09:00 One, 10:00 One, 11:00 One', 'between two steps the provider may be elsewhere');
select is(tests.book(:'alpha', :'service', :'one', null, :'client', tests.at(:'day', '10:00'), 60), 'no refusal', 'as booking has it');
select tests.as_owner_of_database();
delete from public.service_steps where tenant_id = :'alpha';
delete from public.appointments where tenant_id = :'alpha';
update public.services set buffer_before_minutes = 0, buffer_after_minutes = 0 where id = :'service';

-- notice, horizon, the next ones
update public.scheduling_settings set minimum_notice_minutes = 20160 where tenant_id = :'alpha';
select tests.sign_in(:'staff');
create temporary view offered as
select (s ->> 'starts_at')::timestamptz as starts_at from jsonb_array_elements(public.find_free_slots(
  (select id from public.tenants), (select id from public.services), days => 92, page_size => 2000) -> 'slots') s;
select ok((select min(starts_at) >= now() + interval '14 days' from offered), 'nothing nearer than the clinic''s notice');
select is((select count(*) from offered where starts_at < now() + interval '21 days'), 8::bigint, 'but what comes then');
select is((public.next_free_slots(:'alpha', :'service') #>> '{slots,0,starts_at}')::timestamptz, (select min(starts_at) from offered), 'the next one is the first of them');
select tests.as_owner_of_database();
update public.scheduling_settings set minimum_notice_minutes = 0, horizon_days = 20 where tenant_id = :'alpha';
select tests.sign_in(:'staff');
select ok((select max(starts_at) between now() + interval '13 days' and now() + interval '21 days' from offered), 'and nothing farther than its horizon');
select is(tests.told(public.next_free_slots(:'alpha', :'service', after => tests.at(:'day', '09:30'), how_many => 3)), '10:00 One, 10:30 One, 11:00 One',
  'the next times after one, each told once');
select is(tests.told(public.next_free_slots(:'alpha', :'service', array[:'two']::uuid[], after => tests.at(:'day', '09:30'))), '10:00 Two', 'one unless more are asked for');
select is(tests.told(public.next_free_slots(:'alpha', :'service', after => now() + interval '21 days')), '', 'none when there are none');
select is(tests.told(public.find_free_slots(:'alpha', :'service', first_day => :'day'::date - 3000, days => 30)), '', 'nor in the past');

select tests.book(:'alpha', null, :'two', null, :'client', tests.at(:'day', '09:00') + interval '1 hour', 75);
select is(tests.told(public.next_free_slots(:'alpha', :'service', array[:'two']::uuid[], after => tests.at(:'day', '10:10'), how_many => 2)), '10:00 Two, 10:30 Two', 'what has begun before is in the way: none that day');

-- when clocks change: 3:00 is 4:00 in March, 4:00 is 3:00 in October
select tests.as_owner_of_database();
update public.scheduling_settings set horizon_days = 730 where tenant_id = :'alpha';
delete from public.working_hours where tenant_id = :'alpha';
insert into public.working_hours (tenant_id, weekday, opens, closes) values (:'alpha', 7, '01:00', '06:00');
select (make_date(extract(year from now())::integer + 1, 4, 1) - extract(isodow from make_date(extract(year from now())::integer + 1, 4, 1) - 1)::integer % 7 - 1) as spring,
  (make_date(extract(year from now())::integer + 1, 11, 1) - extract(isodow from make_date(extract(year from now())::integer + 1, 11, 1) - 1)::integer % 7 - 1) as autumn \gset
select tests.sign_in(:'staff');
select is(tests.told(public.find_free_slots(:'alpha', :'service', array[:'one']::uuid[], first_day => :'spring', days => 1)),
  '01:00 One, 01:30 One, 02:00 One, 02:30 One, 04:00 One, 04:30 One, 05:00 One', 'an hour that is left out has no free times');
select is(tests.told(public.find_free_slots(:'alpha', :'service', array[:'one']::uuid[], first_day => :'autumn', days => 1)),
  '01:00 One, 01:30 One, 02:00 One, 02:30 One, 03:00 One, 03:30 One, 03:00 One, 03:30 One, 04:00 One, 04:30 One, 05:00 One', 'one that comes twice has them twice');
select tests.as_owner_of_database();
update public.tenants set time_zone = 'Asia/Kolkata' where id = :'alpha';
update public.scheduling_settings set slot_minutes = 60 where tenant_id = :'alpha';
select tests.sign_in(:'staff');
select is((select string_agg(to_char((s.e ->> 'starts_at')::timestamptz at time zone 'Asia/Kolkata', 'HH24:MI'), ' ' order by s.n)
  from jsonb_array_elements(public.find_free_slots(:'alpha', :'service', array[:'one']::uuid[], first_day => :'spring', days => 1) -> 'slots') with ordinality s (e, n)),
  '01:00 02:00 03:00 04:00 05:00', 'full hours are those of the clinic''s clocks, half an hour beside those elsewhere');
select is(tests.refusal(format('select public.next_free_slots(%L, %L, array_fill(%L::uuid, array[201]))', :'alpha', :'service', :'one')), 'PT422 values_invalid', 'not by the hundred');
select * from finish();
rollback;
