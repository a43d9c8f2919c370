-- Merging two clients: choices, identifiers, what stands in the way; undoing it exactly, and what was changed in between.
begin;
\ir ../fixtures.inc
select plan(73);

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
select tests.join_clinic(:'alpha', 'staff@alpha.test', 'staff') as staff \gset
select tests.join_clinic(:'beta', 'staff@beta.test', 'staff') as stranger \gset

create function tests.snapshot() returns table (source text, content jsonb) language plpgsql as $$
declare
  t regclass;
begin
  for t in select distinct r.source from private.client_references() r loop
    return query execute format('select %L::text, to_jsonb(x) from %s x', t, t);
  end loop;
end;
$$;
create function tests.told(content jsonb) returns boolean immutable language sql as $$ select coalesce(content ->> 'kind', '') in ('client_merged', 'merge_undone') $$;
create temporary table before (source text, content jsonb);
create function tests.difference() returns table (change text, source text, content jsonb) language sql as $$
  (select 'gone', b.source, b.content from before b except select 'gone', s.source, s.content from tests.snapshot() s)
  union all
  (select 'new', s.source, s.content from tests.snapshot() s where not tests.told(s.content) except select 'new', b.source, b.content from before b)
$$;
-- As if all of it had happened long ago, each at its own time.
create function tests.age() returns void language plpgsql as $$
begin
  perform set_config('chairside.keep_times', 'on', true);
  update public.clients set created_at = '2026-01-01', updated_at = '2026-02-01', last_activity_at = '2026-03-01' where merged_into is null;
  update public.client_identifiers set updated_at = '2026-02-02', created_at = '2026-01-02';
  update public.client_notes set updated_at = '2026-02-03';
  update public.activities set occurred_at = '2026-03-01';
  perform set_config('chairside.keep_times', '', true);
end;
$$;

select tests.sign_in(:'staff');
select public.save_client(:'alpha', null,
  '{"first_name": "Ana", "last_name": "Pop", "city": "Cluj", "address_line1": "Strada Lungă 1", "consent_reminders": true}',
  '[{"kind": "email", "raw": "ana@mail.test"}, {"kind": "phone", "raw": "0721 000 111", "is_shared": true}, {"kind": "phone", "raw": "0264 111 222"}]') ->> 'id' as ana \gset
select public.save_client(:'alpha', null,
  '{"first_name": "Anna", "last_name": "Popp", "date_of_birth": "1980-05-01", "city": "Iași", "preferred_channel": "sms"}',
  '[{"kind": "email", "raw": "anna@work.test"}, {"kind": "email", "raw": "second@work.test"}, {"kind": "phone", "raw": "+40 721 000 111", "is_shared": true, "label": "Home"}, {"kind": "phone", "raw": "0722 333 444"}]') ->> 'id' as anna \gset
select public.save_client(:'alpha', null, '{"first_name": "Dan", "last_name": "Ash"}', '[{"kind": "phone", "raw": "0721000111", "is_shared": true}]') ->> 'id' as dan \gset
select public.save_client(:'alpha', null, '{"first_name": "A.", "last_name": "Pop"}', null) ->> 'id' as older \gset
select tests.as_owner_of_database();
insert into public.tags (tenant_id, name) values (:'alpha', 'VIP') returning id as vip \gset
insert into public.tags (tenant_id, name) values (:'alpha', 'Recall') returning id as recall \gset
insert into public.client_tags (tenant_id, client_id, tag_id) values (:'alpha', :'ana', :'vip'), (:'alpha', :'anna', :'vip'), (:'alpha', :'anna', :'recall');
select tests.sign_in(:'staff');
insert into public.client_notes (tenant_id, client_id, body) values (:'alpha', :'ana', 'Afraid of needles') returning id as ana_note \gset
insert into public.client_notes (tenant_id, client_id, body) values (:'alpha', :'anna', 'Prefers mornings') returning id as note \gset
update public.client_notes set body = 'Prefers early mornings' where id = :'note';
select public.save_task(:'alpha', null, jsonb_build_object('title', 'Call back', 'client_id', :'anna')) ->> 'id' as task \gset
select public.dismiss_duplicate(:'alpha', :'ana', :'anna');
select public.dismiss_duplicate(:'alpha', :'dan', :'anna');
select public.dismiss_duplicate(:'alpha', :'dan', :'ana');
select tests.as_owner_of_database();
select public.match_contact(:'alpha', 'email', 'anna@work.test') is not null;
select public.match_contact(:'alpha', 'phone', '0721000111') is not null;
select public.match_contact(:'alpha', 'email', 'nobody@mail.test') ->> 'contact_point_id' as point \gset
select tests.sign_in(:'staff');
select public.assign_contact_point(:'alpha', :'point', :'anna') is not null;
select public.merge_clients(:'alpha', :'anna', :'older') ->> 'merge_id' as first_merge \gset
select tests.as_owner_of_database();
select tests.age();
insert into before select * from tests.snapshot();

-- preview
select tests.sign_in(:'staff');
select public.preview_merge(:'alpha', :'ana', :'anna') as preview \gset
select is((:'preview'::jsonb) -> 'keep' ->> 'id', :'ana', 'the preview shows who is kept');
select is(jsonb_array_length((:'preview'::jsonb) -> 'merge' -> 'identifiers'), 4, 'and who is merged, with all that is known of them');
select is(jsonb_path_query_array(:'preview', '$.fields[*].field'),
  '["first_name", "last_name", "date_of_birth", "email", "address", "preferred_channel", "consent_reminders"]'::jsonb,
  'the fields in which they differ: not the phone, which is one number written twice');
select is(jsonb_path_query_array(:'preview', '$.fields[*] ? (@.suggested == "merge").field'), '["date_of_birth", "preferred_channel"]'::jsonb, 'what only the merged one has is suggested');
select is(jsonb_path_query_first(:'preview', '$.fields[*] ? (@.field == "address")'),
  '{"field": "address", "keep": "Strada Lungă 1, Cluj", "merge": "Iași", "suggested": "keep"}'::jsonb, 'an address is one choice');
select is((select jsonb_object_agg(m ->> 'table', m -> 'count') from jsonb_array_elements((:'preview'::jsonb) -> 'moves') m) - 'activities',
  '{"client_tags": 2, "client_identifiers": 4, "client_notes": 1, "tasks": 1, "contact_points": 2}'::jsonb, 'and what would be moved');
select tests.as_owner_of_database();
select is_empty('select * from tests.difference()', 'a preview changes nothing');

-- refusals
select tests.sign_in(:'staff');
select is(tests.refusal(format('select public.%s(%L, %L, %L)', f, :'alpha', a, b)), 'PT' || wanted, f || ': ' || wanted)
from unnest(array['preview_merge', 'merge_clients']) f cross join (values
  (:'ana', :'ana', '422 same_client'), (:'ana', gen_random_uuid()::text, '404 client_not_found'), (gen_random_uuid()::text, :'ana', '404 client_not_found'),
  (:'ana', :'older', '409 client_merged'), (:'older', :'ana', '409 client_merged')) v (a, b, wanted);
select is(tests.refusal(format('select public.merge_clients(%L, %L, %L, %L)', :'alpha', :'ana', :'anna', picks)), 'PT422 picks_invalid', 'picks ' || picks)
from unnest(array['{"first_name": "both"}', '{"id": "merge"}', '{"address_line1": "merge"}', '[]', '"merge"', '{"email": null}']) picks;
select is(tests.refusal(format('select public.merge_clients(%L, %L, %L, ''{}'', %L)', :'alpha', :'ana', :'anna', seen)), wanted, 'seen ' || seen) from (values
  ('{"keep_updated_at": "2026-01-31T00:00:00Z"}', 'PT409 changed_meanwhile'), ('{"merge_updated_at": "2026-01-31T00:00:00Z"}', 'PT409 changed_meanwhile'),
  ('{"merge_updated_at": "yesterday-ish"}', 'PT422 seen_invalid')) v (seen, wanted);
select tests.sign_in(:'stranger');
select is(tests.refusal(format('select public.merge_clients(%L, %L, %L)', :'alpha', :'ana', :'anna')), 'PT404 clinic_not_found', 'another clinic''s member finds no clinic');
select is(tests.refusal(format('select public.merge_clients(%L, %L, %L)', :'beta', :'ana', :'anna')), 'PT404 client_not_found', 'nor its clients in their own');
select is(tests.refusal(format('select public.undo_merge(%L, %L)', :'beta', :'first_merge')), 'PT404 merge_not_found', 'nor its merges');
select is(tests.refusal(format('select public.list_merges(%L, %L)', :'beta', :'ana')), 'PT404 client_not_found', 'nor a client''s merges');

-- merging
select tests.as_owner_of_database();
select count(*) as events from public.audit_events where tenant_id = :'alpha' \gset
select tests.sign_in(:'staff');
select public.merge_clients(:'alpha', :'ana', :'anna', '{"first_name": "merge", "email": "merge"}',
  '{"keep_updated_at": "2026-02-01T00:00:00Z", "merge_updated_at": "2026-02-01T00:00:00Z"}') as merged \gset
select (:'merged'::jsonb) ->> 'merge_id' as merge \gset
select tests.as_owner_of_database();
select is(jsonb_build_object('first_name', first_name, 'last_name', last_name, 'born', date_of_birth, 'city', city, 'email', email, 'phone', phone, 'channel', preferred_channel),
  '{"first_name": "Anna", "last_name": "Pop", "born": "1980-05-01", "city": "Cluj", "email": "anna@work.test", "phone": "0721 000 111", "channel": "sms"}'::jsonb,
  'the kept client has what was chosen, and what was suggested for the rest') from public.clients where id = :'ana';
select is((select jsonb_agg(i ->> 'raw' order by i ->> 'kind', (i ->> 'is_primary')::boolean desc, i ->> 'raw') from jsonb_array_elements((:'merged'::jsonb) -> 'client' -> 'identifiers') i),
  '["anna@work.test", "ana@mail.test", "second@work.test", "0721 000 111", "0264 111 222", "0722 333 444"]'::jsonb, 'and all addresses and numbers, each once');
select tests.sign_in(:'staff');
select is(array(select jsonb_path_query(public.list_clients(:'alpha', search), '$.clients[*].id') #>> '{}' from unnest(array['second@work', '0722333444', 'anna pop']) search),
  array[:'ana', :'ana', :'ana']::text[], 'by which it is found, and the merged one no more');
select tests.as_owner_of_database();
select is((select jsonb_agg(t ->> 'name') from jsonb_array_elements((:'merged'::jsonb) -> 'client' -> 'tags') t), '["Recall", "VIP"]'::jsonb, 'and all tags, each once');
select is((select jsonb_build_array(merged_into, merged_at is not null, archived_at is not null, first_name, email) from public.clients where id = :'anna'),
  jsonb_build_array(:'ana', true, true, 'Anna', 'anna@work.test'), 'the merged one is put away as it was');
select is((select merged_into from public.clients where id = :'older'), :'ana', 'who had been merged into it before follows');
select is((select count(*) from public.client_notes where client_id = :'ana'), 2::bigint, 'notes are moved');
select is((select array_agg(jsonb_build_array(value, match, client_id = :'ana') order by value) from public.contact_points),
  array['["+40721000111", "ambiguous", null]', '["anna@work.test", "matched", true]', '["nobody@mail.test", "manual", true]']::jsonb[], 'senders and callers are matched anew');
select is((select jsonb_agg(jsonb_build_array(a.client_id, a.actor_id, a.summary)) from public.activities a where kind = 'client_merged' and details ->> 'merge_id' = :'merge'),
  jsonb_build_array(jsonb_build_array(:'ana', :'staff', 'Anna Popp')), 'the timeline tells of it');
select is((select jsonb_agg(e.action order by e.occurred_at, e.action) from (select * from public.audit_events where tenant_id = :'alpha' order by occurred_at desc limit (select count(*) - :events from public.audit_events where tenant_id = :'alpha')) e),
  '["client.updated", "client.merged"]'::jsonb, 'and the audit log in two events: the kept client''s change, and the merge');
select is((select jsonb_build_array(target_id, target_label, after, details - 'moved' - 'merge_id', details -> 'moved' -> 'tasks') from public.audit_events where tenant_id = :'alpha' and action = 'client.merged' and details ->> 'merge_id' = :'merge'),
  jsonb_build_array(:'anna', 'Anna Popp', jsonb_build_object('merged_into', :'ana'), '{"into": "Ana Pop", "set_aside": 4}'::jsonb, 1), 'with the counts');
select tests.sign_in(:'staff');
select is(tests.refusal(format('select public.merge_clients(%L, %L, %L)', :'alpha', :'ana', :'anna')), 'PT409 client_merged', 'a second click finds it done');
select is(tests.refusal(format('select public.save_client(%L, %L, ''{"first_name": "x"}'')', :'alpha', :'anna')), 'PT409 client_merged', 'the merged client is not changed');
select is(tests.refusal(format('select public.save_client(%L, %L, ''{"first_name": "x"}'', null, ''2026-02-01'')', :'alpha', :'ana')), 'PT409 changed_meanwhile', 'and who had a form of the kept one open is told');
select is((public.list_merges(:'alpha', :'anna') -> 'merged_into' ->> 'id'), :'ana', 'the merged client says where to go');
select is(jsonb_path_query_array(public.list_merges(:'alpha', :'ana'), '$.merges[*].id'), jsonb_build_array(:'merge'), 'the kept one which merges there were');
select is(jsonb_path_query_array(public.list_merges(:'alpha', :'anna'), '$.merges[*].can_undo'), '[true, false]'::jsonb, 'of which the latest can be undone');
select is(tests.refusal(format('select public.undo_merge(%L, %L)', :'alpha', :'first_merge')), 'PT409 merge_superseded', 'and none before it');

-- undoing
select public.undo_merge(:'alpha', :'merge') as undone \gset
select tests.as_owner_of_database();
select is((:'undone'::jsonb) -> 'left', '[]'::jsonb, 'undone at once, nothing is left');
select is_empty('select * from tests.difference()', 'and every row of every table is as it was');
select is((:'undone'::jsonb) -> 'kept' ->> 'id' || ((:'undone'::jsonb) -> 'restored' ->> 'id'), :'ana' || :'anna', 'both are answered');
select tests.sign_in(:'staff');
select is(tests.refusal(format('select public.undo_merge(%L, %L)', :'alpha', :'merge')), 'PT409 merge_undone', 'once');
select is((public.list_merges(:'alpha', :'ana')) - 'merges', '{"merged_into": null}'::jsonb, 'and it is no longer listed');
select is(jsonb_array_length(public.list_merges(:'alpha', :'ana') -> 'merges'), 0, 'with the kept one');

-- undoing after work was done
select public.merge_clients(:'alpha', :'ana', :'anna', '{"first_name": "merge", "last_name": "merge", "email": "merge"}') ->> 'merge_id' as merge \gset
select is(public.save_client(:'alpha', :'ana', '{"last_name": "Popescu"}', null) ->> 'last_name', 'Popescu', 'somebody changes the kept client');
select public.set_primary_identifier(:'alpha', (select id from public.client_identifiers where raw = 'second@work.test')) is not null;
insert into public.client_notes (tenant_id, client_id, body) values (:'alpha', :'ana', 'Written after the merge') returning id as later_note \gset
update public.client_notes set body = 'Changed after the merge' where id = :'note';
delete from public.client_tags where client_id = :'ana' and tag_id = :'recall';
delete from public.tags where id = :'vip';
select public.undo_merge(:'alpha', :'merge') as undone \gset
select tests.as_owner_of_database();
select is((select jsonb_agg(l order by l ->> 'kind', l ->> 'field', l ->> 'table', (l -> 'count')::integer) from jsonb_array_elements((:'undone'::jsonb) -> 'left') l),
  '[{"kind": "field", "field": "email"}, {"kind": "field", "field": "last_name"}, {"kind": "rows", "table": "client_tags", "count": 1}, {"kind": "rows", "table": "client_tags", "count": 1}]'::jsonb,
  'what was changed or deleted since is named');
select is((select first_name || ' ' || last_name from public.clients where id = :'ana'), 'Ana Popescu', 'and left alone; the rest is put back');
select is((select first_name || ' ' || last_name || ' ' || email from public.clients where id = :'anna'), 'Anna Popp anna@work.test', 'the restored one is what it was');
select is((select client_id from public.client_notes where id = :'later_note'), :'ana', 'what was added to the kept one stays');
select is((select jsonb_build_array(client_id, body) from public.client_notes where id = :'note'), jsonb_build_array(:'anna', 'Changed after the merge'), 'what was moved goes back as it is now');
select is((select email from public.clients where id = :'ana'), 'ana@mail.test', 'a primary address that went back leaves the next one');
select is((select count(*) from public.client_identifiers where is_primary and client_id in (:'ana', :'anna')), 4::bigint, 'each has its primary ones');

-- merges of merges
select tests.sign_in(:'staff');
select public.merge_clients(:'alpha', :'ana', :'anna') ->> 'merge_id' as one \gset
select public.merge_clients(:'alpha', :'dan', :'ana') ->> 'merge_id' as two \gset
select is((select count(*) from public.clients where merged_into = :'dan'), 3::bigint, 'all lead to the last one in one step');
select is(tests.refusal(format('select public.undo_merge(%L, %L)', :'alpha', :'one')), 'PT409 merge_superseded', 'the first waits for the second');
select lives_ok(format('select public.undo_merge(%L, %L)', :'alpha', :'two'), 'the second can be undone');
select is((select merged_into from public.clients where id = :'anna'), :'ana', 'and leads back');
select lives_ok(format('select public.undo_merge(%L, %L)', :'alpha', :'one'), 'then the first');

-- archived ones, and time
select public.archive_clients(:'alpha', array[:'ana'::uuid]) is not null;
select public.merge_clients(:'alpha', :'ana', :'anna') ->> 'merge_id' as merge \gset
select is((select archived_at from public.clients where id = :'ana'), null, 'who is in use stays in use');
select is(tests.refusal(format('select public.merge_clients(%L, %L, %L, %L)', :'alpha', :'dan', :'ana', '{"first_name": "keep"}')), 'no refusal', 'a third one');
select tests.as_owner_of_database();
update private.client_merges set merged_at = now() - interval '31 days' where tenant_id = :'alpha' and undone_at is null;
select tests.sign_in(:'staff');
select is(tests.refusal(format('select public.undo_merge(%L, %L)', :'alpha', :'merge')), 'PT409 merge_expired', 'after 30 days there is no way back');
select tests.as_owner_of_database();
select ok(private.forget_merges() > 0, 'and what was kept for it');
select is((select count(*) from private.client_merges where coalesce(keep_before, keep_after, merge_before, moved, set_aside, primaries) is not null), 0::bigint, 'is forgotten');
select tests.sign_in(:'staff');
select is(tests.refusal(format('select public.undo_merge(%L, %L)', :'alpha', :'merge')), 'PT409 merge_expired', 'which says the same');

select tests.as_owner_of_database();
select * from finish();
rollback;
