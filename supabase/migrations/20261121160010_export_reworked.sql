-- What: taking clients out: the permission with its trace, and everything about one client as one document.
-- Who:  owners, and members who were given the permission "exports".
-- Relies on: saving_clients, activities, notes, tasks, files and audit migrations. The list itself is read page by page with list_clients.
--
-- Later domains add what they hold about a client by a function of their own and a row in private.client_record_parts.

create or replace function private.client_people(tenant_id uuid, document jsonb) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select coalesce(jsonb_object_agg(p.user_id, btrim(p.first_name || ' ' || p.last_name)), '{}')
    from public.memberships m join public.profiles p on p.user_id = m.user_id
    -- Under whatever name: parts that are added tomorrow have columns of their own.
    where m.tenant_id = client_people.tenant_id and p.user_id = any (array(
      select distinct (x #>> '{}')::uuid
      from jsonb_path_query(document, 'strict $.** ? (@.type() == "string" && @ like_regex "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")') x))
  );
end;
$$;

-- the parts of a record --------------------------------------------------------------------------------------------

create table private.client_record_parts (
  name text primary key check (name ~ '^[a-z_]{1,40}$' and name <> all ('{format,exported_at,client,identifiers,tags,people}')),
  -- Text: the platform cannot be upgraded to a new Postgres while columns of type regproc are there.
  reader text not null check (reader ~ '^[a-z_]{1,60}$')
);
comment on table private.client_record_parts is
  'What a client''s record consists of: under name the answer of private.<reader>(tenant_id uuid, client_id uuid) returns jsonb, for a client that is there and a caller who may.';

create function private.client_record_notes(tenant_id uuid, client_id uuid) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select coalesce(jsonb_agg(to_jsonb(n) - array['tenant_id', 'client_id'] || jsonb_build_object('revisions', (
      select coalesce(jsonb_agg(to_jsonb(r) - array['id', 'tenant_id', 'note_id'] order by r.revision), '[]')
      from public.client_note_revisions r where r.tenant_id = n.tenant_id and r.note_id = n.id)) order by n.created_at, n.id), '[]')
    from public.client_notes n where n.tenant_id = client_record_notes.tenant_id and n.client_id = client_record_notes.client_id);
end;
$$;
comment on function private.client_record_notes(uuid, uuid) is 'Part of a client''s record: notes, each with what it said before.';

create function private.client_record_tasks(tenant_id uuid, client_id uuid) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select coalesce(jsonb_agg(to_jsonb(t) - array['tenant_id', 'client_id', 'search_text'] order by t.created_at, t.id), '[]')
    from public.tasks t where t.tenant_id = client_record_tasks.tenant_id and t.client_id = client_record_tasks.client_id);
end;
$$;
comment on function private.client_record_tasks(uuid, uuid) is 'Part of a client''s record: tasks.';

create function private.client_record_files(tenant_id uuid, client_id uuid) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select coalesce(jsonb_agg(to_jsonb(f) - array['tenant_id', 'client_id', 'object_name'] order by f.created_at, f.id), '[]')
    from public.client_files f
    where f.tenant_id = client_record_files.tenant_id and f.client_id = client_record_files.client_id and f.state <> 'uploading');
end;
$$;
comment on function private.client_record_files(uuid, uuid) is 'Part of a client''s record: files, without contents.';

create function private.client_record_activities(tenant_id uuid, client_id uuid) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select coalesce(jsonb_agg(to_jsonb(a) - array['tenant_id', 'client_id'] order by a.occurred_at, a.id), '[]')
    from public.activities a where a.tenant_id = client_record_activities.tenant_id and a.client_id = client_record_activities.client_id);
end;
$$;
comment on function private.client_record_activities(uuid, uuid) is 'Part of a client''s record: the timeline.';

insert into private.client_record_parts (name, reader) values
  ('notes', 'client_record_notes'), ('tasks', 'client_record_tasks'), ('files', 'client_record_files'), ('activities', 'client_record_activities');

create or replace function private.client_record(tenant_id uuid, client_id uuid) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  client jsonb;
  document jsonb;
  part private.client_record_parts;
  content jsonb;
begin
  perform private.require_export(tenant_id);
  client := private.client_json(tenant_id, client_id);
  if client is null then
    perform private.refuse(404, 'client_not_found', 'There is no such client.');
  end if;
  document := jsonb_build_object(
    'format', 'chairside.client/1', 'exported_at', now(),
    'client', client - array['identifiers', 'tags', 'sort_name', 'tenant_id'], 'identifiers', client -> 'identifiers', 'tags', client -> 'tags');
  for part in select * from private.client_record_parts p order by p.name loop
    execute format('select private.%I($1, $2)', part.reader) into content using tenant_id, client_id;
    document := document || jsonb_build_object(part.name, content);
  end loop;
  return document || jsonb_build_object('people', private.client_people(tenant_id, document));
end;
$$;
