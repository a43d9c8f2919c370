-- Mail through Resend: fewer recipients, and answers that name the Message-ID it went out under.
begin;
\ir ../fixtures.inc
select plan(19);

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.as_owner_of_database();
select private.allow_mail_domain('alpha', 'alpha.test');
insert into public.mail_accounts (tenant_id, address, preset, username, imap_host, send_via)
values (:'alpha', 'desk@alpha.test', 'generic', 'desk', 'imap.alpha.test', 'resend') returning id as account \gset
insert into public.mail_accounts (tenant_id, address, preset, username, imap_host, smtp_host)
values (:'alpha', 'desk@mail.test', 'generic', 'desk', 'imap.mail.test', 'smtp.mail.test') returning id as own_server \gset
insert into public.mail_accounts (tenant_id, address, preset, imap_host) values (:'beta', 'desk@beta.test', 'generic', 'imap.beta.test') returning id as foreign \gset

create function tests.written(tenant uuid, box uuid, recipients integer) returns text language plpgsql as $$
declare
  draft uuid := public.start_draft(tenant, 'new', box) ->> 'id';
  limit_said text;
begin
  perform public.save_draft(tenant, draft, jsonb_build_object('subject', 'Control', 'text_body', 'x', 'to', (
    select jsonb_agg(jsonb_build_object('name', '', 'address', 'p' || n || '@x.test')) from generate_series(1, recipients) n)), 1);
  return public.send_draft(tenant, draft, 2) ->> 'id';
exception when sqlstate 'PT422' then
  get stacked diagnostics limit_said = pg_exception_detail;
  return 'at most ' || limit_said;
end;
$$;
grant execute on function tests.written(uuid, uuid, integer) to authenticated;
create function tests.answer(box uuid, own_id text, answered text) returns uuid language plpgsql as $$
declare
  lease text := public.claim_mail_account(box, 'member') ->> 'lease_token';
  folder uuid := public.open_mail_folder(box, lease::uuid, '{"path":"INBOX","role":"inbox","uid_validity":"1"}') -> 0 ->> 'id';
  uid integer := 1 + (select count(*) from public.messages where account_id = box);
begin
  perform public.store_messages(box, lease::uuid, folder, jsonb_build_array(jsonb_build_object(
    'uid', uid, 'message_id', own_id, 'in_reply_to', answered, 'from_address', 'p1@x.test', 'subject', 'Quite another subject')), uid, uid);
  perform public.finish_mail_sync(box, lease::uuid, '{"outcome":"done"}');
  return (select conversation_id from public.messages where account_id = box and message_key = own_id);
end;
$$;
create function tests.conversation(message uuid) returns uuid language sql as $$ select conversation_id from public.messages where id = message $$;

-- how many
select tests.sign_in(:'owner');
select is(tests.written(:'alpha', :'account', 51), 'at most 50', 'the mail service takes fifty recipients at once');
select isnt(tests.written(:'alpha', :'account', 50), 'at most 50', 'and fifty it takes');
select isnt(tests.written(:'alpha', :'own_server', 51), 'at most 50', 'the mailbox''s own server takes more');
select is(tests.written(:'alpha', :'own_server', 401), 'at most 400', 'but not any number');
select tests.written(:'alpha', :'account', 1) as message \gset
select tests.written(:'alpha', :'account', 1) as other \gset

-- which id
select throws_ok(call, '42501', null, 'not for people: ' || call)
from unnest(array[format('select public.expect_sent_id(%L, ''r-1'')', :'message'), format('select public.learn_sent_id(%L, ''<1@ses.test>'')', :'message')]) call;
select tests.as_owner_of_database();
select is(public.expect_sent_id(:'message', 'r-1'), null, 'a mail that has not left has no other id');
select is(public.learn_sent_id(:'message', '<1@ses.test>') ->> 'conversation_id', null, 'nor is one learned');
update public.messages set delivery = 'sent', delivered_at = now() where id in (:'message', :'other');
select isnt(public.expect_sent_id(:'message', 'r-1'), null, 'when it has left, the id is looked up');
select results_eq(
  $$ select payload, run_at > now() + interval '20 seconds', tenant_id = (select id from public.tenants where slug = 'alpha') from private.jobs where kind = 'learn-sent-id' $$,
  format($$ values ('{"message_id": "%s", "resend_id": "r-1"}'::jsonb, true, true) $$, :'message'), 'by a job, as soon as there can be one');
select public.expect_sent_id(:'message', 'r-1');
select is((select count(*) from private.jobs where kind = 'learn-sent-id'), 1::bigint, 'one');

select is((public.learn_sent_id(:'message', ' <1@ses.test>
') ->> 'conversation_id')::uuid, tests.conversation(:'message'), 'the id is learned, without what stands around it');
select is(tests.answer(:'account', 'a1@x.test', '1@ses.test'), tests.conversation(:'message'), 'an answer that names nothing else belongs to the conversation');
select isnt(tests.answer(:'foreign', 'a1@x.test', '1@ses.test'), tests.conversation(:'message'), 'in another clinic it means nothing');
select isnt(tests.answer(:'account', 'a2@x.test', '2@ses.test'), tests.conversation(:'other'), 'an answer may be faster than we are');
select is((public.learn_sent_id(:'other', '<2@ses.test>') ->> 'conversation_id')::uuid, tests.conversation(:'other'), 'when the id is known');
select is((select array_agg(m.message_key order by m.direction) from public.messages m where m.conversation_id = tests.conversation(:'other')),
  array['a2@x.test', :'other' || '@alpha.test'], 'they are one conversation');
select is((select (c.message_count, c.unread_count)::text from public.conversations c where c.id = tests.conversation(:'other')), '(2,1)', 'and counted as one');
select is(public.learn_sent_id(:'other', 'no id at all') ->> 'conversation_id', null, 'what is no id is not kept');

select * from finish();
rollback;
