-- What: what an event records is bounded, so that nobody fills the log with one long text; retention and erasing look closer.
-- Who:  triggers and functions that record; the daily upkeep; the database's owner who erases (docs/erasure.md).
-- Relies on: audit, audit_chain, audit_upkeep and audit_coverage migrations, whose functions it replaces.

drop index public.audit_events_target_idx;
-- Only people and what they may do are looked up by target; an index over every changed record would cost each write.
create index audit_events_target_idx on public.audit_events (target_id, occurred_at, id)
  where target_type in ('user', 'member', 'super_admin', 'tenant', 'invitation');

create or replace function private.record_event(
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
  -- The gateway's own request id comes first: the other is whatever the client says.
  insert into public.audit_events (
    tenant_id, actor_id, actor_role, action, target_type, target_id, succeeded,
    actor_email, ip, user_agent, request_id, session_id,
    target_label, before, after, details, reason)
  values (
    tenant_id, person, role, action, target_type, target_id, succeeded,
    coalesce((select p.email from public.profiles p where p.user_id = person), nullif(current_setting('chairside.acting_for_address', true), '')),
    private.request_address(headers),
    left(headers ->> 'user-agent', 500),
    left(coalesce(headers ->> 'sb-request-id', headers ->> 'x-request-id'), 200),
    case when claims ->> 'session_id' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then (claims ->> 'session_id')::uuid end,
    left(target_label, 300), before, after,
    case when pg_column_size(details) > 16000 then jsonb_build_object('bytes', octet_length(details::text)) else details end,
    nullif(btrim(left(reason, 1000)), ''))
  returning id into event;
  return event;
end;
$$;
comment on function private.record_event(text, uuid, text, text, text, jsonb, jsonb, text, jsonb, boolean) is
  'Writes one audit event with actor, role, address, browser and request taken from the request; what is absent there stays null. The only way in which events are written.';

create function private.recorded_value(value jsonb, is_secret boolean) returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
begin
  return case
    when is_secret then '"[redacted]"'
    -- The log can only grow, so nobody gets to fill it with one long text.
    when pg_column_size(value) > 8000 then to_jsonb(format('[%s bytes]', octet_length(value::text)))
    else value
  end;
end;
$$;
comment on function private.recorded_value(jsonb, boolean) is 'A field''s value as the log keeps it: secrets redacted, long ones by their size alone.';

create or replace function private.audit_row_change() returns trigger
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
    jsonb_object_agg(c.key, private.recorded_value(c.old_value, c.is_secret)) filter (where c.old_value <> 'null'),
    jsonb_object_agg(c.key, private.recorded_value(c.new_value, c.is_secret)) filter (where c.new_value <> 'null')
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

create or replace function private.maintain_audit_partitions() returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  this_month date := date_trunc('month', now() at time zone 'UTC');
  keep_from date;
  made integer := 0;
  dropped text[] := array[]::text[];
  old record;
begin
  -- Better to try again tomorrow than to queue writers up behind a lock that somebody else holds.
  perform set_config('lock_timeout', '5s', true);
  for ahead in 0..3 loop
    if not exists (
      select from private.audit_events_rest e
      where e.occurred_at >= (this_month + make_interval(months => ahead)) at time zone 'UTC'
        and e.occurred_at < (this_month + make_interval(months => ahead + 1)) at time zone 'UTC')
    then
      made := made + private.add_partition('public.audit_events', (this_month + make_interval(months => ahead))::date)::integer;
    end if;
    made := made + private.add_partition('private.audit_seals', (this_month + make_interval(months => ahead))::date)::integer;
  end loop;

  select (this_month - make_interval(months => s.retention_months))::date into keep_from from private.audit_settings s;
  for old in select m.partition, m.month from private.months_of('public.audit_events') m where m.month < keep_from loop
    -- Nothing is dropped that the chain has not taken in; a month that still waits is dropped another day.
    loop
      exit when private.seal_audit() = 0;
    end loop;
    continue when exists (
      select from public.audit_events e
      where e.occurred_at >= old.month::timestamp at time zone 'UTC' and e.occurred_at < (old.month + interval '1 month') at time zone 'UTC'
        and not exists (select from private.audit_seals s where s.event_id = e.id and s.event_at = e.occurred_at));
    dropped := dropped || to_char(old.month, 'YYYY-MM');
    execute format('alter table public.audit_events detach partition %s', old.partition);
    execute format('drop table %s', old.partition);
    update private.audit_settings s set dropped_before = greatest(s.dropped_before, (old.month + interval '1 month') at time zone 'UTC');
  end loop;
  -- A seal is younger than its event, so its month goes one later.
  for old in select m.partition, m.month from private.months_of('private.audit_seals') m where m.month < keep_from - interval '1 month' loop
    execute format('insert into private.audit_checkpoints (chain, position, hash)
      select distinct on (s.chain) s.chain, s.position, s.hash from %s s order by s.chain, s.position desc', old.partition);
    execute format('alter table private.audit_seals detach partition %s', old.partition);
    execute format('drop table %s', old.partition);
  end loop;
  if cardinality(dropped) > 0 then
    perform private.record_event('audit.retention_applied', null, 'audit', null,
      details => jsonb_build_object('dropped_before', keep_from, 'months', cardinality(dropped)));
  end if;
  return jsonb_build_object('made', made, 'dropped', to_jsonb(dropped));
end;
$$;
comment on function private.maintain_audit_partitions() is
  'Makes the partitions of this month and the next three, and drops those older than the retention: { made, dropped }. Run daily; running it again does nothing.';

create or replace function private.erase_audit_of_user(person uuid, reason text) returns integer
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_sealed_audit();
  return private.erase_audit_parts(array(
    select row(e.id, e.occurred_at, x.part, e.id)::private.audit_erasures
    from (
      select a.id, a.occurred_at, 'actor' as part from public.audit_events a where a.actor_id = person and a.actor_salt is not null
      union all
      select t.id, t.occurred_at, 'content' from public.audit_events t
      where t.target_type in ('user', 'member', 'super_admin', 'tenant', 'invitation') and t.target_id = person::text and t.content_salt is not null
      union all
      select i.id, i.occurred_at, 'content' from public.audit_events i
      where i.target_type = 'invitation' and i.content_salt is not null
        and i.target_label = (select p.email from public.profiles p where p.user_id = person)
      union all
      -- Somebody may have exported what is about this person, by their address.
      select x.id, x.occurred_at, 'content' from public.audit_events x
      where x.action = 'audit.exported' and x.content_salt is not null
        and strpos(lower(x.details::text), (select p.email from public.profiles p where p.user_id = person)) > 0
    ) x join public.audit_events e on e.id = x.id and e.occurred_at = x.occurred_at
    -- The erasure itself runs in a transaction whose events cannot be sealed yet.
    where e.transaction_id <> (pg_current_xact_id()::text)::bigint
  ), jsonb_build_object('target_type', 'user', 'target_id', person), reason);
end;
$$;
comment on function private.erase_audit_of_user(uuid, text) is
  'Database owner: removes a person''s e-mail, addresses and names from the audit log, as actor and as target. Call it before the profile''s address is replaced. Returns the number of events.';

create or replace function private.lock_managed_invitation(invitation_id uuid, person uuid) returns public.invitations
language plpgsql
security definer
set search_path = ''
as $$
declare
  invitation public.invitations;
begin
  perform from public.tenants t
  where t.id = (select i.tenant_id from public.invitations i where i.id = invitation_id)
  for no key update;
  select * into invitation from public.invitations i where i.id = invitation_id for update;
  if invitation.id is not null and not private.manages_invitation(invitation, person) and private.works_in(invitation.tenant_id, person) then
    perform private.refuse(403, 'not_allowed', 'Only an owner may manage staff invitations, and only a super-admin the others.');
  elsif invitation.id is null or not private.manages_invitation(invitation, person) then
    perform private.refuse(404, 'invitation_not_found', 'There is no such invitation.');
  end if;
  case private.invitation_state(invitation)
    when 'used' then perform private.refuse(409, 'invitation_used', 'This invitation has already been used.');
    when 'revoked' then perform private.refuse(409, 'invitation_revoked', 'This invitation has been withdrawn.');
    else null;
  end case;
  -- send-invitation names the person it acts for; without this the event would only know the service role.
  perform private.act_for(person);
  if not exists (
    select from public.memberships m
    where m.tenant_id = invitation.tenant_id and m.user_id = person and m.role = 'owner' and m.status = 'active')
  then
    perform private.act_as('super_admin');
  end if;
  return invitation;
end;
$$;
