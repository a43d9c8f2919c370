-- Work in the SQL editor: the database's owner calls the platform's functions without a person's token; nobody else does.
begin;
\ir ../fixtures.inc

select tests.create_clinic('alpha') as alpha \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.join_clinic(:'alpha', 'staff@alpha.test', 'staff') as staff \gset
select tests.create_super_admin('root@platform.test') as root \gset
select tests.create_super_admin('second@platform.test') as second \gset
select tests.as_owner_of_database();

create function tests.last_event() returns text language sql as
$$ select concat_ws(' ', e.action, e.actor_role, coalesce(e.actor_id::text, 'nobody'), e.reason) from public.audit_events e order by e.occurred_at desc limit 1 $$;
create function tests.with_claims(claims text, api_role text) returns void language sql as
$$ select set_config('request.jwt.claims', claims, true), set_config('role', api_role, true) $$;
create function tests.refusal_of_trial(statement text) returns text language plpgsql as
$$
begin
  if tests.refusal(statement) <> 'no refusal' then
    return tests.refusal(statement);
  end if;
  raise exception 'undone' using errcode = 'P0099';
exception when sqlstate 'P0099' then
  return 'no refusal';
end;
$$;
comment on function tests.refusal_of_trial(text) is 'As tests.refusal, and nothing of what the statement did remains.';
-- A guess at each argument; what matters is who is refused, and that the owner gets as far as an answer or a refusal of the act itself.
create function tests.guess_call(function oid) returns text language sql as
$$
  select format('select public.%I(%s)', p.proname, (
    select string_agg(format('%I => %s', a.name, case
      when a.name = 'tenant_id' then quote_literal((select id from public.tenants where slug = 'alpha')) || '::uuid'
      when a.name in ('user_id', 'from_user_id') then quote_literal(private.person('staff@alpha.test')) || '::uuid'
      when a.type = 'uuid'::regtype then 'gen_random_uuid()'
      when a.type = 'integer'::regtype then '20'
      when a.type = 'text'::regtype then quote_literal('guess')
      else 'null' end), ', ' order by a.n)
    from unnest(p.proargnames, p.proargtypes::oid[]) with ordinality a (name, type, n)
    where a.n <= p.pronargs - p.pronargdefaults))
  from pg_proc p where p.oid = function
$$;
create temporary table platform_calls as
  select p.proname::text as name, tests.guess_call(p.oid) as call from pg_proc p
  where p.pronamespace = 'public'::regnamespace and p.proname like 'admin\_%';
grant select on platform_calls to anon, authenticated, service_role;
grant execute on all functions in schema tests to anon, authenticated, service_role;

select plan(34 + 5 * (select count(*) from platform_calls)::integer);

-- look-ups
select is(private.clinic(' Alpha '), :'alpha'::uuid, 'a clinic is found by its address, case and blanks aside');
select is(private.person('Owner@Alpha.test '), :'owner'::uuid, 'a person is found by the e-mail address');
select is(tests.refusal($$select private.clinic('alfa')$$), 'PT404 clinic_not_found', 'a mistyped address is refused');
select is(tests.refusal($$select private.person('nobody@alpha.test')$$), 'PT404 user_not_found', 'so is a mistyped e-mail address');
select is(tests.refusal('select private.clinic(null)'), 'PT404 clinic_not_found', 'nothing is not found');
select throws_like($$select private.clinic('alfa')$$, '%"alfa"%', 'the refusal names what was looked for');
select is(
  (select count(*) from unnest(array['anon', 'authenticated', 'service_role']) r (name),
    unnest(array['private.clinic(text)', 'private.person(text)', 'private.remove_second_factor(uuid,text)']) f (signature)
   where has_function_privilege(r.name, f.signature, 'execute')),
  0::bigint, 'no API role may call what is made for the editor');

-- every function of the platform, as the owner of the database
select ok((select count(*) from platform_calls) >= 30, 'there are functions to try');
-- A grant to read belongs to a person and a read is that person's: the one thing that is not for the editor.
select isnt(tests.refusal_of_trial(c.call), 'PT403 super_admin_required', c.name || ' may be called from the SQL editor') from platform_calls c order by c.name;

-- what the log says
select lives_ok($$select public.admin_suspend_tenant(private.clinic('alpha'), 'unpaid since March')$$, 'a clinic is suspended');
select is(tests.last_event(), 'tenant.suspended ' || session_user || ' nobody unpaid since March', 'the event names the login, the reason and no person');
select is(tests.refusal($$select public.admin_resume_tenant(private.clinic('alpha'), '  ')$$), 'PT422 reason_required', 'a reason is asked for here too');
select lives_ok($$select public.admin_resume_tenant(private.clinic('alpha'), 'paid')$$, 'and resumed');
select lives_ok($$select public.admin_delete_user(private.person('staff@alpha.test'), 'left')$$, 'a person is deleted');
select is((select p.deleted_by from public.profiles p where p.user_id = :'staff'), null, 'by nobody in particular');
select lives_ok($$select public.admin_restore_user(private.person('staff@alpha.test'), 'came back')$$, 'and restored');
select is(tests.refusal($$update public.tenants set status = 'suspended' where slug = 'alpha'$$), 'PT422 reason_required', 'a status edited in the table is refused without a reason');
select is(tests.refusal($$update public.profiles set status = 'active', status_reason = 'x', status_changed_at = now() where user_id = private.person('staff@alpha.test'); delete from public.profiles where user_id = private.person('staff@alpha.test')$$), 'PT409 never_deleted', 'a person is not deleted in the table');
select is(tests.refusal($$insert into auth.users (id, email) values (gen_random_uuid(), 'new@alpha.test')$$), 'PT403 invitation_required', 'nor added');
select is(tests.refusal($$update public.audit_events set reason = 'another'$$), 'PT403 append_only', 'and the log is not changed');

-- support access
insert into public.support_grants (tenant_id, admin_id, reason, expires_at) values (:'alpha', :'root', 'why', now() + interval '1 hour') returning id as support_grant \gset
select is(public.admin_end_support_access(:'support_grant') ->> 'ended_by', 'super_admin', 'support access is ended for the platform');
select is((select g.ended_by from public.support_grants g where g.id = :'support_grant'), null, 'by nobody in particular');
select is(tests.last_event() like 'support.ended ' || session_user || '%', true, 'and the log says so');
select throws_ok($$update public.support_grants set ended_as = null$$, '23514', null, 'an end says for whom');
select isnt(tests.refusal(format('select public.admin_open_support_access(%L, ''why'', 60)', :'alpha')), 'no refusal', 'nobody in particular does not open one');

-- a lost device
select is(tests.refusal(format('select private.remove_second_factor(%L, '' '')', :'root')), 'PT422 reason_required', 'removing a factor asks for a reason');
select is(tests.refusal(format('select private.remove_second_factor(%L, ''x'')', :'root')), 'PT409 no_second_factor', 'and for a factor');
select is(tests.refusal('select private.remove_second_factor(gen_random_uuid(), ''x'')'), 'PT404 user_not_found', 'and for a person');
select to_regclass('auth.mfa_factors') is not null as has_factors \gset
\if :has_factors
  insert into auth.mfa_factors (id, user_id, friendly_name, factor_type, status, created_at, updated_at) values
    (gen_random_uuid(), :'root', 'phone', 'totp', 'verified', now(), now()), (gen_random_uuid(), :'second', 'phone', 'totp', 'verified', now(), now());
  insert into auth.sessions (id, user_id, created_at) values (gen_random_uuid(), :'root', now()), (gen_random_uuid(), :'second', now());
  select is(private.remove_second_factor(:'root', 'lost phone, called back on the known number') ->> 'factors', '1', 'the factor is removed');
  select is((select array_agg(f.user_id) from auth.mfa_factors f), array[:'second'::uuid], 'of this person alone');
  select is((select array_agg(s.user_id) from auth.sessions s where s.user_id in (:'root', :'second')), array[:'second'::uuid], 'who is signed out');
  select is(tests.last_event(), 'user.second_factor_removed ' || session_user || ' nobody lost phone, called back on the known number', 'and the log says why');
\else
  select skip('this stack''s Auth service offers no second factor', 4);
\endif

-- everybody else is refused, whatever they send
select tests.sign_in(:'staff');
select is(tests.refusal(c.call), 'PT403 super_admin_required', 'staff: ' || c.name) from platform_calls c order by c.name;
select tests.sign_in(:'owner');
select is(tests.refusal(c.call), 'PT403 super_admin_required', 'owner: ' || c.name) from platform_calls c order by c.name;
select tests.sign_out();
select is(tests.refusal(c.call), '42501 ', 'visitor: ' || c.name) from platform_calls c order by c.name;
select tests.as_owner_of_database();
select tests.with_claims('{"role":"service_role"}', 'service_role');
select is(tests.refusal(c.call), '42501 ', 'service role: ' || c.name) from platform_calls c order by c.name;

-- A token is a token even where it comes with the owner's rights, as in a function that the Data API calls.
select tests.as_owner_of_database();
select tests.with_claims('{"role":"anon"}', 'none');
select is(tests.refusal('select public.admin_list_tenants()'), 'PT403 super_admin_required', 'the claims of a visitor are not the owner of the database');
select tests.with_claims('{"role":"service_role"}', 'none');
select is(tests.refusal('select public.admin_list_tenants()'), 'PT403 super_admin_required', 'nor are those of the service role');
select tests.claim(:'owner');
select is(tests.refusal('select public.admin_list_tenants()'), 'PT403 super_admin_required', 'nor are those of an owner of a clinic');

select tests.as_owner_of_database();
select * from finish();
rollback;
