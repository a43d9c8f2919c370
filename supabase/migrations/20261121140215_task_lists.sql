-- What: tasks in lists, page by page, how many there are, and the colleagues one can give them to.
-- Who:  every member of the clinic.
-- Relies on: tasks migration, search_patterns of platform_search.

create function private.clinic_today(tenant_id uuid) returns date
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return (select (now() at time zone t.time_zone)::date from public.tenants t where t.id = clinic_today.tenant_id);
end;
$$;
comment on function private.clinic_today(uuid) is 'The day it is now where the clinic is.';

create function private.task_page_condition(is_done boolean, after jsonb) returns text
language plpgsql
stable
set search_path = ''
as $$
begin
  if after is null or after = 'null' then
    return null;
  elsif is_done then
    return format('(t.completed_at, t.id) < (%L::timestamptz, %L::uuid)', (after ->> 'completed_at')::timestamptz, (after ->> 'id')::uuid);
  end if;
  return format(
    '(coalesce(t.due_on, ''infinity''::date), case t.priority when ''high'' then 0 when ''normal'' then 1 else 2 end, t.created_at, t.id) > (%L::date, %L::integer, %L::timestamptz, %L::uuid)',
    coalesce((after ->> 'due_on')::date, 'infinity'),
    case after ->> 'priority' when 'high' then 0 when 'normal' then 1 else 2 end,
    (after ->> 'created_at')::timestamptz, (after ->> 'id')::uuid);
exception when invalid_text_representation or invalid_datetime_format or datetime_field_overflow then
  perform private.refuse(422, 'page_unknown', 'This is no place in the list.');
  return null;
end;
$$;
comment on function private.task_page_condition(boolean, jsonb) is
  'What follows a place in the list of done tasks { completed_at, id } or of the others { due_on, priority, created_at, id }, as SQL; null for the first page. 422 page_unknown.';

create function private.list_tasks(
  tenant_id uuid, scope text, search text, assignee_id uuid, client_id uuid, after jsonb, page_size integer)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  size integer := least(greatest(coalesce(page_size, 50), 1), 200);
  patterns text[] := private.search_patterns(search);
  is_done boolean := scope = 'done';
  conditions text[];
  page uuid[];
  last public.tasks;
begin
  perform private.require_member(tenant_id);
  conditions := array['t.tenant_id = $1'] || case scope
    when 'mine' then array['t.status <> ''done''', 't.assignee_id = auth.uid()']
    when 'all' then array['t.status <> ''done''']
    when 'overdue' then array['t.status <> ''done''', 't.due_on < $2', 'coalesce(t.due_on, ''infinity''::date) < $2']
    when 'today' then array['t.status <> ''done''', 't.due_on = $2', 'coalesce(t.due_on, ''infinity''::date) = $2']
    when 'done' then array['t.status = ''done''']
    else null
  end;
  if cardinality(conditions) = 1 then
    perform private.refuse(422, 'scope_unknown', 'There is no such list of tasks.', coalesce(left(scope, 60), ''));
  end if;
  -- Written out for what is asked, so that each question gets the index made for it.
  conditions := conditions
    || case when assignee_id is not null then array['t.assignee_id = $3'] end
    || case when client_id is not null then array['t.client_id = $4'] end
    || case when cardinality(patterns) > 0 then array['(t.search_text || '' '' || coalesce(c.search_text, '''')) like all ($5)'] end
    || array[private.task_page_condition(is_done, after)];
  execute format(
    'select array(select t.id from public.tasks t left join public.clients c on c.tenant_id = t.tenant_id and c.id = t.client_id where %s order by %s limit %s)',
    array_to_string(conditions, ' and '),
    case when is_done then 't.completed_at desc, t.id desc'
      else 'coalesce(t.due_on, ''infinity''::date), case t.priority when ''high'' then 0 when ''normal'' then 1 else 2 end, t.created_at, t.id' end,
    size + 1)
  into page
  using tenant_id, private.clinic_today(tenant_id), assignee_id, client_id, patterns;
  -- One row more than asked for tells whether there is a next page.
  select * into last from public.tasks t where t.tenant_id = list_tasks.tenant_id and t.id = page[size] and cardinality(page) > size;
  return jsonb_build_object(
    'tasks', (
      select coalesce(jsonb_agg(private.task_json(list_tasks.tenant_id, p.id) order by p.n), '[]')
      from unnest(page[:size]) with ordinality p (id, n)),
    'next', case
      when last.id is null then null
      when is_done then jsonb_build_object('completed_at', last.completed_at, 'id', last.id)
      else jsonb_build_object('due_on', last.due_on, 'priority', last.priority, 'created_at', last.created_at, 'id', last.id)
    end);
end;
$$;
create function public.list_tasks(
  tenant_id uuid, scope text default 'all', search text default null, assignee_id uuid default null, client_id uuid default null,
  after jsonb default null, page_size integer default 50)
returns jsonb language sql stable set search_path = ''
return private.list_tasks(tenant_id, scope, search, assignee_id, client_id, after, page_size);
comment on function public.list_tasks(uuid, text, text, uuid, uuid, jsonb, integer) is
  'Member: tasks still to be done (scope mine, all, overdue, today), most pressing first: by day (those without one last), priority, age; or done, newest first. Searched in title and client, 200 a page at most: { tasks: [task with client and assignee], next }; next is given as after to get the next page. Days are the clinic''s. 404 clinic_not_found; 422 scope_unknown, page_unknown.';
grant execute on function private.list_tasks(uuid, text, text, uuid, uuid, jsonb, integer),
  public.list_tasks(uuid, text, text, uuid, uuid, jsonb, integer) to authenticated;

create function private.task_counts(tenant_id uuid) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  today date := private.clinic_today(tenant_id);
begin
  perform private.require_member(tenant_id);
  return (
    select jsonb_build_object(
      'mine', count(*) filter (where t.assignee_id = auth.uid()),
      'overdue', count(*) filter (where t.due_on < today),
      'today', count(*) filter (where t.due_on = today),
      'open', count(*))
    from public.tasks t where t.tenant_id = task_counts.tenant_id and t.status <> 'done'
  );
end;
$$;
create function public.task_counts(tenant_id uuid) returns jsonb language sql stable set search_path = ''
return private.task_counts(tenant_id);
comment on function public.task_counts(uuid) is
  'Member: how many tasks are still to be done: { mine, overdue, today, open }, days in the clinic''s zone. 404 clinic_not_found.';
grant execute on function private.task_counts(uuid), public.task_counts(uuid) to authenticated;

create function private.list_colleagues(tenant_id uuid, include_former boolean) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform private.require_member(tenant_id);
  return jsonb_build_object('colleagues', coalesce((
    select jsonb_agg(jsonb_build_object(
      'user_id', p.user_id, 'first_name', p.first_name, 'last_name', p.last_name, 'role', m.role,
      'is_active', m.status = 'active' and p.status = 'active') order by p.sort_name, p.user_id)
    from public.memberships m join public.profiles p on p.user_id = m.user_id
    where m.tenant_id = list_colleagues.tenant_id and (include_former or (m.status = 'active' and p.status = 'active'))
  ), '[]'));
end;
$$;
create function public.list_colleagues(tenant_id uuid, include_former boolean default false) returns jsonb language sql stable set search_path = ''
return private.list_colleagues(tenant_id, include_former);
comment on function public.list_colleagues(uuid, boolean) is
  'Member: who works at the clinic, and on request who did: { colleagues: [{ user_id, first_name, last_name, role, is_active }] } by name, without addresses. 404 clinic_not_found.';
grant execute on function private.list_colleagues(uuid, boolean), public.list_colleagues(uuid, boolean) to authenticated;
