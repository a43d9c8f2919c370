-- Reading the inbox: lists in their order and page by page, counts, search, one conversation with everything, the dashboard and a client's record.
begin;
\ir ../fixtures.inc
select plan(53);

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.join_clinic(:'alpha', 'staff@alpha.test', 'staff') as staff \gset
select tests.join_clinic(:'beta', 'owner@beta.test', 'owner') as stranger \gset
insert into public.clients (tenant_id, first_name, last_name, email) values (:'alpha', 'Ștefan', 'Țurcanu', 'stefan@x.test') returning id as client \gset
insert into public.tags (tenant_id, name, colour) values (:'alpha', 'lab', 'teal') returning id as tag \gset
insert into public.mail_accounts (tenant_id, address, preset, imap_host) select t, 'desk@' || left(t::text, 8) || '.test', 'generic', 'imap.test' from unnest(array[:'alpha', :'beta']::uuid[]) t;
insert into public.mail_accounts (tenant_id, address, preset) values (:'alpha', 'hook@alpha.test', 'webhook') returning id as hook \gset

create function tests.bring(tenant uuid, given jsonb, direction text default 'inbound') returns uuid language plpgsql as $$
declare
  account public.mail_accounts := (select a from public.mail_accounts a where a.tenant_id = tenant and a.address = coalesce(given ->> 'to_box', 'desk@' || left(tenant::text, 8) || '.test'));
  kept private.kept_message;
begin
  kept := private.keep_message(account, '{"from_address": "ana@x.test", "from_name": "Ana", "to": [], "text": "", "subject": ""}' || given, direction);
  perform private.after_messages(tenant, array[(kept.message).id]);
  return (kept.message).conversation_id;
end $$;
create function tests.subjects(tenant uuid, filters jsonb) returns text language sql as
$$ select coalesce(string_agg(c ->> 'subject', ', ' order by n), '') from jsonb_array_elements(public.list_conversations(tenant, filters) -> 'conversations') with ordinality x (c, n) $$;
create function tests.found(tenant uuid, words text, view text default 'all') returns text language sql as
$$ select tests.subjects(tenant, jsonb_build_object('view', view, 'search', words)) $$;
create function tests.walk(tenant uuid, filters jsonb, size integer) returns text[] language plpgsql as $$
declare
  page jsonb := public.list_conversations(tenant, filters, null, size);
  found text[] := array(select jsonb_array_elements(page -> 'conversations') ->> 'id');
begin
  while page -> 'next' <> 'null' loop
    page := public.list_conversations(tenant, filters, page -> 'next', size);
    found := found || array(select jsonb_array_elements(page -> 'conversations') ->> 'id');
  end loop;
  return found;
end $$;
grant execute on all functions in schema tests to authenticated;

select tests.bring(:'alpha', '{"message_id": "1", "subject": "Radiografie", "text": "Bună ziua, vă trimit radiografia – mulțumesc!", "from_address": "Stefan@x.test", "from_name": "Ștefan Țurcanu", "received_at": "2026-11-01T10:00Z"}') as xray \gset
select tests.bring(:'alpha', '{"message_id": "2", "subject": "Factura", "text": "Factura 4711", "received_at": "2026-11-02T10:00Z", "attachments": [{"part": "2", "name": "f.pdf", "content_type": "application/pdf", "size": 10}]}') as bill \gset
select tests.bring(:'alpha', '{"message_id": "3", "subject": "Привет", "text": "", "html": "<style>p { color: hidden }</style><p title=secret>Granulom<br>aici</p>", "received_at": "2026-11-03T10:00Z"}') as russian \gset
select tests.bring(:'alpha', '{"message_id": "4", "subject": "Citit", "is_seen": true, "received_at": "2026-11-04T10:00Z", "to_box": "hook@alpha.test"}') as seen \gset
select tests.bring(:'alpha', '{"message_id": "5", "subject": "Radiografie", "in_reply_to": "1", "from_address": "desk@x", "text": "Am primit, implant la 26", "to": [{"name": "Ștefan Țurcanu", "address": "stefan@x.test"}], "received_at": "2026-11-01T12:00Z"}', 'outbound') as answer \gset
select tests.bring(:'beta', '{"message_id": "1", "subject": "Beta granulom", "text": "granulom", "received_at": "2026-11-05T10:00Z"}') as foreign_one \gset
update public.conversations set assignee_id = :'staff' where id = :'bill';
update public.conversations set status = 'closed', closed_at = now() where id = :'seen';
insert into public.conversation_tags (tenant_id, conversation_id, tag_id) values (:'alpha', :'bill', :'tag');
insert into public.mail_drafts (tenant_id, account_id, kind, conversation_id, author_id) select :'alpha', c.account_id, 'reply', c.id, :'staff' from public.conversations c where c.id = :'bill';
update public.messages set delivery = 'failed', author_id = :'owner' where message_key = '5';

select tests.sign_in(:'staff');
-- lists
select is(tests.subjects(:'alpha', '{}'), 'Привет, Factura, Radiografie', 'what is open, that with the newest message first');
select is(tests.subjects(:'alpha', '{"view": "mine"}'), 'Factura', 'mine');
select is(tests.subjects(:'alpha', '{"view": "unassigned"}'), 'Привет, Radiografie', 'nobody''s');
select is(tests.subjects(:'alpha', '{"view": "closed"}'), 'Citit', 'closed ones');
select is(tests.subjects(:'alpha', '{"view": "snoozed"}'), '', 'snoozed ones');
select is(tests.subjects(:'alpha', '{"view": "all"}'), 'Citit, Привет, Factura, Radiografie', 'all');
select is(tests.subjects(:'alpha', jsonb_build_object('view', 'all', 'account_id', :'hook')), 'Citit', 'of a mailbox');
select is(tests.subjects(:'alpha', jsonb_build_object('view', 'all', 'assignee_id', :'staff')), 'Factura', 'of a colleague');
select is(tests.subjects(:'alpha', jsonb_build_object('client_id', :'client')), 'Radiografie', 'of a client');
select is(tests.subjects(:'alpha', jsonb_build_object('tag_id', :'tag')), 'Factura', 'with a tag');
select is(tests.subjects(:'alpha', '{"is_unread": false, "view": "all"}'), 'Citit', 'read ones');
select is(tests.subjects(:'alpha', '{"has_attachments": true}'), 'Factura', 'with attachments');
select is(tests.subjects(:'alpha', jsonb_build_object('tag_id', :'tag', 'is_unread', true, 'search', 'fact', 'view', 'mine')), 'Factura', 'and all of it at once');
select is(tests.walk(:'alpha', '{"view": "all"}', 1), array[:'seen', :'russian', :'bill', :'xray'], 'page by page everything comes once, in order');
select is(tests.walk(:'alpha', '{"view": "all", "search": "a"}', 1), array[:'seen', :'russian', :'bill', :'xray'], 'what was found as well');
select is(tests.refusal(format('select public.list_conversations(%L, %L)', :'alpha', f)), 'PT422 filter_invalid', 'there is no filter ' || f)
from unnest(array['{"view": "spam"}', '{"tag_id": "x"}', '{"colour": "red"}', '[]', '{"is_unread": "yes"}']) f;
select is(tests.refusal(format('select public.list_conversations(%L, ''{}'', ''{"last_message_at": "x", "id": "y"}'')', :'alpha')), 'PT422 page_unknown', 'nor such a place in the list');
select public.list_conversations(:'alpha', '{"view": "mine"}') -> 'conversations' -> 0 as row \gset
select is(:'row'::jsonb -> 'tags', jsonb_build_array(jsonb_build_object('id', :'tag', 'name', 'lab', 'colour', 'teal')), 'a row has its tags');
select is((:'row'::jsonb -> 'assignee' ->> 'user_id', :'row'::jsonb ->> 'draft_count', :'row'::jsonb ->> 'last_direction')::text, format('(%s,1,inbound)', :'staff'), 'who has it, how many answers are being written, and who wrote last');
select public.list_conversations(:'alpha', jsonb_build_object('client_id', :'client')) -> 'conversations' -> 0 as row \gset
select is((:'row'::jsonb -> 'client' ->> 'last_name', :'row'::jsonb ->> 'failed_count', :'row'::jsonb ->> 'last_direction')::text, '(Țurcanu,1,outbound)', 'its client, and what was not sent');
select is(public.inbox_counts(:'alpha'), '{"open": 3, "open_unread": 3, "mine": 1, "mine_unread": 1, "unassigned": 2, "snoozed": 0, "drafts": 1, "failed": 1}', 'how many there are of each');

-- search
select is(tests.found(:'alpha', 'radiografia'), 'Radiografie', 'words of the text are found');
select is(tests.found(:'alpha', 'TURCANU stef'), 'Radiografie', 'names, without accents, by their beginnings, in any order');
select is(tests.found(:'alpha', 'stefan@x.te'), 'Radiografie', 'addresses');
select is(tests.found(:'alpha', 'multumesc'), 'Radiografie', 'next to marks that are on no keyboard');
select is(tests.found(:'alpha', 'прив'), 'Привет', 'in other alphabets');
select is(tests.found(:'alpha', 'granulom'), 'Привет', 'in mail that is HTML alone, and in this clinic alone');
select is(tests.found(:'alpha', 'hidden'), '', 'without what nobody sees');
select is(tests.found(:'alpha', 'implant turcanu'), 'Radiografie', 'in what was sent, with whom it went to');
select is(tests.found(:'alpha', 'implant ziua'), '', 'all words are in one message');
select is(tests.found(:'alpha', 'factura', 'closed'), '', 'the view still counts');
select is(tests.found(:'alpha', ' ?! '), 'Citit, Привет, Factura, Radiografie', 'marks alone are no search');
select is(tests.found(:'alpha', repeat('x y ''& | ! <-> :* \ ', 40)), '', 'nothing in it is an instruction');

-- one conversation
select public.get_conversation(:'alpha', :'xray') as whole \gset
select is(jsonb_path_query_array(:'whole', '$.messages[*].text_body') ->> 1, 'Am primit, implant la 26', 'messages come oldest first, with their bodies');
select is(:'whole'::jsonb -> 'messages' -> 1 -> 'author' ->> 'user_id', :'owner', 'and who wrote them');
select is((select array_agg(k order by k) from jsonb_object_keys(:'whole'::jsonb) k), '{account,conversation,drafts,events,has_earlier,messages,notes,viewers}'::text[], 'all in one answer');
select is(jsonb_path_query_array(public.get_conversation(:'alpha', :'bill'), '$.messages[0].attachments[*].name'), '["f.pdf"]', 'with attachments');
select is(jsonb_path_query_array(public.get_conversation(:'alpha', :'bill'), '$.events[*].kind'), '["assigned", "tag_added"]', 'and what was done with it');
select is(public.get_conversation(:'alpha', :'bill') -> 'events' -> 1 -> 'details' -> 'tag' ->> 'name', 'lab', 'by name');
select is(jsonb_path_query_array(public.get_conversation(:'alpha', :'xray', :'whole'::jsonb -> 'messages' -> 1), '$.messages[*].message_key'), '["1"]', 'earlier messages are asked for by the first one shown');
select is(tests.refusal(format('select public.get_conversation(%L, %L, ''{"id": 1}'')', :'alpha', :'xray')), 'PT422 page_unknown', 'by nothing else');
select is(tests.refusal(format('select public.get_conversation(%L, %L)', :'alpha', :'foreign_one')), 'PT404 conversation_not_found', 'another clinic''s conversation does not exist');
select tests.as_owner_of_database();
select tests.bring(:'alpha', jsonb_build_object('message_id', 'long' || n, 'in_reply_to', '3', 'text', repeat('x', 900000), 'received_at', '2026-11-06T10:00Z'::timestamptz + n * interval '1 minute')) from generate_series(1, 3) n;
select tests.sign_in(:'staff');
select is((select jsonb_build_array(c -> 'has_earlier', jsonb_path_query_array(c, '$.messages[*].message_key')) from public.get_conversation(:'alpha', :'russian') c), '[true, ["long2", "long3"]]', 'very long messages come in smaller pages');
select is(public.dashboard(:'alpha', 7) -> 'inbox', '{"open": 3, "unread": 3, "mine_unread": 1, "unassigned": 2, "closed": 1, "oldest_waiting_at": "2026-11-02T10:00:00+00:00"}', 'the dashboard has who has waited longest');
select is(tests.refusal(format('select public.client_record(%L, %L)', :'alpha', :'client')), 'PT403 export_not_permitted', 'a client''s record is not for everybody');
select tests.sign_in(:'owner');
select is(jsonb_path_query_array(public.client_record(:'alpha', :'client'), '$.conversations[*].messages[*].text') ->> 1, 'Am primit, implant la 26', 'it has the client''s mail');
select tests.sign_in(:'stranger');
select is(tests.refusal(format('select public.%s(%L%s)', f, :'alpha', a)), 'PT404 clinic_not_found', f || ' is for the clinic')
from (values ('list_conversations', ''), ('inbox_counts', ''), ('get_conversation', format(', %L', :'xray'))) x (f, a);

select * from finish();
rollback;
