-- What: the hash chain of each clinic's events (and the platform's), sealed in the background, and the upkeep of partitions.
-- Who:  pg_cron as the database's owner; npm run audit:verify recomputes everything outside the database.
-- Relies on: audit and audit_partitions migrations.
--
-- Why in the background: chaining at the time of writing holds a lock on the clinic's head until commit (a busy clinic would be
-- limited to one write per commit). An event is sealed at the first run after every transaction older than its own has ended,
-- normally within a minute; until then it is protected by grants and triggers alone.

create table private.audit_seals (
  chain uuid not null,
  position bigint not null,
  event_id uuid not null,
  event_at timestamptz not null,
  actor_hash bytea not null,
  content_hash bytea not null,
  event_hash bytea not null,
  hash bytea not null,
  sealed_at timestamptz not null,
  primary key (chain, position, sealed_at)
) partition by range (sealed_at);
comment on table private.audit_seals is
  'The chain: hash = sha256(hash of the previous position || event_hash). Chain is the clinic''s id, all zeros for the platform.';
create index audit_seals_event_idx on private.audit_seals (event_id, event_at);
create trigger append_only before update or delete on private.audit_seals for each row execute function private.refuse_audit_change();
create trigger append_only_truncate before truncate on private.audit_seals for each statement execute function private.refuse_audit_change();

create table private.audit_heads (
  chain uuid primary key,
  position bigint not null,
  hash bytea not null
);
comment on table private.audit_heads is 'The newest position of each chain, so that sealing need not look for it. Can be rebuilt from the seals.';

create table private.audit_checkpoints (
  chain uuid not null,
  position bigint not null,
  hash bytea not null,
  made_at timestamptz not null default clock_timestamp(),
  primary key (chain, position)
);
comment on table private.audit_checkpoints is 'The last seal of each chain in a month dropped by retention: the chain is checked from there.';

create table private.audit_sealing (
  only_row boolean primary key default true check (only_row),
  next_transaction bigint not null default 0,
  last_run_at timestamptz
);
comment on table private.audit_sealing is 'How far sealing has come; one row.';
comment on column private.audit_sealing.next_transaction is 'Events of older transactions are sealed.';
insert into private.audit_sealing default values;

-- canonical form ---------------------------------------------------------------------------------------------------
-- scripts/audit/canonical.ts computes the same; a change needs a new schema_version.

-- plpgsql on purpose: a language sql function is planned again at every call, three times the work itself.
create function private.canonical(variadic field_values text[]) returns bytea
language plpgsql
immutable
set search_path = ''
as $$
begin
  return (
    select convert_to(string_agg(coalesce(octet_length(v) || ':' || v, '-'), '' order by n), 'UTF8')
    from unnest(field_values) with ordinality f (v, n));
end;
$$;
comment on function private.canonical(text[]) is 'Values in one unambiguous row of bytes: length in octets, colon, value; a hyphen for null.';

create function private.audit_facts(event public.audit_events) returns bytea
language plpgsql
stable
set search_path = ''
as $$
begin
  return private.canonical(
    event.id::text, to_char(event.occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), event.tenant_id::text,
    event.actor_id::text, event.actor_role, event.action, event.target_type, event.target_id,
    event.succeeded::text, event.schema_version::text);
end;
$$;
comment on function private.audit_facts(public.audit_events) is 'The part of an event that is never erased, in canonical form.';

create function private.audit_actor_hash(event public.audit_events) returns bytea
language plpgsql
immutable
set search_path = ''
as $$
begin
  return sha256(private.canonical(
    event.actor_salt::text, event.actor_email, host(event.ip), event.user_agent, event.request_id, event.session_id::text));
end;
$$;
comment on function private.audit_actor_hash(public.audit_events) is 'SHA-256 of the personal data about who acted.';

create function private.audit_content_hash(event public.audit_events) returns bytea
language plpgsql
immutable
set search_path = ''
as $$
begin
  return sha256(private.canonical(
    event.content_salt::text, event.target_label, event.before::text, event.after::text, event.details::text, event.reason));
end;
$$;
comment on function private.audit_content_hash(public.audit_events) is 'SHA-256 of what the event says.';

create function private.chain_start(chain uuid) returns bytea
language sql
immutable
set search_path = ''
return sha256(convert_to('chairside audit chain ' || chain, 'UTF8'));
comment on function private.chain_start(uuid) is 'What the first seal of a chain takes for the previous hash.';

-- sealing ----------------------------------------------------------------------------------------------------------

create function private.seal_audit(batch_size integer default 100000) returns integer
language plpgsql
set search_path = ''
as $$
declare
  -- Every transaction below has ended, so no event can still appear among those to be sealed now.
  horizon bigint := (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint;
  first bigint;
  last bigint := 0;
  now_sealed timestamptz;
  event record;
  head private.audit_heads;
  sealed integer := 0;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('private.seal_audit', 0)) then
    return 0;
  end if;
  select s.next_transaction into first from private.audit_sealing s for update;
  -- A database restored elsewhere counts its transactions anew: look for unsealed events from the beginning.
  if first > horizon then
    first := 0;
  end if;
  now_sealed := clock_timestamp();
  for event in
    with due as materialized (
      select e as entry from public.audit_events e
      where e.transaction_id >= first and e.transaction_id < horizon
        and not exists (select from private.audit_seals s where s.event_id = e.id and s.event_at = e.occurred_at)
      order by e.transaction_id, e.occurred_at, e.id
      limit batch_size
    )
    select d.entry, coalesce((d.entry).tenant_id, '00000000-0000-0000-0000-000000000000') as chain, (d.entry).transaction_id
    from due d
    order by chain, (d.entry).transaction_id, (d.entry).occurred_at, (d.entry).id
  loop
    if head.chain is distinct from event.chain then
      perform private.keep_head(head);
      select * into head from private.audit_heads h where h.chain = event.chain;
      if head.chain is null then
        head := row(event.chain, 0, private.chain_start(event.chain));
      end if;
    end if;
    declare
      actor_hash bytea := private.audit_actor_hash(event.entry);
      content_hash bytea := private.audit_content_hash(event.entry);
      event_hash bytea := sha256(private.audit_facts(event.entry) || actor_hash || content_hash);
    begin
      head := row(head.chain, head.position + 1, sha256(head.hash || event_hash));
      insert into private.audit_seals (chain, position, event_id, event_at, actor_hash, content_hash, event_hash, hash, sealed_at)
      values (head.chain, head.position, (event.entry).id, (event.entry).occurred_at, actor_hash, content_hash, event_hash, head.hash, now_sealed);
    end;
    sealed := sealed + 1;
    last := greatest(last, event.transaction_id);
  end loop;
  perform private.keep_head(head);
  update private.audit_sealing s
  set next_transaction = case when sealed < batch_size then horizon else last end, last_run_at = clock_timestamp();
  return sealed;
end;
$$;
comment on function private.seal_audit(integer) is
  'Adds the events that are final to their chains, at most batch_size of them, and returns how many. One run at a time; another returns 0 at once.';

create function private.keep_head(head private.audit_heads) returns void
language plpgsql
set search_path = ''
as $$
begin
  if head.chain is not null then
    insert into private.audit_heads (chain, position, hash) values (head.chain, head.position, head.hash)
    on conflict (chain) do update set position = excluded.position, hash = excluded.hash;
  end if;
end;
$$;
comment on function private.keep_head(private.audit_heads) is 'Stores the newest position of a chain.';

-- partitions and retention -----------------------------------------------------------------------------------------

create function private.maintain_audit_partitions() returns jsonb
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
    -- Nothing is dropped that the chain has not taken in.
    perform private.seal_audit(1000000);
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

select private.maintain_audit_partitions();
select private.schedule_job('audit-seal', '* * * * *', 'select private.seal_audit()');
select private.schedule_job('audit-partitions', '10 0 * * *', 'select private.maintain_audit_partitions()');
