-- Series: all or none, wall time, changes of this and the following, of all, ends, the job that carries on, blocked times.
begin;
\ir ../fixtures.inc
select plan(74);

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.join_clinic(:'alpha', 'staff@alpha.test', 'staff') as staff \gset
update public.tenants set time_zone = 'Europe/Bucharest' where id = :'alpha';
insert into public.clients (tenant_id, first_name, last_name) values (:'alpha', 'Ana', 'Pop') returning id as client \gset
insert into public.clients (tenant_id, first_name, last_name) values (:'beta', 'Other', 'Clinic') returning id as foreign_client \gset
insert into public.providers (tenant_id, name) values (:'alpha', 'Dr. One') returning id as one \gset
insert into public.providers (tenant_id, name) values (:'alpha', 'Dr. Two') returning id as two \gset
insert into public.resources (tenant_id, name) values (:'alpha', 'Chair 1') returning id as chair \gset
-- A Tuesday at 10 where the clinic is, two weeks ahead at least.
select ((date_trunc('week', now() at time zone 'Europe/Bucharest') + interval '15 days 10 hours') at time zone 'Europe/Bucharest') as ten \gset

create function tests.fields(client text, provider text, resources text[], start timestamptz, minutes integer) returns jsonb language sql as
$$ select jsonb_build_object('client_id', client, 'provider_id', provider, 'resource_ids', to_jsonb(resources),
     'starts_at', start, 'ends_at', start + make_interval(mins => minutes)) $$;
create function tests.try_series(tenant uuid, given jsonb, rule text, skip jsonb default '[]', over boolean default false) returns text language sql as
$$ select tests.refusal(format('select public.book_series(%L, %L, %L, ''{}'', %L, %L)', tenant, given, rule, skip, over)) $$;
create function tests.try_change(tenant uuid, appointment uuid, scope text, given jsonb, rule text default null, skip jsonb default '[]') returns text language sql as
$$ select tests.refusal(format('select public.change_series(%L, %L, %L, %L, false, %L, %L)', tenant, appointment, scope, given, rule, skip)) $$;
-- The wall times of what is booked of a client, oldest first: "Tue 10:00, Tue 10:00".
create function tests.visits(client uuid, provider uuid default null) returns text stable language sql security definer as
$$ select string_agg(to_char(starts_at at time zone 'Europe/Bucharest', 'Dy HH24:MI'), ', ' order by starts_at) from public.appointments v
   where v.client_id = client and v.status in ('booked', 'confirmed') and v.provider_id = coalesce(provider, v.provider_id) $$;
create function tests.visit(client uuid, n integer) returns uuid stable language sql security definer as
$$ select id from public.appointments v where v.client_id = visit.client and v.status in ('booked', 'confirmed') order by starts_at offset n - 1 limit 1 $$;
create function tests.overlaps() returns bigint stable language sql security definer as
$$ select count(*) from public.allocations a join public.allocations b on a.subject_id = b.subject_id and a.id < b.id and a.during && b.during and a.blocking and b.blocking $$;
grant execute on all functions in schema tests to authenticated;

-- previewing and booking
select tests.sign_in(:'staff');
select tests.fields(:'client', :'one', array[:'chair'], :'ten', 60) as fields \gset
select public.preview_series(:'alpha', :'fields', 'FREQ=WEEKLY;COUNT=5') as preview \gset
select is(jsonb_array_length(:'preview'::jsonb -> 'occurrences'), 5, 'a preview has every visit');
select is(:'preview'::jsonb ->> 'conflicts', '0', 'and nothing in the way');
select is(tests.visits(:'client'), null, 'and writes nothing');
select is(jsonb_array_length(public.preview_series(:'alpha', :'fields', 'FREQ=WEEKLY;COUNT=5', array[(:'ten'::timestamptz + interval '14 days')::date]) -> 'occurrences'), 4,
  'days without are left out');
select public.hold_slot(:'alpha', null, :'one', array[:'chair']::uuid[], :'ten', :'ten'::timestamptz + interval '1 hour') ->> 'hold_id' as hold \gset
select is(public.preview_series(:'alpha', :'fields', 'FREQ=WEEKLY;COUNT=5') ->> 'conflicts', '1', 'a hold is in the way');
select is(public.preview_series(:'alpha', :'fields', 'FREQ=WEEKLY;COUNT=5', '{}', :'hold') ->> 'conflicts', '0', 'one''s own is not');
select gen_random_uuid() as series \gset
select public.book_series(:'alpha', :'fields', 'FREQ=WEEKLY;COUNT=5', series_id => :'series', hold_id => :'hold') as booked \gset
select is(:'booked'::jsonb ->> 'booked', '5', 'all of them are booked');
select is(tests.visits(:'client'), 'Tue 10:00, Tue 10:00, Tue 10:00, Tue 10:00, Tue 10:00', 'at ten, whatever the clocks do');
select is(public.book_series(:'alpha', :'fields', 'FREQ=WEEKLY;COUNT=5', series_id => :'series'), :'booked'::jsonb, 'a second click answers as the first');
select is((select count(*) from public.appointments where client_id = :'client'), 5::bigint, 'and books nothing');
select results_eq(format('select distinct source, series_id, occurrence_at = starts_at from public.appointments where client_id = %L', :'client'),
  format('values (''series'', %L::uuid, true)', :'series'), 'each belongs to the series');
select is((select count(*) from public.holds where id = :'hold'), 0::bigint, 'the hold is used up');

-- what is refused
select is(tests.try_series(:'alpha', :'fields', 'FREQ=DAILY;COUNT=3'), 'PT409 series_conflict', 'all or none');
select is((select count(*) from public.appointments where client_id = :'client'), 5::bigint, 'none');
select is(tests.try_series(:'alpha', :'fields', 'FREQ=DAILY;COUNT=3', over => true), 'PT403 overbooking_not_permitted', 'staff do not book over');
select is(tests.try_series(:'alpha', :'fields' || jsonb_build_object('starts_at', :'ten'::timestamptz + interval '10 hours', 'ends_at', :'ten'::timestamptz + interval '11 hours'), 'FREQ=DAILY;COUNT=2'),
  'PT409 series_conflict', 'not when nobody is there');
select is(tests.try_series(:'beta', :'fields', 'FREQ=DAILY;COUNT=3'), 'PT404 clinic_not_found', 'not in another clinic');
select is(tests.try_series(:'alpha', tests.fields(:'foreign_client', :'two', null, :'ten', 30), 'FREQ=DAILY;COUNT=3'), 'PT422 client_unknown', 'not another clinic''s client');
select is(tests.try_series(:'alpha', tests.fields(null, :'two', null, :'ten', 30), 'FREQ=DAILY;COUNT=3'), 'PT422 client_unknown', 'not without one');
select is(tests.try_series(:'alpha', :'fields', 'FREQ=SOMETIMES'), 'PT422 rule_invalid', 'not by what is no rule');
select is(tests.try_series(:'alpha', :'fields', 'FREQ=HOURLY'), 'PT422 rule_not_supported', 'not by the hour');
select is(tests.try_series(:'alpha', :'fields', 'FREQ=DAILY;COUNT=367'), 'PT422 series_too_long', 'not more than 366');
select is(tests.try_series(:'alpha', :'fields', 'FREQ=YEARLY;COUNT=9'), 'PT422 series_too_long', 'nor into the distant future');
select is(tests.try_series(:'alpha', :'fields', 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30'), 'PT422 series_empty', 'not on days there are not');
select is(tests.try_series(:'alpha', :'fields', 'FREQ=DAILY;COUNT=3', '["soon"]'), 'PT422 values_invalid', 'nor without times there are not');

-- leaving out
select public.book_series(:'alpha', tests.fields(:'client', :'two', null, :'ten', 30), 'FREQ=DAILY;COUNT=3',
  skip => jsonb_build_array(:'ten'::timestamptz + interval '1 day')) ->> 'series_id' as daily \gset
select is(tests.visits(:'client', :'two'), 'Tue 10:00, Thu 10:00', 'what is named is left out');
select is((select exdates from public.appointment_series where id = :'daily'), array[(:'ten'::timestamptz at time zone 'Europe/Bucharest')::date + 1], 'and remembered');
select public.cancel_series(:'alpha', (select id from public.appointments where series_id = :'daily' order by starts_at limit 1), 'all') as gone \gset
select is(tests.visits(:'client', :'two'), null, 'all are cancelled');
select is((:'gone')::jsonb ->> 'cancelled', '2', 'and counted');
select is((select count(*) from public.allocations a join public.appointments v on v.id = a.appointment_id where v.series_id = :'daily' and a.blocking), 0::bigint,
  'and their times free');

-- this and the following
select public.set_appointment_status(:'alpha', tests.visit(:'client', 4), 'confirmed');
select public.change_appointment(:'alpha', tests.visit(:'client', 5), jsonb_build_object('starts_at', :'ten'::timestamptz + interval '28 days 2 hours', 'ends_at', :'ten'::timestamptz + interval '28 days 3 hours'));
select tests.visit(:'client', 3) as third \gset
select public.change_series(:'alpha', :'third', 'following', jsonb_build_object('starts_at', (select starts_at + interval '25 hours' from public.appointments where id = :'third'),
  'ends_at', (select ends_at + interval '25 hours' from public.appointments where id = :'third')), dry_run => true) as dry \gset
select results_eq(format('select (%L::jsonb ->> ''moved'')::integer, (%L::jsonb ->> ''left_alone'')::integer, (%L::jsonb ->> ''conflicts'')::integer', :'dry', :'dry', :'dry'),
  'values (2, 1, 0)', 'a dry run tells: two move, the one moved before stays');
select is(tests.visits(:'client'), 'Tue 10:00, Tue 10:00, Tue 10:00, Tue 10:00, Tue 12:00', 'and moves nothing');
select is(tests.try_change(:'alpha', :'third', 'following', jsonb_build_object('starts_at', (select starts_at + interval '25 hours' from public.appointments where id = :'third'),
  'ends_at', (select ends_at + interval '25 hours' from public.appointments where id = :'third'))), 'no refusal', 'the third and the following to Wednesday at eleven');
select is(tests.visits(:'client'), 'Tue 10:00, Tue 10:00, Wed 11:00, Wed 11:00, Tue 12:00', 'they have gone there');
select is((select status from public.appointments where id = tests.visit(:'client', 4)), 'booked', 'and are to be confirmed again');
select is((select count(distinct series_id) from public.appointments where client_id = :'client' and status = 'booked'), 2::bigint, 'as a series of their own');
select results_eq(format('select rule from public.appointment_series where client_id = %L and provider_id = %L order by first_at', :'client', :'one'),
  format('values (''FREQ=WEEKLY;UNTIL=%s''), (''FREQ=WEEKLY;COUNT=3'')', to_char((:'ten'::timestamptz at time zone 'Europe/Bucharest') + interval '13 days', 'YYYYMMDD')),
  'the old one has ended the day before');
select is((select is_exception from public.appointments where id = tests.visit(:'client', 5)), true, 'the one moved alone is still one');

-- all
select is(tests.try_change(:'alpha', :'third', 'all', jsonb_build_object('provider_id', :'two')), 'no refusal', 'all to the other dentist');
select is(tests.visits(:'client', :'two'), 'Wed 11:00, Wed 11:00', 'but for the exception');
select is(tests.try_change(:'alpha', :'third', 'all', '{"note": "Braces"}'), 'no refusal', 'a note on all');
select is((select count(*) from public.appointments where client_id = :'client' and note = 'Braces'), 2::bigint, 'is on all');
select is((select count(*) from public.appointment_series where client_id = :'client'), 3::bigint, 'and begins no series; one without visits is gone');
select is(tests.try_change(:'alpha', :'third', 'this', '{}'), 'PT422 scope_unknown', 'this alone is changed otherwise');
select is(tests.try_change(:'beta', :'third', 'all', '{}'), 'PT404 clinic_not_found', 'nothing of another clinic');
select is(tests.try_change(:'alpha', gen_random_uuid(), 'all', '{}'), 'PT404 appointment_not_found', 'nothing there is not');
select is(tests.try_change(:'alpha', :'third', 'all', '{}', 'FREQ=WEEKLY;INTERVAL=2;COUNT=3'), 'no refusal', 'every other week, three times');
select is(tests.visits(:'client', :'two'), 'Wed 11:00, Wed 11:00', 'of which the one that was moved alone is one');
select is((select max(starts_at) - min(starts_at) > interval '27 days' from public.appointments where client_id = :'client' and provider_id = :'two' and status = 'booked'), true, 'that far apart');
select public.book_appointment(:'alpha', tests.fields(:'client', :'two', null, (select starts_at + interval '2 hours' from public.appointments where id = :'third'), 60));
select is(tests.try_change(:'alpha', :'third', 'all', jsonb_build_object('starts_at', (select starts_at + interval '2 hours' from public.appointments where id = :'third'),
  'ends_at', (select ends_at + interval '2 hours' from public.appointments where id = :'third'))), 'PT409 series_conflict', 'not onto another');
select is(tests.visits(:'client', :'two'), 'Wed 11:00, Wed 13:00, Wed 11:00', 'then none moves');
select is(tests.overlaps(), 0::bigint, 'no two at one time');

-- without an end
select tests.sign_in(:'owner');
update public.scheduling_settings set horizon_days = 30 where tenant_id = :'alpha';
select is(public.cancel_series(:'alpha', :'third', 'following', 'Moved away') ->> 'cancelled', '3', 'a visit and the following ones are cancelled, the one moved alone among them');
select is((select count(*) from public.appointments where client_id = :'client' and status_reason = 'Moved away' and cancelled_by = 'client'), 3::bigint, 'with the reason');
select is(tests.refusal(format('select public.cancel_series(%L, %L, ''some'')', :'alpha', :'third')), 'PT422 scope_unknown', 'not some of them');
select public.book_series(:'alpha', tests.fields(:'client', :'one', null, :'ten'::timestamptz + interval '5 hours', 30), 'FREQ=WEEKLY') ->> 'series_id' as endless \gset
select is((select count(*) between 3 and 5 from public.appointments where series_id = :'endless'), true, 'a series without an end is booked as far as the clinic books ahead');
update public.scheduling_settings set horizon_days = 90 where tenant_id = :'alpha';
select max(starts_at) as last, count(*) as made from public.appointments where series_id = :'endless' \gset
select public.book_appointment(:'alpha', tests.fields(:'client', :'one', null, :'last'::timestamptz + interval '7 days', 30));
select tests.as_owner_of_database();
select is(private.extend_series(), 0, 'not looked at before its time');
update public.appointment_series set extend_at = now() where id = :'endless';
select cmp_ok(private.extend_series(), '>=', 2, 'carried on as the days go by');
select is((select count(*) from public.tasks where client_id = :'client' and title like 'De găsit altă oră pentru o programare care se repetă: %'
    and details = 'În aceste zile ora ei nu este liberă: ' || to_char((:'last'::timestamptz at time zone 'Europe/Bucharest')::date + 7, 'DD.MM.YYYY') || '.'), 1::bigint,
  'what is in the way becomes a task');
select is((select count(*) from public.appointments where series_id = :'endless' and starts_at = :'last'::timestamptz + interval '7 days'), 0::bigint, 'and is left out');
update public.appointment_series set extend_at = now() where id = :'endless';
select is(private.extend_series(), 0, 'nothing is booked twice');
update public.tenants set status = 'suspended', status_reason = 'Test', status_changed_at = clock_timestamp() where id = :'alpha';
update public.appointment_series set extend_at = now(), materialised_to = materialised_to - 60 where id = :'endless';
select is(private.extend_series(), 0, 'a suspended clinic''s rest');
update public.tenants set status = 'active', status_reason = 'Test', status_changed_at = clock_timestamp() where id = :'alpha';

update public.appointment_series set extend_at = now(), materialised_to = materialised_to - 7 where id = :'endless';
delete from public.appointments where series_id = :'endless' and starts_at = (select max(starts_at) from public.appointments where series_id = :'endless');
update public.providers set archived_at = now() where id = :'one';
select is(private.extend_series(), 0, 'nothing is booked with somebody who has been archived');
select is((select extend_at from public.appointment_series where id = :'endless'), null, 'the series has ended');
select is((select count(*) from public.tasks where client_id = :'client' and title like 'S-a încheiat o serie de programări: %'
    and details = 'Serviciul, medicul sau scaunul ei a fost arhivat, așa că nu se mai fac programări noi.'), 1::bigint, 'and the clinic is told');
update public.tenants set country = 'DE' where id = :'alpha';
select private.report_gaps(s, null), private.report_gaps(s, array['2027-12-03', '2027-12-10']::date[]) from public.appointment_series s where s.id = :'endless';
select set_eq(format('select title, details from public.tasks where client_id = %L and title ~ ''^(A|Find)''', :'client'), format($$values
  ('A series of visits has ended: %1$s', 'Its service, its provider or its chair has been archived, so no more visits are booked.'),
  ('Find another time for a repeating visit: %1$s', 'On these days its time is not free: 3 December 2027, 10 December 2027.')$$,
  (select btrim(first_name || ' ' || last_name) from public.clients where id = :'client')), 'in the language of its country, which may be another');
update public.tenants set country = 'RO' where id = :'alpha';
update public.providers set archived_at = null where id = :'one';

-- blocked times
select tests.sign_in(:'staff');
select public.block_series(:'alpha', jsonb_build_object('provider_id', :'one', 'title', 'Meeting', 'starts_at', :'ten'::timestamptz + interval '5 hours', 'ends_at', :'ten'::timestamptz + interval '6 hours'),
  'FREQ=WEEKLY;COUNT=4') as blocks \gset
select is(:'blocks'::jsonb ->> 'blocked', '4', 'a time is blocked every week');
select cmp_ok(jsonb_array_length(:'blocks'::jsonb -> 'in_the_way'), '>=', 3, 'and told what is booked there');
select id as second_block from public.blocked_times where series_id = (:'blocks'::jsonb ->> 'series_id')::uuid order by starts_at offset 1 limit 1 \gset
select is(tests.refusal(format('select public.unblock_series(%L, %L, ''this'')', :'beta', :'second_block')), 'PT404 clinic_not_found', 'nothing of another clinic');
select is(public.unblock_series(:'alpha', :'second_block', 'this') ->> 'unblocked', '1', 'one is given back');
select is(public.unblock_series(:'alpha', (select id from public.blocked_times where series_id = (:'blocks'::jsonb ->> 'series_id')::uuid order by starts_at limit 1), 'all') ->> 'unblocked', '3', 'and all');
select public.block_series(:'alpha', jsonb_build_object('title', 'Staff meeting', 'starts_at', :'ten', 'ends_at', :'ten'::timestamptz + interval '1 hour'), 'FREQ=WEEKLY') ->> 'series_id' as meetings \gset

select is(tests.refusal(format('select public.book_appointment(%L, %L)', :'alpha', tests.fields(:'client', :'two', null, :'ten'::timestamptz + interval '7 days', 30))), 'PT409 outside_hours',
  'during it nobody is booked');
select tests.as_owner_of_database();
update public.scheduling_settings set horizon_days = 120 where tenant_id = :'alpha';
update public.block_series set extend_at = now() where id = :'meetings';
select cmp_ok(private.extend_series(), '>=', 2, 'it is carried on as well');
select is((select count(*) - count(distinct starts_at) from public.blocked_times where series_id = :'meetings'), 0::bigint, 'no time twice');

select * from finish();
rollback;
