-- What owners do with their team and clinic, and super-admins with clinics.
begin;
\ir ../fixtures.inc
select plan(43);

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.join_clinic(:'alpha', 'second@alpha.test', 'owner') as second \gset
select tests.join_clinic(:'alpha', 'staff@alpha.test', 'staff') as staff \gset
select tests.join_clinic(:'beta', 'owner@beta.test', 'owner') as other \gset
select tests.create_super_admin('root@platform.test') as root \gset

-- every owner function refuses staff with 403 and strangers with 404
create function tests.owner_calls(tenant uuid, person uuid) returns setof text language sql as
$$
  select format(call, tenant, person) from unnest(array[
    'select public.list_team(%L)', 'select public.invite_member(%L, ''a@a.test'')', 'select public.remove_member(%1$L, %2$L)',
    'select public.set_member_permissions(%1$L, %2$L, array[''exports''])', 'select public.get_clinic_settings(%L)',
    'select public.update_clinic_settings(%L, ''Mine'', ''UTC'')']) call
$$;
grant execute on function tests.owner_calls(uuid, uuid) to authenticated;
-- and every platform function refuses owners
create function tests.platform_calls(tenant uuid) returns setof text language sql as
$$
  select format(call, tenant) from unnest(array[
    'select public.admin_create_tenant(''G'', ''gamma'', ''g@g.test'', 5)', 'select public.admin_list_tenants()', 'select public.admin_get_tenant(%L)',
    'select public.admin_invite(%L, ''a@a.test'', ''owner'')', 'select public.admin_suspend_tenant(%L, ''x'')', 'select public.admin_resume_tenant(%L, ''x'')']) call
$$;
grant execute on function tests.platform_calls(uuid) to authenticated;

select tests.sign_in(:'staff');
select is(tests.refusal(c), 'PT403 owner_required', 'staff: ' || c) from tests.owner_calls(:'alpha', :'staff') c;
select tests.sign_in(:'other');
select is(tests.refusal(c), 'PT404 clinic_not_found', 'a stranger: ' || c) from tests.owner_calls(:'alpha', :'staff') c;

select tests.sign_in(:'owner');
select is(jsonb_path_query_array(public.list_team(:'alpha'), '$.members[*].email'), '["owner@alpha.test", "second@alpha.test", "staff@alpha.test"]', 'an owner lists the team');
select is(public.set_member_permissions(:'alpha', :'staff', array['exports', 'exports', 'catalogue']) -> 'permissions', '["catalogue", "exports"]', 'an owner grants permissions');
select is(tests.refusal(format('select public.set_member_permissions(%L, %L, array[''fly''])', :'alpha', :'staff')), 'PT422 permission_unknown', 'of those that exist');
select is(tests.refusal(format('select public.set_member_permissions(%L, %L, array[''exports''])', :'alpha', :'second')), 'PT409 cannot_change_owner', 'to staff');
select is(tests.refusal(format('select public.set_member_permissions(%L, %L, array[''exports''])', :'alpha', :'other')), 'PT404 member_not_found', 'of this clinic');
select is(tests.refusal(format('select public.remove_member(%L, %L)', :'alpha', :'owner')), 'PT409 cannot_remove_self', 'nobody removes themselves');
select is(tests.refusal(format('select public.remove_member(%L, %L)', :'alpha', :'second')), 'PT409 cannot_remove_owner', 'nor another owner');
select is(public.remove_member(:'alpha', :'staff') ->> 'status', 'removed', 'an owner removes staff');
select is(tests.refusal(format('select public.remove_member(%L, %L)', :'alpha', :'staff')), 'PT404 member_not_found', 'once');
select is(public.update_clinic_settings(:'alpha', '  Alpha Dental ', 'Europe/London') ->> 'name', 'Alpha Dental', 'an owner renames the clinic');
select is(tests.refusal(format('select public.update_clinic_settings(%L, '' '', ''UTC'')', :'alpha')), 'PT422 name_required', 'to a real name');
select is(tests.refusal(format('select public.update_clinic_settings(%L, %L, ''UTC'')', :'alpha', E'Alpha\u202eatneD')), 'PT422 name_invalid', 'without characters that cannot be seen');
select is(tests.refusal(format('select public.update_clinic_settings(%L, ''A'', ''posix/Europe/Bucharest'')', :'alpha')), 'PT422 time_zone_unknown', 'in a zone that browsers know');
select is(tests.refusal(format('select public.set_member_permissions(%L, %L, null)', :'alpha', :'second')), 'PT422 permission_unknown', 'no permissions are not none');
select is(tests.refusal(format('select public.update_clinic_settings(%L, ''A'', ''Mars/Olympus'')', :'alpha')), 'PT422 time_zone_unknown', 'in a real time zone');

select results_eq(format('select distinct tests.refusal(c) from tests.platform_calls(%L) c', :'alpha'), array['PT403 super_admin_required'], 'an owner is refused by every platform function');

select tests.sign_in(:'root');
select is(public.admin_create_tenant('Gamma Dental', 'Gamma', 'Owner@Gamma.test', 5) #>> '{invitation,email}', 'owner@gamma.test', 'a super-admin creates a clinic with its owner''s invitation');
select is(tests.refusal($$select public.admin_create_tenant('Other', 'gamma', 'o@o.test', 5)$$), 'PT409 slug_taken', 'an address is unique');
select is(tests.refusal($$select public.admin_create_tenant('Other', 'admin', 'o@o.test', 5)$$), 'PT422 slug_invalid', 'and not one of the app''s own');
select is(tests.refusal($$select public.admin_create_tenant('Other', 'other', 'o@o.test', 0)$$), 'PT409 no_seat_allocation', 'a clinic needs a seat for its owner');
select is(tests.refusal($$select public.admin_create_tenant('Other', 'other', 'o@o.test', -1)$$), 'PT422 seats_invalid', 'and a sensible number of them');
select is(jsonb_path_query_array(public.admin_list_tenants(page_size => 2), '$.tenants[*].slug') || (public.admin_list_tenants(page_size => 2) #> '{next,after_name}'), '["alpha", "beta", "Beta"]', 'clinics are listed by name, page by page');
select is(jsonb_path_query_array(public.admin_list_tenants('100%'), '$.tenants[*]'), '[]', 'a search term is taken literally');
select is(public.admin_get_tenant(:'alpha') ->> 'active_members', '2', 'a clinic is shown with its seats');
select is(tests.refusal(format('select public.admin_suspend_tenant(%L, '' '')', :'alpha')), 'PT422 reason_required', 'suspending needs a reason');
select is(public.admin_suspend_tenant(:'alpha', ' unpaid ') ->> 'status_reason', 'unpaid', 'which is kept');
select is(tests.refusal(format('select public.admin_suspend_tenant(%L, ''again'')', :'alpha')), 'PT409 tenant_not_active', 'a suspended clinic is not suspended again');
select is(public.admin_resume_tenant(:'alpha', 'paid') ->> 'status', 'active', 'and comes back');
select is(tests.refusal(format('select public.admin_get_tenant(%L)', gen_random_uuid())), 'PT404 clinic_not_found', 'a clinic that does not exist is not found');

-- the first super-admin is not somebody who holds a revealed link
select tests.as_owner_of_database();
select tests.issue(:'beta', 'ops@platform.test', 'staff', 'revealed') as revealed \gset
update public.invitations set revealed = true where id = :'revealed';
select tests.sign_up('ops@platform.test', 'revealed') as ops \gset
update auth.users set encrypted_password = 'chosen by the holder of the link' where id = :'ops';
select is(tests.refusal($$select public.bootstrap_super_admin('ops@platform.test', null)$$), 'PT409 email_unconfirmed', 'an account that has not confirmed its address is not promoted');
update auth.users set email_confirmed_at = now() where id = :'ops';
select results_eq(format('select encrypted_password::text from auth.users where id = %L', :'ops'), array[''], 'confirming the address drops the password that came with the link');
select * from finish();
rollback;
