-- Offers of the waiting list: within a longer time, to addresses that take no mail, ended by the sweep, and by links in whosever hands.
begin;
\ir ../fixtures.inc
select plan(48);

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.join_clinic(:'alpha', 'staff@alpha.test', 'staff') as staff \gset
select tests.join_clinic(:'alpha', 'leaver@alpha.test', 'staff') as leaver \gset
select tests.join_clinic(:'beta', 'owner@beta.test', 'owner') as stranger \gset
select tests.create_super_admin('root@platform.test') as root \gset
update public.tenants set time_zone = 'Europe/Bucharest' where id = :'alpha';
update public.scheduling_settings set quiet_from = '00:00', quiet_to = '00:00' where tenant_id = :'alpha';
insert into public.clients (tenant_id, first_name, last_name, email, consent_reminders) values (:'alpha', 'Ana', 'Pop', 'ana@x.test', true) returning id as ana \gset
insert into public.clients (tenant_id, first_name, last_name, email, consent_reminders) values (:'alpha', 'Dan', 'Ion', 'dan@x.test', true) returning id as dan \gset
insert into public.clients (tenant_id, first_name, last_name, email, consent_reminders) values (:'alpha', 'Eva', 'Rus', 'eva@x.test', true) returning id as eva \gset
insert into public.providers (tenant_id, name) values (:'alpha', 'Dr. One') returning id as one \gset
insert into public.providers (tenant_id, name) values (:'alpha', 'Dr. Always') returning id as always \gset
insert into public.working_hours (tenant_id, provider_id, weekday, opens, closes) select :'alpha', :'always', d, '00:00', '24:00' from generate_series(1, 7) d;
insert into public.services (tenant_id, name, duration_minutes) values (:'alpha', 'Filling', 60) returning id as filling \gset
-- A Tuesday at 10 where the clinic is, at least a week ahead.
select ((date_trunc('week', now() at time zone 'Europe/Bucharest') + interval '15 days 10 hours') at time zone 'Europe/Bucharest') as ten \gset

create function tests.wait_for(tenant uuid, client uuid, service uuid, more jsonb default '{}') returns uuid language sql as
$$ insert into public.waitlist_entries (tenant_id, client_id, service_id, from_time, to_time, priority, created_at)
   values (tenant, client, service, (more ->> 'from_time')::time, (more ->> 'to_time')::time, coalesce(more ->> 'priority', 'normal'),
     now() - (select make_interval(mins => 100 - count(*)::integer) from public.waitlist_entries)) returning id $$;
create function tests.opening(provider uuid, start timestamptz, minutes integer) returns jsonb language sql as
$$ select jsonb_build_object('provider_id', provider, 'resource_ids', '[]'::jsonb, 'starts_at', start, 'ends_at', start + make_interval(mins => minutes)) $$;
create function tests.offer_of(entry uuid) returns uuid language sql security definer as
$$ select o.id from public.waitlist_offers o where o.entry_id = entry order by o.created_at desc, o.state = 'open' desc limit 1 $$;
create function tests.at_of(entry uuid) returns text language sql as
$$ select to_char(o.starts_at at time zone 'Europe/Bucharest', 'HH24:MI') from public.waitlist_offers o where o.id = tests.offer_of(entry) and o.state = 'open' $$;
create function tests.queued() returns text language sql as
$$ select coalesce(string_agg(to_char((j.payload ->> 'starts_at')::timestamptz at time zone 'Europe/Bucharest', 'HH24:MI-')
     || to_char((j.payload ->> 'ends_at')::timestamptz at time zone 'Europe/Bucharest', 'HH24:MI'), ' ' order by j.payload ->> 'starts_at'), '')
   from private.jobs j where j.kind = 'waitlist-offer' and j.state = 'waiting' $$;
create function tests.give_link(entry uuid, token text) returns text language sql as
$$ update public.waitlist_offers o set token_hash = private.hash_token(token) where o.id = tests.offer_of(entry) returning token $$;
create function tests.forget() returns void language sql as
$$ delete from public.waitlist_entries; delete from public.holds; delete from private.jobs where kind ~ '^waitlist' or kind = 'queue-check' $$;
-- A person who is signed in follows the link of an offer; what is written down of who did it.
create function tests.claim_as(person uuid, tenant uuid, client uuid, service uuid, opening jsonb) returns text language plpgsql as $$
declare
  entry uuid := tests.wait_for(tenant, client, service);
  outcome text;
begin
  perform private.offer_next(tenant, opening);
  perform tests.give_link(entry, 'token of ' || entry);
  perform tests.sign_in(person);
  outcome := tests.refusal(format('select public.answer_offer(%L, ''claim'')', 'token of ' || entry));
  perform tests.as_owner_of_database();
  return outcome || ': ' || coalesce((
    select string_agg(distinct concat_ws(' ', v.status, v.created_by, v.status_changed_by, a.kind, a.actor_id, a.details ->> 'by', e.actor_id, e.actor_role), ', ')
    from public.waitlist_entries w join public.appointments v on v.id = w.appointment_id
    join public.activities a on a.subject_id = v.id join public.audit_events e on e.target_id = v.id::text
    where w.id = entry), 'nothing booked');
end;
$$;
grant execute on all functions in schema tests to authenticated, anon;

-- a link in the hands of somebody who is signed in
select private.remove_member(:'alpha', :'leaver') from (select tests.claim(:'owner')) c \g /dev/null
select tests.as_owner_of_database();
select 'no refusal: confirmed appointment_booked client anon, confirmed appointment_confirmed client anon' as by_the_client \gset
select is(tests.claim_as(:'stranger', :'alpha', :'ana', :'filling', tests.opening(:'one', :'ten', 60)), :'by_the_client', 'the owner of another clinic acts as the client by the link');
select is(tests.claim_as(:'root', :'alpha', :'ana', :'filling', tests.opening(:'one', :'ten'::timestamptz + interval '1 hour', 60)), :'by_the_client', 'so does a super-admin');
select is(tests.claim_as(:'leaver', :'alpha', :'dan', :'filling', tests.opening(:'one', :'ten'::timestamptz + interval '2 hours', 60)), :'by_the_client', 'somebody who was in the clinic');
select is(tests.claim_as(:'staff', :'alpha', :'eva', :'filling', tests.opening(:'one', :'ten'::timestamptz + interval '3 hours', 60)), :'by_the_client', 'and somebody who is');
select tests.forget();

-- a part of a longer time
select tests.wait_for(:'alpha', :'ana', :'filling', '{"from_time": "11:00", "to_time": "12:00"}') as ana_entry \gset
select tests.sign_in(:'staff');
select public.suggest_waitlist(:'alpha', tests.opening(:'one', :'ten'::timestamptz + interval '7 days', 120)) #> '{suggestions,0,slot}' as slot \gset
select is((:'slot'::jsonb ->> 'starts_at')::timestamptz, :'ten'::timestamptz + interval '7 days 1 hour', 'two hours suit who wants the second');
select is((:'slot'::jsonb ->> 'ends_at')::timestamptz, :'ten'::timestamptz + interval '7 days 2 hours', 'for as long as the service');
select is(jsonb_array_length(public.suggest_waitlist(:'alpha', tests.opening(:'one', :'ten'::timestamptz + interval '7 days', 110)) -> 'suggestions'), 0, 'not ten minutes less');
select is((public.suggest_waitlist(:'alpha', tests.opening(:'one', :'ten'::timestamptz + interval '7 days 5 min', 115)) #>> '{suggestions,0,slot,starts_at}')::timestamptz,
  :'ten'::timestamptz + interval '7 days 1 hour', 'on the clinic''s grid, wherever the time begins');
select tests.as_owner_of_database();
select is(private.offer_next(:'alpha', tests.opening(:'one', :'ten'::timestamptz + interval '7 days', 180)) ->> 'outcome', 'offered', 'it is offered by itself');
select is(tests.at_of(:'ana_entry'), '11:00', 'for the second hour');
select tests.give_link(:'ana_entry', 'ana token');
select tests.sign_out();
select public.answer_offer('ana token', 'decline');
select tests.as_owner_of_database();
select is(tests.queued(), '10:00-13:00', 'declined, the whole of it goes to the next');
delete from private.jobs where kind = 'waitlist-offer';
update public.waitlist_entries set last_offered_at = null;
select private.offer_next(:'alpha', tests.opening(:'one', :'ten'::timestamptz + interval '7 days', 180));
select tests.give_link(:'ana_entry', 'ana again');
-- Somebody waits for what is left.
select tests.wait_for(:'alpha', :'dan', :'filling') as dan_entry \gset
select tests.sign_out();
select is(public.answer_offer('ana again', 'claim') ->> 'state', 'claimed', 'claimed');
select tests.as_owner_of_database();
select is(tests.queued(), '10:00-11:00 12:00-13:00', 'what is left before and after it does');
select is(private.offer_next(:'alpha', tests.opening(:'one', :'ten'::timestamptz + interval '7 days 30 min', 150)) ->> 'outcome', 'offered', 'what is booked in the middle');
select is(tests.at_of(:'dan_entry'), '12:00', 'is gone past');
select is(private.expire_offers(), 0, 'an offer whose time is not over is left alone');
select tests.forget();
select tests.wait_for(:'alpha', :'dan', :'filling') as dan_entry \gset
select is(private.offer_next(:'alpha', tests.opening(:'always', now() - interval '1 hour', 360)) ->> 'outcome', 'offered', 'a time that has begun is offered');
select cmp_ok((select starts_at from public.waitlist_offers where id = tests.offer_of(:'dan_entry')), '>=', now() + interval '120 min', 'from the clinic''s notice on');
select is(private.offer_next(:'alpha', tests.opening(:'always', now() - interval '1 hour', 180)) ->> 'outcome', 'too_late', 'and not at all when it ends before');
select tests.forget();

-- mail that does not go out
select tests.wait_for(:'alpha', :'eva', :'filling', '{"priority": "high"}') as eva_entry \gset
select tests.wait_for(:'alpha', :'dan', :'filling') as dan_entry \gset
select tests.opening(:'one', :'ten'::timestamptz + interval '14 days', 60) as opening \gset
select private.offer_next(:'alpha', :'opening');
select public.record_offer_mail(:'alpha', tests.offer_of(:'eva_entry'), 'failed', 'busy');
select is((select state from public.waitlist_offers where id = tests.offer_of(:'eva_entry')), 'open', 'an offer whose mail is to be tried again stays');
select is(public.record_offer_mail(:'alpha', tests.offer_of(:'eva_entry'), 'refused', 'no such mailbox'), '{"recorded": true}', 'an address that takes no mail');
select results_eq(format('select state, mail_outcome, mail_error, hold_id from public.waitlist_offers where id = %L', tests.offer_of(:'eva_entry')),
  $$values ('withdrawn', 'refused', 'no such mailbox', null::uuid)$$, 'ends the offer, and says why');
select is((select count(*) from public.holds), 0::bigint, 'keeps no time');
select results_eq(format('select state, last_offered_at, refused_email from public.waitlist_entries where id = %L', :'eva_entry'),
  $$values ('waiting', null::timestamptz, 'eva@x.test')$$, 'and does not count as written to');
select is(tests.queued(), '10:00-11:00', 'the next in turn is asked');
select is((select state from private.jobs where dedupe_key = 'waitlist-mail:' || tests.offer_of(:'eva_entry')), 'cancelled', 'and the mail is not tried again');
select private.offer_next(:'alpha', :'opening');
select is(tests.at_of(:'eva_entry') is null and tests.at_of(:'dan_entry') = '10:00', true, 'who is not the same again');
select tests.sign_in(:'staff');
select is(tests.refusal(format('select public.offer_slot(%L, %L, %L)', :'alpha', :'eva_entry', tests.opening(:'one', :'ten'::timestamptz + interval '14 days 2 hours', 60))),
  'PT409 client_email_refused', 'who offers by hand hears of it');
select is((public.suggest_waitlist(:'alpha', tests.opening(:'one', :'ten'::timestamptz + interval '14 days 2 hours', 60)) #> '{suggestions,0,hindrances}'), '["email_refused"]', 'beforehand, too');
select is((public.list_waitlist(:'alpha') #>> '{entries,0,refused_email}'), 'eva@x.test', 'and sees it in the list');
select tests.as_owner_of_database();
update public.clients set email = 'eva@right.test' where id = :'eva';
select tests.sign_in(:'staff');
select is(tests.refusal(format('select public.offer_slot(%L, %L, %L)', :'alpha', :'eva_entry', tests.opening(:'one', :'ten'::timestamptz + interval '14 days 2 hours', 60))),
  'no refusal', 'until the address is put right');
select tests.as_owner_of_database();
delete from private.jobs where kind = 'waitlist-offer';
select tests.offer_of(:'eva_entry') as offer \gset
select public.record_offer_mail(:'alpha', :'offer', 'not_configured', 'no key');
select results_eq(format('select e.state, e.last_offered_at, e.refused_email, o.state, o.mail_outcome from public.waitlist_entries e join public.waitlist_offers o on o.id = %L where e.id = %L', :'offer', :'eva_entry'),
  $$values ('waiting', null::timestamptz, 'eva@x.test', 'withdrawn', 'not_configured')$$, 'where mail is not set up the offer ends as well');
select is(tests.queued(), '', 'and nobody else is asked');
select public.record_offer_mail(:'alpha', tests.offer_of(:'dan_entry'), 'sent');
select is(public.record_offer_mail(:'alpha', tests.offer_of(:'dan_entry'), 'refused', 'late'), '{"recorded": false}', 'what was sent is not refused afterwards');
select is(tests.at_of(:'dan_entry'), '10:00', 'and stays open');

-- the sweep
select private.make_offer(:'alpha', :'eva_entry', :'one', '{}', s, s + interval '1 hour', s, s + interval '1 hour') from (select :'ten'::timestamptz + interval '14 days 3 hours') x (s);
update public.waitlist_offers set expires_at = now() - interval '1 second' where id in (tests.offer_of(:'dan_entry'), tests.offer_of(:'eva_entry'));
update public.holds set expires_at = now() - interval '1 second';
-- One that cannot be ended.
select private.enqueue_job('queue-check', '{}', :'alpha', now(), format('waitlist-offer:%s:%s', :'one', extract(epoch from :'ten'::timestamptz + interval '14 days 3 hours')));
set local client_min_messages = error;
select is(private.expire_offers(), 1, 'offers end without a worker, and one that cannot keeps no others');
reset client_min_messages;
select results_eq(format('select o.state, e.state from public.waitlist_offers o join public.waitlist_entries e on e.id = o.entry_id where o.id = %L', tests.offer_of(:'dan_entry')),
  $$values ('expired', 'waiting')$$, 'who did not answer waits again');
select is(tests.queued(), '10:00-11:00', 'and the next in turn is asked');
delete from private.jobs where kind = 'queue-check';
select is(private.expire_offers(), 1, 'the other ends when it can');
select is(private.expire_offers() + (select count(*) from private.jobs where kind = 'waitlist-expire'), 0::bigint, 'and that was all');
select tests.forget();

-- what became of what was claimed
select tests.wait_for(:'alpha', :'dan', :'filling') as dan_entry \gset
select private.offer_next(:'alpha', tests.opening(:'one', :'ten'::timestamptz + interval '21 days', 60));
select tests.give_link(:'dan_entry', 'dan token');
select tests.sign_out();
select is(public.answer_offer('dan token', 'claim') ->> 'state', 'claimed', 'the link of what was booked');
select tests.as_owner_of_database();
select appointment_id as booked from public.waitlist_entries where id = :'dan_entry' \gset
select tests.sign_in(:'staff');
select public.change_appointment(:'alpha', :'booked', jsonb_build_object('starts_at', :'ten'::timestamptz + interval '21 days 3 hours', 'ends_at', :'ten'::timestamptz + interval '21 days 4 hours', 'provider_id', :'always'));
select tests.sign_out();
select results_eq($$select p ->> 'state', (p ->> 'starts_at')::timestamptz, p ->> 'provider' from public.preview_offer('dan token') p$$,
  format('values (''moved'', %L::timestamptz, ''Dr. Always'')', :'ten'::timestamptz + interval '21 days 3 hours'), 'shows where it has moved');
select is(public.answer_offer('dan token', 'claim') ->> 'state', 'moved', 'also to who presses the button again');
select tests.sign_in(:'staff');
select public.change_appointment(:'alpha', :'booked', jsonb_build_object('client_id', :'ana'));
select tests.sign_out();
select is(public.preview_offer('dan token') ->> 'state', 'cancelled', 'not when it is somebody else''s');
select tests.sign_in(:'staff');
select public.change_appointment(:'alpha', :'booked', jsonb_build_object('client_id', :'dan'));
select public.set_appointment_status(:'alpha', :'booked', 'cancelled');
select tests.sign_out();
select is(public.preview_offer('dan token') ->> 'state', 'cancelled', 'says that it was cancelled');
select tests.as_owner_of_database();
update public.appointments set starts_at = now() - interval '1 hour', ends_at = now(), status = 'booked', cancelled_by = null where id = :'booked';
select is(public.preview_offer('dan token') ->> 'state', 'over', 'that it is over');
update public.appointments set starts_at = now() - interval '29 days', ends_at = now() - interval '28 days 23 hours' where id = :'booked';
select is(public.preview_offer('dan token'), '{"state": "unknown"}', 'and after four weeks nothing');
delete from public.waitlist_entries where id = :'dan_entry';
select is(public.answer_offer('dan token', 'claim'), '{"state": "unknown"}', 'an entry that was deleted has no link');

select * from finish();
rollback;
