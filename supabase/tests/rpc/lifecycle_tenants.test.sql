-- What a super-admin does with a clinic: edit, seats, suspend, resume, delete, restore; and that a restore touches exactly what the
-- deletion touched.
begin;
\ir ../fixtures.inc
select plan(51);

select tests.create_clinic('alpha') as alpha \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.join_clinic(:'alpha', 'ana@alpha.test', 'staff') as ana \gset
select tests.join_clinic(:'alpha', 'dan@alpha.test', 'staff') as dan \gset
select tests.join_clinic(:'alpha', 'eva@alpha.test', 'staff') as eva \gset
select tests.create_super_admin('root@platform.test') as root \gset
update public.memberships set joined_at = now() - interval '3 days', permissions = array['exports'] where user_id = :'ana';
update public.memberships set joined_at = now() - interval '2 days' where user_id = :'dan';
create function tests.member(person uuid) returns text language sql as
$$ select m.status || ' ' || m.role || coalesce(' since ' || m.status_reason, '') || case when m.deletion_id is null then '' else ' by deletion' end from public.memberships m where m.user_id = person $$;
create function tests.members(clinic uuid, wanted text) returns text[] language sql as
$$ select array(select split_part(p.email, '@', 1) from public.memberships m join public.profiles p using (user_id) where m.tenant_id = clinic and m.status = wanted order by 1) $$;

-- only for super-admins
create function tests.calls(tenant uuid) returns setof text language sql as
$$
  select format(call, tenant) from unnest(array['select public.admin_update_tenant(%L, ''A'', ''UTC'')', 'select public.admin_set_seats(%L, 5)',
    'select public.admin_delete_tenant(%L, ''x'')', 'select public.admin_restore_tenant(%L, ''x'')']) call
$$;
grant execute on function tests.calls(uuid) to authenticated;
select tests.sign_in(:'owner');
select is(tests.refusal(c), 'PT403 super_admin_required', 'an owner: ' || c) from tests.calls(:'alpha') c;
select tests.sign_in(:'root');
select is(tests.refusal(c), 'PT404 clinic_not_found', 'no such clinic: ' || c) from tests.calls(gen_random_uuid()) c;

-- edit
select is(public.admin_update_tenant(:'alpha', ' Alpha Dental ', 'Europe/London') ->> 'name', 'Alpha Dental', 'a clinic is renamed');
select is(public.admin_update_tenant(:'alpha', 'Alpha', null) ->> 'time_zone', 'Europe/London', 'no time zone leaves it as it is');
select is(tests.refusal(format('select public.admin_update_tenant(%L, '' '', ''UTC'')', :'alpha')), 'PT422 name_required', 'to a real name');
select is(tests.refusal(format('select public.admin_update_tenant(%L, ''A'', ''Mars/Olympus'')', :'alpha')), 'PT422 time_zone_unknown', 'in a real time zone');
select is(tests.refusal(format('select public.admin_update_tenant(%L, ''A'', ''UTC'', now() - interval ''1 second'')', :'alpha')), 'PT409 changed_meanwhile', 'a form that is older than the clinic is refused');
select is(public.admin_update_tenant(:'alpha', 'Alpha', 'UTC', now()) ->> 'time_zone', 'UTC', 'and one as new as the clinic is not');

-- seats
select is(tests.refusal(format('select public.admin_set_seats(%L, 3)', :'alpha')), 'PT409 seats_in_use', 'fewer seats than are taken are refused');
select is(public.admin_set_seats(:'alpha', 4) ->> 'max_seats', '4', 'as many as are taken are not');
select is(tests.refusal(format('select public.admin_set_seats(%L, 10001)', :'alpha')), 'PT422 seats_invalid', 'their number is sensible');
select is(tests.refusal(format('select public.admin_set_seats(%L, null)', :'alpha')), 'PT422 seats_invalid', 'and given');
select tests.as_owner_of_database();
select tests.issue(:'alpha', 'guest@alpha.test', 'staff', 'guest') as guest \gset
select tests.sign_in(:'root');
select is(tests.refusal(format('select public.admin_set_seats(%L, 3)', :'alpha')), 'PT409 seats_in_use', 'open invitations hold seats too');
select is(public.admin_set_seats(:'alpha', 5) ->> 'open_invitations', '1', 'a clinic with too few seats may be given more');
select tests.as_owner_of_database();
update public.invitations set expires_at = now() where id = :'guest';
select tests.sign_in(:'root');
select is(public.admin_set_seats(:'alpha', 4) ->> 'max_seats', '4', 'an expired invitation holds none');

-- delete
select is(tests.refusal(format('select public.admin_delete_tenant(%L, E''\u200b \t'')', :'alpha')), 'PT422 reason_required', 'a deletion needs a reason that can be read');
select is(tests.refusal(format('select public.admin_restore_tenant(%L, ''x'')', :'alpha')), 'PT409 tenant_not_deleted', 'only a deleted clinic is restored');
select public.admin_remove_member(:'alpha', :'eva', 'left the clinic');
select is(public.admin_delete_tenant(:'alpha', ' closed ') ->> 'members_disabled', '3', 'a deletion disables the active members');
select is(tests.refusal(format('select public.admin_delete_tenant(%L, ''x'')', :'alpha')), 'PT409 tenant_already_deleted', 'once');
select is(tests.refusal(format('select public.admin_suspend_tenant(%L, ''x'')', :'alpha')), 'PT409 tenant_not_active', 'a deleted clinic is not suspended');
select is(tests.refusal(format('select public.admin_resume_tenant(%L, ''x'')', :'alpha')), 'PT409 tenant_not_suspended', 'nor resumed');
select is(tests.refusal(format('select public.admin_restore_member(%L, %L, ''x'')', :'alpha', :'ana')), 'PT409 tenant_not_active', 'nor do single members return to it');
select tests.as_owner_of_database();
select results_eq(format('select status, status_reason, deleted_by, deleted_at is not null, deletion_id is not null from public.tenants where id = %L', :'alpha'), format('values (''deleted'', ''closed'', %L::uuid, true, true)', :'root'), 'it keeps who deleted it and why');
select is(tests.member(:'ana'), 'disabled staff since closed by deletion', 'members are disabled with the reason of the deletion');
select is(tests.member(:'eva'), 'removed staff since left the clinic', 'who had been removed stays removed');
select tests.sign_in(:'owner');
select is(tests.refusal(format('select public.list_team(%L)', :'alpha')), 'PT404 clinic_not_found', 'its people have no access any more');

-- restore
select tests.sign_in(:'root');
select is(tests.refusal(format('select public.admin_restore_tenant(%L, null)', :'alpha')), 'PT422 reason_required', 'a restore needs a reason');
select is(public.admin_restore_tenant(:'alpha', 'reopened') -> 'left_disabled', '[]', 'a restore with enough seats leaves nobody out');
select tests.as_owner_of_database();
select is(tests.members(:'alpha', 'active'), '{ana,dan,owner}', 'and brings back those it had disabled');
select is(tests.member(:'ana'), 'active staff since reopened', 'with the reason of the restore');
select is((select permissions from public.memberships where user_id = :'ana'), array['exports'], 'and with their permissions');
select is(tests.member(:'eva'), 'removed staff since left the clinic', 'but nobody who had been removed before');
select results_eq(format('select status, deleted_at, deleted_by, deletion_id from public.tenants where id = %L', :'alpha'), $$values ('active', null::timestamptz, null::uuid, null::uuid)$$, 'nothing of the deletion is left on the clinic');

-- fewer seats than members: owners first, then the oldest; a second deletion does not bring back whom the first one left disabled
select tests.sign_in(:'root');
select public.admin_delete_tenant(:'alpha', 'again');
select public.admin_set_seats(:'alpha', 3);
select tests.as_owner_of_database();
update public.invitations set expires_at = now() + interval '1 day' where id = :'guest';
select tests.sign_in(:'root');
select is(public.admin_restore_tenant(:'alpha', 'reopened') - 'tenant', jsonb_build_object(
  'restored', jsonb_build_array(jsonb_build_object('user_id', :'owner'::uuid, 'email', 'owner@alpha.test'), jsonb_build_object('user_id', :'ana'::uuid, 'email', 'ana@alpha.test')),
  'left_disabled', jsonb_build_array(jsonb_build_object('user_id', :'dan'::uuid, 'email', 'dan@alpha.test', 'why', 'no_seats_left'))),
  'the surplus stays disabled and is named; an open invitation holds its seat');
select public.admin_set_seats(:'alpha', 10);
select public.admin_delete_tenant(:'alpha', 'third time');
select is(jsonb_path_query_array(public.admin_restore_tenant(:'alpha', 'reopened'), '$.restored[*].email'), '["owner@alpha.test", "ana@alpha.test"]', 'whom an earlier deletion had disabled does not return with a later one');
select tests.as_owner_of_database();
select is(tests.member(:'dan'), 'disabled staff since again by deletion', 'and keeps the reason of that deletion');

-- a suspended clinic
select tests.sign_in(:'root');
select is(public.admin_suspend_tenant(:'alpha', 'unpaid') ->> 'status', 'suspended', 'a clinic is suspended');
select is(public.admin_delete_tenant(:'alpha', 'never paid') ->> 'status', 'deleted', 'and deleted from there');
select is(public.admin_restore_tenant(:'alpha', 'paid at last') #>> '{tenant,status}', 'active', 'and comes back active');
select is(public.admin_suspend_tenant(:'alpha', 'once more') ->> 'status_reason', 'once more', 'each change has its own reason');

-- somebody who is deleted when the clinic comes back
select public.admin_resume_tenant(:'alpha', 'paid');
select public.admin_delete_tenant(:'alpha', 'closed');
select public.admin_delete_user(:'ana', 'retired') ->> 'memberships_revoked' as revoked \gset
select is(:'revoked'::text, '[]', 'the deletion of a person leaves memberships alone that are not active');
select is(public.admin_restore_tenant(:'alpha', 'reopened') -> 'left_disabled', jsonb_build_array(jsonb_build_object('user_id', :'ana'::uuid, 'email', 'ana@alpha.test', 'why', 'user_deleted')), 'a deleted person does not become active with the clinic');
select tests.as_owner_of_database();
select is(tests.member(:'ana'), 'revoked staff since reopened by deletion', 'but waits for their own restore');
select tests.sign_in(:'root');
select is(jsonb_path_query_array(public.admin_restore_user(:'ana', 'back'), '$.restored[*].tenant_id'), jsonb_build_array(:'alpha'), 'which brings them back to the clinic');
select tests.as_owner_of_database();
select is(tests.member(:'ana'), 'active staff since The account was restored.', 'active again');
select * from finish();
rollback;
