-- Tasks: saved, completed once, listed in the order in which they press, and given only to people who work here.
begin;
\ir ../fixtures.inc
select plan(48);

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.join_clinic(:'alpha', 'staff@alpha.test', 'staff') as staff \gset
select tests.join_clinic(:'alpha', 'leaver@alpha.test', 'staff') as leaver \gset
select tests.join_clinic(:'beta', 'owner@beta.test', 'owner') as stranger \gset
insert into public.clients (tenant_id, first_name, last_name) values (:'alpha', 'Ștefan', 'Pop') returning id as client \gset
insert into public.clients (tenant_id, first_name, last_name) values (:'alpha', 'Stefan', 'Popp') returning id as twin \gset
insert into public.clients (tenant_id, first_name, last_name) values (:'beta', 'Other', 'Clinic') returning id as foreign_client \gset
update public.clients set merged_into = :'client', merged_at = now() where id = :'twin';
update public.tenants set time_zone = 'Pacific/Kiritimati' where id = :'alpha';
select (now() at time zone 'Pacific/Kiritimati')::date as today \gset

create function tests.save(tenant uuid, task uuid, given jsonb, seen integer default null) returns text language sql as
$$ select tests.refusal(format('select public.save_task(%L, %L, %L, %L)', tenant, task, given, seen)) $$;
create function tests.kinds(task uuid) returns text[] language sql security definer as
$$ select array(select a.kind from public.activities a where a.subject_id = task order by a.occurred_at, a.kind) $$;
create function tests.events(task uuid) returns text[] language sql security definer as
$$ select array(select e.action from public.audit_events e where e.target_id = task::text order by e.occurred_at, e.id) $$;
create function tests.titles(answer jsonb) returns jsonb language sql as $$ select jsonb_path_query_array(answer, '$.tasks[*].title') $$;
create function tests.walk(tenant uuid, scope text) returns jsonb language plpgsql as
$$
declare
  page jsonb := public.list_tasks(tenant, scope, page_size => 2);
  found jsonb := tests.titles(page);
begin
  while page -> 'next' <> 'null' loop
    page := public.list_tasks(tenant, scope, after => page -> 'next', page_size => 2);
    found := found || tests.titles(page);
  end loop;
  return found;
end;
$$;
grant execute on all functions in schema tests to authenticated;

select tests.sign_in(:'staff');
select public.save_task(:'alpha', null, jsonb_build_object('title', E'  Call\n  the lab ', 'details', ' <b>now</b> ', 'due_on', :'today', 'priority', 'high', 'assignee_id', :'staff', 'client_id', :'client')) as saved \gset
select :'saved'::jsonb ->> 'id' as task \gset
select is(:'saved'::jsonb ->> 'title', 'Call the lab', 'a task is saved, its title as one line');
select is(:'saved'::jsonb ->> 'details', ' <b>now</b> ', 'its details as they were written');
select is(:'saved'::jsonb -> 'client', jsonb_build_object('id', :'client', 'first_name', 'Ștefan', 'last_name', 'Pop'), 'with its client');
select is(:'saved'::jsonb -> 'assignee', jsonb_build_object('user_id', :'staff', 'first_name', 'Staff', 'last_name', 'Test'), 'and who is to do it');
select is(:'saved'::jsonb ->> 'status', 'open', 'it begins open');
select is(:'saved'::jsonb ? 'search_text', false, 'without what only searching needs');
select is(tests.save(:'alpha', null, '{}'), 'PT422 task_title_required', 'a task needs a title');
select is(tests.save(:'alpha', null, '{"title": " \n "}'), 'PT422 task_title_required', 'that says something');
select is(tests.save(:'alpha', null, jsonb_build_object('title', repeat('x', 201))), 'PT422 field_too_long', 'in 200 characters');
select is(tests.save(:'alpha', :'task', jsonb_build_object('details', repeat('x', 10485760))), 'PT422 field_too_long', 'details have a limit');
select is(tests.save(:'alpha', null, '{"title": "x", "due_on": "2026-02-30"}'), 'PT422 due_on_invalid', 'a day that does not exist is refused');
select is(tests.save(:'alpha', null, '{"title": "x", "due_on": "0226-02-03"}'), 'PT422 due_on_invalid', 'so is one long past');
select is(tests.save(:'alpha', null, '{"title": "x", "priority": "urgent"}'), 'PT422 priority_unknown', 'and a priority that does not exist');
select is(tests.save(:'alpha', null, '{"title": "x", "status": null}'), 'PT422 status_unknown', 'or a status');
select is(tests.save(:'alpha', null, '{"title": "x", "created_by": null}'), 'PT422 values_invalid', 'or a field nobody sets');
select is(tests.save(:'alpha', null, '[1]'), 'PT422 values_invalid', 'or values that are none');
select is(tests.save(:'alpha', null, jsonb_build_object('title', 'x', 'assignee_id', :'stranger')), 'PT422 assignee_unknown', 'somebody else''s people get no tasks');
select is(tests.save(:'alpha', null, jsonb_build_object('title', 'x', 'client_id', :'foreign_client')), 'PT404 client_not_found', 'another clinic''s client is not found');
select is(tests.save(:'alpha', null, jsonb_build_object('title', 'x', 'client_id', :'twin')), 'PT409 client_merged', 'a merged client gets no tasks');

-- two people at once
select tests.sign_in(:'owner');
select is(public.save_task(:'alpha', :'task', '{"title": "Call the laboratory"}', 1) ->> 'revision', '2', 'a change counts');
select tests.sign_in(:'staff');
select is(tests.save(:'alpha', :'task', '{"title": "Mine"}', 1), 'PT409 changed_meanwhile', 'who has not seen it is told');
select is(public.save_task(:'alpha', :'task', '{"title": "Call the laboratory"}', 2) ->> 'revision', '2', 'saving what is there already is no change');
select is(public.save_task(:'alpha', :'task', '{"priority": "high"}') ->> 'details', ' <b>now</b> ', 'fields that are not given stay');

-- completing
select is(public.set_task_status(:'alpha', :'task', 'done') ->> 'completed_by', :'staff', 'a task is completed');
select tests.sign_in(:'owner');
select is(public.set_task_status(:'alpha', :'task', 'done') ->> 'completed_by', :'staff', 'once: the second click changes nothing');
select is(tests.kinds(:'task'), array['task_added', 'task_completed'], 'the client''s timeline tells it once');
select is(public.set_task_status(:'alpha', :'task', 'in_progress') ->> 'completed_at', null, 'and is taken up again');
select is(tests.kinds(:'task'), array['task_added', 'task_completed', 'task_reopened'], 'which is told as well');
select is(tests.events(:'task'), array['task.created', 'task.updated', 'task.completed', 'task.reopened'], 'the audit log has each by its name');
select is(tests.refusal(format('select public.set_task_status(%L, %L, ''lost'')', :'alpha', :'task')), 'PT422 status_unknown', 'a status that does not exist is refused');
select is(tests.refusal(format('update public.tasks set title = ''x'' where id = %L', :'task')), '42501 ', 'nobody writes past the functions');

-- somebody who leaves
select public.save_task(:'alpha', null, jsonb_build_object('title', 'Left behind', 'assignee_id', :'leaver')) ->> 'id' as left_behind \gset
select public.remove_member(:'alpha', :'leaver') \g /dev/null
select is(public.save_task(:'alpha', :'left_behind', jsonb_build_object('priority', 'low', 'assignee_id', :'leaver')) #>> '{assignee,first_name}', 'Leaver', 'who has left keeps what they had');
select is(tests.save(:'alpha', :'task', jsonb_build_object('assignee_id', :'leaver')), 'PT422 assignee_unknown', 'but is given nothing new');
select is(jsonb_path_query_array(public.list_colleagues(:'alpha'), '$.colleagues[*].first_name'), '["Owner", "Staff"]', 'colleagues are those who work here');
select is(jsonb_path_query_array(public.list_colleagues(:'alpha', true), '$.colleagues[*].is_active'), '[false, true, true]', 'and on request those who did');

-- lists
select tests.sign_in(:'staff');
select public.save_task(:'alpha', null, jsonb_build_object('title', title, 'due_on', due_on, 'priority', priority, 'assignee_id', :'staff'))
from (values ('Yesterday', :'today'::date - 1, 'low'), ('Tomorrow', :'today'::date + 1, 'normal'), ('Someday', null, 'high')) v (title, due_on, priority) \g /dev/null
select is(tests.titles(public.list_tasks(:'alpha')), '["Yesterday", "Call the laboratory", "Tomorrow", "Someday", "Left behind"]', 'what presses most comes first');
select is(tests.titles(public.list_tasks(:'alpha', 'mine')), '["Yesterday", "Call the laboratory", "Tomorrow", "Someday"]', 'mine are those I am to do');
select is(tests.titles(public.list_tasks(:'alpha', 'overdue')), '["Yesterday"]', 'what was due before the clinic''s today is overdue');
select is(tests.titles(public.list_tasks(:'alpha', 'today')), '["Call the laboratory"]', 'today is the clinic''s');
select is(tests.titles(public.list_tasks(:'alpha', search => 'stefan LAB')), '["Call the laboratory"]', 'a search looks at title and client, whatever the accents');
select is(tests.titles(public.list_tasks(:'alpha', client_id => :'client')), '["Call the laboratory"]', 'one client''s tasks are listed');
select is(public.task_counts(:'alpha'), '{"mine": 4, "overdue": 1, "today": 1, "open": 5}', 'and counted');
select is(tests.walk(:'alpha', 'all'), tests.titles(public.list_tasks(:'alpha')), 'page by page it is the same list');
select public.set_task_status(:'alpha', (t ->> 'id')::uuid, 'done') from jsonb_array_elements(public.list_tasks(:'alpha') -> 'tasks') t \g /dev/null
select is(jsonb_array_length(tests.walk(:'alpha', 'done')), 5, 'done ones have their own list, by pages too');
select is(tests.refusal(format('select public.list_tasks(%L, ''all'', after => ''{"id": "x"}'')', :'alpha')), 'PT422 page_unknown', 'a place that is none is refused');
select is(tests.refusal(format('select public.list_tasks(%L, ''some'')', :'alpha')), 'PT422 scope_unknown', 'and a list that is none');

select tests.sign_in(:'stranger');
select results_eq(format('select distinct tests.refusal(format(call, %L, %L)) from unnest(array[
    ''select public.save_task(%%L, %%L, ''''{}'''')'', ''select public.set_task_status(%%L, %%L, ''''done'''')'', ''select public.delete_task(%%L, %%L)'',
    ''select public.list_tasks(%%L)'', ''select public.task_counts(%%L)'', ''select public.list_colleagues(%%L)'']) call', :'alpha', :'task'),
  array['PT404 clinic_not_found'], 'another clinic is refused by every function');
select is(tests.refusal(format('select public.delete_task(%L, %L)', :'beta', :'task')), 'PT404 task_not_found', 'also by way of its own clinic');
select * from finish();
rollback;
