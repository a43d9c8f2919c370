-- What: the audit log: who did what to whom, when and from where, with what changed; and the one function that writes it.
-- Who:  nobody writes, changes or deletes events through any API role; they are read through the functions of audit_reading.
-- Relies on: tenancy and status_transitions migrations. Not covered here: partitions, hash chain, reading, which tables are watched.
--
-- An event has facts (ids, times, action), which stay, and two parts with personal data, each with a salt of its own: the actor
-- part and the content part. The hash chain covers hashes of the parts, so a part can be emptied on request (docs/erasure.md)
-- without breaking the chain. No foreign keys: an event outlives what it is about, and a check would lock the clinic's row.

create table public.audit_events (
  id uuid not null default gen_random_uuid(),
  occurred_at timestamptz not null default clock_timestamp(),
  tenant_id uuid,
  actor_id uuid,
  actor_role text,
  action text not null check (action ~ '^[a-z_]+\.[a-z_]+$'),
  target_type text not null,
  target_id text,
  succeeded boolean not null default true,
  schema_version smallint not null default 1,
  actor_salt uuid default gen_random_uuid(),
  actor_email text,
  ip inet,
  user_agent text,
  request_id text,
  session_id uuid,
  content_salt uuid default gen_random_uuid(),
  target_label text,
  before jsonb,
  after jsonb,
  details jsonb,
  reason text,
  transaction_id bigint not null default (pg_current_xact_id()::text)::bigint,
  primary key (occurred_at, id)
) partition by range (occurred_at);
comment on table public.audit_events is
  'The audit log, append-only, partitioned by month. Read it with list_audit_events or admin_list_audit_events; check it with npm run audit:verify.';
comment on column public.audit_events.tenant_id is 'The clinic it happened in; null for the platform.';
comment on column public.audit_events.actor_role is
  'super_admin, owner, staff or user for people; otherwise the API role or the database login that acted.';
comment on column public.audit_events.action is 'What happened, as entity.verb: member.removed.';
comment on column public.audit_events.before is 'The changed fields as they were; secrets are replaced by [redacted].';
comment on column public.audit_events.after is 'The changed fields as they are now, or the fields of a new row.';
comment on column public.audit_events.details is 'Facts about an act that changes no row, such as what was searched or exported.';
comment on column public.audit_events.actor_salt is 'Makes the hash of the actor part impossible to guess once the part has been erased. Null: erased.';
comment on column public.audit_events.content_salt is 'The same for the content part.';
comment on column public.audit_events.transaction_id is 'Tells the sealing job which events can no longer be joined by an older one.';

create index audit_events_tenant_idx on public.audit_events (tenant_id, occurred_at, id);
create index audit_events_actor_idx on public.audit_events (actor_id, occurred_at, id);
-- Only people and what they may do are looked up by target; an index over every changed record would cost each write.
create index audit_events_target_idx on public.audit_events (target_id, occurred_at, id)
  where target_type in ('user', 'member', 'super_admin', 'tenant');
create index audit_events_transaction_idx on public.audit_events using brin (transaction_id) with (pages_per_range = 32, autosummarize = on);

alter table public.audit_events enable row level security;
grant select on public.audit_events to service_role;

-- append-only ------------------------------------------------------------------------------------------------------
-- Grants keep the API roles out. The triggers also stop the database's owner from changing events by mistake; on purpose the
-- owner can take triggers away, which is what the hash chain and its anchors outside the database are for.

create function private.refuse_audit_change() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  -- The erasing functions may empty personal parts, and nothing else.
  if tg_op = 'UPDATE' and current_setting('chairside.erasing', true) = 'on' and not exists (
    select from jsonb_each(to_jsonb(new)) n
    where n.value is distinct from to_jsonb(old) -> n.key
      and (n.value <> 'null' or n.key <> all (array['actor_salt', 'actor_email', 'ip', 'user_agent', 'request_id', 'session_id',
        'content_salt', 'target_label', 'before', 'after', 'details', 'reason']))
  ) then
    return new;
  end if;
  perform private.refuse(403, 'append_only', 'The audit log can only be added to.');
  return null;
end;
$$;
comment on function private.refuse_audit_change() is 'Trigger: nothing in the audit log is changed, deleted or truncated.';
create trigger append_only before update or delete on public.audit_events for each row execute function private.refuse_audit_change();
create trigger append_only_truncate before truncate on public.audit_events for each statement execute function private.refuse_audit_change();

-- who is acting ----------------------------------------------------------------------------------------------------

create function private.act_for(person uuid, address text default '') returns void
language plpgsql
set search_path = ''
as $$
begin
  perform set_config('chairside.acting_for', coalesce(person::text, ''), true);
  perform set_config('chairside.acting_for_address', coalesce(address, ''), true);
end;
$$;
comment on function private.act_for(uuid, text) is
  'Names the person for whom the service role or the Auth service acts; the actor of this transaction''s events. The address is for a person who has no profile yet.';

create function private.act_as(role text) returns void
language plpgsql
set search_path = ''
as $$
begin
  perform set_config('chairside.acting_as', role, true);
end;
$$;
comment on function private.act_as(text) is 'Names the role in which the caller acts in this transaction, where they have several.';

create function private.because(reason text) returns void
language plpgsql
set search_path = ''
as $$
begin
  perform set_config('chairside.reason', coalesce(reason, ''), true);
end;
$$;
comment on function private.because(text) is 'Gives the reason of this transaction''s changes where the changed row has no column for it.';

create function private.request_address(headers jsonb) returns inet
language plpgsql
immutable
set search_path = ''
as $$
declare
  address text := btrim(coalesce(headers ->> 'cf-connecting-ip', split_part(headers ->> 'x-forwarded-for', ',', 1)));
begin
  if address ~ '^((25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(\.|$)){4}$' then
    return address::inet;
  elsif address ~* '^[0-9a-f:.]*:[0-9a-f:.]*$' then
    -- A block of its own, because entering one that catches errors costs as much as writing the event.
    begin
      return address::inet;
    exception when invalid_text_representation then
      return null;
    end;
  end if;
  -- A header is whatever the client sends; it must never fail the act it belongs to.
  return null;
end;
$$;
comment on function private.request_address(jsonb) is
  'The client''s address as the gateway reports it, null when it reports none. As trustworthy as the proxy in front.';

create function private.record_event(
  action text, tenant_id uuid, target_type text, target_id text, target_label text default null,
  before jsonb default null, after jsonb default null, reason text default null, details jsonb default null,
  succeeded boolean default true)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  claims jsonb := coalesce(nullif(current_setting('request.jwt.claims', true), ''), '{}')::jsonb;
  headers jsonb := coalesce(nullif(current_setting('request.headers', true), ''), '{}')::jsonb;
  caller uuid := auth.uid();
  person uuid := coalesce(caller, nullif(current_setting('chairside.acting_for', true), '')::uuid);
  role text;
  event uuid;
begin
  if person is null then
    role := coalesce(claims ->> 'role', session_user);
  else
    role := nullif(current_setting('chairside.acting_as', true), '');
    if role is null then
      select m.role into role from public.memberships m
      where m.tenant_id = record_event.tenant_id and m.user_id = person and m.status = 'active';
    end if;
    if role is null then
      role := case when exists (select from public.platform_admins a where a.user_id = person and a.status = 'active')
        then 'super_admin' else 'user' end;
    end if;
    if caller is null then
      -- A function or the Auth service acts for the person: what it sent says nothing about where the person is.
      headers := '{}';
    end if;
  end if;
  insert into public.audit_events (
    tenant_id, actor_id, actor_role, action, target_type, target_id, succeeded,
    actor_email, ip, user_agent, request_id, session_id,
    target_label, before, after, details, reason)
  values (
    tenant_id, person, role, action, target_type, target_id, succeeded,
    coalesce((select p.email from public.profiles p where p.user_id = person), nullif(current_setting('chairside.acting_for_address', true), '')),
    private.request_address(headers),
    left(headers ->> 'user-agent', 500),
    left(coalesce(headers ->> 'x-request-id', headers ->> 'sb-request-id'), 200),
    case when claims ->> 'session_id' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then (claims ->> 'session_id')::uuid end,
    target_label, before, after, details, nullif(btrim(reason), ''))
  returning id into event;
  return event;
end;
$$;
comment on function private.record_event(text, uuid, text, text, text, jsonb, jsonb, text, jsonb, boolean) is
  'Writes one audit event with actor, role, address, browser and request taken from the request; what is absent there stays null. The only way in which events are written.';

-- changes of rows --------------------------------------------------------------------------------------------------

create function private.audit_label(entity text, fields jsonb) returns text
language plpgsql
stable
set search_path = ''
as $$
begin
  if entity in ('member', 'super_admin') then
    return (select p.email from public.profiles p where p.user_id = (fields ->> 'user_id')::uuid);
  elsif entity in ('user', 'invitation') then
    return fields ->> 'email';
  end if;
  return coalesce(
    nullif(btrim(concat_ws(' ', fields ->> 'first_name', fields ->> 'last_name')), ''),
    fields ->> 'name', fields ->> 'title', fields ->> 'email');
end;
$$;
comment on function private.audit_label(text, jsonb) is 'What people call a row, kept with the event because the row may change.';

create function private.audit_row_change() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  entity text := tg_argv[0];
  old_row jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  new_row jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
  this_row jsonb := coalesce(new_row, old_row);
  before jsonb;
  after jsonb;
  verb text;
  reason text := current_setting('chairside.reason', true);
begin
  -- One pass over the row: this is what every write to a watched table pays (npm run bench -- audit-cost).
  select
    jsonb_object_agg(c.key, case when c.is_secret then '"[redacted]"' else c.old_value end) filter (where c.old_value <> 'null'),
    jsonb_object_agg(c.key, case when c.is_secret then '"[redacted]"' else c.new_value end) filter (where c.new_value <> 'null')
  into before, after
  from (
    select f.key, old_row -> f.key as old_value, new_row -> f.key as new_value,
      -- The redaction list: columns of such names are recorded as changed, never with their value.
      f.key ~ '(password|secret|token|api_?key|credential|encrypted|private_key)' as is_secret
    from jsonb_each(this_row) f
    where new_row -> f.key is distinct from old_row -> f.key
      -- Derived or bookkeeping columns say nothing that the event does not say anyway.
      and f.key not in ('created_at', 'updated_at', 'sort_name', 'search_text', 'status_changed_at', 'status_changed_by')
  ) c;
  if before is null and after is null then
    return null;
  end if;

  -- Arguments after the entity name verbs: insert:joined, or <column>:<verb> for a column that has just been filled.
  if tg_nargs > 1 then
    select split_part(rule, ':', 2) into verb
    from unnest(tg_argv[1:]) with ordinality a (rule, n)
    where (tg_op = 'INSERT' and split_part(rule, ':', 1) = 'insert') or (tg_op = 'UPDATE' and after ? split_part(rule, ':', 1))
    order by n limit 1;
  end if;
  if tg_op = 'UPDATE' and new_row ->> 'status' is distinct from old_row ->> 'status' then
    select t.verb into verb from private.status_transitions t
    where t.entity = tg_argv[0] and t.from_status = old_row ->> 'status' and t.to_status = new_row ->> 'status';
    reason := new_row ->> 'status_reason';
    before := before - 'status_reason' - 'deletion_id';
    after := after - 'status_reason' - 'deletion_id';
  elsif tg_op = 'INSERT' then
    reason := coalesce(new_row ->> 'reason', reason);
  end if;

  perform private.record_event(
    entity || '.' || coalesce(verb, case tg_op when 'INSERT' then 'created' when 'UPDATE' then 'updated' else 'deleted' end),
    coalesce(this_row ->> 'tenant_id', case when entity = 'tenant' then this_row ->> 'id' end)::uuid,
    entity, case when entity in ('member', 'super_admin', 'user') then this_row ->> 'user_id' else this_row ->> 'id' end,
    private.audit_label(entity, this_row), before, after, reason);
  return null;
end;
$$;
comment on function private.audit_row_change() is
  'Trigger after insert, update or delete: writes the event of a row''s change. Arguments: entity, then verbs as insert:<verb> or <column>:<verb>; a change of status takes its verb from private.status_transitions.';
