-- Attachments of mail: with which type they are kept, opening them, saving them among a client's files.
begin;
\ir ../fixtures.inc
select plan(56);

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.join_clinic(:'alpha', 'staff@alpha.test', 'staff') as staff \gset
select tests.join_clinic(:'beta', 'owner@beta.test', 'owner') as other \gset
select tests.as_owner_of_database();
insert into public.clients (tenant_id, last_name) values (:'alpha', 'Ash') returning id as ash \gset
insert into public.clients (tenant_id, last_name) values (:'beta', 'Elm') returning id as elm \gset
insert into public.mail_accounts (tenant_id, address, preset) values (:'alpha', 'mail@alpha.test', 'webhook') returning id as account \gset

-- which type
select is(private.attachment_type(name, given), kept, format('%s announced as %s', name, given)) from (values
  ('scan.pdf', 'application/pdf', 'application/pdf'), ('scan.PDF', 'Application/PDF; name=x', 'application/pdf'),
  ('scan.pdf', 'application/octet-stream', 'application/pdf'), ('scan.pdf', '', 'application/pdf'), ('scan.pdf', null, 'application/pdf'),
  ('photo.jpg', 'image/pjpeg', 'image/jpeg'), ('photo', 'image/png', 'image/png'), ('', 'image/gif', 'image/gif'), (null, 'image/webp', 'image/webp'),
  ('visit.ics', 'text/calendar', 'text/calendar'), ('mail.eml', 'message/rfc822', 'message/rfc822'), ('winmail.dat', 'application/ms-tnef', 'application/ms-tnef'),
  ('letter.docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'),
  ('Dr. Pop 2.5 mm.png', 'image/png', 'image/png'), ('voice.ogg', 'audio/ogg', 'audio/ogg')) t (name, given, kept);
select is(private.attachment_type(name, given), 'application/octet-stream', format('%s announced as %s is plain bytes', name, split_part(given, chr(10), 1))) from (values
  ('a.html', 'text/html'), ('a.png', 'text/html'), ('a.pdf', 'text/html'), ('a.HTM', 'image/png'), ('a.svg', 'image/png'), ('a.png', 'image/svg+xml'),
  ('a.xml', 'text/plain'), ('a', 'application/xml'), ('a', 'application/xhtml+xml'), ('a.js', 'application/pdf'), ('a', 'text/javascript'),
  ('a.exe', 'application/octet-stream'), ('a.pdf.exe', 'application/pdf'), ('a.exe.pdf', 'application/pdf'), ('a.lnk', 'image/png'), ('a.iso', 'application/zip'),
  ('a.docm', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'), ('a', 'application/vnd.ms-word.document.macroenabled.12'),
  ('a.exe .', 'text/plain'), ('a.bin', 'application/octet-stream'), ('a.pdf', 'application/x-unknown'), ('a.png', 'image/png' || chr(10) || 'x'), ('a', 'nonsense')) t (name, given);

-- opening
select private.store_mail_account(:'owner', :'alpha', gen_random_uuid(), '{"address": "in@alpha.test", "preset": "webhook"}', null) ->> 'id' as box \gset
create function tests.bring(attachment jsonb) returns uuid language sql security definer as
$$ select (private.bring_message('in@alpha.test', jsonb_build_object('message_id', gen_random_uuid(), 'from_address', 'a@b.test', 'attachments',
  jsonb_build_array(attachment || '{"part": "1"}'))) -> 'attachments' -> 0 ->> 'id')::uuid $$;
create function tests.settle(attachment uuid, state text, bytes bigint default 5) returns void language sql security definer as
$$ select private.settle_attachment(attachment, state, bytes, null) $$;
create function tests.type_of(attachment uuid) returns text language sql security definer as
$$ select content_type from public.message_attachments where id = attachment $$;
create function tests.open(attachment uuid, disposition text default 'inline') returns text language sql as
$$ select format('select public.open_attachment(%L, %L)', attachment, disposition) $$;
create function tests.events(attachment uuid) returns bigint language sql security definer as
$$ select count(*) from public.audit_events where target_type = 'attachment' and target_id = attachment::text $$;
grant execute on all functions in schema tests to authenticated;

select tests.bring('{"name": "x.png", "content_type": "image/png", "size": 5}') as picture \gset
select tests.bring('{"name": "x.html", "content_type": "text/html", "size": 5}') as page \gset
select tests.bring('{"name": "", "content_type": "image/jpeg", "size": 5, "is_inline": true}') as nameless \gset
select is(tests.type_of(:'page'), 'application/octet-stream', 'a page is listed as plain bytes');

select tests.sign_in(:'staff');
select is(public.open_attachment(:'picture', 'inline'), '{"state": "waiting"}', 'what is not fetched yet is waiting');
select is(tests.events(:'picture'), 0::bigint, 'and nothing was opened');
select tests.settle(:'picture', 'stored'), tests.settle(:'page', 'stored'), tests.settle(:'nameless', 'stored');
select is(public.open_attachment(:'picture', 'inline') ->> 'disposition', 'inline', 'a picture is shown');
select is(public.open_attachment(:'picture', 'attachment') ->> 'disposition', 'attachment', 'or saved');
select is(public.open_attachment(:'page', 'inline') ->> 'disposition', 'attachment', 'a page is only saved');
select is(public.open_attachment(:'nameless', 'inline') ->> 'name', 'image.jpg', 'a picture without a name gets one');
select is(tests.refusal(tests.open(:'picture', 'elsewhere')), 'PT422 values_invalid', 'in two ways only');
select is(tests.events(:'picture'), 2::bigint, 'each is recorded');
select tests.sign_in(:'other');
select is(tests.refusal(tests.open(:'picture')), 'PT404 attachment_not_found', 'not for another clinic');
select is(tests.refusal(format('select public.begin_saving_attachment(%L, %L)', :'picture', :'elm')), 'PT404 attachment_not_found', 'nor to be saved there');

-- saving
select tests.sign_in(:'staff');
select is(tests.refusal(format('select public.begin_saving_attachment(%L, %L)', :'picture', :'elm')), 'PT404 client_not_found', 'not for a client of another clinic');
select is(tests.refusal(format('select public.begin_saving_attachment(%L, %L)', :'page', :'ash')), 'PT422 file_type_not_allowed', 'no pages among files');
select public.begin_saving_attachment(:'picture', :'ash') ->> 'file_id' as file \gset
select is(public.begin_saving_attachment(:'picture', :'ash') ->> 'file_id', :'file', 'the second click finds the file of the first');
select is(tests.refusal(format('select public.finish_saving_attachment(%L)', :'file')), 'PT409 upload_incomplete', 'which needs its content');
select tests.as_owner_of_database();
insert into storage.objects (bucket_id, name, metadata)
select 'client-files', f.object_name, '{"size": 5, "mimetype": "image/png"}' from public.client_files f where f.id = :'file';
select tests.sign_in(:'other');
select is(tests.refusal(format('select public.finish_saving_attachment(%L)', :'file')), 'PT404 file_not_found', 'another clinic finishes nothing');
select tests.sign_in(:'staff');
select is(public.finish_saving_attachment(:'file') ->> 'state', 'stored', 'with it, it is stored');
select is((public.begin_saving_attachment(:'picture', :'ash') ->> 'is_saved')::boolean, true, 'and known from then on');

select * from finish();
rollback;
