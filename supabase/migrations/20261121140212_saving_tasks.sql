-- What: adding, changing, completing and deleting tasks.
-- Who:  every member of the clinic.
-- Relies on: tasks, notes (require_present_client) and saving_clients (is_date) migrations.

create function private.task_json(tenant_id uuid, task_id uuid) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select to_jsonb(t) - 'search_text' || jsonb_build_object(
      'client', case when c.id is not null then jsonb_build_object('id', c.id, 'first_name', c.first_name, 'last_name', c.last_name) end,
      'assignee', case when p.user_id is not null then jsonb_build_object('user_id', p.user_id, 'first_name', p.first_name, 'last_name', p.last_name) end)
    from public.tasks t
    left join public.clients c on c.tenant_id = t.tenant_id and c.id = t.client_id
    left join public.profiles p on p.user_id = t.assignee_id
    where t.tenant_id = task_json.tenant_id and t.id = task_id
  );
end;
$$;
comment on function private.task_json(uuid, uuid) is 'A task with client { id, first_name, last_name } and assignee { user_id, first_name, last_name }, each or null.';

create function private.lock_task(tenant_id uuid, task_id uuid) returns public.tasks
language plpgsql
set search_path = ''
as $$
declare
  task public.tasks;
  owner uuid;
begin
  loop
    -- The client first, as merging does it: whoever locks the other way round could end in a deadlock.
    select t.client_id into owner from public.tasks t where t.tenant_id = lock_task.tenant_id and t.id = task_id;
    perform from public.clients c where c.tenant_id = lock_task.tenant_id and c.id = owner for no key update;
    select * into task from public.tasks t where t.tenant_id = lock_task.tenant_id and t.id = task_id for no key update;
    if task.id is null then
      perform private.refuse(404, 'task_not_found', 'There is no such task.');
    end if;
    exit when task.client_id is not distinct from owner;
  end loop;
  return task;
end;
$$;
comment on function private.lock_task(uuid, uuid) is 'The task, locked after its client; else 404 task_not_found.';

create function private.require_task_fields(given jsonb) returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
declare
  field record;
  cleaned jsonb := '{}'::jsonb;
begin
  if jsonb_typeof(given) is distinct from 'object' then
    perform private.refuse(422, 'values_invalid', 'The values are not an object.');
  end if;
  for field in select e.key, e.value #>> '{}' as content from jsonb_each(given) e loop
    case field.key
      when 'title' then
        field.content := btrim(regexp_replace(coalesce(field.content, ''), '\s+', ' ', 'g'));
        if field.content = '' then
          perform private.refuse(422, 'task_title_required', 'A task needs a title.');
        elsif length(field.content) > 200 then
          perform private.refuse(422, 'field_too_long', 'A title has 200 characters at most.', 'title');
        end if;
      when 'details' then
        field.content := coalesce(field.content, '');
        if length(field.content) > 5000 then
          perform private.refuse(422, 'field_too_long', 'Details have 5,000 characters at most.', 'details');
        end if;
      when 'due_on' then
        field.content := nullif(field.content, '');
        if not private.is_date(field.content) or field.content not between '2000-01-01' and '2199-12-31' then
          perform private.refuse(422, 'due_on_invalid', 'This is not a day a task can be due on.', left(field.content, 60));
        end if;
      when 'priority', 'status' then
        if coalesce(field.content, '') <> all (
          case field.key when 'priority' then array['low', 'normal', 'high'] else array['open', 'in_progress', 'done'] end)
        then
          perform private.refuse(422, field.key || '_unknown', format('There is no such %s.', field.key), coalesce(left(field.content, 60), ''));
        end if;
      when 'assignee_id', 'client_id' then
        field.content := nullif(field.content, '');
        if field.content !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then
          perform private.refuse(422, 'values_invalid', 'This is not an id.', field.key);
        end if;
      else
        perform private.refuse(422, 'values_invalid', 'A task has no such field.', left(field.key, 60));
    end case;
    cleaned := cleaned || jsonb_build_object(field.key, field.content);
  end loop;
  return cleaned;
end;
$$;
comment on function private.require_task_fields(jsonb) is
  'The form''s values, trimmed and checked: 422 task_title_required, field_too_long (detail: the field), due_on_invalid, priority_unknown, status_unknown, values_invalid.';

create function private.change_task_status(task public.tasks, wanted text) returns void
language plpgsql
set search_path = ''
as $$
begin
  -- Pressing a button twice completes once, and the one who was first stays the one who did it.
  update public.tasks t
  set status = wanted, completed_at = case when wanted = 'done' then now() end, completed_by = case when wanted = 'done' then auth.uid() end
  where t.tenant_id = task.tenant_id and t.id = task.id and t.status <> wanted;
end;
$$;
comment on function private.change_task_status(public.tasks, text) is 'Brings a locked task into a status; nothing if it has it already.';

create function private.save_task(tenant_id uuid, task_id uuid, fields jsonb, seen_revision integer) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  given jsonb;
  task public.tasks;
  wanted public.tasks;
begin
  perform private.require_member(tenant_id);
  given := private.require_task_fields(fields);
  if task_id is not null then
    task := private.lock_task(tenant_id, task_id);
    if task.revision <> seen_revision then
      perform private.refuse(409, 'changed_meanwhile', 'Somebody else has changed this task in the meantime.');
    end if;
  end if;
  wanted := jsonb_populate_record(task, given - 'status');
  if wanted.title is null then
    perform private.refuse(422, 'task_title_required', 'A task needs a title.');
  elsif wanted.client_id is distinct from task.client_id and wanted.client_id is not null then
    perform private.require_present_client(tenant_id, wanted.client_id);
  end if;
  if wanted.assignee_id is distinct from task.assignee_id and wanted.assignee_id is not null
    and not private.works_in(tenant_id, wanted.assignee_id)
  then
    perform private.refuse(422, 'assignee_unknown', 'This person does not work here.');
  end if;
  if task_id is null then
    insert into public.tasks (tenant_id, client_id, title, details, due_on, priority, assignee_id)
    values (save_task.tenant_id, wanted.client_id, wanted.title, coalesce(wanted.details, ''), wanted.due_on,
      coalesce(wanted.priority, 'normal'), wanted.assignee_id)
    returning * into task;
  elsif wanted is distinct from task then
    update public.tasks t
    set client_id = wanted.client_id, title = wanted.title, details = wanted.details, due_on = wanted.due_on, priority = wanted.priority,
        assignee_id = wanted.assignee_id
    where t.tenant_id = task.tenant_id and t.id = task.id;
  end if;
  if given ? 'status' then
    perform private.change_task_status(task, given ->> 'status');
  end if;
  return private.task_json(tenant_id, task.id);
end;
$$;
create function public.save_task(tenant_id uuid, task_id uuid, fields jsonb, seen_revision integer default null) returns jsonb
language sql set search_path = ''
return private.save_task(tenant_id, task_id, fields, seen_revision);
comment on function public.save_task(uuid, uuid, jsonb, integer) is
  'Member: adds a task (task_id null) or changes those fields of one that are given (title, details, due_on, priority, status, assignee_id, client_id), and returns it with client and assignee. seen_revision is the one the form was filled from. 404 clinic_not_found, task_not_found, client_not_found; 409 changed_meanwhile, client_merged; 422 task_title_required, field_too_long (detail: the field), due_on_invalid, priority_unknown, status_unknown, assignee_unknown, values_invalid.';
grant execute on function private.save_task(uuid, uuid, jsonb, integer), public.save_task(uuid, uuid, jsonb, integer) to authenticated;

create function private.set_task_status(tenant_id uuid, task_id uuid, status text) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.require_member(tenant_id);
  perform private.require_task_fields(jsonb_build_object('status', status));
  perform private.change_task_status(private.lock_task(tenant_id, task_id), status);
  return private.task_json(tenant_id, task_id);
end;
$$;
create function public.set_task_status(tenant_id uuid, task_id uuid, status text) returns jsonb language sql set search_path = ''
return private.set_task_status(tenant_id, task_id, status);
comment on function public.set_task_status(uuid, uuid, text) is
  'Member: brings a task into the status open, in_progress or done and returns it. Twice is once. 404 clinic_not_found, task_not_found; 422 status_unknown.';
grant execute on function private.set_task_status(uuid, uuid, text), public.set_task_status(uuid, uuid, text) to authenticated;

create function private.delete_task(tenant_id uuid, task_id uuid) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  task public.tasks;
begin
  perform private.require_member(tenant_id);
  task := private.lock_task(tenant_id, task_id);
  delete from public.tasks t where t.tenant_id = task.tenant_id and t.id = task.id;
  return jsonb_build_object('deleted', task.id);
end;
$$;
create function public.delete_task(tenant_id uuid, task_id uuid) returns jsonb language sql set search_path = ''
return private.delete_task(tenant_id, task_id);
comment on function public.delete_task(uuid, uuid) is 'Member: deletes a task for good: { deleted }. 404 clinic_not_found, task_not_found.';
grant execute on function private.delete_task(uuid, uuid), public.delete_task(uuid, uuid) to authenticated;
