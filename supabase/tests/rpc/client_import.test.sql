-- Bringing clients in from a file.
begin;
\ir ../fixtures.inc
select plan(45);

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.join_clinic(:'alpha', 'staff@alpha.test', 'staff') as staff \gset
select tests.join_clinic(:'beta', 'owner@beta.test', 'owner') as other \gset

create function tests.bring_in(clinic uuid, import uuid, "rows" jsonb, options jsonb default '{}', dry_run boolean default false) returns text[]
language sql as $$
  select array_agg((r ->> 'outcome') || coalesce(' ' || (select string_agg((e ->> 'field') || ' ' || (e ->> 'code'), ', ') from jsonb_array_elements(r -> 'errors') e), '') order by n)
  from jsonb_array_elements(public.import_clients(clinic, import, "rows", options, dry_run) -> 'results') with ordinality x (r, n);
$$;
create function tests.client_of(clinic uuid, address text) returns jsonb language sql as $$
  select public.get_client(clinic, i.client_id) from public.client_identifiers i where i.tenant_id = clinic and i.normalised = address limit 1;
$$;
grant execute on all functions in schema tests to authenticated;

select tests.sign_in(:'staff');
select public.begin_client_import(:'alpha', ' clients.csv ', 4, '{"Nume": "last_name"}') as started \gset
select :'started'::jsonb ->> 'id' as import \gset
select is(:'started'::jsonb - array['id', 'tenant_id', 'created_at', 'created_by'],
  '{"file_name": "clients.csv", "row_count": 4, "mapping": {"Nume": "last_name"}, "added": 0, "updated": 0, "unchanged": 0, "failed": 0, "last_row": 0, "status": "running", "finished_at": null}',
  'staff begin an import');

-- one slice, with good and bad rows
\set slice '[{"row": 1, "first_name": "Ana", "last_name": "Pop", "emails": ["Ana@Example.test", "ana@example.test", "work@example.test"], "phones": ["0721 000 111", "+40721000111"], "date_of_birth": "1980-02-29", "city": "Cluj", "consent_reminders": true, "tags": ["VIP", "vip", " "], "note": "Afraid of needles."}, {"row": 2, "last_name": "Bad", "emails": ["nope"], "phones": ["call me"], "date_of_birth": "1981-02-29", "city": "", "tags": []}, {"row": 3, "first_name": " ", "emails": ["nobody@example.test"]}, {"row": 4, "first_name": "Ion", "last_name": "Rus"}]'
select is(tests.bring_in(:'alpha', null, :'slice', dry_run => true),
  array['added', 'failed date_of_birth date_of_birth_invalid, email email_invalid, phone phone_invalid', 'failed last_name client_name_required', 'added'],
  'a trial tells of each row, and of each of its fields, what would happen');
select is((select count(*) from public.clients) + (select count(*) from public.tags) + (select count(*) from public.client_notes), 0::bigint, 'and keeps nothing');
select tests.as_owner_of_database();
select is((select count(*) from public.audit_events where action like 'client.%' and tenant_id = :'alpha'), 0::bigint, 'not even in the audit log');
select tests.sign_in(:'staff');
select is(tests.bring_in(:'alpha', :'import', :'slice'),
  array['added', 'failed date_of_birth date_of_birth_invalid, email email_invalid, phone phone_invalid', 'failed last_name client_name_required', 'added'],
  'the import says the same');
select tests.client_of(:'alpha', 'ana@example.test') as ana \gset
select is((select jsonb_agg(i ->> 'raw') from jsonb_array_elements(:'ana'::jsonb -> 'identifiers') i), '["Ana@Example.test", "work@example.test", "0721 000 111"]', 'an address or number that is written twice is one');
select is(jsonb_path_query_array(:'ana', '$.tags[*].name'), '["VIP"]', 'tags are made');
select is(:'ana'::jsonb ->> 'city' || (:'ana'::jsonb ->> 'date_of_birth') || (:'ana'::jsonb ->> 'consent_reminders'), 'Cluj1980-02-29true', 'details are filled in');
select is((select n.body from public.client_notes n), 'Afraid of needles.', 'and the note is written');
select is(tests.bring_in(:'alpha', :'import', :'slice'), array['unchanged', 'failed date_of_birth date_of_birth_invalid, email email_invalid, phone phone_invalid', 'failed last_name client_name_required', 'unchanged'], 'the same slice once more changes nothing');
select is((select array[added, updated, unchanged, failed, last_row] from public.client_imports), array[2, 0, 0, 2, 4], 'and is not counted twice');
select is((select count(*)::int from public.client_notes), 1, 'nor is its note written twice');

-- who is who
select is(tests.bring_in(:'alpha', :'import', '[{"row": 5, "last_name": "Pop", "first_name": "ANA", "emails": ["ana@example.test"], "postal_code": "400001", "city": ""}]'), array['updated'], 'a row updates the client with its address');
select is(tests.client_of(:'alpha', 'ana@example.test') ->> 'city' || ' ' || (tests.client_of(:'alpha', 'ana@example.test') ->> 'postal_code') || ' ' || (tests.client_of(:'alpha', 'ana@example.test') ->> 'first_name'), 'Cluj 400001 ANA', 'what is given, never what is empty');
select is(tests.bring_in(:'alpha', :'import', '[{"row": 6, "last_name": "Pop", "first_name": "Ana", "phones": ["0040 721 000 111"], "city": "Turda"}]', '{"on_match": "skip"}'), array['unchanged'], 'or leaves the client alone');
select is(tests.bring_in(:'alpha', :'import', '[{"row": 7, "last_name": "Pop", "first_name": "Anna", "phones": ["721000111"]}]') , array['updated'], 'by the number''s end, and in spite of a slip of the pen');
select is(tests.bring_in(:'alpha', :'import', '[{"row": 8, "last_name": "Pop", "first_name": "Radu", "phones": ["0721000111"]}]'), array['failed phone identifier_taken'], 'somebody else of the family is not the client');
select is(public.import_clients(:'alpha', :'import', '[{"row": 8, "last_name": "Pop", "first_name": "Radu", "phones": ["0721000111"]}]') #>> '{results,0,errors,0,client,name}', 'Anna Pop', 'and one is told whose number it is');
select is(tests.bring_in(:'alpha', :'import', '[{"row": 9, "last_name": "Pop", "first_name": "Radu", "phones": ["0721000111"]}, {"row": 10, "last_name": "Pop", "first_name": "Radu", "phones": ["0721 000 111"]}, {"row": 11, "last_name": "Pop", "first_name": "Anna", "phones": ["0721 000 111"]}]', '{"on_taken": "share"}'), array['added', 'unchanged', 'unchanged'], 'unless the number may be shared: then each name finds its own');
select is((select count(*)::int from public.client_identifiers where is_shared), 2, 'and it is marked with both');
select is(tests.bring_in(:'alpha', :'import', '[{"row": 12, "phones": ["0721000111"], "city": "Dej"}]'), array['failed last_name client_name_required'], 'a shared number alone tells of nobody');
select is(tests.bring_in(:'alpha', :'import', '[{"row": 13, "emails": ["ana@example.test"], "city": "Dej"}]'), array['updated'], 'an address of one client does');
select is(tests.bring_in(:'alpha', :'import', '[{"row": 14, "last_name": "rus", "first_name": "ION", "city": "Dej"}]'), array['updated'], 'without either the name decides');
select is(tests.bring_in(:'alpha', :'import', '[{"row": 15, "last_name": "Rus", "first_name": "Ion", "date_of_birth": "1990-01-01"}, {"row": 16, "last_name": "Rus", "first_name": "Ion", "date_of_birth": "1990-01-01", "emails": ["rus@example.test"]}, {"row": 17, "last_name": "Rus", "first_name": "Ion", "emails": ["other.rus@example.test"]}]'), array['added', 'updated', 'added'], 'together with the day of birth, if there is one; a new address makes a new client');
select is(tests.bring_in(:'alpha', :'import', '[{"row": 18, "last_name": "Short", "phones": ["12345"]}, {"row": 19, "last_name": "Short", "phones": ["12345"]}]'), array['added', 'unchanged'], 'a number of no country is compared as it is');
select tests.as_owner_of_database();
update public.clients set merged_into = (select id from public.clients where first_name = 'Radu'), merged_at = now() where last_name = 'Short';
select tests.sign_in(:'staff');
select is(tests.bring_in(:'alpha', :'import', '[{"row": 20, "last_name": "Short"}]'), array['added'], 'a client who was merged into another is nobody''s match');

-- hostile rows
select is(tests.bring_in(:'alpha', :'import', jsonb_build_array(
  jsonb_build_object('row', 21, 'last_name', repeat('x', 101)), jsonb_build_object('row', 22, 'last_name', 'X', 'note', repeat('n', 20001), 'tags', jsonb_build_array(repeat('t', 51))),
  jsonb_build_object('row', 23, 'last_name', 'X', 'date_of_birth', '2190-01-01'), jsonb_build_object('row', 24, 'last_name', 'X', 'emails', jsonb_build_array(repeat('e', 250) || '@example.test')),
  jsonb_build_object('row', 25, 'last_name', 'X', 'country', 'Romania', 'preferred_channel', 'pigeon'))),
  array['failed last_name field_too_long', 'failed tags field_too_long, note field_too_long', 'failed date_of_birth date_of_birth_invalid', 'failed email email_invalid', 'failed country country_invalid, preferred_channel preferred_channel_invalid'],
  'what does not fit is refused by field');
select is(tests.bring_in(:'alpha', :'import', '[{"row": 26, "last_name": "=cmd()|<img src=x>", "first_name": "李小龍 🦷"}]'), array['added'], 'what only looks dangerous is a name');
select is((select last_name from public.clients where first_name = '李小龍 🦷'), '=cmd()|<img src=x>', 'kept as it is');
select is(tests.bring_in(:'alpha', :'import', '[{"row": 27, "last_name": "X", "archived_at": "2020-01-01"}]'), array['failed archived_at values_invalid'], 'a field that is not for people to write is refused');
select is(tests.refusal(format('select public.import_clients(%L, %L, %L)', :'alpha', :'import', call)), 'PT422 values_invalid', call || ' is no slice')
from unnest(array['{}', '[1]', '[{"last_name": "X"}]', '[{"row": 1, "emails": "a@b.test"}]']) call;
select is(tests.refusal(format('select public.import_clients(%L, %L, (select jsonb_agg(jsonb_build_object(''row'', n)) from generate_series(1, 251) n))', :'alpha', :'import')), 'PT422 too_many_rows', 'nor are 251 rows');
select is(tests.refusal(format('select public.import_clients(%L, %L, ''[]'', ''{"on_match": "clear"}'')', :'alpha', :'import')), 'PT422 values_invalid', 'nor an option that nobody knows');

-- beginning and ending
select is(tests.refusal(format('select public.begin_client_import(%L, ''a.csv'', 10001)', :'alpha')), 'PT422 too_many_rows', 'a file has 10,000 rows at most');
select is(tests.refusal(format('select public.begin_client_import(%L, ''a.csv'', 0)', :'alpha')), 'PT422 import_empty', 'and at least one');
select is(tests.refusal(format('select public.begin_client_import(%L, E''\n'', 1)', :'alpha')), 'PT422 file_name_invalid', 'and a name');
select is(public.finish_client_import(:'alpha', :'import', true) ->> 'status', 'cancelled', 'an import is cancelled');
select is(tests.refusal(format('select public.import_clients(%L, %L, ''[]'')', :'alpha', :'import')), 'PT409 import_over', 'then it takes no more rows');
select is(tests.refusal(format('select public.finish_client_import(%L, %L)', :'alpha', :'import')), 'PT409 import_over', 'and is not finished');
select is(tests.refusal(format('select public.import_clients(%L, null, ''[]'')', :'alpha')), 'PT404 import_not_found', 'rows are kept only as part of an import');
select tests.sign_in(:'other');
select is(tests.refusal(format('select public.import_clients(%L, %L, ''[]'')', :'beta', :'import')), 'PT404 import_not_found', 'and of one''s own clinic');
select tests.as_owner_of_database();
select is((select array_agg(action || ' ' || target_label || ' ' || coalesce(details ->> 'added', '-') order by occurred_at) from public.audit_events where target_type = 'client_import'),
  array['clients.import_started clients.csv -', 'clients.import_cancelled clients.csv 8'], 'both are in the audit log, with the counts');
select * from finish();
