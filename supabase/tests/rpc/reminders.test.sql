-- Reminders: when they are due, what plans and stops them, that each goes out once, and what the link in them shows and does.
begin;
\ir ../fixtures.inc
select plan(106);

create function tests.moment(start text, minutes integer, zone text, quiet_from time default '20:00', quiet_to time default '08:00') returns text
language sql as $$
  select to_char(private.reminder_moment(start::timestamp at time zone zone, minutes, zone, quiet_from, quiet_to) at time zone zone, 'YYYY-MM-DD HH24:MI')
$$;
select is(tests.moment('2027-06-10 15:00', 120, 'Europe/Bucharest'), '2027-06-10 13:00', 'two hours before, by day');
select is(tests.moment('2027-06-10 15:00', 1080, 'Europe/Bucharest'), '2027-06-10 08:00', 'what falls into the evening waits for the morning');
select is(tests.moment('2027-06-10 15:00', 600, 'Europe/Bucharest'), '2027-06-10 08:00', 'what falls into the early morning too');
select is(tests.moment('2027-06-10 08:30', 120, 'Europe/Bucharest'), '2027-06-09 20:00', 'less than an hour before the visit is too late: the evening before');
select is(tests.moment('2027-06-10 09:00', 120, 'Europe/Bucharest'), '2027-06-10 08:00', 'an hour before is not');
select is(tests.moment('2027-06-10 20:00', 1440, 'Europe/Bucharest'), '2027-06-10 08:00', 'quiet hours begin on the minute');
select is(tests.moment('2027-06-11 08:00', 1440, 'Europe/Bucharest'), '2027-06-10 08:00', 'and end on it');
select is(tests.moment('2027-06-11 03:00', 60, 'Europe/Bucharest', '00:00', '00:00'), '2027-06-11 02:00', 'a clinic without quiet hours has none');
select is(tests.moment('2027-06-11 16:00', 180, 'Europe/Bucharest', '12:30', '14:00'), '2027-06-11 14:00', 'quiet hours at noon');
-- Clocks go forward at 3 on 28 March 2027 and back at 4 on 31 October 2027 in Romania.
select is(private.reminder_moment('2027-03-28 12:00+03', 2880, 'Europe/Bucharest', '20:00', '08:00'), '2027-03-26 11:00+02', '48 hours are 48 hours, also when a day has 23');
select is(private.reminder_moment('2027-03-28 12:00+03', 600, 'Europe/Bucharest', '20:00', '08:00'), '2027-03-28 08:00+03', 'the morning is the new morning');
select is(private.reminder_moment('2027-03-28 08:30+03', 60, 'Europe/Bucharest', '20:00', '08:00'), '2027-03-27 20:00+02', 'the evening the old evening');
select is(private.reminder_moment('2027-10-31 12:00+02', 600, 'Europe/Bucharest', '20:00', '08:00'), '2027-10-31 08:00+02', 'and back again');
select is(private.reminder_moment('2027-10-31 06:30+02', 150, 'Europe/Bucharest', '22:00', '03:30'), '2027-10-31 04:00+02', 'after the hour that comes twice');
select is(private.reminder_moment('2027-10-31 06:30+02', 210, 'Europe/Bucharest', '22:00', '03:30'), '2027-10-31 03:30+02', 'in the second of two hours quiet time ends once');
select ok(private.reminder_moment('2027-03-28 09:30+03', 360, 'Europe/Bucharest', '22:00', '03:30') between '2027-03-28 03:30+02' and '2027-03-28 04:30+03',
  'quiet hours that end in an hour that is not there');
select is(private.reminder_moment('2027-04-04 12:00+10:30', 600, 'Australia/Lord_Howe', '20:00', '08:00'), '2027-04-04 08:00+10:30', 'half an hour of change');

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.join_clinic(:'alpha', 'staff@alpha.test', 'staff') as staff \gset
select tests.join_clinic(:'beta', 'owner@beta.test', 'owner') as stranger \gset
update public.scheduling_settings set contact_phone = '021 555 0101' where tenant_id = :'alpha';
insert into public.clients (tenant_id, first_name, last_name, email, consent_reminders) values (:'alpha', 'Ana', 'Pop', 'ana@client.test', true) returning id as ana \gset
insert into public.clients (tenant_id, first_name, last_name, email) values (:'alpha', 'Ion', 'Rus', 'ion@client.test') returning id as ion \gset
insert into public.providers (tenant_id, name, title) values (:'alpha', 'One', 'Dr.') returning id as provider \gset
insert into public.services (tenant_id, name, duration_minutes) values (:'alpha', 'Check-up', 30) returning id as service \gset
-- A weekday at ten where the clinic is, two weeks ahead.
select ((date_trunc('week', now() at time zone 'Europe/Bucharest') + interval '15 days 10 hours') at time zone 'Europe/Bucharest') as ten \gset

create function tests.visit(tenant uuid, client uuid, provider uuid, service uuid, start timestamptz) returns uuid language sql as
$$ select (private.book_appointment(tenant, jsonb_build_object('client_id', client, 'provider_id', provider, 'service_id', service,
     'starts_at', start, 'ends_at', start + interval '30 minutes'), null, false, true))::uuid $$;
create function tests.states(appointment uuid) returns text[] language sql security definer as
$$ select array(select coalesce(r.minutes_before::text, '-') || ' ' || d.state || coalesce(' ' || d.reason, '') || case when d.starts_at = v.starts_at then '' else ' (then)' end
     from public.reminder_deliveries d join public.appointments v on v.id = d.appointment_id left join public.reminder_rules r on r.id = d.rule_id
     where d.appointment_id = appointment order by d.starts_at = v.starts_at desc, r.minutes_before desc nulls last, d.created_at) $$;
create function tests.jobs(appointment uuid) returns text[] language sql security definer as
$$ select array(select j.state || case when j.state = 'waiting' and j.run_at <> d.due_at then ' at another time' else '' end
     from public.reminder_deliveries d join private.jobs j on j.dedupe_key = 'send-reminder:' || d.id where d.appointment_id = appointment order by j.state, d.due_at) $$;
create function tests.delivery(appointment uuid, minutes integer) returns uuid language sql security definer as
$$ select d.id from public.reminder_deliveries d join public.appointments v on v.id = d.appointment_id left join public.reminder_rules r on r.id = d.rule_id
     where d.appointment_id = appointment and d.starts_at = v.starts_at and r.minutes_before is not distinct from minutes order by d.created_at desc limit 1 $$;
grant execute on all functions in schema tests to anon, authenticated, service_role;

-- rules
select tests.visit(:'alpha', :'ana', :'provider', :'service', :'ten') as visit \gset
select is(tests.states(:'visit'), '{}', 'without rules nobody is reminded');
select tests.sign_in(:'staff');
select is(tests.refusal(format('select public.save_reminder_rule(%L, null, %L)', :'alpha', '{"channel":"email","minutes_before":2880}')), 'PT403 owner_required', 'staff make no rules');
select is(tests.refusal(format('insert into public.reminder_rules (tenant_id, channel, minutes_before) values (%L, ''email'', 60)', :'alpha')), '42501 ', 'nor by hand');
select tests.sign_in(:'stranger');
select is(tests.refusal(format('select public.save_reminder_rule(%L, null, %L)', :'alpha', '{"channel":"email","minutes_before":2880}')), 'PT404 clinic_not_found', 'nor do strangers');
select tests.sign_in(:'owner');
select public.save_reminder_rule(:'alpha', null, '{"channel":"email","minutes_before":2880,"extra_text":" Bring your card. "}') ->> 'id' as two_days \gset
select public.save_reminder_rule(:'alpha', null, '{"channel":"email","minutes_before":120,"stop_if_confirmed":true}') ->> 'id' as two_hours \gset
select is((select extra_text from public.reminder_rules where id = :'two_days'), 'Bring your card.', 'owners do');
select is(tests.refusal(format('select public.save_reminder_rule(%L, null, %L)', :'alpha', '{"channel":"email","minutes_before":120}')), 'PT409 reminder_rule_exists', 'each once');
select is(tests.refusal(format('select public.save_reminder_rule(%L, null, %L)', :'alpha', '{"channel":"email","minutes_before":10}')), 'PT422 reminder_time_invalid', 'not at the last minute');
select is(tests.refusal(format('select public.save_reminder_rule(%L, %L, %L)', :'alpha', :'two_days', '{"channel":"sms"}')), 'PT422 values_invalid', 'a rule keeps its channel');
select is(tests.refusal(format('select public.save_reminder_rule(%L, null, %L)', :'alpha', '{"channel":"email","minutes_before":"soon"}')), 'PT422 values_invalid', 'times are numbers');
select public.save_reminder_rule(:'alpha', null, jsonb_build_object('channel', 'sms', 'minutes_before', 1000 + n, 'is_active', false)) is null from generate_series(1, 4) n;
select is(tests.refusal(format('select public.save_reminder_rule(%L, null, %L)', :'alpha', '{"channel":"sms","minutes_before":60}')), 'PT409 too_many_reminder_rules', 'six are enough');
select tests.as_owner_of_database();
select is((select count(*) from public.audit_events where action = 'reminder_rule.created' and tenant_id = :'alpha'), 6::bigint, 'and all that is on record');
select is(tests.states(:'visit'), '{"2880 scheduled","120 scheduled"}', 'new rules plan what is booked already');
select is((select array_agg(d.due_at order by d.due_at) from public.reminder_deliveries d where d.appointment_id = :'visit'),
  array[:'ten'::timestamptz - interval '48 hours', :'ten'::timestamptz - interval '2 hours'], 'each at its time');
select is(tests.jobs(:'visit'), '{waiting,waiting}', 'with a job each');
select private.plan_reminders(:'alpha');
select is(tests.jobs(:'visit'), '{waiting,waiting}', 'planning twice is planning once');

-- whom
select tests.visit(:'alpha', :'ion', :'provider', :'service', :'ten'::timestamptz + interval '1 hour') as other \gset
select is(tests.states(:'other'), '{"2880 skipped no_consent","120 skipped no_consent"}', 'who has not agreed is not reminded');
select is(tests.jobs(:'other'), '{}', 'and nothing waits for them');
update public.clients set consent_reminders = true where id = :'ion';
select is(tests.states(:'other'), '{"2880 scheduled","120 scheduled"}', 'until they agree');
update public.clients set archived_at = now() where id = :'ion';
select is(tests.states(:'other'), '{"2880 skipped client_archived","120 skipped client_archived"}', 'nor who has gone');
select is(tests.jobs(:'other'), '{cancelled,cancelled}', 'whose jobs are taken out');
update public.clients set archived_at = null, email = null where id = :'ion';
select is(tests.states(:'other'), '{"2880 skipped no_email","120 skipped no_email"}', 'nor who has no address');
select tests.visit(:'alpha', :'ana', :'provider', null, now() + interval '5 hours') as soon \gset
select is((tests.states(:'soon'))[1], '2880 skipped too_late', 'what would have been due before the booking is left out');

-- moved, confirmed, cancelled
select tests.sign_in(:'staff');
select public.set_appointment_status(:'alpha', :'visit', 'confirmed') is null;
select is(tests.states(:'visit'), '{"2880 scheduled","120 cancelled confirmed"}', 'who has confirmed is left in peace, if the rule says so');
select public.change_appointment(:'alpha', :'visit', jsonb_build_object('starts_at', :'ten'::timestamptz + interval '1 day', 'ends_at', :'ten'::timestamptz + interval '25 hours')) is null;
select is(tests.states(:'visit'), '{"2880 scheduled","120 scheduled","2880 cancelled moved (then)","120 cancelled confirmed (then)"}', 'what moves is planned anew');
select is(tests.jobs(:'visit'), '{cancelled,cancelled,waiting,waiting}', 'jobs with it');
select public.change_appointment(:'alpha', :'visit', jsonb_build_object('starts_at', :'ten'::timestamptz, 'ends_at', :'ten'::timestamptz + interval '30 min')) is null;
select is(tests.states(:'visit'), '{"2880 scheduled","120 scheduled","2880 cancelled moved (then)","120 cancelled moved (then)"}', 'and moved back, it is as before');
select public.set_appointment_status(:'alpha', :'visit', 'cancelled') is null;
select is((tests.states(:'visit'))[:2], '{"2880 cancelled appointment_cancelled","120 cancelled appointment_cancelled"}', 'of what is cancelled nobody is reminded');
select public.set_appointment_status(:'alpha', :'visit', 'booked') is null;
select is((tests.states(:'visit'))[:2], '{"2880 scheduled","120 scheduled"}', 'of what is booked again they are');

-- quiet hours and zone move what waits
select tests.sign_in(:'owner');
update public.scheduling_settings set quiet_from = '07:00', quiet_to = '08:30' where tenant_id = :'alpha';
select tests.as_owner_of_database();
select is((select d.due_at from public.reminder_deliveries d where d.id = tests.delivery(:'visit', 120)), :'ten'::timestamptz - interval '90 minutes', 'other quiet hours, other times');
select ok('waiting' = any (tests.jobs(:'visit')) and 'waiting at another time' <> all (tests.jobs(:'visit')), 'for the jobs too');
update public.scheduling_settings set quiet_from = '20:00', quiet_to = '08:00' where tenant_id = :'alpha';
select tests.sign_in(:'owner');
select public.delete_reminder_rule(:'alpha', :'two_hours') ->> 'deleted' as gone \gset
select is((tests.states(:'visit'))[:2], '{"2880 scheduled","- cancelled rule_off"}', 'a rule that is gone sends nothing');

-- sending
select tests.as_owner_of_database();
select tests.delivery(:'visit', 2880) as delivery \gset
select repeat('a', 64) as hash \gset
select is(tests.refusal(format('select public.begin_reminder(%L, %L)', :'delivery', :'hash')), 'no refusal', 'the service begins');
select is(public.begin_reminder(:'delivery', :'hash') ->> 'reason', 'not_due', 'not before its time');
update public.reminder_deliveries set due_at = now() where id = :'delivery';
select public.begin_reminder(:'delivery', :'hash') as begun \gset
select is(:'begun'::jsonb - 'begun_at', jsonb_build_object(
    'action', 'send', 'delivery_id', :'delivery'::uuid, 'channel', 'email', 'attempt', 1, 'to', 'ana@client.test', 'first_name', 'Ana', 'language', 'ro',
    'clinic_name', 'Alpha', 'clinic_phone', '021 555 0101', 'clinic_address', '', 'time_zone', 'Europe/Bucharest', 'starts_at', :'ten'::timestamptz,
    'service', 'Check-up', 'provider', 'Dr. One', 'is_confirmed', false, 'extra_text', 'Bring your card.'), 'and hears all that the mail says');
update public.clients set first_name = 'Anna' where id = :'ana';
select is(public.begin_reminder(:'delivery', :'hash') - 'attempt', :'begun'::jsonb - 'attempt', 'a second try says the very same');
select is(public.record_reminder(:'delivery', 'sent', 'm-1') ->> 'state', 'sent', 'it is recorded');
select public.record_reminder(:'delivery', 'sent', 'm-1') is null;
select results_eq(format('select a.client_id, a.actor_id, a.subject_type, a.summary, a.details from public.activities a where a.subject_id = %L and a.kind = ''reminder_sent''', :'visit'),
  format('values (%L::uuid, null::uuid, ''appointment'', ''Check-up'', %L::jsonb)', :'ana', jsonb_build_object('channel', 'email', 'starts_at', :'ten'::timestamptz)),
  'once, and in the client''s timeline');
select is((select last_activity_kind from public.clients where id = :'ana'), 'reminder_sent', 'as the last thing that happened');
select is(public.begin_reminder(:'delivery', :'hash') ->> 'action', 'stop', 'and does not begin again');
select private.plan_reminders(:'alpha');
select is((tests.states(:'visit'))[1], '2880 sent', 'nor is it planned again');
select is((select content from public.reminder_deliveries where id = :'delivery'), null, 'what it said is forgotten');

-- what stands in the way at the last moment
select tests.visit(:'alpha', :'ana', :'provider', null, :'ten'::timestamptz + interval '3 hours') as late \gset
select public.begin_reminder(tests.delivery(:'late', 2880), :'hash') ->> 'reason' as x \gset
update public.clients set consent_reminders = false where id = :'ana';
update public.reminder_deliveries set state = 'scheduled', reason = null, due_at = now() where appointment_id = :'late';
select is(public.begin_reminder(tests.delivery(:'late', 2880), :'hash'), '{"action":"stop","state":"skipped","reason":"no_consent"}', 'consent is asked for again');
update public.clients set consent_reminders = true where id = :'ana';
update public.reminder_deliveries set state = 'scheduled', reason = null, due_at = now() where appointment_id = :'late';
select public.begin_reminder(tests.delivery(:'late', 2880), :'hash') is null;
update public.appointments set status = 'cancelled', cancelled_by = 'clinic' where id = :'late';
select is(public.begin_reminder(tests.delivery(:'late', 2880), :'hash') ->> 'reason', 'appointment_cancelled', 'what was cancelled while it was being sent is not tried again');
select matches((select last_error from public.reminder_deliveries where appointment_id = :'late'), 'may have reached', 'and the list says what is not known');
select tests.visit(:'alpha', :'ana', :'provider', null, :'ten'::timestamptz + interval '4 hours') as late \gset
update public.reminder_deliveries set due_at = now() where appointment_id = :'late';
select public.begin_reminder(tests.delivery(:'late', 2880), :'hash') is null;
select is(public.record_reminder(tests.delivery(:'late', 2880), 'failed', null, 'Resend has a problem (502).') ->> 'state', 'sending', 'a failure is tried again');
update public.reminder_deliveries set begun_at = now() - interval '1 day' where appointment_id = :'late';
select is(public.begin_reminder(tests.delivery(:'late', 2880), :'hash') ->> 'reason', 'outcome_unknown', 'but not when it could arrive twice');
select is(public.record_reminder(tests.delivery(:'late', 2880), 'sent', 'm-2') ->> 'state', 'failed', 'what has ended stays ended');
-- In the middle of the night, long after its time: quiet hours are those of now.
select tests.visit(:'alpha', :'ana', :'provider', null, :'ten'::timestamptz + interval '5 hours') as late \gset
update public.scheduling_settings set quiet_from = ((now() at time zone 'Europe/Bucharest') - interval '1 hour')::time, quiet_to = ((now() at time zone 'Europe/Bucharest') + interval '1 hour')::time where tenant_id = :'alpha';
update public.reminder_deliveries set due_at = now() - interval '2 hours' where appointment_id = :'late';
select is(public.begin_reminder(tests.delivery(:'late', 2880), :'hash') ->> 'reason', 'quiet_hours', 'what is late waits for the end of quiet hours');
select ok((select due_at > now() from public.reminder_deliveries where appointment_id = :'late'), 'and is due then');
update public.reminder_deliveries set due_at = now() - interval '2 hours', begun_at = now() - interval '2 hours', attempts = 1, state = 'sending', content = '{}' where appointment_id = :'late';
select is(public.begin_reminder(tests.delivery(:'late', 2880), :'hash') ->> 'reason', 'quiet_hours', 'so does one that was tried before them');
select is(tests.jobs(:'late'), '{waiting}', 'with a job that tries again then');
update public.reminder_deliveries set due_at = now() - interval '2 hours', begun_at = now() - interval '22 hours 30 minutes' where appointment_id = :'late';
select is(public.begin_reminder(tests.delivery(:'late', 2880), :'hash') ->> 'state', 'skipped', 'unless it could arrive twice by then');
update public.reminder_deliveries set due_at = now() - interval '2 hours', begun_at = null, attempts = 0, state = 'scheduled', reason = null where appointment_id = :'late';
update public.scheduling_settings set quiet_from = '00:00', quiet_to = '00:00' where tenant_id = :'alpha';
insert into public.reminder_rules (tenant_id, channel, minutes_before) values (:'alpha', 'email', 1440);
update public.reminder_deliveries set due_at = now() - interval '1 minute' where appointment_id = :'late';
select is(public.begin_reminder(tests.delivery(:'late', 2880), :'hash') ->> 'reason', 'superseded', 'of two that are due at once the later one goes out');
select is(public.begin_reminder(tests.delivery(:'late', 1440), :'hash') ->> 'action', 'send', 'once');

-- by hand
select tests.sign_in(:'staff');
select is(tests.refusal(format('select public.send_reminder_now(%L, %L)', :'alpha', gen_random_uuid())), 'PT404 appointment_not_found', 'nothing to send for');
select is(tests.refusal(format('select public.send_reminder_now(%L, %L)', :'alpha', :'other')), 'PT409 reminder_not_possible', 'nowhere to send to');
select is(tests.refusal(format('select public.send_reminder_now(%L, %L)', :'alpha', :'late')), 'no refusal', 'staff send one by hand');
select is(tests.refusal(format('select public.send_reminder_now(%L, %L)', :'alpha', :'late')), 'PT409 reminder_just_sent', 'once');
select is((select array_agg(e #>> '{}' order by e #>> '{}') from jsonb_path_query(public.list_reminders(:'alpha', :'late'), '$.deliveries[*].state') e), '{scheduled,sending,skipped}', 'and see what became of all');
select is(tests.refusal('select content from public.reminder_deliveries'), '42501 ', 'but not what is in them');
select tests.sign_in(:'stranger');
select is(tests.refusal(format('select public.list_reminders(%L, %L)', :'alpha', :'late')), 'PT404 clinic_not_found', 'strangers see none');
select is((select count(*) from public.reminder_rules), 0::bigint, 'and no rules');
select tests.as_owner_of_database();

-- a clinic that was suspended does not catch up
update public.reminder_deliveries set due_at = now() - interval '1 hour' where appointment_id = :'late' and state = 'scheduled';
update public.tenants set status = 'suspended', status_reason = 'Test', status_changed_at = now() where id = :'alpha';
update public.tenants set status = 'active', status_reason = 'Test', status_changed_at = now() + interval '1 second' where id = :'alpha';
select is((select array_agg(distinct reason) from public.reminder_deliveries where appointment_id = :'late' and is_manual), '{clinic_inactive}', 'what fell due meanwhile is left out');

-- what lost its job gets it back
select tests.visit(:'alpha', :'ana', :'provider', null, :'ten'::timestamptz + interval '6 hours') as late \gset
update public.reminder_deliveries set due_at = now() - interval '1 hour' where appointment_id = :'late';
update private.jobs set state = 'dead', finished_at = now() - interval '2 hours' where dedupe_key in (select 'send-reminder:' || id from public.reminder_deliveries where appointment_id = :'late');
select is(private.tidy_reminders(), 2, 'a reminder whose job died');
select is(tests.jobs(:'late'), '{"waiting at another time","waiting at another time"}', 'is not forgotten');
update private.jobs set state = 'dead', finished_at = now() where dedupe_key in (select 'send-reminder:' || id from public.reminder_deliveries where appointment_id = :'late');
select is(private.tidy_reminders(), 0, 'nor brought back all the time');
delete from private.jobs where dedupe_key in (select 'send-reminder:' || id from public.reminder_deliveries where appointment_id = :'late');
select is(private.tidy_reminders(), 2, 'and one without a job gets one');

-- the link
select 'a token of the link in this mail' as token \gset
update private.appointment_links set token_hash = private.hash_token(:'token') where token_hash = :'hash';
select tests.sign_out();
select is(public.preview_visit(:'token') - 'starts_at' - 'ends_at', jsonb_build_object('state', 'valid', 'clinic', jsonb_build_object('name', 'Alpha', 'phone', '021 555 0101', 'address', ''),
  'time_zone', 'Europe/Bucharest', 'service', 'Check-up', 'provider', 'Dr. One', 'can_cancel', true), 'the link shows the visit and nothing of the client');
select is(public.preview_visit('another'), '{"state":"unknown"}', 'another shows nothing');
select is(public.answer_visit('another', 'cancel'), '{"state":"unknown"}', 'and does nothing');
select is(public.preview_visit(null), '{"state":"unknown"}', 'nor does none');
select is(public.answer_visit(:'token', 'destroy') ->> 'state', 'valid', 'there are two answers');
select is(public.answer_visit(:'token', 'confirm') ->> 'state', 'confirmed', 'the client confirms');
select is(public.answer_visit(:'token', 'confirm') ->> 'state', 'confirmed', 'twice is once');
select tests.as_owner_of_database();
select results_eq(format('select a.actor_id, a.details ->> ''by'' from public.activities a where a.subject_id = %L and a.kind = ''appointment_confirmed'' order by a.occurred_at, a.details ->> ''by'' nulls first', :'visit'),
  format('values (%L::uuid, null::text), (null, ''client'')', :'staff'), 'the timeline has it once, as the client''s doing');
select tests.sign_out();
select is(tests.refusal('select count(*) from public.appointments'), '42501 ', 'and sees no table');
select tests.as_owner_of_database();
update public.scheduling_settings set late_cancel_hours = 168 where tenant_id = :'alpha';
update public.appointments set starts_at = now() + interval '2 days', ends_at = now() + interval '2 days 30 min' where id = :'visit';
select is(public.preview_visit(:'token'), jsonb_build_object('state', 'moved', 'clinic', public.preview_visit(:'token') -> 'clinic'), 'a visit that moved is not shown at its new time');
update private.appointment_links set starts_at = now() + interval '2 days', expires_at = now() + interval '2 days' where token_hash = private.hash_token(:'token');
select tests.sign_out();
select is(public.answer_visit(:'token', 'cancel') ->> 'refused', 'too_late', 'who cancels late is asked to call');
select tests.as_owner_of_database();
select is((select status from public.appointments where id = :'visit'), 'confirmed', 'and has cancelled nothing');
update public.scheduling_settings set late_cancel_hours = 24 where tenant_id = :'alpha';
select tests.sign_out();
select is(public.answer_visit(:'token', 'cancel') ->> 'state', 'cancelled', 'in good time it is cancelled');
select tests.as_owner_of_database();
select results_eq(format('select status, cancelled_by, status_changed_by from public.appointments where id = %L', :'visit'), $$ values ('cancelled', 'client', null::uuid) $$, 'by the client');
select is((select count(*) from public.allocations where appointment_id = :'visit' and blocking), 0::bigint, 'and the time is free');
select is((select count(*) from public.activities a where a.subject_id = :'visit' and a.kind = 'appointment_cancelled' and a.details ->> 'by' = 'client'), 1::bigint, 'which is in the timeline once');
select is((select count(*) from public.activities a where a.subject_id = :'visit' and a.kind ~ 'cancelled'), 2::bigint, 'beside what the clinic did');
select tests.sign_in(:'owner');
select public.client_record(:'alpha', :'ana') -> 'reminders' as reminders \gset
select ok(:'reminders'::jsonb @> jsonb_build_array(
  jsonb_build_object('appointment_id', :'visit', 'starts_at', :'ten'::timestamptz, 'kind', 'by_rule', 'channel', 'email', 'state', 'sent', 'reason', null)),
  'the client''s record has what was sent');
select ok(:'reminders'::jsonb @> '[{"kind": "by_hand", "state": "skipped", "reason": "clinic_inactive"}, {"kind": "by_rule", "state": "cancelled", "reason": "moved"}]', 'and what was not, and why');
select is((select array_agg(distinct k) from jsonb_array_elements(:'reminders') r, jsonb_object_keys(r) k),
  '{appointment_id,channel,due_at,kind,reason,requested_by,sent_at,starts_at,state}', 'and nothing of what they said');
select is((select count(*)::integer from public.reminder_deliveries d join public.appointments v on v.id = d.appointment_id where v.client_id = :'ana'), jsonb_array_length(:'reminders'), 'all of them');
select tests.as_owner_of_database();
update public.tenants set status = 'suspended', status_reason = 'Test', status_changed_at = now() + interval '2 seconds' where id = :'alpha';
select is(public.preview_visit(:'token'), '{"state":"unknown"}', 'links of a clinic that is suspended show nothing');
select * from finish();
rollback;
