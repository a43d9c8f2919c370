-- What: tasks of a clinic, for a client or for nobody in particular.
-- Who:  every member of the clinic reads them, and writes them by functions alone.
-- Relies on: client_details and activities migrations, search_key of platform_search.

create table public.tasks (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  client_id uuid,
  title text not null check (title = btrim(title) and length(title) between 1 and 200),
  details text not null default '' check (length(details) <= 5000),
  due_on date check (due_on between '2000-01-01' and '2199-12-31'),
  priority text not null default 'normal' check (priority in ('low', 'normal', 'high')),
  status text not null default 'open' check (status in ('open', 'in_progress', 'done')),
  assignee_id uuid,
  completed_at timestamptz,
  completed_by uuid,
  revision integer not null default 1,
  search_text text collate "C" not null generated always as (private.search_key(title)) stored,
  created_at timestamptz not null default now(),
  created_by uuid default auth.uid(),
  updated_at timestamptz not null default now(),
  unique (tenant_id, id),
  foreign key (tenant_id, client_id) references public.clients (tenant_id, id),
  foreign key (tenant_id, assignee_id) references public.memberships (tenant_id, user_id),
  foreign key (tenant_id, completed_by) references public.memberships (tenant_id, user_id),
  foreign key (tenant_id, created_by) references public.memberships (tenant_id, user_id),
  check ((status = 'done') = (completed_at is not null))
);
comment on table public.tasks is 'What somebody at the clinic has to do.';
comment on column public.tasks.due_on is 'The day by which it should be done, in the clinic''s time zone.';
comment on column public.tasks.assignee_id is 'Who is to do it. Somebody who has left keeps what they had, but gets nothing new.';
comment on column public.tasks.revision is 'Counts the changes, so that two people who edit at once notice each other.';
comment on column public.tasks.search_text is 'Search key of the title.';

-- The order of lists, most pressing first. Only what is still to be done is looked at often.
create index tasks_open_idx on public.tasks
  (tenant_id, (coalesce(due_on, 'infinity'::date)), (case priority when 'high' then 0 when 'normal' then 1 else 2 end), created_at, id)
  where status <> 'done';
create index tasks_assignee_idx on public.tasks
  (tenant_id, assignee_id, (coalesce(due_on, 'infinity'::date)), (case priority when 'high' then 0 when 'normal' then 1 else 2 end), created_at, id);
create index tasks_client_idx on public.tasks (tenant_id, client_id, status);
create index tasks_done_idx on public.tasks (tenant_id, completed_at desc, id desc) where status = 'done';
create index tasks_completed_by_idx on public.tasks (tenant_id, completed_by);
create index tasks_created_by_idx on public.tasks (tenant_id, created_by);

alter table public.tasks enable row level security;
create policy "members read their clinic's tasks" on public.tasks for select to authenticated
  using (tenant_id = any ((select private.tenant_ids())::uuid[]));
grant select on public.tasks to authenticated;
grant select, insert, update, delete on public.tasks to service_role;

-- what follows a change --------------------------------------------------------------------------------------------

create function private.count_task_revision() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.revision := old.revision + 1;
  new.updated_at := now();
  return new;
end;
$$;
comment on function private.count_task_revision() is 'Trigger: counts the changes of a task. Merging clients moves tasks without a count.';
create trigger count_revision before update on public.tasks for each row
  when (coalesce(current_setting('chairside.keep_times', true), '') <> 'on')
  execute function private.count_task_revision();

create trigger audit_change after insert or delete or update of title, details, due_on, priority, assignee_id, client_id on public.tasks
  for each row when (coalesce(current_setting('chairside.keep_times', true), '') <> 'on')
  execute function private.audit_row_change('task');

create function private.record_task_status() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.record_event(
    case when new.status = 'done' then 'task.completed' when old.status = 'done' then 'task.reopened' else 'task.updated' end,
    new.tenant_id, 'task', new.id::text, new.title,
    before => jsonb_build_object('status', old.status), after => jsonb_build_object('status', new.status));
  if new.status = 'done' then
    perform private.record_activity(new.tenant_id, new.client_id, 'task_completed', 'task', new.id, new.title);
  elsif old.status = 'done' then
    perform private.record_activity(new.tenant_id, new.client_id, 'task_reopened', 'task', new.id, new.title);
  end if;
  return null;
end;
$$;
comment on function private.record_task_status() is 'Trigger: a task was completed, taken up again or moved: audit log and the client''s timeline.';
create trigger record_status after update on public.tasks for each row
  when (new.status is distinct from old.status) execute function private.record_task_status();

create function private.record_new_task() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.record_activity(new.tenant_id, new.client_id, 'task_added', 'task', new.id, new.title);
  return null;
end;
$$;
comment on function private.record_new_task() is 'Trigger: a client has a task more, a new one or one that was another client''s or nobody''s.';
create trigger record_new after insert on public.tasks for each row execute function private.record_new_task();
create trigger record_other_client after update on public.tasks for each row
  when (new.client_id is distinct from old.client_id) execute function private.record_new_task();
