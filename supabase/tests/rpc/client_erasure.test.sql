-- Erasing a client: every table that refers to clients is treated, nothing anywhere holds a word about the client afterwards, and other
-- clients keep theirs. That the audit log is emptied needs several transactions: tests/integration/records/client-erasure.test.ts.
begin;
\ir ../fixtures.inc
select plan(31);

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
insert into public.providers (tenant_id, name) values (:'alpha', 'Dr. One') returning id as provider \gset
create function tests.book(tenant uuid, client uuid, provider uuid, in_hours integer, note text) returns uuid language sql as
$$ select (public.book_appointment(tenant, jsonb_build_object('client_id', client, 'provider_id', provider, 'note', note,
     'starts_at', now() + make_interval(hours => in_hours), 'ends_at', now() + make_interval(hours => in_hours + 1)), outside_hours => true) ->> 'id')::uuid $$;
grant execute on function tests.book(uuid, uuid, uuid, integer, text) to authenticated;

-- every word about the client has "vanish" in it
select tests.sign_in(:'owner');
select public.save_client(:'alpha', null,
  '{"first_name": "Vanish", "last_name": "Vanished", "date_of_birth": "1980-05-01", "address_line1": "Vanish Road 1", "address_line2": "vanish", "postal_code": "vanish", "city": "Vanish", "region": "vanish", "country": "RO", "preferred_channel": "sms", "consent_marketing": true}',
  '[{"kind": "email", "raw": "vanish@mail.test", "label": "vanish"}, {"kind": "phone", "raw": "0721 000 111"}]') ->> 'id' as client \gset
select public.save_client(:'alpha', null, '{"first_name": "Wanish", "last_name": "Vanished"}', '[{"kind": "email", "raw": "vanish@work.test"}]') ->> 'id' as twin \gset
select public.save_client(:'alpha', null, '{"last_name": "Stays", "city": "Cluj"}', '[{"kind": "email", "raw": "stays@mail.test"}]') ->> 'id' as other \gset
insert into public.client_notes (tenant_id, client_id, body) values (:'alpha', :'client', 'vanish first') returning id as note \gset
update public.client_notes set body = 'vanish second' where id = :'note';
insert into public.client_notes (tenant_id, client_id, body) values (:'alpha', :'other', 'Note that stays') returning id as other_note \gset
insert into public.tags (tenant_id, name) values (:'alpha', 'VIP') returning id as tag \gset
insert into public.client_tags (tenant_id, client_id, tag_id) values (:'alpha', :'client', :'tag'), (:'alpha', :'other', :'tag');
select public.save_task(:'alpha', null, jsonb_build_object('title', 'Call vanish', 'details', 'vanish', 'client_id', :'client'));
select public.save_task(:'alpha', null, jsonb_build_object('title', 'Task that stays', 'client_id', :'other'));
select public.dismiss_duplicate(:'alpha', :'client', :'other');
select tests.book(:'alpha', :'client', :'provider', 50, 'Vanish is afraid') as visit \gset
select tests.book(:'alpha', :'other', :'provider', 60, 'Stays calm') as other_visit \gset
select public.set_appointment_status(:'alpha', :'visit', 'cancelled', 'Vanish is ill');
select public.begin_upload(:'alpha', :'client', 'vanish.png', 'image/png', 5) ->> 'file_id' as stored \gset
select public.begin_upload(:'alpha', :'client', 'vanish too.png', 'image/png', 5) ->> 'file_id' as uploading \gset
select public.begin_upload(:'alpha', :'other', 'stays.png', 'image/png', 5) ->> 'file_id' as other_file \gset
select tests.as_owner_of_database();
insert into storage.objects (bucket_id, name, owner_id, metadata)
select 'client-files', f.object_name, :'owner', '{"size": 5, "mimetype": "image/png"}' from public.client_files f where f.id in (:'stored', :'other_file');
select tests.sign_in(:'owner');
select public.finish_upload(:'alpha', :'stored'), public.finish_upload(:'alpha', :'other_file');
update public.client_files set description = 'vanish' where id = :'stored';
select public.merge_clients(:'alpha', :'client', :'twin') ->> 'merge_id' as merge \gset
select tests.as_owner_of_database();
select public.match_contact(:'alpha', 'email', 'vanish@mail.test'), public.match_contact(:'alpha', 'email', 'stays@mail.test');

-- the rules
select is_empty(
  $$select r.source, r.client_column from private.client_references() r
    except select e.source::regclass, e.client_column from private.client_erasure_rules e$$,
  'every column that refers to a client has a rule for erasing: add yours to private.client_erasure_rules');
select is_empty(
  $$select e.source::regclass, e.client_column from private.client_erasure_rules e
    except select r.source, r.client_column from private.client_references() r$$,
  'and every rule is about such a column');
select is_empty($$select column_name from information_schema.columns where table_schema = 'public' and table_name = 'clients'
  and is_nullable = 'NO' and column_default is null and is_generated = 'NEVER' and column_name not in ('tenant_id', 'last_name')$$,
  'every column of clients can be emptied');

-- who and whom
select is(private.client('alpha', ' Vanish@mail.test '), :'client'::uuid, 'a client is found by address');
select is(private.client('alpha', '+40 721 000 111'), :'client'::uuid, 'by number');
select is(private.client('alpha', :'client'), :'client'::uuid, 'and by id');
select is(tests.refusal($$select private.client('beta', 'vanish@mail.test')$$), 'PT404 client_not_found', 'at that clinic alone');
select tests.sign_in(:'owner');
select throws_ok(format('select private.erase_client(%L, %L, ''x'')', :'alpha', :'client'), '42501', null, 'no API role erases');
select tests.as_owner_of_database();
select is(tests.refusal(format('select private.erase_client(%L, %L, '' '')', :'alpha', :'client')), 'PT422 reason_required', 'an erasure needs a reason');
select is(tests.refusal(format('select private.erase_client(%L, %L, ''request'')', :'beta', :'client')), 'PT404 client_not_found', 'the client of this very clinic');
select is(tests.refusal(format('select private.erase_client(%L, %L, ''request'')', :'alpha', :'twin')), 'PT409 client_merged', 'who was merged is erased with the kept one');

create function tests.words(word text) returns setof text language plpgsql as $$
declare
  t regclass;
begin
  for t in
    select c.oid::regclass from pg_catalog.pg_class c
    where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and c.relkind in ('r', 'p') and not c.relispartition
      -- The same transaction's events cannot be emptied.
      and c.oid <> 'public.audit_events'::regclass
  loop
    return query execute format('select %L || '': '' || to_jsonb(x) from %s x where to_jsonb(x)::text ilike %L', t, t, '%' || word || '%');
  end loop;
end;
$$;
create function tests.others() returns table (source text, content jsonb) language plpgsql as $$
declare
  t regclass;
begin
  for t in select distinct r.source from private.client_references() r loop
    return query execute format('select %L::text, to_jsonb(x) from %s x where to_jsonb(x)::text ilike ''%%stays%%''', t, t);
  end loop;
end;
$$;
create temporary table others as select * from tests.others();
select cmp_ok((select count(*) from tests.words('vanish')), '>=', 12::bigint, 'the client is all over the place');
select count(*) as told from public.audit_events e where to_jsonb(e)::text ilike '%vanish%' \gset
select private.erase_client(:'alpha', :'client', 'request 17')::text as answer \gset

-- nothing is left, and others are as they were
select is(:'answer'::jsonb -> 'clients', '2', 'whoever was merged into the client is erased as well');
select is_empty($$select * from tests.words('vanish')$$, 'no row of any table says anything about the client');
select is((select count(*) from public.audit_events e where to_jsonb(e)::text ilike '%vanish%'), :told::bigint, 'the erasure itself is not told in those words');
select set_eq('select * from tests.others()', 'select * from others', 'another client has lost nothing');
select results_eq(
  format('select last_name, date_of_birth, country, preferred_channel, consent_marketing, archived_at is not null, erased_at is not null from public.clients where id in (%L, %L) order by id = %L desc', :'client', :'twin', :'client'),
  format($$values (%L, null::date, null::text, null::text, false, true, true), (%L, null, null, null, false, true, true)$$,
    'erased-' || left(:'client', 8), 'erased-' || left(:'twin', 8)), 'both rows are empty, archived and marked');
select results_eq(
  format('select status, note, status_reason from public.appointments where id in (%L, %L) order by id = %1$L desc', :'visit', :'other_visit'),
  $$values ('cancelled', '', null::text), ('booked', 'Stays calm', null)$$, 'that there was a visit stays, without a word');
select is_empty(format('select from public.client_notes where client_id = %L union all select from public.client_note_revisions where note_id = %L', :'client', :'note'), 'notes are gone with what they said before');
select isnt_empty(format('select from public.activities where client_id = %L', :'client'), 'that something happened, and when, stays');
select is_empty(format('select from public.activities where client_id = %L and (summary <> '''' or details is not null)', :'client'), 'but not what');
select results_eq(
  format('select f.state, r.reason from public.client_files f join private.object_removals r using (object_name) where f.client_id = %L order by 2', :'client'),
  $$values ('deleting', 'cancelled'), ('deleting', 'deleted')$$, 'contents of files wait for the next sweep');
select results_eq(format('select merged_into from public.clients where id = %L', :'twin'), array[:'client'::uuid], 'the merge itself stays known');
select results_eq(
  format('select action, target_label, reason, before, after, details ->> ''clients'' from public.audit_events where target_id = %L order by occurred_at desc limit 1', :'client'),
  $$values ('client.erased', null::text, 'request 17', null::jsonb, null::jsonb, '2')$$, 'the log says that it happened and repeats nothing');
select is_empty($$select from pg_catalog.pg_trigger where tgenabled <> 'O' and not tgisinternal$$, 'changes are recorded again');

-- and nothing brings it back
select is(tests.refusal(format('select private.erase_client(%L, %L, ''again'')', :'alpha', :'client')), 'PT409 client_erased', 'once is enough');
select tests.sign_in(:'owner');
select is(tests.refusal(format('select public.archive_clients(%L, array[%L]::uuid[], false)', :'alpha', :'client')), 'PT409 client_erased', 'an erased client is not brought back');
select is(tests.refusal(format('insert into public.client_notes (tenant_id, client_id, body) values (%L, %L, ''x'')', :'alpha', :'client')), 'PT409 client_erased', 'nor written about');
select is(tests.refusal(format('select public.restore_file(%L, %L)', :'alpha', :'stored')), 'PT410 file_deleted', 'nor are the files');
select is(tests.refusal(format('select public.undo_merge(%L, %L)', :'alpha', :'merge')), 'PT409 merge_expired', 'nor is the merge undone');
select is(public.save_client(:'alpha', null, '{"last_name": "New"}', '[{"kind": "email", "raw": "vanish@mail.test"}]') ->> 'email', 'vanish@mail.test', 'the address is free');
select * from finish();
rollback;
