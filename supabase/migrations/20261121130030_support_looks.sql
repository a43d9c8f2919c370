-- What: support access looks at clients in two steps, and only at an active clinic: a look, which is an audit event, and what it shows.
-- Who:  the super-admin whose own grant is active; nobody writes anything through it.
-- Relies on: support_access and support_reading migrations, whose functions it replaces. Order of locks: lifecycle, tenant, grant.
--
-- Why two steps: a request to the Data API is one transaction, and the caller can make it fail after the function has
-- run, with a cast in `select`: the answer would be quoted in the error message, and the event rolled back with the rest.
-- So the first request records the look and says nothing of any client; the second shows it, and only if another
-- transaction has committed it. Whatever becomes of the second, the event stands.

create table private.support_looks (
  id uuid primary key default gen_random_uuid(),
  support_grant_id uuid not null references public.support_grants (id),
  client_ids uuid[] not null,
  has_more boolean not null,
  made_at timestamptz not null default now(),
  transaction_id xid8 not null default pg_current_xact_id(),
  shown_at timestamptz
);
comment on table private.support_looks is
  'Recorded looks at clients that wait to be shown, once and within a minute; the next look of anybody clears them away. No names: who reads is a matter of the audit log.';
comment on column private.support_looks.client_ids is 'Whom the event of the look names, in the order of showing.';
comment on column private.support_looks.has_more is 'Whether the list goes on after them.';
comment on column private.support_looks.transaction_id is 'Which transaction wrote look and event: only a later one may show it, because only then are both committed.';
create index support_looks_grant_idx on private.support_looks (support_grant_id);

create or replace function private.use_support_grant(support_grant_id uuid) returns public.support_grants
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
    and exists (select from public.tenants t where t.id = g.tenant_id and t.status = 'active')
  returning * into used;
  if used.id is null then
    perform private.refuse(403, 'support_access_required', 'You have no support access to this clinic at the moment.');
  end if;
  return used;
end;
$$;
comment on function private.use_support_grant(uuid) is
  'The caller''s own active grant, counted as used, else 403 support_access_required. Whoever calls it writes the event of the look.';

create function private.prepare_support_look(used public.support_grants, client_ids uuid[], has_more boolean) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  look uuid;
begin
  -- Those that somebody else is clearing away or being shown just now are left to them.
  delete from private.support_looks l
  where l.id = any (array(
    select o.id from private.support_looks o where o.made_at < now() - interval '1 minute' for update skip locked));
  insert into private.support_looks (support_grant_id, client_ids, has_more)
  values (used.id, prepare_support_look.client_ids, prepare_support_look.has_more)
  returning id into look;
  return jsonb_build_object('look_id', look);
end;
$$;
comment on function private.prepare_support_look(public.support_grants, uuid[], boolean) is
  'The answer to a look: { look_id }, for admin_support_show. Whoever calls it has used the grant and written the event.';

create or replace function private.admin_support_list_clients(support_grant_id uuid, search text, after_name text, after_id uuid, page_size integer)
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
  found uuid[];
begin
  -- One more than asked for tells whether there is a next page.
  found := array(
    select c.id from public.clients c
    where c.tenant_id = used.tenant_id
      and (wanted is null or private.search_key(concat_ws(' ', c.first_name, c.last_name, c.email, c.phone)) like all (patterns))
      and (after_id is null or (c.sort_name, c.id) > (coalesce(after_name, ''), after_id))
    order by c.sort_name, c.id
    limit size + 1
  );
  perform private.record_event(
    'support.clients_listed', used.tenant_id, 'support', used.id::text, reason => used.reason,
    details => jsonb_build_object('support_grant_id', used.id, 'search', wanted, 'client_ids', to_jsonb(found[1:size])));
  return private.prepare_support_look(used, found[1:size], cardinality(found) > size);
end;
$$;

comment on function public.admin_support_list_clients(uuid, text, text, uuid, integer) is
  'Super-admin with an active grant of their own: looks at the clinic''s clients by name, searched in name, e-mail and phone, 50 a page at most: { look_id }, to be shown by admin_support_show. Each call is an audit event with the search and the clients to be shown. 403 support_access_required.';

create or replace function private.admin_support_get_client(support_grant_id uuid, client_id uuid) returns jsonb
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
  return private.prepare_support_look(used, array[client.id], false);
end;
$$;

comment on function public.admin_support_get_client(uuid, uuid) is
  'Super-admin with an active grant of their own: looks at one client of the clinic: { look_id }, to be shown by admin_support_show. The call is an audit event. 403 support_access_required; 404 client_not_found, without an event.';

create function private.admin_support_show(look_id uuid) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  used public.support_grants;
  look private.support_looks;
begin
  perform private.require_super_admin();
  -- Under this lock it waits for an end that is under way, and finds the grant ended.
  select * into used from public.support_grants g
  where g.id = (select l.support_grant_id from private.support_looks l where l.id = look_id)
    and g.admin_id = auth.uid() and private.support_grant_state(g) = 'active'
    and exists (select from public.tenants t where t.id = g.tenant_id and t.status = 'active')
  for share of g;
  update private.support_looks l set shown_at = now()
  where l.id = look_id and l.support_grant_id = used.id and l.shown_at is null
    and l.transaction_id <> pg_current_xact_id() and l.made_at >= now() - interval '1 minute'
  returning * into look;
  if look.id is null then
    perform private.refuse(403, 'support_access_required', 'You have no support access to this clinic at the moment.');
  end if;
  return (
    select jsonb_build_object(
      'clients', coalesce(jsonb_agg(private.support_client_json(c) order by s.n), '[]'),
      'next', case when look.has_more then (
        select jsonb_build_object('after_name', e.sort_name, 'after_id', e.id) from public.clients e
        where e.tenant_id = used.tenant_id and e.id = look.client_ids[cardinality(look.client_ids)]) end)
    from unnest(look.client_ids) with ordinality s (id, n)
    join public.clients c on c.tenant_id = used.tenant_id and c.id = s.id
  );
end;
$$;
create function public.admin_support_show(look_id uuid) returns jsonb language sql set search_path = ''
return private.admin_support_show(look_id);
comment on function public.admin_support_show(uuid) is
  'Super-admin with an active grant of their own: what a look of the last minute, made by an earlier request, found: { clients: [{ id, first_name, last_name, email, phone, created_at, archived_at }], next: { after_name, after_id } | null }. Each look is shown once. 403 support_access_required.';
grant execute on function private.admin_support_show(uuid), public.admin_support_show(uuid) to authenticated;
