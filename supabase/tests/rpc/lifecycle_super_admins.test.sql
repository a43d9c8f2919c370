-- Giving and taking the platform role; one active super-admin always remains.
begin;
\ir ../fixtures.inc
select plan(26);

select tests.create_clinic('alpha') as alpha \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.join_clinic(:'alpha', 'ana@alpha.test', 'staff') as ana \gset
select tests.create_super_admin('root@platform.test') as root \gset
create function tests.admins() returns text[] language sql as
$$ select array(select split_part(p.email, '@', 1) || ' ' || a.status || coalesce(' since ' || a.status_reason, '') from public.platform_admins a join public.profiles p using (user_id) order by 1) $$;

select tests.sign_in(:'owner');
select is(tests.refusal(format('select public.admin_grant_super_admin(%L, ''x'')', :'owner')), 'PT403 super_admin_required', 'an owner does not appoint themselves');
select is(tests.refusal(format('select public.admin_revoke_super_admin(%L, ''x'')', :'root')), 'PT403 super_admin_required', 'nor demotes anybody');
select tests.sign_in(:'root');
select is(tests.refusal(format('select public.admin_grant_super_admin(%L, ''x'')', gen_random_uuid())), 'PT404 user_not_found', 'nobody is nobody');
select is(tests.refusal(format('select public.admin_revoke_super_admin(%L, ''x'')', gen_random_uuid())), 'PT404 user_not_found', 'to demote neither');
select is(tests.refusal(format('select public.admin_grant_super_admin(%L, '' '')', :'ana')), 'PT422 reason_required', 'appointing needs a reason');
select is(tests.refusal(format('select public.admin_revoke_super_admin(%L, '' '')', :'root')), 'PT422 reason_required', 'demoting too');
select is(tests.refusal(format('select public.admin_revoke_super_admin(%L, ''x'')', :'ana')), 'PT409 not_super_admin', 'who is none is not demoted');
select is(tests.refusal(format('select public.admin_revoke_super_admin(%L, ''x'')', :'root')), 'PT409 last_super_admin', 'the last one does not demote themselves');

select is(public.admin_grant_super_admin(:'ana', 'covers holidays') ->> 'is_super_admin', 'true', 'a person is appointed');
select is(tests.refusal(format('select public.admin_grant_super_admin(%L, ''x'')', :'ana')), 'PT409 already_super_admin', 'once');
select tests.as_owner_of_database();
select is(tests.admins(), '{ana active since covers holidays,root active}', 'with the reason');
select results_eq(format('select created_by from public.platform_admins where user_id = %L', :'ana'), array[:'root'::uuid], 'and by whom');
select results_eq($$select action, target_label, reason from public.audit_events where target_type = 'super_admin' and reason is not null$$, $$values ('super_admin.granted', 'ana@alpha.test', 'covers holidays')$$, 'the audit log has it');
select tests.sign_in(:'ana');
select is(public.admin_revoke_super_admin(:'root', 'changed jobs') ->> 'is_super_admin', 'false', 'who demotes the one by whom they were appointed');
select tests.sign_in(:'root');
select is(tests.refusal('select public.admin_list_status_transitions()'), 'PT403 super_admin_required', 'who has no power from then on');
select tests.sign_in(:'ana');
select is(tests.refusal(format('select public.admin_suspend_user(%L, ''x'')', :'ana')), 'PT409 cannot_act_on_self', 'and is alone now');
select is(public.admin_grant_super_admin(:'root', 'came back') ->> 'is_super_admin', 'true', 'a demoted super-admin is appointed again');
select is(public.admin_revoke_super_admin(:'ana', 'holidays are over') ->> 'is_super_admin', 'false', 'oneself may go while another remains');
select tests.as_owner_of_database();
select is(tests.admins(), '{ana revoked since holidays are over,root active since came back}', 'each change with its reason');

-- who can be one
select tests.sign_in(:'root');
select public.admin_suspend_user(:'owner', 'on leave');
select is(tests.refusal(format('select public.admin_grant_super_admin(%L, ''x'')', :'owner')), 'PT409 user_not_active', 'a suspended person is not appointed');
select tests.as_owner_of_database();
update auth.users set email_confirmed_at = null where id = :'ana';
select tests.sign_in(:'root');
select is(tests.refusal(format('select public.admin_grant_super_admin(%L, ''x'')', :'ana')), 'PT409 email_unconfirmed', 'nor one whose address nobody has proved');
select tests.as_owner_of_database();
update auth.users set email_confirmed_at = now() where id = :'ana';

-- a suspended super-admin is not one the platform could be left to
select tests.sign_in(:'root');
select public.admin_grant_super_admin(:'ana', 'covers again');
select public.admin_suspend_user(:'ana', 'ill');
select is(tests.refusal(format('select public.admin_revoke_super_admin(%L, ''x'')', :'root')), 'PT409 last_super_admin', 'a suspended colleague does not count');
select is(public.admin_revoke_super_admin(:'ana', 'left') ->> 'status', 'suspended', 'but may lose the role');

-- other ways in
select tests.as_owner_of_database();
select is(public.bootstrap_super_admin('root@platform.test', null) ->> 'outcome', 'already_super_admin', 'the command line changes nothing for who is one');
update public.profiles set status = 'active', status_reason = 'well again', status_changed_at = clock_timestamp() where user_id = :'ana';
select is(public.bootstrap_super_admin('ana@alpha.test', null) ->> 'outcome', 'promoted', 'and brings a revoked one back');
select is(tests.admins(), '{"ana active since Promoted with npm run admin:create.","root active since came back"}', 'saying so');
select * from finish();
rollback;
