-- What members may do with the tables directly, and which tables nobody may touch.
begin;
\ir ../fixtures.inc
select plan(28);

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.join_clinic(:'alpha', 'staff@alpha.test', 'staff') as staff \gset
select tests.join_clinic(:'beta', 'owner@beta.test', 'owner') as other \gset
-- One person works in both clinics.
select tests.issue(:'beta', 'staff@alpha.test', 'staff', 'second clinic');
select tests.sign_in(:'staff');
select public.accept_invitation('second clinic');
select tests.as_owner_of_database();
insert into public.clients (tenant_id, last_name) values (:'alpha', 'Ash') returning id as ash \gset

-- clients
select tests.sign_in(:'owner');
select lives_ok(format('insert into public.clients (tenant_id, last_name) values (%L, ''Cedar'')', :'alpha'), 'an owner adds a client');
select results_eq('select created_by from public.clients where last_name = ''Cedar''', array[:'owner'::uuid], 'the client knows who added it');
select throws_ok(format('insert into public.clients (tenant_id, last_name) values (%L, ''Dogwood'')', :'beta'), '42501', null, 'nobody adds a client to another clinic');
select throws_ok(format('insert into public.clients (tenant_id, last_name, created_by) values (%L, ''Elm'', %L)', :'alpha', :'staff'), '42501', null, 'nobody chooses who added a client');
select throws_ok(format('insert into public.clients (tenant_id) values (%L)', :'alpha'), '23514', null, 'a client needs a name');
select throws_ok(format('insert into public.clients (tenant_id, last_name, email) values (%L, ''Elm'', ''Elm@Example.test'')', :'alpha'), '23514', null, 'an e-mail address is stored in lower case only');
insert into public.clients (tenant_id, last_name) select :'alpha', unnest(array['Țurcanu', 'ZETA', 'Ștefan', 'Turcanu']);
select results_eq('select last_name from public.clients order by sort_name', array['Ash', 'Cedar', 'Ștefan', 'Turcanu', 'Țurcanu', 'ZETA'], 'clients sort by the alphabet, not by code point');
select throws_ok('delete from public.clients', '42501', null, 'nobody deletes clients');
select tests.sign_in(:'other');
select is_empty(format('select from public.clients where id = %L', :'ash'), 'another clinic''s client does not exist');
select is_empty(format('update public.clients set last_name = ''X'' where id = %L returning id', :'ash'), 'another clinic''s client cannot be changed');
select tests.sign_in(:'staff');
select throws_ok(format('update public.clients set tenant_id = %L where id = %L', :'beta', :'ash'), '42501', null, 'a person in two clinics cannot move a client between them');
select results_eq(format('update public.clients set last_name = ''Aspen'' where id = %L returning last_name', :'ash'), array['Aspen'], 'staff edit a client');
select tests.as_owner_of_database();
select results_eq(format('select tenant_id, last_name from public.clients where id = %L', :'ash'), format('values (%L::uuid, ''Aspen'')', :'alpha'), 'the client is where it was, with the staff''s change only');

-- tenants
select tests.sign_in(:'owner');
select throws_ok('select max_seats from public.tenants', '42501', null, 'seats are not in the table''s readable columns');
select throws_ok('update public.tenants set name = ''Mine''', '42501', null, 'a clinic is not changed by table access');
select throws_ok('insert into public.tenants (slug, name, max_seats) values (''gamma'', ''Gamma'', 5)', '42501', null, 'a clinic is not made by table access');

-- profiles
select results_eq('select email from public.profiles', array['owner@alpha.test'], 'people see their own profile only');
select results_eq('update public.profiles set first_name = ''Olga'' returning first_name', array['Olga'], 'people edit their own profile');
select throws_ok('update public.profiles set status = ''active''', '42501', null, 'nobody sets their own status');
select throws_ok('update public.profiles set email = ''x@y.test''', '42501', null, 'the address follows the account, not the profile');
select is(tests.refusal('update public.profiles set time_zone = ''EST+3'''), 'PT422 time_zone_unknown', 'a time zone must be an IANA name');
select tests.as_owner_of_database();
update public.profiles set status = 'suspended', status_reason = 'test', status_changed_at = clock_timestamp() where user_id = :'other';
select tests.sign_in(:'other');
select is(tests.refusal('update public.profiles set first_name = ''Renamed'''), 'PT403 account_inactive', 'a suspended person does not edit their profile');
select tests.as_owner_of_database();
select lives_ok(format('update public.profiles set status = ''active'', status_reason = ''test'', status_changed_at = clock_timestamp() where user_id = %L', :'other'), 'the platform still changes the status');
select tests.sign_in(:'owner');

-- closed tables
select throws_ok('select from public.memberships', '42501', null, 'memberships are not readable');
select throws_ok(format('insert into public.memberships (tenant_id, user_id, role) values (%L, %L, ''owner'')', :'beta', :'owner'), '42501', null, 'memberships are not writable');
select throws_ok('update public.invitations set role = ''owner''', '42501', null, 'invitations are not writable');
select throws_ok(format('insert into public.platform_admins (user_id) values (%L)', :'owner'), '42501', null, 'nobody makes themselves a super-admin');
select tests.sign_out();
select throws_ok('select from public.clients', '42501', null, 'without a session nothing is readable');
select * from finish();
rollback;
