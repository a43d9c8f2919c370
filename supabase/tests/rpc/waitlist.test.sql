-- The waiting list: whom a time suits, offers that keep it, one claim, and who comes next.
begin;
\ir ../fixtures.inc
select plan(74);

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.join_clinic(:'alpha', 'staff@alpha.test', 'staff') as staff \gset
select tests.join_clinic(:'beta', 'owner@beta.test', 'owner') as stranger \gset
update public.tenants set time_zone = 'Europe/Bucharest' where id = :'alpha';
update public.scheduling_settings set quiet_from = '00:00', quiet_to = '00:00', contact_phone = '021 555 0101' where tenant_id = :'alpha';
insert into public.clients (tenant_id, first_name, last_name, email, consent_reminders) values (:'alpha', 'Ana', 'Pop', 'ana@x.test', true) returning id as ana \gset
insert into public.clients (tenant_id, first_name, last_name, email, consent_reminders) values (:'alpha', 'Dan', 'Ion', 'dan@x.test', true) returning id as dan \gset
insert into public.clients (tenant_id, first_name, last_name, email, consent_reminders) values (:'alpha', 'Eva', 'Rus', 'eva@x.test', true) returning id as eva \gset
insert into public.clients (tenant_id, first_name, last_name) values (:'alpha', 'No', 'Mail') returning id as silent \gset
insert into public.clients (tenant_id, first_name, last_name) values (:'beta', 'Other', 'Clinic') returning id as foreign_client \gset
insert into public.providers (tenant_id, name) values (:'alpha', 'Dr. One') returning id as one \gset
insert into public.providers (tenant_id, name) values (:'alpha', 'Dr. Two') returning id as two \gset
insert into public.resources (tenant_id, name) values (:'alpha', 'Chair 1') returning id as chair \gset
insert into public.resources (tenant_id, name) values (:'alpha', 'Chair 2') returning id as spare \gset
insert into public.services (tenant_id, name, duration_minutes, buffer_after_minutes) values (:'alpha', 'Filling', 60, 10) returning id as filling \gset
insert into public.services (tenant_id, name, duration_minutes) values (:'alpha', 'Check', 20) returning id as visit \gset
insert into public.services (tenant_id, name, duration_minutes) values (:'beta', 'Foreign', 20) returning id as foreign_service \gset
insert into public.service_resources (tenant_id, service_id, resource_id) values (:'alpha', :'filling', :'chair'), (:'alpha', :'filling', :'spare');
-- A Tuesday at 10 where the clinic is, at least a week ahead.
select ((date_trunc('week', now() at time zone 'Europe/Bucharest') + interval '15 days 10 hours') at time zone 'Europe/Bucharest') as ten \gset
select (:'ten'::timestamptz at time zone 'Europe/Bucharest')::date as day \gset

create function tests.wait_for(client text, service text, more jsonb default '{}') returns jsonb language sql as
$$ select jsonb_build_object('client_id', client, 'service_id', service) || more $$;
create function tests.save(tenant uuid, entry uuid, fields jsonb, seen integer default null) returns text language sql as
$$ select tests.refusal(format('select public.save_waitlist_entry(%L, %L, %L, %L)', tenant, entry, fields, seen)) $$;
create function tests.slot(provider text, resources text[], start timestamptz, minutes integer) returns jsonb language sql as
$$ select jsonb_build_object('provider_id', provider, 'resource_ids', to_jsonb(resources), 'starts_at', start, 'ends_at', start + make_interval(mins => minutes)) $$;
create function tests.suggested(tenant uuid, slot jsonb) returns text language sql as
$$ select coalesce(string_agg(s #>> '{entry,client,first_name}', ' ' order by n), '')
   from jsonb_array_elements(public.suggest_waitlist(tenant, slot) -> 'suggestions') with ordinality x (s, n) $$;
create function tests.offer(tenant uuid, entry uuid, slot jsonb) returns text language sql as
$$ select tests.refusal(format('select public.offer_slot(%L, %L, %L)', tenant, entry, slot)) $$;
create function tests.queued(wanted text) returns bigint language sql security definer as
$$ select count(*) from private.jobs j where j.kind = wanted and j.state = 'waiting' $$;
create function tests.state_of(entry uuid) returns text language sql security definer as
$$ select e.state from public.waitlist_entries e where e.id = entry $$;
create function tests.mail(tenant uuid, offer uuid, token text) returns jsonb language sql security definer as
$$ select public.prepare_offer_mail(tenant, offer, private.hash_token(token)) $$;
create function tests.offer_of(entry uuid) returns uuid language sql security definer as
$$ select o.id from public.waitlist_offers o where o.entry_id = entry and o.state = 'open' $$;
grant execute on all functions in schema tests to authenticated, anon;

-- entries
select tests.sign_in(:'staff');
select public.save_waitlist_entry(:'alpha', null, tests.wait_for(:'ana', :'filling', jsonb_build_object('provider_ids', jsonb_build_array(:'one'), 'weekdays', '[2, 4, 2]'::jsonb, 'note', ' Any Tuesday '))) as first \gset
select (:'first'::jsonb ->> 'id') as ana_entry \gset
select is(:'first'::jsonb ->> 'state', 'waiting', 'a client waits');
select is(:'first'::jsonb -> 'weekdays', '[2, 4]', 'for certain days');
select is(:'first'::jsonb #>> '{providers,0,name}', 'Dr. One', 'and a certain provider');
select is(:'first'::jsonb ->> 'note', 'Any Tuesday', 'the note is trimmed');
select is((select a.kind from public.activities a where a.client_id = :'ana' and a.subject_type = 'waitlist_entry'), 'waitlist_joined', 'which the timeline tells');
select is(tests.save(:'beta', null, tests.wait_for(:'ana', :'filling')), 'PT404 clinic_not_found', 'not in another clinic');
select is(tests.save(:'alpha', null, tests.wait_for(:'foreign_client', :'filling')), 'PT404 client_not_found', 'not another clinic''s client');
select is(tests.save(:'alpha', null, tests.wait_for(:'ana', :'foreign_service')), 'PT422 service_unknown', 'nor its service');
select is(tests.save(:'alpha', null, tests.wait_for(:'ana', :'visit', '{"weekdays": [8]}')), 'PT422 values_invalid', 'not on an eighth day');
select is(tests.save(:'alpha', null, tests.wait_for(:'ana', :'visit', '{"from_time": "12:00"}')), 'PT422 times_invalid', 'not from without to');
select is(tests.save(:'alpha', null, tests.wait_for(:'ana', :'visit', '{"earliest_day": "2027-02-02", "latest_day": "2027-02-01"}')), 'PT422 days_invalid', 'not backwards');
select is(tests.save(:'alpha', null, tests.wait_for(:'ana', :'visit', '{"state": "booked"}')), 'PT422 values_invalid', 'with no state of one''s own');
select is(tests.save(:'alpha', :'ana_entry', '{"note": "x"}', 7), 'PT409 changed_meanwhile', 'not over what one has not seen');
select is(tests.save(:'alpha', :'ana_entry', '{"note": "x"}', 1), 'no refusal', 'but what one has seen');
select is((select e.weekdays from public.waitlist_entries e where e.id = :'ana_entry'), '{2,4}', 'and the rest stays');
select is(tests.save(:'alpha', :'ana_entry', jsonb_build_object('client_id', :'dan')), 'PT422 values_invalid', 'an entry stays with its client');
select public.save_waitlist_entry(:'alpha', null, tests.wait_for(:'dan', :'filling')) ->> 'id' as dan_entry \gset
select public.save_waitlist_entry(:'alpha', null, tests.wait_for(:'eva', :'filling', '{"priority": "high", "day_parts": ["morning"]}')) ->> 'id' as eva_entry \gset
select public.save_waitlist_entry(:'alpha', null, tests.wait_for(:'silent', :'visit', '{"from_time": "10:00", "to_time": "10:30"}')) ->> 'id' as silent_entry \gset
select tests.as_owner_of_database();
-- One transaction, one now().
update public.waitlist_entries set created_at = now() - interval '3 days' where id = :'dan_entry';
update public.waitlist_entries set created_at = now() - interval '2 days' where id = :'ana_entry';
select tests.sign_in(:'staff');
select is((select string_agg(e #>> '{client,first_name}', ' ' order by n) from jsonb_array_elements(public.list_waitlist(:'alpha') -> 'entries') with ordinality x (e, n)),
  'Eva Dan Ana No', 'the list: urgent, then who has waited longest');
select public.list_waitlist(:'alpha', page_size => 3) -> 'next' as next \gset
select is(jsonb_array_length(public.list_waitlist(:'alpha', after => :'next') -> 'entries'), 1, 'page by page');
select tests.sign_in(:'stranger');
select is(tests.refusal(format('select public.list_waitlist(%L)', :'alpha')), 'PT404 clinic_not_found', 'a stranger sees no list');
select is((select count(*) from public.waitlist_entries), 0::bigint, 'nor entries');

-- ranking
select tests.sign_in(:'staff');
select is(tests.suggested(:'alpha', tests.slot(:'one', array[:'chair'], :'ten', 60)), 'Eva Dan Ana No', 'whom a Tuesday at ten suits');
select is(tests.suggested(:'alpha', tests.slot(:'two', array[:'chair'], :'ten', 60)), 'Eva Dan No', 'with another provider');
select is(tests.suggested(:'alpha', tests.slot(:'one', array[:'chair'], :'ten'::timestamptz + interval '1 day', 60)), 'Eva Dan No', 'on a Wednesday');
select is(tests.suggested(:'alpha', tests.slot(:'one', array[:'chair'], :'ten'::timestamptz + interval '3 hours', 60)), 'Dan Ana', 'in the afternoon');
select is(tests.suggested(:'alpha', tests.slot(:'one', array[:'chair'], :'ten', 30)), 'No', 'for half an hour');
select is(tests.suggested(:'alpha', tests.slot(:'one', array[:'chair'], :'ten'::timestamptz + interval '9 hours', 60)), '', 'when nobody is there');
select is((public.suggest_waitlist(:'alpha', tests.slot(:'one', array[:'chair'], :'ten', 60)) #> '{suggestions,2,reasons}'), '["provider", "weekday"]', 'and why');
select is((public.suggest_waitlist(:'alpha', tests.slot(:'one', array[:'chair'], :'ten', 60)) #> '{suggestions,3,hindrances}'), '["no_email", "no_consent"]', 'and what stands in the way of writing');
select is((public.suggest_waitlist(:'alpha', tests.slot(:'one', array[:'chair'], :'ten', 60)) #>> '{suggestions,3,slot,ends_at}')::timestamptz, :'ten'::timestamptz + interval '20 min',
  'as long as the service');
select public.book_appointment(:'alpha', jsonb_build_object('client_id', :'dan', 'resource_ids', jsonb_build_array(:'chair'), 'starts_at', :'ten'::timestamptz + interval '65 min', 'ends_at', :'ten'::timestamptz + interval '90 min')) ->> 'id' as beside \gset
select is((public.suggest_waitlist(:'alpha', tests.slot(:'one', array[:'chair'], :'ten', 60)) #>> '{suggestions,0,slot,resource_ids,0}'), :'spare', 'in the other chair where the buffer does not fit');
select public.set_appointment_status(:'alpha', :'beside', 'cancelled');

-- offering by hand
select is(tests.offer(:'beta', :'ana_entry', tests.slot(:'one', array[:'chair'], :'ten', 60)), 'PT404 clinic_not_found', 'nobody offers in another clinic');
select is(tests.offer(:'alpha', :'silent_entry', tests.slot(:'one', array[:'chair'], :'ten', 20)), 'PT409 client_without_email', 'nothing without an address');
select is(tests.offer(:'alpha', :'ana_entry', tests.slot(:'one', array[:'chair'], now() + interval '5 min', 60)), 'PT409 offer_too_late', 'nothing about to begin');
select is(tests.offer(:'alpha', :'ana_entry', tests.slot(:'one', array[:'chair'], :'ten', 60)), 'no refusal', 'Ana is offered the time');
select tests.offer_of(:'ana_entry') as offer \gset
select is(tests.state_of(:'ana_entry'), 'offered', 'and has the offer');
select is(tests.queued('waitlist-mail'), 1::bigint, 'which is to be written');
select is(tests.offer(:'alpha', :'dan_entry', tests.slot(:'one', array[:'chair'], :'ten', 60)), 'PT409 slot_taken', 'nobody else is offered it');
select is(tests.offer(:'alpha', :'ana_entry', tests.slot(:'one', array[:'chair'], :'ten'::timestamptz + interval '2 hours', 60)), 'PT409 already_offered', 'nor Ana another');
select is(tests.refusal(format('select token_hash from public.waitlist_offers')), '42501 ', 'nobody reads the hash of a link');

-- answering
select tests.as_owner_of_database();
select is((tests.mail(:'alpha', :'offer', 'ana token') ->> 'to'), 'ana@x.test', 'the e-mail goes to her');
select is(tests.mail(:'beta', :'offer', 'other token'), null, 'in her clinic');
select tests.sign_out();
select is(public.preview_offer('no token') ->> 'state', 'unknown', 'a link of one''s own is nothing');
select is(public.answer_offer('no token', 'claim'), '{"state": "unknown"}', 'and takes nothing, and hears no number to call');
select is(public.preview_offer('ana token') - array['starts_at', 'ends_at', 'expires_at'],
  '{"state": "open", "clinic": {"name": "Alpha", "phone": "021 555 0101", "address": ""}, "time_zone": "Europe/Bucharest", "language": "ro", "service": "Filling", "provider": "Dr. One"}', 'the link shows the one time');
select is(public.answer_offer('ana token', 'whatever') ->> 'state', 'open', 'and does nothing it is not told');
select is(public.answer_offer('ana token', 'decline') ->> 'state', 'declined', 'she declines');
select is(public.answer_offer('ana token', 'claim') ->> 'state', 'declined', 'which is that');
select tests.as_owner_of_database();
select is((select count(*) from public.holds where tenant_id = :'alpha'), 0::bigint, 'the time is given up');
select is(tests.queued('waitlist-offer'), 2::bigint, 'and goes to the next, as does that of the visit cancelled before');

-- by itself
select is(public.offer_next(:'alpha', tests.slot(:'one', array[:'chair'], :'ten', 90)) ->> 'outcome', 'offered', 'the first in turn is offered it');
select is(tests.state_of(:'eva_entry'), 'offered', 'who is Eva');
select tests.offer_of(:'eva_entry') as offer \gset
select is(public.offer_next(:'alpha', tests.slot(:'one', array[:'chair'], :'ten', 90)) ->> 'outcome', 'kept', 'and while she thinks nobody is');
select private.expire_offers();
select is(tests.state_of(:'eva_entry'), 'offered', 'her time is not over');
update public.waitlist_offers set expires_at = now() - interval '1 second' where id = :'offer';
update public.holds set expires_at = now() - interval '1 second';
select is(private.expire_offers(), 1, 'now it is');
select is(public.offer_next(:'alpha', tests.slot(:'one', array[:'chair'], :'ten', 90)) ->> 'outcome', 'offered', 'so the next');
select is(tests.state_of(:'dan_entry'), 'offered', 'who is Dan: nobody is written to twice in a day');
select tests.mail(:'alpha', tests.offer_of(:'dan_entry'), 'dan token');
select tests.sign_out();
select is(public.answer_offer('dan token', 'claim') ->> 'state', 'claimed', 'he takes it');
select is(public.answer_offer('dan token', 'claim') ->> 'state', 'claimed', 'and hears the same again');
select tests.as_owner_of_database();
select results_eq(format('select client_id, status, source, starts_at, ends_at from public.appointments where source = ''waitlist'' and tenant_id = %L', :'alpha'),
  format('values (%L::uuid, ''confirmed'', ''waitlist'', %L::timestamptz, %L::timestamptz + interval ''60 min'')', :'dan', :'ten', :'ten'), 'once, confirmed');
select is(tests.state_of(:'dan_entry'), 'booked', 'and waits no more');
select results_eq(format('select a.kind, a.details ->> ''by'', a.actor_id from public.activities a where a.client_id = %L and a.subject_id = (select appointment_id from public.waitlist_entries where id = %L) order by a.kind', :'dan', :'dan_entry'),
  $$values ('appointment_booked', 'client', null::uuid), ('appointment_confirmed', 'client', null)$$, 'the timeline tells once that the client did it');

-- what a client's record says of it
select tests.sign_in(:'owner');
select public.client_record(:'alpha', :'dan') as record \gset
select is(:'record'::jsonb #>> '{waitlist,0,state}' || ' ' || (:'record'::jsonb #>> '{waitlist,0,service}'), 'booked Filling', 'a client''s record says for what they waited, and what came of it');
select is((:'record'::jsonb #> '{waitlist,0,offers}') @> '[{"state": "claimed", "provider": "Dr. One", "mail_outcome": "waiting"}]', true, 'with what was offered');
select is(jsonb_array_length(public.client_record(:'alpha', :'ana') #> '{waitlist,0,offers}') || ' ' || (public.client_record(:'alpha', :'ana') #>> '{waitlist,0,offers,0,state}'), '1 declined', 'of others what they declined');
select is(public.client_record(:'alpha', :'ana') #> '{waitlist,0,providers}', '["Dr. One"]', 'and whom they wanted to see');
select tests.as_owner_of_database();
select isnt((select o.token_hash from public.waitlist_offers o where o.entry_id = :'dan_entry'), null, 'there is a hash of the link');
select ok(:'record' !~ (select string_agg(o.token_hash, '|') from public.waitlist_offers o where o.token_hash is not null), 'which is not in the record');
update public.scheduling_settings set offer_notice_minutes = 10080 where tenant_id = :'alpha';
select is(public.offer_next(:'alpha', tests.slot(:'two', null, now() + interval '1 day', 60)) ->> 'outcome', 'too_late', 'nothing too near');
update public.scheduling_settings set offer_notice_minutes = 120, quiet_from = '00:00', quiet_to = '24:00' where tenant_id = :'alpha';
select is(public.offer_next(:'alpha', tests.slot(:'two', null, :'ten', 60)) ->> 'outcome', 'quiet', 'nothing in quiet hours');
update public.scheduling_settings set quiet_from = '20:00', quiet_to = '08:00' where tenant_id = :'alpha';
select results_eq(
  format($$ select private.quiet_until(%L, (m || ' Europe/Bucharest')::timestamptz) at time zone 'Europe/Bucharest'
    from unnest(array['2027-03-27 19:59', '2027-03-27 20:00', '2027-03-28 07:59', '2027-03-28 08:00']) m $$, :'alpha'),
  $$ values (null::timestamp), ('2027-03-28 08:00'), ('2027-03-28 08:00'), (null) $$, 'which end at eight, also in the night in which clocks change');

-- time that becomes free
create function tests.freed(start timestamptz) returns text language sql security definer as
$$ select j.payload ->> 'provider_id' || ' ' || ((j.payload ->> 'ends_at')::timestamptz - start) from private.jobs j
   where j.kind = 'waitlist-offer' and j.state = 'waiting' and (j.payload ->> 'starts_at')::timestamptz = start $$;
grant execute on function tests.freed(timestamptz) to authenticated;
delete from private.jobs where kind = 'waitlist-offer';
select tests.sign_in(:'staff');
select public.book_appointment(:'alpha', tests.slot(:'two', array[:'chair'], :'ten'::timestamptz + interval '2 hours', 60) || jsonb_build_object('client_id', :'dan')) ->> 'id' as moving \gset
select public.change_appointment(:'alpha', :'moving', jsonb_build_object('ends_at', :'ten'::timestamptz + interval '2 hours 40 min'));
select is(tests.freed(:'ten'::timestamptz + interval '2 hours 40 min'), :'two' || ' 00:20:00', 'what a shorter visit leaves is offered');
select public.change_appointment(:'alpha', :'moving', jsonb_build_object('starts_at', :'ten'::timestamptz + interval '4 hours', 'ends_at', :'ten'::timestamptz + interval '5 hours'));
select is(tests.freed(:'ten'::timestamptz + interval '2 hours'), :'two' || ' 00:40:00', 'what moves away is');
select public.change_appointment(:'alpha', :'moving', jsonb_build_object('provider_id', :'one'));
select is(tests.freed(:'ten'::timestamptz + interval '4 hours'), :'two' || ' 01:00:00', 'and what another provider takes over');
select tests.as_owner_of_database();
update public.scheduling_settings set automatic_offers = false where tenant_id = :'alpha';
delete from private.jobs where kind = 'waitlist-offer';
select tests.sign_in(:'staff');
select public.set_appointment_status(:'alpha', :'moving', 'cancelled');
select is(tests.queued('waitlist-offer'), 0::bigint, 'nothing is, where the clinic does not want it');

select * from finish();
rollback;
