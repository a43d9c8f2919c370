-- What a super-admin does with a person: edit, suspend, resume, delete, restore; and that a restore touches exactly what the deletion
-- touched.
begin;
\ir ../fixtures.inc
select plan(55);

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
select tests.create_clinic('gamma') as gamma \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.join_clinic(:'alpha', 'ana@alpha.test', 'staff') as ana \gset
select tests.create_super_admin('root@platform.test') as root \gset
select tests.create_super_admin('other@platform.test') as other \gset
-- Ana works in alpha, owns beta alone, and was removed from gamma
insert into public.memberships (tenant_id, user_id, role) values (:'beta', :'ana', 'owner'), (:'gamma', :'ana', 'staff');
update public.memberships set permissions = array['catalogue'] where user_id = :'ana' and tenant_id = :'alpha';
update public.memberships set status = 'removed' where user_id = :'ana' and tenant_id = :'gamma';
create function tests.memberships(person uuid) returns text language sql as
$$ select string_agg(t.slug || ' ' || m.status || coalesce(' since ' || m.status_reason, '') || case when m.deletion_id is null then '' else ' by deletion' end, ', ' order by t.slug)
   from public.memberships m join public.tenants t on t.id = m.tenant_id where m.user_id = person $$;

-- only for super-admins
create function tests.calls(person uuid) returns setof text language sql as
$$
  select format(call, person) from unnest(array['select public.admin_update_user(%L, ''A'', ''B'', ''en'')', 'select public.admin_suspend_user(%L, ''x'')',
    'select public.admin_resume_user(%L, ''x'')', 'select public.admin_delete_user(%L, ''x'')', 'select public.admin_restore_user(%L, ''x'')']) call
$$;
grant execute on function tests.calls(uuid) to authenticated;
select tests.sign_in(:'owner');
select is(tests.refusal(c), 'PT403 super_admin_required', 'an owner: ' || c) from tests.calls(:'ana') c;
select tests.sign_in(:'root');
select is(tests.refusal(c), 'PT404 user_not_found', 'no such person: ' || c) from tests.calls(gen_random_uuid()) c;

-- edit
select is(public.admin_update_user(:'ana', ' Ana ', ' Ionescu ', 'ro', 'Europe/Bucharest') - 'memberships' - 'user_id' - 'created_at' - 'updated_at' - 'last_seen_at',
  '{"email": "ana@alpha.test", "first_name": "Ana", "last_name": "Ionescu", "language": "ro", "time_zone": "Europe/Bucharest", "status": "active", "status_reason": null, "status_changed_at": null, "deleted_at": null, "erased_at": null, "is_super_admin": false}',
  'a person is edited and shown');
select is(public.admin_update_user(:'ana', null, 'Ionescu', 'ro') ->> 'time_zone', null, 'no time zone of their own is possible, and no first name');
select is(tests.refusal(format('select public.admin_update_user(%L, repeat(''a'', 101), ''B'', ''en'')', :'ana')), 'PT422 name_too_long', 'names have an end');
select is(tests.refusal(format('select public.admin_update_user(%L, ''A'', %L, ''en'')', :'ana', E'B\u202e')), 'PT422 name_invalid', 'and can be seen');
select is(tests.refusal(format('select public.admin_update_user(%L, ''A'', ''B'', ''xx'')', :'ana')), 'PT422 language_unknown', 'a language is one of those there are');
select is(tests.refusal(format('select public.admin_update_user(%L, ''A'', ''B'', null)', :'ana')), 'PT422 language_unknown', 'and given');
select is(tests.refusal(format('select public.admin_update_user(%L, ''A'', ''B'', ''en'', ''Mars/Olympus'')', :'ana')), 'PT422 time_zone_unknown', 'a time zone too');
select is(tests.refusal(format('select public.admin_update_user(%L, ''A'', ''B'', ''en'', null, now() - interval ''1 second'')', :'ana')), 'PT409 changed_meanwhile', 'a form that is older than the person is refused');
select is(public.admin_update_user(:'ana', 'Ana', 'Popa', 'en', null, now()) ->> 'last_name', 'Popa', 'and one as new is not');

-- suspend and resume
select tests.as_owner_of_database();
insert into auth.sessions (id, user_id, created_at, refreshed_at) values (gen_random_uuid(), :'ana', '2026-01-01 10:00+00', '2026-01-02 10:00');
select is(private.last_seen_at(:'ana'), '2026-01-02 10:00+00', 'a renewed session is the last sign of a person, in UTC');
select is(private.last_seen_at(:'owner'), null, 'who never signed in was never seen');
update auth.users set last_sign_in_at = '2026-01-03' where id = :'ana';
select is(private.last_seen_at(:'ana'), '2026-01-03', 'a sign-in counts too');
select tests.sign_in(:'root');
select is(tests.refusal(format('select public.admin_suspend_user(%L, '''')', :'ana')), 'PT422 reason_required', 'suspending needs a reason');
select is(tests.refusal(format('select public.admin_suspend_user(%L, ''x'')', :'root')), 'PT409 cannot_act_on_self', 'nobody suspends themselves');
select is(public.admin_suspend_user(:'ana', 'lost her laptop') ->> 'status_reason', 'lost her laptop', 'a person is suspended');
select is(tests.refusal(format('select public.admin_suspend_user(%L, ''x'')', :'ana')), 'PT409 user_not_active', 'once');
select is(tests.refusal(format('select public.admin_restore_user(%L, ''x'')', :'ana')), 'PT409 user_not_deleted', 'and not restored from there');
select tests.as_owner_of_database();
select is_empty(format('select from auth.sessions where user_id = %L', :'ana'), 'and signed out');
select is(tests.memberships(:'ana'), 'alpha active, beta active, gamma removed', 'the memberships stay as they are');
select tests.claim(:'ana');
select is(private.tenant_ids(), '{}'::uuid[], 'but open no clinic');
select tests.sign_in(:'root');
select is(tests.refusal(format('select public.admin_resume_user(%L, null)', :'ana')), 'PT422 reason_required', 'resuming needs a reason');
select is(public.admin_resume_user(:'ana', 'found it') ->> 'status', 'active', 'and gives the access back');
select is(tests.refusal(format('select public.admin_resume_user(%L, ''x'')', :'ana')), 'PT409 user_not_suspended', 'once');

-- delete
select is(tests.refusal(format('select public.admin_delete_user(%L, ''x'')', :'root')), 'PT409 cannot_act_on_self', 'nobody deletes themselves');
select is(tests.refusal(format('select public.admin_delete_user(%L, '' '')', :'ana')), 'PT422 reason_required', 'a deletion needs a reason');
select is(public.admin_delete_user(:'ana', 'left') - 'user', jsonb_build_object(
  'memberships_revoked', jsonb_build_array(jsonb_build_object('tenant_id', :'alpha'::uuid, 'name', 'Alpha'), jsonb_build_object('tenant_id', :'beta'::uuid, 'name', 'Beta')),
  'clinics_without_owner', jsonb_build_array(jsonb_build_object('tenant_id', :'beta'::uuid, 'name', 'Beta'))),
  'a deletion revokes the active memberships and names clinics that have no owner now');
select is(tests.refusal(format('select public.admin_delete_user(%L, ''x'')', :'ana')), 'PT409 user_already_deleted', 'once');
select is(tests.refusal(format('select public.admin_suspend_user(%L, ''x'')', :'ana')), 'PT409 user_not_active', 'a deleted person is not suspended');
select is(tests.refusal(format('select public.admin_update_user(%L, ''A'', ''B'', ''en'')', :'ana')), 'PT409 user_already_deleted', 'nor edited');
select is(tests.refusal(format('select public.admin_restore_member(%L, %L, ''x'')', :'alpha', :'ana')), 'PT409 user_not_active', 'nor brought back clinic by clinic');
select tests.as_owner_of_database();
select is(tests.memberships(:'ana'), 'alpha revoked since The account was deleted. by deletion, beta revoked since The account was deleted. by deletion, gamma removed', 'memberships that had ended before are left alone');
select results_eq(format('select status, deleted_by, deleted_at is not null from public.profiles where user_id = %L', :'ana'), format('values (''deleted'', %L::uuid, true)', :'root'), 'it keeps who deleted the person');

-- restore: beta is deleted meanwhile, alpha has no seat left
update public.tenants set max_seats = 1 where id = :'alpha';
select tests.sign_in(:'root');
select public.admin_delete_tenant(:'beta', 'closed');
select is(tests.refusal(format('select public.admin_restore_user(%L, '' '')', :'ana')), 'PT422 reason_required', 'a restore needs a reason');
select is(public.admin_restore_user(:'ana', 'came back') - 'user', jsonb_build_object(
  'restored', '[]'::jsonb,
  'left_disabled', jsonb_build_array(
    jsonb_build_object('tenant_id', :'alpha'::uuid, 'name', 'Alpha', 'why', 'no_seats_left'),
    jsonb_build_object('tenant_id', :'beta'::uuid, 'name', 'Beta', 'why', 'tenant_deleted'))),
  'memberships without a seat and in deleted clinics stay disabled and are named');
select tests.as_owner_of_database();
select is(tests.memberships(:'ana'), 'alpha disabled since The account was restored., beta disabled since The account was restored. by deletion, gamma removed', 'the deleted clinic''s restore will find its member');
select results_eq(format('select status, deleted_at, deleted_by, deletion_id from public.profiles where user_id = %L', :'ana'), $$values ('active', null::timestamptz, null::uuid, null::uuid)$$, 'nothing of the deletion is left on the person');
select tests.sign_in(:'root');
select is(jsonb_path_query_array(public.admin_restore_tenant(:'beta', 'reopened'), '$.restored[*].email'), '["ana@alpha.test"]', 'and does');

-- again with seats: what one deletion changed, its restore changes back, and no more
select public.admin_set_seats(:'alpha', 5);
select public.admin_delete_user(:'ana', 'left again');
select is(jsonb_path_query_array(public.admin_restore_user(:'ana', 'back again'), '$.restored[*].name'), '["Beta"]', 'a membership that had been disabled before the deletion does not return with its restore');
select is(public.admin_restore_member(:'alpha', :'ana', 'a seat is free') ->> 'status', 'active', 'but by hand');
select public.admin_delete_user(:'ana', 'third time');
select public.admin_delete_tenant(:'beta', 'closed again');
select is(jsonb_array_length(public.admin_restore_tenant(:'beta', 'reopened again') -> 'left_disabled'), 0, 'a clinic''s restore leaves members alone whom their own deletion had revoked');
select is(jsonb_path_query_array(public.admin_restore_user(:'ana', 'back once more'), '$.restored[*].name'), '["Alpha", "Beta"]', 'they return with their own');
select tests.as_owner_of_database();
select is((select permissions from public.memberships where user_id = :'ana' and tenant_id = :'alpha'), array['catalogue'], 'with their permissions');

-- super-admins
select tests.sign_in(:'root');
select is(public.admin_delete_user(:'other', 'left') #>> '{user,is_super_admin}', 'true', 'a super-admin is deleted while another remains, and keeps the role for a restore');
select tests.as_owner_of_database();
select is(tests.refusal(format('update public.profiles set status = ''suspended'', status_reason = ''x'', status_changed_at = clock_timestamp() where user_id = %L', :'root')), 'PT409 last_super_admin', 'the last one is not suspended by anybody');
select tests.sign_in(:'other');
select is(tests.refusal('select public.admin_list_status_transitions()'), 'PT403 super_admin_required', 'a deleted super-admin has no power left');
select * from finish();
rollback;
