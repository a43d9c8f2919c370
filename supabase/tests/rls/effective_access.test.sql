-- A clinic's rows are visible only while the person, the clinic and the membership are all active; any change counts at once.
begin;
\ir ../fixtures.inc
select plan(15);

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.join_clinic(:'alpha', 'staff@alpha.test', 'staff') as staff \gset
select tests.create_super_admin('root@platform.test') as root \gset
select tests.create_super_admin('other@platform.test') as other_root \gset
insert into public.clients (tenant_id, last_name) values (:'alpha', 'Ash'), (:'beta', 'Birch');

select tests.sign_in(:'staff');
select results_eq('select last_name from public.clients', array['Ash'], 'staff see their clinic''s clients and no other clinic''s');
select results_eq('select slug from public.tenants', array['alpha'], 'staff see their clinic and no other');
select tests.claim(:'staff');
select is(private.owned_tenant_ids(), '{}'::uuid[], 'staff own nothing');
select is(private.permitted_tenant_ids('exports'), '{}'::uuid[], 'staff have no permission that was not granted');
select tests.claim(:'owner');
select is(private.owned_tenant_ids(), array[:'alpha'::uuid], 'an owner owns the clinic');
select is(private.permitted_tenant_ids('exports'), array[:'alpha'::uuid], 'an owner has every permission');
select tests.sign_in(:'root');
select is_empty('select from public.clients', 'a super-admin sees no client of any clinic');
select is_empty('select from public.tenants', 'a super-admin sees no clinic by table access');

select tests.as_owner_of_database();
update public.memberships set permissions = array['exports'] where user_id = :'staff';
select tests.claim(:'staff');
select is(private.permitted_tenant_ids('exports'), array[:'alpha'::uuid], 'a granted permission counts at once');

select tests.as_owner_of_database();
update public.tenants set status = 'suspended', status_reason = 'test', status_changed_at = clock_timestamp() where id = :'alpha';
select tests.sign_in(:'staff');
select is_empty('select from public.clients', 'a suspended clinic shows nothing');
select tests.as_owner_of_database();
update public.tenants set status = 'active', status_reason = 'test', status_changed_at = clock_timestamp() where id = :'alpha';
update public.profiles set status = 'suspended', status_reason = 'test', status_changed_at = clock_timestamp() where user_id = :'staff';
select tests.sign_in(:'staff');
select is_empty('select from public.clients', 'a suspended person sees nothing');
select is((public.my_access() -> 'profile' ->> 'status'), 'suspended', 'a suspended person is told so');
select tests.as_owner_of_database();
update public.profiles set status = 'active', status_reason = 'test', status_changed_at = clock_timestamp() where user_id = :'staff';
update public.memberships set status = 'removed' where user_id = :'staff';
select tests.sign_in(:'staff');
select is_empty('select from public.clients', 'a removed member sees nothing');
select is(public.my_access() #> '{memberships,0,has_access}', 'false', 'a removed member is told so');
select tests.as_owner_of_database();
update public.platform_admins set status = 'revoked', status_reason = 'test', status_changed_at = clock_timestamp() where user_id = :'root';
select tests.sign_in(:'root');
select is(tests.refusal('select public.admin_list_tenants()'), 'PT403 super_admin_required', 'a revoked super-admin is refused');
select * from finish();
rollback;
