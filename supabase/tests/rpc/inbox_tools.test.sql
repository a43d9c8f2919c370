-- Working with conversations: changing many at once, notes, who is looking, waking up, canned replies, signatures, and erasing a client.
begin;
\ir ../fixtures.inc
select plan(87);

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.join_clinic(:'alpha', 'staff@alpha.test', 'staff') as staff \gset
select tests.join_clinic(:'alpha', 'leaver@alpha.test', 'staff') as leaver \gset
select tests.join_clinic(:'beta', 'owner@beta.test', 'owner') as stranger \gset
update public.memberships set status = 'removed' where tenant_id = :'alpha' and user_id = :'leaver';
insert into public.clients (tenant_id, first_name, last_name, email) values (:'alpha', 'Ana', 'Pop', 'ana@x.test') returning id as ana \gset
insert into public.clients (tenant_id, first_name, last_name) values (:'alpha', 'Mia', 'Pop') returning id as mia \gset
insert into public.clients (tenant_id, first_name, last_name) values (:'beta', 'Other', 'Clinic') returning id as foreign_client \gset
insert into public.tags (tenant_id, name) values (:'alpha', 'lab') returning id as lab \gset
insert into public.tags (tenant_id, name) values (:'beta', 'lab') returning id as foreign_tag \gset
insert into public.mail_accounts (tenant_id, address, preset) values (:'alpha', 'desk@alpha.test', 'webhook') returning id as desk \gset
insert into public.mail_accounts (tenant_id, address, preset) values (:'beta', 'desk@beta.test', 'webhook') returning id as foreign_desk \gset

create function tests.bring(box text, given jsonb) returns uuid language sql as
$$ select (public.bring_message(box, '{"from_address": "ana@x.test", "from_name": "Ana P.", "to": [], "text": "Text", "subject": "Durere", "received_at": "2026-11-01T10:00Z"}' || given) ->> 'conversation_id')::uuid $$;
create function tests.update(tenant uuid, ids uuid[], changes jsonb) returns text language sql as
$$ select tests.refusal(format('select public.update_conversations(%L, %L, %L)', tenant, ids, changes)) $$;
create function tests.state(conversation uuid) returns text language sql security definer as
$$ select concat_ws(' ', c.status, c.snoozed_until is not null, c.closed_at is not null, c.assignee_id is not null, c.unread_count, c.client_link,
  (select k.first_name from public.clients k where k.id = c.client_id)) from public.conversations c where c.id = conversation $$;
create function tests.kinds(conversation uuid) returns text[] language sql security definer as
$$ select array(select e.kind || coalesce(' by ' || left(p.email, 5), '') from public.conversation_events e left join public.profiles p on p.user_id = e.actor_id where e.conversation_id = conversation order by e.occurred_at, e.id) $$;
create function tests.events(kind text) returns bigint language sql security definer as $$ select count(*) from public.audit_events e where e.action = kind $$;
create function tests.told(client uuid) returns bigint language sql security definer as $$ select count(*) from public.activities a where a.client_id = client and a.kind = 'message_received' $$;
grant execute on all functions in schema tests to authenticated;

select tests.bring('desk@alpha.test', '{"message_id": "a1"}') as a \gset
select tests.bring('desk@alpha.test', '{"message_id": "a2", "in_reply_to": "a1"}') \gset
select tests.bring('desk@alpha.test', '{"message_id": "b1", "from_address": "bob@x.test", "from_name": "Bob Builder Senior"}') as b \gset
select tests.bring('desk@beta.test', '{"message_id": "f1"}') as f \gset
select array[:'a', :'b']::uuid[] as both \gset

-- changing
select tests.sign_in(:'staff');
select is(tests.state(:'a'), 'open f f f 2 auto Ana', 'a conversation begins open, unread, with the client whose address it is');
select is(public.update_conversations(:'alpha', :'both', jsonb_build_object('assignee_id', :'owner', 'add_tag_ids', jsonb_build_array(:'lab'), 'status', 'closed')) ->> 'changed', '2', 'several are changed at once');
select is(array[tests.state(:'a'), tests.state(:'b')], '{closed f t t 2 auto Ana,closed f t t 1 auto}'::text[], 'in all that was given');
select is(tests.kinds(:'b'), '{closed by staff,assigned by staff,tag_added by staff}'::text[], 'each has it in its history');
select is(tests.events('conversation.updated'), 1::bigint, 'the log has one event');
select is(tests.update(:'alpha', :'both', '{"status": "closed"}'), 'no refusal', 'twice is once');
select is(cardinality(tests.kinds(:'b')), 3, 'and makes no history');
select is(tests.update(:'alpha', array[:'a']::uuid[], jsonb_build_object('status', 'snoozed', 'snoozed_until', now() + interval '1 day')), 'no refusal', 'one is snoozed');
select is(tests.state(:'a'), 'snoozed t f t 2 auto Ana', 'until a time');
select is(tests.update(:'alpha', array[:'a']::uuid[], jsonb_build_object('status', 'open', 'assignee_id', null, 'remove_tag_ids', jsonb_build_array(:'lab'))), 'no refusal', 'and opened');
select is(tests.state(:'a'), 'open f f f 2 auto Ana', 'given back to nobody');
select is((tests.kinds(:'a'))[4:], '{snoozed by staff,opened by staff,unassigned by staff,tag_removed by staff}'::text[], 'which is all told');
select is(tests.update(:'alpha', array[:'a']::uuid[], '{"is_read": true, "read_until": "2026-01-01"}'), 'no refusal', 'what came after somebody began to read');
select is(tests.state(:'a'), 'open f f f 2 auto Ana', 'is still unread');
select is(tests.update(:'alpha', array[:'a']::uuid[], '{"is_read": true}'), 'no refusal', 'a conversation is read');
select is(tests.state(:'a'), 'open f f f 0 auto Ana', 'in all its messages');
select is(tests.update(:'alpha', array[:'a']::uuid[], '{"is_read": false}'), 'no refusal', 'and unread again');
select is(tests.state(:'a'), 'open f f f 1 auto Ana', 'in its newest');
select is(tests.told(:'ana'), 2::bigint, 'its messages are on the client''s timeline');
select is(tests.update(:'alpha', array[:'a']::uuid[], jsonb_build_object('client_id', :'mia')), 'no refusal', 'it is about somebody else');
select is((tests.state(:'a'), tests.told(:'ana'), tests.told(:'mia'))::text, '("open f f f 1 manual Mia",0,2)', 'whose timeline has them now');
select is(tests.update(:'alpha', array[:'a']::uuid[], '{"client_id": null}'), 'no refusal', 'or about nobody');
select is(tests.state(:'a'), 'open f f f 1 manual', 'although the address is somebody''s');
select is(tests.update(:'alpha', array[:'a']::uuid[], '{"client_link": "auto"}'), 'no refusal', 'until it follows the address again');
select is((tests.state(:'a'), tests.told(:'ana'))::text, '("open f f f 1 auto Ana",2)', 'and is the client''s');
select is(tests.update(:'alpha', array[:'a', :'f']::uuid[], '{"status": "closed"}'), 'PT404 conversation_not_found', 'all or none');
select is((tests.state(:'a'), tests.state(:'f'))::text, '("open f f f 1 auto Ana","open f f f 1 auto")', 'and never another clinic''s');
select is(tests.update(:'alpha', array[:'a']::uuid[], given::jsonb), refused, given || ': ' || refused) from (values
  ('{}', 'PT422 values_invalid'), ('[]', 'PT422 values_invalid'), ('{"subject": "x"}', 'PT422 values_invalid'), ('{"status": "gone"}', 'PT422 status_unknown'), ('{"status": null}', 'PT422 status_unknown'),
  ('{"status": "snoozed"}', 'PT422 snooze_invalid'), ('{"status": "snoozed", "snoozed_until": "2020-01-01"}', 'PT422 snooze_invalid'), ('{"status": "open", "snoozed_until": "2030-01-01"}', 'PT422 snooze_invalid'),
  ('{"is_read": "yes"}', 'PT422 values_invalid'), ('{"assignee_id": "x"}', 'PT422 values_invalid'), ('{"add_tag_ids": ["x"]}', 'PT422 values_invalid'), ('{"add_tag_ids": "x"}', 'PT422 values_invalid'),
  ('{"client_link": "manual"}', 'PT422 values_invalid'), ('{"read_until": "2026-01-01"}', 'PT422 values_invalid')) x (given, refused);
select is(tests.update(:'alpha', array[:'a']::uuid[], jsonb_build_object('assignee_id', p)), 'PT422 assignee_unknown', 'only colleagues of today get conversations') from unnest(array[:'leaver', :'stranger']) p;
select is(tests.update(:'alpha', array[:'a']::uuid[], jsonb_build_object('add_tag_ids', jsonb_build_array(:'foreign_tag'))), 'PT404 tag_not_found', 'another clinic''s tag does not exist');
select is(tests.update(:'alpha', array[:'a']::uuid[], jsonb_build_object('client_id', :'foreign_client')), 'PT404 client_not_found', 'nor its clients');
select is(tests.update(:'alpha', array(select gen_random_uuid() from generate_series(1, 201)), '{"status": "open"}'), 'PT422 too_many', 'there are limits');
select is(tests.update(:'beta', array[:'f']::uuid[], '{"status": "closed"}'), 'PT404 clinic_not_found', 'another clinic does not exist');

-- notes, and who is looking
select public.save_conversation_note(:'alpha', :'a', null, 'Rude on the phone') as note \gset
select is(:'note'::jsonb -> 'author' ->> 'user_id', :'staff', 'a note has its author');
select is(public.save_conversation_note(:'alpha', :'a', (:'note'::jsonb ->> 'id')::uuid, 'Kind') ->> 'body', 'Kind', 'it is corrected');
select is(jsonb_path_query_array(public.get_conversation(:'alpha', :'a'), '$.notes[*].body'), '["Kind"]', 'and shown');
select is(tests.refusal(format('select public.save_conversation_note(%L, %L, %L, ''x'')', :'alpha', :'b', :'note'::jsonb ->> 'id')), 'PT404 note_not_found', 'where it is');
select is(tests.refusal(format('select public.save_conversation_note(%L, %L, null, %L)', :'alpha', :'a', body)), code, code) from (values (' ', 'PT422 note_required'), (repeat('x', 10001), 'PT422 note_too_long')) x (body, code);
select is(tests.refusal(format('select public.save_conversation_note(%L, %L, null, ''x'')', :'alpha', :'f')), 'PT404 conversation_not_found', 'only on one''s own clinic''s conversations');
select is(public.delete_conversation_note(:'alpha', (:'note'::jsonb ->> 'id')::uuid) ->> 'id', :'note'::jsonb ->> 'id', 'it is deleted');
select is(public.look_at_conversation(:'alpha', :'a', true), '[]', 'nobody else is here');
select tests.sign_in(:'owner');
select is(public.look_at_conversation(:'alpha', :'a', false) #>> '{0,user_id}', :'staff', 'the second one sees the first');
select tests.as_owner_of_database();
select is((select count(*) from public.audit_events e where e.action like 'conversation_note.%' and e::text ~ 'Rude|Kind'), 0::bigint, 'what notes say is not in the log');
update private.conversation_viewers set seen_at = now() - interval '46 seconds';
update public.conversations set status = 'snoozed', snoozed_until = now() - interval '1 minute' where id = :'a';
select is(private.wake_conversations(), 1::bigint, 'what was snoozed wakes up');
select is((tests.state(:'a'), (tests.kinds(:'a'))[cardinality(tests.kinds(:'a'))])::text, '("open f f f 1 auto Ana",opened)', 'by itself');
select tests.sign_in(:'owner');
select is(public.get_conversation(:'alpha', :'a') -> 'viewers', '[]', 'whoever has not been heard of is gone');

-- canned replies
select public.save_canned_reply(:'alpha', null, '{"title": " Bun  venit ", "shortcut": "/Hi", "body": "Dear {{client.first_name}} {{client.last_name}}, {{me.first_name}} of {{clinic.name}} sees you {{appointment.next}}. {{x}}"}') as reply \gset
select is((:'reply'::jsonb ->> 'title', :'reply'::jsonb ->> 'shortcut')::text, '("Bun venit",hi)', 'a canned reply is saved');
select :'reply'::jsonb ->> 'id' as reply \gset
select is(public.fill_reply(:'alpha', :'reply', :'a'), 'Dear Ana Pop, Owner of Alpha sees you {{appointment.next}}. {{x}}', 'it is filled in, and what is not known stays to be seen');
select is(public.fill_reply(:'alpha', :'reply', :'b'), 'Dear Bob Builder Senior, Owner of Alpha sees you {{appointment.next}}. {{x}}', 'for somebody who is no client by the name in the mail');
select is(tests.refusal(format('select public.save_canned_reply(%L, null, %L)', :'alpha', given)), refused, refused) from (values
  ('{"title": "bun venit", "body": "x"}', 'PT409 canned_reply_exists'), ('{"title": "Other", "body": "x", "shortcut": "hi"}', 'PT409 canned_reply_exists'), ('{"title": "Other", "body": " "}', 'PT422 canned_reply_empty'),
  ('{"title": "Other", "body": "x", "shortcut": "ș"}', 'PT422 shortcut_invalid'), ('{"tenant_id": 1}', 'PT422 values_invalid')) x (given, refused);
select is(public.save_canned_reply(:'alpha', :'reply', '{"shortcut": ""}') ->> 'shortcut', null, 'a shortcut is taken away');
select is(public.delete_canned_reply(:'alpha', :'reply') ->> 'id', :'reply', 'it is deleted');
select is(tests.refusal(format('select public.fill_reply(%L, %L)', :'alpha', :'reply')), 'PT404 canned_reply_not_found', 'for good');

-- signatures
select public.save_signature(:'alpha', :'desk', false, 'The desk') \gset
select is(public.get_signature(:'alpha', :'desk'), 'The desk', 'a mailbox has a signature');
select public.save_signature(:'alpha', null, true, 'Owner') \gset
select public.save_signature(:'alpha', null, true, 'The owner') \gset
select is(public.get_signature(:'alpha', :'desk'), 'The owner', 'one''s own comes before it');
select public.save_signature(:'alpha', :'desk', true, '') \gset
select is(public.get_signature(:'alpha', :'desk'), '', 'and that for the mailbox before that');
select is(public.save_signature(:'alpha', :'desk', true, null), null, 'which may go again');
select is(public.get_signature(:'alpha', :'desk'), 'The owner', 'as if it had not been');
select is(tests.refusal(format('select public.save_signature(%L, %L, false, ''x'')', :'alpha', :'foreign_desk')), 'PT404 mail_account_not_found', 'another clinic''s mailbox does not exist');
select is(tests.refusal(format('select public.save_signature(%L, null, false, ''x'')', :'alpha')), 'PT422 values_invalid', 'and what is nobody''s is nothing');
select tests.sign_in(:'staff');
select is(public.get_signature(:'alpha', :'desk'), 'The desk', 'others have their own');

-- erasing a client
select tests.as_owner_of_database();
insert into public.clients (tenant_id, first_name, last_name) values (:'alpha', 'Vera', 'Gone') returning id as vera \gset
select tests.bring('desk@alpha.test', '{"message_id": "v1", "from_address": "vera@x.test", "attachments": [{"part": "2", "name": "v.png", "content_type": "image/png", "size": 4}]}') as unknown_one \gset
select tests.bring('desk@alpha.test', '{"message_id": "v2", "from_address": "shared@x.test"}') as shared_one \gset
select tests.bring('desk@alpha.test', '{"message_id": "v3", "from_address": "vera@x.test", "subject": "About Mia"}') as about_mia \gset
select tests.bring('desk@alpha.test', '{"message_id": "v4", "from_address": "new@x.test", "subject": "Linked"}') as linked \gset
select m.id as picture from public.message_attachments m where m.tenant_id = :'alpha' and m.name = 'v.png' \gset
update public.conversations set client_link = 'manual' where id = :'unknown_one';
update public.conversations set client_link = 'manual', client_id = :'mia' where id = :'about_mia';
update public.conversations set client_link = 'manual', client_id = :'vera' where id = :'linked';
insert into public.client_identifiers (tenant_id, client_id, kind, raw, is_shared)
values (:'alpha', :'vera', 'email', 'vera@x.test', false), (:'alpha', :'vera', 'email', 'shared@x.test', true), (:'alpha', :'mia', 'email', 'shared@x.test', true);
insert into public.conversation_notes (tenant_id, conversation_id, body) values (:'alpha', :'linked', 'Secret of Vera');
select is((select c.client_id from public.conversations c where c.id = :'unknown_one'), null, 'what somebody said is about nobody stays so');
select private.erase_client(:'alpha', :'vera', 'Asked to') as erased \gset
select is(:'erased'::jsonb -> 'rows' ->> 'public.conversations', '2', 'an erased client''s conversations are deleted');
select is((select count(*) from public.conversations c where c.id in (:'linked', :'unknown_one')), 0::bigint, 'also those that are only known by the address');
select is((select array_agg(c.id order by c.id) from public.conversations c where c.id in (:'shared_one', :'about_mia')), array(select u from unnest(array[:'shared_one', :'about_mia']::uuid[]) u order by u), 'those of others and about others stay');
select is((select count(*) from private.message_search s where s.words @@ private.mail_query(:'alpha', 'vera') and s.conversation_id <> :'about_mia'), 0::bigint, 'the search forgets them');
select is((select count(*) from public.conversation_notes n where n.body ~ 'Vera'), 0::bigint, 'notes go with them');
select is((select count(*) from private.object_removals r where r.object_name like '%' || :'picture'), 1::bigint, 'and the contents of attachments are on their way out');

select * from finish();
rollback;
