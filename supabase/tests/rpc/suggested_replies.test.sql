-- Suggested replies: what a provider is shown, and how often a member may ask. Deliveries of the inbound webhook.
begin;
\ir ../fixtures.inc
select plan(17);

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.join_clinic(:'alpha', 'staff@alpha.test', 'staff') as staff \gset
select tests.join_clinic(:'beta', 'owner@beta.test', 'owner') as other \gset
select tests.as_owner_of_database();
insert into public.mail_accounts (tenant_id, address, preset) values (:'alpha', 'in@alpha.test', 'webhook');
create function tests.bring(id text, body text, answers text default null) returns uuid language sql security definer as
$$ select (private.bring_message('in@alpha.test', jsonb_build_object('message_id', id, 'in_reply_to', answers, 'from_address', 'ana@b.test', 'from_name', 'Ana',
  'subject', 'Visit', 'text', body)) ->> 'conversation_id')::uuid $$;
create function tests.ask(conversation uuid) returns text language sql as $$ select format('select public.use_suggestion(%L)', conversation) $$;
create function tests.read(conversation uuid) returns text language sql as $$ select format('select public.read_for_reply(%L)', conversation) $$;
create function tests.shown(conversation uuid) returns bigint language sql security definer as
$$ select count(*) from public.audit_events where action = 'conversation.shown_to_ai' and target_id = conversation::text $$;
grant execute on all functions in schema tests to authenticated;
select tests.bring('1@b', 'First.') as visit \gset
select tests.bring('2@b', 'Second.', '1@b');
select tests.bring('3@b', 'Another matter.') as another \gset
insert into public.messages (tenant_id, account_id, conversation_id, direction, message_key, text_body, delivery)
select c.tenant_id, c.account_id, c.id, 'outbound', s.state, 'Not sent: ' || s.state, s.state
from public.conversations c, unnest(array['queued', 'failed', 'cancelled', 'unknown']) s (state) where c.id = :'visit';

select tests.sign_in(:'staff');
select public.read_for_reply(:'visit') as material \gset
select is(:'material'::jsonb -> 'messages' @> '[{"text": "First."}, {"text": "Second."}]', true, 'the messages of the conversation');
select is(jsonb_array_length(:'material'::jsonb -> 'messages'), 2, 'and no others, nor what never went out');
select is(:'material' ~ 'ana@b.test', false, 'no addresses');
select is(array(select jsonb_object_keys(:'material'::jsonb) order by 1), array['background', 'messages', 'subject', 'tenant_id'], 'and nothing else');
select is(:'material'::jsonb -> 'background' -> 0 ->> 'name', 'clinic', 'the clinic says who it is');
select tests.sign_in(:'other');
select is(tests.refusal(tests.read(:'visit')), 'PT404 conversation_not_found', 'not for another clinic');
select is(tests.refusal(tests.ask(:'visit')), 'PT404 conversation_not_found', 'which cannot ask either');

-- knowledge and profile join in this way
select tests.as_owner_of_database();
create function private.reply_background_test(tenant_id uuid) returns text language sql return (select 'Closed in August.' where tenant_id is not null);
create function private.reply_background_silent(tenant_id uuid) returns text language sql return (select 'never' where tenant_id is null);
insert into private.reply_background_parts values ('house_rules', 'reply_background_test'), ('silent', 'reply_background_silent');
select tests.sign_in(:'staff');
select is(public.read_for_reply(:'visit') -> 'background' -> 1, '{"name": "house_rules", "text": "Closed in August."}', 'a further part is shown');
select is(jsonb_array_length(public.read_for_reply(:'visit') -> 'background'), 2, 'one that says nothing is not');

-- how often
select is(tests.shown(:'visit'), 0::bigint, 'reading alone shows nothing to anybody');
select public.use_suggestion(:'visit') from generate_series(1, 20);
select is(tests.shown(:'visit'), 20::bigint, 'each is on the record');
select is(tests.refusal(tests.ask(:'another')), 'PT429 too_many_suggestions', 'twenty an hour, in whichever conversation');
select is(tests.shown(:'another'), 0::bigint, 'what is refused is not recorded');
select tests.sign_in(:'owner');
select lives_ok(tests.ask(:'visit'), 'a colleague has twenty of their own');

-- deliveries
select tests.as_owner_of_database();
select is(private.is_delivery_known(repeat('a', 64)), false, 'a delivery is new');
select private.record_delivery(repeat('a', 64)), private.record_delivery(repeat('a', 64));
select is(private.is_delivery_known(repeat('a', 64)), true, 'until it is recorded, also twice');
update private.inbound_deliveries set received_at = now() - interval '31 days';
insert into private.inbound_deliveries (delivery_key) values (repeat('b', 64));
select is(private.forget_deliveries(), 1::bigint, 'after 30 days it is forgotten');

select * from finish();
rollback;
