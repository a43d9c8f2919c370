-- What: reading and exporting the audit log, its state, its retention, and erasing personal data from it.
-- Who:  owners read their clinic's events, super-admins all of them; erasing is for the database's owner (docs/erasure.md).
-- Relies on: audit, audit_chain and audit_anchors migrations.

create function private.audit_event_json(event public.audit_events) returns jsonb
language sql
stable
set search_path = ''
begin atomic
  select jsonb_build_object(
    'id', (event).id, 'occurred_at', (event).occurred_at, 'action', (event).action,
    'tenant_id', (event).tenant_id, 'tenant_name', t.name, 'tenant_slug', t.slug,
    'actor_id', (event).actor_id, 'actor_email', (event).actor_email, 'actor_role', (event).actor_role,
    'target_type', (event).target_type, 'target_id', (event).target_id, 'target_label', (event).target_label,
    'before', (event).before, 'after', (event).after, 'details', (event).details, 'reason', (event).reason,
    'ip', host((event).ip), 'user_agent', (event).user_agent, 'request_id', (event).request_id,
    'succeeded', (event).succeeded, 'erased', (event).actor_salt is null or (event).content_salt is null)
  from (select) as one left join public.tenants t on t.id = (event).tenant_id;
end;
comment on function private.audit_event_json(public.audit_events) is 'An event as the API shows it.';

create function private.like_pattern(part text) returns text
language sql
immutable
set search_path = ''
return '%' || replace(replace(replace(btrim(coalesce(part, '')), '\', '\\'), '%', '\%'), '_', '\_') || '%';
comment on function private.like_pattern(text) is 'The pattern for "contains this text", whatever characters it holds.';

create function private.audit_page(
  tenant_id uuid, target_type text, target_id text, actor text, action text, since timestamptz, until timestamptz,
  search text, after_time timestamptz, after_id uuid, page_size integer)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  size integer := least(greatest(coalesce(page_size, 50), 1), 1000);
  is_search boolean := coalesce(btrim(search), '') <> '';
  -- A text is looked for in this many events at most, so that a rare one costs a page of the log, not all of it.
  depth integer := case when is_search then 20000 else size + 1 end;
  people uuid[];
  conditions text := 'true';
  is_about text := 'e.target_type in (''user'', ''member'', ''super_admin'') and e.target_id = $9';
  source text := 'select e as event from public.audit_events e where %s order by e.occurred_at desc, e.id desc limit $10';
  found public.audit_events[];
  looked_at bigint;
  looked_back_to public.audit_events[];
  next public.audit_events;
begin
  -- Conditions are added only where a filter is given, so that each combination is planned for itself.
  conditions := concat_ws(' and ', conditions,
    case when tenant_id is not null then 'e.tenant_id = $1' end,
    case when since is not null then 'e.occurred_at >= $2' end,
    case when until is not null then 'e.occurred_at < $3' end,
    case when action like '%.' then 'starts_with(e.action, $4)' when action <> '' then 'e.action = $4' end,
    case when after_id is not null then 'e.occurred_at <= $7 and (e.occurred_at < $7 or e.id < $8)' end);
  if coalesce(btrim(actor), '') <> '' then
    people := array(
      select p.user_id from public.profiles p
      where p.email like private.like_pattern(lower(actor)) or p.user_id::text = lower(btrim(actor)) limit 200);
    conditions := conditions || case when cardinality(people) > 0 then ' and e.actor_id = any ($5)' else ' and e.actor_role = $6' end;
  end if;
  if target_type = 'user' then
    -- About or by the person: two scans of an index each, because an "or" of both would read and sort everything.
    source := format('(' || source || ') union all (' || source || ')',
      conditions || ' and ' || is_about,
      conditions || ' and e.actor_id = $9::uuid and not coalesce(' || is_about || ', false)');
  elsif target_id is not null then
    source := format(source, conditions || ' and e.target_id = $9 and e.target_type = $11');
  else
    source := format(source, conditions);
  end if;
  execute format(
    'with seen as materialized (%s), matching as (
       select s.event from seen s
       where $12 is null or concat_ws('' '', (s.event).target_label, (s.event).actor_email, (s.event).reason, (s.event).action,
         (s.event).before, (s.event).after, (s.event).details) collate "und-x-icu" ilike $12
       order by (s.event).occurred_at desc, (s.event).id desc limit $13)
     select array(select m.event from matching m order by (m.event).occurred_at desc, (m.event).id desc),
       (select count(*) from seen), array(select s.event from seen s order by (s.event).occurred_at, (s.event).id limit 1)', source)
  into found, looked_at, looked_back_to
  using tenant_id, since, until, action, people, btrim(actor), after_time, after_id, target_id, depth, target_type,
    case when is_search then private.like_pattern(search) end, size + 1;

  if cardinality(found) > size then
    next := found[size];
  elsif is_search and looked_at >= depth then
    next := looked_back_to[1];
  end if;
  return jsonb_build_object(
    'events', coalesce((
      select jsonb_agg(private.audit_event_json(found[n]) order by n) from generate_series(1, least(cardinality(found), size)) n), '[]'),
    'next', case when next.id is not null then jsonb_build_object('after_time', next.occurred_at, 'after_id', next.id) end,
    'searched_back_to', case when next.id is not null and cardinality(found) <= size then next.occurred_at end);
end;
$$;
comment on function private.audit_page(uuid, text, text, text, text, timestamptz, timestamptz, text, timestamptz, uuid, integer) is
  'One page of events, newest first, by key: { events, next, searched_back_to }. The caller has checked who may see them.';

-- owners -----------------------------------------------------------------------------------------------------------

create function private.list_audit_events(
  tenant_id uuid, actor text, action text, since timestamptz, until timestamptz, search text, after_time timestamptz, after_id uuid,
  page_size integer)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform private.require_owner(tenant_id);
  return private.audit_page(tenant_id, null, null, actor, action, since, until, search, after_time, after_id, least(page_size, 200));
end;
$$;
create function public.list_audit_events(
  tenant_id uuid, actor text default null, action text default null, since timestamptz default null, until timestamptz default null,
  search text default null, after_time timestamptz default null, after_id uuid default null, page_size integer default 50)
returns jsonb language sql stable set search_path = ''
return private.list_audit_events(tenant_id, actor, action, since, until, search, after_time, after_id, page_size);
comment on function public.list_audit_events(uuid, text, text, timestamptz, timestamptz, text, timestamptz, uuid, integer) is
  'Owner: the clinic''s audit trail, newest first: { events, next: { after_time, after_id } | null, searched_back_to }. actor: user id, part of an e-mail, or a role; action: whole, or a group ending in a dot; a search looks through 20,000 events a call. 403 owner_required; 404 clinic_not_found.';
grant execute on function
  private.list_audit_events(uuid, text, text, timestamptz, timestamptz, text, timestamptz, uuid, integer),
  public.list_audit_events(uuid, text, text, timestamptz, timestamptz, text, timestamptz, uuid, integer) to authenticated;

create function private.record_audit_export(
  tenant_id uuid, actor text, action text, since timestamptz, until timestamptz, search text) returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.record_event('audit.exported', tenant_id, 'audit', null,
    details => jsonb_strip_nulls(jsonb_build_object('actor', actor, 'action', action, 'since', since, 'until', until, 'search', search)));
end;
$$;
comment on function private.record_audit_export(uuid, text, text, timestamptz, timestamptz, text) is 'Records that events were taken out, and by which filters.';

create function private.export_audit_events(
  tenant_id uuid, actor text, action text, since timestamptz, until timestamptz, search text, after_time timestamptz, after_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.require_owner(tenant_id);
  if after_id is null then
    perform private.record_audit_export(tenant_id, actor, action, since, until, search);
  end if;
  return private.audit_page(tenant_id, null, null, actor, action, since, until, search, after_time, after_id, 1000);
end;
$$;
create function public.export_audit_events(
  tenant_id uuid, actor text default null, action text default null, since timestamptz default null, until timestamptz default null,
  search text default null, after_time timestamptz default null, after_id uuid default null)
returns jsonb language sql set search_path = ''
return private.export_audit_events(tenant_id, actor, action, since, until, search, after_time, after_id);
comment on function public.export_audit_events(uuid, text, text, timestamptz, timestamptz, text, timestamptz, uuid) is
  'Owner: as list_audit_events, a thousand events a page, for a file; the first page writes the event audit.exported.';
grant execute on function
  private.export_audit_events(uuid, text, text, timestamptz, timestamptz, text, timestamptz, uuid),
  public.export_audit_events(uuid, text, text, timestamptz, timestamptz, text, timestamptz, uuid) to authenticated;

-- super-admins -----------------------------------------------------------------------------------------------------

create function private.admin_list_audit_events(
  tenant_id uuid, target_type text, target_id text, actor text, action text, since timestamptz, until timestamptz, search text,
  after_time timestamptz, after_id uuid, page_size integer)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform private.require_super_admin();
  if target_type = 'user' and target_id !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then
    perform private.refuse(404, 'user_not_found', 'There is no such person.');
  end if;
  return private.audit_page(
    tenant_id, target_type, target_id, actor, action, since, until, search, after_time, after_id, least(page_size, 200));
end;
$$;
create function public.admin_list_audit_events(
  tenant_id uuid default null, target_type text default null, target_id text default null, actor text default null,
  action text default null, since timestamptz default null, until timestamptz default null, search text default null,
  after_time timestamptz default null, after_id uuid default null, page_size integer default 50)
returns jsonb language sql stable set search_path = ''
return private.admin_list_audit_events(
  tenant_id, target_type, target_id, actor, action, since, until, search, after_time, after_id, page_size);
comment on function public.admin_list_audit_events(uuid, text, text, text, text, timestamptz, timestamptz, text, timestamptz, uuid, integer) is
  'Super-admin: events of the whole platform, of a clinic, or of a target (target_type user: about or by that person); otherwise as list_audit_events.';
grant execute on function
  private.admin_list_audit_events(uuid, text, text, text, text, timestamptz, timestamptz, text, timestamptz, uuid, integer),
  public.admin_list_audit_events(uuid, text, text, text, text, timestamptz, timestamptz, text, timestamptz, uuid, integer) to authenticated;

create function private.admin_export_audit_events(
  tenant_id uuid, actor text, action text, since timestamptz, until timestamptz, search text, after_time timestamptz, after_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.require_super_admin();
  if after_id is null then
    perform private.record_audit_export(tenant_id, actor, action, since, until, search);
  end if;
  return private.audit_page(tenant_id, null, null, actor, action, since, until, search, after_time, after_id, 1000);
end;
$$;
create function public.admin_export_audit_events(
  tenant_id uuid default null, actor text default null, action text default null, since timestamptz default null,
  until timestamptz default null, search text default null, after_time timestamptz default null, after_id uuid default null)
returns jsonb language sql set search_path = ''
return private.admin_export_audit_events(tenant_id, actor, action, since, until, search, after_time, after_id);
comment on function public.admin_export_audit_events(uuid, text, text, timestamptz, timestamptz, text, timestamptz, uuid) is
  'Super-admin: as admin_list_audit_events, a thousand events a page, for a file; the first page writes the event audit.exported.';
grant execute on function
  private.admin_export_audit_events(uuid, text, text, timestamptz, timestamptz, text, timestamptz, uuid),
  public.admin_export_audit_events(uuid, text, text, timestamptz, timestamptz, text, timestamptz, uuid) to authenticated;
