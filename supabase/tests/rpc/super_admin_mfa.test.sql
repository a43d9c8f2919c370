-- A super-admin with a second factor acts for the platform only in a session that proved it.
begin;
\ir ../fixtures.inc
select plan(31);

select tests.create_clinic('alpha') as alpha \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.create_super_admin('root@platform.test') as root \gset
select tests.create_super_admin('plain@platform.test') as plain \gset
-- The first super-admin also owns a clinic.
select tests.issue(:'alpha', 'root@platform.test', 'owner', 'also an owner');
select tests.sign_in(:'root');
select public.accept_invitation('also an owner');
select tests.as_owner_of_database();
select tests.issue(:'alpha', 'guest@alpha.test', 'owner', 'owner token') as owner_invitation \gset
select tests.issue(:'alpha', 'temp@alpha.test', 'staff', 'staff token') as staff_invitation \gset

create function tests.sign_in_at(user_id uuid, assurance text) returns void
language plpgsql as $$
begin
  perform set_config('request.jwt.claims', jsonb_build_object('sub', user_id, 'role', 'authenticated', 'aal', assurance)::text, true);
  perform set_config('role', 'authenticated', true);
end;
$$;
create function tests.as_service_role() returns void
language plpgsql as $$
begin
  perform set_config('request.jwt.claims', '{"role":"service_role"}', true);
  perform set_config('role', 'service_role', true);
end;
$$;
create function tests.access(field text) returns text language sql as $$ select public.my_access() ->> field $$;
create function tests.issue_call(invitation uuid, actor uuid, assurance text) returns text immutable language sql as
$$ select format('select public.issue_invitation_token(%L, %L, encode(sha256(%L), ''hex''), true, %L)', invitation, actor, gen_random_uuid()::text::bytea, assurance) $$;
grant execute on all functions in schema tests to authenticated, service_role;

-- nobody has a factor yet
select tests.sign_in_at(:'root', 'aal1');
select is(tests.refusal('select public.admin_list_support_grants()'), 'no refusal', 'without a factor no second step is asked for');
select is(tests.access('is_super_admin') || tests.access('mfa_required'), 'truefalse', 'and the app is told so');

-- a stack whose Auth service knows no factors
select to_regclass('auth.mfa_factors') is not null as has_factors \gset
\if :has_factors
  select tests.as_owner_of_database();
  create function tests.hide_factors() returns boolean language plpgsql as
  $$
  begin
    -- Only the Auth service's role may, and only some servers let the owner of the database become it.
    grant supabase_auth_admin to current_user;
    set local role supabase_auth_admin;
    alter table auth.mfa_factors rename to mfa_factors_hidden;
    reset role;
    return true;
  exception when insufficient_privilege or invalid_grant_operation then
    return false;
  end;
  $$;
  savepoint before_hiding;
  select tests.hide_factors() as hidden \gset
  \if :hidden
    select tests.sign_in_at(:'root', 'aal1');
    select public.admin_list_support_grants() -> 'grants' as without_table \gset
    select tests.as_owner_of_database();
    rollback to savepoint before_hiding;
    select is(:'without_table', '[]'::text, 'the platform works where the Auth service has no such table');
  \else
    select skip('the table of factors cannot be hidden here', 1);
  \endif

  insert into auth.mfa_factors (id, user_id, friendly_name, factor_type, status, created_at, updated_at) values
    (gen_random_uuid(), :'root', 'phone', 'totp', 'unverified', now(), now()), (gen_random_uuid(), :'owner', 'phone', 'totp', 'verified', now(), now());
  select tests.sign_in_at(:'root', 'aal1');
  select is(tests.refusal('select public.admin_list_support_grants()'), 'no refusal', 'a factor that was never confirmed asks for nothing');
  select tests.as_owner_of_database();
  update auth.mfa_factors set status = 'verified' where user_id = :'root';

  -- the gates of the platform
  select tests.sign_in_at(:'root', 'aal1');
  select is(tests.refusal(format(c, :'alpha')), 'PT403 mfa_required', 'a session at aal1: ' || c) from unnest(array[
    'select public.admin_list_tenants()', 'select public.admin_get_tenant(%L)', 'select public.admin_suspend_tenant(%L, ''x'')',
    'select public.admin_open_support_access(%L, ''x'', 60)', 'select public.admin_support_list_clients(%L)']) c;
  select is(tests.access('is_super_admin') || tests.access('mfa_required'), 'falsetrue', 'the app is told that the second step is due');
  select is(public.my_access() #>> '{memberships,0,role}', 'owner', 'what the person owns is theirs in any session');
  select is(public.list_team(:'alpha') #>> '{seats,active}', '2', 'to work with as well');
  select tests.sign_in(:'root');
  select is(tests.refusal('select public.admin_list_tenants()'), 'PT403 mfa_required', 'a token that states no level is not enough');
  select tests.sign_in_at(:'root', 'AAL2 ');
  select is(tests.refusal('select public.admin_list_tenants()'), 'PT403 mfa_required', 'nor is one that only looks like it');
  select tests.sign_in_at(:'root', 'aal2');
  select is(tests.refusal('select public.admin_list_tenants()'), 'no refusal', 'at aal2 the platform is open');
  select is(tests.access('is_super_admin') || tests.access('mfa_required'), 'truefalse', 'and the app is told so');
  select tests.sign_in_at(:'owner', 'aal1');
  select is(tests.refusal('select public.admin_list_tenants()'), 'PT403 super_admin_required', 'a person without the role is refused for that, factor or not');
  select is(tests.access('mfa_required'), 'false', 'and asked for nothing');
  select is(tests.refusal(format('select public.list_team(%L)', :'alpha')), 'no refusal', 'an owner''s own factor is not the platform''s business');
  select tests.sign_in_at(:'plain', 'aal1');
  select is(tests.refusal('select public.admin_list_tenants()'), 'no refusal', 'a colleague''s factor is not asked of others');

  -- invitations, which a super-admin manages by name
  select tests.sign_in_at(:'root', 'aal1');
  select is(tests.refusal(format('select public.revoke_invitation(%L)', :'owner_invitation')), 'PT403 mfa_required', 'a super-admin does not revoke without the second step');
  select is(tests.refusal(format('select public.revoke_invitation(%L)', :'staff_invitation')), 'no refusal', 'but as an owner does');
  select tests.as_owner_of_database();
  update public.invitations set revoked_at = null, revoked_by = null where id = :'staff_invitation';
  select tests.as_service_role();
  select is(tests.refusal(tests.issue_call(:'owner_invitation', :'root', a)), 'PT403 mfa_required', 'nor does a function in their name at ' || coalesce(a, 'no level stated')) from unnest(array[null, '', 'aal1']) a;
  select is(tests.refusal(tests.issue_call(:'staff_invitation', :'root', 'aal1')), 'no refusal', 'except as an owner');
  select is(tests.refusal(tests.issue_call(:'owner_invitation', :'root', 'aal2')), 'no refusal', 'at aal2 it does');
  select set_config('chairside.acting_at', '', true);
  select is(tests.refusal(format('select public.issue_invitation_token(%L, %L, encode(sha256(''x''), ''hex''))', :'owner_invitation', :'plain')), 'PGRST ', 'who has no factor needs to state nothing (here only the pause stands in the way)');
  select tests.sign_in_at(:'root', 'aal2');
  select is(tests.refusal(format('select public.revoke_invitation(%L)', :'owner_invitation')), 'no refusal', 'and revokes');

  -- the owner of the database has no session
  select tests.as_owner_of_database();
  select ok(not private.lacks_second_factor(:'root'), 'nobody asks the owner of the database for a second step');
  select tests.as_service_role();
  select is(tests.refusal($$select public.bootstrap_super_admin('plain@platform.test', null)$$), 'no refusal', 'nor the service role acting for itself');
\else
  select skip('this stack''s Auth service offers no second factor', 29);
\endif
select * from finish();
rollback;
