-- What: what has happened to a client, newest first: one list over all domains, which is the client's timeline.
-- Who:  members read; only triggers and functions write.
-- Relies on: client_details and client_identifiers migrations. Other domains call record_activity from their own triggers.

create table public.activities (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  client_id uuid not null,
  occurred_at timestamptz not null default now(),
  kind text not null check (kind ~ '^[a-z_]{3,40}$'),
  actor_id uuid,
  subject_type text not null,
  subject_id uuid,
  summary text not null default '' check (length(summary) <= 200),
  details jsonb,
  unique (tenant_id, id),
  foreign key (tenant_id, client_id) references public.clients (tenant_id, id),
  foreign key (tenant_id, actor_id) references public.memberships (tenant_id, user_id)
);
comment on table public.activities is 'The timeline of clients: one row for each thing that happened. Bookkeeping for people at work; the record for accountability is the audit log.';
comment on column public.activities.kind is 'What happened, such as note_added or task_completed.';
comment on column public.activities.actor_id is 'The member who did it; null when a program or the platform did.';
comment on column public.activities.subject_id is 'The note, file, task … it is about, of the kind subject_type.';
comment on column public.activities.summary is 'A few words that tell which: a file''s name, a task''s title, the beginning of a note.';
create index activities_client_idx on public.activities (tenant_id, client_id, occurred_at desc, id desc);
create index activities_newest_idx on public.activities (tenant_id, occurred_at desc, id desc);
create index activities_actor_idx on public.activities (tenant_id, actor_id);

alter table public.activities enable row level security;
create policy "members read their clients' activities" on public.activities for select to authenticated
  using (tenant_id = any ((select private.tenant_ids())::uuid[]));
grant select on public.activities to authenticated;
grant select, insert, update, delete on public.activities to service_role;

create function private.record_activity(
  tenant_id uuid, client_id uuid, kind text, subject_type text, subject_id uuid, summary text, details jsonb default null,
  occurred_at timestamptz default now())
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  activity uuid;
begin
  if client_id is null or coalesce(current_setting('chairside.keep_times', true), '') = 'on' then
    return null;
  end if;
  insert into public.activities (tenant_id, client_id, occurred_at, kind, actor_id, subject_type, subject_id, summary, details)
  values (
    record_activity.tenant_id, record_activity.client_id, record_activity.occurred_at, record_activity.kind,
    -- A super-admin is no member of the clinic: their name is in the audit log.
    (select m.user_id from public.memberships m where m.tenant_id = record_activity.tenant_id and m.user_id = auth.uid()),
    record_activity.subject_type, record_activity.subject_id,
    left(btrim(regexp_replace(coalesce(record_activity.summary, ''), '\s+', ' ', 'g')), 200), record_activity.details)
  returning id into activity;
  update public.clients c set last_activity_at = record_activity.occurred_at, last_activity_kind = record_activity.kind
  where c.tenant_id = record_activity.tenant_id and c.id = record_activity.client_id
    and (c.last_activity_at is null or c.last_activity_at <= record_activity.occurred_at);
  return activity;
end;
$$;
comment on function private.record_activity(uuid, uuid, text, text, uuid, text, jsonb, timestamptz) is
  'Adds to a client''s timeline and notes it as the client''s last activity; nothing for no client, and nothing while clients are merged.';

create function private.record_change_of_client(tenant_id uuid, client_id uuid, fields text[]) returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  recent public.activities;
begin
  -- Somebody who corrects a form three times in a row has made one change.
  select * into recent from public.activities a
  where a.tenant_id = record_change_of_client.tenant_id and a.client_id = record_change_of_client.client_id
  order by a.occurred_at desc, a.id desc limit 1;
  if recent.kind in ('client_changed', 'client_added') and recent.actor_id is not distinct from auth.uid()
    and recent.occurred_at > now() - interval '10 minutes'
  then
    update public.activities a
    set details = jsonb_build_object('fields', (
      select jsonb_agg(distinct f) from (select jsonb_array_elements_text(coalesce(recent.details -> 'fields', '[]')) union select unnest(fields)) x (f)))
    where a.id = recent.id and recent.kind = 'client_changed';
  else
    perform private.record_activity(tenant_id, client_id, 'client_changed', 'client', client_id, '', jsonb_build_object('fields', to_jsonb(fields)));
  end if;
end;
$$;
comment on function private.record_change_of_client(uuid, uuid, text[]) is
  'Records which fields have changed; changes of one person within ten minutes are one activity.';

create function private.record_client_activity() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  fields text[];
begin
  if tg_op = 'INSERT' then
    perform private.record_activity(new.tenant_id, new.id, 'client_added', 'client', new.id, '');
  elsif (new.archived_at is null) <> (old.archived_at is null) then
    perform private.record_activity(
      new.tenant_id, new.id, case when new.archived_at is null then 'client_restored' else 'client_archived' end, 'client', new.id, '');
  else
    fields := array(
      select n.key from jsonb_each(to_jsonb(new)) n join jsonb_each(to_jsonb(old)) o using (key)
      where n.value <> o.value and n.key not in ('updated_at', 'sort_name', 'search_text', 'last_activity_at', 'last_activity_kind', 'merged_into', 'merged_at')
      order by n.key);
    if cardinality(fields) > 0 then
      perform private.record_change_of_client(new.tenant_id, new.id, fields);
    end if;
  end if;
  return null;
end;
$$;
comment on function private.record_client_activity() is 'Trigger: a client was added, changed, archived or brought back.';
create trigger record_activity after insert or update of first_name, last_name, email, phone, date_of_birth, address_line1, address_line2,
  postal_code, city, region, country, preferred_channel, consent_reminders, consent_marketing, archived_at
  on public.clients for each row execute function private.record_client_activity();

create function private.record_tagging() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  changed record;
begin
  for changed in
    select x.tenant_id, x.client_id, jsonb_agg(t.name order by lower(t.name)) as names
    from changed_tags x join public.tags t on t.tenant_id = x.tenant_id and t.id = x.tag_id
    group by x.tenant_id, x.client_id order by x.client_id
  loop
    perform private.record_activity(
      changed.tenant_id, changed.client_id, 'tags_changed', 'client', changed.client_id, '',
      jsonb_build_object(case tg_op when 'INSERT' then 'added' else 'removed' end, changed.names));
  end loop;
  return null;
end;
$$;
comment on function private.record_tagging() is 'Trigger: clients were given tags or lost them. A tag that was deleted has left its clients without a word.';
create trigger record_new after insert on public.client_tags referencing new table as changed_tags
  for each statement execute function private.record_tagging();
create trigger record_removed after delete on public.client_tags referencing old table as changed_tags
  for each statement execute function private.record_tagging();

-- Clients there are already: they were added once.
insert into public.activities (tenant_id, client_id, occurred_at, kind, actor_id, subject_type, subject_id)
select c.tenant_id, c.id, c.created_at, 'client_added', c.created_by, 'client', c.id from public.clients c;
update public.clients set last_activity_at = created_at, last_activity_kind = 'client_added';
