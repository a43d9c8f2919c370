-- What: taking clients out: the permission with its trace, and everything about one client as one document.
-- Who:  owners, and members who were given the permission "exports".
-- Relies on: saving_clients, activities, notes, tasks, files and audit migrations. The list itself is read page by page with list_clients.

create function private.require_export(tenant_id uuid) returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform private.require_member(tenant_id);
  if require_export.tenant_id <> all (private.permitted_tenant_ids('exports')) then
    perform private.refuse(403, 'export_not_permitted', 'Only owners, and members whom an owner has allowed to, may export.');
  end if;
end;
$$;
comment on function private.require_export(uuid) is 'Refuses (404 clinic_not_found, 403 export_not_permitted) unless the caller may take records out of the clinic.';

create function private.begin_client_export(tenant_id uuid, kind text, client_id uuid, filter jsonb) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  client public.clients;
begin
  perform private.require_export(tenant_id);
  if kind is null or kind not in ('list', 'record') then
    perform private.refuse(422, 'values_invalid', 'An export is a list or a record.', 'kind');
  elsif length(filter::text) > 4000 then
    perform private.refuse(422, 'filter_invalid', 'The filter is too long.');
  elsif kind = 'record' then
    select * into client from public.clients c where c.tenant_id = begin_client_export.tenant_id and c.id = begin_client_export.client_id;
    if client.id is null then
      perform private.refuse(404, 'client_not_found', 'There is no such client.');
    end if;
    perform private.record_event('client.exported', tenant_id, 'client', client.id::text,
      private.audit_label('client', to_jsonb(client)));
  else
    perform private.record_event('clients.exported', tenant_id, 'tenant', tenant_id::text,
      (select t.name from public.tenants t where t.id = begin_client_export.tenant_id),
      details => jsonb_strip_nulls(jsonb_build_object('filter', filter)));
  end if;
  return (
    select jsonb_build_object('started_at', now(), 'clinic_name', t.name, 'clinic_slug', t.slug, 'time_zone', t.time_zone)
    from public.tenants t where t.id = begin_client_export.tenant_id
  );
end;
$$;
create function public.begin_client_export(tenant_id uuid, kind text, client_id uuid default null, filter jsonb default null) returns jsonb
language sql set search_path = ''
return private.begin_client_export(tenant_id, kind, client_id, filter);
comment on function public.begin_client_export(uuid, text, uuid, jsonb) is
  'Owner or member with "exports": records that the list of clients (with which search and filter) or the record of one is taken out: { started_at, clinic_name, clinic_slug, time_zone }. 403 export_not_permitted; 404 clinic_not_found, client_not_found; 422 values_invalid, filter_invalid.';
grant execute on function private.begin_client_export(uuid, text, uuid, jsonb), public.begin_client_export(uuid, text, uuid, jsonb) to authenticated;

create function private.client_people(tenant_id uuid, document jsonb) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select coalesce(jsonb_object_agg(p.user_id, btrim(p.first_name || ' ' || p.last_name)), '{}')
    from public.memberships m join public.profiles p on p.user_id = m.user_id
    where m.tenant_id = client_people.tenant_id and p.user_id = any (array(
      select distinct (x #>> '{}')::uuid
      from jsonb_path_query(document, 'strict $.** ? (@.type() == "object").keyvalue() ? (@.key like_regex "^(created_by|updated_by|edited_by|deleted_by|completed_by|actor_id|assignee_id)$").value') x
      where jsonb_typeof(x) = 'string'))
  );
end;
$$;
comment on function private.client_people(uuid, jsonb) is 'Names of the clinic''s people whose ids are in the document: { id: name }.';

create function private.client_record(tenant_id uuid, client_id uuid) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  client jsonb;
  document jsonb;
begin
  perform private.require_export(tenant_id);
  client := private.client_json(tenant_id, client_id);
  if client is null then
    perform private.refuse(404, 'client_not_found', 'There is no such client.');
  end if;
  document := jsonb_build_object(
    'format', 'chairside.client/1', 'exported_at', now(),
    'client', client - array['identifiers', 'tags', 'sort_name', 'tenant_id'], 'identifiers', client -> 'identifiers', 'tags', client -> 'tags',
    'notes', (
      select coalesce(jsonb_agg(to_jsonb(n) - array['tenant_id', 'client_id'] || jsonb_build_object('revisions', (
        select coalesce(jsonb_agg(to_jsonb(r) - array['id', 'tenant_id', 'note_id'] order by r.revision), '[]')
        from public.client_note_revisions r where r.tenant_id = n.tenant_id and r.note_id = n.id)) order by n.created_at, n.id), '[]')
      from public.client_notes n where n.tenant_id = client_record.tenant_id and n.client_id = client_record.client_id),
    'tasks', (
      select coalesce(jsonb_agg(to_jsonb(t) - array['tenant_id', 'client_id', 'search_text'] order by t.created_at, t.id), '[]')
      from public.tasks t where t.tenant_id = client_record.tenant_id and t.client_id = client_record.client_id),
    'files', (
      select coalesce(jsonb_agg(to_jsonb(f) - array['tenant_id', 'client_id', 'object_name'] order by f.created_at, f.id), '[]')
      from public.client_files f where f.tenant_id = client_record.tenant_id and f.client_id = client_record.client_id and f.state <> 'uploading'),
    'activities', (
      select coalesce(jsonb_agg(to_jsonb(a) - array['tenant_id', 'client_id'] order by a.occurred_at, a.id), '[]')
      from public.activities a where a.tenant_id = client_record.tenant_id and a.client_id = client_record.client_id));
  return document || jsonb_build_object('people', private.client_people(tenant_id, document));
end;
$$;
create function public.client_record(tenant_id uuid, client_id uuid) returns jsonb language sql stable set search_path = ''
return private.client_record(tenant_id, client_id);
comment on function public.client_record(uuid, uuid) is
  'Owner or member with "exports": everything about a client: { format, exported_at, client, identifiers, tags, notes with revisions, tasks, files (without contents), activities, people: { id: name } }. 403 export_not_permitted; 404 clinic_not_found, client_not_found.';
grant execute on function private.client_record(uuid, uuid), public.client_record(uuid, uuid) to authenticated;
