-- Calendar feeds: who may make them, what they show, and when they end.
begin;
\ir ../fixtures.inc
select plan(35);

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.join_clinic(:'alpha', 'staff@alpha.test', 'staff') as staff \gset
select tests.join_clinic(:'beta', 'owner@beta.test', 'owner') as stranger \gset
insert into public.clients (tenant_id, first_name, last_name) values (:'alpha', 'Ana', 'Pop') returning id as client \gset
insert into public.clients (tenant_id, first_name, last_name) values (:'beta', 'Other', 'Clinic') returning id as foreign_client \gset
insert into public.providers (tenant_id, name, member_id) values (:'alpha', 'Dr. Staff', :'staff') returning id as own \gset
insert into public.providers (tenant_id, name) values (:'alpha', 'Dr. Else') returning id as other \gset
insert into public.providers (tenant_id, name) values (:'beta', 'Dr. Foreign') returning id as foreign_provider \gset
insert into public.resources (tenant_id, name) values (:'alpha', 'Chair 1') returning id as chair \gset
insert into public.services (tenant_id, name) values (:'alpha', 'Filling') returning id as service \gset

create function tests.visit(tenant uuid, client uuid, provider uuid, start timestamptz, status text default 'booked', cancelled timestamptz default null)
returns uuid language sql as
$$ insert into public.appointments (tenant_id, client_id, provider_id, starts_at, ends_at, status, cancelled_at, cancelled_by)
   values (tenant, client, provider, start, start + interval '30 min', status, cancelled, case when status = 'cancelled' then 'client' end) returning id $$;
select tests.visit(:'alpha', :'client', :'own', now() + interval '1 day') as visit \gset
update public.appointments set service_id = :'service' where id = :'visit';
insert into public.allocations (tenant_id, appointment_id, resource_id, during)
select tenant_id, id, :'chair', tstzrange(starts_at, ends_at) from public.appointments where id = :'visit';
select tests.visit(:'alpha', :'client', :'own', now() + interval '2 days', 'cancelled', now() - interval '1 day');
select tests.visit(:'alpha', :'client', :'own', now() + interval '3 days', 'cancelled', now() - interval '15 days');
select tests.visit(:'alpha', :'client', :'own', now() - interval '2 days', 'no_show');
select tests.visit(:'alpha', :'client', :'own', now() - interval '31 days', 'completed');
select tests.visit(:'alpha', :'client', :'own', now() + interval '181 days');
select tests.visit(:'alpha', :'client', :'other', now() + interval '4 days');
select tests.visit(:'beta', :'foreign_client', :'foreign_provider', now() + interval '4 days');

create function tests.make(tenant uuid, provider uuid, name text, details text default 'busy') returns text language sql as
$$ select tests.refusal(format('select public.create_calendar_feed(%L, %L, %L, %L)', tenant, provider, name, details)) $$;
create function tests.read(token text) returns jsonb language sql security definer as
$$ select private.read_calendar_feed(private.hash_token(token)) $$;
create function tests.events(token text) returns jsonb language sql security definer as
$$ select private.read_calendar_feed(private.hash_token(token)) -> 'events' $$;
grant execute on all functions in schema tests to authenticated;

-- who makes them
select tests.sign_in(:'stranger');
select is(tests.make(:'alpha', null, 'Feed'), 'PT404 clinic_not_found', 'nobody makes a feed of another clinic');
select tests.sign_in(:'staff');
select is(tests.make(:'alpha', null, 'Feed'), 'PT403 owner_required', 'staff make none of the whole clinic');
select is(tests.make(:'alpha', :'other', 'Feed'), 'PT403 owner_required', 'nor of somebody else');
select is(tests.make(:'alpha', :'foreign_provider', 'Feed'), 'PT422 provider_unknown', 'nor of another clinic''s provider');
select is(tests.make(:'alpha', :'own', ' '), 'PT422 name_required', 'a feed has a name');
select is(tests.make(:'alpha', :'own', repeat('x', 81)), 'PT422 field_too_long', 'of 80 characters');
select is(tests.make(:'alpha', :'own', 'Feed', 'everything'), 'PT422 values_invalid', 'and shows one of two things');
select public.create_calendar_feed(:'alpha', :'own', ' My phone ', 'names') as made \gset
select (:'made'::jsonb ->> 'token') as token \gset
select (:'made'::jsonb ->> 'feed_id') as feed \gset
select matches(:'token'::text, '^[0-9a-f]{64}$', 'one of oneself they make, and are told its token');
select tests.sign_in(:'owner');
select public.create_calendar_feed(:'alpha', null, 'Everybody') as made \gset
select (:'made'::jsonb ->> 'token') as clinic_token \gset
select (:'made'::jsonb ->> 'feed_id') as clinic_feed \gset

-- what is known of them
select is((select jsonb_agg(f ->> 'name' order by f ->> 'name') from jsonb_array_elements(public.list_calendar_feeds(:'alpha')) f), '["Everybody", "My phone"]', 'owners see all');
select ok(not public.list_calendar_feeds(:'alpha')::text ~ (:'token' || '|hash'), 'none with its token');
select tests.sign_in(:'staff');
select is((select jsonb_agg(f ->> 'name') from jsonb_array_elements(public.list_calendar_feeds(:'alpha')) f), '["My phone"]', 'staff see their own');
select throws_ok('select token_hash from public.calendar_feeds', '42501', null, 'the table itself is closed');
select throws_ok($$select public.read_calendar_feed('x')$$, '42501', null, 'and so is reading by token');
reset role;
select is((select count(*) from public.calendar_feeds where token_hash in (:'token', :'clinic_token')), 0::bigint, 'tokens are not kept');
select is((select count(*) from public.audit_events where action = 'calendar_feed.created' and tenant_id = :'alpha'), 2::bigint, 'making one is recorded');
select is((select count(*) from public.audit_events e join public.calendar_feeds f on to_jsonb(e)::text like '%' || f.token_hash || '%'), 0::bigint, 'without the hash');

-- what they show
select is(jsonb_array_length(tests.events(:'token')), 3, 'one''s own visits of the time around now, those cancelled lately among them');
select is((select jsonb_agg(e -> 'is_given_up') from jsonb_array_elements(tests.events(:'token')) e), '[true, false, true]', 'in order, given up or not');
select is(tests.events(:'token') -> 1 ->> 'client', 'Ana Pop', 'with names');
select is(tests.events(:'token') -> 1 ->> 'place', 'Chair 1', 'and the place');
select is(tests.events(:'token') -> 1 ->> 'service', 'Filling', 'and what for');
select is(jsonb_array_length(tests.events(:'clinic_token')), 4, 'of the clinic everybody''s, and no other clinic''s');
select ok(tests.read(:'clinic_token')::text !~ 'Ana|Filling|Chair|Dr\.', 'times alone tell nothing else');
select ok((select last_read_at is not null and reads_in_hour = 5 from public.calendar_feeds where id = :'feed'), 'reading is counted');
select is(tests.read('unknown'), null::jsonb, 'an unknown token reads nothing');
update public.calendar_feeds set reads_in_hour = 60 where id = :'feed';
select ok((tests.read(:'token') ->> 'retry_after_seconds')::integer between 1 and 3600, 'after 60 reads in an hour it waits');
update public.calendar_feeds set hour_began_at = now() - interval '61 minutes' where id = :'feed';
select is(jsonb_array_length(tests.events(:'token')), 3, 'and goes on in the next');

-- when they end
update public.tenants set status = 'suspended', status_reason = 'test', status_changed_at = now() where id = :'alpha';
select is(tests.read(:'token'), null, 'a suspended clinic shows nothing');
update public.tenants set status = 'active', status_reason = 'test', status_changed_at = now() + interval '1 second' where id = :'alpha';
update public.providers set member_id = null where id = :'own';
select is(tests.read(:'token'), null, 'nor does a feed of somebody one is no longer');
update public.providers set member_id = :'staff' where id = :'own';
select tests.sign_in(:'owner');
select public.remove_member(:'alpha', :'staff');
select is((select f ->> 'state' from jsonb_array_elements(public.list_calendar_feeds(:'alpha')) f where f ->> 'name' = 'My phone'), 'stopped',
  'whoever has left reads no more, although nobody revoked it');
select is(tests.read(:'token'), null, 'not with the address they know either');
select tests.sign_in(:'stranger');
select is(tests.refusal(format('select public.revoke_calendar_feed(%L, %L)', :'beta', :'feed')), 'PT404 feed_not_found', 'nobody ends another clinic''s feed');
-- more than any program wants to read
select tests.as_owner_of_database();
alter table public.appointments disable trigger user;
insert into public.appointments (tenant_id, client_id, starts_at, ends_at)
select :'alpha', :'client', now() + make_interval(mins => n * 20), now() + make_interval(mins => n * 20 + 20) from generate_series(-100, 4990) n where n <> 0;
alter table public.appointments enable trigger user;
select is(jsonb_array_length(tests.events(:'clinic_token')), 5000, 'a feed has 5,000 visits at most');
select is((select count(*) from jsonb_array_elements(tests.events(:'clinic_token')) e where (e ->> 'starts_at')::timestamptz > now()),
  (select count(*) from public.appointments v where v.tenant_id = :'alpha' and v.starts_at > now() and v.starts_at < now() + interval '180 days'
    and (v.status <> 'cancelled' or v.cancelled_at > now() - interval '14 days')), 'of those that are to come all');
select tests.sign_in(:'owner');
select public.revoke_calendar_feed(:'alpha', :'clinic_feed');
select is(tests.read(:'clinic_token'), null, 'what has been revoked reads nothing');
select * from finish();
rollback;
