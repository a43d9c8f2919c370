-- What: the state of the audit log for the platform's pages, its retention setting, and erasing personal data from it.
-- Who:  super-admins see the state and set the retention; erasing is for the database's owner (docs/erasure.md).
-- Relies on: audit, audit_partitions, audit_chain and audit_anchors migrations.

create function private.audit_status() returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  sealing private.audit_sealing;
  unsealed record;
begin
  select * into sealing from private.audit_sealing;
  select count(*) as events, min(e.occurred_at) as oldest into unsealed
  from (
    select e.occurred_at from public.audit_events e
    where e.transaction_id >= sealing.next_transaction
      and not exists (select from private.audit_seals s where s.event_id = e.id and s.event_at = e.occurred_at)
    limit 10000
  ) e;
  return jsonb_build_object(
    -- Everything older than this is in its chain.
    'sealed_through', coalesce(unsealed.oldest, sealing.last_run_at),
    'last_run_at', sealing.last_run_at,
    'unsealed', unsealed.events,
    'oldest_unsealed_at', unsealed.oldest,
    'chains', (select count(*) from private.audit_heads),
    'events', coalesce((select sum(h.position) from private.audit_heads h), 0) + unsealed.events,
    'retention_months', (select s.retention_months from private.audit_settings s),
    'oldest_month', (select min(m.month) from private.months_of('public.audit_events') m),
    'last_anchor', (select private.anchor_json(a) from private.audit_anchors a order by a.day desc limit 1));
end;
$$;
comment on function private.audit_status() is 'How far the chains reach, what is not sealed yet, and the last anchor.';

create function private.admin_audit_status() returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform private.require_super_admin();
  return private.audit_status();
end;
$$;
create function public.admin_audit_status() returns jsonb language sql stable set search_path = ''
return private.admin_audit_status();
comment on function public.admin_audit_status() is
  'Super-admin: { sealed_through, last_run_at, unsealed, oldest_unsealed_at, chains, events, retention_months, oldest_month, last_anchor }; events counts all ever chained, unsealed stops at 10,000.';
grant execute on function private.admin_audit_status(), public.admin_audit_status() to authenticated;

create function private.admin_list_audit_anchors() returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform private.require_super_admin();
  return jsonb_build_object('anchors', coalesce((
    select jsonb_agg(private.anchor_json(a) order by a.day desc)
    from (select * from private.audit_anchors order by day desc limit 90) a), '[]'));
end;
$$;
create function public.admin_list_audit_anchors() returns jsonb language sql stable set search_path = ''
return private.admin_list_audit_anchors();
comment on function public.admin_list_audit_anchors() is 'Super-admin: the newest 90 anchors: { anchors: [{ day, digest, chains, events, delivery, … }] }.';
grant execute on function private.admin_list_audit_anchors(), public.admin_list_audit_anchors() to authenticated;

create function private.admin_set_audit_retention(months integer, reason text) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  before integer;
begin
  perform private.require_super_admin();
  if coalesce(btrim(reason), '') = '' then
    perform private.refuse(422, 'reason_required', 'Please give a reason.');
  elsif months is null or months not between 12 and 240 then
    perform private.refuse(422, 'retention_invalid', 'Events are kept between 12 and 240 months.');
  end if;
  select s.retention_months into before from private.audit_settings s for update;
  if before <> months then
    update private.audit_settings set retention_months = months;
    perform private.record_event('audit.retention_changed', null, 'audit', null,
      before => jsonb_build_object('retention_months', before), after => jsonb_build_object('retention_months', months), reason => reason);
  end if;
  return private.audit_status();
end;
$$;
create function public.admin_set_audit_retention(months integer, reason text) returns jsonb language sql set search_path = ''
return private.admin_set_audit_retention(months, reason);
comment on function public.admin_set_audit_retention(integer, text) is
  'Super-admin: how many whole months events are kept; older months are dropped by the next daily run. 422 retention_invalid, reason_required.';
grant execute on function private.admin_set_audit_retention(integer, text), public.admin_set_audit_retention(integer, text) to authenticated;

-- erasing personal data --------------------------------------------------------------------------------------------

create table private.audit_erasures (
  event_id uuid not null,
  event_at timestamptz not null,
  part text not null check (part in ('actor', 'content')),
  erasure_id uuid not null,
  primary key (event_id, part)
);
comment on table private.audit_erasures is
  'Parts of events that were emptied on request. erasure_id is the event audit.erased, which holds a digest of this list.';
create index audit_erasures_erasure_idx on private.audit_erasures (erasure_id);

create function private.erase_audit_parts(parts private.audit_erasures[], subject jsonb, reason text) returns integer
language plpgsql
set search_path = ''
as $$
declare
  erasure uuid;
begin
  if cardinality(parts) = 0 then
    return 0;
  end if;
  erasure := private.record_event('audit.erased', null, 'audit', null, reason => reason,
    details => subject || jsonb_build_object('count', cardinality(parts), 'digest', (
      select encode(sha256(convert_to(string_agg(p.event_id || ' ' || p.part || E'\n', '' order by p.event_id::text, p.part), 'UTF8')), 'hex')
      from unnest(parts) p)));
  insert into private.audit_erasures (event_id, event_at, part, erasure_id)
  select p.event_id, p.event_at, p.part, erasure from unnest(parts) p;
  perform set_config('chairside.erasing', 'on', true);
  update public.audit_events e
  set actor_salt = null, actor_email = null, ip = null, user_agent = null, request_id = null, session_id = null
  from unnest(parts) p where p.part = 'actor' and e.occurred_at = p.event_at and e.id = p.event_id;
  update public.audit_events e
  set content_salt = null, target_label = null, before = null, after = null, details = null, reason = null
  from unnest(parts) p where p.part = 'content' and e.occurred_at = p.event_at and e.id = p.event_id;
  perform set_config('chairside.erasing', 'off', true);
  return (select count(distinct p.event_id) from unnest(parts) p);
end;
$$;
comment on function private.erase_audit_parts(private.audit_erasures[], jsonb, text) is
  'Empties the named parts, records which, and writes the event audit.erased with their number and digest. Returns the number of events.';

create function private.require_sealed_audit() returns void
language plpgsql
set search_path = ''
as $$
begin
  -- The chain needs the hashes of the parts before the parts are gone.
  loop
    exit when private.seal_audit() = 0;
  end loop;
  if exists (
    select from public.audit_events e, private.audit_sealing s
    where e.transaction_id >= s.next_transaction and e.transaction_id <> (pg_current_xact_id()::text)::bigint
      and not exists (select from private.audit_seals l where l.event_id = e.id and l.event_at = e.occurred_at))
  then
    perform private.refuse(409, 'audit_not_sealed', 'Events are still being sealed. Please try again in a minute.');
  end if;
end;
$$;
comment on function private.require_sealed_audit() is 'Seals what can be sealed; 409 audit_not_sealed while older transactions are open.';

create function private.erase_audit_of_user(person uuid, reason text) returns integer
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
      where t.target_type in ('user', 'member', 'super_admin', 'tenant') and t.target_id = person::text and t.content_salt is not null
      union all
      select i.id, i.occurred_at, 'content' from public.audit_events i
      where i.target_type = 'invitation' and i.content_salt is not null
        and i.target_label = (select p.email from public.profiles p where p.user_id = person)
    ) x join public.audit_events e on e.id = x.id and e.occurred_at = x.occurred_at
    -- The erasure itself runs in a transaction whose events cannot be sealed yet.
    where e.transaction_id <> (pg_current_xact_id()::text)::bigint
  ), jsonb_build_object('target_type', 'user', 'target_id', person), reason);
end;
$$;
comment on function private.erase_audit_of_user(uuid, text) is
  'Database owner: removes a person''s e-mail, addresses and names from the audit log, as actor and as target. Call it before the profile''s address is replaced. Returns the number of events.';

create function private.erase_audit_of_target(target_type text, target_id text, reason text) returns integer
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_sealed_audit();
  return private.erase_audit_parts(array(
    select row(e.id, e.occurred_at, 'content', e.id)::private.audit_erasures
    from public.audit_events e
    where e.target_type = erase_audit_of_target.target_type and e.target_id = erase_audit_of_target.target_id
      and e.content_salt is not null and e.transaction_id <> (pg_current_xact_id()::text)::bigint
  ), jsonb_build_object('target_type', target_type, 'target_id', target_id), reason);
end;
$$;
comment on function private.erase_audit_of_target(text, text, text) is
  'Database owner: removes what the events about one record say, such as a client''s name and changes. Returns the number of events.';
