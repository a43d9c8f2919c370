-- The sweep of the bucket mail-attachments: what nothing names is removed when it is old enough, what something names never.
begin;
\ir ../fixtures.inc
select plan(17);

select tests.create_clinic('alpha') as alpha \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.as_owner_of_database();
insert into public.mail_accounts (tenant_id, address, preset, imap_host, smtp_host) values (:'alpha', 'desk@mail.test', 'generic', 'imap.mail.test', 'smtp.mail.test') returning id as account \gset
select public.claim_mail_account(:'account', 'member') ->> 'lease_token' as lease \gset
select public.open_mail_folder(:'account', :'lease', '{"path":"INBOX","role":"inbox","uid_validity":"1"}') -> 0 ->> 'id' as folder \gset
select from public.store_messages(:'account', :'lease', :'folder', '[{"uid": 1, "message_id": "1@x", "from_address": "p@x.test", "subject": "S",
  "attachments": [{"part": "2", "name": "a.pdf", "size": 5}, {"part": "3", "name": "b.pdf", "size": 5}]}]'::jsonb, 1, 1);
select from public.finish_mail_sync(:'account', :'lease', '{"outcome":"done"}');
select object_name as stored from public.message_attachments where part = '2' \gset
select object_name as waiting from public.message_attachments where part = '3' \gset
update public.message_attachments set state = 'stored', stored_at = now() where part = '2';
select tests.sign_in(:'owner');
select public.start_draft(:'alpha', 'new', :'account') ->> 'id' as draft \gset
select public.announce_draft_attachment(:'alpha', :'draft', 'c.txt', 'text/plain', 5) ->> 'object_name' as announced \gset
select tests.as_owner_of_database();
insert into public.clients (tenant_id, last_name) values (:'alpha', 'Ash') returning id as ash \gset
insert into public.client_files (tenant_id, client_id, name, content_type, size, state, stored_at)
values (:'alpha', :'ash', 'file', 'image/png', 5, 'stored', now()) returning object_name as file, id as file_id \gset

create function tests.object(object text, age interval, bucket text default 'mail-attachments') returns void language sql as
$$ insert into storage.objects (bucket_id, name, created_at) values (bucket, object, now() - age) $$;
select tests.object(:'stored', '9 days'), tests.object(:'waiting', '9 days'), tests.object(:'announced', '9 days'), tests.object(:'file', '9 days', 'client-files');
select tests.object('tenants/' || :'alpha' || '/messages/x/old', '25 hours'), tests.object('tenants/' || :'alpha' || '/messages/x/new', '23 hours');
-- Whatever somebody has once put there: names that are none of ours, and one that is a client's file in the other bucket.
select tests.object('odd', '25 hours'), tests.object('tenants/not-a-clinic/messages/1', '25 hours'), tests.object('tenants//x', '25 hours'), tests.object(:'file', '25 hours');

create temporary table answers (n serial, answer jsonb);
do $$
declare answer jsonb;
begin
  for round in 1..20 loop
    answer := public.compare_files(2);
    insert into answers (answer) values (answer);
    exit when (answer ->> 'is_done')::boolean;
  end loop;
end $$;
select cmp_ok((select count(*) from answers), '>', 3::bigint, 'slice by slice');
select is((select (sum((answer ->> 'objects')::integer), sum((answer ->> 'orphans')::integer))::text from answers), '(10,5)', 'every object of both buckets is looked at once');
select set_eq(
  'select object_name, bucket_id, reason from private.object_removals',
  format($$ values ('tenants/%s/messages/x/old', 'mail-attachments', 'orphan'), ('odd', 'mail-attachments', 'orphan'), ('tenants/not-a-clinic/messages/1', 'mail-attachments', 'orphan'),
    ('tenants//x', 'mail-attachments', 'orphan'), (%L, 'mail-attachments', 'orphan') $$, :'alpha', :'file'),
  'what nothing names and is older than a day is on its way out; what is named, stored or not, stays');
select is((select jsonb_agg(r ->> 'bucket_id') from jsonb_array_elements(public.claim_file_removals()) r),
  '["mail-attachments","mail-attachments","mail-attachments","mail-attachments","mail-attachments"]', 'all of it is claimed, whatever its name');
select is(public.claim_file_removals(), '[]'::jsonb, 'once');

-- A client's file of the same name is another object.
select set_config('storage.allow_delete_query', 'true', true);
delete from storage.objects o where o.bucket_id = 'mail-attachments' and o.name in (:'file', 'odd');
select set_config('storage.allow_delete_query', 'false', true);
select set_eq(
  format('select jsonb_array_elements_text(public.record_file_removals(array[%L, %L, %L]) -> ''removed'')', :'file', 'odd', 'tenants//x'),
  array[:'file', 'odd'], 'what is gone is settled, what is still there is not');
select is((select state from public.client_files where id = :'file_id'), 'stored', 'the client''s file is as it was');
select is((select count(*) from storage.objects where bucket_id = 'client-files' and name = :'file'), 1::bigint, 'and so is its content');
update public.client_files set state = 'deleting', deleted_at = now() - interval '8 days' where id = :'file_id';
select is((select array_agg((r ->> 'bucket_id') || ' ' || (r ->> 'object_name')) from jsonb_array_elements(public.claim_file_removals()) r),
  array['client-files ' || :'file'], 'which can be removed by itself');

-- What is taken off a draft goes when nobody can be sending it any more.
select tests.sign_in(:'owner');
select from public.discard_draft(:'alpha', :'draft');
select tests.as_owner_of_database();
select results_eq(format('select reason, leased_until > now() + interval ''50 minutes'' from private.object_removals where object_name = %L', :'announced'), $$ values ('deleted', true) $$, 'a draft that is discarded takes what it had along, an hour later');
select is((select count(*) from storage.objects where name = :'announced'), 1::bigint, 'not before');

-- A client who is erased, or a mailbox whose mail is removed: rows go, and queue what they had.
delete from public.conversations where account_id = :'account';
select set_eq(format('select object_name from private.object_removals where object_name in (%L, %L)', :'stored', :'waiting'), array[:'stored', :'waiting'], 'a conversation takes the contents of its attachments along');
select set_eq(format('select r ->> ''object_name'' from jsonb_array_elements(public.claim_file_removals()) r'), array[:'stored'], 'at once what is stored, later what may just be arriving');

-- Killed between the upload and the note of it: a row is there, and the object is in use.
select is(private.is_mail_object_named('tenants/' || :'alpha' || '/drafts/x/y'), false, 'an object without a row is in nobody''s use');
insert into public.mail_drafts (tenant_id, author_id, account_id, kind) values (:'alpha', :'owner', :'account', 'new') returning id as other \gset
insert into public.draft_attachments (tenant_id, draft_id, name, size, object_name) values (:'alpha', :'other', 'x', 1, 'tenants/' || :'alpha' || '/drafts/x/y');
select is(private.is_mail_object_named('tenants/' || :'alpha' || '/drafts/x/y'), true, 'with one it is');
insert into private.object_removals (object_name, bucket_id, reason) values ('tenants/' || :'alpha' || '/drafts/x/y', 'mail-attachments', 'orphan');
select is(public.claim_file_removals(), '[]'::jsonb, 'and is not removed, even when it was queued before');
select is((select count(*) from private.object_removals where object_name like '%/drafts/x/y'), 0::bigint, 'nor stays queued');

select * from finish();
rollback;
