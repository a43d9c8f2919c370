-- What: an audit event as each side may see it: the platform nothing of a clinic's own records, a clinic not from where a super-admin works.
-- Who:  owners and super-admins, through the same functions as before; filters and searches look at nothing else than what is seen.
-- Relies on: audit_reading migration, whose functions it replaces.

-- Support access is the one way to a clinic's records, and the clinic sees each look (support_reading migration). The log must not
-- be a way round it.

create function private.is_withheld_from_platform(event public.audit_events) returns boolean
language plpgsql
immutable
set search_path = ''
as $$
begin
  -- Whatever is not named here is a clinic's own. What support searched for may be a client's name.
  return event.target_type not in ('tenant', 'user', 'member', 'invitation', 'super_admin', 'support', 'audit')
    or event.action = 'support.clients_listed';
end;
$$;
comment on function private.is_withheld_from_platform(public.audit_events) is 'Whether what the event says belongs to a clinic''s records.';

create function private.audit_event_as_seen(event public.audit_events, by_platform boolean) returns public.audit_events
language plpgsql
immutable
set search_path = ''
as $$
begin
  if by_platform and private.is_withheld_from_platform(event) then
    event.target_label := null;
    event.before := null;
    event.after := null;
    event.details := null;
  elsif not by_platform and event.actor_role = 'super_admin' then
    event.ip := null;
    event.user_agent := null;
    event.request_id := null;
  end if;
  return event;
end;
$$;
comment on function private.audit_event_as_seen(public.audit_events, boolean) is
  'The event without what the platform (by_platform) or the clinic is not to see; searches look in nothing else.';

create or replace function private.audit_event_json(event public.audit_events) returns jsonb
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
comment on function private.audit_event_json(public.audit_events) is 'An event for the API, once audit_event_as_seen has taken out what the reader is not to see.';

create or replace function private.like_pattern(part text) returns text
language sql
immutable
set search_path = ''
return '%' || replace(replace(replace(btrim(part), '\', '\\'), '%', '\%'), '_', '\_') || '%';
comment on function private.like_pattern(text) is 'The pattern for "contains this text", whatever characters it holds; null for null.';

-- One more parameter: who is reading.
drop function private.audit_page(uuid, text, text, text, text, timestamptz, timestamptz, text, timestamptz, uuid, integer);
create function private.audit_page(
  by_platform boolean, tenant_id uuid, target_type text, target_id text, actor text, action text, since timestamptz, until timestamptz,
  search text, after_time timestamptz, after_id uuid, page_size integer)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  size integer := least(greatest(coalesce(page_size, 50), 1), 1000);
  wanted text := nullif(btrim(left(search, 200)), '');
  who text := nullif(lower(btrim(left(actor, 200))), '');
  person uuid;
  part_of_address text;
  depth integer;
  conditions text := 'true';
  is_about text := 'e.target_type in (''user'', ''member'', ''super_admin'') and e.target_id = $9';
  source text := 'select private.audit_event_as_seen(e, $15) as event from public.audit_events e where %s order by e.occurred_at desc, e.id desc limit $10';
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
  if who in ('super_admin', 'owner', 'staff', 'user', 'service_role', 'anon') or who = session_user then
    conditions := conditions || ' and e.actor_role = $6';
  elsif who is not null then
    -- A whole address or an id is looked up by index; part of an address is searched for like any other text.
    person := (select p.user_id from public.profiles p where p.email = who or p.user_id::text = who limit 1);
    if person is not null then
      conditions := conditions || ' and e.actor_id = $5';
    else
      part_of_address := private.like_pattern(who);
    end if;
  end if;
  -- A text is looked for in this many events at most, so that a rare one costs a page of the log, not all of it.
  depth := case when coalesce(wanted, part_of_address) is not null then 20000 else size + 1 end;
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
       where ($12 is null or concat_ws('' '', (s.event).target_label, (s.event).actor_email, (s.event).reason, (s.event).action,
           (s.event).before, (s.event).after, (s.event).details) collate "und-x-icu" ilike $12)
         and ($14 is null or (s.event).actor_email like $14)
       order by (s.event).occurred_at desc, (s.event).id desc limit $13)
     select array(select m.event from matching m order by (m.event).occurred_at desc, (m.event).id desc),
       (select count(*) from seen), array(select s.event from seen s order by (s.event).occurred_at, (s.event).id limit 1)', source)
  into found, looked_at, looked_back_to
  using tenant_id, since, until, action, person, who, after_time, after_id, target_id, depth, target_type,
    private.like_pattern(wanted), size + 1, part_of_address, by_platform;

  if cardinality(found) > size then
    next := found[size];
  elsif depth > size + 1 and looked_at >= depth then
    next := looked_back_to[1];
  end if;
  return jsonb_build_object(
    'events', coalesce((
      select jsonb_agg(
        private.audit_event_json(found[n]) || jsonb_build_object('withheld', by_platform and private.is_withheld_from_platform(found[n]))
        order by n) from generate_series(1, least(cardinality(found), size)) n), '[]'),
    'next', case when next.id is not null then jsonb_build_object('after_time', next.occurred_at, 'after_id', next.id) end,
    'searched_back_to', case when next.id is not null and cardinality(found) <= size then next.occurred_at end);
end;
$$;
comment on function private.audit_page(boolean, uuid, text, text, text, text, timestamptz, timestamptz, text, timestamptz, uuid, integer) is
  'One page of events, newest first, by key: { events, next, searched_back_to }. The caller has checked who may see them.';

create or replace function private.list_audit_events(
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
  return private.audit_page(false, tenant_id, null, null, actor, action, since, until, search, after_time, after_id, least(page_size, 200));
end;
$$;

comment on function public.list_audit_events(uuid, text, text, timestamptz, timestamptz, text, timestamptz, uuid, integer) is
  'Owner: the clinic''s audit trail, newest first: { events, next: { after_time, after_id } | null, searched_back_to }. actor: a role, a user id, an e-mail or part of one; action: whole, or a group ending in a dot; a search, also for part of an e-mail, looks through 20,000 events a call. 403 owner_required; 404 clinic_not_found.';

create or replace function private.record_audit_export(
  tenant_id uuid, actor text, action text, since timestamptz, until timestamptz, search text) returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.record_event('audit.exported', tenant_id, 'audit', null,
    details => jsonb_strip_nulls(jsonb_build_object(
      'actor', left(actor, 200), 'action', left(action, 100), 'since', since, 'until', until, 'search', left(search, 200))));
end;
$$;
comment on function private.record_audit_export(uuid, text, text, timestamptz, timestamptz, text) is 'Records that events were taken out, and by which filters.';

create or replace function private.export_audit_events(
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
  return private.audit_page(false, tenant_id, null, null, actor, action, since, until, search, after_time, after_id, 1000);
end;
$$;

create or replace function private.admin_list_audit_events(
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
    true, tenant_id, target_type, target_id, actor, action, since, until, search, after_time, after_id, least(page_size, 200));
end;
$$;

create or replace function private.admin_export_audit_events(
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
  return private.audit_page(true, tenant_id, null, null, actor, action, since, until, search, after_time, after_id, 1000);
end;
$$;
