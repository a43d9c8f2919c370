-- What a super-admin reads: clinics and people by search and page, one of each, the overview; and what a team shows of its members.
begin;
\ir ../fixtures.inc
select plan(54);

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
update public.tenants set name = 'Zâmbet Dental Țigănești' where id = :'beta';
select tests.create_clinic('percent') as percent \gset
update public.tenants set name = '100% Smile_Line' where id = :'percent';
select tests.create_super_admin('root@platform.test') as root \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.join_clinic(:'alpha', 'ana@alpha.test', 'staff') as ana \gset
select tests.join_clinic(:'beta', 'bo@beta.test', 'owner') as bo \gset
select tests.join_clinic(:'beta', 'nameless@beta.test', 'staff') as nameless \gset
update public.profiles set first_name = 'Ștefania', last_name = 'Popescu-Țurcanu' where user_id = :'ana';
update public.profiles set first_name = 'Bøgdan', last_name = 'Ionescu' where user_id = :'bo';
update public.profiles set first_name = '', last_name = '' where user_id = :'nameless';
select tests.issue(:'beta', 'ana@alpha.test', 'staff', 'a second clinic') as invitation \gset

create function tests.found_users(search text, status text default null) returns jsonb language sql as
$$ select jsonb_path_query_array(public.admin_list_users(search, status), '$.users[*].email') $$;
create function tests.found_clinics(search text, status text default null) returns jsonb language sql as
$$ select jsonb_path_query_array(public.admin_list_tenants(search, status), '$.tenants[*].slug') $$;
create function tests.all_pages(search text) returns jsonb language plpgsql as
$$
declare
  page jsonb := public.admin_list_users(search, page_size => 2);
  found jsonb := page -> 'users';
begin
  while jsonb_typeof(page -> 'next') = 'object' loop
    page := public.admin_list_users(search, null, page #>> '{next,after_name}', (page #>> '{next,after_id}')::uuid, 2);
    found := found || (page -> 'users');
  end loop;
  return jsonb_path_query_array(found, '$[*].email');
end;
$$;
create function tests.health_of(key text) returns text language sql as
$$ select h ->> 'state' from jsonb_array_elements(public.admin_overview() -> 'health') h where h ->> 'key' = health_of.key $$;
create function tests.reading_calls(tenant uuid, person uuid) returns setof text language sql as
$$
  select format(call, tenant, person) from unnest(array[
    'select public.admin_list_tenants()', 'select public.admin_get_tenant(%1$L)', 'select public.admin_list_users()',
    'select public.admin_get_user(%2$L)', 'select public.admin_overview()']) call
$$;
grant execute on all functions in schema tests to authenticated;

-- search keys
select is(private.search_key('ȘTEFANIA Łódź Straße Æon'), 'stefania lodz strasse aeon', 'a search key has no case and no accents');
select is(private.search_key(U&'s\0326 e\0301'), 's e', 'whether an accent is part of the letter or a character of its own');
select is(private.search_key('Ёлка Αθήνα'), 'елка αθηνα', 'in any alphabet');
select is(private.search_patterns('  Ana   ȘT ana '), array['%ana%', '%st%'], 'a search is its words, each once');
select is(private.search_patterns(E'1％_\\'), array[E'%1\\%\\_\\\\%'], 'in which wildcards are letters, whatever they looked like before');
select is(private.search_patterns(null) || private.search_patterns('   '), '{}', 'and may be empty');

-- refusals
select tests.sign_in(:'owner');
select is(tests.refusal(c), 'PT403 super_admin_required', 'an owner: ' || c) from tests.reading_calls(:'alpha', :'ana') c;
select throws_ok('select search_text from public.profiles', '42501', null, 'search keys are not readable through the API');
select throws_ok('select search_text from public.tenants', '42501', null, 'of clinics neither');
select lives_ok($$update public.profiles set first_name = 'Óscar', last_name = 'Own' where user_id = auth.uid()$$, 'a person changes their own name');

select tests.sign_in(:'root');
select is(tests.found_users('oscar own'), '["owner@alpha.test"]', 'and is found by the new one');

-- people
select is(tests.found_users(null), '["bo@beta.test", "nameless@beta.test", "owner@alpha.test", "ana@alpha.test", "root@platform.test"]', 'people come by last name, those without one by address');
select is(tests.found_users('turcanu'), '["ana@alpha.test"]', 'a search ignores accents');
select is(tests.found_users('ȚURC'), '["ana@alpha.test"]', 'in what is searched for too, and case');
select is(tests.found_users('popescu stefan'), '["ana@alpha.test"]', 'words may come in any order and be parts');
select is(tests.found_users('popescu bogdan'), '[]', 'but all of them must occur');
select is(tests.found_users('bogdan beta.test'), '["bo@beta.test"]', 'in the name or in the address');
select is(tests.found_users('ø'), '["bo@beta.test", "owner@alpha.test", "ana@alpha.test", "root@platform.test"]', 'one letter is a search as well');
select is(tests.found_users('%'), '[]', 'a wildcard is a letter');
select is(tests.found_users('xyzzy'), '[]', 'and nothing found is an empty list');
select is(tests.found_users(null, 'suspended'), '[]', 'people can be listed by status');
select is(tests.found_users('ana', 'active'), '["ana@alpha.test"]', 'together with a search');

select is(tests.all_pages(null), tests.found_users(null), 'pages make up the whole list');
select is(tests.all_pages('test'), tests.found_users('test'), 'of a search too');
select is(jsonb_array_length(public.admin_list_users(page_size => 0) -> 'users'), 1, 'a page has at least one row');

select is(jsonb_path_query_array(public.admin_get_user(:'ana'), '$.memberships[*].slug'), '["alpha"]', 'a person is shown with memberships');
select ok(public.admin_get_user(:'ana') #> '{memberships,0}' ?& array['joined_at', 'status_reason', 'status_changed_at', 'tenant_status', 'role'], 'and since when and why');
select is(jsonb_path_query_array(public.admin_get_user(:'ana'), '$.open_invitations[*].clinic_name'), '["Zâmbet Dental Țigănești"]', 'with the invitations that wait for them');
select is(public.admin_get_user(:'ana') -> 'email_confirmed', 'true', 'and whether the address is proved');
select is(tests.refusal(format('select public.admin_get_user(%L)', gen_random_uuid())), 'PT404 user_not_found', 'a person who does not exist is not found');

-- clinics
select is(tests.found_clinics(null), '["percent", "alpha", "beta"]', 'clinics come by name');
select is(tests.found_clinics('zambet tigan'), '["beta"]', 'a clinic is found without accents');
select is(tests.found_clinics('100% e_l'), '["percent"]', 'by characters that are wildcards elsewhere');
select is(tests.found_clinics('e%l'), '[]', 'which stand for themselves');
select is(tests.found_clinics('BETA'), '["beta"]', 'and by address');
select is(public.admin_suspend_tenant(:'alpha', 'unpaid') ->> 'status', 'suspended', '(one is suspended)');
select is(tests.found_clinics(null, 'suspended') || tests.found_clinics('alpha', 'active'), '["alpha"]', 'clinics can be listed by status');
select ok(public.admin_get_tenant(:'alpha') ?& array['members', 'invitations', 'support_grants', 'active_members'], 'a clinic is shown with members, invitations and support grants');
select ok(public.admin_get_tenant(:'alpha') #> '{members,0}' ?& array['last_seen_at', 'last_sign_in_at', 'status_reason', 'status_changed_at'], 'whose members say when they were last seen');

-- the overview
select is(public.admin_overview() -> 'tenants', '{"active": 2, "suspended": 1, "deleted": 0}', 'the overview counts clinics by state');
select is(public.admin_overview() #>> '{users,active}', '5', 'and people');
select is(public.admin_overview() -> 'seats', '{"allocated": 30, "used": 5}', 'and seats: members and open invitations');
select is((public.admin_overview() ->> 'active_users_7d')::integer, 0, 'nobody has signed in yet');
select tests.as_owner_of_database();
update auth.users set last_sign_in_at = now() - interval '8 days' where id in (:'ana', :'bo');
update auth.users set last_sign_in_at = now() - interval '6 days' where id = :'owner';
select tests.sign_in(:'root');
select is((public.admin_overview() ->> 'active_users_7d')::integer, 1, 'who signed in this week counts');
select is(public.admin_overview() #> '{sign_ups,89}', jsonb_build_object('day', (now() at time zone 'UTC')::date, 'users', 5, 'clinics', 3), 'sign-ups end with today');
select is(jsonb_array_length(public.admin_overview() -> 'sign_ups'), 90, 'and go back 90 days, without a gap');
select is(jsonb_path_query_array(public.admin_overview(), '$.health[*].key'), '["invitation_mail", "scheduled_jobs", "job_queue", "audit_chain", "audit_anchor", "mail_sync", "record_sync"]', 'health has a line for each thing that can fail');
select is(tests.health_of('invitation_mail') || ' ' || tests.health_of('record_sync'), 'ok not_available', 'which is well, or not there yet');
select tests.as_owner_of_database();
update public.invitations set delivery = 'failed', token_issued_at = now() where id = :'invitation';
select tests.sign_in(:'root');
select is(tests.health_of('invitation_mail'), 'problem', 'or wrong');
select is(public.admin_overview() #>> '{recent_events,0,action}', 'invitation.delivered', 'the latest events are shown, newest first');
select * from finish();
rollback;
