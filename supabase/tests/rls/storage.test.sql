-- Storage lets members of a clinic upload files of its clients and what they have announced for their mails, and nobody do anything else.
begin;
\ir ../fixtures.inc
select plan(33);

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.join_clinic(:'alpha', 'staff@alpha.test', 'staff') as staff \gset
select tests.join_clinic(:'beta', 'owner@beta.test', 'owner') as other \gset
select tests.as_owner_of_database();

select results_eq(
  'select public, file_size_limit from storage.buckets where id = ''client-files''', 'values (false, 52428800::bigint)',
  'the bucket is private and takes 50 MiB');
select is_empty(
  'select type from storage.buckets, unnest(allowed_mime_types) type where id = ''client-files'' and type ~ ''html|svg|xml$|javascript|octet-stream|\*''',
  'nothing a browser would run may be stored');
select is((select public from storage.buckets where id = 'mail-attachments'), false, 'the bucket of attachments is private too');
select isnt((select allowed_mime_types from storage.buckets where id = 'client-files'), null, 'types are limited at all');
select results_eq(
  'select cmd from pg_policies where schemaname = ''storage'' and tablename = ''objects''', array['INSERT', 'INSERT'],
  'there is no policy to read, change or delete: who can read can sign links without a trace');

create function tests.put(folder text, bucket text default 'client-files') returns text language sql as
$$ select format('insert into storage.objects (bucket_id, name) values (%L, %L)', bucket, folder || '/clients/' || gen_random_uuid() || '/' || gen_random_uuid()) $$;
grant execute on function tests.put(text, text) to authenticated, anon;
create function tests.put_named(object text, bucket text default 'mail-attachments') returns text language sql as
$$ select format('insert into storage.objects (bucket_id, name) values (%L, %L)', bucket, object) $$;
grant execute on function tests.put_named(text, text) to authenticated, anon;
insert into public.mail_accounts (tenant_id, address, preset, username, imap_host, smtp_host)
values (:'alpha', 'desk@alpha.test', 'generic', 'desk@alpha.test', 'imap.alpha.test', 'smtp.alpha.test') returning id as account \gset
insert into storage.objects (bucket_id, name) values ('client-files', 'tenants/' || :'alpha' || '/clients/x/stored');

select tests.sign_in(:'staff');
select lives_ok(tests.put('tenants/' || :'alpha'), 'staff upload into their clinic''s folder');
select throws_ok(tests.put('tenants/' || :'alpha', 'mail-attachments'), '42501', null, 'but nothing of their own making among the attachments of mails');
select public.start_draft(:'alpha', 'new', :'account') ->> 'id' as draft \gset
select public.announce_draft_attachment(:'alpha', :'draft', 'plan.txt', 'text/plain', 5) ->> 'object_name' as first \gset
select public.announce_draft_attachment(:'alpha', :'draft', 'photo.png', 'image/png', 5) ->> 'object_name' as second \gset
select lives_ok(tests.put_named(:'first'), 'what they have announced for a draft of theirs is taken');
select throws_ok(tests.put_named(:'first'), '23505', null, 'once');
select throws_ok(tests.put_named(:'second' || 'x'), '42501', null, 'under its name alone');
select throws_ok(tests.put_named('tenants/' || :'alpha' || '/drafts/' || :'draft' || '/' || gen_random_uuid()), '42501', null, 'not beside it');
select throws_ok(tests.put('tenants/' || :'beta', 'mail-attachments'), '42501', null, 'and not to another clinic''s');
select throws_ok(tests.put('tenants/' || :'beta'), '42501', null, 'not into another clinic''s');
select throws_ok(tests.put('Tenants/' || :'alpha'), '42501', null, 'nor into one that only looks like it');
select throws_ok(tests.put(:'alpha'), '42501', null, 'nor beside the folders of clinics');
select throws_ok(tests.put('tenants/' || :'alpha' || 'x'), '42501', null, 'nor by a longer id');
select throws_ok(tests.put('tenants/../tenants/' || :'alpha'), '42501', null, 'nor by a detour');
select throws_ok(tests.put('tenants/' || :'alpha', 'other-bucket'), '42501', null, 'nor into another bucket');
select throws_ok(
  format('insert into storage.objects (bucket_id, name) values (''client-files'', %L)', 'tenants/' || :'alpha' || '/clients/x/stored'), '23505', null,
  'a name that is taken stays taken');
select throws_ok(
  format('insert into storage.objects (bucket_id, name) values (''client-files'', %L) on conflict (bucket_id, name) do update set version = ''2''',
    'tenants/' || :'alpha' || '/clients/x/stored'), '42501', null,
  'and is not overwritten');
select is_empty('select from storage.objects', 'objects cannot be listed, not even one''s own');
select is_empty('update storage.objects set name = ''elsewhere'' returning id', 'nor moved');
select throws_ok(tests.put('tenants/' || :'beta'), '42501', null, 'a refused upload stays refused');

select tests.sign_in(:'other');
select is_empty(format('select from storage.objects where name like %L', 'tenants/' || :'alpha' || '%'), 'another clinic sees nothing');
select throws_ok(tests.put_named(:'second'), '42501', null, 'and cannot send what somebody here has announced');
select tests.sign_in(:'owner');
select throws_ok(tests.put_named(:'second'), '42501', null, 'nor can a colleague');
select tests.sign_out();
select throws_ok(tests.put('tenants/' || :'alpha'), '42501', null, 'without a session nothing is uploaded');
select throws_ok(tests.put_named(:'second'), '42501', null, 'not even what was announced');
select tests.as_owner_of_database();
update public.draft_attachments set state = 'stored', stored_at = now() where object_name = :'first';
select tests.sign_in(:'staff');
select throws_ok(tests.put_named(:'first'), '42501', null, 'what has arrived is not sent again');
select tests.as_owner_of_database();
update public.profiles set status = 'suspended', status_reason = 'test', status_changed_at = clock_timestamp() where user_id = :'staff';
select tests.sign_in(:'staff');
select throws_ok(tests.put('tenants/' || :'alpha'), '42501', null, 'a suspended person uploads nothing');
select throws_ok(tests.put_named(:'second'), '42501', null, 'nothing at all');
select tests.as_owner_of_database();
select is(
  (select count(*) from storage.objects where bucket_id = 'client-files' and name like 'tenants/' || :'alpha' || '/%'), 2::bigint,
  'what was refused is not there');
select is((select array_agg(name) from storage.objects where bucket_id = 'mail-attachments'), array[:'first'], 'neither there nor here');

select * from finish();
rollback;
