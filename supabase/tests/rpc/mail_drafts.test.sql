-- Drafts: filled in as an answer should be, changed by their author alone, never two for one answer.
begin;
\ir ../fixtures.inc
select plan(59);

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
update public.tenants set country = 'US' where id = :'alpha';
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.join_clinic(:'alpha', 'staff@alpha.test', 'staff') as staff \gset
select tests.join_clinic(:'alpha', 'nurse@alpha.test', 'staff') as nurse \gset
select tests.join_clinic(:'beta', 'owner@beta.test', 'owner') as stranger \gset
insert into public.mail_accounts (tenant_id, address, display_name, preset, imap_host, smtp_host) values (:'alpha', 'desk@alpha.test', 'Alpha', 'generic', 'mail.test', 'mail.test') returning id as account \gset
insert into public.mail_accounts (tenant_id, address, preset, imap_host, smtp_host) values (:'alpha', 'lab@alpha.test', 'generic', 'mail.test', 'mail.test') returning id as second \gset
insert into public.mail_accounts (tenant_id, address, preset, imap_host, smtp_host) values (:'beta', 'desk@beta.test', 'generic', 'mail.test', 'mail.test') returning id as foreign_account \gset
insert into public.clients (tenant_id, first_name, last_name) values (:'alpha', 'Ana', 'Țepeș') returning id as client \gset
insert into public.client_identifiers (tenant_id, client_id, kind, raw, normalised, is_primary) values (:'alpha', :'client', 'email', 'Ana@X.test', 'ana@x.test', true);

create function tests.receive(account uuid, given jsonb) returns public.messages language plpgsql as
$$
declare
  kept private.kept_message := private.keep_message((select a from public.mail_accounts a where a.id = account), given, 'inbound');
begin
  perform private.after_messages((kept.message).tenant_id, array[(kept.message).id]);
  return kept.message;
end;
$$;
select (tests.receive(:'account', jsonb_build_object(
  'message_id', 'a1@x.test', 'from_address', 'ana@x.test', 'from_name', 'Ana "Ani" Pop', 'subject', 'RE: AW: Control', 'text', E'Bună!\n\n> vechi',
  'html', '<p>Bună!</p>', 'received_at', now() - interval '1 hour', 'references', '["a0@x.test"]'::jsonb,
  'to', '[{"name": "Alpha", "address": "Desk@alpha.test"}, {"name": "Ion", "address": "ion@y.test"}]'::jsonb,
  'cc', '[{"name": "", "address": "ana@x.test"}, {"name": "Lab", "address": "lab@alpha.test"}, {"name": "x", "address": "undisclosed-recipients:;"}, {"name": "Eva", "address": "eva@z.test"}]'::jsonb,
  'attachments', '[{"part": "2", "name": "ecou.pdf", "content_type": "application/pdf", "size": 1000}, {"part": "3", "name": "logo.png", "content_type": "image/png", "size": 10, "content_id": "logo@x", "is_inline": true}]'::jsonb))).id as message \gset
select conversation_id as conversation from public.messages where id = :'message' \gset
select (tests.receive(:'foreign_account', '{"message_id": "b1@x.test", "from_address": "ana@x.test", "subject": "x"}')).id as foreign_message \gset

create function tests.start(tenant uuid, kind text, message uuid default null, account uuid default null, client uuid default null) returns text language sql as
$$ select tests.refusal(format('select public.start_draft(%L, %L, %L, %L, %L)', tenant, kind, account, message, client)) $$;
create function tests.save(tenant uuid, draft uuid, fields jsonb, revision integer) returns text language sql as
$$ select tests.refusal(format('select public.save_draft(%L, %L, %L, %L)', tenant, draft, fields, revision)) $$;
create function tests.call(name text, tenant uuid, target uuid) returns text language sql as
$$ select tests.refusal(format('select public.%I(%L, %L)', name, tenant, target)) $$;
create function tests.announce(tenant uuid, draft uuid, name text, size bigint) returns text language sql as
$$ select tests.refusal(format('select public.announce_draft_attachment(%L, %L, %L, %L, %L)', tenant, draft, name, 'application/pdf', size)) $$;
grant execute on all functions in schema tests to authenticated;

select tests.sign_in(:'staff');
select public.start_draft(:'alpha', 'reply', message_id => :'message') as reply \gset
select :'reply'::jsonb ->> 'id' as draft \gset
select is(:'reply'::jsonb -> 'to', '[{"name": "Ana \"Ani\" Pop", "address": "ana@x.test"}]'::jsonb, 'an answer goes to the sender');
select is(:'reply'::jsonb -> 'cc', '[]'::jsonb, 'and to nobody else');
select is(:'reply'::jsonb ->> 'subject', 'Re: Control', 'its subject is marked once');
select is(:'reply'::jsonb ->> 'account_id', :'account', 'it is sent from the mailbox that got the message');
select is(:'reply'::jsonb ->> 'conversation_id', :'conversation', 'it belongs to the conversation');
select matches(:'reply'::jsonb ->> 'quoted_text', E'^On [0-9., :]+, Ana "Ani" Pop <ana@x\\.test> wrote:\n> Bună!\n>\n> > vechi$', 'the message is quoted line by line');
select matches(:'reply'::jsonb ->> 'quoted_html', '^<p>On .*, Ana &quot;Ani&quot; Pop &lt;ana@x.test&gt; wrote:</p><blockquote><p>Bună!</p></blockquote>$', 'and as HTML, with the sender''s name escaped');
select is(:'reply'::jsonb -> 'attachments', '[]'::jsonb, 'an answer repeats no attachments');
select is(public.start_draft(:'alpha', 'reply', message_id => :'message') ->> 'id', :'draft', 'beginning again goes on with the same draft');
select is(public.start_draft(:'alpha', 'reply_all', message_id => :'message') - 'to' -> 'cc', '[{"name": "Ion", "address": "ion@y.test"}, {"name": "Eva", "address": "eva@z.test"}]'::jsonb,
  'an answer to all leaves out the clinic''s own mailboxes, whom it goes to already, and what is no address');
select is((select count(*) from public.mail_drafts), 2::bigint, 'which is a draft of its own');

select public.start_draft(:'alpha', 'forward', message_id => :'message') as forward \gset
select is(:'forward'::jsonb ->> 'subject', 'Fwd: RE: AW: Control', 'a forward has its own mark');
select is(:'forward'::jsonb -> 'to', '[]'::jsonb, 'and goes to nobody yet');
select is(jsonb_path_query_array(:'forward'::jsonb, '$.attachments[*].name'), '["ecou.pdf", "logo.png"]'::jsonb, 'the attachments come along');
select is(jsonb_path_query_array(:'forward'::jsonb, '$.attachments[*].state'), '["waiting", "waiting"]'::jsonb, 'in the state in which they are');
select is((select count(*) from public.message_attachments where message_id = :'message' and wanted_at is not null), 2::bigint, 'and those that are not here are fetched first');
select is((select count(*) from public.draft_attachments where object_name is not null), 0::bigint, 'nothing is copied');
select matches(:'forward'::jsonb ->> 'quoted_text', E'^-+ Forwarded message -+\nFrom: Ana "Ani" Pop <ana@x.test>\nDate: .*\nSubject: RE: AW: Control\nTo: Alpha <Desk@alpha.test>, Ion <ion@y.test>\n\nBună!', 'it says whose mail it was');

select public.start_draft(:'alpha', 'new', client_id => :'client') as fresh \gset
select is(:'fresh'::jsonb -> 'to', '[{"name": "Ana Țepeș", "address": "ana@x.test"}]'::jsonb, 'a mail for a client goes to the client''s address');
select isnt(public.start_draft(:'alpha', 'new', account_id => :'second') ->> 'id', :'fresh'::jsonb ->> 'id', 'every new mail is another one');
select is(tests.start(:'alpha', 'poem'), 'PT422 values_invalid', 'other kinds do not exist');
select is(tests.start(:'alpha', 'reply'), 'PT422 values_invalid', 'an answer names its message');
select is(tests.start(:'alpha', 'new', :'message'), 'PT422 values_invalid', 'a new mail names none');
select is(tests.start(:'alpha', 'reply', :'foreign_message'), 'PT404 message_not_found', 'another clinic''s message is not found');
select is(tests.start(:'alpha', 'new', null, :'foreign_account'), 'PT404 mail_account_not_found', 'nor is its mailbox');
select is(tests.start(:'beta', 'new'), 'PT404 clinic_not_found', 'nor the clinic');

-- writing
select is(public.save_draft(:'alpha', :'draft', jsonb_build_object('to', jsonb_build_array(jsonb_build_object('name', E'Ana\r\nBcc: x@y.test', 'address', E'ana@x.test\n')), 'subject', E'Re:\nControl', 'text_body', E'Da.\n'), 1) ->> 'revision', '2', 'a draft is saved');
select is((select to_addresses from public.mail_drafts where id = :'draft'), '[{"name": "Ana Bcc: x@y.test", "address": "ana@x.test"}]'::jsonb, 'line ends do not get into names and addresses');
select is((select subject from public.mail_drafts where id = :'draft'), 'Re: Control', 'nor into the subject');
select is((select text_body from public.mail_drafts where id = :'draft'), E'Da.\n', 'the text stays as it is');
select is(public.save_draft(:'alpha', :'draft', '{"text_body": "Da.\n"}', 1) ->> 'revision', '2', 'saving once more what is there is no quarrel');
select is(tests.save(:'alpha', :'draft', '{"text_body": "Nu."}', 1), 'PT409 draft_changed', 'another text from an older state is');
select is(tests.save(:'alpha', :'draft', '{"cc": [{"name": "Io", "address": "io"}]}', 2), 'no refusal', 'an address may be half typed');
select is(tests.save(:'alpha', :'draft', '{"cc": ["ana@x.test"]}', 3), 'PT422 values_invalid', 'recipients have a form');
select is(tests.save(:'alpha', :'draft', '{"cc": {}}', 3), 'PT422 values_invalid', 'and are a list');
select is(tests.save(:'alpha', :'draft', '{"subject": 1}', 3), 'PT422 values_invalid', 'a subject is a text');
select is(tests.save(:'alpha', :'draft', jsonb_build_object('text_body', repeat('x', 1000001)), 3), 'PT422 field_too_long', 'texts have a limit');
select is(tests.save(:'alpha', :'draft', jsonb_build_object('account_id', :'foreign_account'), 3), 'PT404 mail_account_not_found', 'another clinic''s mailbox cannot be chosen');
select is(tests.save(:'alpha', :'draft', '{"account_id": "x"}', 3), 'PT404 mail_account_not_found', 'nor one that is none');
select is(tests.save(:'alpha', :'draft', '[]', 3), 'PT422 values_invalid', 'values are an object');

-- attachments
select public.announce_draft_attachment(:'alpha', :'draft', E'Ștampilă\u202egpj.exe', 'image/png; x=1', 12) as announced \gset
select :'announced'::jsonb ->> 'id' as attachment \gset
select is(:'announced'::jsonb ->> 'object_name', 'tenants/' || :'alpha' || '/drafts/' || :'draft' || '/' || :'attachment', 'an attachment is announced under the draft''s path');
select is(:'announced'::jsonb ->> 'name', 'Ștampilăgpj.exe', 'its name reverses nothing');
select is(:'announced'::jsonb ->> 'content_type', 'image/png', 'its type is the plain one');
select is(tests.call('confirm_draft_attachment', :'alpha', :'attachment'), 'PT409 upload_incomplete', 'it is not there before it has arrived');
reset role;
insert into storage.objects (bucket_id, name, owner, owner_id, metadata)
values ('mail-attachments', :'announced'::jsonb ->> 'object_name', :'staff', :'staff', '{"size": 12, "mimetype": "image/png"}');
select tests.sign_in(:'staff');
select is(public.confirm_draft_attachment(:'alpha', :'attachment') ->> 'state', 'stored', 'and is when it has');
select is(tests.announce(:'alpha', :'draft', 'big.pdf', 18 * 1024 * 1024), 'PT422 attachments_too_large', 'together they have a limit');
select is(tests.announce(:'alpha', :'draft', 'empty.pdf', 0), 'PT422 file_empty', 'and none is empty');
select is(tests.announce(:'alpha', :'draft', E'\u200b', 1), 'PT422 file_name_invalid', 'or without a name');

-- of others
select tests.sign_in(:'nurse');
select is(public.get_draft(:'alpha', :'draft') -> 'author' ->> 'user_id', :'staff', 'a colleague sees who is writing');
select is(tests.save(:'alpha', :'draft', '{"text_body": "Hi"}', 3), 'PT403 draft_of_colleague', 'but changes nothing');
select is(array[tests.call('discard_draft', :'alpha', :'draft'), tests.call('remove_draft_attachment', :'alpha', :'attachment'), tests.announce(:'alpha', :'draft', 'x', 1)],
  array_fill('PT403 draft_of_colleague'::text, array[3]), 'discards and attaches nothing');
select is(jsonb_path_query_array(public.list_drafts(:'alpha'), '$[*].is_mine'), '[false, false, false, false, false]'::jsonb, 'the list says whose they are');
select isnt(public.start_draft(:'alpha', 'reply', message_id => :'message') ->> 'id', :'draft', 'and may write an answer too');
select tests.sign_in(:'stranger');
select is(array[tests.call('get_draft', :'alpha', :'draft'), tests.call('get_draft', :'beta', :'draft')], array['PT404 clinic_not_found', 'PT404 draft_not_found'], 'another clinic finds nothing');
select tests.sign_in(:'owner');
select is(public.discard_draft(:'alpha', :'draft') ->> 'discarded', 'true', 'an owner discards what a colleague left');
select is((select count(*) from public.draft_attachments where draft_id = :'draft'), 0::bigint, 'with its attachments');

-- what it hangs on
reset role;
delete from public.conversations where id = :'conversation';
select is((select count(*) from public.mail_drafts where conversation_id is not null), 0::bigint, 'the drafts of a conversation go with it');
select is((select count(*) from public.mail_drafts where tenant_id = :'alpha'), 2::bigint, 'others stay');

-- in whose language
update public.tenants set country = 'RO' where id = :'beta';
update public.profiles set language = 'en' where user_id = :'stranger';
select tests.sign_in(:'stranger');
select matches(public.start_draft(:'beta', 'reply', message_id => :'foreign_message') ->> 'quoted_text', E'^La [0-9., :]+, ana@x\\.test a scris:',
  'what is quoted is introduced in the clinic''s language, whatever language its author reads');
select * from finish();
rollback;
