-- What: the daily anchor of the chains: one digest of all their heads, which is mailed to the super-admins and so leaves the
--       database. Whoever rewrites a chain from then on would need those mailboxes too.
-- Who:  pg_cron makes the anchor; service_role (Edge Function anchor-audit) claims it and records what became of the mail.
-- Relies on: jobs and audit_chain migrations.

create table private.audit_anchors (
  day date primary key,
  digest bytea not null,
  previous_day date,
  chains integer not null,
  events bigint not null,
  created_at timestamptz not null default now(),
  delivery text not null default 'pending' check (delivery in ('pending', 'sent', 'not_configured', 'failed')),
  delivery_error text check (length(delivery_error) <= 500),
  delivered_at timestamptz,
  attempts integer not null default 0,
  leased_until timestamptz
);
comment on table private.audit_anchors is
  'One digest a day over the heads that moved since the previous anchor, and over that anchor: whoever keeps today''s digest can check all earlier ones.';

create table private.audit_anchor_heads (
  day date not null references private.audit_anchors (day),
  chain uuid not null,
  position bigint not null,
  hash bytea not null,
  primary key (chain, day)
);
comment on table private.audit_anchor_heads is 'The heads an anchor covers: those that moved since the previous one.';
create index audit_anchor_heads_day_idx on private.audit_anchor_heads (day);

create function private.anchor_json(anchor private.audit_anchors) returns jsonb
language sql
immutable
set search_path = ''
return case when (anchor).day is not null then jsonb_build_object(
  'day', (anchor).day, 'digest', encode((anchor).digest, 'hex'), 'chains', (anchor).chains, 'events', (anchor).events,
  'delivery', (anchor).delivery, 'delivery_error', (anchor).delivery_error, 'delivered_at', (anchor).delivered_at,
  'created_at', (anchor).created_at) end;
comment on function private.anchor_json(private.audit_anchors) is 'An anchor as the platform shows it.';

create function private.anchor_audit() returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  today date := (now() at time zone 'UTC')::date;
  previous private.audit_anchors;
  anchor private.audit_anchors;
begin
  perform private.seal_audit();
  -- No sealing until this anchor is written, and no second anchor of the day.
  perform pg_advisory_xact_lock(hashtextextended('private.seal_audit', 0));
  select * into anchor from private.audit_anchors a where a.day = today;
  if anchor.day is null then
    select * into previous from private.audit_anchors a order by a.day desc limit 1;
    insert into private.audit_anchors (day, digest, previous_day, chains, events)
    select today, '', previous.day, count(*), coalesce(sum(h.position), 0) from private.audit_heads h;
    insert into private.audit_anchor_heads (day, chain, position, hash)
    select today, h.chain, h.position, h.hash from private.audit_heads h
    where h.position is distinct from (
      select a.position from private.audit_anchor_heads a where a.chain = h.chain order by a.day desc limit 1);
    update private.audit_anchors a
    set digest = sha256(convert_to(
      coalesce(encode(previous.digest, 'hex'), '') || E'\n' || coalesce((
        select string_agg(format(E'%s %s %s\n', h.chain, h.position, encode(h.hash, 'hex')), '' order by h.chain)
        from private.audit_anchor_heads h where h.day = today), ''), 'UTF8'))
    where a.day = today
    returning * into anchor;
  end if;
  if anchor.delivery <> 'sent' then
    perform private.dispatch('anchor-audit');
  end if;
  return private.anchor_json(anchor);
end;
$$;
comment on function private.anchor_audit() is
  'Makes today''s anchor (UTC) if there is none, and has it mailed. Digest: sha256 over the previous digest in hex, a line feed, and a line "<chain> <position> <hash>" for each head that moved, by chain.';

-- for the Edge Function alone --------------------------------------------------------------------------------------

create function private.claim_audit_anchor() returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  anchor private.audit_anchors;
begin
  update private.audit_anchors a
  set leased_until = now() + interval '10 minutes', attempts = a.attempts + 1
  where a.day = (
    select c.day from private.audit_anchors c
    where c.delivery <> 'sent' and c.day > (now() at time zone 'UTC')::date - 7
      and (c.leased_until is null or c.leased_until < now())
    order by c.day limit 1
    for update skip locked)
  returning * into anchor;
  if anchor.day is null then
    return null;
  end if;
  return private.anchor_json(anchor) || jsonb_build_object(
    'previous_digest', (select encode(p.digest, 'hex') from private.audit_anchors p where p.day = anchor.previous_day),
    'recipients', coalesce((
      select jsonb_agg(jsonb_build_object('email', p.email, 'language', p.language, 'first_name', p.first_name) order by p.email)
      from public.platform_admins a join public.profiles p on p.user_id = a.user_id and p.status = 'active'
      where a.status = 'active'), '[]'));
end;
$$;
create function public.claim_audit_anchor() returns jsonb language sql set search_path = ''
return private.claim_audit_anchor();
comment on function public.claim_audit_anchor() is
  'Service role: the oldest anchor of the last seven days that has not been mailed, with its recipients, leased for ten minutes; null when there is none.';
grant execute on function private.claim_audit_anchor(), public.claim_audit_anchor() to service_role;

create function private.record_audit_anchor_delivery(day date, outcome text, error text) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  anchor private.audit_anchors;
begin
  update private.audit_anchors a
  -- The lease of a mail that failed stays, so that a worker asking for the next anchor does not get this one again at once.
  set delivery = outcome, delivery_error = left(error, 500),
      delivered_at = case when outcome = 'sent' then now() end
  where a.day = record_audit_anchor_delivery.day and a.delivery <> 'sent'
  returning * into anchor;
  if anchor.day is null then
    select * into anchor from private.audit_anchors a where a.day = record_audit_anchor_delivery.day;
  end if;
  return private.anchor_json(anchor);
end;
$$;
create function public.record_audit_anchor_delivery(day date, outcome text, error text default null) returns jsonb
language sql set search_path = ''
return private.record_audit_anchor_delivery(day, outcome, error);
comment on function public.record_audit_anchor_delivery(date, text, text) is
  'Service role: records what became of an anchor''s mail (sent, not_configured, failed) and returns the anchor. A mail that was sent stays sent.';
grant execute on function private.record_audit_anchor_delivery(date, text, text),
  public.record_audit_anchor_delivery(date, text, text) to service_role;

select private.schedule_job('audit-anchor', '30 0 * * *', 'select private.anchor_audit()');
