-- Booking: one time is given once; what is in the way is said; moving, statuses and holds keep to it.
begin;
\ir ../fixtures.inc
select plan(58);

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.join_clinic(:'alpha', 'staff@alpha.test', 'staff') as staff \gset
select tests.join_clinic(:'beta', 'owner@beta.test', 'owner') as stranger \gset
update public.tenants set time_zone = 'Europe/Bucharest' where id = :'alpha';
insert into public.clients (tenant_id, first_name, last_name) values (:'alpha', 'Ana', 'Pop') returning id as client \gset
insert into public.clients (tenant_id, first_name, last_name) values (:'beta', 'Other', 'Clinic') returning id as foreign_client \gset
insert into public.providers (tenant_id, name) values (:'alpha', 'Dr. One') returning id as one \gset
insert into public.providers (tenant_id, name) values (:'alpha', 'Dr. Two') returning id as two \gset
insert into public.providers (tenant_id, name) values (:'beta', 'Dr. Three') returning id as foreign_provider \gset
insert into public.resources (tenant_id, name) values (:'alpha', 'Chair 1') returning id as chair \gset
insert into public.services (tenant_id, name, duration_minutes, buffer_before_minutes, buffer_after_minutes)
values (:'alpha', 'Filling', 60, 5, 10) returning id as service \gset
-- The dentist comes for the middle of it.
insert into public.service_steps (tenant_id, service_id, kind, offset_minutes, duration_minutes) values (:'alpha', :'service', 'provider', 15, 30);
-- The next Tuesday at 10 where the clinic is, at least a week ahead.
select ((date_trunc('week', now() at time zone 'Europe/Bucharest') + interval '15 days 10 hours') at time zone 'Europe/Bucharest') as ten \gset

create function tests.fields(client text, service text, provider text, resources text[], start timestamptz, minutes integer) returns jsonb language sql as
$$ select jsonb_build_object('client_id', client, 'service_id', service, 'provider_id', provider, 'resource_ids', to_jsonb(resources),
     'starts_at', start, 'ends_at', start + make_interval(mins => minutes)) $$;
create function tests.book(tenant uuid, given jsonb, hold uuid default null, over boolean default false, outside boolean default false) returns text language sql as
$$ select tests.refusal(format('select public.book_appointment(%L, %L, %L, %L, %L)', tenant, given, hold, over, outside)) $$;
create function tests.change(tenant uuid, appointment uuid, given jsonb, seen integer default null) returns text language sql as
$$ select tests.refusal(format('select public.change_appointment(%L, %L, %L, %L)', tenant, appointment, given, seen)) $$;
create function tests.enter(tenant uuid, appointment uuid, status text) returns text language sql as
$$ select tests.refusal(format('select public.set_appointment_status(%L, %L, %L)', tenant, appointment, status)) $$;
create function tests.blocking(appointment uuid) returns bigint language sql security definer as
$$ select count(*) from public.allocations a where a.appointment_id = appointment and a.blocking $$;
grant execute on all functions in schema tests to authenticated;

select tests.sign_in(:'staff');
select public.book_appointment(:'alpha', tests.fields(:'client', :'service', :'one', array[:'chair'], :'ten', 60)) as first \gset
select (:'first'::jsonb ->> 'id') as first_id \gset
select is(:'first'::jsonb ->> 'status', 'booked', 'an appointment is booked');
select is(:'first'::jsonb #>> '{client,last_name}', 'Pop', 'and told with its client');
select results_eq(
  format('select coalesce(provider_id, resource_id), lower(during), upper(during) from public.allocations where appointment_id = %L order by lower(during)', :'first_id'),
  format('values (%L::uuid, %L::timestamptz - interval ''5 min'', %L::timestamptz + interval ''70 min''), (%L::uuid, %L::timestamptz + interval ''15 min'', %L::timestamptz + interval ''45 min'')',
    :'chair', :'ten', :'ten', :'one', :'ten', :'ten'),
  'the chair for the whole visit with its buffers, the dentist for the middle');
select is(tests.book(:'alpha', tests.fields(:'client', :'service', :'two', array[:'chair'], :'ten'::timestamptz + interval '60 min', 60)), 'PT409 slot_taken',
  'the buffer keeps the chair');
select is(tests.book(:'alpha', tests.fields(:'client', :'service', :'two', array[:'chair'], :'ten'::timestamptz + interval '75 min', 60)), 'no refusal',
  'and leaves it free right behind');
select is(tests.book(:'alpha', tests.fields(:'client', null, :'one', null, :'ten'::timestamptz, 15)), 'no refusal', 'before the step the dentist is free');
select is(tests.book(:'alpha', tests.fields(:'client', null, :'one', null, :'ten'::timestamptz + interval '10 min', 15)), 'PT409 slot_taken', 'during it not');

-- an answer that was lost
select gen_random_uuid() as own_id \gset
select is(public.book_appointment(:'alpha', tests.fields(:'client', null, :'two', null, :'ten'::timestamptz + interval '3 hours', 15), appointment_id => :'own_id') ->> 'id',
  :'own_id', 'who brings an id books under it');
select is(public.book_appointment(:'alpha', tests.fields(:'client', null, :'two', null, :'ten'::timestamptz + interval '3 hours', 15), overbook => true,
  appointment_id => :'own_id') ->> 'id', :'own_id', 'asked again, it is answered again');
select is((select count(*) from public.appointments where tenant_id = :'alpha' and starts_at = :'ten'::timestamptz + interval '3 hours'), 1::bigint, 'and booked once');
select tests.sign_in(:'owner');
select is(tests.refusal(format('select public.book_appointment(%L, %L, appointment_id => %L)', :'alpha',
  tests.fields(:'client', null, :'two', null, :'ten'::timestamptz + interval '4 hours', 15), :'own_id')), 'PT422 values_invalid', 'the id of somebody else is refused');
select tests.sign_in(:'staff');

-- what cannot be booked
select is(tests.book(:'beta', tests.fields(:'client', null, :'one', null, :'ten', 15)), 'PT404 clinic_not_found', 'not in another clinic');
select is(tests.book(:'alpha', tests.fields(:'foreign_client', null, :'two', null, :'ten', 15)), 'PT422 client_unknown', 'not another clinic''s client');
select is(tests.book(:'alpha', tests.fields(:'client', null, :'foreign_provider', null, :'ten', 15)), 'PT422 provider_unknown', 'nor its provider');
select is(tests.book(:'alpha', tests.fields(:'client', null, null, array[:'foreign_provider'], :'ten', 15)), 'PT422 resource_unknown', 'nor a chair that is none');
select is(tests.book(:'alpha', tests.fields(:'client', null, null, null, :'ten', 15)), 'PT422 place_required', 'with nobody nowhere');
select is(tests.book(:'alpha', tests.fields(:'client', null, :'two', null, :'ten', 1)), 'PT422 duration_invalid', 'for a minute');
select is(tests.book(:'alpha', tests.fields(:'client', null, :'two', null, :'ten', 15) || '{"starts_at": "tomorrow"}'), 'PT422 starts_at_invalid', 'for some time tomorrow');
select is(tests.book(:'alpha', tests.fields(:'client', null, :'two', null, :'ten', 15) || '{"starts_at": "2027-13-40T10:00:00Z"}'), 'PT422 starts_at_invalid', 'on no day there is');
select is(tests.book(:'alpha', tests.fields(:'client', null, :'two', null, :'ten', 15) || '{"starts_at": "2027-01-04T10:00:00"}'), 'PT422 starts_at_invalid', 'without a zone');
select is(tests.book(:'alpha', tests.fields(:'client', null, :'two', null, :'ten', 15) || '{"status": "completed"}'), 'PT422 values_invalid', 'with a status of one''s own');
select is(tests.book(:'alpha', tests.fields('nobody', null, :'two', null, :'ten', 15)), 'PT422 values_invalid', 'for somebody who is no id');
select is(tests.book(:'alpha', tests.fields(:'client', null, :'two', null, :'ten', 15) || '{"resource_ids": ["x"]}'), 'PT422 values_invalid', 'in a chair that is no id');

-- hours
select is(tests.book(:'alpha', tests.fields(:'client', null, :'two', null, :'ten'::timestamptz + interval '8 hours', 15)), 'PT409 outside_hours', 'not in the evening');
select is(tests.book(:'alpha', tests.fields(:'client', null, :'two', null, :'ten'::timestamptz + interval '7 hours 50 min', 15)), 'PT409 outside_hours', 'nor into it');
select is(tests.book(:'alpha', tests.fields(:'client', null, :'two', null, :'ten'::timestamptz + interval '8 hours', 15), outside => true), 'no refusal', 'unless one means it');
select tests.as_owner_of_database();
insert into public.blocked_times (tenant_id, provider_id, title, starts_at, ends_at)
values (:'alpha', :'two', 'Meeting', :'ten'::timestamptz + interval '4 hours', :'ten'::timestamptz + interval '5 hours');
select tests.sign_in(:'staff');
select is(tests.book(:'alpha', tests.fields(:'client', null, :'two', null, :'ten'::timestamptz + interval '4 hours 30 min', 15)), 'PT409 outside_hours', 'not in a meeting');
select is(tests.book(:'alpha', tests.fields(:'client', null, :'one', null, :'ten'::timestamptz + interval '4 hours 30 min', 15)), 'no refusal', 'which is only one''s');

-- overbooking
select is(tests.book(:'alpha', tests.fields(:'client', null, :'one', null, :'ten'::timestamptz + interval '20 min', 15), over => true), 'PT403 overbooking_not_permitted',
  'staff do not book over');
select tests.sign_in(:'owner');
select public.book_appointment(:'alpha', tests.fields(:'client', null, :'one', null, :'ten'::timestamptz + interval '20 min', 15), overbook => true) ->> 'id' as over_id \gset
select is((select is_overbooked from public.appointments where id = :'over_id'), true, 'an owner does');
select is(tests.blocking(:'over_id'), 0::bigint, 'and blocks nothing');
select is(tests.book(:'alpha', tests.fields(:'client', null, :'one', null, :'ten'::timestamptz + interval '30 min', 15)), 'PT409 slot_taken', 'and is in the way all the same');
select tests.as_owner_of_database();
select is((select count(*) from public.audit_events where action = 'appointment.overbooked' and target_id = :'over_id'), 1::bigint, 'which is on record');

-- moving
select tests.sign_in(:'staff');
select is(tests.change(:'alpha', :'first_id', jsonb_build_object('note', 'Allergic'), 99), 'PT409 changed_meanwhile', 'a change to what one has not seen');
select is(tests.change(:'alpha', :'first_id', jsonb_build_object('note', 'Allergic'), 1), 'no refusal', 'a note');
select is(tests.change(:'alpha', :'first_id', jsonb_build_object('starts_at', :'ten'::timestamptz + interval '75 min', 'ends_at', :'ten'::timestamptz + interval '135 min')),
  'PT409 slot_taken', 'not onto another');
select is(tests.enter(:'alpha', :'first_id', 'confirmed'), 'no refusal', 'confirmed');
select is(tests.change(:'alpha', :'first_id', jsonb_build_object('provider_id', :'two', 'starts_at', :'ten'::timestamptz - interval '30 min', 'ends_at', :'ten'::timestamptz + interval '30 min')),
  'no refusal', 'moved to where it partly was');
select results_eq(format('select status, confirmed_at from public.appointments where id = %L', :'first_id'), $$ values ('booked', null::timestamptz) $$,
  'and to be confirmed again');
select is(tests.change(:'beta', :'first_id', '{}'), 'PT404 clinic_not_found', 'nothing of another clinic');
select is(tests.change(:'alpha', gen_random_uuid(), '{}'), 'PT404 appointment_not_found', 'nothing there is not');

-- statuses
select is(tests.enter(:'alpha', :'first_id', 'no_show'), 'PT409 not_begun', 'nobody has missed next week');
select is(tests.enter(:'alpha', :'first_id', 'gone'), 'PT422 status_unknown', 'no status of one''s own');
select is(tests.enter(:'alpha', :'first_id', 'arrived'), 'PT409 too_early', 'nor come for it yet');
select tests.as_owner_of_database();
update public.appointments set starts_at = now(), ends_at = now() + interval '1 hour' where id = :'first_id';
select tests.sign_in(:'staff');
select is(tests.enter(:'alpha', :'first_id', 'completed'), 'PT409 transition_not_allowed', 'nobody is done before coming');
select is(tests.enter(:'alpha', :'first_id', 'arrived'), 'no refusal', 'arrived');
select is(tests.enter(:'alpha', :'first_id', 'arrived'), 'no refusal', 'a second time changes nothing');
select is(tests.enter(:'alpha', :'first_id', 'in_chair'), 'no refusal', 'in the chair');
select is(tests.enter(:'alpha', :'first_id', 'completed'), 'no refusal', 'completed');
select is(tests.change(:'alpha', :'first_id', jsonb_build_object('starts_at', :'ten'::timestamptz, 'ends_at', :'ten'::timestamptz + interval '1 hour')), 'PT409 appointment_over', 'what is over is not moved');
select public.book_appointment(:'alpha', tests.fields(:'client', null, :'two', null, :'ten'::timestamptz + interval '30 min', 15)) ->> 'id' as second_id \gset
select is(tests.enter(:'alpha', :'second_id', 'cancelled'), 'no refusal', 'cancelled');
select results_eq(format('select cancelled_by, is_late_cancel from public.appointments where id = %L', :'second_id'), $$ values ('client', false) $$, 'in good time');
select is(tests.book(:'alpha', tests.fields(:'client', null, :'two', null, :'ten'::timestamptz + interval '30 min', 15)), 'no refusal', 'its time is free');
select is(tests.enter(:'alpha', :'second_id', 'booked'), 'PT409 slot_taken', 'and so it cannot come back');

-- holds
select public.hold_slot(:'alpha', null, :'one', null, :'ten'::timestamptz + interval '2 hours', :'ten'::timestamptz + interval '2 hours 30 min') ->> 'hold_id' as hold \gset
select tests.sign_in(:'owner');
select is(tests.book(:'alpha', tests.fields(:'client', null, :'one', null, :'ten'::timestamptz + interval '2 hours', 30), :'hold'), 'PT409 slot_taken',
  'what is kept for one is not for another, who cannot use the hold either');
select tests.sign_in(:'staff');
select is(tests.book(:'alpha', tests.fields(:'client', null, :'one', null, :'ten'::timestamptz + interval '2 hours', 30), :'hold'), 'no refusal', 'but for the one');
select public.hold_slot(:'alpha', null, :'one', null, :'ten'::timestamptz + interval '3 hours', :'ten'::timestamptz + interval '3 hours 30 min') ->> 'hold_id' as hold \gset
select tests.as_owner_of_database();
update public.holds set expires_at = now() - interval '1 second' where id = :'hold';
select tests.sign_in(:'owner');
select is(tests.book(:'alpha', tests.fields(:'client', null, :'one', null, :'ten'::timestamptz + interval '3 hours', 30)), 'no refusal', 'what has expired keeps nobody out');
select tests.as_owner_of_database();
select is(private.sweep_holds(), 1, 'and is swept away');

select * from finish();
rollback;
