-- The link in a reminder, in the hands of somebody who is signed in: the client answers, whoever that is.
begin;
\ir ../fixtures.inc
select plan(10);

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.join_clinic(:'alpha', 'staff@alpha.test', 'staff') as staff \gset
select tests.join_clinic(:'alpha', 'leaver@alpha.test', 'staff') as leaver \gset
select tests.join_clinic(:'beta', 'owner@beta.test', 'owner') as stranger \gset
select tests.create_super_admin('root@platform.test') as root \gset
insert into public.clients (tenant_id, first_name, last_name) values (:'alpha', 'Ana', 'Pop') returning id as ana \gset
insert into public.providers (tenant_id, name) values (:'alpha', 'Dr. One') returning id as one \gset

-- A visit with a link to it, answered by a person who is signed in; what is written down of who did it.
create function tests.answer_as(person uuid, answer text, tenant uuid, client uuid, provider uuid) returns text language plpgsql as $$
declare
  visit public.appointments;
  outcome text;
begin
  insert into public.appointments (tenant_id, client_id, provider_id, starts_at, ends_at)
  values (tenant, client, provider, now() + interval '5 days', now() + interval '5 days 30 minutes') returning * into visit;
  insert into private.appointment_links (tenant_id, appointment_id, purpose, token_hash, starts_at, expires_at)
  values (tenant, visit.id, 'visit', private.hash_token('token of ' || visit.id), visit.starts_at, visit.starts_at);
  perform tests.sign_in(person);
  outcome := tests.refusal(format('select public.answer_visit(%L, %L)', 'token of ' || visit.id, answer));
  perform tests.as_owner_of_database();
  return outcome || ': ' || coalesce((
    select concat_ws(' ', v.status, v.cancelled_by, v.status_changed_by, a.kind, a.actor_id, a.details ->> 'by', e.action, e.actor_id, e.actor_role)
    from public.appointments v
    join public.activities a on a.subject_id = v.id and a.kind <> 'appointment_booked'
    join public.audit_events e on e.target_id = v.id::text and e.action <> 'appointment.booked'
    where v.id = visit.id), 'not answered');
end;
$$;
grant execute on all functions in schema tests to authenticated, anon;
select private.remove_member(:'alpha', :'leaver') from (select tests.claim(:'owner')) c \g /dev/null
select tests.as_owner_of_database();

select 'no refusal: confirmed appointment_confirmed client appointment.confirmed anon' as confirmed \gset
select 'no refusal: cancelled client appointment_cancelled client appointment.cancelled anon' as cancelled \gset
select is(tests.answer_as(:'stranger', 'confirm', :'alpha', :'ana', :'one'), :'confirmed', 'the owner of another clinic confirms as the client');
select is(tests.answer_as(:'stranger', 'cancel', :'alpha', :'ana', :'one'), :'cancelled', 'and cancels');
select is(tests.answer_as(:'root', 'confirm', :'alpha', :'ana', :'one'), :'confirmed', 'so does a super-admin');
select is(tests.answer_as(:'root', 'cancel', :'alpha', :'ana', :'one'), :'cancelled', 'with either');
select is(tests.answer_as(:'leaver', 'confirm', :'alpha', :'ana', :'one'), :'confirmed', 'somebody who was in the clinic');
select is(tests.answer_as(:'leaver', 'cancel', :'alpha', :'ana', :'one'), :'cancelled', 'with either');
select is(tests.answer_as(:'staff', 'confirm', :'alpha', :'ana', :'one'), :'confirmed', 'and somebody who is: they have confirmed nothing');
select is(tests.answer_as(:'staff', 'cancel', :'alpha', :'ana', :'one'), :'cancelled', 'nor cancelled');

-- Whichever way the Data API tells who is calling.
select set_config('request.jwt.claim.sub', :'stranger', true);
select private.act_as_nobody();
select is(current_setting('request.jwt.claim.sub'), '', 'no person is left');
select is(auth.uid(), null, 'in any form');

select * from finish();
rollback;
