-- What is archived is not booked anew; statuses keep to the day of a visit; what was booked over something is booked like any other
-- once that is gone; lists of what is in the way have an end.
begin;
\ir ../fixtures.inc
select plan(56);

select tests.create_clinic('alpha') as alpha \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
-- A zone in which it is morning, so that an hour later is the same day.
select (array['Etc/GMT-6', 'UTC', 'Etc/GMT+6', 'Etc/GMT+12'])[1 + extract(hour from now() at time zone 'UTC')::integer / 6] as zone \gset
update public.tenants set time_zone = :'zone' where id = :'alpha';
insert into public.clients (tenant_id, first_name, last_name) values (:'alpha', 'Ana', 'Pop') returning id as client \gset
insert into public.clients (tenant_id, first_name, last_name, archived_at) values (:'alpha', 'Old', 'Client', now()) returning id as old_client \gset
insert into public.providers (tenant_id, name) values (:'alpha', 'Dr. One') returning id as one \gset
insert into public.providers (tenant_id, name) values (:'alpha', 'Dr. Two') returning id as two \gset
insert into public.resources (tenant_id, name) values (:'alpha', 'Chair 1') returning id as chair \gset
insert into public.services (tenant_id, name, duration_minutes) values (:'alpha', 'Filling', 30) returning id as service \gset
delete from public.working_hours where tenant_id = :'alpha';
insert into public.working_hours (tenant_id, weekday, opens, closes) select :'alpha', d, '00:00', '24:00' from generate_series(1, 7) d;
-- The beginning of a day in a week's time where the clinic is.
select (date_trunc('day', now() at time zone :'zone') + interval '7 days') at time zone :'zone' as day \gset

create function tests.fields(client text, service text, provider text, resources text[], start timestamptz, minutes integer default 30) returns jsonb language sql as
$$ select jsonb_build_object('client_id', client, 'service_id', service, 'provider_id', provider, 'resource_ids', to_jsonb(resources),
     'starts_at', start, 'ends_at', start + make_interval(mins => minutes)) $$;
create function tests.at(day timestamptz, clock text) returns timestamptz language sql as $$ select day + clock::interval $$;
create function tests.place(start timestamptz, minutes integer default 30) returns jsonb language sql as
$$ select jsonb_build_object('starts_at', start, 'ends_at', start + make_interval(mins => minutes)) $$;
create function tests.state(appointment text) returns text language sql security definer as
$$ select v.status || ' ' || concat_ws(' ', case when v.is_overbooked then 'over' end,
     (select string_agg(case when a.blocking then 'blocking' when a.is_overbooked then 'overbooked' else 'free' end, ' ' order by a.resource_id nulls first)
      from public.allocations a where a.appointment_id = v.id))
   from public.appointments v where v.id = appointment::uuid $$;
create function tests.attempts(tenant text, fields jsonb, entry text) returns text language sql as
$$ select string_agg(tests.refusal(q), ', ') from (values
     (format('select public.book_appointment(%L, %L)', tenant, fields)),
     (format('select public.hold_slot(%L, %L, %L, array(select jsonb_array_elements_text(%L))::uuid[], %L, %L)', tenant,
       fields ->> 'service_id', fields ->> 'provider_id', fields -> 'resource_ids', fields ->> 'starts_at', fields ->> 'ends_at')),
     (format('select public.preview_series(%L, %L, ''FREQ=DAILY;COUNT=2'')', tenant, fields)),
     (format('select public.book_series(%L, %L, ''FREQ=DAILY;COUNT=2'')', tenant, fields)),
     (format('select public.offer_slot(%L, %L, %L)', tenant, entry, fields - 'client_id' - 'service_id'))) v (q) $$;
create function tests.enter(tenant text, appointment text, status text) returns text language sql as
$$ select tests.refusal(format('select public.set_appointment_status(%L, %L, %L)', tenant, appointment, status)) $$;
grant execute on all functions in schema tests to authenticated;
select tests.sign_in(:'owner');

-- what is archived
select public.book_appointment(:'alpha', tests.fields(:'client', :'service', :'one', array[:'chair'], tests.at(:'day', '10:00'))) ->> 'id' as visit \gset
select public.book_series(:'alpha', tests.fields(:'client', :'service', :'one', array[:'chair'], tests.at(:'day', '12:00')), 'FREQ=DAILY;COUNT=4') -> 'appointments' -> 0 ->> 'id' as first \gset
select public.save_waitlist_entry(:'alpha', null, jsonb_build_object('client_id', :'client', 'service_id', :'service')) ->> 'id' as entry \gset
select tests.fields(:'client', :'service', :'one', array[:'chair'], tests.at(:'day', '15:00')) as wanted \gset
select tests.as_owner_of_database();
update public.providers set archived_at = now() where id = :'one';
select tests.sign_in(:'owner');
select is(tests.attempts(:'alpha', :'wanted', :'entry'),
  'PT422 provider_archived, PT422 provider_archived, PT422 provider_archived, PT422 provider_archived, PT422 provider_archived',
  'nothing new with a provider who is archived: no visit, hold, series, offer');
select is(tests.refusal(format('select public.change_appointment(%L, %L, %L)', :'alpha', :'visit', tests.place(tests.at(:'day', '11:00')))), 'no refusal',
  'a visit with them is moved');
select is(tests.refusal(format('select public.change_series(%L, %L, ''all'', %L)', :'alpha', :'first', tests.place(tests.at(:'day', '13:00')))), 'no refusal',
  'and so is a series');
select is(tests.refusal(format('select public.change_series(%L, %L, ''all'', ''{}'', rule => ''FREQ=DAILY;COUNT=6'')', :'alpha', :'first')), 'PT422 provider_archived',
  'which gets no visits more');
select is(tests.refusal(format('select public.change_series(%L, %L, ''all'', ''{}'', dry_run => true, rule => ''FREQ=DAILY;COUNT=6'')', :'alpha', :'first')),
  'PT422 provider_archived', 'as a dry run says');
select is(tests.refusal(format('select public.change_series(%L, %L, ''all'', ''{}'', rule => ''FREQ=DAILY;COUNT=3'')', :'alpha', :'first')), 'no refusal',
  'but may get fewer');
select is(tests.refusal(format('select public.change_appointment(%L, %L, ''{"note": "x"}'')', :'alpha', :'visit')), 'no refusal', 'a note on the visit');
select is(tests.refusal(format('select public.set_appointment_status(%L, %L, ''cancelled'')', :'alpha', :'visit')), 'no refusal', 'it is cancelled');
select is(tests.refusal(format('select public.set_appointment_status(%L, %L, ''booked'')', :'alpha', :'visit')), 'no refusal', 'and brought back');
select is(tests.refusal(format('select public.change_appointment(%L, %L, %L)', :'alpha', :'visit', jsonb_build_object('provider_id', :'two'))), 'no refusal', 'somebody else takes it');
select is(tests.refusal(format('select public.change_appointment(%L, %L, %L)', :'alpha', :'visit', jsonb_build_object('provider_id', :'one'))), 'PT422 provider_archived',
  'and does not give it back');
select is(tests.refusal(format('select public.change_series(%L, %L, ''all'', %L)', :'alpha', :'first', jsonb_build_object('provider_id', :'two'))), 'no refusal', 'the series as well');
select is(tests.refusal(format('select public.change_series(%L, %L, ''all'', %L)', :'alpha', :'first', jsonb_build_object('provider_id', :'one'))), 'PT422 provider_archived',
  'nor that');
select tests.as_owner_of_database();
update public.providers set archived_at = null where id = :'one';
update public.services set archived_at = now() where id = :'service';
select tests.sign_in(:'owner');
select is(tests.attempts(:'alpha', :'wanted', :'entry'),
  'PT422 service_archived, PT422 service_archived, PT422 service_archived, PT422 service_archived, PT422 service_archived', 'nor a service that is archived');
select is(tests.refusal(format('select public.change_appointment(%L, %L, %L)', :'alpha', :'visit', tests.place(tests.at(:'day', '10:00')))), 'no refusal', 'which a visit keeps');
select tests.as_owner_of_database();
update public.services set archived_at = null where id = :'service';
update public.resources set archived_at = now() where id = :'chair';
select tests.sign_in(:'owner');
select is(tests.attempts(:'alpha', :'wanted', :'entry'),
  'PT422 resource_archived, PT422 resource_archived, PT422 resource_archived, PT422 resource_archived, PT422 resource_archived', 'nor a chair');
select is(tests.refusal(format('select public.change_appointment(%L, %L, %L)', :'alpha', :'visit', tests.place(tests.at(:'day', '11:00')))), 'no refusal', 'where a visit stays');
select tests.as_owner_of_database();
update public.resources set archived_at = null where id = :'chair';
select tests.sign_in(:'owner');
select tests.fields(:'old_client', :'service', :'one', array[:'chair'], tests.at(:'day', '15:00')) as wanted \gset
select is(tests.refusal(format('select public.book_appointment(%L, %L)', :'alpha', :'wanted')), 'PT422 client_archived', 'nobody who is archived is booked');
select is(tests.refusal(format('select public.book_series(%L, %L, ''FREQ=DAILY;COUNT=2'')', :'alpha', :'wanted')), 'PT422 client_archived', 'nor for a series');
select is(tests.refusal(format('select public.change_appointment(%L, %L, %L)', :'alpha', :'visit', jsonb_build_object('client_id', :'old_client'))), 'PT422 client_archived',
  'nor given somebody else''s visit');
select is(tests.refusal(format('select public.change_series(%L, %L, ''all'', %L)', :'alpha', :'first', jsonb_build_object('client_id', :'old_client'))), 'PT422 client_archived',
  'or series');
select tests.as_owner_of_database();
update public.clients set archived_at = now() where id = :'client';
select tests.sign_in(:'owner');
select is(tests.refusal(format('select public.change_appointment(%L, %L, %L)', :'alpha', :'visit', tests.place(tests.at(:'day', '10:00')))), 'no refusal',
  'whoever is archived later keeps their visits');
select is(tests.refusal(format('select public.change_series(%L, %L, ''all'', ''{}'', rule => ''FREQ=DAILY;COUNT=6'')', :'alpha', :'first')), 'PT422 client_archived',
  'and gets no more');
select tests.as_owner_of_database();
update public.clients set archived_at = null where id = :'client';
select tests.sign_in(:'owner');

-- statuses and days
select tests.at(now(), '3 hours') as soon \gset
select tests.at(now(), '24 hours') as tomorrow \gset
select public.book_appointment(:'alpha', tests.fields(:'client', null, :'two', null, :'soon')) ->> 'id' as today \gset
select public.book_appointment(:'alpha', tests.fields(:'client', null, :'two', null, :'tomorrow')) ->> 'id' as later \gset
select is(tests.enter(:'alpha', :'later', 'arrived'), 'PT409 too_early', 'nobody has come for tomorrow''s visit');
select is(tests.enter(:'alpha', :'later', 'confirmed'), 'no refusal', 'who may have said that they will');
select is(tests.enter(:'alpha', :'later', 'arrived'), 'PT409 too_early', 'all the same not come');
select is(tests.enter(:'alpha', :'today', 'arrived'), 'no refusal', 'today some come early');
select public.change_appointment(:'alpha', :'today', tests.place(tests.at(:'soon', '1 hour')));
select is(tests.state(:'today'), 'arrived blocking', 'who waits goes on waiting when it is later');
select public.change_appointment(:'alpha', :'today', tests.place(tests.at(:'tomorrow', '1 hour')));
select is(tests.state(:'today'), 'booked blocking', 'but not until tomorrow');
select is((select arrived_at from public.appointments where id = :'today'), null, 'as if they had not come');
select public.change_appointment(:'alpha', :'today', tests.place(:'soon'));
select public.set_appointment_status(:'alpha', :'today', 'arrived');
select public.set_appointment_status(:'alpha', :'today', 'in_chair');
select public.change_appointment(:'alpha', :'today', tests.place(tests.at(:'tomorrow', '1 hour')));
select is(tests.state(:'today'), 'booked blocking', 'nor does anybody sit in the chair until then');

-- booked over something that is gone
select public.book_appointment(:'alpha', tests.fields(:'client', null, :'one', array[:'chair'], tests.at(:'day', '18:00'), 60)) ->> 'id' as below \gset
select public.book_appointment(:'alpha', tests.fields(:'client', null, :'one', array[:'chair'], tests.at(:'day', '18:30'), 60), overbook => true) ->> 'id' as over \gset
select public.book_appointment(:'alpha', tests.fields(:'client', null, :'one', null, tests.at(:'day', '19:15'), 60), overbook => true) ->> 'id' as over_that \gset
select is(tests.state(:'over'), 'booked over overbooked overbooked', 'one is booked over another');
select is(tests.state(:'over_that'), 'booked over overbooked', 'and a third over that');
select public.set_appointment_status(:'alpha', :'below', 'cancelled');
select is(tests.state(:'over'), 'booked blocking blocking', 'what was below is cancelled: the second has the time');
select is(tests.state(:'over_that'), 'booked over overbooked', 'the third is still over it');
select is(tests.enter(:'alpha', :'below', 'booked'), 'PT409 slot_taken', 'the first cannot come back');
select public.change_appointment(:'alpha', :'over', tests.place(tests.at(:'day', '21:00'), 60));
select is(tests.state(:'over_that'), 'booked blocking', 'when the second is moved away, the third has it');
select is(tests.enter(:'alpha', :'below', 'booked'), 'no refusal', 'and the first may come back');
select public.book_appointment(:'alpha', tests.fields(:'client', null, :'one', null, tests.at(:'day', '18:15'), 15), overbook => true) ->> 'id' as over \gset
select public.change_appointment(:'alpha', :'below', tests.place(tests.at(:'day', '18:00'), 15));
select is(tests.state(:'over'), 'booked blocking', 'and what is made shorter gives time back');
select public.book_appointment(:'alpha', tests.fields(:'client', null, :'one', null, tests.at(:'day', '21:30'), 60), overbook => true) ->> 'id' as one_over \gset
select public.book_appointment(:'alpha', tests.fields(:'client', null, :'one', null, tests.at(:'day', '21:45'), 60), overbook => true) ->> 'id' as two_over \gset
select tests.as_owner_of_database();
update public.appointments set created_at = created_at + interval '1 second' where id = :'two_over';
select tests.sign_in(:'owner');
select id as moved from public.appointments where starts_at = tests.at(:'day', '21:00') \gset
select public.set_appointment_status(:'alpha', :'moved', 'cancelled');
select is(tests.state(:'one_over') || ', ' || tests.state(:'two_over'), 'booked blocking, booked over overbooked', 'of two over one thing who was booked first');
select public.hold_slot(:'alpha', null, :'one', null, tests.at(:'day', '23:00'), tests.at(:'day', '23:30')) ->> 'hold_id' as hold \gset
select public.book_appointment(:'alpha', tests.fields(:'client', null, :'one', null, tests.at(:'day', '23:00')), overbook => true) ->> 'id' as over \gset
select is(tests.state(:'over'), 'booked over overbooked', 'over what is only held');
select public.release_hold(:'alpha', :'hold');
select is(tests.state(:'over'), 'booked blocking', 'and then is not');
select public.hold_slot(:'alpha', null, :'two', array[:'chair']::uuid[], tests.at(:'day', '22:00'), tests.at(:'day', '22:30')) ->> 'hold_id' as hold \gset
select public.book_appointment(:'alpha', tests.fields(:'client', null, :'two', array[:'chair'], tests.at(:'day', '22:15')), overbook => true) ->> 'id' as over \gset
select tests.as_owner_of_database();
update public.holds set expires_at = now() - interval '1 second' where id = :'hold';
select private.sweep_holds();
select tests.sign_in(:'owner');
select is(tests.state(:'over'), 'booked blocking blocking', 'or has expired');
-- a series moves away from under it
select public.book_series(:'alpha', tests.fields(:'client', null, :'two', null, tests.at(:'day', '08:00'), 60), 'FREQ=DAILY;COUNT=3') -> 'appointments' as visits \gset
select public.book_appointment(:'alpha', tests.fields(:'client', null, :'two', null, tests.at(:'day', '08:30')), overbook => true) ->> 'id' as over \gset
select public.book_appointment(:'alpha', tests.fields(:'client', null, :'two', null, tests.at(:'day', '32:30')), overbook => true) ->> 'id' as over_next \gset
select public.change_series(:'alpha', (:'visits'::jsonb -> 0 ->> 'id')::uuid, 'all', tests.place(tests.at(:'day', '06:00'), 60));
select is(tests.state(:'over') || ', ' || tests.state(:'over_next'), 'booked blocking, booked blocking', 'a series that moves away leaves the times to those booked over it');
select public.book_appointment(:'alpha', tests.fields(:'client', null, :'two', null, tests.at(:'day', '06:30')), overbook => true) ->> 'id' as over \gset
select public.cancel_series(:'alpha', (:'visits'::jsonb -> 0 ->> 'id')::uuid, 'all');
select is(tests.state(:'over'), 'booked blocking', 'and so does one that is cancelled');
select tests.as_owner_of_database();
select is((select count(*) from public.appointments v where v.is_overbooked <> exists (
  select from public.allocations a where a.appointment_id = v.id and a.is_overbooked)), 0::bigint, 'visits and their times say the same');

-- what is in the way
insert into public.appointments (tenant_id, client_id, provider_id, starts_at, ends_at)
select :'alpha', :'client', :'two', t, t + interval '5 min' from generate_series(tests.at(:'day', '480:00'), tests.at(:'day', '480:00') + interval '604 min', interval '5 min') t;
insert into public.allocations (tenant_id, appointment_id, provider_id, during)
select v.tenant_id, v.id, v.provider_id, tstzrange(v.starts_at, v.ends_at) from public.appointments v where v.tenant_id = :'alpha' and v.starts_at >= tests.at(:'day', '480:00');
select tests.sign_in(:'owner');
select public.block_time(:'alpha', jsonb_build_object('provider_id', :'two', 'title', 'Away', 'starts_at', tests.at(:'day', '480:00'), 'ends_at', tests.at(:'day', '480:00') + interval '20 hours')) as blocked \gset
select is((:'blocked'::jsonb ->> 'in_the_way_count')::integer, 121, 'all that is in the way is counted');
select is(jsonb_array_length(:'blocked'::jsonb -> 'in_the_way'), 100, 'the first hundred are told');
select is((:'blocked'::jsonb #>> '{in_the_way,99,starts_at}')::timestamptz, tests.at(:'day', '480:00') + interval '495 min', 'in their order');
select public.block_series(:'alpha', jsonb_build_object('provider_id', :'two', 'starts_at', tests.at(:'day', '480:00'), 'ends_at', tests.at(:'day', '480:00') + interval '20 hours'), 'FREQ=DAILY;COUNT=3') as blocked \gset
select is((:'blocked'::jsonb ->> 'in_the_way_count') || ' ' || jsonb_array_length(:'blocked'::jsonb -> 'in_the_way'), '121 100', 'by what repeats as well');
select is(public.block_time(:'alpha', jsonb_build_object('provider_id', :'one', 'starts_at', tests.at(:'day', '480:00'), 'ends_at', tests.at(:'day', '481:00'))) - 'blocked',
  '{"in_the_way": [], "in_the_way_count": 0}', 'nothing is nothing');

-- carried on
update public.scheduling_settings set horizon_days = 30 where tenant_id = :'alpha';
select public.block_series(:'alpha', jsonb_build_object('provider_id', :'one', 'title', 'Meeting', 'starts_at', tests.at(:'day', '09:00'), 'ends_at', tests.at(:'day', '10:00')), 'FREQ=DAILY') ->> 'series_id' as meetings \gset
select public.block_series(:'alpha', jsonb_build_object('provider_id', :'two', 'title', 'Broken', 'starts_at', tests.at(:'day', '23:00'), 'ends_at', tests.at(:'day', '23:30')), 'FREQ=DAILY') ->> 'series_id' as broken \gset
select public.book_appointment(:'alpha', tests.fields(:'client', null, :'one', null, tests.at(:'day', '777:15'))) ->> 'id' as far \gset
select tests.as_owner_of_database();
update public.scheduling_settings set horizon_days = 60 where tenant_id = :'alpha';
update public.block_series set extend_at = now() - interval '1 hour';
-- What nobody has thought of.
alter table public.blocked_times add constraint no_broken check (title <> 'Broken' or starts_at < now() + interval '38 days') not valid;
select cmp_ok(private.extend_series(), '>=', 20, 'one that cannot be carried on does not keep the others');
select results_eq('select s.title, s.extend_at > now() from public.block_series s where s.title <> '''' order by 1', $$values ('Broken', true), ('Meeting', true)$$, 'nor is it tried again every minute');
select is((select count(*) from public.blocked_times where series_id = :'broken' and starts_at > now() + interval '38 days'), 0::bigint, 'it made nothing');
select results_eq(format('select title, details from public.tasks where tenant_id = %L', :'alpha'),
  format('select ''Programări într-un timp blocat: Meeting'', ''În aceste zile erau deja programări: '' || to_char((v.starts_at at time zone %L)::date, ''DD.MM.YYYY'') || ''.'' from public.appointments v where v.id = %L', :'zone', :'far'),
  'visits that are in the way become a task');
update public.tenants set country = 'DE' where id = :'alpha';
select private.report_covered(s, array['2027-12-03', '2027-12-10']::date[]) from public.block_series s where s.id = :'broken';
select is((select details from public.tasks where tenant_id = :'alpha' and title = 'Visits in a blocked time: Broken'),
  'On these days there were visits already: 3 December 2027, 10 December 2027.', 'in the language of its country');
select * from finish();
rollback;
