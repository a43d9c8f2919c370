-- Files of clients: announcing, finishing, opening, deleting, bringing back.
begin;
\ir ../fixtures.inc
select plan(70);

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.join_clinic(:'alpha', 'staff@alpha.test', 'staff') as staff \gset
select tests.join_clinic(:'beta', 'owner@beta.test', 'owner') as other \gset
select tests.as_owner_of_database();
insert into public.clients (tenant_id, last_name) values (:'alpha', 'Ash') returning id as ash \gset
insert into public.clients (tenant_id, last_name) values (:'alpha', 'Elm') returning id as elm \gset

create function tests.begin(tenant uuid, client uuid, name text default 'x-ray.png', type text default 'image/png', size bigint default 5) returns text language sql as
$$ select format('select public.begin_upload(%L, %L, %L, %L, %L)', tenant, client, name, type, size) $$;
create function tests.of(fn text, tenant uuid, file uuid) returns text language sql as
$$ select format('select public.%I(%L, %L)', fn, tenant, file) $$;
create function tests.open(tenant uuid, file uuid, purpose text default 'download') returns text language sql as
$$ select format('select public.open_file(%L, %L, %L)', tenant, file, purpose) $$;
create function tests.put(file uuid, owner uuid, bytes bigint default 5, type text default 'image/png') returns void language sql security definer as
$$ insert into storage.objects (bucket_id, name, owner_id, metadata)
   select 'client-files', f.object_name, owner::text, jsonb_build_object('size', bytes, 'mimetype', type) from public.client_files f where f.id = file $$;
comment on function tests.put(uuid, uuid, bigint, text) is 'The object as Storage lays it down.';
create function tests.state(file uuid) returns text language sql security definer as $$ select state from public.client_files where id = file $$;
create function tests.last_event() returns text language sql security definer as
$$ select concat_ws(' ', e.action, e.target_label) from public.audit_events e where e.target_type = 'file' order by e.occurred_at desc, e.id desc limit 1 $$;
grant execute on all functions in schema tests to authenticated;

-- announcing
select tests.sign_in(:'staff');
select public.begin_upload(:'alpha', :'ash', 'Röntgen 😀 أشعة/2026\03.png', 'image/PNG; charset=x', 5) as begun \gset
select :'begun'::jsonb ->> 'file_id' as file \gset
select is(:'begun'::jsonb ->> 'bucket', 'client-files', 'an upload is announced');
select is(:'begun'::jsonb ->> 'object_name', 'tenants/' || :'alpha' || '/clients/' || :'ash' || '/' || :'file', 'the object''s name is made of ids');
select results_eq(
  format('select name, content_type, state, created_by from public.client_files where id = %L', :'file'),
  format('values (%L, ''image/png'', ''uploading'', %L::uuid)', 'Röntgen 😀 أشعة_2026_03.png', :'staff'),
  'any alphabet is kept, separators are not, and the type is bare');
select is(tests.refusal(tests.begin(:'alpha', :'ash', size => 0)), 'PT422 file_empty', 'an empty file');
select is(tests.refusal(tests.begin(:'alpha', :'ash', size => -1)), 'PT422 file_empty', 'less than nothing');
select is(tests.refusal(tests.begin(:'alpha', :'ash', size => 52428801)), 'PT422 file_too_large', 'a byte too many');
select is(tests.refusal(tests.begin(:'alpha', :'ash', size => 52428800)), 'no refusal', 'exactly 50 MiB');
select is(tests.refusal(tests.begin(:'alpha', :'ash', type => type)), 'PT422 file_type_not_allowed', 'the type ' || type)
from unnest(array['text/html', 'image/svg+xml', 'application/octet-stream', 'application/xhtml+xml', '']) type;
select is(tests.refusal(tests.begin(:'alpha', :'ash', name => name)), 'PT422 file_name_invalid', 'the name ' || to_json(name))
from unnest(array['', '   ', '..', E'a\nb.png', E'a\tb', E'\u0085', U&'exam\202Egnp.pdf', repeat('x', 256)]) name;
select is(tests.refusal(tests.begin(:'alpha', :'ash', name => repeat('ș', 255))), 'no refusal', '255 characters, however many bytes');
select is(tests.refusal(tests.begin(:'alpha', gen_random_uuid())), 'PT404 client_not_found', 'a client that is not there');
select tests.sign_in(:'other');
select is(tests.refusal(tests.begin(:'alpha', :'ash')), 'PT404 clinic_not_found', 'another clinic');
select is(tests.refusal(tests.begin(:'beta', :'ash')), 'PT404 client_not_found', 'another clinic''s client in one''s own clinic');
select is_empty('select from public.client_files', 'another clinic''s files do not exist');

-- finishing
select is(tests.refusal(tests.of('finish_upload', :'alpha', :'file')), 'PT404 clinic_not_found', 'another clinic cannot finish');
select is(tests.refusal(tests.of('finish_upload', :'beta', :'file')), 'PT404 file_not_found', 'nor by naming its own clinic');
select tests.sign_in(:'owner');
select is(tests.refusal(tests.of('finish_upload', :'alpha', :'file')), 'PT404 file_not_found', 'a colleague cannot finish somebody else''s upload');
select is(tests.refusal(tests.of('cancel_upload', :'alpha', :'file')), 'PT404 file_not_found', 'nor cancel it');
select tests.sign_in(:'staff');
select is(tests.refusal(tests.of('finish_upload', :'alpha', :'file')), 'PT409 upload_incomplete', 'nothing has arrived');
select is(tests.refusal(tests.of('delete_file', :'alpha', :'file')), 'PT409 upload_incomplete', 'what has not arrived is cancelled, not deleted');
select is(tests.refusal(tests.open(:'alpha', :'file')), 'PT409 upload_incomplete', 'nor opened');
select is_empty('select from public.activities where kind like ''file%''', 'nothing has happened to the client yet');

select tests.begin(:'alpha', :'ash') as again \gset
:again as b \gset
select :'b'::jsonb ->> 'file_id' as foreign_object \gset
select tests.put(:'foreign_object', :'owner');
select is(tests.refusal(tests.of('finish_upload', :'alpha', :'foreign_object')), 'PT409 upload_incomplete', 'an object that somebody else has put there does not count');
:again as b \gset
select :'b'::jsonb ->> 'file_id' as short \gset
select tests.put(:'short', :'staff', 4);
select is(tests.refusal(tests.of('finish_upload', :'alpha', :'short')), 'PT409 upload_incomplete', 'nor one of another size');
:again as b \gset
select :'b'::jsonb ->> 'file_id' as mistyped \gset
select tests.put(:'mistyped', :'staff', 5, 'application/pdf');
select is(tests.refusal(tests.of('finish_upload', :'alpha', :'mistyped')), 'PT422 file_type_not_allowed', 'nor one of another type');

select tests.put(:'file', :'staff', 5, 'image/png;charset=utf-8');
select is(public.finish_upload(:'alpha', :'file') ->> 'state', 'stored', 'what has arrived as announced is stored');
select is(public.finish_upload(:'alpha', :'file') ->> 'state', 'stored', 'finishing twice changes nothing');
select is(public.cancel_upload(:'alpha', :'file'), '{"cancelled": false}', 'it is too late to cancel');
select results_eq(
  'select kind, summary, actor_id from public.activities where kind like ''file%''',
  format('values (''file_added'', %L, %L::uuid)', 'Röntgen 😀 أشعة_2026_03.png', :'staff'), 'the timeline tells of it once');
select is((select last_activity_kind from public.clients where id = :'ash'), 'file_added', 'and it is the client''s last activity');
select is(tests.last_event(), 'file.uploaded Röntgen 😀 أشعة_2026_03.png', 'so does the audit log');

-- renaming
select tests.sign_in(:'owner');
select results_eq(
  format('update public.client_files set name = ''a/b.png'', description = '' Upper left '' where id = %L returning name, description', :'file'),
  'values (''a_b.png'', ''Upper left'')', 'members rename and describe');
select is(tests.last_event(), 'file.updated a_b.png', 'which is recorded');
select is(tests.refusal(format('update public.client_files set name = E''a\nb'' where id = %L', :'file')), 'PT422 file_name_invalid', 'control characters are refused here too');
select is(tests.refusal(format('update public.client_files set description = repeat(''x'', 501) where id = %L', :'file')), 'PT422 field_too_long', 'and long descriptions');
select throws_ok(format('update public.client_files set %I = null', c), '42501', null, 'nobody writes ' || c)
from unnest(array['state', 'object_name', 'client_id', 'content_type']) c;
select throws_ok('delete from public.client_files', '42501', null, 'nobody deletes rows');
select tests.sign_in(:'other');
select is_empty(format('update public.client_files set name = ''x'' where id = %L returning id', :'file'), 'another clinic renames nothing');

-- opening
select is(tests.refusal(tests.open(:'alpha', :'file')), 'PT404 clinic_not_found', 'another clinic does not open');
select is(tests.refusal(tests.open(:'beta', :'file')), 'PT404 file_not_found', 'nor by naming its own clinic');
select is(tests.last_event(), 'file.updated a_b.png', 'and leaves nothing in the clinic''s log');
select tests.sign_in(:'owner');
select is(public.open_file(:'alpha', :'file', 'preview') ->> 'object_name', 'tenants/' || :'alpha' || '/clients/' || :'ash' || '/' || :'file', 'a colleague opens it');
select is(tests.last_event(), 'file.previewed a_b.png', 'a preview is recorded');
select public.open_file(:'alpha', :'file', 'download');
select is(tests.last_event(), 'file.downloaded a_b.png', 'a download is recorded');
select is(tests.refusal(tests.open(:'alpha', :'file', 'theft')), 'PT404 file_not_found', 'there is no other purpose');
select tests.as_owner_of_database();
update public.client_files set content_type = 'model/stl' where id = :'file';
select tests.sign_in(:'owner');
select is(tests.refusal(tests.open(:'alpha', :'file', 'preview')), 'PT422 preview_not_possible', 'browsers do not show every type');

-- deleting and bringing back
select is(public.delete_file(:'alpha', :'file') ->> 'state', 'deleting', 'a file is deleted');
select is(tests.refusal(tests.open(:'alpha', :'file')), 'PT410 file_deleted', 'and not opened any more');
select is(tests.last_event(), 'file.deleted a_b.png', 'which is recorded');
select is((select count(*) from public.activities where kind = 'file_deleted'), 1::bigint, 'and on the timeline');
select is(public.restore_file(:'alpha', :'file') ->> 'state', 'stored', 'it comes back');
select is_empty('select from public.activities where kind = ''file_deleted''', 'as if it had never been deleted');
select is(tests.last_event(), 'file.restored a_b.png', 'but the audit log knows');
select tests.sign_in(:'other');
select is(tests.refusal(tests.of('delete_file', :'alpha', :'file')) || tests.refusal(tests.of('restore_file', :'beta', :'file')), 'PT404 clinic_not_foundPT404 file_not_found', 'another clinic does neither');

-- merging
select tests.as_owner_of_database();
select set_config('chairside.keep_times', 'on', true);
update public.client_files set client_id = :'elm' where id = :'file';
select set_config('chairside.keep_times', '', true);
select is((select object_name from public.client_files where id = :'file'), 'tenants/' || :'alpha' || '/clients/' || :'ash' || '/' || :'file', 'a merge moves the row, never the object');
update public.clients set merged_into = :'elm', merged_at = now() where id = :'ash';
select tests.sign_in(:'owner');
select is(tests.refusal(tests.begin(:'alpha', :'ash')), 'PT409 client_merged', 'a merged client gets no files');

select * from finish();
rollback;
