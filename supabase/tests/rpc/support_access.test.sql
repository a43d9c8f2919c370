-- Support access: who opens, uses, sees and ends a grant, and that every look leaves one event before it is shown.
begin;
\ir ../fixtures.inc
select plan(87);

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.join_clinic(:'alpha', 'staff@alpha.test', 'staff') as staff \gset
select tests.join_clinic(:'beta', 'owner@beta.test', 'owner') as other \gset
select tests.create_super_admin('root@platform.test') as root \gset
select tests.create_super_admin('second@platform.test') as second \gset
insert into public.clients (tenant_id, first_name, last_name, email, phone) values (:'alpha', 'Ana', 'Ash', 'ana_a@mail.test', '+40 722 000 001') returning id as ash \gset
insert into public.clients (tenant_id, first_name, last_name, email) values (:'alpha', 'Bo', 'Birch 100%', 'anaxa@mail.test'), (:'alpha', 'C\', 'Cedar', null);
insert into public.clients (tenant_id, last_name) values (:'beta', 'Elm') returning id as elm \gset

create function tests.support_events(tenant uuid) returns table (action text, actor_role text, reason text, target_type text, target_id text, target_label text, details jsonb)
security definer language sql as
$$ select e.action, e.actor_role, e.reason, e.target_type, e.target_id, e.target_label, e.details from public.audit_events e
   where e.tenant_id = tenant and e.action like 'support.%' order by e.occurred_at $$;
create function tests.count_support_events(tenant uuid) returns bigint security definer language sql as $$ select count(*) from tests.support_events(tenant) $$;
create function tests.client_names(answer jsonb) returns jsonb immutable language sql as $$ select jsonb_path_query_array(answer, '$.clients[*].last_name') $$;
-- The two steps of a look are requests of their own; here all is one transaction, so the first is made to look like an earlier one.
create function tests.commit_look(look jsonb) returns uuid security definer language sql as
$$ update private.support_looks set transaction_id = '3' where id = (look ->> 'look_id')::uuid returning id $$;
create function tests.show(look jsonb) returns jsonb language plpgsql as
$$ begin return public.admin_support_show(tests.commit_look(look)); end $$;
grant execute on all functions in schema tests to authenticated;

-- opening
select tests.sign_in(:'owner');
select is(tests.refusal(format(c, :'alpha', gen_random_uuid())), 'PT403 super_admin_required', 'an owner: ' || c) from unnest(array[
  'select public.admin_open_support_access(%L, ''why'', 60)', 'select public.admin_end_support_access(%2$L)', 'select public.admin_list_support_grants()',
  'select public.admin_support_list_clients(%2$L)', 'select public.admin_support_get_client(%2$L, %2$L)',
  'select public.admin_support_show(%2$L)']) c;
select tests.sign_in(:'root');
select is(tests.refusal(format('select public.admin_open_support_access(%L, ''  '', 60)', :'alpha')), 'PT422 reason_required', 'support access needs a reason');
select is(tests.refusal(format('select public.admin_open_support_access(%L, null, 60)', :'alpha')), 'PT422 reason_required', 'and not none at all');
select is(tests.refusal(format('select public.admin_open_support_access(%L, %L, 60)', :'alpha', repeat('x', 501))), 'PT422 reason_too_long', 'of 500 characters at most');
select is(tests.refusal(format('select public.admin_open_support_access(%L, %L, 60)', :'alpha', E'ok\u202eko')), 'PT422 reason_invalid', 'that can all be seen');
select is(tests.refusal(format('select public.admin_open_support_access(%L, ''why'', %L)', :'alpha', m)), 'PT422 support_duration_invalid', 'not for ' || coalesce(m::text, 'null') || ' minutes')
  from unnest(array[null, -60, 0, 14, 481]) m;
select is(tests.refusal(format('select public.admin_open_support_access(%L, ''why'', 60)', gen_random_uuid())), 'PT404 clinic_not_found', 'only for a clinic that exists');
select tests.as_owner_of_database();
update public.tenants set status = 'suspended', status_reason = 'why', status_changed_at = clock_timestamp() where id = :'beta';
select tests.sign_in(:'root');
select is(tests.refusal(format('select public.admin_open_support_access(%L, ''why'', 60)', :'beta')), 'PT409 tenant_not_active', 'and whose people can see and end it');
select tests.as_owner_of_database();
update public.tenants set status = 'active', status_reason = 'why', status_changed_at = clock_timestamp() where id = :'beta';
select tests.sign_in(:'root');
select public.admin_open_support_access(:'alpha', '  cannot find a patient ', 60) as opened \gset
select (:'opened'::jsonb) ->> 'id' as grant \gset
select is((:'opened'::jsonb) - 'id' - 'starts_at' - 'expires_at', jsonb_build_object(
  'tenant_id', :'alpha', 'tenant_name', 'Alpha', 'tenant_slug', 'alpha', 'admin_id', :'root', 'admin_name', 'Root Test',
  'admin_email', 'root@platform.test', 'reason', 'cannot find a patient', 'state', 'active', 'ended_at', null, 'ended_by', null, 'reads', 0),
  'a super-admin opens support access');
select is((:'opened'::jsonb ->> 'expires_at')::timestamptz - (:'opened'::jsonb ->> 'starts_at')::timestamptz, interval '1 hour', 'for the time asked for');
select is(tests.refusal(format('select public.admin_open_support_access(%L, ''again'', 60)', :'alpha')), 'PT409 support_already_open', 'once at a time');
select tests.sign_in(:'second');
select public.admin_open_support_access(:'alpha', 'another question', 480) ->> 'id' as second_grant \gset
select ok(:'second_grant' <> :'grant', 'a colleague opens one of their own');

-- the clinic sees it
select tests.sign_in(:'staff');
select is(jsonb_path_query_array(public.active_support(:'alpha'), '$.grants[*].admin_name'), '["Root Test", "Second Test"]', 'staff see who can see the clinic''s clients');
select is((select array_agg(k order by k) from jsonb_object_keys(public.active_support(:'alpha') #> '{grants,0}') k), array['admin_name', 'expires_at', 'id', 'reason'], 'and no more than the banner needs');
select is(tests.refusal(format('select public.list_support_grants(%L)', :'alpha')), 'PT403 owner_required', 'staff do not list grants');
select is(tests.refusal(format('select public.end_support_access(%L, %L)', :'alpha', :'grant')), 'PT403 owner_required', 'nor end them');
select tests.sign_in(:'other');
select is(tests.refusal(format(c, :'alpha', :'grant')), 'PT404 clinic_not_found', 'a stranger: ' || c) from unnest(array[
  'select public.active_support(%L)', 'select public.list_support_grants(%L)', 'select public.end_support_access(%L, %L)']) c;
select is(tests.refusal(format('select public.end_support_access(%L, %L)', :'beta', :'grant')), 'PT404 support_grant_not_found', 'nobody ends another clinic''s grant through their own');
select is(public.active_support(:'beta'), '{"grants": []}', 'and no other clinic shows it');
select tests.sign_in(:'root');
select is(tests.refusal(format('select public.active_support(%L)', :'alpha')), 'PT404 clinic_not_found', 'a super-admin is no member by it');
select is_empty('select from public.clients', 'and sees no client in the table');
select throws_ok('select from public.support_grants', '42501', null, 'grants are not readable as a table');

-- reading
select is(tests.client_names(tests.show(public.admin_support_list_clients(:'grant'))), '["Ash", "Birch 100%", "Cedar"]', 'clients are listed by name');
select is(tests.client_names(tests.show(public.admin_support_list_clients(:'grant', s.term))), s.expected, 'search: ' || s.term)
  from (values ('ANA ash', '["Ash"]'::jsonb), ('ash ana', '["Ash"]'), ('0%', '["Birch 100%"]'), ('na_a', '["Ash"]'), ('c\', '["Cedar"]'), ('722 000', '["Ash"]'), ('elm', '[]')) s (term, expected);
select tests.show(public.admin_support_list_clients(:'grant', page_size => 2)) as page \gset
select is(tests.client_names(:'page'), '["Ash", "Birch 100%"]', 'in pages');
select is(tests.client_names(tests.show(public.admin_support_list_clients(:'grant', null, :'page'::jsonb #>> '{next,after_name}', (:'page'::jsonb #>> '{next,after_id}')::uuid, 2))), '["Cedar"]', 'one after the other');
select is(tests.show(public.admin_support_list_clients(:'grant', page_size => 1000)) -> 'next', 'null', 'the last has no next');
select is(tests.show(public.admin_support_get_client(:'grant', :'ash')) #- '{clients,0,created_at}', jsonb_build_object('next', null, 'clients', jsonb_build_array(jsonb_build_object('id', :'ash', 'first_name', 'Ana', 'last_name', 'Ash', 'email', 'ana_a@mail.test', 'phone', '+40 722 000 001', 'archived_at', null))), 'a client is shown');
select is(tests.refusal(format('select public.admin_support_get_client(%L, %L)', :'grant', :'elm')), 'PT404 client_not_found', 'of this clinic only');
select is(tests.count_support_events(:'alpha'), 14::bigint, 'two openings, eleven lists and one client are fourteen events');
select results_eq(format('select action, actor_role, reason, target_type, target_id, details from tests.support_events(%L) where details ->> ''search'' = ''ANA ash''', :'alpha'),
  format('values (''support.clients_listed'', ''super_admin'', ''cannot find a patient'', ''support'', %L, %L::jsonb)', :'grant', jsonb_build_object('support_grant_id', :'grant', 'search', 'ANA ash', 'client_ids', jsonb_build_array(:'ash'))),
  'an event says what was searched and which clients were shown');
select results_eq(format('select reason, target_type, target_id, target_label, details from tests.support_events(%L) where action = ''support.client_read''', :'alpha'),
  format('values (''cannot find a patient'', ''client'', %L, ''Ana Ash'', %L::jsonb)', :'ash', jsonb_build_object('support_grant_id', :'grant')), 'and which client was read, under which grant and why');
select results_eq(format('select actor_role, reason from tests.support_events(%L) where action = ''support.opened'' and target_id = %L', :'alpha', :'grant'), $$values ('super_admin', 'cannot find a patient')$$, 'the opening is on record too');

-- the two steps
select public.admin_support_get_client(:'grant', :'ash') as look \gset
select is((select array_agg(k) from jsonb_object_keys(:'look'::jsonb) k), array['look_id'], 'recording a look says nothing of the client');
select is(tests.refusal(format('select public.admin_support_show(%L)', :'look'::jsonb ->> 'look_id')), 'PT403 support_access_required', 'the transaction that recorded it cannot show it');
select tests.sign_in(:'second');
select is(tests.refusal(format('select tests.show(%L)', :'look')), 'PT403 support_access_required', 'nor can a colleague, though with a grant of their own');
select tests.sign_in(:'root');
select is(tests.client_names(tests.show(:'look')), '["Ash"]', 'a later one of the same super-admin can');
select is(tests.refusal(format('select tests.show(%L)', :'look')), 'PT403 support_access_required', 'once');
select is(tests.refusal('select public.admin_support_show(null)'), 'PT403 support_access_required', 'and there is nothing to show without a look');
select public.admin_support_list_clients(:'grant') as look \gset
select tests.as_owner_of_database();
update private.support_looks set made_at = now() - interval '61 seconds' where id = (:'look'::jsonb ->> 'look_id')::uuid;
select tests.sign_in(:'root');
select is(tests.refusal(format('select tests.show(%L)', :'look')), 'PT403 support_access_required', 'after a minute nothing is shown');
select public.admin_support_list_clients(:'grant') as look \gset
select tests.as_owner_of_database();
select is((select count(*) from private.support_looks where made_at < now() - interval '1 minute'), 0::bigint, 'and the next look clears it away');
select tests.sign_in(:'root');

-- whose it is
select tests.sign_in(:'second');
select is(tests.refusal(format('select public.admin_support_list_clients(%L)', :'grant')), 'PT403 support_access_required', 'nobody reads with a colleague''s grant');
select is(tests.refusal('select public.admin_support_list_clients(null)'), 'PT403 support_access_required', 'nor with none');
select is(public.admin_end_support_access(:'second_grant') ->> 'ended_by', 'super_admin', 'a super-admin ends support access');
select is(tests.refusal(format('select public.admin_end_support_access(%L)', :'second_grant')), 'PT409 support_grant_over', 'once');
select is(tests.refusal(format('select public.admin_end_support_access(%L)', gen_random_uuid())), 'PT404 support_grant_not_found', 'if there is one');

-- ending
select tests.sign_in(:'owner');
select results_eq(format('select g ->> ''admin_email'', g ->> ''state'', g ->> ''reads'' from jsonb_array_elements(public.list_support_grants(%L) -> ''grants'') g order by 1', :'alpha'),
  $$values ('root@platform.test', 'active', '15'), ('second@platform.test', 'ended', '0')$$, 'an owner sees the grants and how much was read');
select is(public.end_support_access(:'alpha', :'grant') ->> 'ended_by', 'owner', 'an owner ends support access');
select is(tests.refusal(format('select public.end_support_access(%L, %L)', :'alpha', :'grant')), 'PT409 support_grant_over', 'once');
select is(public.active_support(:'alpha'), '{"grants": []}', 'and the banner is gone');
select tests.sign_in(:'root');
select is(tests.refusal(format('select public.admin_support_get_client(%L, %L)', :'grant', :'ash')), 'PT403 support_access_required', 'the next look is refused');
select is(tests.refusal(format('select tests.show(%L)', :'look')), 'PT403 support_access_required', 'and one that was recorded before is not shown');
select public.admin_open_support_access(:'alpha', 'one more question', 15) ->> 'id' as again \gset
select tests.as_owner_of_database();
update public.support_grants set starts_at = now() - interval '1 hour', expires_at = now() where id = :'again';
select throws_ok(format('update public.support_grants set expires_at = now() + interval ''9 hours'' where id = %L', :'again'), '23514', null, 'no grant lasts longer than eight hours, not even by hand');
select tests.sign_in(:'root');
select is(tests.refusal(format('select public.admin_support_list_clients(%L)', :'again')), 'PT403 support_access_required', 'a grant ends by itself');
select is((select g ->> 'state' from jsonb_array_elements(public.admin_list_support_grants() -> 'grants') g where g ->> 'id' = :'again'), 'expired', 'and is shown as expired');
select is(tests.refusal(format('select public.admin_end_support_access(%L)', :'again')), 'PT409 support_grant_over', 'there is nothing left to end then');
select is(tests.count_support_events(:'alpha'), 21::bigint, 'a refused look left no event: three looks, two endings, one opening and one change by hand were added');

-- what ends it as well
select tests.as_owner_of_database();
create function tests.grant_state(grant_id uuid) returns text security definer language sql as
$$ select private.support_grant_state(g) || coalesce(' as ' || g.ended_as, '') || coalesce(' by ' || p.email, '')
   from public.support_grants g left join public.profiles p on p.user_id = g.ended_by where g.id = grant_id $$;
create function tests.last_support_event(grant_id uuid) returns text security definer language sql as
$$ select e.action from public.audit_events e where e.target_id = grant_id::text order by e.occurred_at desc limit 1 $$;
grant execute on function tests.grant_state(uuid), tests.last_support_event(uuid) to authenticated;
select tests.sign_in(:'second');
select public.admin_open_support_access(:'alpha', 'why', 60) ->> 'id' as demoted \gset
select public.admin_open_support_access(:'beta', 'why', 60) ->> 'id' as elsewhere \gset
select public.admin_support_list_clients(:'demoted') as look \gset
select tests.sign_in(:'root');
select public.admin_open_support_access(:'alpha', 'why', 60) ->> 'id' as mine \gset
select public.admin_revoke_super_admin(:'second', 'left us') is not null as done \gset
select is(tests.grant_state(g.id::uuid), 'ended as super_admin by root@platform.test', 'a grant ends with the platform role of its super-admin') from (values (:'demoted'), (:'elsewhere')) g (id);
select is(tests.last_support_event(:'demoted'), 'support.ended', 'which the clinic''s log says');
select is(tests.grant_state(:'mine'), 'active', 'a colleague''s goes on');
select public.admin_grant_super_admin(:'second', 'is back') is not null as done \gset
select is(tests.grant_state(:'demoted'), 'ended as super_admin by root@platform.test', 'it stays ended when the role comes back');
select tests.sign_in(:'second');
select is(tests.refusal(format('select public.admin_support_list_clients(%L)', :'demoted')), 'PT403 support_access_required', 'and shows nothing any more');
select is(tests.refusal(format('select tests.show(%L)', :'look')), 'PT403 support_access_required', 'nor does a look from before');
select public.admin_open_support_access(:'alpha', 'why', 60) ->> 'id' as suspended \gset
select tests.sign_in(:'root');
select public.admin_suspend_user(:'second', 'laptop lost') is not null as done \gset
select is(tests.grant_state(:'suspended'), 'ended as super_admin by root@platform.test', 'a grant ends with the account');
select public.admin_resume_user(:'second', 'found') is not null as done \gset
select is(tests.grant_state(:'suspended'), 'ended as super_admin by root@platform.test', 'for good');
select public.admin_support_list_clients(:'mine') as look \gset
select public.admin_suspend_tenant(:'alpha', 'unpaid') is not null as done \gset
select is(tests.grant_state(:'mine'), 'ended as super_admin by root@platform.test', 'a grant ends with the clinic''s access');
select is(tests.refusal(format('select tests.show(%L)', :'look')), 'PT403 support_access_required', 'and so do its looks');
select public.admin_resume_tenant(:'alpha', 'paid') is not null as done \gset
select is(tests.refusal(format('select public.admin_support_list_clients(%L)', :'mine')), 'PT403 support_access_required', 'for good');
select public.admin_open_support_access(:'alpha', 'why', 60) ->> 'id' as by_hand \gset
select tests.as_owner_of_database();
update public.platform_admins set status = 'revoked', status_reason = 'by hand', status_changed_at = clock_timestamp() where user_id = :'root';
select is(tests.grant_state(:'by_hand') || ', ' || tests.last_support_event(:'by_hand'), 'ended as super_admin, support.ended', 'the database''s owner ends it the same way, as nobody in particular');
select * from finish();
rollback;
