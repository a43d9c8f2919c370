-- Erasing a client who has visits to come, waits for a time and is being reminded: all of that ends first, as if the clinic had done it.
begin;
\ir ../fixtures.inc
select plan(29);

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
update public.tenants set time_zone = 'Europe/Bucharest' where id = :'alpha';
update public.scheduling_settings set quiet_from = '00:00', quiet_to = '00:00' where tenant_id = :'alpha';
insert into public.clients (tenant_id, first_name, last_name, email, consent_reminders) values (:'alpha', 'Vanish', 'Vanished', 'vanish@x.test', true) returning id as client \gset
insert into public.clients (tenant_id, first_name, last_name, email, consent_reminders) values (:'alpha', 'Dan', 'Stays', 'dan@x.test', true) returning id as other \gset
insert into public.providers (tenant_id, name) values (:'alpha', 'Dr. One') returning id as one \gset
insert into public.resources (tenant_id, name) values (:'alpha', 'Chair 1') returning id as chair \gset
insert into public.services (tenant_id, name, duration_minutes) values (:'alpha', 'Filling', 60) returning id as filling \gset
-- A Tuesday at ten where the clinic is, at least a week ahead.
select ((date_trunc('week', now() at time zone 'Europe/Bucharest') + interval '15 days 10 hours') at time zone 'Europe/Bucharest') as ten \gset

create function tests.book(client uuid, days integer, hours integer default 0) returns uuid language sql as
$$ select private.book_appointment(current_setting('tests.alpha')::uuid, jsonb_build_object('client_id', client, 'service_id', current_setting('tests.filling'),
     'provider_id', current_setting('tests.one'), 'resource_ids', jsonb_build_array(current_setting('tests.chair')),
     'starts_at', current_setting('tests.ten')::timestamptz + make_interval(days => days, hours => hours),
     'ends_at', current_setting('tests.ten')::timestamptz + make_interval(days => days, hours => hours + 1)), null, false, true) $$;
create function tests.slot(days integer) returns jsonb language sql as
$$ select jsonb_build_object('provider_id', current_setting('tests.one'), 'resource_ids', jsonb_build_array(current_setting('tests.chair')),
     'starts_at', current_setting('tests.ten')::timestamptz + make_interval(days => days),
     'ends_at', current_setting('tests.ten')::timestamptz + make_interval(days => days, hours => 1)) $$;
create function tests.queued(wanted text) returns bigint language sql as
$$ select count(*) from private.jobs j where j.kind = wanted and j.state in ('waiting', 'running') $$;
grant execute on all functions in schema tests to authenticated;
select set_config('tests.alpha', :'alpha', true), set_config('tests.filling', :'filling', true), set_config('tests.one', :'one', true),
  set_config('tests.chair', :'chair', true), set_config('tests.ten', :'ten', true) \g /dev/null

-- visits: booked, confirmed, in the chair now, done, cancelled; of somebody else too
insert into public.reminder_rules (tenant_id, channel, minutes_before) values (:'alpha', 'email', 1440);
select tests.book(:'client', 0) as booked, tests.book(:'client', 1) as confirmed, tests.book(:'client', 2) as seated, tests.book(:'client', 3) as done,
  tests.book(:'client', 4) as failing, tests.book(:'other', 5) as others \gset
select tests.sign_in(:'owner');
select public.set_appointment_status(:'alpha', :'confirmed', 'confirmed');
select tests.as_owner_of_database();
-- Past the rule that nobody comes before the day of the visit.
select private.enter_status(v, s.status, null, null) from (values (1, :'seated'::uuid, 'arrived'), (2, :'seated', 'in_chair'), (3, :'done', 'arrived'), (4, :'done', 'in_chair'), (5, :'done', 'completed')) s (n, id, status)
join public.appointments v on v.id = s.id order by n;
select tests.sign_in(:'owner');
-- a series without an end
select public.book_series(:'alpha', jsonb_build_object('client_id', :'client', 'provider_id', :'one', 'note', 'vanish', 'starts_at', :'ten'::timestamptz + interval '3 hours',
  'ends_at', :'ten'::timestamptz + interval '4 hours'), 'FREQ=WEEKLY') ->> 'series_id' as series \gset
-- two entries of the client, one with an open offer; one of somebody else
select public.save_waitlist_entry(:'alpha', null, jsonb_build_object('client_id', :'client', 'service_id', :'filling', 'note', 'vanish')) ->> 'id' as offered \gset
select public.save_waitlist_entry(:'alpha', null, jsonb_build_object('client_id', :'client', 'service_id', :'filling', 'note', 'vanish too')) ->> 'id' as waiting \gset
select public.save_waitlist_entry(:'alpha', null, jsonb_build_object('client_id', :'other', 'service_id', :'filling')) ->> 'id' as others_entry \gset
select public.offer_slot(:'alpha', :'offered', tests.slot(6)) is not null;
select tests.as_owner_of_database();
-- one reminder is on its way, with name and address in it, one was refused, one has arrived
update public.reminder_deliveries set due_at = now() where appointment_id in (:'failing', :'booked');
select public.begin_reminder(d.id, repeat(case d.appointment_id when :'failing' then 'a' else 'b' end, 64)) ->> 'to' as address from public.reminder_deliveries d where d.appointment_id in (:'failing', :'booked');
select public.record_reminder(d.id, 'sent', 'message 1') from public.reminder_deliveries d where d.appointment_id = :'booked';
select public.record_reminder(d.id, 'failed', null, 'no mailbox vanish@x.test') from public.reminder_deliveries d where d.appointment_id = :'failing';

select is((select count(*) from public.reminder_deliveries where content ->> 'first_name' = 'Vanish'), 1::bigint, 'the client is being written to');
select is((select count(*) from private.appointment_links), 2::bigint, 'and has links');
select cmp_ok((select count(*) from public.allocations a join public.appointments v on v.id = a.appointment_id where v.client_id = :'client' and a.blocking), '>=', 12::bigint, 'and times');
select is((select count(*) from public.holds), 1::bigint, 'one of them kept for an offer');
select count(*) as told from public.audit_events e where to_jsonb(e)::text ilike '%vanish%' \gset
select count(*) as others_activities from public.activities where client_id = :'other' \gset
create temporary table others as select to_jsonb(v) - 'updated_at' as content from public.appointments v where v.client_id = :'other'
  union all select to_jsonb(d) from public.reminder_deliveries d where d.appointment_id = :'others' union all select to_jsonb(e) from public.waitlist_entries e where e.client_id = :'other';

select private.erase_client(:'alpha', :'client', 'request 17') is not null;

-- visits
select results_eq(
  format('select v.status, v.cancelled_by, v.is_late_cancel, v.status_changed_by from public.appointments v where v.id in (%L, %L, %L) order by v.starts_at', :'booked', :'confirmed', :'failing'),
  $$values ('cancelled', 'clinic', false, null::uuid), ('cancelled', 'clinic', false, null), ('cancelled', 'clinic', false, null)$$, 'visits to come are cancelled by the clinic');
select is_empty(format('select from public.appointments where series_id = %L and status <> ''cancelled''', :'series'), 'those of a series too');
select is((select extend_at from public.appointment_series where id = :'series'), null, 'which goes on no longer');
select results_eq(format('select v.status from public.appointments v where v.id in (%L, %L) order by v.starts_at', :'seated', :'done'), $$values ('in_chair'), ('completed')$$, 'what has begun and what is done stays');
select is_empty(format('select from public.allocations a join public.appointments v on v.id = a.appointment_id where v.client_id = %L and v.status = ''cancelled'' and (a.blocking or a.is_overbooked)', :'client'), 'times of what was cancelled are free');
select lives_ok(format('select tests.book(%L, %s)', :'other', d), 'for somebody else: in ' || d) from unnest(array[0, 1, 4]) d;
select is(tests.refusal(format('select tests.book(%L, 2)', :'other')), 'PT409 slot_taken', 'those of what was not are not');
select cmp_ok((select count(*) from private.jobs j where j.kind = 'waitlist-offer' and j.state = 'waiting' and (j.payload ->> 'starts_at')::timestamptz in (:'ten', :'ten'::timestamptz + interval '1 day', :'ten'::timestamptz + interval '4 days')), '=', 3::bigint, 'and are offered to those who wait');
select is((select array_agg(kind order by kind) from public.activities where subject_id = :'confirmed'), '{appointment_booked,appointment_cancelled,appointment_confirmed}', 'the history of a visit has it');
select is((select array_agg(e.action || coalesce(' ' || e.target_label, '')) from public.audit_events e where e.target_id = :'confirmed' and e.action = 'appointment.cancelled'), '{appointment.cancelled}', 'so has the audit log');

-- the waiting list
select is_empty(format('select from public.waitlist_entries where client_id = %L', :'client'), 'the client waits no more');
select is_empty(format('select from public.waitlist_offers where entry_id in (%L, %L)', :'offered', :'waiting'), 'has no offer');
select is_empty('select from public.holds', 'and no time is kept for it');
select is(tests.queued('waitlist-mail'), 0::bigint, 'nor will it be written');
select is((select count(*) from private.jobs j where j.kind = 'waitlist-offer' and j.state = 'waiting' and (j.payload ->> 'starts_at')::timestamptz = :'ten'::timestamptz + interval '6 days'), 1::bigint,
  'it goes to the next in turn');

-- reminders
select is_empty(format($$select from public.reminder_deliveries d join public.appointments v on v.id = d.appointment_id
  where v.client_id = %L and v.status = 'cancelled' and (d.state in ('scheduled', 'sending') or d.content is not null or d.last_error <> '' or d.provider_message_id is not null)$$, :'client'),
  'no reminder goes out, and none says anything');
select results_eq(format('select d.state, d.reason from public.reminder_deliveries d where d.appointment_id in (%L, %L) order by d.starts_at', :'booked', :'failing'), $$values ('sent', null), ('cancelled', 'appointment_cancelled')$$, 'that one was sent stays known');
select is_empty($$select from private.appointment_links$$, 'links lead nowhere');
select is((select count(*) from private.jobs j join public.reminder_deliveries d on j.dedupe_key = 'send-reminder:' || d.id join public.appointments v on v.id = d.appointment_id
  where v.client_id = :'client' and v.status = 'cancelled' and j.state = 'waiting' and d.appointment_id <> all (array[:'failing', :'booked']::uuid[])), 0::bigint, 'and no job waits for them');

-- and nothing else
select is_empty(format($$select from public.appointments v where v.client_id = %1$L and to_jsonb(v)::text ilike '%%vanish%%'
  union all select from public.appointment_series s where to_jsonb(s)::text ilike '%%vanish%%' union all select from public.reminder_deliveries d where to_jsonb(d)::text ilike '%%vanish%%'
  union all select from private.jobs j where to_jsonb(j)::text ilike '%%vanish%%'$$, :'client'), 'nothing of scheduling says a word about the client');
select is((select count(*) from public.audit_events e where to_jsonb(e)::text ilike '%vanish%'), :told::bigint, 'the audit log has heard no more words');
select bag_eq(format($$select to_jsonb(v) - 'updated_at' from public.appointments v where v.id = %L union all select to_jsonb(d) from public.reminder_deliveries d where d.appointment_id = %1$L
  union all select to_jsonb(e) from public.waitlist_entries e where e.client_id = %L$$, :'others', :'other'), 'select content from others', 'others are as they were');
select lives_ok(format('select private.enter_status(v, ''completed'', null, null) from public.appointments v where v.id = %L', :'seated'), 'what had begun is brought to its end');
select * from finish();
rollback;
