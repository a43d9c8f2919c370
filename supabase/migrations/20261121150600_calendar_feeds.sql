-- What: calendar feeds: secret addresses at which a calendar program reads appointments, of the clinic or of one provider.
-- Who:  owners for everything, members for the provider they are; the addresses are read by the function calendar-feed.
-- Relies on: catalogue, appointments and audit migrations.
--
-- Only the hash of a token is kept, and nobody reads the table through the Data API: what there is, functions list. A feed ends
-- with the access of the person who made it, because whoever has left could still know its address.

create table public.calendar_feeds (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  provider_id uuid,
  name text not null check (name = btrim(name) and length(name) between 1 and 80),
  details text not null default 'busy' check (details in ('busy', 'names')),
  token_hash text not null unique check (token_hash ~ '^[0-9a-f]{64}$'),
  created_at timestamptz not null default now(),
  created_by uuid not null default auth.uid(),
  revoked_at timestamptz,
  revoked_by uuid,
  last_read_at timestamptz,
  hour_began_at timestamptz,
  reads_in_hour integer not null default 0,
  unique (tenant_id, id),
  foreign key (tenant_id, provider_id) references public.providers (tenant_id, id) on delete cascade,
  foreign key (tenant_id, created_by) references public.memberships (tenant_id, user_id),
  foreign key (tenant_id, revoked_by) references public.memberships (tenant_id, user_id)
);
comment on table public.calendar_feeds is 'Secret addresses at which calendar programs read appointments.';
comment on column public.calendar_feeds.provider_id is 'Whose appointments; null for all of the clinic.';
comment on column public.calendar_feeds.details is 'busy: times alone. names: client, service and place as well.';
comment on column public.calendar_feeds.token_hash is 'SHA-256 of the token in the address, in lower-case hex.';
comment on column public.calendar_feeds.created_by is 'The feed ends with this person''s access.';
comment on column public.calendar_feeds.reads_in_hour is 'Since hour_began_at, to slow down a program that asks too often.';
create index calendar_feeds_newest_idx on public.calendar_feeds (tenant_id, created_at desc, id desc);
create index calendar_feeds_provider_idx on public.calendar_feeds (tenant_id, provider_id);
create index calendar_feeds_created_by_idx on public.calendar_feeds (tenant_id, created_by);
create index calendar_feeds_revoked_by_idx on public.calendar_feeds (tenant_id, revoked_by);

alter table public.calendar_feeds enable row level security;
grant select, insert, update, delete on public.calendar_feeds to service_role;
create trigger audit_change after insert or delete or update of name, details, revoked_at on public.calendar_feeds
  for each row execute function private.audit_row_change('calendar_feed', 'revoked_at:revoked');

create function private.is_feed_carried(feed public.calendar_feeds) returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return feed.revoked_at is null and exists (
    select from public.memberships m
    join public.tenants t on t.id = m.tenant_id and t.status = 'active'
    join public.profiles p on p.user_id = m.user_id and p.status = 'active'
    where m.tenant_id = feed.tenant_id and m.user_id = feed.created_by and m.status = 'active'
      and (m.role = 'owner' or exists (
        select from public.providers v where v.tenant_id = m.tenant_id and v.id = feed.provider_id and v.member_id = m.user_id)));
end;
$$;
comment on function private.is_feed_carried(public.calendar_feeds) is
  'Whether a feed may be read now: not revoked, and the person who made it could still make it.';

create function private.create_calendar_feed(tenant_id uuid, provider_id uuid, name text, details text) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  -- 366 random bits in, 256 out.
  token text := encode(sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')), 'hex');
  feed_id uuid;
begin
  perform private.require_member(tenant_id);
  if provider_id is not null and not exists (
    select from public.providers p where p.tenant_id = create_calendar_feed.tenant_id and p.id = create_calendar_feed.provider_id)
  then
    perform private.refuse(422, 'provider_unknown', 'There is no such provider.');
  elsif not exists (
    select from public.providers p
    where p.tenant_id = create_calendar_feed.tenant_id and p.id = create_calendar_feed.provider_id and p.member_id = auth.uid())
  then
    perform private.require_owner(tenant_id);
  end if;
  if btrim(coalesce(name, '')) = '' then
    perform private.refuse(422, 'name_required', 'Please give a name.');
  elsif length(btrim(name)) > 80 then
    perform private.refuse(422, 'field_too_long', 'A name has 80 characters at most.', 'name');
  elsif details is null or details not in ('busy', 'names') then
    perform private.refuse(422, 'values_invalid', 'A feed shows times alone (busy) or names.', 'details');
  end if;
  perform from public.tenants t where t.id = create_calendar_feed.tenant_id for no key update;
  if (select count(*) from public.calendar_feeds f where f.tenant_id = create_calendar_feed.tenant_id and f.revoked_at is null) >= 100 then
    perform private.refuse(409, 'too_many_feeds', 'A clinic has 100 calendar feeds at most.', '100');
  end if;
  insert into public.calendar_feeds (tenant_id, provider_id, name, details, token_hash)
  values (create_calendar_feed.tenant_id, create_calendar_feed.provider_id, btrim(create_calendar_feed.name), create_calendar_feed.details,
    private.hash_token(token))
  returning id into feed_id;
  return jsonb_build_object('feed_id', feed_id, 'token', token);
end;
$$;
create function public.create_calendar_feed(tenant_id uuid, provider_id uuid, name text, details text default 'busy') returns jsonb
language sql set search_path = ''
return private.create_calendar_feed(tenant_id, provider_id, name, details);
comment on function public.create_calendar_feed(uuid, uuid, text, text) is
  'Owner, or the member whom the provider is: makes a feed of a provider''s appointments, or (null, owners alone) of the clinic''s: { feed_id, token }; the token is never told again. Address: /functions/v1/calendar-feed/<token>.ics. details: busy or names. 403 owner_required; 404 clinic_not_found; 409 too_many_feeds; 422 provider_unknown, name_required, field_too_long, values_invalid.';

create function private.revoke_calendar_feed(tenant_id uuid, feed_id uuid) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  feed public.calendar_feeds;
begin
  perform private.require_member(tenant_id);
  select * into feed from public.calendar_feeds f
  where f.tenant_id = revoke_calendar_feed.tenant_id and f.id = feed_id
    and (f.tenant_id = any (private.owned_tenant_ids()) or f.created_by = auth.uid() or exists (
      select from public.providers p where p.tenant_id = f.tenant_id and p.id = f.provider_id and p.member_id = auth.uid()))
  for update;
  if feed.id is null then
    perform private.refuse(404, 'feed_not_found', 'There is no such calendar feed.');
  end if;
  update public.calendar_feeds f set revoked_at = now(), revoked_by = auth.uid() where f.id = feed.id and f.revoked_at is null;
  return jsonb_build_object('revoked', feed.revoked_at is null);
end;
$$;
create function public.revoke_calendar_feed(tenant_id uuid, feed_id uuid) returns jsonb language sql set search_path = ''
return private.revoke_calendar_feed(tenant_id, feed_id);
comment on function public.revoke_calendar_feed(uuid, uuid) is
  'Owner, or the member who made it or whose appointments it shows: ends a feed for good; { revoked }: false when it had ended before. 404 clinic_not_found, feed_not_found.';

create function private.list_calendar_feeds(tenant_id uuid) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform private.require_member(tenant_id);
  return coalesce((
    select jsonb_agg(jsonb_build_object(
      'id', f.id, 'name', f.name, 'details', f.details, 'provider_id', f.provider_id, 'provider', p.name,
      'state', case when private.is_feed_carried(f) then 'active' when f.revoked_at is null then 'stopped' else 'revoked' end,
      'created_at', f.created_at, 'revoked_at', f.revoked_at, 'last_read_at', f.last_read_at,
      'creator', jsonb_build_object('user_id', c.user_id, 'first_name', c.first_name, 'last_name', c.last_name))
      order by f.revoked_at is not null, f.created_at desc, f.id)
    from public.calendar_feeds f
    left join public.providers p on p.tenant_id = f.tenant_id and p.id = f.provider_id
    join public.profiles c on c.user_id = f.created_by
    where f.tenant_id = list_calendar_feeds.tenant_id
      and (f.tenant_id = any (private.owned_tenant_ids()) or f.created_by = auth.uid() or p.member_id = auth.uid())
      -- What has ended is shown for a while, so that nobody wonders where it is.
      and (f.revoked_at is null or f.revoked_at > now() - interval '30 days')
  ), '[]'::jsonb);
end;
$$;
create function public.list_calendar_feeds(tenant_id uuid) returns jsonb language sql stable set search_path = ''
return private.list_calendar_feeds(tenant_id);
comment on function public.list_calendar_feeds(uuid) is
  'Member: feeds of the clinic for owners, one''s own for others, newest first, ended ones for 30 days: [{ id, name, details, provider_id, provider, state: active | stopped (its maker has lost access) | revoked, created_at, revoked_at, last_read_at, creator }]. 404 clinic_not_found.';

grant execute on function
  private.create_calendar_feed(uuid, uuid, text, text), public.create_calendar_feed(uuid, uuid, text, text),
  private.revoke_calendar_feed(uuid, uuid), public.revoke_calendar_feed(uuid, uuid),
  private.list_calendar_feeds(uuid), public.list_calendar_feeds(uuid)
  to authenticated;

-- reading ----------------------------------------------------------------------------------------------------------

create function private.read_calendar_feed(token_hash text) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  reads_an_hour constant integer := 60;
  feed public.calendar_feeds;
begin
  select * into feed from public.calendar_feeds f where f.token_hash = read_calendar_feed.token_hash for update;
  if feed.id is null or not private.is_feed_carried(feed) then
    return null;
  elsif feed.hour_began_at > now() - interval '1 hour' and feed.reads_in_hour >= reads_an_hour then
    -- Said, not raised: raising would undo the count.
    return jsonb_build_object('retry_after_seconds', ceil(extract(epoch from feed.hour_began_at + interval '1 hour' - now())));
  end if;
  update public.calendar_feeds f
  set last_read_at = now(),
      hour_began_at = case when f.hour_began_at > now() - interval '1 hour' then f.hour_began_at else now() end,
      reads_in_hour = case when f.hour_began_at > now() - interval '1 hour' then f.reads_in_hour + 1 else 1 end
  where f.id = feed.id;
  return (
    select jsonb_build_object(
      'name', feed.name, 'clinic', t.name, 'details', feed.details,
      'events', coalesce((
        select jsonb_agg(jsonb_build_object(
          'id', v.id, 'revision', v.revision, 'created_at', v.created_at, 'updated_at', v.updated_at,
          'starts_at', v.starts_at, 'ends_at', v.ends_at, 'is_given_up', v.status in ('cancelled', 'no_show'))
          || case when feed.details = 'names' then jsonb_build_object(
            'client', btrim(c.first_name || ' ' || c.last_name), 'service', s.name,
            'provider', case when feed.provider_id is null then p.name end,
            'place', (
              select string_agg(r.name, ', ' order by r.name) from public.resources r
              where r.tenant_id = v.tenant_id and r.id in (
                select a.resource_id from public.allocations a where a.tenant_id = v.tenant_id and a.appointment_id = v.id)))
            else '{}'::jsonb end
          order by v.starts_at, v.id)
        from public.appointments v
        join public.clients c on c.tenant_id = v.tenant_id and c.id = v.client_id
        left join public.services s on s.tenant_id = v.tenant_id and s.id = v.service_id
        left join public.providers p on p.tenant_id = v.tenant_id and p.id = v.provider_id
        where v.tenant_id = feed.tenant_id and v.starts_at > now() - interval '30 days' and v.starts_at < now() + interval '180 days'
          and (feed.provider_id is null or v.provider_id = feed.provider_id)
          -- Long enough for every program to hear of it.
          and (v.status <> 'cancelled' or v.cancelled_at > now() - interval '14 days')
      ), '[]'::jsonb))
    from public.tenants t where t.id = feed.tenant_id
  );
end;
$$;
create function public.read_calendar_feed(token_hash text) returns jsonb language sql set search_path = ''
return private.read_calendar_feed(token_hash);
comment on function public.read_calendar_feed(text) is
  'Service role: what a feed shows, 30 days back and 180 ahead: { name, clinic, details, events: [{ id, revision, created_at, updated_at, starts_at, ends_at, is_given_up, client, service, provider, place }] }; null when it does not exist, has ended, or the clinic is suspended; { retry_after_seconds } after 60 reads in an hour.';
grant execute on function private.read_calendar_feed(text), public.read_calendar_feed(text) to service_role;
