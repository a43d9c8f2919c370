-- Notes: written by members, edited without losing what they said, deleted and brought back.
begin;
\ir ../fixtures.inc
select plan(31);

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.join_clinic(:'alpha', 'staff@alpha.test', 'staff') as staff \gset
select tests.join_clinic(:'beta', 'owner@beta.test', 'owner') as stranger \gset
insert into public.clients (tenant_id, first_name, last_name) values (:'alpha', 'Ana', 'Pop') returning id as ana \gset
insert into public.clients (tenant_id, first_name, last_name) values (:'alpha', 'Anna', 'Popp') returning id as twin \gset
update public.clients set merged_into = :'ana', merged_at = now() where id = :'twin';

create function tests.add_note(tenant uuid, client uuid, body text) returns uuid language sql as
$$ insert into public.client_notes (tenant_id, client_id, body) values (tenant, client, body) returning id $$;
create function tests.kinds(client uuid) returns text[] language sql security definer as
$$ select array(select a.kind from public.activities a where a.client_id = client and a.subject_type = 'note' order by a.occurred_at, a.kind) $$;
create function tests.note_events(note uuid) returns text[] language sql security definer as
$$ select array(select e.action from public.audit_events e where e.target_id = note::text order by e.occurred_at, e.id) $$;
grant execute on all functions in schema tests to authenticated;

select tests.sign_in(:'staff');
select tests.add_note(:'alpha', :'ana', E'  Allergic to penicillin. <b>never</b>\n\u202eabc 🦷  ') as note \gset
select is((select body from public.client_notes where id = :'note'), E'  Allergic to penicillin. <b>never</b>\n\u202eabc 🦷  ', 'a note is kept as it was written');
select is((select created_by from public.client_notes where id = :'note'), :'staff'::uuid, 'with who wrote it');
select is((select revision from public.client_notes where id = :'note'), 1, 'as the first version');
select is(tests.kinds(:'ana'), array['note_added'], 'the timeline tells of it');
select is((select summary from public.activities where subject_id = :'note'), E'Allergic to penicillin. <b>never</b> \u202eabc 🦷', 'with its first words');
select is((select last_activity_kind from public.clients where id = :'ana'), 'note_added', 'and it is the client''s last activity');
select is(tests.refusal(format('select tests.add_note(%L, %L, repeat(%L, 20001))', :'alpha', :'ana', 'ș')), 'PT422 note_too_long', 'a note has a limit');
select is(tests.refusal(format('select tests.add_note(%L, %L, repeat(%L, 10485760))', :'alpha', :'ana', 'x')), 'PT422 note_too_long', 'ten megabytes are refused');
select lives_ok(format('select tests.add_note(%L, %L, repeat(%L, 20000))', :'alpha', :'ana', 'ș'), 'exactly the limit is accepted, in any alphabet');
select is(tests.refusal(format('select tests.add_note(%L, %L, E'' \n\t'')', :'alpha', :'ana')), 'PT422 note_required', 'nothing is no note');
select is(tests.refusal(format('select tests.add_note(%L, %L, ''x'')', :'alpha', :'twin')), 'PT409 client_merged', 'a merged client gets no notes');

select tests.sign_in(:'owner');
update public.client_notes set body = 'Allergic to amoxicillin.' where id = :'note' and revision = 1;
select is((select (revision, body, updated_by)::text from public.client_notes where id = :'note'), format('(2,"Allergic to amoxicillin.",%s)', :'owner'), 'an edit makes a new version');
select is((select (revision, edited_by, body like '%penicillin%')::text from public.client_note_revisions where note_id = :'note'), format('(1,%s,t)', :'staff'), 'and the earlier one is kept with its writer');
select is(tests.kinds(:'ana'), array['note_added', 'note_added', 'note_changed'], 'the change is told');
update public.client_notes set body = 'lost' where id = :'note' and revision = 1;
select is((select body from public.client_notes where id = :'note'), 'Allergic to amoxicillin.', 'who edits what is no longer the newest version changes nothing');
update public.client_notes set body = 'Allergic to amoxicillin (rash).' where id = :'note' and revision = 2;
select is(tests.kinds(:'ana'), array['note_added', 'note_added', 'note_changed'], 'the same person''s next correction is the same change');
update public.client_notes set is_pinned = true where id = :'note';
select is((select (revision, is_pinned)::text from public.client_notes where id = :'note'), '(3,t)', 'pinning is no new version');
select is(tests.refusal(format('update public.client_notes set body = '''' where id = %L', :'note')), 'PT422 note_required', 'a note is not emptied');
select is(tests.refusal(format('update public.client_notes set revision = 1 where id = %L', :'note')), '42501 ', 'nor its count set');
select is(tests.refusal(format('delete from public.client_notes where id = %L', :'note')), '42501 ', 'nor its row removed');
select is(tests.refusal('delete from public.client_note_revisions'), '42501 ', 'nor its history');

select isnt(public.delete_note(:'alpha', :'note') ->> 'deleted_at', null, 'a note is deleted');
select public.delete_note(:'alpha', :'note') \g /dev/null
select is(tests.kinds(:'ana'), array['note_added', 'note_added', 'note_changed', 'note_deleted'], 'once, however often it is asked');
select is(tests.refusal(format('update public.client_notes set body = ''x'' where id = %L', :'note')), 'PT409 note_deleted', 'a deleted note is not edited');
select is(public.restore_note(:'alpha', :'note') ->> 'deleted_at', null, 'and is brought back');
select is(tests.kinds(:'ana'), array['note_added', 'note_added', 'note_changed'], 'as if nothing had been');
select is(tests.note_events(:'note'), array['note.created', 'note.updated', 'note.updated', 'note.updated', 'note.deleted', 'note.updated'], 'the audit log tells everything');

select tests.sign_in(:'stranger');
select is_empty(format('select from public.client_notes where tenant_id = %L union all select from public.client_note_revisions where tenant_id = %1$L', :'alpha'), 'another clinic reads nothing');
select is(tests.refusal(format('select tests.add_note(%L, %L, ''x'')', :'alpha', :'ana')), '42501 ', 'and adds nothing');
select is(tests.refusal(format('select public.delete_note(%L, %L)', :'alpha', :'note')), 'PT404 clinic_not_found', 'deletes nothing');
select is(tests.refusal(format('select public.restore_note(%L, %L)', :'beta', :'note')), 'PT404 note_not_found', 'not by way of its own clinic either');
select * from finish();
rollback;
