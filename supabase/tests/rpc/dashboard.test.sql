-- The dashboard counts what its clinic has, by the clinic's days.
begin;
\ir ../fixtures.inc
select plan(27);

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
update public.tenants set time_zone = 'Pacific/Kiritimati' where id = :'alpha';
select (now() at time zone 'Pacific/Kiritimati')::date as today \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.join_clinic(:'alpha', 'staff@alpha.test', 'staff') as staff \gset
select tests.join_clinic(:'alpha', 'suspended@alpha.test', 'staff') as suspended \gset
select tests.join_clinic(:'beta', 'owner@beta.test', 'owner') as stranger \gset
select set_config('tests.alpha', :'alpha', true) \g /dev/null
create function tests.card(name text, days integer default 7) returns jsonb language sql as
$$ select public.dashboard(current_setting('tests.alpha')::uuid, days) -> name $$;
grant execute on all functions in schema tests to authenticated;

select tests.sign_in(:'owner');
select is(tests.card('clients') - 'by_day', '{"total": 0, "archived": 0, "added": 0, "added_before": 0}', 'a new clinic has nothing');
select is(tests.card('activity') -> 'recent', '[]', 'nothing has happened');
select is(tests.card('birthdays') || (tests.card('tasks') -> 'next'), '[]', 'and nothing is to be done');
select is(tests.card('files'), '{"stored": 0, "bytes": 0, "added": 0}', 'no file is there');
select tests.as_owner_of_database();

insert into public.clients (tenant_id, first_name, last_name, date_of_birth) values
  (:'alpha', 'Today', 'A', (:'today'::date - interval '30 years')::date),
  (:'alpha', 'Later', 'B', (:'today'::date + 6 - interval '8 years')::date),
  (:'alpha', 'Too late', 'C', (:'today'::date + 7 - interval '20 years')::date),
  (:'alpha', 'Before', 'D', null), (:'alpha', 'Long ago', 'E', null), (:'alpha', 'Archived', 'F', (:'today'::date - interval '40 years')::date),
  (:'beta', 'Foreign', 'G', :'today');
select id as client from public.clients where tenant_id = :'alpha' and first_name = 'Today' \gset
update public.clients set archived_at = now() where first_name = 'Archived';
update public.clients set created_at = now() - interval '8 days' where first_name = 'Before';
update public.clients set created_at = now() - interval '50 days' where first_name = 'Long ago';
insert into public.tasks (tenant_id, title, due_on, assignee_id, client_id) values
  (:'alpha', 'overdue', :'today'::date - 1, null, null), (:'alpha', 'today', :'today', :'owner', :'client'), (:'alpha', 'somebody else''s', :'today', :'staff', null),
  (:'alpha', 'some day', null, :'owner', null), (:'beta', 'foreign', :'today', null, null);
insert into public.tasks (tenant_id, title, status, completed_at) values
  (:'alpha', 'done', 'done', now()), (:'alpha', 'done before', 'done', now() - interval '8 days'), (:'alpha', 'done long ago', 'done', now() - interval '90 days');
insert into public.client_files (tenant_id, client_id, name, content_type, size, object_name, state, stored_at)
select :'alpha', :'client', n, 'text/plain', 100, 'tenants/' || :'alpha' || '/' || n, s, now() - a
from (values ('new', 'stored', interval '1 day'), ('old', 'stored', '40 days'), ('gone', 'deleting', '1 day')) f (n, s, a);

select tests.sign_in(:'stranger');
select is(tests.refusal(format('select public.dashboard(%L)', :'alpha')), 'PT404 clinic_not_found', 'another clinic''s member finds no clinic');
select is(tests.refusal(format('select public.dashboard(%L, 1)', :'alpha')), 'PT404 clinic_not_found', 'for no period');
select is(public.dashboard(:'beta') #> '{clients,total}', '1', 'only their own');
select tests.as_owner_of_database();
update public.profiles set status = 'suspended', status_reason = 'test', status_changed_at = now() where user_id = :'suspended';
select tests.sign_in(:'suspended');
select is(tests.refusal(format('select public.dashboard(%L)', :'alpha')), 'PT404 clinic_not_found', 'who is suspended finds none');
select tests.sign_in(:'owner');
select is(tests.refusal(format('select public.dashboard(%L, %s)', :'alpha', d)), 'PT422 period_invalid', 'there is no period of ' || d) from unnest(array['1', '0', 'null']) d;
select is(tests.card('period'), jsonb_build_object('days', 7, 'from', :'today'::date - 6, 'to', :'today'::date), 'a period ends today where the clinic is');
select is(tests.card('clients') - 'by_day', '{"total": 5, "archived": 1, "added": 4, "added_before": 1}', 'clients are counted, archived ones apart');
select is(array_length(array(select jsonb_array_elements(tests.card('clients', d) -> 'by_day')), 1), d, 'by each of the days: ' || d) from unnest(array[7, 30, 90]) d;
select is(tests.card('clients') #> '{by_day,6}', jsonb_build_object('day', :'today'::date, 'added', 4), 'the last of which is today');
select is(tests.card('tasks') - 'next', '{"open": 4, "overdue": 1, "due_today": 2, "mine_open": 2, "completed": 1, "completed_before": 1}', 'tasks are counted by what is to be done');
select is(jsonb_path_query_array(tests.card('tasks'), '$.next[*].title'), '["overdue", "today"]', 'of mine and nobody''s the most pressing are shown');
select is(tests.card('tasks') #>> '{next,1,client,first_name}', 'Today', 'with their clients');
select is(tests.card('files'), '{"stored": 2, "bytes": 200, "added": 1}', 'files are counted while they are there');
select is(jsonb_path_query_array(tests.card('birthdays'), '$[*].first_name'), '["Today", "Later"]', 'birthdays of the week are shown, soonest first');

-- Cards are added by their domains.
select tests.as_owner_of_database();
select is_empty(
  $$select c.name, c.reader from private.dashboard_cards c
    where to_regprocedure(format('private.%I(uuid, integer)', c.reader)) is null
      or (select p.prorettype from pg_catalog.pg_proc p where p.oid = to_regprocedure(format('private.%I(uuid, integer)', c.reader))) <> 'jsonb'::regtype$$,
  'every registered card has a reader: private.<reader>(tenant_id uuid, days integer) returns jsonb');
select tests.claim(:'owner');
select set_eq(
  $$select 'period' union all select c.name from private.dashboard_cards c$$,
  format($$select jsonb_object_keys(private.dashboard(%L, 7))$$, :'alpha'), 'the answer has every card and nothing else');
select is_empty(
  $$select c.name from private.dashboard_cards c
    where obj_description('public.dashboard(uuid, integer)'::regprocedure, 'pg_proc') !~ ('[ {]' || c.name || '[:,}]| ' || c.name || ' ')$$,
  'what the dashboard answers is in its comment, card by card');
select tests.as_owner_of_database();
create function private.dashboard_of_a_test(tenant_id uuid, days integer) returns jsonb language sql as
$$ select jsonb_build_object('clinic', t.slug, 'days', days) from public.tenants t where t.id = tenant_id $$;
insert into private.dashboard_cards (name, reader) values ('of_a_test', 'dashboard_of_a_test');
select tests.sign_in(:'owner');
select is(tests.card('of_a_test', 30), '{"clinic": "alpha", "days": 30}', 'a card that is registered is there, with the clinic and the period');
select is(tests.refusal('insert into private.dashboard_cards (name, reader) values (''x'', ''x'')'), '42501 ', 'no API role adds one');
select * from finish();
rollback;
