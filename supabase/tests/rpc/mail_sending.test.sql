-- Sending: a draft becomes a message once, goes out at most once, and comes back as a draft when it is taken back.
begin;
\ir ../fixtures.inc
select plan(67);

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.join_clinic(:'alpha', 'staff@alpha.test', 'staff') as staff \gset
select tests.join_clinic(:'alpha', 'nurse@alpha.test', 'staff') as nurse \gset
select tests.join_clinic(:'beta', 'owner@beta.test', 'owner') as stranger \gset
insert into public.mail_accounts (tenant_id, address, display_name, preset, username, imap_host, smtp_host)
values (:'alpha', 'desk@alpha.test', 'Clinica Alfa', 'generic', 'desk', 'imap.test', 'smtp.test') returning id as account \gset
insert into public.mail_accounts (tenant_id, address, preset, imap_host, smtp_host) values (:'alpha', 'lab@alpha.test', 'generic', 'imap.test', 'smtp.test') returning id as second \gset
update public.mail_accounts set created_at = now() + interval '1 second' where id = :'second';
insert into private.credentials (tenant_id, owner_table, owner_id, field, kid, iv, ciphertext) values (:'alpha', 'mail_accounts', :'account', 'password', 'k1', 'AAAAAAAAAAAAAAAA', repeat('A', 24));
insert into public.clients (tenant_id, first_name, last_name) values (:'alpha', 'Ana', 'Pop') returning id as client \gset
insert into public.client_identifiers (tenant_id, client_id, kind, raw, normalised, is_primary) values (:'alpha', :'client', 'email', 'ana@x.test', 'ana@x.test', true);

create function tests.receive(account uuid, given jsonb, folder text default 'inbound') returns public.messages language plpgsql as
$$
declare
  kept private.kept_message := private.keep_message((select a from public.mail_accounts a where a.id = account), given, folder);
begin
  perform private.after_messages((kept.message).tenant_id, array[(kept.message).id]);
  return kept.message;
end;
$$;
create function tests.send(tenant uuid, draft uuid, revision integer default 1, ignore boolean default false) returns text language sql as
$$ select tests.refusal(format('select public.send_draft(%L, %L, %L, false, %L)', tenant, draft, revision, ignore)) $$;
create function tests.call(name text, tenant uuid, target uuid) returns text language sql as
$$ select tests.refusal(format('select public.%I(%L, %L)', name, tenant, target)) $$;
create function tests.delivery(message uuid) returns text language sql security definer as $$ select m.delivery from public.messages m where m.id = message $$;
create function tests.due(message uuid) returns void language sql security definer as $$ update public.messages set send_at = now() - interval '1 second' where id = message $$;
create function tests.new_draft(tenant uuid, recipients jsonb) returns uuid language plpgsql as
$$
declare
  draft uuid := public.start_draft(tenant, 'new') ->> 'id';
begin
  perform public.save_draft(tenant, draft, jsonb_build_object('to', recipients, 'subject', 'Programare', 'text_body', 'Bună ziua'), 1);
  return draft;
end;
$$;
create function tests.settle(message uuid, attempt text, outcome text, error text default null) returns text language sql security definer as
$$ select private.settle_send(message, attempt::uuid, outcome, error, null) ->> 'delivery' $$;
grant execute on all functions in schema tests to authenticated;

select (tests.receive(:'account', jsonb_build_object(
  'message_id', 'a2@x.test', 'from_address', 'ana@x.test', 'from_name', 'Ana', 'subject', 'Control', 'text', 'Bună!', 'html', '<p>Bună!</p>',
  'received_at', now() - interval '1 hour', 'references', '["a0@x.test", "a1@x.test"]'::jsonb, 'to', '[{"name": "", "address": "desk@alpha.test"}]'::jsonb))).id as incoming \gset
select conversation_id as conversation from public.messages where id = :'incoming' \gset

-- a reply
select tests.sign_in(:'staff');
select public.start_draft(:'alpha', 'reply', message_id => :'incoming') ->> 'id' as draft \gset
select public.save_draft(:'alpha', :'draft', '{"text_body": "Da, mâine.", "bcc": [{"name": "", "address": "Boss@alpha.test"}, {"name": "", "address": "ANA@x.test"}]}', 1) as saved \gset
select is(tests.send(:'alpha', :'draft', 1), 'PT409 draft_changed', 'what has changed meanwhile is not sent');
select tests.sign_in(:'nurse');
select is(tests.send(:'alpha', :'draft', 2), 'PT403 draft_of_colleague', 'nor what a colleague is writing');
select tests.sign_in(:'stranger');
select is(array[tests.send(:'alpha', :'draft', 2), tests.send(:'beta', :'draft', 2)], array['PT404 clinic_not_found', 'PT404 draft_not_found'], 'another clinic finds nothing');
select tests.sign_in(:'staff');
select public.send_draft(:'alpha', :'draft', 2, true) as sent \gset
select :'sent'::jsonb ->> 'id' as message \gset
select is(:'sent'::jsonb ->> 'delivery', 'queued', 'a draft that is sent waits');
select is((:'sent'::jsonb ->> 'send_at')::timestamptz, now() + interval '10 seconds', 'for ten seconds');
select is(:'sent'::jsonb ->> 'conversation_id', :'conversation', 'in its conversation');
select is(public.send_draft(:'alpha', :'draft', 2) ->> 'id', :'message', 'a second click sends nothing else');
select is((select count(*) from public.messages where conversation_id = :'conversation'), 2::bigint, 'there is one message');
select is((select array[in_reply_to, array_to_string(reference_ids, ' '), from_name] from public.messages where id = :'message'),
  array['a2@x.test', 'a0@x.test a1@x.test a2@x.test', 'Clinica Alfa'], 'which names the one it answers, and those before');
select is((select message_key from public.messages where id = :'message'), :'message' || '@alpha.test', 'its id is fixed, and of the clinic''s domain');
select is((select array[to_addresses, bcc_addresses] from public.messages where id = :'message'),
  array['[{"name": "Ana", "address": "ana@x.test"}]', '[{"name": "", "address": "boss@alpha.test"}]']::jsonb[], 'nobody gets it twice');
select matches((select text_body from public.messages where id = :'message'), E'^Da, mâine\\.\n\n.*Ana <ana@x\\.test> .*:\n> Bună!$', 'the quoted message stands below');
select is((select snippet from public.messages where id = :'message'), 'Da, mâine.', 'what the list shows is the answer alone');
select is((select status from public.conversations where id = :'conversation'), 'closed', 'its conversation is closed with it');
select is((select count(*) from public.mail_drafts), 0::bigint, 'the draft is no draft any more');
reset role;
select is((select array[kind, state] from private.jobs where payload ->> 'message_id' = :'message'), array['send-mail', 'waiting'], 'a job sends it');
select is(private.begin_send(:'message') ->> 'state', 'early', 'but not before its time');

-- taken back
select tests.sign_in(:'nurse');
select is(tests.call('undo_send', :'alpha', :'message'), 'PT403 message_of_colleague', 'a colleague takes nothing back');
select tests.sign_in(:'staff');
select public.start_draft(:'alpha', 'reply', message_id => :'incoming') ->> 'id' as other \gset
select isnt(:'other'::text, :'draft'::text, 'another answer may have been begun meanwhile');
select public.undo_send(:'alpha', :'message') as undone \gset
select is(:'undone'::jsonb ->> 'id', :'draft', 'its author gets the draft back');
select is(jsonb_build_array(:'undone'::jsonb -> 'text_body', :'undone'::jsonb -> 'bcc' -> 1 -> 'address', :'undone'::jsonb -> 'conversation_id'), jsonb_build_array('Da, mâine.', 'ANA@x.test', :'conversation'), 'as it was');
select is((select count(*) from public.messages where id = :'message'), 0::bigint, 'the message is gone');
select is((select array[status, message_count::text] from public.conversations where id = :'conversation'), array['open', '1'], 'the conversation is as before');
select is(tests.call('undo_send', :'alpha', :'message'), 'PT404 message_not_found', 'a second undo finds nothing');
select public.discard_draft(:'alpha', :'other');
reset role;
select is((select state from private.jobs where payload ->> 'message_id' = :'message'), 'cancelled', 'nothing is sent');
select is(private.begin_send(:'message') ->> 'state', 'gone', 'also not by a worker that has the job already');

-- sent
select tests.sign_in(:'staff');
select public.send_draft(:'alpha', :'draft', 3) ->> 'id' as message \gset
select tests.due(:'message');
reset role;
select private.begin_send(:'message') as outgoing \gset
select :'outgoing'::jsonb ->> 'attempt' as attempt \gset
select is(jsonb_build_array(:'outgoing'::jsonb -> 'state', :'outgoing'::jsonb -> 'account' -> 'username', :'outgoing'::jsonb -> 'credential' -> 'kid', :'outgoing'::jsonb -> 'bcc' -> 0 -> 'address'),
  '["sending", "desk", "k1", "boss@alpha.test"]', 'a worker gets everything it needs');
select tests.sign_in(:'staff');
select is(tests.call('undo_send', :'alpha', :'message'), 'PT409 send_too_late', 'then it is too late to take it back');
reset role;
select private.begin_send(:'message') ->> 'attempt' as attempt2 \gset
select isnt(:'attempt2'::text, :'attempt'::text, 'before anything is handed over another worker may take it on');
select is(tests.refusal(format('select private.mark_handing_over(%L, %L)', :'message', :'attempt')), 'PT409 send_lost', 'the first one cannot go on');
select private.mark_handing_over(:'message', :'attempt2');
select is(tests.refusal(format('select private.mark_handing_over(%L, %L)', :'message', :'attempt2')), 'PT409 send_lost', 'it is handed over once');
select is(tests.refusal(format('select private.settle_send(%L, %L, ''sent'', null, null)', :'message', :'attempt')), 'PT409 send_lost', 'who has lost it settles nothing');
select is(tests.settle(:'message', :'attempt2', 'sent'), 'sent', 'it is sent');
select is((select array_agg(kind order by kind) from public.activities where client_id = :'client'), array['client_added', 'message_received', 'message_sent'], 'the client''s timeline tells it');
select is((select array_agg(action) from public.audit_events where target_id = :'message'), array['message.sent'], 'so does the audit log');
select is((select draft from private.mail_sends where message_id = :'message'), null, 'nothing is kept twice');
select is(private.begin_send(:'message') ->> 'state', 'sent', 'it is not sent again');
select tests.sign_in(:'staff');
select is(array[tests.call('undo_send', :'alpha', :'message'), tests.call('retry_send', :'alpha', :'message')], array['PT409 send_too_late', 'PT409 send_not_failed'], 'nor taken back, nor tried again');
reset role;
select is((tests.receive(:'account', jsonb_build_object('message_id', 'a3@x.test', 'from_address', 'ana@x.test', 'subject', 'Altceva', 'in_reply_to', :'message' || '@alpha.test'))).conversation_id::text, :'conversation', 'an answer to it finds the conversation');

-- nobody knows
select tests.sign_in(:'staff');
select tests.new_draft(:'alpha', '[{"name": "Ion", "address": "ion@y.test"}]') as draft \gset
select public.send_draft(:'alpha', :'draft', 2) ->> 'id' as message \gset
select tests.due(:'message');
reset role;
select private.begin_send(:'message') ->> 'attempt' as attempt \gset
select private.mark_handing_over(:'message', :'attempt');
select is(private.begin_send(:'message') ->> 'state', 'checking', 'a worker that dies while it hands over leaves it to be looked up');
select is(private.begin_send(:'message') ->> 'state', 'checking', 'it is not sent meanwhile');
select private.claim_mail_account(:'account', 'member', null) ->> 'lease_token' as lease \gset
select is(private.settle_checked_sends(:'account', :'lease', true) ->> 'unknown', '0', 'the server has a minute to file it');
update private.mail_sends set checking_since = now() - interval '2 minutes' where message_id = :'message';
select is(private.settle_checked_sends(:'account', :'lease', false) ->> 'unknown', '0', 'nothing is said before Sent was looked through');
select is(private.settle_checked_sends(:'account', :'lease', true) ->> 'unknown', '1', 'when it is not in Sent nobody knows');
select tests.sign_in(:'nurse');
select is(public.retry_send(:'alpha', :'message') ->> 'delivery', 'queued', 'and a person decides to send it again');
select is((select message_key from public.messages where id = :'message'), :'message' || '@alpha.test', 'as the same message');
reset role;
select (tests.receive(:'account', jsonb_build_object('message_id', :'message' || '@alpha.test', 'from_address', 'desk@alpha.test', 'subject', 'Programare'), 'outbound')).id as found \gset
select is(tests.delivery(:'message'), 'sent', 'found in Sent after all, it was sent');
select is(private.begin_send(:'message') ->> 'state', 'sent', 'and is not sent a second time');
select is(jsonb_path_query_array(private.sends_to_append(:'account', :'lease'), '$[*].message_id'), '[]', 'what is in Sent is not put there again');
update public.messages set delivered_at = now() - interval '2 minutes' where delivery = 'sent' and appended_at is null;
select is(jsonb_array_length(private.sends_to_append(:'account', :'lease')), 1, 'what is not is, after a minute');
select private.mark_appended((private.sends_to_append(:'account', :'lease') -> 0 ->> 'message_id')::uuid);
select is(private.sends_to_append(:'account', :'lease'), '[]'::jsonb, 'once');

-- refused, and for now
select tests.sign_in(:'staff');
select tests.new_draft(:'alpha', '[{"name": "", "address": "nobody@y.test"}]') as draft \gset
select public.send_draft(:'alpha', :'draft', 2, true) ->> 'id' as message \gset
select tests.due(:'message');
reset role;
select private.begin_send(:'message') ->> 'attempt' as attempt \gset
select is(tests.settle(:'message', :'attempt', 'retry', 'network'), 'queued', 'what could not be handed over is tried again');
select tests.due(:'message');
select private.begin_send(:'message') ->> 'attempt' as attempt \gset
update private.mail_sends set attempts = 6 where message_id = :'message';
select is(tests.settle(:'message', :'attempt', 'retry', 'network'), 'failed', 'but not for ever');
select is((select status from public.conversations where id = (select conversation_id from public.messages where id = :'message')), 'closed', 'a conversation that began with it and was closed stays closed');
select tests.sign_in(:'staff');
select is(public.undo_send(:'alpha', :'message') ->> 'subject', 'Programare', 'what failed can be made a draft again');
select is((select count(*) from public.conversations where counterpart_address = 'nobody@y.test'), 0::bigint, 'and its conversation is gone with it');
select is(public.get_draft(:'alpha', :'draft') ->> 'conversation_id', null, 'the draft is a new mail again');

-- what is refused
select is(tests.send(:'alpha', tests.new_draft(:'alpha', '[]'), 2), 'PT422 no_recipients', 'a mail goes to somebody');
select is(tests.send(:'alpha', tests.new_draft(:'alpha', '[{"name": "x", "address": "ana@"}]'), 2), 'PT422 recipient_invalid', 'with a whole address');
select is(tests.send(:'alpha', tests.new_draft(:'alpha', (select jsonb_agg(jsonb_build_object('address', 'a' || n || '@x.test')) from generate_series(1, 401) n)), 2), 'PT422 too_many_recipients', 'of 400 at most');
select public.start_draft(:'alpha', 'reply', message_id => :'incoming') ->> 'id' as draft \gset
reset role;
select (tests.receive(:'account', jsonb_build_object('message_id', 'a4@x.test', 'from_address', 'ana@x.test', 'subject', 'Re: Control', 'in_reply_to', 'a2@x.test', 'received_at', now()))).id as newer \gset
update public.messages set sent_at = now() + interval '1 second' where id = :'newer';
select tests.sign_in(:'staff');
select is(tests.send(:'alpha', :'draft'), 'PT409 newer_message', 'who has not seen a newer message is told');
select is(tests.send(:'alpha', :'draft', 1, true), 'no refusal', 'and may send all the same');
select tests.new_draft(:'alpha', '[{"address": "ion@y.test"}]') as draft \gset
reset role;
update public.mail_accounts set status = 'auth_error' where id = :'account';
select tests.sign_in(:'staff');
select is(tests.send(:'alpha', :'draft', 2), 'PT409 mail_account_not_active', 'nothing is sent from a mailbox that does not work');
reset role;
update public.mail_accounts set status = 'removed', removed_at = now() where id = :'account';
select tests.sign_in(:'staff');
select is(tests.send(:'alpha', :'draft', 2), 'PT409 mail_account_removed', 'or is not there any more');
reset role;
update public.mail_accounts set status = 'active', removed_at = null where id = :'account';
insert into public.messages (tenant_id, account_id, conversation_id, direction, message_key, delivery)
select :'alpha', :'account', :'conversation', 'outbound', 'bulk' || n, 'sent' from generate_series(1, 500) n;
select tests.sign_in(:'staff');
select is(tests.send(:'alpha', :'draft', 2), 'PT429 daily_limit_reached', 'and 500 messages a day are enough');
reset role;
update public.messages set delivery = 'handing_over', send_at = now() - interval '1 hour' where message_key = 'bulk1';
insert into private.mail_sends (message_id, tenant_id, draft_id) select id, tenant_id, gen_random_uuid() from public.messages where message_key = 'bulk1';
select is(private.recover_sends(), 1, 'what was left behind without a job');
select is((select delivery from public.messages where message_key = 'bulk1'), 'checking', 'is brought to an end');
select * from finish();
rollback;
