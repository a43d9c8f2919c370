-- What: reading a clinic's clients under a support grant: every read is an audit event, written in the same transaction.
-- Who:  the super-admin whose own grant is active; nobody writes anything through it.
-- Relies on: support_access, platform_search, clients and audit migrations. Volatile functions, so that the Data API offers them by POST only:
--       a GET runs read-only and could not write the event.

create function private.use_support_grant(support_grant_id uuid) returns public.support_grants
language plpgsql
set search_path = ''
as $$
declare
  used public.support_grants;
begin
  perform private.require_super_admin();
  -- Counting locks the grant: a read waits for an end that is under way, and finds the grant ended.
  update public.support_grants g set reads = g.reads + 1
  where g.id = support_grant_id and g.admin_id = auth.uid() and private.support_grant_state(g) = 'active'
    and exists (select from public.tenants t where t.id = g.tenant_id and t.status <> 'deleted')
  returning * into used;
  if used.id is null then
    perform private.refuse(403, 'support_access_required', 'You have no support access to this clinic at the moment.');
  end if;
  return used;
end;
$$;
comment on function private.use_support_grant(uuid) is
  'The caller''s own active grant, counted as used, else 403 support_access_required. Whoever calls it writes the event of the read.';

create function private.support_client_json(client public.clients) returns jsonb
language sql
immutable
set search_path = ''
return jsonb_build_object(
  'id', (client).id, 'first_name', (client).first_name, 'last_name', (client).last_name, 'email', (client).email,
  'phone', (client).phone, 'created_at', (client).created_at, 'archived_at', (client).archived_at
);
comment on function private.support_client_json(public.clients) is 'What support sees of a client.';

create function private.admin_support_list_clients(support_grant_id uuid, search text, after_name text, after_id uuid, page_size integer)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  used public.support_grants := private.use_support_grant(support_grant_id);
  size integer := least(greatest(coalesce(page_size, 50), 1), 50);
  wanted text := nullif(left(btrim(search), 200), '');
  patterns text[] := private.search_patterns(wanted);
  page public.clients[];
  last public.clients;
begin
  -- One row more than asked for tells whether there is a next page.
  page := array(
    select c from public.clients c
    where c.tenant_id = used.tenant_id
      and (wanted is null or private.search_key(concat_ws(' ', c.first_name, c.last_name, c.email, c.phone)) like all (patterns))
      and (after_id is null or (c.sort_name, c.id) > (coalesce(after_name, ''), after_id))
    order by c.sort_name, c.id
    limit size + 1
  );
  last := page[size];
  perform private.record_event(
    'support.clients_listed', used.tenant_id, 'support', used.id::text, reason => used.reason,
    details => jsonb_build_object(
      'support_grant_id', used.id, 'search', wanted,
      'client_ids', (select coalesce(jsonb_agg(page[n].id order by n), '[]') from generate_series(1, least(cardinality(page), size)) n)));
  return jsonb_build_object(
    'clients', (
      select coalesce(jsonb_agg(private.support_client_json(page[n]) order by n), '[]') from generate_series(1, least(cardinality(page), size)) n),
    'next', case when cardinality(page) > size then jsonb_build_object('after_name', last.sort_name, 'after_id', last.id) end
  );
end;
$$;
create function public.admin_support_list_clients(
  support_grant_id uuid, search text default null, after_name text default null, after_id uuid default null, page_size integer default 50)
returns jsonb language sql set search_path = ''
return private.admin_support_list_clients(support_grant_id, search, after_name, after_id, page_size);
comment on function public.admin_support_list_clients(uuid, text, text, uuid, integer) is
  'Super-admin with an active grant of their own: the clinic''s clients by name, searched in name, e-mail and phone, 50 a page at most: { clients: [{ id, first_name, last_name, email, phone, created_at, archived_at }], next: { after_name, after_id } | null }. Each call is an audit event with the search and the clients shown. 403 support_access_required.';
grant execute on function private.admin_support_list_clients(uuid, text, text, uuid, integer),
  public.admin_support_list_clients(uuid, text, text, uuid, integer) to authenticated;

create function private.admin_support_get_client(support_grant_id uuid, client_id uuid) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  used public.support_grants := private.use_support_grant(support_grant_id);
  client public.clients;
begin
  select * into client from public.clients c where c.tenant_id = used.tenant_id and c.id = client_id;
  if client.id is null then
    perform private.refuse(404, 'client_not_found', 'There is no such client.');
  end if;
  perform private.record_event(
    'support.client_read', used.tenant_id, 'client', client.id::text, btrim(client.first_name || ' ' || client.last_name),
    reason => used.reason, details => jsonb_build_object('support_grant_id', used.id));
  return private.support_client_json(client);
end;
$$;
create function public.admin_support_get_client(support_grant_id uuid, client_id uuid) returns jsonb language sql set search_path = ''
return private.admin_support_get_client(support_grant_id, client_id);
comment on function public.admin_support_get_client(uuid, uuid) is
  'Super-admin with an active grant of their own: one client of the clinic; the call is an audit event. 403 support_access_required; 404 client_not_found.';
grant execute on function private.admin_support_get_client(uuid, uuid), public.admin_support_get_client(uuid, uuid) to authenticated;
