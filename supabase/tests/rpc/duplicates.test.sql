-- Who is probably one person, why, and who is not.
begin;
\ir ../fixtures.inc
select plan(45);

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
select tests.join_clinic(:'alpha', 'staff@alpha.test', 'staff') as staff \gset
select tests.join_clinic(:'beta', 'staff@beta.test', 'staff') as stranger \gset
insert into public.clients (tenant_id, first_name, last_name, email, phone, date_of_birth, created_at)
values (:'alpha', 'Ștefan-Ioan', 'Țurcanu', 'stefan@mail.test', '0721 000 111', '1980-05-01', '2026-01-01') returning id as stefan \gset
insert into public.clients (tenant_id, first_name, last_name, created_at) values (:'alpha', '', 'Solo', '2026-01-02');
insert into public.clients (tenant_id, first_name, last_name, email) values (:'beta', 'Ștefan', 'Țurcanu', 'other@mail.test');
create function tests.found(candidate jsonb, client_id uuid default null) returns text language sql as $$
  select coalesce(string_agg(c -> 'client' ->> 'last_name' || ' ' || (c ->> 'score') || ' ' || array_to_string(array(select jsonb_array_elements_text(c -> 'reasons')), '+')
    || case when (c ->> 'is_taken')::boolean then ' taken' else '' end, ', ' order by n), 'none')
  from jsonb_array_elements(public.find_duplicates((select t.id from public.tenants t where t.slug = 'alpha'), candidate, client_id) -> 'candidates') with ordinality x (c, n) $$;
grant execute on all functions in schema tests to authenticated;

-- while typing
select tests.sign_in(:'staff');
select is(tests.found(candidate::jsonb), wanted, candidate) from (values
  ('{}', 'none'), ('{"first_name": null, "emails": null}', 'none'), ('{"first_name": "Ștefan"}', 'none'),
  ('{"emails": ["STEFAN@mail.test "]}', 'Țurcanu 60 email taken'), ('{"emails": ["stefan@mail"]}', 'none'), ('{"emails": ["stefan"]}', 'none'),
  ('{"phones": ["+40 721 000 111"]}', 'Țurcanu 50 phone taken'), ('{"phones": ["0721"]}', 'none'),
  ('{"first_name": "stefan ioan", "last_name": "TURCANU"}', 'Țurcanu 40 name'),
  ('{"first_name": "Țurcanu", "last_name": "Ștefan Ioan"}', 'none'), ('{"first_name": "Ioan", "last_name": "Țurcanu Ștefan"}', 'Țurcanu 40 name'),
  ('{"first_name": "Turcanu", "last_name": "Stefan-Ioan", "date_of_birth": "1980-05-01"}', 'Țurcanu 65 name_swapped+date_of_birth'),
  ('{"first_name": "Stefan", "last_name": "Turcan"}', 'none'),
  ('{"first_name": "Stefan", "last_name": "Turcan", "date_of_birth": "1980-05-01"}', 'Țurcanu 50 similar_name+date_of_birth'),
  ('{"first_name": "Stefan Ioan", "last_name": "Turcanu", "date_of_birth": "1981-05-01"}', 'none'),
  ('{"first_name": "Maria", "last_name": "Turcanu", "date_of_birth": "1980-05-01"}', 'none'),
  ('{"date_of_birth": "1980-05-01"}', 'none'), ('{"date_of_birth": "1980-05"}', 'none'), ('{"date_of_birth": "1980-02-31"}', 'none'),
  ('{"first_name": "Maria", "last_name": "Pop", "emails": ["stefan@mail.test"], "date_of_birth": "2001-01-01"}', 'Țurcanu 30 email taken'),
  ('{"first_name": "Stefan Ioan", "last_name": "Turcanu", "emails": ["a@b.test", "stefan@mail.test"], "phones": ["0721000111"], "date_of_birth": "1980-05-01"}', 'Țurcanu 100 email+phone+name+date_of_birth taken'),
  ('{"last_name": "Solo"}', 'none')) v (candidate, wanted);
select is(tests.found('{"emails": ["stefan@mail.test"]}', :'stefan'), 'none', 'a client is no duplicate of itself');
select is(tests.refusal(format('select public.find_duplicates(%L, %L)', :'alpha', candidate)), 'PT422 candidate_invalid', candidate) from unnest(array['[]', '"x"', '{"emails": "a@b.test"}', '{"phones": {}}']) candidate;
select is(tests.refusal(format('select public.find_duplicates(%L, ''{}'')', :'beta')), 'PT404 clinic_not_found', 'in one''s own clinic only');
select is(jsonb_object_keys, 'id', 'what is answered is brief') from (select jsonb_object_keys(public.find_duplicates(:'alpha', '{"emails": ["stefan@mail.test"]}') #> '{candidates,0,client}') limit 1) k where jsonb_object_keys = 'id';
update public.client_identifiers set is_shared = true where client_id = :'stefan';
select is(tests.found('{"emails": ["stefan@mail.test"]}'), 'none', 'a shared address tells little');
select is(tests.found('{"emails": ["stefan@mail.test"], "phones": ["0721000111"]}'), 'Țurcanu 55 email+phone', 'both of them more');

-- among those there are
select is(public.list_duplicates(:'alpha'), '{"pairs": [], "examined": 2, "next": null}'::jsonb, 'nobody is there twice');
select tests.as_owner_of_database();
insert into public.clients (tenant_id, first_name, last_name, date_of_birth, created_at) values
  (:'alpha', 'Stefan Ioan', 'Turcanu', null, '2026-01-03');
insert into public.clients (tenant_id, first_name, last_name, date_of_birth, created_at) values
  (:'alpha', 'Turcanu', 'Stefan Ioan', '1980-05-01', '2026-01-04') returning id as swapped \gset
insert into public.clients (tenant_id, first_name, last_name, date_of_birth, created_at) values
  (:'alpha', 'Stefan', 'Turcan', '1980-05-01', '2026-01-05') returning id as similar \gset
select tests.sign_in(:'staff');
select public.list_duplicates(:'alpha', null, 1) as page \gset
select is(jsonb_path_query_array(:'page', '$.pairs[*].score'), '[50, 50]'::jsonb, 'a page ends with the client who fills it');
select is(jsonb_path_query_array(:'page', '$.pairs[*].a.id'), jsonb_build_array(:'similar', :'similar'), 'the newest first');
select public.list_duplicates(:'alpha', (:'page'::jsonb) -> 'next', 1) as page \gset
select is(jsonb_path_query_array(:'page', '$.pairs[*].reasons'), '[["name_swapped", "date_of_birth"]]'::jsonb, 'each pair once, with reasons; not for a name alone');
select is((:'page'::jsonb) #>> '{pairs,0,b,id}', :'stefan', 'the older one second');
select is(public.list_duplicates(:'alpha', (:'page'::jsonb) -> 'next', 1) -> 'next', 'null'::jsonb, 'and there is an end');
select is(tests.refusal(format('select public.list_duplicates(%L, %L)', :'alpha', '{"id": "x"}')), 'PT422 page_invalid', 'a page nobody gave');
select is(public.dismiss_duplicate(:'alpha', :'stefan', :'swapped'), '{"dismissed": true}'::jsonb, 'two people are said to be two');
select is(public.dismiss_duplicate(:'alpha', :'swapped', :'stefan'), '{"dismissed": true}'::jsonb, 'once');
select is(jsonb_array_length(public.list_duplicates(:'alpha') -> 'pairs'), 2, 'and are not listed again');
select is(tests.found('{"first_name": "Turcanu", "last_name": "Stefan-Ioan", "date_of_birth": "1980-05-01"}', :'swapped'), 'Turcan 50 similar_name+date_of_birth', 'nor suggested when one is edited');
select is(tests.refusal(format('select public.dismiss_duplicate(%L, %L, %L)', :'alpha', :'stefan', b)), 'PT' || wanted, wanted) from (values (:'stefan', '422 same_client'), (gen_random_uuid()::text, '404 client_not_found')) v (b, wanted);
select tests.as_owner_of_database();
select is(count(*), 1::bigint, 'the audit log tells of it') from public.audit_events where tenant_id = :'alpha' and action = 'client.duplicate_dismissed';

select * from finish();
rollback;
