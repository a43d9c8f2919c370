-- Memberships after joining: roles, transfer of ownership, removal, restore by hand, and joining again by invitation.
begin;
\ir ../fixtures.inc
select plan(52);

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.join_clinic(:'alpha', 'ana@alpha.test', 'staff') as ana \gset
select tests.join_clinic(:'alpha', 'dan@alpha.test', 'staff') as dan \gset
select tests.join_clinic(:'beta', 'owner@beta.test', 'owner') as stranger \gset
select tests.create_super_admin('root@platform.test') as root \gset
create function tests.member(person uuid) returns text language sql as
$$ select m.status || ' ' || m.role || coalesce(' since ' || m.status_reason, '') from public.memberships m where m.user_id = person $$;

-- who may
create function tests.calls(tenant uuid, person uuid) returns setof text language sql as
$$
  select format(call, tenant, person) from unnest(array['select public.admin_set_member_role(%L, %L, ''owner'', ''x'')', 'select public.admin_remove_member(%L, %L, ''x'')',
    'select public.admin_restore_member(%L, %L, ''x'')', 'select public.admin_transfer_ownership(%1$L, %2$L, gen_random_uuid(), ''x'')']) call
$$;
grant execute on function tests.calls(uuid, uuid) to authenticated;
select tests.sign_in(:'owner');
select is(tests.refusal(c), 'PT403 super_admin_required', 'an owner: ' || c) from tests.calls(:'alpha', :'ana') c;
select tests.sign_in(:'ana');
select is(tests.refusal(format('select public.restore_member(%L, %L, ''x'')', :'alpha', :'dan')), 'PT403 owner_required', 'staff restore nobody');
select tests.sign_in(:'stranger');
select is(tests.refusal(format('select public.restore_member(%L, %L, ''x'')', :'alpha', :'dan')), 'PT404 clinic_not_found', 'another clinic''s owner does not even find the clinic');
select tests.sign_in(:'root');
select is(tests.refusal(c), 'PT404 clinic_not_found', 'no such clinic: ' || c) from tests.calls(gen_random_uuid(), :'ana') c;
select is(tests.refusal(c), 'PT404 member_not_found', 'no such member: ' || c) from tests.calls(:'alpha', :'stranger') c;

-- roles
select is(tests.refusal(format('select public.admin_set_member_role(%L, %L, ''owner'', '' '')', :'alpha', :'ana')), 'PT422 reason_required', 'a new role needs a reason');
select is(tests.refusal(format('select public.admin_set_member_role(%L, %L, ''boss'', ''x'')', :'alpha', :'ana')), 'PT422 role_unknown', 'and must be one of the two');
select is(tests.refusal(format('select public.admin_set_member_role(%L, %L, ''staff'', ''x'')', :'alpha', :'owner')), 'PT409 last_owner', 'the last owner keeps the role');
select is(tests.refusal(format('select public.admin_remove_member(%L, %L, ''x'')', :'alpha', :'owner')), 'PT409 last_owner', 'and stays');
select is(public.admin_set_member_role(:'alpha', :'ana', 'owner', 'takes over'), jsonb_build_object('user_id', :'ana'::uuid, 'role', 'owner'), 'staff become owners');
select is(public.admin_set_member_role(:'alpha', :'owner', 'staff', 'steps back') ->> 'role', 'staff', 'then the first owner may step back');
select is(public.admin_set_member_role(:'alpha', :'owner', 'staff', 'steps back') ->> 'role', 'staff', 'saying it twice changes nothing');

-- an owner who is suspended cannot act for the clinic
select public.admin_set_member_role(:'alpha', :'owner', 'owner', 'back again');
select public.admin_suspend_user(:'ana', 'on leave');
select is(tests.refusal(format('select public.admin_remove_member(%L, %L, ''x'')', :'alpha', :'owner')), 'PT409 last_owner', 'a suspended owner is not one the clinic could be left to');
select is(public.admin_remove_member(:'alpha', :'ana', 'left') ->> 'status', 'removed', 'and may go');
select public.admin_resume_user(:'ana', 'back');
select is(public.admin_restore_member(:'alpha', :'ana', 'back') ->> 'status', 'active', 'a super-admin brings a removed member back');
select tests.as_owner_of_database();
select is(tests.member(:'ana'), 'active owner since back', 'in the role they had');

-- transfer
select tests.sign_in(:'root');
select public.admin_set_member_role(:'alpha', :'ana', 'staff', 'one owner is enough');
select is(tests.refusal(format('select public.admin_transfer_ownership(%L, %L, %L, '''')', :'alpha', :'owner', :'dan')), 'PT422 reason_required', 'a transfer needs a reason');
select is(tests.refusal(format('select public.admin_transfer_ownership(%L, %L, %L, ''x'')', :'alpha', :'owner', :'owner')), 'PT422 same_person', 'and two people');
select is(tests.refusal(format('select public.admin_transfer_ownership(%L, %L, %L, ''x'')', :'alpha', :'ana', :'dan')), 'PT409 not_an_owner', 'of whom the first is an owner');
select is(tests.refusal(format('select public.admin_transfer_ownership(%L, %L, %L, ''x'')', :'alpha', :'owner', :'stranger')), 'PT404 member_not_found', 'and the second belongs to the clinic');
select public.admin_suspend_user(:'dan', 'on leave');
select is(tests.refusal(format('select public.admin_transfer_ownership(%L, %L, %L, ''x'')', :'alpha', :'owner', :'dan')), 'PT409 user_not_active', 'and can act');
select public.admin_resume_user(:'dan', 'back');
select is(public.admin_transfer_ownership(:'alpha', :'owner', :'dan', 'sold'), jsonb_build_object('tenant_id', :'alpha'::uuid, 'from_user_id', :'owner'::uuid, 'to_user_id', :'dan'::uuid), 'ownership is transferred, also from the only owner');
select tests.as_owner_of_database();
select is(array[tests.member(:'owner'), tests.member(:'dan')], '{active staff,active owner}', 'who becomes staff');

-- removal
select tests.sign_in(:'root');
select is(tests.refusal(format('select public.admin_remove_member(%L, %L, '' '')', :'alpha', :'ana')), 'PT422 reason_required', 'a super-admin gives a reason for a removal');
select is(public.admin_remove_member(:'alpha', :'ana', 'left') ->> 'status', 'removed', 'which ends the membership');
select tests.sign_in(:'dan');
select is(tests.refusal(format('select public.restore_member(%L, %L, ''x'')', :'alpha', :'ana')), 'PT404 member_not_found', 'an owner does not undo it');
select tests.sign_in(:'root');
select is(tests.refusal(format('select public.admin_remove_member(%L, %L, ''x'')', :'alpha', :'ana')), 'PT404 member_not_found', 'a removed member is not removed again');
select is(tests.refusal(format('select public.admin_restore_member(%L, %L, '' '')', :'alpha', :'ana')), 'PT422 reason_required', 'bringing one back needs a reason');
select is(tests.refusal(format('select public.admin_restore_member(%L, %L, ''x'')', :'alpha', :'dan')), 'PT409 member_already_active', 'and one to bring back');
select public.admin_set_seats(:'alpha', 2);
select is(tests.refusal(format('select public.admin_restore_member(%L, %L, ''x'')', :'alpha', :'ana')), 'PT409 no_seats_left', 'and a free seat');
select public.admin_suspend_tenant(:'alpha', 'unpaid');
select is(tests.refusal(format('select public.admin_restore_member(%L, %L, ''x'')', :'alpha', :'ana')), 'PT409 tenant_not_active', 'and an active clinic');
select public.admin_resume_tenant(:'alpha', 'paid');

-- an owner restores whom a restore of the clinic had left disabled
select public.admin_delete_tenant(:'alpha', 'closed');
select public.admin_set_seats(:'alpha', 1);
select is(jsonb_path_query_array(public.admin_restore_tenant(:'alpha', 'reopened'), '$.left_disabled[*].email'), '["owner@alpha.test"]', 'somebody is left without a seat');
select tests.sign_in(:'dan');
select is(tests.refusal(format('select public.restore_member(%L, %L, ''needed'')', :'alpha', :'owner')), 'PT409 no_seats_left', 'the owner cannot exceed the seats either');
select tests.sign_in(:'root');
select public.admin_set_seats(:'alpha', 10);
select tests.sign_in(:'dan');
select is(tests.refusal(format('select public.restore_member(%L, %L, '' '')', :'alpha', :'owner')), 'PT422 reason_required', 'nor go without a reason');
select is(public.restore_member(:'alpha', :'owner', 'needed') ->> 'status', 'active', 'but with one and a seat the member is back');
select is(tests.refusal(format('select public.restore_member(%L, %L, ''x'')', :'alpha', :'owner')), 'PT404 member_not_found', 'an active member is nobody to restore');
select tests.as_owner_of_database();
select is(tests.member(:'owner'), 'active staff since needed', 'with the reason on the membership');
select is((select deletion_id from public.memberships where user_id = :'owner'), null, 'and without the deletion');

-- a removal by the owner asks for no reason and leaves none behind
select tests.sign_in(:'dan');
select public.remove_member(:'alpha', :'owner');
select tests.as_owner_of_database();
select is(tests.member(:'owner'), 'removed staff', 'the reason of an earlier change does not stay behind');
select tests.issue(:'alpha', 'owner@alpha.test', 'staff', 'again') as again \gset
update public.invitations set created_at = clock_timestamp() where id = :'again';
select tests.sign_in(:'owner');
select is(public.accept_invitation('again') ->> 'role', 'staff', 'a newer invitation brings the person back');
select tests.as_owner_of_database();
select is(tests.member(:'owner'), 'active staff since Accepted a new invitation.', 'and says so');

-- also a disabled member; the clinic's restore has nothing to do with them any more
select tests.sign_in(:'root');
select public.admin_delete_tenant(:'alpha', 'closed');
select public.admin_set_seats(:'alpha', 1);
select public.admin_restore_tenant(:'alpha', 'reopened');
select public.admin_set_seats(:'alpha', 10);
select tests.as_owner_of_database();
select tests.issue(:'alpha', 'owner@alpha.test', 'owner', 'disabled') as disabled \gset
update public.invitations set created_at = clock_timestamp() where id = :'disabled';
select tests.sign_in(:'owner');
select is(public.accept_invitation('disabled') ->> 'role', 'owner', 'an invitation brings a disabled member back');
select tests.as_owner_of_database();
select is(tests.member(:'owner'), 'active owner since Accepted a new invitation.', 'in the role of the invitation');
select * from finish();
rollback;
