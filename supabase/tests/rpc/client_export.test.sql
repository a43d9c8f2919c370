-- Taking clients out.
begin;
\ir ../fixtures.inc
select plan(23);

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.join_clinic(:'alpha', 'staff@alpha.test', 'staff') as staff \gset
select tests.join_clinic(:'alpha', 'trusted@alpha.test', 'staff') as trusted \gset
select tests.join_clinic(:'beta', 'owner@beta.test', 'owner') as other \gset
select tests.sign_in(:'owner');
select public.set_member_permissions(:'alpha', :'trusted', array['exports']) is not null;
select public.save_client(:'alpha', null, '{"first_name": "Ana", "last_name": "Pop"}', '[{"kind": "email", "raw": "ana@example.test"}]') ->> 'id' as ana \gset
insert into public.client_notes (tenant_id, client_id, body) values (:'alpha', :'ana', 'First words');
update public.client_notes set body = 'Second words' where client_id = :'ana';

select tests.sign_in(:'staff');
select is(tests.refusal(format('select public.begin_client_export(%L, ''list'')', :'alpha')), 'PT403 export_not_permitted', 'staff do not export');
select is(tests.refusal(format('select public.client_record(%L, %L)', :'alpha', :'ana')), 'PT403 export_not_permitted', 'a record neither');
select tests.sign_in(:'other');
select is(tests.refusal(format('select public.begin_client_export(%L, ''list'')', :'alpha')), 'PT404 clinic_not_found', 'strangers see no clinic');
select is(tests.refusal(format('select public.client_record(%L, %L)', :'alpha', :'ana')), 'PT404 clinic_not_found', 'nor a client');
select is(tests.refusal(format('select public.client_record(%L, %L)', :'beta', :'ana')), 'PT404 client_not_found', 'nor in their own');
select is(tests.refusal(format('select public.begin_client_export(%L, ''record'', %L)', :'beta', :'ana')), 'PT404 client_not_found', 'and begin no export of one');

select tests.sign_in(:'trusted');
select is(public.begin_client_export(:'alpha', 'list', filter => '{"search": "pop"}') - 'started_at', '{"clinic_name": "Alpha", "clinic_slug": "alpha", "time_zone": "Europe/Bucharest"}', 'whom an owner allowed to export may');
select is(public.begin_client_export(:'alpha', 'record', :'ana') ->> 'clinic_slug', 'alpha', 'a record too');
select is(tests.refusal(format('select public.begin_client_export(%L, ''everything'')', :'alpha')), 'PT422 values_invalid', 'of a kind there is');
select is(tests.refusal(format('select public.begin_client_export(%L, ''list'', null, jsonb_build_object(''search'', repeat(''x'', 5000)))', :'alpha')), 'PT422 filter_invalid', 'with a filter of some length');
select public.client_record(:'alpha', :'ana') as record \gset
select is((select array_agg(k order by k) from jsonb_object_keys(:'record'::jsonb) k), array['activities', 'appointments', 'client', 'conversations', 'exported_at', 'files', 'format', 'identifiers', 'notes', 'people', 'reminders', 'series', 'tags', 'tasks', 'waitlist'], 'a record is everything there is of a client');
select is(:'record'::jsonb #>> '{client,first_name}' || (:'record'::jsonb #>> '{identifiers,0,normalised}'), 'Anaana@example.test', 'the client with addresses');
select is(:'record'::jsonb #>> '{notes,0,body}' || ' ' || (:'record'::jsonb #>> '{notes,0,revisions,0,body}'), 'Second words First words', 'notes with what they said before');
select ok(jsonb_path_query_array(:'record', '$.activities[*].kind') @> '["client_added", "note_added"]', 'the timeline');
select is((select count(*)::int from jsonb_each_text(:'record'::jsonb -> 'people') p where p.key = :'owner' and p.value like 'Owner%'), 1, 'and the names of those who wrote');
select ok(:'record' !~ :'alpha' and :'record' not like '%search_text%' and :'record' not like '%object_name%', 'without what is of no use elsewhere');
select tests.as_owner_of_database();
select is((select array_agg(action || ' ' || target_label order by occurred_at) from public.audit_events where action ~ 'export'), array['clients.exported Alpha', 'client.exported Ana Pop'], 'both are in the audit log');
select is((select details from public.audit_events where action = 'clients.exported'), '{"filter": {"search": "pop"}}', 'with what was asked for');

-- Parts are added by their domains.
select is_empty(
  $$select c.name, c.reader from private.client_record_parts c
    where to_regprocedure(format('private.%I(uuid, uuid)', c.reader)) is null
      or (select p.prorettype from pg_catalog.pg_proc p where p.oid = to_regprocedure(format('private.%I(uuid, uuid)', c.reader))) <> 'jsonb'::regtype$$,
  'every registered part has a reader: private.<reader>(tenant_id uuid, client_id uuid) returns jsonb');
select is_empty(
  format($$select c.name from private.client_record_parts c where not %L::jsonb ? c.name$$, :'record'), 'and is in the record');
select is_empty(
  $$select c.name from private.client_record_parts c
    where obj_description('public.client_record(uuid, uuid)'::regprocedure, 'pg_proc') !~ (' ' || c.name || '[, ]')$$,
  'what a record has is in the comment of its function, part by part');
create function private.client_record_of_a_test(tenant_id uuid, client_id uuid) returns jsonb language sql as
$$ select jsonb_build_object('name', c.last_name, 'cleaned_by', current_setting('tests.trusted')) from public.clients c where c.tenant_id = client_record_of_a_test.tenant_id and c.id = client_id $$;
insert into private.client_record_parts (name, reader) values ('of_a_test', 'client_record_of_a_test');
select set_config('tests.trusted', :'trusted', true) \g /dev/null
select tests.sign_in(:'trusted');
select is(public.client_record(:'alpha', :'ana') #>> '{of_a_test,name}', 'Pop', 'a part that is registered is there, of this client');
select ok(public.client_record(:'alpha', :'ana') -> 'people' ? :'trusted', 'and whom it names by id, in whatever column, is named');
select * from finish();
