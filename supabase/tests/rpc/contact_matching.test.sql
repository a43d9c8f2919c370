-- Whose an address or number is: matching, following along when clients change, and saying so by hand.
begin;
\ir ../fixtures.inc
select plan(35);

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
select tests.join_clinic(:'alpha', 'staff@alpha.test', 'staff') as staff \gset
select tests.join_clinic(:'beta', 'staff@beta.test', 'staff') as stranger \gset
create function tests.state(address text) returns text security definer language sql as $$
  select p.match || coalesce(' ' || c.last_name, '') from public.contact_points p left join public.clients c on c.id = p.client_id where p.value = address $$;
grant execute on all functions in schema tests to authenticated, service_role;

insert into public.clients (tenant_id, last_name, email, phone) values (:'alpha', 'Ash', 'ash@mail.test', '0721 000 111') returning id as ash \gset
insert into public.clients (tenant_id, last_name) values (:'alpha', 'Birch') returning id as birch \gset
insert into public.clients (tenant_id, last_name, email) values (:'beta', 'Elm', 'elm@mail.test') returning id as elm \gset

-- matching
select is(tests.refusal(format('select public.match_contact(%L, %L, %L)', :'alpha', kind, value)), 'PT422 ' || wanted, kind || ' ' || value) from (values
  ('fax', '0721', 'contact_kind_unknown'), ('email', 'nobody', 'email_invalid'), ('phone', 'anonymous', 'phone_invalid'), ('phone', '12', 'phone_invalid')) v (kind, value, wanted);
select is(tests.refusal(format('select public.match_contact(%L, ''email'', ''a@b.test'')', gen_random_uuid())), 'PT404 clinic_not_found', 'no clinic');
select public.match_contact(:'alpha', 'email', ' ASH@mail.test ') as matched \gset
select is((:'matched'::jsonb) - 'contact_point_id', jsonb_build_object('client_id', :'ash', 'match', 'matched', 'candidates', jsonb_build_array(:'ash')), 'an address is matched however it is written');
select is(public.match_contact(:'alpha', 'phone', '0040721000111') ->> 'client_id', :'ash', 'and a number');
select is(public.match_contact(:'alpha', 'phone', '+40 721 000 111') ->> 'contact_point_id', public.match_contact(:'alpha', 'phone', '0721000111') ->> 'contact_point_id', 'which is one contact point');
select is(public.match_contact(:'alpha', 'email', 'elm@mail.test') - 'contact_point_id', '{"client_id": null, "match": "unmatched", "candidates": []}'::jsonb, 'another clinic''s client is no match');
select is(public.match_contact(:'alpha', 'phone', '1234') ->> 'match', 'unmatched', 'nor are digits that are no number');
select tests.sign_in(:'staff');
select is(tests.refusal(format('select public.match_contact(%L, ''email'', ''ash@mail.test'')', :'alpha')), '42501 ', 'members do not match: programs do');

-- following
update public.clients set email = 'elm@mail.test' where id = :'birch';
select is(tests.state('elm@mail.test'), 'matched Birch', 'a client who gets an address gets what came from it');
update public.clients set email = 'birch@mail.test' where id = :'birch';
select is(tests.state('elm@mail.test'), 'unmatched', 'and loses it with the address');
update public.client_identifiers set is_shared = true where kind = 'phone' and client_id = :'ash';
select is(tests.state('+40721000111'), 'matched Ash', 'a shared number that one client has is that client''s');
insert into public.client_identifiers (tenant_id, client_id, kind, raw, is_shared) values (:'alpha', :'birch', 'phone', '0721000111', true);
select is(tests.state('+40721000111'), 'ambiguous', 'that two have, nobody''s in particular');
select is(jsonb_path_query_array(public.find_clients_by_identifier(:'alpha', 'phone', '0721 000 111'), '$.candidates[*].name'), '["Ash", "Birch"]'::jsonb, 'both are found');
select public.archive_clients(:'alpha', array[:'birch'::uuid]) is not null;
select is(tests.state('+40721000111'), 'matched Ash', 'an archived client does not count');
select public.archive_clients(:'alpha', array[:'ash'::uuid]) is not null;
select is(tests.state('ash@mail.test'), 'matched Ash', 'unless nobody else has it');
select is(tests.state('+40721000111'), 'ambiguous', 'both archived');
select public.archive_clients(:'alpha', array[:'ash'::uuid, :'birch'::uuid], false) is not null;
delete from public.client_identifiers where client_id = :'birch' and kind = 'phone';
select is(tests.state('+40721000111'), 'matched Ash', 'back to one');

-- finding
select is(public.find_clients_by_identifier(:'alpha', 'email', 'ash@mail.test'),
  jsonb_build_object('candidates', jsonb_build_array(jsonb_build_object('client_id', :'ash', 'name', 'Ash', 'exact', true, 'is_shared', false))), 'an address finds its client');
select is(jsonb_path_query_array(public.find_clients_by_identifier(:'alpha', 'phone', '+373721000111'), '$.candidates[*].exact'), '[false]'::jsonb, 'a number that ends alike finds it too, as not exact');
select is(public.find_clients_by_identifier(:'alpha', 'email', 'none@mail.test'), '{"candidates": []}'::jsonb, 'or nobody');
select is(tests.refusal(format('select public.find_clients_by_identifier(%L, ''email'', ''nobody'')', :'alpha')), 'PT422 email_invalid', 'a typo is one');
select is(tests.refusal(format('select public.find_clients_by_identifier(%L, ''email'', ''ash@mail.test'')', :'beta')), 'PT404 clinic_not_found', 'in one''s own clinic only');

-- by hand
select id as point from public.contact_points where value = 'elm@mail.test' \gset
select is(public.assign_contact_point(:'alpha', :'point', :'birch') ->> 'match', 'manual', 'a member says whose an address is');
update public.clients set email = 'elm@mail.test' where id = :'ash';
select is(tests.state('elm@mail.test'), 'manual Birch', 'and no matching knows better');
select is(public.assign_contact_point(:'alpha', :'point', null) ->> 'client_id', :'ash', 'until it is left to matching again');
select is(tests.refusal(format('select public.assign_contact_point(%L, %L, %L)', :'alpha', gen_random_uuid(), :'ash')), 'PT404 contact_point_not_found', 'there has to be such an address');
select is(tests.refusal(format('select public.assign_contact_point(%L, %L, %L)', :'alpha', :'point', :'elm')), 'PT404 client_not_found', 'and such a client');
select tests.as_owner_of_database();
select is(array_agg(action || ' ' || actor_role order by occurred_at), array['contact_point.assigned staff', 'contact_point.updated staff'], 'the audit log knows who said so, and nothing of matching')
from public.audit_events where tenant_id = :'alpha' and target_type = 'contact_point';
select tests.sign_in(:'stranger');
select is(count(*), 0::bigint, 'another clinic''s members see no contact point') from public.contact_points;
select is(tests.refusal(format('select public.assign_contact_point(%L, %L, null)', :'beta', :'point')), 'PT404 contact_point_not_found', 'nor assign one');
select tests.sign_in(:'staff');
select is(tests.refusal('update public.contact_points set client_id = null'), '42501 ', 'rows are written by functions alone');
select public.merge_clients(:'alpha', :'birch', :'ash') is not null;
select is(tests.refusal(format('select public.assign_contact_point(%L, %L, %L)', :'alpha', :'point', :'ash')), 'PT409 client_merged', 'nothing is assigned to a merged client');

select tests.as_owner_of_database();
select * from finish();
rollback;
