-- Storing mail and finding its conversation: in whatever order it comes, each message once, nothing lost, never across mailboxes.
begin;
\ir ../fixtures.inc
select plan(40);

select tests.create_clinic('alpha') as alpha \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
insert into public.tags (tenant_id, name) values (:'alpha', 'urgent') returning id as tag \gset
insert into public.tags (tenant_id, name) values (:'alpha', 'lab') returning id as lab \gset

create table tests.box (name text primary key, account uuid, lease uuid, inbox uuid, sent uuid, next integer default 1);
create function tests.open_box(tenant uuid, box text) returns uuid language plpgsql as $$
declare
  a uuid;
  l uuid;
  f jsonb;
begin
  insert into public.mail_accounts (tenant_id, address, preset, imap_host, smtp_host, created_at)
  values (tenant, box || '@clinic.test', 'generic', 'imap.test', 'smtp.test', now() - interval '30 days') returning id into a;
  l := private.claim_mail_account(a, 'member', null) ->> 'lease_token';
  perform private.open_mail_folder(a, l, '{"path": "INBOX", "role": "inbox", "uid_validity": "1"}');
  f := private.open_mail_folder(a, l, '{"path": "Sent", "role": "sent", "uid_validity": "1"}');
  insert into tests.box values (box, a, l, (f -> 0 ->> 'id')::uuid, (f -> 1 ->> 'id')::uuid);
  return a;
end $$;
create function tests.store(box text, given jsonb, is_sent boolean default false) returns jsonb language plpgsql as $$
declare
  b tests.box;
begin
  update tests.box x set next = x.next + 1 where x.name = store.box returning * into b;
  return private.store_messages(b.account, b.lease, case when is_sent then b.sent else b.inbox end, jsonb_build_array(
    jsonb_build_object('uid', b.next, 'from_address', 'ana@x.test', 'from_name', 'Ana', 'to', '[{"name": "", "address": "desk@clinic.test"}]'::jsonb,
      'subject', 'Durere', 'text', 'Text', 'received_at', now() - interval '1 day') || given), b.next, b.next) - 'folders';
end $$;
create function tests.thread_of(key text) returns uuid language sql as
$$ select m.conversation_id from public.messages m where m.message_key = key $$;
create function tests.are_one(variadic keys text[]) returns boolean language sql as
$$ select count(distinct tests.thread_of(k)) = 1 and bool_and(tests.thread_of(k) is not null) from unnest(keys) k $$;

select tests.open_box(:'alpha', 'desk') as desk \gset
select tests.open_box(:'alpha', 'other') as other \gset

-- answers and references
select is(tests.store('desk', '{"message_id": "a1"}'), '{"stored": 1, "known": 0, "poisoned": 0}'::jsonb, 'a message is stored');
select tests.store('desk', '{"message_id": "a2", "in_reply_to": "a1", "subject": "Other subject"}');
select ok(tests.are_one('a1', 'a2'), 'an answer belongs to what it answers, whatever its subject');
select tests.store('desk', '{"message_id": "a3", "references": ["a1", "gone"], "from_address": "sister@x.test"}');
select ok(tests.are_one('a1', 'a3'), 'so does what refers to it, whoever wrote it');
select tests.store('desk', '{"message_id": "b2", "in_reply_to": "b1", "subject": "Re: B"}');
select tests.store('desk', '{"message_id": "b3", "references": ["b1"], "subject": "Re: B2"}');
select ok(tests.are_one('b2', 'b3'), 'two answers to what was never seen belong together');
select tests.store('desk', '{"message_id": "b1", "subject": "B", "received_at": "2026-11-01T08:00:00Z"}');
select ok(tests.are_one('b1', 'b2', 'b3'), 'the parent finds its answers when it comes after them');
select tests.store('desk', '{"message_id": "p1", "provider_thread": "T1", "subject": "One"}');
select tests.store('desk', '{"message_id": "p2", "provider_thread": "T1", "subject": "Two"}');
select ok(tests.are_one('p1', 'p2'), 'the provider''s own thread counts');
select is((select (c.message_count, c.unread_count, c.subject)::text from public.conversations c where c.id = tests.thread_of('b1')), '(3,3,B)', 'a conversation counts its messages, and has the subject it began with');

-- two that turn out to be one
select tests.store('desk', '{"message_id": "l1", "subject": "Left"}');
select tests.store('desk', '{"message_id": "r1", "subject": "Right", "from_address": "r@x.test"}');
select tests.thread_of('l1') as left_id, tests.thread_of('r1') as right_id \gset
select isnt(:'left_id'::uuid, :'right_id'::uuid, 'two matters are two conversations');
update public.conversations set assignee_id = :'owner' where id = :'right_id';
update public.conversations set status = 'closed', closed_at = now() - interval '2 days' where id = :'right_id';
insert into public.conversation_notes (tenant_id, conversation_id, body) values (:'alpha', :'left_id', 'Left note'), (:'alpha', :'right_id', 'Right note');
insert into public.conversation_tags (tenant_id, conversation_id, tag_id)
values (:'alpha', :'left_id', :'tag'), (:'alpha', :'right_id', :'tag'), (:'alpha', :'left_id', :'lab');
insert into public.mail_drafts (tenant_id, account_id, kind, conversation_id, author_id) values (:'alpha', :'desk', 'reply', :'left_id', :'owner');
select tests.store('desk', '{"message_id": "link", "references": ["l1", "r1"], "subject": "Link"}');
select ok(tests.are_one('l1', 'r1', 'link'), 'a message that names both joins them');
select is(tests.thread_of('l1'), :'right_id'::uuid, 'the one somebody is at work on stays');
select is((select count(*) from public.conversations where id = :'left_id'), 0::bigint, 'the other is gone');
select is((select (c.assignee_id, c.status, c.message_count)::text from public.conversations c where c.id = :'right_id'),
  format('(%s,open,3)', :'owner'), 'what is open stays open, and who has it keeps it');
select is((select array_agg(n.body order by n.body) from public.conversation_notes n where n.conversation_id = :'right_id'), '{Left note,Right note}'::text[], 'notes move along');
select is((select count(*) from public.conversation_tags g where g.conversation_id = :'right_id'), 2::bigint, 'tags too, each once');
select is((select count(*) from public.mail_drafts d where d.conversation_id = :'right_id'), 1::bigint, 'and drafts');
select is((select count(*) from private.message_search s where s.conversation_id = :'right_id'), 3::bigint, 'the search knows where the messages are now');

-- one message, many places
select is(tests.store('desk', '{"message_id": "a1"}') ->> 'known', '1', 'a message is stored once in a folder');
select is(tests.store('desk', '{"message_id": "a1"}', true) ->> 'known', '1', 'and once in two folders');
select is((select count(*) from private.message_locations l join public.messages m on m.id = l.message_id where m.message_key = 'a1'), 3::bigint, 'with all its places');
select is(tests.store('desk', '{"message_id": "a1", "subject": "Something else", "digest": "x"}') ->> 'stored', '1', 'another message with the same id is not lost');
select is((select count(*) from public.messages m where m.message_key like 'a1#%'), 1::bigint, 'it has a key of its own');
select is(tests.store('desk', '{"message_id": "a1", "subject": "Something else", "digest": "x"}') ->> 'known', '1', 'and is stored once as well');
select is(tests.store('desk', '{"message_id": "", "subject": "No id", "digest": "y"}') ->> 'stored', '1', 'a message without an id is stored');
select is(tests.store('desk', '{"message_id": "", "subject": "No id", "digest": "y"}') ->> 'known', '1', 'once');
select is(tests.store('other', '{"message_id": "a1"}') ->> 'stored', '1', 'each mailbox has its own copy');
select is((select count(distinct m.conversation_id) from public.messages m where m.message_key = 'a1'), 2::bigint, 'in a conversation of its own');
select tests.store('other', '{"message_id": "x2", "in_reply_to": "a2"}');
select isnt(tests.thread_of('x2'), tests.thread_of('a2'), 'no thread goes from one mailbox to another');
select is(tests.store('desk', '{"problem": "broken"}') ->> 'poisoned', '1', 'what cannot be read is noted and skipped');

-- by the subject alone
select tests.store('desk', jsonb_build_object('message_id', 's1', 'subject', 'Factura', 'received_at', now() - interval '10 days'));
select tests.store('desk', '{"message_id": "s2", "subject": "RE: Factura"}');
select tests.store('desk', '{"message_id": "s3", "subject": "Factura"}');
select tests.store('desk', '{"message_id": "s4", "subject": "Re: Factura", "from_address": "stranger@x.test"}');
select tests.store('desk', jsonb_build_object('message_id', 's5', 'subject', 'Răsp: Factura', 'received_at', now() - interval '28 days'));
select ok(tests.are_one('s1', 's2'), 'an answer that names nothing is known by its subject and its sender');
select ok(not tests.are_one('s1', 's3'), 'without the mark of an answer it is a new matter');
select ok(not tests.are_one('s1', 's4'), 'somebody else''s is not taken for it');
select ok(not tests.are_one('s1', 's5'), 'nor one from another time');
select is(private.base_subject('Fwd: RE[2]: Răsp:  Ana '), 'ana', 'marks of many languages are known');

-- open and closed
select is((select c.status from public.conversations c where c.id = tests.thread_of('a1') limit 1), 'open', 'new mail is open');
select tests.store('desk', jsonb_build_object('message_id', 'o1', 'subject', 'Old', 'is_seen', true, 'received_at', now() - interval '60 days'));
select tests.store('desk', jsonb_build_object('message_id', 'o2', 'subject', 'Old unread', 'received_at', now() - interval '60 days'));
select is((select array_agg(c.status order by c.subject) from public.conversations c where c.id in (tests.thread_of('o1'), tests.thread_of('o2'))),
  '{closed,open}'::text[], 'what had been read before the mailbox was connected waits for nobody');
select tests.store('desk', '{"message_id": "o3", "in_reply_to": "o1"}');
select is((select c.status from public.conversations c where c.id = tests.thread_of('o1')), 'open', 'an answer opens it');
select is((select array_agg(e.kind) from public.conversation_events e where e.conversation_id = tests.thread_of('o1')), '{opened}'::text[], 'which is in its history');

-- whose it is
select tests.store('desk', '{"message_id": "w1", "subject": "Who", "from_address": "late@x.test"}');
insert into public.clients (tenant_id, first_name, last_name, email) values (:'alpha', 'Late', 'Comer', 'late@x.test') returning id as late \gset
select is((select c.client_id from public.conversations c where c.id = tests.thread_of('w1')), :'late'::uuid, 'a client who gets the address later gets the conversation');
select is((select count(*) from public.activities a where a.client_id = :'late' and a.kind = 'message_received'), 1::bigint, 'and the messages on the timeline');
update public.client_identifiers set is_shared = true where client_id = :'late';
insert into public.clients (tenant_id, first_name, last_name) values (:'alpha', 'Twin', 'Comer') returning id as twin \gset
insert into public.client_identifiers (tenant_id, client_id, kind, raw, is_shared) values (:'alpha', :'twin', 'email', 'late@x.test', true);
select is((select (c.client_id is null, (select count(*) from public.activities a where a.client_id = :'late' and a.kind = 'message_received'))::text
  from public.conversations c where c.id = tests.thread_of('w1')), '(t,0)', 'an address of two is nobody''s, and the messages leave the timeline');

select * from finish();
rollback;
