-- Saving clients: the form as a whole, identifiers in step with the client, archiving, tags, and what the timeline says.
begin;
\ir ../fixtures.inc
select plan(70);

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.join_clinic(:'alpha', 'staff@alpha.test', 'staff') as staff \gset
select tests.join_clinic(:'beta', 'owner@beta.test', 'owner') as stranger \gset
create function tests.identifiers(client uuid) returns text security definer language sql as
$$ select string_agg(i.kind || ' ' || i.raw || coalesce(' = ' || i.normalised, '') || case when i.is_primary then ' !' else '' end, ', ' order by i.kind, not i.is_primary, i.raw)
   from public.client_identifiers i where i.client_id = client $$;
create function tests.timeline(client uuid) returns text security definer language sql as
$$ select string_agg(a.kind || coalesce(' ' || (a.details ->> 'fields'), ''), ', ' order by a.occurred_at, a.kind) from public.activities a where a.client_id = client $$;
grant execute on all functions in schema tests to authenticated;

-- phone numbers
select is(private.normal_phone(written, country), e164, format('%s in %s', written, country)) from (values
  ('0721 000 111', 'RO', '+40721000111'), ('+40 721 000 111', 'GB', '+40721000111'), ('0040721000111', 'RO', '+40721000111'), ('40721000111', 'RO', '+40721000111'),
  ('+44 (0)20 7946 0018', 'RO', '+442079460018'), ('1-212-555-0123', 'US', '+12125550123'), ('011 40 721 000 111', 'US', '+40721000111'),
  ('02 1234567', 'IT', '+39021234567'), ('06 1 234 5678', 'HU', '+3612345678'), ('0721', 'RO', null), ('112', 'RO', null)) v (written, country, e164);

-- adding
select tests.sign_in(:'staff');
select public.save_client(:'alpha', null, '{"first_name": " Ana ", "last_name": "Țurcanu", "date_of_birth": "1980-02-29", "city": "Iași", "preferred_channel": "phone", "consent_reminders": true}',
  '[{"kind": "email", "raw": "Ana@Example.test"}, {"kind": "phone", "raw": "0232 123456"}, {"kind": "phone", "raw": "0721 000 111", "is_primary": true, "label": "mobile"}]') as ana \gset
select :'ana'::jsonb ->> 'id' as ana_id \gset
select is((:'ana'::jsonb ->> 'first_name'), 'Ana', 'names are trimmed');
select is((:'ana'::jsonb ->> 'email') || ' ' || (:'ana'::jsonb ->> 'phone'), 'ana@example.test 0721 000 111', 'the client shows the primary address and number');
select is(tests.identifiers(:'ana_id'), 'email Ana@Example.test = ana@example.test !, phone 0721 000 111 = +40721000111 !, phone 0232 123456 = +40232123456', 'as it was written and in one form');
select is((:'ana'::jsonb ->> 'created_by')::uuid, :'staff'::uuid, 'the client knows who added them');
select is(tests.timeline(:'ana_id'), 'client_added', 'that is one thing in the timeline');
select matches((select search_text from public.clients where id = :'ana_id'), '^ ana turcanu (?=.*anaXexampleXtest)(?=.*0721000111)(?=.*40721000111)(?=.*0232123456)', 'all of it can be searched for');

-- refusals
select is(tests.refusal(format('select public.save_client(%L, null, %L, %L)', :'alpha', d, i)), r, r || ': ' || left(d, 60) || ' ' || coalesce(left(i, 60), '')) from (values
  ('{}', null, 'PT422 client_name_required'), ('{"last_name": "  "}', null, 'PT422 client_name_required'),
  (jsonb_build_object('last_name', repeat('x', 101))::text, null, 'PT422 field_too_long'), ('{"last_name": "A", "date_of_birth": "1980-02-30"}', null, 'PT422 date_of_birth_invalid'),
  ('{"last_name": "A", "date_of_birth": "2190-01-01"}', null, 'PT422 date_of_birth_invalid'), ('{"last_name": "A", "date_of_birth": "yesterday"}', null, 'PT422 date_of_birth_invalid'),
  ('{"last_name": "A", "country": "Romania"}', null, 'PT422 country_invalid'), ('{"last_name": "A", "preferred_channel": "fax"}', null, 'PT422 preferred_channel_invalid'),
  ('{"last_name": "A", "consent_marketing": "yes"}', null, 'PT422 values_invalid'), ('{"last_name": "A", "tenant_id": "x"}', null, 'PT422 values_invalid'), ('[]', null, 'PT422 values_invalid'),
  ('{"last_name": "A"}', '[{"kind": "email", "raw": "a b"}]', 'PT422 email_invalid'), ('{"last_name": "A"}', '[{"kind": "phone", "raw": "call me"}]', 'PT422 phone_invalid'),
  ('{"last_name": "A"}', '[{"kind": "fax", "raw": "123456"}]', 'PT422 values_invalid'), ('{"last_name": "A"}', '{}', 'PT422 values_invalid'),
  ('{"last_name": "A"}', '[{"id": "x", "kind": "phone", "raw": "123456"}]', 'PT422 values_invalid'),
  ('{"last_name": "A"}', '[{"kind": "phone", "raw": "+40 721 000 111"}]', 'PT409 identifier_taken')) v (d, i, r);
select is((select count(*) from public.clients), 1::bigint, 'and nothing half-saved is left');
select is(tests.refusal(format('select public.save_client(%L, %L, ''{}'')', :'alpha', gen_random_uuid())), 'PT404 client_not_found', 'a client that is none is not found');

-- whose number it is
select tests.as_owner_of_database();
create function tests.detail_of(statement text) returns jsonb language plpgsql as
$$ declare found text; begin execute statement; return null; exception when others then get stacked diagnostics found = pg_exception_detail; return found::jsonb; end $$;
grant execute on function tests.detail_of(text) to authenticated;
select tests.sign_in(:'staff');
select is(tests.detail_of(format('insert into public.clients (tenant_id, last_name, phone) values (%L, ''Son'', ''+40721000111'')', :'alpha')),
  jsonb_build_object('client_id', :'ana_id', 'name', 'Ana Țurcanu', 'kind', 'phone', 'value', '0721 000 111'), 'a taken number says whose it is');
select public.save_client(:'alpha', null, '{"last_name": "Son"}', '[{"kind": "phone", "raw": "+40721000111", "is_shared": true}]') ->> 'id' as son \gset
select is(tests.identifiers(:'son'), 'phone +40721000111 = +40721000111 !', 'a family''s number can be shared');

-- changing
select updated_at as seen from public.clients where id = :'ana_id' \gset
select public.save_client(:'alpha', :'ana_id', '{"city": "Cluj"}', null, :'seen') is not null as done \gset
select is((select city || first_name from public.clients where id = :'ana_id'), 'ClujAna', 'what is not given stays');
select is(tests.identifiers(:'ana_id'), 'email Ana@Example.test = ana@example.test !, phone 0721 000 111 = +40721000111 !, phone 0232 123456 = +40232123456', 'identifiers too');
select is(tests.refusal(format('select public.save_client(%L, %L, ''{"city": "Bacău"}'', null, %L)', :'alpha', :'ana_id', :'seen'::timestamptz - interval '1 second')), 'PT409 changed_meanwhile', 'who has not seen the newest version is told');
select public.save_client(:'alpha', :'ana_id', '{}', (
  select jsonb_agg(case i.raw when '0232 123456' then to_jsonb(i) || '{"is_primary": true}' else to_jsonb(i) || '{"is_primary": false}' end)
  from public.client_identifiers i where i.client_id = :'ana_id' and i.kind = 'phone')) ->> 'phone' as phone \gset
select is(:'phone' || ', ' || tests.identifiers(:'ana_id'), '0232 123456, phone 0232 123456 = +40232123456 !, phone 0721 000 111 = +40721000111', 'the list is the whole list, with another primary');
select is((public.set_primary_identifier(:'alpha', (select id from public.client_identifiers where client_id = :'ana_id' and raw = '0721 000 111')) ->> 'phone'), '0721 000 111', 'the primary can be chosen by itself');
delete from public.client_identifiers where client_id = :'ana_id' and raw = '0721 000 111';
select is((select phone from public.clients where id = :'ana_id'), '0232 123456', 'when the primary goes, the next one follows');
insert into public.client_identifiers (tenant_id, client_id, kind, raw) values (:'alpha', :'ana_id', 'email', 'second@example.test');
select is((select email from public.clients where id = :'ana_id'), 'second@example.test', 'the first of its kind is primary');
update public.client_identifiers set raw = 'other@example.test' where client_id = :'ana_id' and kind = 'email';
select is((select email from public.clients where id = :'ana_id'), 'other@example.test', 'a corrected address reaches the client');
select is(tests.timeline(:'ana_id'), 'client_added', 'corrections of the first ten minutes belong to adding');

-- the other way round: programs that know one address per client
insert into public.clients (tenant_id, first_name, email, phone) values (:'alpha', 'Pop', 'pop@example.test', '0733 111 222') returning id as pop \gset
select is(tests.identifiers(:'pop'), 'email pop@example.test = pop@example.test !, phone 0733 111 222 = +40733111222 !', 'an address of the client becomes an identifier');
update public.clients set phone = null, email = 'pop2@example.test' where id = :'pop';
select is(tests.identifiers(:'pop'), 'email pop2@example.test = pop2@example.test !', 'and changes with it');
update public.clients set first_name = 'Ștefan' where id = :'pop';
select matches((select search_text from public.clients where id = :'pop'), 'stefan .*pop2XexampleXtest', 'a new name is found with the old address');

-- archiving and tags
select is(public.archive_clients(:'alpha', array[:'pop', :'son', gen_random_uuid()]::uuid[]), '{"changed": 2}', 'clients are archived together');
select is(public.archive_clients(:'alpha', array[:'pop', :'son']::uuid[]), '{"changed": 0}', 'once');
select is(public.archive_clients(:'alpha', array[:'pop', :'son']::uuid[], false), '{"changed": 2}', 'and brought back');
select is(tests.timeline(:'pop'), 'client_added, client_archived, client_restored', 'which the timeline tells');
insert into public.tags (tenant_id, name, colour) values (:'alpha', 'Implant', 'teal') returning id as tag \gset
select is(tests.refusal(format('insert into public.tags (tenant_id, name) values (%L, ''implant'')', :'alpha')), '23505 ', 'a tag has its name for itself, whatever the case');
select is(public.tag_clients(:'alpha', array[:'pop', :'son']::uuid[], array[:'tag']::uuid[]), '{"added": 2, "removed": 0}', 'clients are tagged together');
select is(public.tag_clients(:'alpha', array[:'pop', :'son']::uuid[], array[:'tag']::uuid[]), '{"added": 0, "removed": 0}', 'once');
select is(public.tag_clients(:'alpha', array[:'pop']::uuid[], '{}', array[:'tag']::uuid[]), '{"added": 0, "removed": 1}', 'and untagged');
select is((select array_agg(details order by occurred_at, details::text) from public.activities where client_id = :'pop' and kind = 'tags_changed'), array['{"added": ["Implant"]}', '{"removed": ["Implant"]}']::jsonb[], 'with the names of the tags');
select is(tests.refusal(format('select public.tag_clients(%L, %L, %L)', :'alpha', array[:'pop'], array[gen_random_uuid()])), 'PT404 tag_not_found', 'a tag has to exist');
select is(tests.refusal(format('select public.archive_clients(%L, array(select gen_random_uuid() from generate_series(1, 501)))', :'alpha')), 'PT422 too_many', '501 at once are too many');
select isnt((select last_activity_at from public.clients where id = :'pop'), null, 'the client knows when something happened last');

-- the clinic next door
select tests.sign_in(:'stranger');
select is_empty('select from public.client_identifiers union all select from public.activities union all select from public.tags union all select from public.client_tags', 'another clinic sees nothing of it');
select is(tests.refusal(format(c, :'alpha', :'ana_id')), 'PT404 clinic_not_found', 'another clinic: ' || c) from unnest(array[
  'select public.get_client(%L, %L)', 'select public.save_client(%L, %L, ''{}'')', 'select public.archive_clients(%L, array[%L]::uuid[])', 'select public.tag_clients(%L, array[%L]::uuid[])',
  'select public.set_primary_identifier(%L, %L)']) c;
select is(public.tag_clients(:'beta', array[:'ana_id']::uuid[], '{}'), '{"added": 0, "removed": 0}', 'a client of another clinic is none of this one''s');
select is(public.archive_clients(:'beta', array[:'ana_id']::uuid[]), '{"changed": 0}', 'in any list of ids');
select * from finish();
rollback;
